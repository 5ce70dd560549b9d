"""When the gift of a reserved item was bought.

As in the first file: PostgreSQL's words, and for SQLite a CHECK of what PostgreSQL's type refuses
by itself.
"""

from tortoise import BaseDBAsyncClient

RUN_IN_TRANSACTION = True

COLUMN = """
ALTER TABLE "funding" ADD COLUMN "bought_at" {type}
    CONSTRAINT "funding_bought_is_reserved" CHECK (bought_at IS NULL OR state = 'reserved');
"""

DROP = 'ALTER TABLE "funding" DROP COLUMN "bought_at";'

SQLITE_TYPE = """TIMESTAMP
    CONSTRAINT "bought_at_has_form" CHECK (bought_at LIKE '____-__-__ __:__:__%+00:00')"""

# On SQLite a script first commits what is open. So it opens a transaction of its own, which the
# engine commits together with aerich's row, or rolls back as a whole.
SQL = {
    "sqlite": "BEGIN IMMEDIATE;" + COLUMN.format(type=SQLITE_TYPE),
    "postgres": "SET LOCAL lock_timeout = '5s';" + COLUMN.format(type="TIMESTAMPTZ"),
}
DOWN = {
    "sqlite": "BEGIN IMMEDIATE;\n" + DROP,
    "postgres": "SET LOCAL lock_timeout = '5s';\n" + DROP,
}


async def upgrade(db: BaseDBAsyncClient) -> str:
    return SQL[db.capabilities.dialect]


async def downgrade(db: BaseDBAsyncClient) -> str:
    return DOWN[db.capabilities.dialect]


