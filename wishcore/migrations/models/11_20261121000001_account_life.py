"""Confirmed addresses, public profiles, roles, followers; limits of rates; security events.

As in the first file: PostgreSQL's words, and for SQLite a CHECK of what PostgreSQL's type refuses
by itself.
"""

import re

from tortoise import BaseDBAsyncClient

RUN_IN_TRANSACTION = True

TABLES = """
CREATE TABLE "rate_limit" (
    "key" VARCHAR(120) NOT NULL PRIMARY KEY,
    "used" INT NOT NULL,
    "ends_at" TIMESTAMPTZ NOT NULL,
    CONSTRAINT "rate_limit_is_hashed" CHECK (key LIKE '_%:_%' AND length(key) > 64),
    CONSTRAINT "rate_limit_counts" CHECK (used >= 0)
);
CREATE INDEX "idx_rate_limit_ends_at_a1ce7a" ON "rate_limit" ("ends_at");

CREATE TABLE "security_event" (
    "id" UUID NOT NULL PRIMARY KEY,
    "kind" VARCHAR(40) NOT NULL,
    "account_id" UUID,
    "network_hash" VARCHAR(64),
    "note" VARCHAR(200) NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    CONSTRAINT "security_event_has_kind" CHECK (kind <> ''),
    CONSTRAINT "security_event_network_is_hashed" CHECK (length(network_hash) = 64)
);
CREATE INDEX "idx_security_ev_created_f6f2b9" ON "security_event" ("created_at");
CREATE INDEX "idx_security_ev_account_2b29bb" ON "security_event" ("account_id", "id");

CREATE TABLE "confirmation" (
    "id" UUID NOT NULL PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "updated_at" TIMESTAMPTZ NOT NULL,
    "purpose" VARCHAR(20) NOT NULL,
    "email" VARCHAR(254) NOT NULL,
    "account_id" UUID,
    "sign_up" TEXT,
    "code_hash" VARCHAR(64) NOT NULL,
    "expires_at" TIMESTAMPTZ NOT NULL,
    "tries" INT NOT NULL,
    "used_at" TIMESTAMPTZ,
    CONSTRAINT "confirmation_has_known_purpose" CHECK (purpose IN ('sign_up', 'reset', 'new_email')),
    CONSTRAINT "confirmation_email_is_lower_case" CHECK (email = lower(email)),
    CONSTRAINT "confirmation_email_has_at" CHECK (email LIKE '_%@_%'),
    CONSTRAINT "confirmation_of_sign_up_has_person" CHECK (
        (sign_up IS NOT NULL) = (purpose = 'sign_up')
    ),
    CONSTRAINT "confirmation_of_email_has_account" CHECK (
        account_id IS NOT NULL OR purpose <> 'new_email'
    ),
    CONSTRAINT "confirmation_is_hashed" CHECK (length(code_hash) = 64),
    CONSTRAINT "confirmation_ends_later" CHECK (expires_at > created_at),
    CONSTRAINT "confirmation_counts_tries" CHECK (tries >= 0)
);
CREATE INDEX "idx_confirmatio_expires_c7723c" ON "confirmation" ("expires_at");
CREATE INDEX "idx_confirmatio_account_9f439f" ON "confirmation" ("account_id");

CREATE TABLE "follow" (
    "id" UUID NOT NULL PRIMARY KEY,
    "follower_id" UUID NOT NULL,
    "followed_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    CONSTRAINT "uid_follow_followe_b990b4" UNIQUE ("follower_id", "followed_id"),
    CONSTRAINT "follow_is_of_somebody_else" CHECK (follower_id <> followed_id)
);
CREATE INDEX "idx_follow_followe_53e0a2" ON "follow" ("follower_id", "id");
CREATE INDEX "idx_follow_followe_4ebc24" ON "follow" ("followed_id", "id");

CREATE TABLE "erasure" (
    "account_id" UUID NOT NULL PRIMARY KEY,
    "email" VARCHAR(254),
    "created_at" TIMESTAMPTZ NOT NULL,
    "due_at" TIMESTAMPTZ NOT NULL,
    CONSTRAINT "erasure_email_has_at" CHECK (email LIKE '_%@_%')
);
CREATE INDEX "idx_erasure_due_at_e88dce" ON "erasure" ("due_at");
"""

