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
    CONSTRAINT "erasure_email_has_at" CHECK (email LIKE '_%@_%')
);
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
    "eJztXetz27aW/1cw+tJ0RvHUz2TdnZ2RbSZR40i+kpx0b93hhUhIYk2BKgFZ0d6b/30B8CG+TcqSDFH40sYADkgdgDjn/H"
    "Ae/25MHRPZ5Og3Z3iLIEGNS/DvBoZT/o9UXxM04Gy26uENFA5tMfgvZ6jb4bAhoS40KOsYQZsg1mQiYrjWjFoO5sO/TRxg"
    "OogACBglgBTMXEQQpk0AsQnmmFo2WEwQBtgZOuYSsOchMIXLIz6/6RjsARYev3yqObb+niOdOmNEJ8hlE/7xJ2u2sIm+Ix"
    "L8OXvURxayzRh/xP9Zp+jR6XImWq8n0P0gxvIXHeqGY8+nODp+tqQTB4cE7Jfw1jHCyIUUmRGm4blt+wwOmrz3ZQ3UnaPw"
    "Rc1Vg4lGcG5z1nNq7x1WbQ1d73QHel8b6HojtSwBRYS9fpPhYL6kFqZE8GAKv7PlxmM6YX+e/fLDe86KE94o/sCvrd71p1"
    "bvzdkvP/MHOmxfeDum4/eciK4fYgpIoTeJ4PyK1RPHNpGrW2aa3/f37ZtsfseIEkyfzy3ziJOuw/qgYcX71S7fAfMLmC04"
    "fXohOD1zCB27olMwSbB4xVLxXaTZecP4QK0pymZpSJRgp+lTHQX/qBdbB+0vWn/Q+nLHp58S8rctWNUaaLznRLQuE61vLh"
    "L7PZwEfGsPPgH+J/hnt6Ml1yocN/hng78TnFNHx85Ch2aUJ0Fz0PSDn1Ojx8jnwxuG0HhcQNfUUz3OiZM3Nt01PZkmWyCG"
    "Y7FInJv8PX1x0WMrfmtNLZolS1adhcKE7xrdDsc9K026GAHDYZvzCAwmCDyiJZhYbAw79h121lsUWOSSyQfWgUwwgWSSFi"
    "NrzvEC+cFmqiI+/OG1kx7HJ2XEBxuVKz9EX7EAmROUITvamOacc/7wBLPZD9jDg429L/vf25Pjs3dn708vzt6zIeJFw5Z3"
    "BQvQ7gwSkgNhk+iQVpUdEbLdSI9dbmklPDYiPPrImLsWXWpPTH/PEiDxAYVChPhDdRSOLSVIxPAj0Kb8kGc2Axg5LrLGmJ"
    "/8l1wOOHNqW0+eZJjyBjJD8JEAZ5QtVV464fMi5o8GNITs8pVd9t8/c8VONSV689rz86Kn8d+jOTb4mgDxJP6fs/9pSKhO"
    "5wucR/b7sqW7hudTwes2ew2IDZSW9D7tZkT9dqRPo9/+2NFu9Pu7S0DYZkamPp89YL+13QlbLey1sja9p32472s3Xh/r0V"
    "004qL2Ad+2v7QHrL91/Yn3C92P9UJjwnsZXU/rf9IH3c8an8WbhBGz9ZiwD+MR8am8mfpav9/udnStcyOehAhhb6wz6SN6"
    "vffr3g907avW+99vn7SeFr4r+xD5aeEuF+w7Qw/4rtXvf+v2blYvPoOELBx2zIVvHo5hm6XzMTbGmEA89t6fc7HV/+y9Nk"
    "FUh+QxRi2GxOZnox6w9qXVvl1NjabQsiPzdm81/WP7q8bY7To20sfsGMF++6D1OWyn8JG3M/HS0rXf77q9AZ9NbF70fea4"
    "lM/Wur7u3ncG+vVtV/zW4EwxbMdXh14LGFh9VvFzruwhFqd6wWHmH1WyaHabQQIwomzLPercpqmEZyXo1jquJONofP9enJ"
    "XYvxdnufuXdyV47dBqmKE/XmZRsCZzT34pczqwUbnsFX1x/hpMZjB+rGGexCmVhaIslEwLpeWJkizbJOgqtEpgZNCz5kgL"
    "zJBLmBrMDANfRwHzmQdQEfbwQETz2wzgLDDTmwgl4tqDawJpc2QTE74A8VKmxy5Mj/06A2VRmPbiEIxd4MzMNZc5TqmWWe"
    "plFiZfFZUxJKjdTcHJeRl9nI3K1xjPUxo5s+Ldqjf5UZqNWD0SMXnzNvvIcgnVq/I4TlVD++d9GUa/z2f0+xSjbbgGn2NE"
    "is0l2Dy0XDoxYcblLRe72VyO0hQJ3D1kdwF7uQBNMC8EOKuiTSnCGu7VrUAiPmbsYHaiTtfSF7Nn2IDeKBn4Vye10bTIzI"
    "bLyuIgSVc/UHfzAmFmGXTuIn3uVlLUE2T14zQ7jEqeZ4UHWorfFtEJsm3kprl95Tg2gjgHUIrSJdg9ZITbkh9hy27PrKtu"
    "9zZ2XF21Bwk233+50npvjgX32SCLem5RKZcfzjkKR6M1GB6QKX5X4LeJbLQethOnVDJaNhktyTXGgPtMNDIuMbyOZtEVBg"
    "2HlPKncmaQ7RwgqJrgEfNrBeqAOQEOtpdguAQWJaD/qfX25PxCONaCN5bnK8UbhrzXGQGEqevMlj9n+1ht4yEvuOioatxs"
    "1qaRCE3a1A36ATtata6vtX5fuOMgQkJnqND/Kfk9lPK5LuVyXeBxvecX70pkVRBZMTDh+8xi060DIsQo1TJLvczctXGdi0"
    "WiNM+9WF9iOLNKsFBIUEuUYvOg6whOLXtZ0U01RrTdgFVJPM+e8XJJGUtJBqe5+8GLrfiMlinVL8HRqMHzIZxtL1m7al09"
    "34WL0DCJ7yzGAw8l4D1MlRz02teDxo9XNER99ueZo6vVecYo1Ve7opxtyl3g3lr4EgivfzCDlsvNQDEZAXQCKVgwE9HXtJ"
    "EJRq6I0Gmypic2yASBdZhtlm54fuV6J8Gh1CwwRpUVdBDqk3K9O4hlVsbuQSyzL2rXWOY4pTJ5ZV5lw7ZQTuBgvtkbI6qf"
    "6bv5+DYFLGwZWDDRk2VU8+gJKRSLS7FYxcPu7rx45XhuOeGczSJlkYjDF0JlkQDHveTrszBZfF9JhZP1HcOCdttk6ohFM6"
    "GyxIhmYW4cMZb9zsjgZwGzvjNFIoEmpACCmes8MXq3CSDhOWu8wUMOWU3QFPCwgjQmVn2KB/yA7/xxIg6VzId/IYMCApci"
    "ilUkZvuVdQH0lvspA6YTsm+DAMwxNy8z6JtW/2sfXBy9Pzr++Qh8s9jmnlNOEoS7ikkACd6Oz2vwcFgBx7GXCV9VvIKXxo"
    "euAmjBEtE8gO6PRkDLB/hv76XnUbidwu2Upa9wO7XMm13m6IFb2hk/QiOzO9jahlIpO6nATEpZ+r4kq8DjCEkdWXx+Xio6"
    "+bwgOvk8M3irCo9fFv0ttfW5lfBvL7aNaYoWmzRD1yqMb0gT7zDK4XWEwQaDHHaaP1/unb0VF6TXCrs/PFa/UuD94TFaRV"
    "ruNtLSdgxoV9vVIUX9uHxaRsE7zdfvTlPqnWFDa0rS/P2t3+3k3UgGFEkjlO1x8B+RsK1eGgfnRUzjCBj65kvr9ySvr2+7"
    "V0mTkk9wlbReguTEa2ABSVqFBkiNBkifMljdMK1xwyQlW/f5gqk1ZwviWv8H+W+/Zm2NrBSnqUHNwmSn0eGMO2bp6nDifm"
    "jkOpgChE2Avns5z0kTOGwDNXkJBXEv43tSOyM23He2/tUP//VjfrOr/WzlCSpgWB4Xg4K7ntdxBJNNxG/bs8NFpuUigzKj"
    "y6rC6SRdDZm9LWuNH7C8OITNn1TJaktT1pDtZ6clmH52mp/Z8nTfovxksRkqFKNQN/HrMHjvjDIVWnEQy6zyCNRvfSXJYB"
    "UzRXuILS3JrsqRNa5Z3mp1IyQlCnaEFuVPBCwsMuFZqCbwCa2cC32vQQs3wWJi2cjzL/TKclg8XxVw5i6YsV+dVb9j4/Or"
    "mGIpNCDlm3iAR6nyTTy4ZfbyVFSF++JUCvR7Fn0aus6CILcyo5N024JB6sRrBagqQPV1mb0tQHXH0czSM3nzDl2EwmoFUU"
    "OC+rkXHZfbxcdFu/hYXQu8/rVAEFZZ8WIgQabKVCc89RVkfAgGkoKM67e+kkDGXY4FXwvDo5GBFEe7m0UAscMRYt1YjSyB"
    "C7tobBGKXC/HowfhHoFbr7yyiwAvbUYAQTMotiX3LRraED8SgeIaE4AdXuZg5IXGs/1B2e4gWQjxFp/0AqxYFiOxhqhHPn"
    "S80wgr2YTitqt+EWS4iFZGmBJk9TNjtot8ZARLDNB3+jz0kRUzsZ8bu0gb0H4fxBSBVKxEqAzcdjsfg+HJAIo4+x3XGjMJ"
    "UIXxERLF8jVYPnYhf3KFY2VFUQuG7wJ64lhdJR6vKBSPy/FY3V2vdaTsg02n7q4PbpldNHWe1kyUHKVUAI1sqywJQBMk+m"
    "tRiqazTJAmOaRZBNQESZ3YvluNLp/ncIEw5f51q0yFv8ZKSw6XwrdOVJP08BLwL3E/9S+vtIfBJmKjGGsKMiFu+CEvgGjE"
    "rNXt2RiVAmkqgzQqW9kOspX5XrwVb+TiVCpWZ8+crGoFgilTqrbal7rlPrhlVrfc9VtfSYyoawePLHcKffanLKhYf7PIfD"
    "KSI0vcc3OXMR5jxBNjLODyCHybOCIROyS8nCG3bIjotEx+3+z1MQFlEmHa8ISaQ+e7+DefKuuCe9OP4CnmB8xWQjw8CgKm"
    "nAD26xxGytuw4z2Q12kkzFZrAtYlLC8+AS/4wVPRi4TwE/aKAA55bnne5yeiL2mW/RFNDvOnirlSMVdKCivcWi3zJvLBz1"
    "02ZY4njIbnU7HG0exkcbBlRS6zpdrotz929Pu7SxEBrM9nD7insbGXTPYRRB9wR/uma19a7Vs2O1roYabw10dndpzlXLZv"
    "bQdpzqVPgijL4VYB/vI/szRD8/1iIiR1cPzatVuMiEepijbGiGp4XmweatwvDEqS9Kl7pxWxX5rl/tTGOWdXOD6xrNamKg"
    "Lu9hsa85d4e3J89u7s/enF2Xs2RLxo2PKuYLHTxSwUoFe/r0USQO+DY9virVJQnt/TLALxRqsxz8J3XYzCkogC4lpwp1KR"
    "YghBV+TA5TAXctOwXDXSzDqJ3pv6F+Hev01VKFEBY3siUfb9tIslNvU/v6qpTeNkqjDzjyyuuutx1VVcLVOMICZFYhxW9a"
    "6biXIEiZ2VU48g62BQ3C3NXVPGag+aC8ncRVlKZdBVqFWiyKBSaqVhO8zUCVTEJmD/sWxxTfqXMxQVtYcIYcDvapfi4jVb"
    "xVxvmhc4xb4ycHqgaqYqe7rl+wClx6+zo/dCj5cEtfhqEYs6bpaECboKJcxTZFAJv6Mxd9RurgrzQOB7L3FpEXHESfgSlS"
    "VTWZIllxjqQKvtgaY8dg5umV/bIUSiALStqH8qMdCGEwPJpXTllW+MdpdRviqUbPTdsr2rHx7Syr2gmULFv8tmLKDVwfYy"
    "KJ346UvrGrwh1ndgWmNRS9EyUeBK/XOu8/fmn1LGPzs8YyIag3LUVmqfpMdcnfQBpfYdxDK/ttonlWKiFL99UPyUe6pyT5"
    "WH9XUSBso/Vfmnqq+l6GuRC3S4g8TjXzboILqbZUCHWTDyWdDhG8cBoHeJA8hExH2zFUbQ9BxOuZ8AItwL9RHhfHyg/6n1"
    "9uT8QuTYSmMO23rIC66UquoYKjvXM8qFAhgO8PhUOuXBLbOLntgpvV4G0yil0oVkXuVAkagGwceplJd1oZd1xDvnhW7AEW"
    "egveTrs27A8X0llRfwLTLHyNUwdZdZmnu0u1Bzt8VAHYUjS7kE22jMNWhebYhnh54y8iPQ4/q1KFPkWpQizLoNxLRsE2CR"
    "x8mYQMx+S7Z38ItnzIxLs60wBWgwq/iRvv+6ilCT6kYwslplWR0hUTleE7hRdMeXNTejNDVEtI9LJcA5LsiAc5xOgUPmw7"
    "94paJqOzdOpXSWzKQ32Vv3+bxPEXKZd3GD6xB32iXgPJ2hB/yx/VXr9S/B2GLijTzgD5rG/hohxP590+7f3Q/436ZFZnPq"
    "IeavnwEKTkW8zNTCWUrllTXOhf2TlHVC///r5OT09N3JL6cX78/P3r07f/9LeA2Q7iq6D7hqf+RXArHlSN8RGHPXRdhYVr"
    "q+jNDI/JWsedaXqQ2dXxo6VRlaoYnrHPl7AUBIchlzB5dc9eo41DJQI6uASmxAs7B8ijeU/cxwbAk/UG80t8P6QiAF6UAI"
    "YOLIYj/DFMYXYTYxMi8BBBPLq4DCU/Ty+xRH6DQAjtneyHIB3ewD/Oy/wDJ5+l9vxp/IEWhT/jePLB3P2ap4owllk8xsuG"
    "QDOJH3Kj8RUSaX+6NaIhEweEQzegksCqZw+YAnjs1eR9T9JE3xbl4PGLJfYYsKvGwnbSPOKP/crmlN3eNSVeyOC6rYHQdV"
    "7PJNzEf2S6vwOhhfQ/m4QX5HdrL4lirWio4R1S8KeCuMVupIbdWRmNMn+k516i7XWOcEqVpoqRdaucxt0mVuwjQ1e63TMU"
    "6pLotl/macOeUlFKuoGhGS+ikam8H2JLGG2xRNGxlGsGhvFtm+VjCi1FXmwuLVOTGzNfldUvblZMYYlVVCihsD5f134DJA"
    "hRcexDLL7Bqwf7er1KJ2JbUpJKghDnZSCp45KYBnTtLwDHZoBoPzq4sE42vB36KDZxu1ReZupchjf3gtWJ3ayiX3cuFmTu"
    "3mmWsZaJ0b/gRhnbCKHV/w/z2HmJ3CGRf8ucyPktSJ8xtDidjudNxqPI2SKJ5m8HRh0YnpwgVeQyNP0ir0TTaVXBJs6JtF"
    "JrdMvW9k4ENhX7MII+KIjm4Hw0q4RvCx3G+BEyIC+FYFEJgImraFGcUUmiiIF3UWOKvOyrqTKKhJCvNJQU0HeOApqOngll"
    "kcvBWxpiiNApsU2LRbsCn6Zik+52NOCbJacHvX0JNjGJBk8r3gDjpCUwumbz05mwpu2HJwQ2CCVFVsonRKrZFarSEUZl1J"
    "lIunC4ll/pQaretB+6t2CZgpbz2hB9zuBC0W9tqSNnk5991S3rsFzrupgFHGc6T7TMsUHrn4YxapwiEzcEiPUVWzbcWpNu"
    "IhJlGExebzeXr5MNYxieOUCumVTXRIgvR+mGPTY3O6grbf1SwsoR0Z9CzK+8lZgOncmPjJAbkf4U8EiDtMEVAGHxEWMWAz"
    "aJm/hmgtDzQbWS6hYCayqYCR44pGPkEaBt7aU16CE7M5KkIeERKFGNcp08n+IUzKPty2fUihyw6VdTxAkpR1UlZ37AIy4Y"
    "RrLEGcTi3A2gvABfJaXlAxOrUAay/AAWAY3TutcwmcGcIPuKf1td5X7eYSMNmH3CdkPuDr226/3fl4KcppsxV6wPedD/ed"
    "Gz5qjrm6y0dxm+Cm1/rGpgqdatbBPjafLUjdla+jDO2Fyajuyg9imSVBBu6EFdzISpPj9TQL8+OsxpSpUM3TsXEj3cuqA6"
    "jD358E5vulSFvqZ7Txk/S0RU6LJoAUTB3u9cVznLJp2FHOD+nMgtbbeYpyH5PCXFXuYwd4ViqReHDLLDO0J8uiVk8EW5Gj"
    "caoXMPX5W6X9g0tfucZCHVmqcuBKgA6pa4BtXwMcAP72Sbu9uQQcMn/A193Oh3bviwe3OXhkuVOBuPW0f9y3e1pf5+5F3Q"
    "6H5/6ee5WkhCnygO963Wut7wF1M9fhReYE5V2rzWbnePADvtGub9sdjtuZyOBOdKytddXq3HRFIxxCbDqitadxhE+/udcu"
    "fcNON+coaBcP8Zr9txOj77RYlz5DsX4PVQzwQp/mQ6t9u+rQR9Cyea+fefwmzDzO2m67/cElsB0vgur1cUWeL72aK1WEok"
    "6H7sY8qPimRkwxrepDlaST+XOXxpFKkrypEjmrbSVr6pQdxHBcKRolQlLDnXxeisvnBVw+T3OZV1rVs8vVXzmOjSDO876M"
    "0CWYPWSEe8jtIqW2272NgRpX7WTAyf2XK43tccF7NsiiOZqvQI5zOJ6/s+NUNdzcm49EEU5vlQPa4lQ1ZPRWotoE1yqm9o"
    "nS1JPPW8nvI9i2dpKfLOo6adQ7hjF8a5Ax2Kx0yiTp6pff9qLM5r/I3/oXqY3vG7ougiQvhvN5YCM1icScb5T1FvJrkfml"
    "yB5w907rtQbdnvBNYj/D+8xf3+7nBVqI7jrOtKKyGSdU2mZ5bZPxlCB9jqmVIZuLbzITpCrsR+abTEiZYJ/RKlUJoiR1Ug"
    "E2l3KOuwJX9wCIkKlvRuZvJoDU11jjBKlaZ5nX2b9tkSNmbl9v0FOepCn+ppn7wXGRNcaf0TKllCdYmg4T3Uu+rlpXz2cK"
    "euitmdiKjAFeaDXv6mm8wPA1E0Kv6aOrPSGcmaox2t183ltXR+HIUpU9eC1zEWTrR8wy64ZXmxwig70G77BokzUh7BV2ZP"
    "/i/rFe3Uhu9Ii6lJSZCdlFQTY7fYaX7h8xxzCPBd4fwdXln8qRVyZHXuX6t1k/NXWlv+mkKMp/R/nvyOm/k10wIx/trlXB"
    "jB3cpqkgk3Wk1d7ZpUzzp8jlx8saK50iVhiEzGsdMwnKKpwxIqVyFqMQqyjRF4IQq5DU/WTrsyBEbFtJhUH0hC7UyIAf/J"
    "5mEfLgrsaUwhy88dz656G4HleOQAtgtACrrI1g5Ni2syBskL0EcER9XMCGfgyvp7ll4w6bf0Ql7CGSe1LBD1LBD0rFOwix"
    "r+KID2KZFZi4UTBRKcsbZ+laCaxV6mqF0nKj4B/37IT0sEoRLsYxyRDyDLHO/v31taYJsJPMDQMhgXYGMKenwsqBX6oIcA"
    "lcp1UE+LYjwGeu82SZOfWx8pmcIFOxiiViFfnpNncrXYpESCT2QX9tJkuSwK6FXMuYNDKAKb+nWQRMwdWY54CpfH5vODVc"
    "foRQ1lefIdj8/fcyKEd6TS8fwcn1eMj/5PNdHuogvU7Oz8soaufn+Zoa70uoauyjqsBhf3gNubsVscWeSH03vTiHf+t3Oz"
    "kq2IokCUpZBgX/AUGh5j3jdgFzOTNiSFSqGGGy7mAzbo/zCa5eW5j9+H9LQnW0"
)
