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
    "eJztXet34jiy/1d0+DI95zA5k2f3zdxzzyHE3c00gSyQ7tmd7PEKW4Anxmb8CM3uzv9+S/IDv2MTCMLoy0xHqpJNSV"
    "ZV/VRV+k9jbqpEt09+Ncddgm3SuEb/aRh4Tv+R6muiBl4s1j20wcFjnRH/YY5lPSQb246FFQc6Jli3CTSpxFYsbeFo"
    "pkHJv81MpJrERhgBJ8IOWljEJobTRNhQkWs4mo6WM2Igwxyb6grB8wia49UJHV81FXiAZkxfP5RraH+6RHbMKXFmxI"
    "IBf/8nNGuGSr4TO/hz8SRPNKKrMfmw/0Mn65Gd1YK1tmfY+sho6YuOZcXU3bkRpV+snJlphAzwS2jrlBjEwg5RI0Iz"
    "XF33BRw0ee8LDY7lkvBF1XWDSibY1anoKbf3Duu2hiz3+iN5KI1kuZGaloAjIl6/STENOqWa4dhMBnP8HabbmDoz+P"
    "Pi57+856wl4VHRB35tDdqfW4N3Fz//SB9owrrwVkzP7zljXX+xIbCDvUGY5Neinpm6SixZU9Pyfnjo3GbLO8aUELrr"
    "auoJZd1E9EHDWvbrVf4Gwi8QNpP0+RWT9MK0nanFOpmQmIjXImXfRVqctyAHR5uTbJGGTAlxqj7XSfCPeol11LmThq"
    "PW3T0dfm7bf+pMVK2RRHvOWOsq0fruKrHew0HQt87oM6J/on/0e1JyrkK60T8a9J2w65iyYS5lrEZlEjQHTX/RfWry"
    "FPl8aMMYK09LbKlyqsc8M/No013zs3myBRt4yiaJSpO+p68uBjDjXW2uOVm6ZN1ZqEzoqpH1kO5FbdI3CFJMWJwnaD"
    "Qj6Ims0EwDGtj2TdjrNQdp9jXoB+ggKpphe5ZWIxuO8Qr9ASNVUR8+ee20x+lZGfUBVLn6g/UVKxDXJhm6o2M4Ofuc"
    "T54QNvyAA9zY4H3hfz+dnV68v/hwfnXxAUjYi4Yt7wsmoNMbJTQHMVRbxk5V3RFhexvt8ZZLWiiPrSiPIVFcS3NW0j"
    "PY71kKJE5QqERsn1QmIW0pRcLIT1DHoZs8+AxoYlpEmxp057+mesB0HV179jTDnDbYC4KfbGROsrXKawd8WcX83sAK"
    "012+sQv//Weu2qlmRG/fen5Z9TT+d+IaCp0TxJ5E/3Pxfw0Ozel8hfMEvy9bu0uGO2ey7sBrYEMhaU3v825H1e9G+z"
    "SGnU896VZ+uL9GNixmosru4tHwWzu9sFUzvFZokwfSx4ehdOv1QY9skQlVtY9Gt3PXGUF/q/2Z9jPbD3qxMqO9wDeQ"
    "hp/lUf+LREfxBgFmmI8ZfBhPhA7ljdTu30ohiQLbQtjTuZV6o87o73K30/tCe8G8A38GdghdM54oxVAaDjv9niz1bt"
    "lbEtuGXyuD5mK93m/rP4xk6as0+Pu3z9JACn8nfMR0p7FWS/hGyaNx3xoOv/UHt+sfvcC2vTRhiwx/dUgDC633KUaj"
    "zLAx9X47nYHW8Iv3k23iyNh+inEzktj4QPVoSHetTnc9NJljTY+M2+9K8qfOVwmmyjJ1Ik9hCzL89lHrS9ju4CfaDq"
    "qpJUu/3fcHIzoaW/jk+8K0HDpaq93uP/RGcrvbZ7812I8U3fRNqX2BCutPMr5Hlt0A41yv2Aj9bY4Xq3A7KIJBHFhy"
    "TzL1hyphYQm+jbY6ziQaX79XFyXW79VF7vqlXQlZm041vNGn51mNbCjcs5/L7A5AlSte1heXrwL6BuSxgWsT5xTejf"
    "BuMr2blqdKsvyaoKvQo8ERohddmRZaEMsGExqcCt9GQe7CA7dseHigoulJCDKXBthctmOzIxNqCaRdmW0M+Aq0TLgt"
    "b+G2HNYeyIvBdBCbYOzwZ6FuOM1xTjHNXE8zc/mqmIwhQ+1OGc4uy9jjQJVvMV6mLHLw4q2qUQBRnq14PRwJefs++0"
    "SzbEeuKuM4Vw39nw9lBP0hX9AfUoLW8QZyjjEJMZcQ81iznJmKMw5+qdrNlnKUp0jhHqC4C8RLFWhCeCHAWRVtSjHW"
    "cK3uBBLxMWPTgB11vpG9mD3CFuxGzsC/OpmNqmYvdLyqrA6SfPUDdbevEBaa4rgWkV2rkqGeYKufpGEzKrmfFW5oKX"
    "lrtmwTXSdWWto3pqkTbOQASlG+hLjHwLgr/RG2vO2eddPvd2Pb1U1nlBDzw92NNHh3yqQPRJrjhVSlwoWo5Bw8mWwg"
    "8IBNyLuCvFWik82wnTin0NG86WhOjjFGNN6ikXGI4XU0i44wnJCkVCyWucCwchDjaqIngx4rOCZybWQa+gqNV0hzbD"
    "T83Prp7PKKBeWid5oXZ0UbxrTXnCBiOJa5WP2YHZ+1i4e84qCjqnOzXZ+GIzRpWyfoRxyk1Wq3peGQheMQ2w4DqcLY"
    "qeT3UCpeu1S4dkG09oEfvAuVVUFlxcCE7wsNhtsERIhximnmepppaOMmB4u2sDwPYn5txVxUgoVChlqiFNsHXSd4ru"
    "mrimGqMabdJrtyEnn2QpRLyllKCjgt3Y9eXsYXskqZfgmJRh2ej+FoBynadev6+RZeho5JfGWBDDyUgPaAKTkadNqj"
    "xl97dER98ee5o+vZecEplderopxvSkPgftKMa8Si/tECaxZ1A9lgNnJm2EFLcBF9S5uoaGKx7J4mND0DkYoC7zDbLd"
    "3y+CL0joNNqVngjAov6CjMJxF6dxTTLJzdo5hmX9VuMM1xTuHy8jzLiq6RnMTBfLc3xlQ/13f7+W0CWNgxsKCSZ02p"
    "FtETcggRlxKxyId9u/1iz/ncfMI520XKIhmHr4TKIgmOBynXF2Gy+LriCicbmoqG9Y5f7aKRVVYnTtEsrKvDaGUtSv"
    "wiYDY054QV38QOwmhhmc/AbzURtmm9G494TCGrGZkjmlaQxsSqD/FoPBr3Ph3LQ7Xd8R9EcZCNVyyLlRV1+wW6EPmJ"
    "xikjsAnh27CRQTE3r6rou9bw6xBdnXw4Of3xBH3TYHG7zqMBPEG+KxsF2cHr0YEVmg/L8Dh4m/Bd2Tt4NYCcdQYtWh"
    "EnD6H7vRHwUgL/9b3aPgK4E8CdcPUFcCemebvTHN1wS0fjR3h4jgfb2FMq5SgV+EkpV9/XZBVkHGGpo4gvL0ulJ18W"
    "pCdfZmZvVZHx69K/uXY/d5L/7SW3gamowaAZtlZhgkOa+Q3THPajDLaY5fCmxff5Xtk7iUHaV9798Yl6T5n3xydokW"
    "r5tqmWuqlgvdqqDjnqJ+XzMgbeeb59d54y7xQda3M7Ld9fh/1e3pFkwJF0QmGNo/+yim31sjioLGIWRyDQd3et35Ky"
    "bnf7N0mXkg5wk/RegsrGG2ABSV6BBnCNBnBfM1gcMW1wxMSlWA/5hKnfcp1ZmwW8NDKOl6LdzaKzJRM+xpmsrClLlD"
    "m1yBTUFrG8CGjDQcRQT1DXKz5qEUQL/9jIJgvMVgTN5x3r2Hiym2g505QZMkyaBDzxDo5gFhyYAzur/ukOn/SK6Ow9"
    "BSdtcNhzcLEG+Wc++737jyvDdvs1cWyiWMSpHEOTYKufC7H9EBrYyjSLKA44t1qGJzEi33MuyEox1mJhF1mu0m+jYk"
    "ciNFy7/d6ngDzpXcTFb1raFDRAFcFHWITINxD51ML0yRW2lTVHLQT+BkAbi8utJOM1h5BxHS+r4GZLOTT8QQSdHMU0"
    "W2RuPm+YRhTlFGlEvM1yCvnaD0BDARgwHf+Nqfzb0NbIuoQmRdQsvI4mSi4rAf2LkM23GYvgDSEURL57t9LZTWQaCn"
    "BMTIsFzvq57uYEyP10+F/8Am1+Vbbsu5x38gRR0o0fD7YgGJcTNIwrC3S3wEEVSSf5aijsXR2ns7tMYRvT6ZMqgY9p"
    "zhqK/eK8hNAvzvPvHjk/tDpMvNhhFa4LFV5rbQ1dUfzi6KZZVHqs3/zy6K8OCEytnRlZkEnXLO+1WhGWErEGoUf5g4"
    "2Wmj2jdcJn+Jmssz/9tE7NYGf+OvESQL2LUzVaURyZroUW8KuzIgy2Pr6o+saFBSSSR49wKxU4/tFNs1dJtCrcF+cS"
    "oN+L6NPYMpc2sSoLOsm3KxikTrIWgKoAVPcr7F0Bqm9cb457Ie8gEMjBTjUJBwz1C948LbeKT4tW8ak4Ftj/sUBQ+K"
    "riwUCCbadJQbzY7xVOBgRkvImAD85BEpBx/eaXE8g4qPTXchwyX2SixUmSZhFQHBR1gnW3pi5f6HAJ2z2Fb9elCn+J"
    "3S05XjHoll0n6aWEoX8x8+df3t0eCgwEVCCaglKIW37IK9BiNmr1lJ0Yl0A+Koc7iWplb1CtzD8kqmjwxblEKMiBYX"
    "i1QpfEKVNtrS/hRB3dNAsnqn7zy4kT1TaNiWbNsS/+lAcV628WuU9KkrJEeA1FJGkIC827WOLVCfo2M1kldmzT+wyp"
    "Z2OzTk2l4S9eHygo1WauDS2oOTa/s3/TobIibLb9CFpjfgS+EqHRNxiBcYLg15nAStsM03sgvajRBl+tiaCLeV50AH"
    "rjB61FzwrCz+AVER6brtfnV6Iv6Zb9Hi0O808R0iNCeoQWFiE9Ypq3UQ/etWDInIM1yXDnbI6j1cniYMuanWdPtTHs"
    "fOrJD/fXLMBUdhePxkAC2mvQfTZxHo2e9E2W7lqdLoxOlnJYKXz/6MwbVznn7Vt7gzLn3BdB5GVzqwB/+Z9ZWqD5pX"
    "8iLHUIj3jryj8s3KEq2hhjquF+sX2o8bAwKE7Kpx6cVQS/NKvCU8fI2btC+sS0atu6EvBtv6EpfYmfzk4v3l98OL+6"
    "+AAk7EXDlvcFk52+zEIAevX7WjgB9D6aus7eKgXl+T3NIhBvsqZ5Eb7rGyS8EpFBXEtaN49lsBFssRIrFOYiVhqWq8"
    "aaeU+i96bECoxU7081xMNiYFmCmNI00e8xJr9ZQGl7hdKSs1pS3Ak2cfaerGwRX+gVxaoKsWaLVQC/QpvvVptLFrZd"
    "i2Sp86CrUJ+TCFEpha7oJhiZgXJuIviPprMDqj/MMbvLeEyIgegp2YodeWUr982GeUU4Im93wx+HuhYXTu4YiRUapr"
    "YaJjrNKux61ad4zSWwM95mlxP74atma45pZdkPQVeh/fAcISoRzzOlAdDNdT1VjPyoIGoLRAJcEjE6ZdlEcRvO7QGh"
    "rmq7oYlImKOb5n0HWnCU2LUT417cKbblO8X4Mrryqu5Hu8sYXxUq7fvhzt6RCk0VpdHFYFDR77IZSxQ1DX0VVLz/fN"
    "dqo3e29h2p2pSVwNdUEoQo/5gbVL39p5SJew73mIjFIE5thNnH6TZXJ3tAmH1HMc37Nvu4MkyE4XcIhp8I+xRhn/yI"
    "vk7KQMR9irhP8bUUfS18gQ732Pbklw06sO5mGdBhEVCWvd6PHeIge8byqWGGCVa9QE4aBUJs27t6Lx8fGH5u/XR2eV"
    "V8w9/WHyIu+ePHuBAAwxFun8KmPLpptsgz7NKbXX4c5RS2EM+zHBgS1SD4ONduI845iWd6AXhP2ZcpEafl+9G0iDY1"
    "vpAVk3K0WEFCpOlgoIOU67p1/XwLL0OrLbGuQADws4nDRDCApT7otMFX24/l3iXqlFiS4VirLMs92l1oueuMUCYhZa"
    "mAb51MqQVtwj/pxfJzYD9BA2pfY4ugpaU5DjHYJdpgZavIYPWRvMu11ezY71ePmJnvpWthac1gVPYjvQjuVM6XOBHc"
    "64lgZLbKijrCIhKNErhRdMWXdTejPDVEtE9LFZY5Lagsc5ouLWO74z/o3TrVVm6cS9gsmcVkspfuy/WUIuw8r+IGtS"
    "HupWtEZbogj8anzldpMLxGUw3Um/1ofJQk+GtCCPz7tjO8fxjRv1XNXriOh5jvv7ISnrNsqLlmZBmVN9o0F/ZPctYJ"
    "/f+fs7Pz8/dnP59ffbi8eP/+8sPP4TFAuqvoPOCm84keCcSmI31GoLiWRQxlVen4MsLD81ey4V5f5kqf/Bt9Uhf6CD"
    "Rxky3/IAAITg5j7vGKml4909EU0si6mCRG0Cy8lsQjhZ8Z0paIA/WoqR82ZAopKLNhI1BHGvwMlTlfNvjERL1GGM00"
    "72YRWvqWnqeYzKZBeAprIysEdLsP8KvqIk2lZXW9EX+wT1DHoX/TvOGpC7PiUdsODLLQ8QoIKJP3Kj/YNGvIofGoGi"
    "uwi57IwrlGmoPmePVozEwdXofAJ+zYTfZuXg8aw6+ArvEKmJa7yDPK37e3eV8mRwdCp2Vvviu6+O6lM6En+KVVZB3Q"
    "11A/blHekZXMvqWK98DGmOqX470TQQtzpLbmSCzok3x3ZMdabTDPCVYx0VxPtAiZ22bI3AwsNX2j3THOKQ6Lef5mTN"
    "ehVxNWMTUiLPUzNLaD7XHiDXccMm9kOMGsvVnk+2oBRamjzKVGb700wNekZ0nZh5MZNKKqBBcnBiL678h1gEgvPIpp"
    "5jk04PBOVx3N0SuZTSFDDXGws1LwzFkBPHOWhmcM08kQcP6tHQF9LeRbtPHs4s4O16qUeeyT10LUqaVcci0XLubUal"
    "5YmkI2OeFPMNYJq3jjA/4/XWzALpxxwJ8r/ChLnSS/NZQIVqdpVZNplEXINEOmS82ZqRZeGhtY5Elegb7xbJLPsfVE"
    "nIWOlUqmZIKthihcqdofBaU/0jfr2ZpRRcQBff1ke1ruJLXgIDXbtLFN18pbxiVu70yM8XaWJYVPXaxXROYad63eQ6"
    "t7jTzuR6N114Jd4hrhOf63dw/3/idG14wnebMS1wlWoUZ4UyOcHDF80+xZV7OdRsYxQ9jXLDpqoAcDsh6QlYiwo7Q0"
    "/I0yEhtRiwdhpBKswqIFjjlWSVB2wFwaWddgbTqIOLHgAoUTJxZHuOGJE4ujm2a28VY8sojyiDMLcWbxtmcW0TdLyT"
    "n/6CLBVgtpv/UJhqko4LRnyb0glCnCUwuh77zGp8iR23GOXOCCVDVsonzCrOHarLEdnHWyXQ4oC5l5/pQarfao81W6"
    "RuDKa8/k0ej0ghbN8Nr4QMhskDmRfaFlKo/cY6wsVnGclXGc5QmqatHGONdWYHiOEvW2XxbaK6u0iUsc5xRIL2+qgx"
    "Okt40drJtTl7RYwddGBuCbJGkW4b5KQCzjNfWL8O9nc4nMCa1jhZFiEZUYjoZ1lv5MizUjx1TxqomWM6BYpxmzLprM"
    "5eUfQy+FbymBZvtXJqdB4t09iiZdt5AF4/u4c+RAFxQkA52paD16Lw078gYT04ImGC7KRovtvhaj3u/1CBxtz+elsI"
    "HzAmzg/OU8alg9lbdqnOVFCft+/5t0zEnGul4lDzGkF+ZjhvnIcnA3TN0VKP8hfC5MKcouKLeMGOQXTu0SvMJ65X2m"
    "XWtj6CPCznFYVoP2Sd3Op85NV7qm9XBkomtTDd7h0bjrDNv93sfOp4eBdHuN5prNLtyews9SH43R50F/NOrSHmdmmY"
    "6j09aHoXQrP9xfM9NSdhebICe1Smu9t0zVVZy/uSarI5yu8RTtL/RBFh6l/GdIWu7SDWaQB/4L0jG9GgNr3o0YyB+U"
    "1lBaV0byvQNaGYnZ72cXaGa6lr2229O3bmz7KUGtJ+p4gItB9AmMt7LBR9GUWTCgXywYw4Bq6MIYiGAgoa4Pew1sP4"
    "GXA0/ILxuciFFl8ZSiVrAIlhH21VtrXREscxTTvMdcAt6mtVbJBHwLd/tHcsy22GCzivIJN5DnnUqZEWWzOY5zilnm"
    "eZY5ulNMzPLOZhk/Yw3ErOmZOcAlbxpIjMEzuNP62up0WwzZ8V+bwjr9wa00oK1yFyZlcI1MS4WXhT5Zh1e2Ho2HXo"
    "TTNSK8D70vvf63Hm1ll2fuD97hplwBZ9/rEV1HwJvkdxlpGdR2kOEhFU7rkmw1WuHbqwqBp0SuWFImylO/tbvNsjKc"
    "wPAfXUP1BJBC4IOuZhH4PokQlYr7mbvKzL90mtan/MFGTNmwiwrwE43TMVS0wJr6S5i+SSH0iWbZDlqwW/r82BnCBs"
    "gO+dnJU16TOApjVMyBirAIVLxON+gdXsqZSBjZtRnjYAs2lU1M9SRnncKP3thYn1HGDaYgzicmYOMJoAp5I3c1xicm"
    "YOMJOIKkpv691LtG5oIYj8ZAGkqDrzRSB3QfsZ5poE672x92ep+uWdg2zBDFdj4+9G4plWtQc5dSUUzudtCiiE9YrI"
    "0PzEfEA2xiDB0cZCviAWo7zZwgA/fMC25kheZ5Pc3CoLw1TYlqUOyaX+qke7c1Isek728H7jvs1wYJbkr0L3/ssGC5"
    "JsIOmpu0DBRQ6DAMbOV0k84qF7Wjp4h6Uly4qyJE7gj3SqESj26aeYb2eJnUCtgeVhR2+Xw1ica5XiHUl897Dg8ufd"
    "ZszTGr1jyLcwmRxlfpnC23DbChJKdAhw4rmIE70e/yGOAI8LfPUvf2GlHI/NFgWXSDOw9uoyl01pwhbgPpbw+dgTSU"
    "ab0hWo/bIn+6XjQhc0UejftBvy0NPaBuYZm09ATjvG91YHSKBz8at1K72+lR3E4lCq2qBW2tm1bvts8a8RgbqslaBx"
    "JF+OTbB+nad+xo1eygnT3Ea/bfjlHfS7EueUFi/R6qGOCFPs/HVqe77pAnWGPJgbed4f3DiL2pZi9ch7Z1+8PRNdJN"
    "r6Ty/nFFcJ2zC/Pl7rwRjjptuluLr6GLmoBhWrWoUpKP5899w211+5WVNAbkZJpk+ZKOMdWtetVpqVim04JQptN06d"
    "Q5bMR4Wi13ac1Sw5V8WUrKlwVSvkxL2Z6By5xd5+fGNHWCjWxRx/gSwh4D4wFKu8io7fe7MVDjppOsQPtwdyPBGmey"
    "ByLNybF8GXKcI/H8lR3nquHi3n5pWhb0VrnCdZyrhoLeSZlrJrWK8b1RnnrKeSf3RjKxbZyNkcVdJ4v6jWEM3xsEAa"
    "uVdpkkX/3i26/KLP6r/KV/lVr4vqNrEWznFXV/GdhIDcKx5Btlo4UejU+drzTLjFkJj0b/Xhq0Rv0Bi02Cn+F95vv3"
    "+2emrtqyZZrzisZmnFFYm+WtTZCpTTYrpZZgFWm3PJ9kYgcU+8KpUmUyylInE2CLSWvaJhEAETbxzfD8zQSQ+gZznG"
    "AV88zzPPunLXzkzB3qCXoqkjQl37RwP5oW0abGF7JKGeUJkabTRA9SruvW9fPBQA+jNRNLEQTg3bVAuwawzgedNiih"
    "fcboSs+EvXxOoK7X3Xw5WlcmIeWLMbt9g6C5+Uz8OpaMH7wbWvFyTBRa9h46NMerrB+vok9zapnTw0pROuAmpIN1tz"
    "98Zn3LaGCYJwLvj+DoUtS65CqQV4T+bTdOTRzpb/uWJBG/I+J3+IzfMcy8lZn9qQf0PC9Gnk7TRJLJJtrq4PxSsPwd"
    "YtHtZYOZTjELDILnuY65BGUNzhiTMDmLUYh1lugrQYh1SuphivVFECK2rLjCIAbMFmpkwA9+T7MIebDWNKUwB4+eev"
    "80FdeTyglqIYMs0foaVzQxdd1celdmIDxxfFyA3XtBGT3LLRt32P4jKmEPkctoBfzAFfwgTLyjUPsij/goplmAiVsF"
    "E4WxvHWRbnSjvbjLXqC01Cn42wPskB5WydLFKCYZQp4h1jl8aLcliYGdtqsohDC0M4A5PROWD/xSZIBzEDotMsB3nQ"
    "G+sMxnTSXZxSMK6q7H2USuYolcRbq75V5kmy3mCAvHMej7FjInBexaxNKUWSMDmPJ7mkXAFF7TvARM5ct7y6Xh8jOE"
    "sr76DMXmr7/XQTncW3r5CE5uxEP+J58f8lAH7XV2eVnGULu8zLfUaF/CVFssqkjYJ6+hdHeitvxrotMS/nXY7+WYYG"
    "uWJCilKQ76L6LAxgFKu0C4VBgxJCqQ6bu71m9Jcbe7/ZukP04HuNm3Mvvr/wFJjd99"
)