COLUMNS = """
ALTER TABLE "account" ADD COLUMN "email_confirmed_at" TIMESTAMPTZ;
ALTER TABLE "account" ADD COLUMN "display_name" VARCHAR(80);
ALTER TABLE "account" ADD COLUMN "picture_url" VARCHAR(2000);
ALTER TABLE "account" ADD COLUMN "is_seller" BOOL NOT NULL DEFAULT FALSE;
ALTER TABLE "account" ADD COLUMN "is_staff" BOOL NOT NULL DEFAULT FALSE;
ALTER TABLE "token_family" ADD COLUMN "device" VARCHAR(200);
ALTER TABLE "token_family" ADD COLUMN "network_hash" VARCHAR(64);
"""
"""An address that was there before counts as not confirmed."""

DROPS = "".join(
    f'DROP TABLE "{name}";\n' for name in reversed(re.findall(r'CREATE TABLE "(\w+)"', TABLES))
) + "".join(
    f'ALTER TABLE "{table}" DROP COLUMN "{column}";\n'
    for table, column in re.findall(r'ALTER TABLE "(\w+)" ADD COLUMN "(\w+)"', COLUMNS)
)

SQLITE_TYPES = {
    "UUID": ("CHAR(36)", "{0} LIKE '________-____-____-____-____________' AND {0} = lower({0})"),
    "TIMESTAMPTZ": ("TIMESTAMP", "{0} LIKE '____-__-__ __:__:__%+00:00'"),
    "BOOL": ("INT", "{0} IN (0, 1)"),
    "INT": ("INT", "typeof({0}) IN ('integer', 'null')"),
    "TEXT": ("TEXT", "typeof({0}) IN ('text', 'null')"),
}
"""For each of PostgreSQL's types its name in SQLite, and what it refuses."""


COLUMN = re.compile(
    r'^(    |ALTER TABLE "\w+" ADD COLUMN )"(\w+)" ([A-Z]+)(?:\((\d+)\))?([^,;\n]*)([,;])\n',
    re.MULTILINE,
)


def _for_sqlite(tables: str) -> str:
    def column(found: re.Match[str]) -> str:
        begin, name, kind, size, rest, end = found.groups()
        if kind == "VARCHAR":
            kind, check = f"VARCHAR({size})", f"typeof({name}) <> 'blob' AND length({name}) <= {size}"
        else:
            kind, check = (text.format(name) for text in SQLITE_TYPES[kind])
        return f'{begin}"{name}" {kind}{rest} CONSTRAINT "{name}_has_form" CHECK ({check}){end}\n'

    return COLUMN.sub(column, tables)


# On SQLite a script first commits what is open. So it opens a transaction of its own, which the
# engine commits together with aerich's row, or rolls back as a whole.
SQL = {
    "sqlite": "BEGIN IMMEDIATE;" + _for_sqlite(TABLES + COLUMNS),
    "postgres": "SET LOCAL lock_timeout = '5s';" + TABLES + COLUMNS,
}
DOWN = {
    "sqlite": "BEGIN IMMEDIATE;\n" + DROPS,
    "postgres": "SET LOCAL lock_timeout = '5s';\n" + DROPS,
}


async def upgrade(db: BaseDBAsyncClient) -> str:
    return SQL[db.capabilities.dialect]


async def downgrade(db: BaseDBAsyncClient) -> str:
    return DOWN[db.capabilities.dialect]


