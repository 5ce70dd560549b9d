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
    "eJztXVtz4zay/isovWRSpbji68xxTp0q2ebMKCNLXkmeyW68xYVISGJMkQov9mh3899PA7yId5O0ZEEUXpIx0A1SDR"
    "Do/tCX/7QWpkp0++hXc9Ij2CatS/SfloEX9B+pvjZq4eVy3UMbHDzRGfEf5kTWQ7KJ7VhYcaBjinWbQJNKbMXSlo5m"
    "GpT829xEqklshBFwIuygpUVsYjhthA0VuYaj6eh5TgxkmBNTXSF4HkELvDqi46umAg/QjNnrh3IN7U+XyI45I86cWD"
    "Dg7/+EZs1QyXdiB38uH+WpRnQ1Jh/2f+hkPbKzWrLW6zm2PjJa+qITWTF1d2FE6ZcrZ24aIQP8Eto6IwaxsEPUiNAM"
    "V9d9AQdN3vtCg2O5JHxRdd2gkil2dSp6yu29w7qtJcv9wVgeSWNZbqWmJeCIiNdvUkyDTqlmODaTwQJ/h+k2Zs4c/j"
    "z7+S/vOWtJeFT0gV87w+vPneG7s59/pA80YV14K6bv95ywrr/YENjB3iBM8mtRz01dJZasqWl53993b7LlHWNKCN11"
    "NfWIstYRfdCwlv16lb+B8AuEzSR9esEkvTRtZ2axTiYkJuK1SNl3kRbnDcjB0RYkW6QhU0Kcqs91FPyjWWIdd2+l0b"
    "hze0eHX9j2nzoTVWcs0Z4T1rpKtL67SKz3cBD0rTv+jOif6B+DvpScq5Bu/I8WfSfsOqZsmM8yVqMyCZqDpr/oPjV9"
    "jHw+tGGClcdnbKlyqsc8MfNo012Lk0WyBRt4xiaJSpO+p39cDGHGe9pCc7LOknVn4WFCV42sh3QvniYDgyDFhMV5hM"
    "Zzgh7JCs01oIFt34S9XnOQZl/C+QAdREVzbM/Tx0jNMV5xfsBIVY4Pn7xxp8fxSZnjA6hyzw/WV3yAuDbJODu6hpOz"
    "z/nkCWHDD9jDjQ3eF/7308nx2fuzD6cXZx+AhL1o2PK+YAK6/XHi5CCGasvYqXp2RNje5vR4yyUtDo+NHB4joriW5q"
    "ykJ9Dfsw6QOEHhIWL7pDIJaUsdJIz8CHUdusmDzYCmpkW0mUF3/kt6Dpiuo2tP3smwoA32kuBHG5nT7FPltQO+fMT8"
    "3sIKO7t8ZRf++8/cY6eaEr157fnlo6f1v1PXUOicIPYk+p+z/2txqE7nHziP8PuyT3fJcBdM1l14DWwoJH3S+7ybOe"
    "q3c/q0Rt1PfelGvr+7RDYsZqLK7vLB8Fu7/bBVM7xWaJOH0sf7kXTj9UGPbJEpPWofjF73tjuG/s71Z9rPdD/oxcqc"
    "9gLfUBp9lseDLxIdxRsEmGE+5vBhPBI6lDfS9eBGCkkU2BbCnu6N1B93x3+Xe93+F9oL6h3YM7BD6JrxSClG0mjUHf"
    "RlqX/D3pLYNvxaGU4u1uv9tsH9WJa+SsO/f/ssDaXwd8JHTHcaa/UM3yh5MO46o9G3wfBm/aOX2LafTdgiw18d0sBC"
    "63+K0ShzbMy8305noDP64v1kmzgyth9j3IwkNj5QPRjSbafbWw9NFljTI+MOepL8qftVgqmyTJ3IM9iCDL993PkStj"
    "v4kbbD0dSRpd/uBsMxHY0tfPJ9aVoOHa1zfT2474/l696A/dZgP1J001eldgUqrD/J+B5ZdgOMc71iI/S3OV60ws2g"
    "CAZxYMk9ytQeqoSFJfhqbXWcSTS+fi/OSqzfi7Pc9Uu7ErI2nWp4o0/P8zFSU7gnP5fZHYAqV7ysLy5fBc4bkEcN0y"
    "bOKawbYd1kWjcd7yjJsmuCrkKLBkeIXjRlOmhJLBtUaDAqfB0FuUsP3LLh4cERTW9CkPlsgM5lOza7MqGaQNqU2cSA"
    "r0DLhNnyFmbLfu2BvChMe7EJxi5/lmrNaY5zimnmepqZyVdFZQwZGnfLcHJeRh8HqnyN8TylkYMVb1X1AojybMTq4U"
    "jIm7fZp5plO3JVGce5Gmj/fCgj6A/5gv6QErSOa8g5xiTEXELME81y5irOuPilx262lKM8RQfuHoq7QLz0AE0ILwQ4"
    "q6JNKcYGrtWtQCI+ZmwasKMuaumL2SNsQG/kDPxrktqoavZSx6vKx0GSr3mg7uYPhKWmOK5FZNeqpKgn2JonadiMSu"
    "5nhRtaSt6aLdtE14mVlvaVaeoEGzmAUpQvIe4JMG7r/Ahb3nbPuhoMerHt6qo7Toj5/vZKGr47ZtIHIs3xXKpS7kJU"
    "cg6eTmsIPGAT8q4gb5XopB62E+cUZzRvZzQn1xhj6m/RyrjE8DraRVcYTkhSyhfLXGJYOYhxtdGjQa8VHBO5NjINfY"
    "UmK6Q5Nhp97vx0cn7BnHLRO83zs6INE9prThExHMtcrn7M9s/axkNecdFR1bjZrE3DEZq0qRv0A3bS6lxfS6MRc8ch"
    "th06UoW+U8nvoZS/dil37QJv7T2/eBdHVoUjKwYmfF9qMFwdECHGKaaZ62mmro11LhZtoXnuxfzairmsBAuFDI1EKT"
    "YPuk7xQtNXFd1UY0zbDXblxPPsBS+XlLGUFHBauh+9uIwvZJVS/RISjRo8H8PR9lK069b18y38HBom8ZUFMvBQAtoD"
    "quR42L0et/7aoSHqiz/PHF3PzgtGqbxeFeVsU+oC95NmXCLm9Y+WWLOoGcgGs5Ezxw56BhPR17SJiqYWi+5pQ9MTEK"
    "kosA6zzdINjy9c7zjYlNoFxqiwgg5CfRKudwcxzcLYPYhp9o/aGtMc5xQmL8+zrOgayQkczDd7Y0zNM303H98mgIUt"
    "AwsqedKUah49IYcQcSkRi3jYt9svdhzPzSecs1mkLBJx+EqoLBLguJdyfREmi68rrnCykaloWO/62S5aWWl14hTtwr"
    "w6jFbWosQvAmYjc0FY8k3sIIyWlvkE/FYbYZvmu/GIJxSympMFomEFaUys+hAPxoNx59OxOFTbnfxBFAfZeMWiWFlS"
    "t1+gC5GfqJ8yAp0Qvg0bGRRz87KKvuuMvo7QxdGHo+Mfj9A3DRa36zwYwBPEu7JRkB28Hh1YofGwDI+Dtwnflb2Dlw"
    "PIWUfQohVx8hC631sBLyXwX9/L7SOAOwHcCVNfAHdimjc7zdENt7Q3foSHZ3+w2pZSKUOpwE5Kmfr+SVZBxhGWJor4"
    "/LxUePJ5QXjyeWb0VhUZvy78m2vzcyvx315wG6iKGgyaoWsVBjikmd8wzGE3h8EGoxzeNPk+3yt7Kz5Iu4q7PzxR7y"
    "jy/vAELUIt3zbUUjcVrFdb1SFH86R8WkbBO83X705T6p2iY21hp+X762jQz7uSDDiSRiiscfRflrGtWRoHlUVM4wgE"
    "+u6281tS1te9wVXSpKQDXCWtlyCzcQ0sIMkr0ACu0QDucwaLK6YaV0xcinWfb5gGHdeZXzOHl1bG9VK0u110t2TCxz"
    "iXlTVliTSnFpnBsUUszwPacBAx1CPU85KPWgTRxD82sskSsxVB43knOjYe7TZ6nmvKHBkmDQKeehdHMAsOzIGdlf90"
    "i096hXf2jpyTalz27J2vQf6dz25r/3Gl2G4+J45NFIs4lX1oEmzNMyE270IDW5lmEcUB41bLsCTG5HtOgawUYyMWdp"
    "HmKv02LjYkQsW1N+h/CsiT1kVc/KalzeAEqCL4CIsQeQ2RzyxMn1xhW1lzNELgbwC0Mb/cSjJecwgZN7FYBTdbyr7h"
    "D8Lp5CCm2SIL86lmGFGUU4QR8TbLKeRrNwANBWBAdfw3pvK/hrZWVhGaFFG7sBxNlFxWAvoXIZtvc+bBG0IoiHz3qt"
    "LZbWQaCnBMTYs5zvqx7uYUyP1w+F/8BG1+VrbsWs5beYJI6caPBVvgjMsJGsaVBrpd4KCKpJN8DRT2tq7TWS1T2MZ0"
    "+qRK4GOas4FiPzstIfSz0/zaI6f7loeJFz2sQrlQYbU2VtEVyS8ObppFpsfmzS+P9uqQwNTamZ4FmXTt8larFWEp4W"
    "sQWpQ/2OhZs+c0T/gcP5F19Kcf1qkZ7M5fJ14AqFc4VaMZxZHpWmgJvzrLw2Dj44usb1xoQCJ49AC3UoHjH9w0e5lE"
    "q8J9cS4B+r2IPk0s89kmVmVBJ/m2BYM0SdYCUBWA6m6FvS1A9Y3zzXEv5C04AjnYqSbhgKF5zpvH5VbxcdEqPhbXAr"
    "u/FggSX1W8GEiwbTUoiBf9vcLNgICM6wh47wwkARk3b345gYyDTH8dxyGLZSZanCRpFwHFQVInWHdr6vKJDp9hu6fw"
    "7TpV4S+x2pKTFYNuWTlJLyQM/YupP//yansoMBBQgWgKUiFu+CGvQIvZqNVDdmJcAvmo7O4kspW9QbYy/5KoosIX5x"
    "KuIHuG4TUKXRK3TI3VvoQRdXDTLIyo5s0vJ0bUtWlMNWuBffGnLKhYf7vIfFKSlCXcaygiSV1YaNzFM14doW9zk2Vi"
    "xzatZ0gtG5t1aip1f/H64IBSbWba0ISaE/M7+zcdKsvDZtOPoDnmx2ArEep9gxEoJwh+nQmstM0wvQfSQo022GptBF"
    "3M8qID0IofNBc9Swg/h1dEeGK6Xp+fib6kWfZ7NDnMP4VLj3DpEaewcOkR07yJfPCuBUPmXKxJhrtgcxzNThYHW9bs"
    "PFuqrVH3U1++v7tkDqayu3wwhhLQXsLZZxPnwehL32TpttPtwejkWQ4zhe8enXnjLOe8fWtvkOac+ySIvGxuFeAv/z"
    "NLCzQ/9U+EpQnuEW+d+Ye5O1RFG2NMDdwvNg817hcGxUn61L3TiuCXZmV46ho5e1dIn5hWbVMlAd/2G5rRl/jp5Pjs"
    "/dmH04uzD0DCXjRseV8w2eliFgLQa97Xwgmg99HUdfZWKSjP72kXgXjTNc2L8N3AIGFJRAZxPdO8eSyCjWCLpVihMB"
    "ex0rBcNdbMOonem/oX4d6/VVEoUQBje3Ki7PtuF8ub4X9+VTNnxNlEZea/sqRq1ZOqJaRaphhB7BSJSVgUvG4nyhEk"
    "VlZOPYKsjUFIt7R0VR6rPUgWtl2LZCmVQVehVkkiRKXUSkU3wdQJVMQ2gv9oOrsm/cOcsIraE0IMRO9qV+ziNVvFrD"
    "fMK5xidwycHqiaKcqebvk+QOjxdVb03unxKux61ad4zSUQXN5mlxNM6qtma45pZekPQVeh/vAUISrhVTajbvjtdVZf"
    "jHzfNKoLRNysEp5iZdlEiiXO9QFxXDV2QxP+WAc3zbt29+EovHAryr2obLfhynZ8KV15tR+i3WWUrwr1Hnyne+9ijw"
    "YsUx93UKjod9mOhSubhr4K6i58vu1co3e29h2p2owVYtBUEjjK/5jr2r/5p5Txvg/3mIjGINzwhdrH6TbXJH1AqH0H"
    "Mc27Vvu4UkyE4rcPip9wPhbOx/yIvkmHgfA+Ft7H4msp+lr4Ah3usO3JLxt0YN3tMqDDMqAsW2SSXeIge86i+mGGCV"
    "Y9d2LqBUJs2ysAmY8PjD53fjo5vyiuM7nxh4hSk/woFwJgOMDtU+iUBzfNFnmCXbpeCe4op9CFeJ7lQJGoBsHHuYQP"
    "faEPfcQ755VO3hFnoL2U64tO3vF1xZWPd4+oM2JJhmOtsjT3aHeh5q4zQpmElKUcvnUyoxq0Cf9cmE9kAexHaEj1a2"
    "wR9GxpjkMMVsodtGwVGSxLl1fiXc32/X71iJlRh7oWJngNRmU/0o9OEPGHXN0IRmarrKgjLCKDbwI3iq74suZmlKeB"
    "iPZxqfRGxwX5jY7TCY5sd/IHrfBUbeXGuYTOkpnSKHvpvpzVK8LO8ypuUR3iTrpEVKZL8mB86n6VhqNLNNPgeLMfjI"
    "+SBH9NCYF/33RHd/dj+req2UvX8RDz3ef3wgsWDbXQjCyl8kqb5cL+Sc4mof//c3Jyevr+5OfTiw/nZ+/fn3/4ObwG"
    "SHcV3QdcdT/RK4HYdKTvCBTXsoihrCpdX0Z4eP5Kau71ZQpL5deVSpWVEmhinS1/LwAITi5j7vCKql5909EU0soqjx"
    "MjaBcWx/FI4WeGtCX8QD1qaoeN2IEUJHuxERxHGvwMlRlfNtjERL1EGM01r74NTcBM71NMptMgPIO1keUCutkH+Lmd"
    "kabS5M7eiD/YR6jr0L9p3PDMhVnxqG0HBlnqeAUElMl7lR9sGjXkUH9UjaV5Ro9k6VwizUELvHow5qYOr0PgE3bsNn"
    "s3rwdN4FdA12QFTM/biDPK37c3WbWVowuh47L1F4vKL750J/QIv7SKrAP6Bp6PG5R3ZCWzb6liNeIYU/NivLciaKGO"
    "NFYdiTl9ku+O7FirGvOcYBUTzfVEC5e5TbrMzUFT02vtjnFOcVnM8zdjug4tkFlF1YiwNE/R2Ay2x4k13HXIopVhBL"
    "P2dpHtqwUUpa4ynzVae9UAW5PeJWVfTmbQiKwSXNwYCO+/Az8DRHjhQUwzz64B+3e76miOXkltChkaiIOdlIJnTgrg"
    "mZM0PGOYToaA82vHBPSNkG/RxrONyjGuVSny2CdvhKhTS7nkWi5czKnVvLQ0hdS54U8wNgmreOML/j9dbMAunHHBny"
    "v8KEuTJL8xlAhWp2lVk2mURcg0Q6bPmjNXLfxs1NDIk7wCfeNZJV9g65E4Sx0rlVTJBFsDUbhSuT8KUn+k6zvamlFF"
    "xAF982R7XO4mteAiNVu1sU3XylvGJWrIJsZ4O82Swqcu1isic63bTv++07tEHveD0bntwC5xifAC/9urBr/7idE141"
    "Gul+I6wSqOEd6OEU6uGL5p9ryn2U4r45oh7GsXXTXQiwFZD8hKeNhRWur+RhmJjajGgzBSCVZh0QLHAqskSDtgPhtZ"
    "xdjqDiJuLLhA4cSNxQFueOLG4uCmmW28Fa8sojzizkLcWbztnUX0zVJyzr+6SLA1QtpvfYNhKgoY7VlyL3BlivA0Qu"
    "hbz/EpYuS2HCMXmCBVFZson1BruFZrbAdn3WyXA8pCZp4/pVbnetz9Kl0iMOW1J/JgdPtBi2Z4bXwgZDbInMi+0DIP"
    "j9xrrCxWcZ2VcZ3lCapq0sY410ZgeI4C9TafFtpLq1THJI5zCqSXt6ODE6T3GjtYN2cu6bCEr60MwDdJ0i7CfZWAWM"
    "Zr6hfh38/mMzKnNI8VRopFVGI4GtZZ+DNN1owcU8WrNnqeA8U6zJh10WAuL/4Yeil8Swk02y+ZnAaJt/coGnTdQRaM"
    "7+POkQtdOCAZ6ExF69F7YdiRN5iaFjTBcFE2mmz3tRj1bssjcLQ9n5bCBk4LsIHTl+OoYfVU3qpxlhUl9Pvdb9IxIx"
    "nrepU4xJBeqI8Z6iOLwa0ZuitQ/n34XNihKLtwuGX4IL9wa5fgFdor7zPtWrWhjwg7x25ZLdon9bqfulc96ZLmw5GJ"
    "rs00eIcH47Y7uh70P3Y/3Q+lm0u00GxWcHsGP0t9MMafh4PxuEd7nLllOo5OW+9H0o18f3fJVEvZXdZBThoV1npnma"
    "qrOH9zTZZHOJ3jKdpfaIMsPUr5z5C0XNENppAH9gvSMS2NgTWvIgbyB6U5lNaZkXzrgGZGYvr7yRmam65lr/X2dNWN"
    "TT8lyPVEDQ8wMYg+hfFWNtgomjIPBvSTBWMYUA1NGAMRDCTU9GGvge1HsHLgCflpgxM+qsyfUuQKFs4yQr9661NXOM"
    "scxDTvMJaAt2ltVDAB38Ld/JUc0y1qbFZRPmEG8rxTKXOi1JvjOKeYZZ5nmaOaYmKWtzbL+AlrIGZNz4wBLllpIDEG"
    "z+BO52un2+swZMd/bQrrDIY30pC2yj2YlOElMi0VXhb6ZB1e2Xow7vsRTteI8N73v/QH3/q0lRXP3B28w026As6+1w"
    "MqR8Cb5LfpaRnkdpDhIRVu65JsDVrhm8sKgWdErphSJsrTvLW7ybQynMDwH11D9QSQQuCDrnYR+D6NEJXy+1m4ytwv"
    "Ok3zU/5gI3bYsEIF+JH66RgqWmJN/SUM36QQ+lSzbActWZU+33eGsAGyXX628pTXBI7CGBVjoCIsAhVvUgW9/Qs5Ew"
    "Ej21ZjHGzBplJHVU9yNsn96I2V9TllrDEFcT4xAbUngB7ItczVGJ+YgNoTcABBTYM7qX+JzCUxHoyhNJKGX6mnDpx9"
    "xHqijjrXvcGo2/90ydy2YYYotvPxvn9DqVyDqruUimJyN8MORXzCZG18YD7CH6COMrR3kK3wB2jsNHOCDNwxK7iV5Z"
    "rn9bQLnfLWNCWyQbEyv9RI96o1Isek728H5jvs1wYJKiX6xR+7zFmujbCDFiZNAwUUOgwDWzndpLPSRW3pKSKfFBfm"
    "qnCRO8C9UhyJBzfNPEN7vExqBWwPKworPl9NonGuVwj15fue/YNLnzRbc8yqOc/iXEKk8VW6YMutBjaU5BTo0H45M3"
    "An+m1eAxwA/vZZ6t1cIgqZPxgsim5468FtNITOWjDEbSj97b47lEYyzTdE83Fb5E/X8yZkpsiDcTccXEsjD6hbWiZN"
    "PcE47zpdGJ3iwQ/GjXTd6/YpbqcShWbVgrbOVad/M2CNeIIN1WStQ4kifPLNvXTpG3Y0a3bQzh7iNftvx6jvpFiXvC"
    "Sxfg9VDPBCn+djp9tbd8hTrLHgwJvu6O5+zN5Us5euQ9t6g9H4Eumml1J597gimM7Ziflyd94IR5M23Y3519BFTUAx"
    "rZpUKcnH8+dec1vdfGYljQE5mSpZvqRjTE3LXnVcypfpuMCV6TidOnUBGzGeVYtdWrM0cCWfl5LyeYGUz9NStudgMm"
    "fn+bkyTZ1gI1vUMb6EsCfAuIfSLlJqB4NeDNS46iYz0N7fXkmwxpnsgUhzcjRfhhznSDx/Zce5Gri4N5+aljm9Vc5w"
    "HedqoKC3kuaaSa2if2+Up5ly3krdSCa22tEYWdxN0qjfGMbwrUEQsFppl0nyNc+//aLM4r/IX/oXqYXvG7oWwXZeUv"
    "eXgY3UIBxLvlXWW+jB+NT9SqPMmJbwYAzupGFnPBgy3yT4Gd5nvnu7f27qqi1bprmoqGzGGYW2WV7bBJnapF4qtQSr"
    "CLvl+SYTO3CwL50qWSajLE1SATYYtKbV8QCIsIlvhudvJoDUa8xxglXMM8/z7N+28BEzt6836ClP0pR808L9aFpEmx"
    "lfyCqllCdEmg4T3Uu5rlvXzwcFPfTWTCxFEIBXa4F2DWGdD7vXcAjt0kdXeiLs5XMcdb3u9sveujIJKV/02R0YBC3M"
    "J+LnsWT8YN3QjJcTotC099ChOV5m/XgWfRpTy4welorSATMh7ay7+eEz81tGHcM8EXh/BFeXItclV468wvVvs35q4k"
    "p/01WShP+O8N/h03/HMPNWZvanHtDzvBh5uk0TQSZ1Tqu9s0tB83eIRbeXGjOdYhYYBM9zHTMJyiqcMSahchajEOso"
    "0VeCEOuQ1P0U64sgRGxZcYVBDJku1MqAH/yedhHyYK1pSmEOHj21/mkorieVI9RBBnlG6zKuaGrquvnslcxAeOr4uA"
    "Cre0EZPc0tG3fY/CMqYQ+RYrQCfuAKfhAq3kEc+yKO+CCmWYCJGwUThbK8cZHWqmgvatkLlJYaBX+7hx3SwypZuBjF"
    "JEPIM8Q6R/fX15LEwE7bVRRCGNoZwJyeCssHfikiwDlwnRYR4NuOAF9a5pOmkuzkEQV51+NsIlaxRKwi3d1yC9lmiz"
    "nCwrEP+q6FzEkCuw6xNGXeygCm/J52ETCF1zQvAVP58t5warj8CKGsrz7jYPPX3+ugHO41vXwEJ9fjIf+Tz3d5aMLp"
    "dXJ+XkZROz/P19RoX0JVWy6rSNgnb6B0t3Js+WWi0xL+dTTo56hga5YkKKUpDvovosDGHkq7QLhUGDEkKpDpu9vOb0"
    "lxX/cGV0l7nA5wtevD7K//Bw+dt1o="
)
