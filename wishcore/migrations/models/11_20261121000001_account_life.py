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
    "created_at" TIMESTAMPTZ NOT NULL,
    "followed_id" UUID NOT NULL REFERENCES "account" ("id") ON DELETE RESTRICT,
    "follower_id" UUID NOT NULL REFERENCES "account" ("id") ON DELETE RESTRICT,
    CONSTRAINT "uid_follow_followe_b990b4" UNIQUE ("follower_id", "followed_id"),
    CONSTRAINT "follow_is_of_somebody_else" CHECK (follower_id <> followed_id)
);
CREATE INDEX "idx_follow_followe_1b564d" ON "follow" ("followed_id");
CREATE INDEX "idx_follow_followe_72601d" ON "follow" ("follower_id");

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
    "eJztXW1z27ay/isYfWk6o3jq1+S6d+6MbDOJGkfykeSk99QdHkiELNYUqJKQFd1z8t/vAqQovpuUKRui8KWNASxILUDs7o"
    "N9+XdjahvEcg9+s4fXBLukcY7+3aB4yv+R6GuiBp7N1j28geGhJQb/ZQ91Kxg2dJmDRww6xthyCTQZxB055oyZNuXDv01s"
    "ZNjERRgBJcIMzRziEsqaCFMDzSkzLbSYEIqoPbSNJYLnETTFywM+v2GP4AEmvX/+VHNq/j0nOrPvCZsQByb8409oNqlBvh"
    "N39efsQR+bxDIi/BH/h07Ro7PlTLReTrDzQYzlLzrUR7Y1n9Lw+NmSTWwaEMAv4a33hBIHM2KEmEbnluUzeNXkvS80MGdO"
    "ghc11g0GGeO5xVnPqb13WLc1dL3THeh9baDrjcSyrChC7PWbRjblS2pS5goeTPF3WG56zybw58kvP7znrDnhjeIP/NrqXX"
    "5q9d6c/PIzf6AN+8LbMR2/50h0/RBTYIa9SQTn16ye2JZBHN00kvy+vW1fpfM7QhRj+nxuGgecdBPWrxrWvF/v8hdgfg6z"
    "BaePzwSnZ7bL7h3RKZgkWLxmqfgukuy8Aj4wc0rSWRoQxdhp+FQHq3/Ui62D9hetP2h9ueHTT133b0uwqjXQeM+RaF3GWt"
    "+cxfZ7MAn61h58QvxP9M9uR4uvVTBu8M8Gfyc8Z7ZO7YWOjTBPVs2rph/8nBo/hD4f3jDEo4cFdgw90WMf2Vljk13To2m8"
    "BVN8LxaJc5O/py8uerDi1+bUZGmyZN2ZK0z4rtGtYNyT0qRLCRrZsDkP0GBC0ANZookJY+DYt+GsNxky3XOQD9BBDDTB7i"
    "QpRjac4xnyA2YqIz784bWTHodHRcQHjMqUH6IvX4DMXZIiO9qUZZxz/vAYs+EH7ODBBu8L/3t7dHjy7uT98dnJexgiXjRo"
    "eZezAO3OICY5CDVcHbOysiNE9jLS4yW3tBIelQiPPhnNHZMttUfQ39MESHRArhBx/aE6CcYWEiRi+AFqM37Ig82AxrZDzH"
    "vKT/5zLgfsObPMR08yTHmDOyP4wUX2OF2qPHfCp0XMHw08ErLLV3bhv39mip1ySnT12vPToqfx3+M5HfE1QeJJ/D8n/9OQ"
    "UJ3OFjgP8PvSpbtG51PB6za8BqYjkpT0Pm01on470qfRb3/saFf67c05cmEzE0Ofz+6o39ruBK0m9VqhTe9pH2772pXXBz"
    "26Q8Zc1N7R6/aX9gD6W5efeL/Q/aAXjya8F+h6Wv+TPuh+1vgs3iRADOsxgQ/jgfCpvJn6Wr/f7nZ0rXMlnkRcF95YB+kj"
    "er33694OdO2r1vvfb5+0nha8K3yI/LRwlgv4zsgdvWn1+9+6vav1i8+w6y5sOOaCNw/GwGbpfIyMGU0wvffen3Ox1f/svb"
    "ZLmI7dhwi1GBKZH0bdUe1Lq329nppMsWmF5u1ea/rH9lcN2O3YFtHv4Rihfvug9TloZ/iBt4N4aena7zfd3oDPJjYv+T6z"
    "HcZna11edm87A/3yuit+6+pMGVm2rw69FjCw/qyi51zRQyxK9YzDzD+qZNHsqkECKGGw5R50btOUwrNidBsdV5JxNLp/z0"
    "4K7N+zk8z9y7tivLZZOczQHy+zKNiQuUe/FDkdYFQme0VflL8jkBnAjw3MkyilslCUhZJqobQ8UZJmm6y6cq0SHBr0pDnS"
    "QjPiuKAGg2Hg6yhoPvMAKhcevhLR/DYD2QsKepPLXHHtwTWBpDlSxYTPQLyU6fESpsdunYGyKEw7cQhGLnBmxobLHKVUyy"
    "z1MguTr4zKGBDU7qbg6LSIPg6jsjXG04RGDla8U/YmP0xTidUjEZOrt9nHpuMyvSyPo1Q1tH/eF2H0+2xGv08w2sIb8DlC"
    "pNhcgM1D02ETA6dc3nKxm87lME2ewN1BduewlwvQGPMCgLMs2pQgrOFe3Qok4mPGNoUTdbqRvpg+QwV6o2TgX53URsN0Zx"
    "ZelhYHcbr6gbrVC4SZOWJzh+hzp5SiHiOrH6fhMCp4nuUeaAl+m67uEssiTpLbF7ZtEUwzAKUwXYzdQyDclvwIWl72zLro"
    "dq8jx9VFexBj8+2XC6335lBwHwaZzHOLSrj8cM4xPB5vwPAVmeJ3CX4bxCKbYTtRSiWjZZPRklxjDLjPRCPlEsPraOZdYb"
    "BgSCF/KnuGYecgQdVED5RfKzAbzV1kU2uJhktkMhf1P7XeHp2eCcda9Mb0fKV4w5D32mNEKHPs2fLndB+rbTzkGRcdZY2b"
    "am0aidCkqm7Q99jRqnV5qfX7wh2HuG7gDBX4P8W/h0I+14VcrnM8rnf84l2JrBIiKwImfJ+ZMN0mIEKEUi2z1MvMXRs3uV"
    "h0lea5E+vrjuxZKVgoIKglSlE96DrGU9NalnRTjRBtN2BVEs+zJ7xcEsZSnMFJ7n7wYis+k2VC9YtxNGzwfAhm20nWrlvX"
    "z3fwIjBMojsLeOChBLwHVMlBr305aPx4RUPUZ3+WObpenSeMUn29K4rZptwF7q1Jz5Hw+kczbDrcDBSTuYhNMEMLMBF9TZ"
    "sYaOyICJ0mND3CIAOtrMN0s7Ti+ZXrnQSHUjPHGFVW0F6oT8r1bi+WWRm7e7HMvqjdYJmjlMrklXmVR5ZJMgIHs83eCFH9"
    "TN/q49sUsLBlYMEgj+aonEdPQKFYXIjFKh725c6LV47nlhPOqRYpC0UcPhMqCwU47iRfn4TJovtKKpysb49MbLUNUEdMlg"
    "qVxUY0c3PjiLHwO0ODnwTM+vaUiASamCGMZo79CPROE2GX56zxBg85ZDUhU8TDCpKYWPkp7ugdvfHHiThUdz78i4wYcvFS"
    "RLGKxGy/Qhcib7mfMgKdEL4NF1GOuXmZQd+0+l/76Ozg/cHhzwfomwmbe87uKNCs4l3FLMhdvR6feMTjYQUeB28TvKt4By"
    "+PD1tH0KIlYVkI3R+NFS0f4L++l59HAXcKuFOmvgLu1DJXu8zhA7ewN36IRmZ/sI0tpUKGUo6dlDD1fUlWgschkjqy+PS0"
    "UHjyaU548mlq9FYZHj8v/Ftq83Mr8d9ecBuoiiZMmqJr5QY4JIlfMMzhdYRBhVEOL5pAX+6dvRUfpNeKu98/Vr9S5P3+MV"
    "qFWr5sqKVlj7BVblcHFPXj8nERBe84W787Tqh3IwubUzfJ39/63U7WleSKIm6Ewh5H/xEZ2+qlcXBeRDSOFUPffGn9Huf1"
    "5XX3Im5S8gku4tbLKjvxBlhAnFahAVKjAdLnDFZXTBtcMUnJ1l2+Yeq25mxyKRxeGinXS+HuZt7dkg0f40QfrUcWSHPqkH"
    "sQW8TxPKApQ4QaB+jaSz7qEMQT/7jIJTMsdgSP5x1amD64TbSYmKMJojYPAh57F0ewCgzWwE3Lf7rFJz3DO/uVnJM2uOzZ"
    "OV+D7Duf163fJ5ViW31OHJeMHMJK+9DEyOpnQlTvQgNHmemQEQPj1kyxJAbke0aRqwRhLTZ2nuaq/T7INyQCxfW62/m4Gh"
    "63LqLstx3zHiRAGcaHSBTLN2D5vYP5k0scK2uKWjD8BYA24ZdbisdrCsXjOharkOZI2TX8QTmd7MUyO2RqP24YRhSmVGFE"
    "sq1yAvl6HYCGAzCgOv4f5vy/hLZGWhGaxKBmbjma8HDYkv74JyGbbxPhwRtAKIh896rSuU1k0xFQjG1HOM76se72GIb74f"
    "C/+gna/Kxs6fWYt/IEldJNHgs2xxlXEjRMKg10u8BBGU7H6WrI7G1dp/MDlpfvtPiTSoGPScoasv3kuADTT46za48c71oe"
    "Jln0sBLlQpXVWltFVyW/2LtlVpke67e+MtqrPQJL66Z6FqSOaxa3Wp0QSQFfg8Ci/MlFC9Od8DzhE/xI1tGfflinScWdv0"
    "W8AFCvcKrJM4oje+6gGfzqNA+DyudXWd+k0IBU8OgeHqUKx9+7ZfYyiZaF+6JUCvR7En0aOvbCJU5pRsfptgWD1InXClBV"
    "gOrrMntbgOoL55uTnslbcARimJXj8Iqgfs6bh8V28WHeLj5U1wKvfy2wSnxV8mIgRrbVoCBZ9PcSNwMKMt6EwTtnICnIuH"
    "7rKwlkvMr012KMTGepaHF8SDMPKF4ldYJ9tx5dPNHhAo57Dt+uUxX+GqktOVwK6FaUk/RCwtC/hPrzL6+2xwgmglHAmpxU"
    "iBU/5BlosZi1fMhOhEohH6XdnVS2shfIVuZfEpVU+KJUyhVkxzC8WqFL6papttqXMqL2bpmVEVW/9ZXEiLq06dh0pthnf8"
    "KCivQ388ynUXxkAfcajkhyFxYed7HAywP0bWKLTOzY5fUMuWXjik7T4O4vXh8IKMMVpg1PqDm0v4t/86nSPGyqfgTPMT8A"
    "W4lw7xuMQDlB8OtsIOVt1PYeyAs1umCrNRF0CcuLT8ArfvBc9CIh/AReEeGhPff6/Ez0Bc2yP8LJYf5ULj3KpUdJYeXSo5"
    "a5inzwcwemzLhY0+h8KtY4nJ0sCrasyWW2VBv99seOfntzLhxM9fnsjvY0GHsOss8l7I52tG+69qXVvobZyUIPMoW/Pjrz"
    "wlnOZfvWXiDNufRJEGU53ErAX/5nlmRoduqfEEkd3CNeOvOPcHcoizZGiGp4XlQPNe4WBiVJ+tSd04rgl6ZleGrTjLMrGB"
    "9bVrOqkoAv+w3d85d4e3R48u7k/fHZyXsYIl40aHmXs9jJYhYK0Kvf1yIJoPfBtizxVgkoz+9p5oF44/WYJ+G7LiVBSUQB"
    "cS143jwRwUawI1KscJiLOElYrhxpap1E7039i3Dv34YqlKiAsR2RKLt+2kXyZvifX9nMGVEyVZn5RxpXnc246iiuFilGEJ"
    "EiEQ6rgtfNWDmC2M7KqEeQdjAo7hbmriFjtQfNwe7cIWlK5aorV6skoUGF1MqRZYOps1IRmwj+Y1rimvQveygqag8JoYjf"
    "1S7FxWu6irnZNM9win1l4HRP1UxV9nTL9wFKj99kR++cHm/AqVd+iddUCsGVbXUlwaS+mq7JbCdNf1h15eoPj6FBBbzK7r"
    "kbfnOd1Rcj3zeN6wIhN6uYp1hRMpViSXJ9QImr2h5oyh9r75b5td19JAov3IpyryrbVVzZTi6lK6v2Q7i7iPJVot6D73Tv"
    "XezxgGXu4w4KFf8um5FwZZtay1XdhU9fWpfojWt+R4Z5LwoxmAZZOcr/nOnaX/1TinjfB2dMSGNQbvhK7ZP0mKuTPqDUvr"
    "1Y5tdW+6RSTJTitwuKn3I+Vs7H8rC+TsJAeR8r72P1teR9LXKBDjfY9fiXDjqI7mYR0GG2Glm0yKS4xEHuRET1wwoTbHju"
    "xNwLhLiuVwAyGx/of2q9PTo9y68zWflDVKlJeZQLBTDs4fGpdMq9W2aHPMIpvVkJ7jCl0oVkXuWVIlEOgo9SKR/6XB/6kH"
    "fOM528Q85AO8nXJ528o/tKKh/va2LcE0ejzFmmae7h7lzN3RIDdRKMLOTwbZF7rkHb8M+p/UimQH6Aely/xg5BC8dkjFBR"
    "yh20bANRkaXLK/FupPt+P3vG1KhDywwSvK5mFT/Sj05Q8YdS3QiGVqsoq0MkKoNvDDcK7/ii5maYpoaI9mGh9EaHOfmNDp"
    "MJjtz58C9e4anczo1SKZ0lNaVR+tZ9OqtXiFzmXdzgOsSNdo44T2fkjn5sf9V6/XN0b4J4c+/oB02Dv8aEwL+v2v2b2wH/"
    "2zDd2Zx5iPnr5/fCUxENNTVpmlJ5Yd5nwv5xyjqh//91dHR8/O7ol+Oz96cn796dvv8luAZIduXdB1y0P/IrgchyJO8IRn"
    "PHIXS0LHV9GaKR+SvZ8KwvUlgqu65UoqyUQhM3OfJ3AoCQ5DLmBi+56tWxmTkijbTyOJEBzdziON5Q+JnB2AJ+oN5obof1"
    "hUBaJXtxEYgjE36GIYwvF2xiYpwjjCamV9+GJ2Dm9ym20GkQvoe9keYCWu0D/NzOyDR4cmdvxp/cA9Rm/G8eN3w/h1XxRr"
    "sMJplZeAkDOJH3Kj+5PGqIcX9UU6R5Rg9kxs6RydAUL+/oxLbgdQh8wsxtinfzetAQfgV0DZdAtNhGnFH2uV1l1VaJLoQO"
    "i9ZfzCu/+NSd0AP80jK8Xo2voXyskN+hnSy+pZLViCNE9Yvx3gqjlTpSW3Uk4vRJvjOdOcsN1jlGqhZa6oVWLnNVusxNQF"
    "OzNjodo5Tqsljmb8aeM14gs4yqESKpn6JRDbYniTXcZmTaSDGCRXszz/Y1VyMKXWUuTF57lYKtye+S0i8nU8aorBJS3Bgo"
    "7789lwEqvHAvlllm14Ddu11lJrNKqU0BQQ1xsKNC8MxRDjxzlIRnqM1SGJxdO2Y1vhb8zTt4tlE5Zu6Uijz2h9eC1YmtXH"
    "Av527mxG6eOeaIbHLDHyOsE1bxwhf8f88xhVM45YI/k/lhkjpxvjKUCHan7ZTjaZhE8TSFpwuTTQwHL+gGGnmcVqFvsqnk"
    "kmBD30x3cg3qfSMFHwr6mnkYEUd0dGs1rIBrBB/L/RY4IXER36oII4NgwzIpUEyxQVbxovaCplXR2XQSBTVJYT4pqGkPDz"
    "wFNe3dMouDtyTWFKZRYJMCm14WbAq/WYLP2ZhTjKwW3H5p6MkejbCbyvecO+gQTS2YvvXkbCq4YcvBDSsTpKxiE6ZTao3U"
    "ao3LcNqVRLF4uoBY5k+p0boctL9q5whMefOR3NF2Z9ViUq8tbpMXc98t5L2b47ybCBgFnhPdZ1qq8MjEH9NIFQ6ZgkN6jC"
    "qbbStKVYmHmEQRFtXn8/TyYWxiEkcpFdIrm+iQBOn9MKeGx+ZkfXS/q5lbID006EmU95O9QNP5aOInB+R+hD+5SNxhioAy"
    "/ECoiAGbYdP4NUBreaDZ2HRchmYimwoa245o5BMkYeCtPeU5ODHMURLyCJEoxLhOmU52D2FS9uG27UOGHThUNvEAiVPWSV"
    "l9YReQCSfcYAmidGoBNl4ALpA38oKK0KkF2HgB9gDD6N5onXNkzwi9oz2tr/W+alfnCGQfcR6JcUcvr7v9dufjuSiWDit0"
    "R287H247V3zUnHJ1l4/iNsFVr/UNpgqcajbBPqrPFqTuyjdRhnbCZFR35XuxzJIgAzfCCm6kpcnxepq5+XHWY4pUqObp2L"
    "iR7mXVQczm7++uzPdzkbbUz2jjJ+lpi5wWTYQZmtrc64vnOIVp4Cjnh3RqQevtPEW5j0lhrir3sT08K5VI3Ltllhnak2VR"
    "yyeCLcnRKNUzmPr0rdLuwaWvXGOhjixVOXAlQIfUNcC2rwH2AH/7pF1fnSMOmd/Ry27nQ7v3xYPbbDo2nalA3HraP27bPa"
    "2vc/eibofDc3/PvUpSwhS5oze97qXW94C6mWPzInOC8qbVhtk5HnxHr7TL63aH43YGGXEnOmhrXbQ6V13RiIeYGrZo7Wkc"
    "4dOvbrVz37DTjTlZtYuHeM3+24nRN1qkS5+RSL+HKq7wQp/mQ6t9ve7Qx9i0eK+fefwqyDwObdfd/uAcWbYXQfX6uCLPl1"
    "7OlSpEUadDtzIPKr6pCSimZX2o4nQyf+7SOFJJkjdVIme1rWRNncJBjO9LRaOESGq4k08Lcfk0h8unSS7zSqt6ern6C9u2"
    "CKZZ3pchuhizh0C4g9zOU2q73esIqHHRjgec3H650GCPC97DIJNlaL4COc7gePbOjlLVcHNXH4kinN5KB7RFqWrI6K1EtQ"
    "mulUztE6apJ5+3kt9HsG3jJD9p1HXSqF8YxvCtQWCwUeqUidPVL7/tWZHNf5a99c8SG983dB2C3awYzqeBjcQkEnO+UdRb"
    "yK9F5pciu6PdG63XGnR7wjcJfob3mb++3c8LtLi6Y9vTkspmlFBpm8W1TeCpS/Q5ZWaKbM6/yYyRqrAfmW8yMQPBPmNlqh"
    "KESeqkAlSXco67Apf3AAiRqW9G5m9mBalvsMYxUrXOMq+zf9siR8zcrt6gJzxJE/xNMveD7RDznn4my4RSHmNpMkx0J/m6"
    "bl0/HxT0wFszthWBAV5oNe/qabzA8CUIodf00dUeCU1N1Rjubj7trauTYGShyh68lrkIsvUjZsG64dUmh2QEr8E7TNaEJk"
    "K9wo7wL+4f69WN5EaPqEvJwExILwpS7fQpXrp/RBzDPBZ4f6yuLv9UjrwyOfIq179q/dTUlX7VSVGU/47y35HTfye9YEY2"
    "2l2rghkvcJumgkw2kVY7Z5eC5s+Iw4+XDVY6QawwCJnXOmISFFU4I0RK5cxHIdZRos8EIdYhqbvJ1idBiMi2kgqD6AldqJ"
    "ECP/g9zTzkwVmPKYQ5eOO59c9DcT2uHKAWomSB1lkb0di2LHvhwiBrifCY+biAhf0YXk9zS8cdqn9EKewhlHtSwQ9SwQ9K"
    "xdsLsa/iiPdimRWYWCmYqJTlylm6UQJrlbpaobTcKPjHLZyQHlYpwsU4JhlAngHW2b+9vNQ0AXa689GIEIF2rmBOT4WVA7"
    "9UEeASuE6rCPBtR4DPHPvRNDLqY2UzOUamYhULxCry023ulLoUCZFI7IP+2kyWJIFdizjmaNJIAab8nmYeMIXXY54CprL5"
    "XXFquOwIobSvPkWw+fvveVCO9JpeNoKT6fGQ/clnuzzUQXodnZ4WUdROT7M1Nd4XU9XgoyrBYX94Dbm7FbEFT2S+m16Uw7"
    "/1u50MFWxNEgelzBFD/0GrQs07xu0c5nJmRJCoRDHCeN3BZtQe5xNcvLYw+/H/PhYN3g=="
)