MODELS_STATE = (
    "eJztXVtz2ziy/isovUymSnGNr8l6Tp0qWWYSTRzJK8nJ7sZTXEiELI4pUENSVnR257+fBngR7yZlyoIovMzEQDdINUB094"
    "fuxn8aM1Mjhn30mzm6IdgmjUv0nwbFM/aPRF8TNfB8vu5hDQ4eGZz4D3OkGgHZyHYsPHagY4INm0CTRuyxpc8d3aSM/NvU"
    "RJpJbIQRcCLsoLlFbEKdJsJUQwvq6AZaTglF1ByZ2grB8wia4dURG18zx/AAnT68fKgF1f9cENUxH4gzJRYM+P13aNapRn"
    "4Q2/9z/qhOdGJoEfnw/0Mn71Gd1Zy3tqfY+sBp2YuO1LFpLGY0TD9fOVOTBgzwS1jrA6HEwg7RQkKjC8PwBOw3ue8LDY61"
    "IMGLausGjUzwwmCiZ9zuO6zbGqra7Q3VgTJU1UZiWnyOkHi9prFJ2ZTq1LG5DGb4B0w3fXCm8OfZL3+5z1lLwqViD/za6r"
    "c/tfpvzn75mT3QhHXhrpiu13PCu/7iQ2AHu4Nwya9FPTUNjViqriXlfXfXuU6Xd4QpJvTFQteOGOsmovcb1rJfr/JXEH6O"
    "sLmkTy+4pOem7TxYvJMLiYt4LVL+XSTFeQ1ycPQZSRdpwBQTp+ZxHfn/qJdYh50vymDY+nLLhp/Z9p8GF1VrqLCeE966ir"
    "W+uYit92AQ9K0z/ITYn+hfva4Sn6uAbvivBnsnvHBMlZpLFWthmfjNftNfbJ+aPIY+H9YwwuPHJbY0NdFjnphZtMmu2cks"
    "3oIpfuCTxKTJ3tNTF32Y8Rt9pjtpumTdmatM2KpRjYDuWW3SowSNTVicR2g4JeiRrNBUBxrY9k3Y63UH6fYl6AfoIBqaYn"
    "uaVCMbjvEC/QEjlVEfHnnttMfxSRH1AVSZ+oP35SuQhU1SdEeHOhn7nEceEzb8gD3c2OB94X9vT47P3p29P704ew8k/EWD"
    "lnc5E9DpDmOag1DNVrFTVneE2F5He7zmkpbKoxLlMSDjhaU7K+UJ7Pc0BRIlyFUitkeqkoC2kCLh5Eeo47BNHnwGNDEtoj"
    "9QtvNfMj1gLhxDf3I1w4w12HOCH21kTtK1yksHfF7FfG/gMdddnrEL//09U+2UM6Krt56fVz2N/5ks6JjNCeJPYv85+9+G"
    "gOZ0tsJ5hN+Xrt0VuphxWXfgNTAdk6Sm93irUfXb0T6NQedjV7lW724vkQ2LmWjqYn5PvdZON2jVqdsKbWpf+XA3UK7dPu"
    "hRLTJhqvae3nS+dIbQ32p/Yv3c9oNePJ6yXuDrK4NP6rD3WWGjuIMAM8zHFD6MR8KGckdq966VgGQM20LQ07lWusPO8J/q"
    "Taf7mfWCeQf+DOwQhk4fGcVAGQw6va6qdK/5WxLbhl+rgubive5v690NVeWr0v/nt09KXwl+J3zEbKexVkv4Rsk9vW0NBt"
    "96/ev1j55j216asEUGvzqggYXW/RihGU8xfXB/O5uB1uCz+5Nt4qjYfoxwc5LI+EB1T5Uvrc7Nemgyw7oRGrd3o6gfO18V"
    "mCrLNIj6AFsQ9dqHrc9Bu4MfWTuoppaq/OO21x+y0fjCJz/mpuWw0Vrtdu+uO1TbNz3+W/39aGyYnim1K1Bh/UlG98iiG2"
    "CU6wUbobfNiWIVVoMiUOLAkntUmT9UCguL8W201Qkm0ej6vTgrsH4vzjLXL+uKydp0yuGNHr3IamRD4Z78UmR3AKpM8fK+"
    "qHzHoG9AHhu4NlFO6d1I7ybVu2m5qiTNr/G7cj0aHCJ61pVpoTmxbDChwanwbBS0mLvglg0P91U0OwlB5pKCzWU7Nj8yYZ"
    "ZA0pWpYsAXoGXSbXkNt2W/9kBRDKa92AQjhz9zbcNpjnLKaRZ6mrnLV8ZkDBhqd8pwcl7EHgeqbIvxPGGRgxdvlY0CCPNU"
    "4vUIJOTqffaJbtmOWlbGUa4a+j/viwj6fbag3ycEbeAN5BxhkmIuIOaRbjlTDacc/DK1my7lME+ewt1DceeIlynQmPACgL"
    "Ms2pRgrOFa3Qok4mHGJoUddbaRvZg+QgV2o2DgX53MRk235wZelVYHcb76gbrVK4S5PnYWFlEXVilDPcZWP0nDZlRwP8vd"
    "0BLy1m3VJoZBrKS0r0zTIJhmAEphvpi4R8C4Lf0RtLzunnXV691EtqurzjAm5rsvV0r/zTGXPhDpjhtSlQgXYpJz8GSygc"
    "B9NinvEvLWiEE2w3ainFJHi6ajBTnGGLJ4i0bKIYbb0cw7wnACkkKxWOYcw8pBnKuJHik7VnBMtLCRSY0VGq2Q7tho8Kn1"
    "9uT8ggfloje6G2fFGkas15wgQh3LnK9+To/P2sZDXnDQUda5qdanEQhNquoE/YCDtFrttjIY8HAcYttBIFUQOxX/HgrFax"
    "cK186J1t7zg3epskqorAiY8GOuw3CbgAgRTjnNQk8zC23c5GDRlpbnXsyvPTbnpWChgKGWKEX1oOsEz3RjVTJMNcK03WRX"
    "QSLPnolySThLcQEnpfvBzcv4TFYJ0y8m0bDD8yEYbS9Fu25dP9/Cy8Axia4skIGLErAeMCWH/U572Phrh46oJ/4sd3Q9O8"
    "84pep6VRTzTVkI3FudXiIe9Y/mWLeYG8gHs5EzxQ5agovoWdpEQxOLZ/c0oekJiDTke4fpbmnF48vQOwE2pWaOMyq9oIMw"
    "n2To3UFMs3R2D2KaPVW7wTRHOaXLK/Isjw2dZCQOZru9Eab6ub7V57dJYGHLwIJGnvRxuYiegEOKuJCIZT7s6+0XO87nFh"
    "POqRYpC2UcvhAqCyU47qVcn4XJoutKKJxsYI51bHS8aheNtLI6UYpmbl0dTqvqYeJnAbOBOSO8+CZ2EEZzy3wCfquJsM3q"
    "3bjEIwZZTckMsbSCJCZWfoh7ek9vPTqeh2ovRn+QsYNsvOJZrLyo26/QhchbFqeMwCaEb8NGlGFublXRN63B1wG6OHp/dP"
    "zzEfqmw+JeOPcUePx8Vz4Ksv3XYwOPWT4sx+PgbYJ35e/g1gBy1hm0aEWcLITue8PnZQTe67u1fSRwJ4E76epL4E5Oc7XT"
    "HN5wC0fjh3hEjgfb2FMq5Cjl+EkJV9/TZCVkHGKpo4jPzwulJ5/npCefp2ZvlZHxy9K/hXY/t5L/7Sa3gamow6AptlZugk"
    "OS+RXTHHajDCrMcnjV4vtir+ytxCDtKu/+8ES9o8z7wxO0TLV83VRLwxxjo9yqDjjqJ+XTIgbeabZ9d5ow78YG1md2Ur6/"
    "DXrdrCNJnyPuhMIaR//lFdvqZXEwWUQsDl+gb760/hGXdfumdxV3KdkAV3Hvxa9svAEWEOeVaIDQaIDwNYPlEdMGR0xCin"
    "WfT5h6rYUzbfOAl0bK8VK4u5l3tmTCxzhVx2vKAmVOLfIAaotYbgQ0dRCh2hG6cYuPWgSxwj82sskc8xXB8nlHBqaPdhMt"
    "p/p4iqjJkoAn7sERzIIDc2Cn1T/d4pNeEJ29o+CkDQ579i7WIPvMZ7d3/wll2FZfE8cmY4s4pWNoYmz1cyGqD6GBrUy3yN"
    "gB51ZP8SSG5EfGBVkJxlos7DzLVfnHMN+RCAzXm173o08e9y6i4jct/QE0QBnBh1ikyDcQ+YOF2ZNLbCtrjloI/BWANh6X"
    "W0rGaw4p4zpeViHMlrJv+IMMOjmIabbIzHzaMI0ozCnTiESb5QTytRuAhgEwYDr+H2byb0NbI+0SmgRRM/c6mjC5Ovbpn4"
    "Vsvk15BG8AoSDyw72Vzm4ik46BY2JaPHDWy3U3J0DupcP/6hVo86qypd/lvJUnyJJu4niwOcG4gqBhQlmg2wUOykg6zldD"
    "YW/rOJ3fZQrbmMGeVAp8THLWUOxnpwWEfnaafffI6b7VYRLFDitxXaj0Wmtr6MriFwc3zbLSY/3mV0R/tU9gau3UyIJUum"
    "Zxr9UKsRSINQg8yp9stNTtKasTPsVPZJ396aV16pSf+RvETQB1L07VWUVxZC4sNIdfnRZhUPn4suqbEBaQTB49wK1U4vgH"
    "N81uJdGycF+US4J+z6JPI8tc2sQqLeg437ZgkDrJWgKqElDdrbC3Bai+cr054YW8hUAgBzvlJOwz1C9487jYKj7OW8XH8l"
    "hg98cCfuGrkgcDMbatJgWJYr+XOBmQkPEmAt47B0lCxvWbX0EgY7/SX8txyGyeihbHSZp5QLFf1AnW3Zq6eKHDJWz3DL5d"
    "lyr8NXK35GjFoVt+naSbEob+zc2ff7t3e4xhIKAC0eSUQqz4IS9Ai/mo5VN2IlwS+Sgd7iSrlb1CtTLvkKikwRflkqEge4"
    "bh1QpdkqdMtbW+pBN1cNMsnaj6za8gTlTbpBPdmmFP/AkPKtLfzHOfxnHKAuE1DJFkISws72KJV0fo29Tkldixze4zZJ6N"
    "zTt1jYW/uH2goDSbuzasoObI/MH/zYZKi7Cp+hGsxvwQfCXCom8wAuMEwa8zgZW1UdN9ILuo0QZfrYmgi3tebAB24werRc"
    "8Lwk/hFREemQu3z6tEX9At+x4uDvO7DOmRIT1SC8uQHjnNVdSDX1gwZMbBmkIXMz7H4epkUbBlzS6yp9oYdD521bvbSx5g"
    "qi7m97SvAO0l6D6bOPe0q3xTlS+tzg2MTpZqUCl89+jMK1c5F+1be4Uy58IXQRRlcysBf3mfWVKg2aV/Qix1CI947co/PN"
    "yhLNoYYarhflE91LhfGJQg5VP3ziqCX5pW4alDM/augD42rXpVVwK+7jf0wF7i7cnx2buz96cXZ++BhL9o0PIuZ7KTl1lI"
    "QK9+X4sggN4H0zD4WyWgPK+nmQfiTdY0z8J3PUqCKxE5xLVkdfN4BhvBFi+xwmAuYiVhuXKsqfckum9KLN9Idf/UAjwsAp"
    "bFiBlNE32PMHnNEkrbKZQWn9WC4o6xybP3eGWL6EIvKVZNijVdrBL4ldp8u9pcsbC9sEiaOve7cvU5CREVUuhjwwQj01fO"
    "TQT/0Q1+QPWHOeJ3GY8IoYidkq34kVe6ct9smBeEI4p2N/xhqGt54eSWkVipYWqrYcLTrMGuV36K11wSOxNtdgWxH77qtu"
    "6YVpr94Hfl2g9PIaIC8TwPLAC6ua6nipEXFcRsgVCASyxGpyibLG4juD0g1VVtNzQZCXNw07zrQAuBEru2YtzLO8UqvlNM"
    "LKMrq+p+uLuI8VWi0r4X7uweqbBUURZdDAYV+y6bkURRkxorv+L9py+tNnpj6z+Qpj/wEvi6RvwQ5Z8zg6qrf0qRuOdgjw"
    "lZDPLURpp9gm5zdbIHpNl3ENO8a7NPKMNEGn77YPjJsE8Z9imO6OukDGTcp4z7lF9L3tciFuhwi21XfumgA+9uFgEd5j5l"
    "0ev9+CEOsqc8nxpmmGDNDeRkUSDEtt2r97LxgcGn1tuT84v8G/4qf4i85E8c40ICDAe4fUqb8uCm2SJPsEtvdvlxmFPaQi"
    "LPsm9IlIPgo1zbjTgXJJ7pGeA9YV8mRJyU7wfTIvoD/UxWXMrhYgUxkSaDgfZSruvW9fMtvAystti6AgHAzyYOF0Eflnq/"
    "0wZfbTeW+w3RHoilUMdapVnu4e5cy93ghCoJKAsFfBvkgVnQJvyTXSw/A/Yj1Gf2NbYIWlq64xDKL9EGK1tDlNdHci/X1t"
    "Jjv188Ymq+l6EHpTX9UfmPdCO4Ezlf8kRwpyeCodkqKuoQi0w0iuFG4RVf1N0M89QQ0T4uVFjmOKeyzHGytIy9GP3B7tYp"
    "t3KjXNJmSS0mk750n6+nFGIXeRU3mA1xq1wiJtM5uacfO1+V/uASPeig3ux7+kFR4K8JIfDv687g9m7I/tZ0e75wXMR895"
    "WV8IxnQ810mmZUXukPmbB/nLNO6P/fTk5OT9+d/HJ68f787N278/e/BMcAya6884Crzkd2JBCZjuQZwXhhWYSOV6WOL0M8"
    "In8lG+71Ra70yb7RJ3Ghj0QTN9ny9wKAEOQw5havmOnVNR19TBppF5NECJq515K4pPAzA9oCcaAuNfPDBlwh+WU2bATqSI"
    "efoXHnywafmGiXCKOp7t4swkrfsvMUk9s0CD/A2kgLAa32AV5VXaRrrKyuO+JP9hHqOOxvljf8sIBZcaltBwaZG3gFBIzJ"
    "fZWfbJY15LB4VJ0X2EWPZO5cIt1BM7y6p1PTgNch8Ak7dpO/m9uDRvAroGu0AqblNvKMsvftKu/LFOhA6LjozXd5F989dy"
    "b0CL+0jKx9+hrqxwrlHVrJ/FsqeQ9shKl+Od5bEbQ0R2prjkSCPskPR3Ws1QbzHGOVEy30RMuQuSpD5qZgqRkb7Y5RTnlY"
    "LPI3Yy4cdjVhGVMjxFI/Q6MabE8Qb7jjkFkjxQnm7c0831f3KQodZS51duslBV+TnSWlH06m0MiqEkKcGMjovwPXATK98C"
    "CmWeTQgP07XXV0xyhlNgUMNcTBTgrBMyc58MxJEp6hppMi4OxbO3z6Wsg3b+PZxp0dC6tU5rFHXgtRJ5ZywbWcu5gTq3lu"
    "6WOyyQl/jLFOWMUrH/D/ucAUduGUA/5M4YdZ6iT5ylAiWJ2mVU6mYRYp0xSZLnVnqll4STewyOO8En0TzSQXBBv6ptvTGz"
    "DvGyn4UNDXzMOIGKKjGj5ZgdAIRsviFhgjsRFbqggjjWDN0ClwzLBG/HxRc0nT7i/ZdBAJNQnhPkmo6QA3PAk1Hdw08423"
    "JNYU5pFgkwSbXhdsCr9ZQs7ZmFOMrRbSfm3oyRyPsZ0q95wz6BBPLYS+9eJsMrlhy8kNvgtS1rAJ80mzRmizxnZw2pFEsX"
    "y6gFnkT6nRag87X5VLBK68/kTuaafrt+jUbYv75MXCdwtF7+YE7yYSRkHmRPWElqo8MvHHNFaJQ6bgkK6gylbbinJVEiEm"
    "UIZF9fU83XoYm7jEUU6J9IqmOgRBej8sqOaKOXkztdfVzL2aOkT0LMr7yVyi2WI89YoDsjjCn2zEzzB5Qhl+JJTngM2xrv"
    "0aoLUs0WyiW7aD5ryaCpqYFm9kAyRh4K095SU4MYxREvIIsUjEuE6VTvYPYZL+4bb9QwdbsKlsEgES56yTsfrKISBTxrjB"
    "FET55ARsPAFMIW8UBRXhkxOw8QQcAIbRu1W6l8icE3pP+8pA6X9Vri8R6D5iPRHtnrZveoNO9+MlvywdZuie3nU/3HWvGd"
    "WCMnOXUTGf4Lrf+gZDBUE1m2Af1VcLkmflmxhDe+EyyrPyg5hmQZCBW+4FN9LK5Lg9zdz6OGuaIjdUs3JszEl3q+ogx2Tv"
    "b/vu+yUvW+pVtPGK9HR4TYsmwg6amSzqi9U4hWFgK2ebdOqF1tt5igwfE8JdleFjB7hXSpV4cNMsMrQnyqSWLwRbUqJRrh"
    "cI9flTpf2DS3d8x0IdRSpr4AqADsljgG0fAxwA/vZJubm+RAwyv6ftXvdDp//FhdtMOtGtGUfc+srf7zp9ZaCy8KJel8Fz"
    "fy7cm6S4K3JPb/u9tjJwgbq5ZbJL5jjnbasDozM8+J5eK+2bTpfhdhoZsyA6aGtdtbrXPd6IR5hqJm/tKwzhU6/vlEvPsV"
    "O1BfHb+UPcZu/tOPWtEulS5yTS76KKPl7o8XxodW7WHeoE6wbr9SqPXweVx6HtpjcYXiLDdDOodo8rsnrp5UKpQhx12nQr"
    "i6Bii5qAYVo2hirOJ/LnLkwglSB1UwUKVttK1dQZbMT4oVQ2Soilhiv5vJCUz3OkfJ6UMrtpVU2/rv7KNA2CaVb0ZYgvJu"
    "wRMO6htPOM2l7vJgJqXHXiCSd3X64UWONc9kCkOxmWL0eOMySevbKjXDVc3NVnovCgt9IJbVGuGgp6K1ltXGolS/uEeeop"
    "563U9+Fi27jITxp3nSzqV4YxPG8QBKyV2mXifPWrb3tRZPFfZC/9i8TC9xxdi2A7K4fzeWAjMYjAkm8UjRby7iLzriK7p7"
    "1bpd8a9vo8Ngl+hvuZ797vZxe02KplmrOSxmaUUVqbxa1NkKlN1AV19BTdnH+SGWOVaT8in2RiBxT73ClzK0GYpU4mQHUl"
    "51gocPkIgBCb/GZE/mZ8SH2DOY6xynkWeZ690xYxcub29QQ9EUmakG9SuB9Mi+gP9DNZJYzymEiTaaJ7Kdd16/r5YKAH0Z"
    "qxpQgCcFOrWVdfYRcMt0EJ7TJGV3kiNLVUY7i7+Xy0rkoCykI3e7C7zHmSrZcxC94Nu21yRMbwGqxDd5rQRKh7sSP8i8XH"
    "uvdGMqeH30vpgJuQfilItcOnROl+jwSGuSJw//CPLn+XgbwiBfLK0L9q49TkkX7VRVFk/I6M3xEzfif9woxstLtWF2a8wm"
    "maTDLZRFvtnV8Klr9DLLa9bDDTCWaJQYg81xGXoKjBGWGSJmc+CrHOEn0hCLFOSd1PsT4LQkSWlVAYRJ/bQo0U+MHraeYh"
    "D9aaphDm4NIz75+l4rpSOUItRMkSras2oolpGObSBiJjhfDE8XABA3s5vK7llo47VP+IUthDqPakhB+Egh+kiXcQal/mER"
    "/ENEswsVIwURrLlYt0owLWsnS1RGmZU/D3O9ghXaySp4sxTDKAPAOsc3DXbisKBzvtxXhMCEc7fZjTNWHFwC9lBrgAodMy"
    "A3zbGeBzy3zStYz7sbKFHGOTuYoFchXZ7rawSh2KhFgEjkHftZAFKWDXIpY+njZSgCmvp5kHTOE1zXPAVLa8Ky4Nl50hlP"
    "bVpyg2b/29DMoR3tLLRnAyIx6yP/nskIc6aK+T8/Mihtr5ebalxvpiphp8VCUk7JHXULpbUVvwRMcL04tK+LdBr5thgq1Z"
    "4qCUPnbQf5F/UfOeSTtHuEwYESQqcRlh/N7BZtQfZwNc7VqZ/fX/v7hKzQ=="
)