MODELS_STATE = (
    "eJztXetz4ji2/1dUfJneKiY1eXbfzK1bRRJ3N9MEskC6Z3ey5RG2AE+MxfiRNLs7//s9km"
    "3wC8d2IAijLzMdSUc2R7LOOT+dx38aM6oT0zn6hY46BDukcYn+07DwjP0j1ddEDTyfr3pY"
    "g4tHJh/8Bx2p5nLYyHFtrLnQMcamQ6BJJ45mG3PXoBYb/m1KkU6JgzACSoRdNLeJQyy3ib"
    "ClI89yDRM9T4mFLDqi+gLB8wia4cURm1+nGjzAsCavn8qzjD89orp0QtwpsWHC3/4FzYal"
    "k+/ECf+cP6pjg5h6jD/8/9DJe1R3Meet11Nsf+Rj2YuOVI2a3syKjp8v3Cm1lgTwS1jrhF"
    "jExi7RI0yzPNMMGBw2+e8LDa7tkeWL6qsGnYyxZzLWM2r/HVZtDVXt9obqQBmqaiO1LCFF"
    "hL1Bk0YttqSG5TqcBzP8HZbbmrhT+PPsp7/856w44Y9iD/za6l9/bvXfnf30N/ZACvvC3z"
    "HdoOeEd/3Fp8Au9ifhnF+xekpNndiqoaf5fX/fvsnmd4wowXTPM/QjRlqF9WHDiverXf4G"
    "zM9hNuf06QXn9Jw67sTmnZxJnMUrlvLvIs3OG+CDa8xINkuXRAl26gHVUfiPerF12L5VBs"
    "PW7R2bfuY4f5qcVa2hwnpOeOsi0fruIrHfl5Ogb+3hZ8T+RP/sdZXkWi3HDf/ZYO+EPZeq"
    "Fn1WsR7lSdgcNv3FzqnxY+TzYQ0jrD0+Y1tXUz30hK4bm+6ancySLdjCE75IjJvsPQNx0Y"
    "cV7xgzw82SJavOXGHCdo1qLse9KE16FkEahc15hIZTgh7JAk0NGAPHPoWz3nCR4VyCfIAO"
    "oqMpdqZpMVJxjlfID5ipjPgIhtdOehyfFBEfMGqt/OB9+QLEc0iG7Ghb7ppzLhieYDb8gD"
    "082OB94X8/nhyfvT/7cHpx9gGG8BddtrzPWYB2d5iQHMTSHRW7ZWVHhOxtpMdbbmkpPDYi"
    "PAZE82zDXShPoL9nCZD4gFwh4gRDVbIcW0iQ8OFHqO2yQx5sBjSmNjEmFjv5L5kcoJ5rGk"
    "++ZJixBmdO8KOD6Dhbqrx2wpdFzG8NrHHZFSi78N9/rRU75ZTozWvPL4uexv+OPUtja4L4"
    "k9h/zv6vIaA6vV7gPMLvy5buiuXNOK/b8BrY0kha0ge0mxH125E+jUH7U1e5Ue/vLpEDm5"
    "noqjd/sILWdnfZalh+K7SpfeXj/UC58fugR7XJmInaB6vTvm0Pob91/Zn1c90PerE2Zb1A"
    "11cGn9Vh74vCZvEnAWJYjyl8GI+ETeXPdN27UZZDNDgWlj3tG6U7bA//oXba3S+sF9Q7sG"
    "fghDAN65GNGCiDQbvXVZXuDX9L4jjwa1WQXLzX/229+6GqfFX6//j2Wekry98JHzE7aezF"
    "M3yj5MG6aw0G33r9m9WPnmPHeaZwRC5/9XIMbLTup9gYbYqtif/b2Qq0Bl/8n+wQV8XOY4"
    "yaD4nND6MeLOW21e6spiYzbJiReXsdRf3U/qrAUtnUJOoEjiAraB+2vizbXfzI2kE0tVTl"
    "17tef8hm4xuffJ9T22Wzta6ve/fdoXrd6fHfGp5HmkkDVWpXoMLqk4yfkUUPwDjVKw7C4J"
    "gTRSvcDIpgERe23KPK7KFSWFiCrtJRJxhH4/v34qzA/r04W7t/WVeC19QthzcG40UWIxWZ"
    "e/JTkdMBRq1lL++L81cDeQP8qGDaxCmldSOtm0zrpuWLkiy7JuzKtWhwZNCLpkwLzYntgA"
    "oNRkWgoyBv7oNbDjw8FNHsJgTRZwt0Lsd1+JUJ0wTSpswmJnwFWibNlrcwW/brDBRFYdqL"
    "QzB2+TPXKy5znFIus9DLzE2+MirjkqB2twwn50X0cRi1XmM8T2nkYMXbZb0AojQbsXoEYv"
    "LmbfaxYTuuWpbHcaoa2j8fijD6w3pGf0gx2sQV+BwjkmwuwOaRYbtTHWdc/DKxm83lKE2e"
    "wN1DduewlwnQBPOWAGdZtClFWMO9uhVIJMCMqQUn6qySvpg9wwb0RsHAvzqpjbrhzE28KC"
    "0OknT1A3U3LxDmhuZ6NlE9u5SiniCrH6fhMCp4nuUeaCl+G47qENMkdprbV5SaBFtrAKUo"
    "XYLdIyDclvxYtrztmXXV63Vix9VVe5hg8/3tldJ/d8y5D4MM13epSrkLMc65eDyuwPCQTP"
    "K7BL91YpJq2E6cUspo0WS0INcYQ+Zv0ci4xPA7mnlXGO5ySCFfLDrHsHMQp2qiR4tdK7gU"
    "eQ6ilrlAowUyXAcNPrd+PDm/4E656J3h+1mxhhHrpWNELNem88Xfsv2ztvGQV1x0lDVuNm"
    "vTCIQmbeoG/YCdtFrX18pgwN1xiOMsHamWvlPJ76GQv3Yhd+0cb+09v3iXIquEyIqBCd/n"
    "BkxXBUSIUcplFnqZmWtjlYtFR2qee7G+jkbnpWChJUEtUYrNg65jPDPMRUk31RjRdoNdBf"
    "E8e8HLJWUsJRmc5u5HPy7jC1mkVL8ER6MGz8flbHvJ2lXr6vk2fl4aJvGdBTzwUQLWA6rk"
    "sN++Hjb+2qEhGrB/nTm6Wp0XjFJ1tSuK2abMBe5Hw7pE3OsfzbFhMzOQT+Ygd4pd9AwmYq"
    "BpEx2NbR7d04SmJxiko9A6zDZLNzy/dL0T4FBq5hij0go6CPVJut4dxDJLY/cgljkQtRWW"
    "OU4pTV6RV1kzDbImcHC92Rsjqp/pu/n4NgksbBlY0MmToZXz6FlSSBYXYrGMh32782LH8d"
    "xiwjmbRcoiEYevhMoiAY57ydcXYbL4vhIKJxtQzcBmO8h20chKqxMf0czNq8PHqkZ08IuA"
    "2YDOCE++iV2E0dymT0BvNxF2WL4bf/CIQVZTMkMsrCCNiZWf4sF6sO6CcTwO1fFGfxDNRQ"
    "5e8ChWntTtZ+hC5Efmp4xAJ4Rvw0EWw9z8rKLvWoOvA3Rx9OHo+G9H6JsBm9tzHyygCeNd"
    "+SzICV+PTayxeFiOx8HbLN+Vv4OfA8hdRdCiBXHXIXS/NUJaNiB4fT+3jwTuJHAnTX0J3M"
    "ll3uwyRw/cwt74ERqR/cEqW0qFDKUcOyll6geSrASPIyR1ZPH5eaHw5POc8OTzzOitMjx+"
    "Xfi30ObnVuK//eA2UBUNmDRD18oNcEgTv2GYw26EwQajHN40+b7YO3srPki7irs/PFbvKP"
    "L+8BgtQy3fNtTSpBo2y+3qJUX9uHxaRME7Xa/fnabUO83ExsxJ8/eXQa+77koypEgaobDH"
    "0X95xrZ6aRyMFzGNI2Tou9vWr0leX3d6V0mTkk1wlbRewszGFbCAJK1EA4RGA4TPGSyvmC"
    "pcMQnJ1n2+Yeq1PHd6zR1eGhnXS9HuZt7dEoWPcapqq5EF0pzaZAJii9i+B7TlImLpR6jj"
    "Jx+1CWKJfxzkkDnmO4LF845MbD06TfQ8NbQpsigLAh77F0ewCi6sgZOV/3SLT3qFd/aOnJ"
    "MqXPbsna/B+juf3db+E0qx3XxOHIdoNnFL+9AkyOpnQmzehQaOMsMmmgvGrZFhSQzJ9zUF"
    "slKEtdjYeZqr8usw35BYKq6dXvdTODxpXcTZT21jAhKgDOMjJJLlFVg+sTF7coljZUVRC4"
    "a/AdDG/XJL8XhFIXlcx2IVwhwp+4Y/SKeTg1hmm8zoU8UwoiilDCMSbZVTyNduABoGwIDq"
    "+G/M+H8NbY2sIjSpQc3ccjTR4aoWjn8Rsvk25R68SwgFke9+VTqniailAcWY2txxNoh1p2"
    "MYHoTD/xwkaAuysmXXct7KE2RKN3Es2BxnXEHQMKE00O0CB2U4naSrIbO3dZ3Oa5nCMWay"
    "J5UCH9OUNWT72WkBpp+drq89crpveZhE0cNKlAuVVmttFV2Z/OLglllmeqzf+opor/YJLK"
    "2T6VmQOa5Z3Gq1IyQFfA2WFuUPDno2nCnLEz7FT2QV/RmEdRoWv/M3iR8A6hdONVhGcUQ9"
    "G83hV2d5GGx8fpn1TQgNSAaPHuBRKnH8g1tmP5NoWbgvTiVBvxfRp5FNnx1il2Z0km5bME"
    "ideC0BVQmo7pbZ2wJU3zjfnPBM3oIjkIvdchwOCernvHlcbBcf5+3iY3ktsPtrgTDxVcmL"
    "gQTZVoOCRNHfS9wMSMi4CoP3zkCSkHH91lcQyDjM9NdyXTKbZ6LFySHNPKA4TOoE+241un"
    "iiw2c47hl8u0pV+HOstuRowaFbXk7SDwlDv3P153e/tocGE8EoYE1OKsQNP+QVaDGftXzI"
    "ToxKIh+l3Z1ktrI3yFYWXBKVVPjiVNIVZM8wvFqhS/KWqbbalzSiDm6ZpRFVv/UVxIi6pt"
    "bYsGc4YH/Kgor1N/PMJy05soB7DUMkmQsLi7t4xosj9G1KeSZ27LB6hsyycXinoTP3F78P"
    "BJTucNOGJdQc0e/832yqLA+bTT+C5Zgfgq1EmPcNRqCcIPh1FEhZm0X9B7JCjQ7Yak0EXd"
    "zyYhOwih8sFz1PCD+FV0R4RD2/L8hEX9As+y2aHOZf0qVHuvRIKSxdeuQybyIfvGfDlGsu"
    "1hTLm/E1jmYni4MtK3KRLdXGoP2pq97fXXIHU9WbP1h9BcZeguxziPtgdZVvqnLbandgdv"
    "Ks8uTVD9ane+DvJZqEPrS7x2reOOe5aF/eGyQ9Fz4loihHXQkwLPjo0gxdnwgoQlIHZ4k3"
    "zwPEsdmyadziVHXg+7ZzuXEnk7IYb4yohufy5gHe/UL+BElau3e6KPzSrLxabWuNjFiOTy"
    "yrsalCjG/7DU3YS/x4cnz2/uzD6cXZBxjCX3TZ8j5nsdMlRCSMWr+vRRAY9SM1Tf5WKQA1"
    "6GnmQafj1ZgXQdOeRZaFKDmw+MyyFfK4QYJtntiGgYvEToOh5Ugzq1P6b0rs0Bjw/9SXKG"
    "QMokwMZmOa6LcYUdAsAcydApjJVS3I7gSZ9HhI5hOJb/SSbNUlW7PZKuF2Kc23K80VGzue"
    "TbLEediVK89JZFAhga6ZFJTMUDg3EfzHMPm14B90xCtIjwixELubXPCLxmzhXm2aVziB7h"
    "gaPFBxLct8bhnxlhKmthImusw6nHrll3hFJbEz0VZXEP3hq+EYLrWz9IewK1d/eIoMKuBF"
    "xS8pmqssthgFvlhMF4i4FSU8o4qSyZRCgusDUlzV9kCT/kcHt8y7dmgRKJxuK8q9rOS24d"
    "t/sZSuO+w4OYoX7y6ifKnzcGTR+gZcn0LOlDuUA9cJ1v07FQbIgDLl1x5oxuJ1qWUuwsID"
    "g8+tH0/OL/JLHGz8IbLKgTjuHVLFO3TZv1dePXKZKy6zTZ7glK5W/SlKKd1RRF7lUJEoB4"
    "LEqbZ7+SsItFi9lnwEKIvzt3Qt+Qgut5d8fbGYfHxfCVVMvkP0CbEVy7UXWZp7tDtXczf5"
    "QJUsRxa6ezXJhGnQrFI7q6w3A/Ij1Gf6NS/xbhuuSyxeRQy0bB1ZPEDUry6mZ1/DvnrGTN"
    "cr01jmFgln5T/Sv0xNuV9JTHanmGxktYqyOkIifX4SoE10xxc1N6M0NQRvjgvF0h3nBNMd"
    "p6PpHG/0B0suXG7nxqmkzpIZP5e9dV8OKI2Qi7yLG0yHuFMuEePpnDxYn9pflf7gEk0MEG"
    "/Og/VRUeCvMSHw75v24O5+yP7WDWfuuX7Qwu6DSfGMOybNDCtLqbwyJmsjL5KUdQrA+J+T"
    "k9PT9yc/nV58OD97//78w0/LSIx0V15IxlX7E4vKiC1HOkxD82ybWNqizFkfpRH5K6l41h"
    "fJabw+pXEqo7FEE6sc+XsBQAhyGXOHF0z16lLX0EgjKzNrbEAzNy+rPxR+5nJsAacYfzSz"
    "wwZcIIURLw4CcWTAz9C58eWATUz0SzDUHJebZxhNDT/HKksCxC5WKFduEJ7AJsnyo9nSk1"
    "iiod+NicWofucE8LE5wezYzzXEJmjy2SN9jNOsM+BbmLEIGTpLWeS/4w/OEWq77G/mHTzx"
    "YMH9x8K72WRu4gUMYET+j/vBYb5BLks+a/DkReiRzN1LZLhohhcP1pSa8AMJnA6u47+P34"
    "NGwBfoGi2A6Hkb3kTrRcIma5EIdNd0XLSqQF5RgZeumx7hl5bhdTi+hqJ3g/yO7GT+LZWs"
    "sRMjqp8n91YYLTWd2mo6MZ8e8t1VXXtRYZ0TpHKhhV5omRBhkwkRpqCpmZVOxzilvIcW+Z"
    "uhnsvKPpRRNSIk9VM0NgMbCmJot10ya2TY17y9mWdWG+GIQrekvDg1tcBoZddU2feeGWNk"
    "7IgQlxHSsfDAZYCMHTmIZRbZ62D/Lm5dwzVLqU1LghriYFupF2vRrHKx63OghuNrwd+8g2"
    "cbGVA9u1RYWTC8Fqx+m/rSc9vQSBXngQRhnbCKN/Yd+NPDvOhuCYgoSlInzm8MJYLdSe1y"
    "PI2SSJ5m8PTZcKe6jZ+tChp5klaibyKr5DNsPxJ3bmKtlCqZIKshClcotDsnsjtdp8AxrD"
    "IsDsfXj7fHxW5Scy5Ss1Ubh3r2um1coDJKYo630ywZfOphsyQy17htde9bnUvkUz9YrdsW"
    "nBKXCM/wv/0aZ7tfGNOwHtVqiawSpFKMiCZGBLli+GY4047huI2Ma4ZlXzPvqoFdDKhmOK"
    "yA8x4byxzqGCFxENN4EEY6wTpsWqCYYZ2EGQ3os5WV7LrqJPLGQggUTt5YHOCBJ28sDm6Z"
    "+cFb8soiSiPvLOSdxdveWUTfLMXn9VcXCbJacPutbzCopoHRnsX3HFemCE0tmL71Am4y/G"
    "7L4XehCVJWsYnSSbVGaLXGcXHWzXYxoGxJLPKn1GhdD9tflUsEprzxRB6sdjdsMSy/TQyE"
    "zAGeEzVgWqbwWHuNlUUqr7MyrrN8RpXNBxmn2ggML1Cg3uZrfvoZm6qYxHFKifSKJjoEQX"
    "qvsYtNOvFIi+eSbWQAvskhzTzcVwsHq3g1+kX49zN9RnTMUmRhpNlEJ5ZrYJMHVLNSnMil"
    "Ol400fMURqzCjHkXC+by44+hl8G3bIDhBIWR0iDx9h7Fgq5byIb5A9w5cqELApKDzjxQm4"
    "/3w7AjbzCmNjTBdFEylsf3tRj1brNfC3Q8nxbCBk5zsIHTl+OoYfeUPqpxlhUl9fvdH9Ix"
    "IxmbZpk4xOV4qT5mqI88Brdi6K5E+ffhc+FCUeX1CEvf2iVopfYq+koHpS+rQB8RcoHdsh"
    "qsT+m0P7WvOsoly4ejEtOYGPAOD9Zte3Dd635sf7rvKzeXaGY4vKzWBH6W/mANP/d7w2GH"
    "9bhTm7quyVrvB8qNen93yVVL1ZtXQU5qFdZ6Z1Pd09y/e5SnKE6nj4r259ogc3+k+udyaL"
    "F6HlwhD+0XZGJWdQMbfrENFEzKciitMiMF1gHLjMT195MzNKWe7az09nRBj00/Jcz1xAwP"
    "MDGIOYb5Fg7YKIY2DScM8hBjmFBfmjAWIhiGMNOHvwZ2HsHKgSesz0ic8FHl/pQyDbF0lp"
    "H61VtLXekscxDLvMNYAtGWtVbBBGIzd/NXcly3qHBYRemkGSjySaVNiVZtjeOUcpVFXmWB"
    "ypXJVd7aKuMnbACbDTMzBrhgEYPEHCKDO62vrXanxZGd4LUZrNPr3yh91qp2YFH6l4jaOr"
    "ws9KkmvLL9YN13I5SeFaG9737p9r51WSuvy7k7eEeYdAWCfa8HVOlANM5v09MyzO2gwkNK"
    "3NYlyWq0wzeXFQJPiFoypUyUpn57d5NpZQSB4T96lu4zIIXAh13NPPB9HBlUyO9n5mnToJ"
    "41y0/5g4O4sOGFCvAj89OxdDTHhv7zMnyTQehjw3ZcNOcFAAPfGcInyHb52cpTXhM4CnOU"
    "jIGKkEhUvE7F+fYv5EwGjGxbjXGxDYdKFVU9SVkn96M3VtanjLDCEsTp5AJUXgAmkCuZqz"
    "E6uQCVF+AAgpp6d0r3EtE5sR6svjJQ+l+Zpw7IPmI/MUed605v0O5+uuRu27BCDNv5eN+9"
    "YaM8i6m7bBTD5G76LYb4LJO1iYH5jKg3mVbxtYwRSrxWZLxW+nwcxDJLn4/aLrMg6M8dRz"
    "oaWe6Xfk8z1/FyNaZAxi9eJZoBMX7RSuRS9v5OCNGATLZIWF8zqB3a5g6RTYRdv6YmG2HC"
    "NCCumSDOSgm2pafInGFCQBLSDfIAz0opEg9umUWGb0VZ1BL4LdY06q2pRrueo3GqVzD1ZU"
    "tw/yDxJ8MxXFo2r12cSrI0vktnfLtVwP+SlBIB3C+HFeFYv82rngPAWD8rnZtLxK5FHiwe"
    "Kdm/9SFVFiZpzziq2lf+ft/uKwOV5ZRiOddt8qfne4xyU+TBuuv3rpWBD8bObcrSi3DKu1"
    "YbZmeY/4N1o1x32l2GzepEY5nToK111ere9HgjHmFLp7y1rzAUV725Vy4Dw45lRg/b+UP8"
    "5uDt+Og7Jdalzkms30eOQ0w4oPnYandWHeoYGzwA9KY9uLsf8jc1nLnnsrZObzC8RCb102"
    "bvHjsG0zk7+eLakzdCUadDd2M+VGxTE1BMyybOStKJ/LlXPFY3nz3L4EBOpkq2ntMxorpl"
    "KDsu5K92nOOudpxOjzuDgxhPysWnrUhquJPPC3H5PIfL52kuO1MwmbNzOV1RahJsZbM6Rp"
    "dg9ggI95DbeUptr9eJgRpX7WSW4fvbKwX2OOc9DDLcNZovR47XcHz9zo5T1XBzbz79MHds"
    "LJ3FPE5VQ0ZvJZU551pJH+4oTT35vJXaoJxtlSNusqjrpFG/MYwRWIPAYL3UKZOkq18Mw0"
    "WRzX+xfutfpDZ+YOjaBDvrEve/DGykJhGY842iHmEP1qf2VxZJyLWEB6t3p/Rbw16f+5/B"
    "z/A/893b/VNq6o5qUzorqWzGCaW2WVzbBJ46pFq6vASpdNUT+SYTuyDY526ZTKJRkjqpAB"
    "sMTDSqeABEyOQ3I/I3E0LqFdY4QSrXWeR1Dm5bxIiL3Ncb9JQnaYq/aeZ+pDYxJtYXskgp"
    "5QmWpkOB95Kvq9bV80FBX3prJrYiMMCvp8G6+rDP++1rEEK79NFVngh/+TWOun5382VvXZ"
    "UsR77os9uzCJrRJxLkKuX0YN2wrKYjorHSBtBhuH71hHilBBY3zY0enm7UBTMh7ay7+ekz"
    "c5hGHcN8Fvh/hFeXMp+pUI680vVvs35q8kp/05WwpP+O9N8R03/Hout2ZvanHo4XeTOKdJ"
    "smg0yqSKu9s0tB83eJzY6XCiudIpYYhMhrHTMJiiqcMSKpcuajEKso0VeCEKuQ1P1k64sg"
    "RGxbCYVB9Lku1MiAH4KeZh7yYK/GFMIc/PHM+mehuD5Xfgb7n3Lbf0xNkz771VAQHrsBHM"
    "BLmrDxvsKWDTdsZOawAsuqajBLKzfHtssmZhSPhKWTw24YaOwQ4rAaL8g2WCVIXi+S12Lx"
    "3ydSocUneLBYB6tByR7LZ2KJ6ygrCwMDoB1PYB+VxzwihY4l7CEU7CFVy4NQN2T88kEssw"
    "QxNwpiSiV94yyNaAIpnq6FhuNEEh0+THSYIb9wQvoYKQ9TY1joEmpdYqyD++trReEgq+Np"
    "GiEcZQ3hVV+ZFgM3lZHnArhsy8jzbUeez236ZOgkO2lFTk7/OJmMkSwQI8lOt7VFkrPZHC"
    "ER2Pd910wWJHFei9iGNm1kAGJBTzMPEMOrMS8BYuv5veGUdOsjk7K++gzBFuy/10E5wmt6"
    "6xGctZ4W6z/59a4WdZBeJ+fnRRS18/P1mhrrS6hq83kZDgfDa8jdrYitoAR5msO/DHrdNS"
    "rYiiQJShmai/6LGLCxh9zOYS5jRgyJCnn67rb1a5Ld153eVdIeZxNc7VqY/fX/urz9Mg=="
)
