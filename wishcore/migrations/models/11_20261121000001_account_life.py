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
    "eJztXVtz2ziy/isovUymSnGNr8l6Tp0q2WYSTRzJK8nJ7o6nuBAJWRxToIakrOjs5r+fBngR7yZlyoYovMzEQDdINUCg+0"
    "Nf/tOaWToxnYPfrPE1wQ5pnaP/tCiesX+k+tqohefzdQ9rcPHY5MR/WmPVDMnGjmtjzYWOCTYdAk06cTTbmLuGRRn5t6mF"
    "dIs4CCPgRNhFc5s4hLpthKmOFtQ1TLScEoqoNbb0FYLnETTDqwM2vm5p8ACD3j9/qAU1/loQ1bXuiTslNgz4+x/QbFCdfC"
    "dO8Of8QZ0YxNRj8uH/h07eo7qrOW+9nGL7A6dlLzpWNctczGiUfr5ypxYNGeCXsNZ7QomNXaJHhEYXpukLOGjy3hcaXHtB"
    "whfV1w06meCFyUTPuL13WLe1VLXXH6lDZaSqrdS0BBwR8fpNmkXZlBrUdbgMZvg7TDe9d6fw58kvP7znrCXhUbEHfu0MLj"
    "91Bm9OfvmZPdCCdeGtmJ7fc8S7fvAhsIu9Qbjk16KeWqZObNXQ0/K+ve1eZcs7xpQQ+mJh6AeMdRPRBw1r2a9X+QsIv0DY"
    "XNLHZ1zSc8tx723eyYXERbwWKf8u0uK8Ajm4xoxkizRkSohT97kOgn80S6yj7hdlOOp8uWHDzxznL5OLqjNSWM8Rb10lWt"
    "+cJdZ7OAj61h19QuxP9K9+T0nOVUg3+leLvRNeuJZKraWK9ahMguag6QfbpyYPkc+HNYyx9rDEtq6meqwjK4823TU7miVb"
    "MMX3fJKYNNl7+sfFAGb82pgZbtZZsu4sPEzYqlHNkO7J06RPCdIsWJwHaDQl6IGs0NQAGtj2LdjrDRcZzjmcD9BBdDTFzj"
    "R9jGw4xjPODxipyvHhkzfu9Dg8KnN8AFXu+cH7ig+QhUMyzo4udXP2OZ88IWz4ATu4scH7wv/eHh2evDt5f3x28h5I+IuG"
    "Le8KJqDbGyVODkJ1R8Vu1bMjwvYyp8dLLml5eNRyeAyJtrANd6U8gv6edYDECQoPEccnVUlIW+og4eQHqOuyTR5sBjSxbG"
    "LcU7bzn7NzwFq4pvHonQwz1uDMCX5wkDXJPlWeO+DTR8zvLazxs8tXduG/f+QeO9WU6Pq156ePntb/TBZUY3OC+JPYf07+"
    "tyWgOp1/4DzA78s+3RW6mHFZd+E1MNVI+qT3ees56rdz+rSG3Y895Uq9vTlHDixmoquL+R31W7u9sNWgXiu0qQPlw+1Quf"
    "L6oEe1yYQdtXf0uvulO4L+zuUn1s91P+jF2pT1At9AGX5SR/3PChvFGwSYYT6m8GE8EDaUN9Jl/0oJSTTYFsKe7pXSG3VH"
    "/1Svu73PrBfUO7BnYIcwDfrAKIbKcNjt91Sld8XfkjgO/FoVTi7e6/22/u1IVb4qg39++6QMlPB3wkfMdhp7tYRvlNzRm8"
    "5w+K0/uFr/6Dl2nKUFW2T4q0MaWGi9jzEabYrpvffb2Qx0hp+9n+wQV8XOQ4ybk8TGB6o7qnzpdK/XQ5MZNszIuP1rRf3Y"
    "/arAVNmWSdR72IKo3z7qfA7bXfzA2uFo6qjKP276gxEbjS988n1u2S4brXN52b/tjdTL6z7/rcF+pJmWr0q9Fqiw/iTje2"
    "TZDTDO9YyN0N/mRNEK60ERKHFhyT2ozB6qhIUl+Dba6gSTaHz9np2UWL9nJ7nrl3UlZG251fBGn17kY2RD4R79UmZ3AKpc"
    "8fK+uHw1OG9AHhuYNnFOad1I6ybTuul4R0mWXRN0FVo0OEL0pCnTQXNiO6BCg1Hh6yhoMffALQceHhzR7CYEWUsKOpfjOv"
    "zKhGkCaVOmjgGfgZZJs+UlzJbd2gNFUZh2YhOMXf7M9Q2nOc4pp1noaeYmXxWVMWRo3C3D0WkZfRyo8jXG05RGDla8XdUL"
    "IMpTi9UjkJDrt9knhu24alUZx7kaaP+8LyPo9/mCfp8StIk3kHOMSYq5hJjHhu1OdZxx8cuO3WwpR3mKDtwdFHeBeNkBmh"
    "BeCHBWRZtSjA1cq1uBRHzM2KKwo8420hezR6hBbxQM/GuS2qgbztzEq8rHQZKveaBu/QfC3NDchU3UhV1JUU+wNU/SsBmV"
    "3M8KN7SUvA1HdYhpEjst7QvLMgmmOYBSlC8h7jEwbuv8CFteds+66PevY9vVRXeUEPPtlwtl8OaQSx+IDNdzqUq5CzHJuX"
    "gy2UDgAZuUdwV568Qkm2E7cU55Rot2RgtyjTFi/hatjEsMr6NddIXhhiSlfLGsOYaVgzhXGz1Qdq3gWmjhIIuaKzReIcN1"
    "0PBT5+3R6Rl3ykVvDM/PijWMWa81QYS6tjVf/Zztn7WNhzzjoqOqcVOvTSMQmlTXDfoeO2l1Li+V4ZC74xDHCR2pQt+p5P"
    "dQyl+7lLt2gbf2jl+8yyOrwpEVAxO+zw0YbhMQIcYpp1noaWaujZtcLDpS89yJ+XU0a14JFgoZGolS1A+6TvDMMFcV3VRj"
    "TNsNdhXE8+wJL5eUsZQUcFq6H7y4jM9klVL9EhKNGjwfwtF2UrTr1vXzbbwMDZP4ygIZeCgB6wFVcjToXo5aP17REPXFn2"
    "eOrmfnCaNUXa+KcrYpc4F7a9BzxL3+0RwbNjMD+WAOcqfYRUswEX1Nm+hoYvPonjY0PQKRjgLrMNssrXl86XonwKbULjBG"
    "pRW0F+qTdL3bi2mWxu5eTLN/1G4wzXFOafKKPMuaaZCcwMF8szfG1DzTt/74NgksbBlY0MmjoVXz6Ak5pIhLiVjGw77cfv"
    "HK8dxiwjn1ImWRiMNnQmWRAMedlOuTMFl8XQmFkw0tzcBm18920cpKqxOnaBfm1eG0qhElfhIwG1ozwpNvYhdhNLetR+C3"
    "2wg7LN+NRzxmkNWUzBALK0hjYtWHuKN39Man43GozmL8J9Fc5OAVj2LlSd1+hS5E3jI/ZQQ6IXwbDqIMc/Oyir7pDL8O0d"
    "nB+4PDnw/QNwMW98K9o8ATxLvyUZATvB4bWGPxsByPg7cJ35W/g5cDyF1H0KIVcfMQut9bAS8j8F/fy+0jgTsJ3ElTXwJ3"
    "cprrnebohlvaGz/CI7I/2MaWUilDqcBOSpn6/klWQcYRliaK+PS0VHjyaUF48mlm9FYVGT8v/Fto83Mr8d9ecBuoigYMmq"
    "FrFQY4pJlfMMzhdQ6DGqMcXjT5vtgreys+SK8Vd79/on6lyPv9E7QMtXzZUEvT0rBZbVWHHM2T8nEZBe84X787Tql3momN"
    "mZOW72/Dfi/vSjLgSBqhsMbRf3nGtmZpHEwWMY0jEOibL51/JGV9ed2/SJqUbICLpPUSZDbeAAtI8ko0QGg0QPicwfKKaY"
    "MrJiHFuss3TP3Owp1ecoeXVsb1UrS7XXS3ZMHHOFW1NWWJNKc2uYdji9ieBzR1EaH6Abr2ko/aBLHEPw5yyBzzFcHieccm"
    "pg9OGy2nhjZF1GJBwBPv4ghmwYU5cLLyn27xSc/wzn4l56QNLnt2ztcg/87ndWv/CaXY1p8TxyGaTdzKPjQJtuaZEPW70M"
    "BWZthEc8G4NTIsiRH5nlMgK8XYiIVdpLkq/xgVGxKh4nrd730MyJPWRVz8lm3cwwlQRfARFinyDUR+b2P25ArbypqjEQJ/"
    "AaCN++VWkvGaQ8q4icUqhNlSdg1/kE4nezHNNplZjxuGEUU5ZRiRaLOcQr5eB6BhAAyojv+Hmfwvoa2VVYQmRdQuLEcTJV"
    "e1gP5JyObblHvwhhAKIt+9qnROG1lUA46JZXPHWT/W3ZoAuR8O/6ufoM3PypZdy3krT5Ap3cSxYAuccQVBw4TSQLcLHFSR"
    "dJKvgcLe1nU6r2UK25jJnlQJfExzNlDsJ8clhH5ynF975HjX8jCJoodVKBcqrdbGKroy+cXeTbPM9Ni8+RXRXh0QmFon07"
    "Mgk65d3mq1IywlfA1Ci/InBy0NZ8ryhE/xI1lHf/phnQbld/4m8QJAvcKpBssojqyFjebwq7M8DGofX2Z9E0IDksGje7iV"
    "Shx/76bZyyRaFe6Lc0nQ70n0aWxbS4fYlQWd5NsWDNIkWUtAVQKqryvsbQGqL5xvTnghb8ERyMVuNQkHDM1z3jwst4oPi1"
    "bxobwWeP1rgSDxVcWLgQTbVoOCRNHfK9wMSMh4EwHvnIEkIePmza8gkHGQ6a/jumQ2z0SLkyTtIqA4SOoE625NXT7R4RK2"
    "ewbfrlMV/hqrLTleceiWl5P0QsLQv7n682+vtocGAwEViKYgFWLND3kGWsxHrR6yE+OSyEdldyeZrewFspX5l0QVFb44l3"
    "QF2TEMr1Hokrxlaqz2JY2ovZtmaUQ1b34FMaIuLTox7Bn2xZ+yoGL97SLzSUtSlnCvYYgkc2FhcRdLvDpA36YWz8SOHVbP"
    "kFk2Du80dOb+4vXBAaU73LRhCTXH1nf+bzZUlodN3Y9gOeZHYCsR5n2DESgnCH6dBaysjVreA1mhRgdstTaCLm55sQFYxQ"
    "+Wi54nhJ/CKyI8thZen5+JvqRZ9ns0Ocwf0qVHuvTIU1i69MhpriMf/MKGIXMu1hS6mPE5jmYni4Mta3aRLdXWsPuxp97e"
    "nHMHU3Uxv6MDBWjP4exziHtHe8o3VfnS6V7D6GSphpnCXx+deeEs56J9ay+Q5lz4JIiibG4V4C//M0sLND/1T4SlCe4RL5"
    "35h7s7VEUbY0wN3C/qhxp3C4MSJH3qzmlF8EuzMjx1ac7eFdInptWoqyTgy35D9+wl3h4dnrw7eX98dvIeSPiLhi3vCiY7"
    "XcxCAnrN+1oEAfQ+WKbJ3yoF5fk97SIQb7KmeRK+61MSlkTkENeS5c3jEWwE2zzFCoO5iJ2G5aqxZtZJ9N7Uvwj3/q3LQo"
    "kSGNuRE2XXd7tY3gz/86uaOSPOJisz/8iSqr2ZVG0p1TLFCGKnSEzCsuB1O1GOILGycuoRZG0MUrqlpauLWO1BsbGzsEmW"
    "Uhl0FWqVJEJUSq3UTAtMnUBFbCP4j2Hya9I/rTGvqD0mhCJ2V7viF6/ZKuZmwzzDKfaVgdM9VTNl2dMt3wdIPX6TFb1zer"
    "wOu171KV5zSQRXtNkVBJP6ajiGa9lZ+kPQVag/PEaISniV3TM3/PY6qy9Gvm8a0wUiblYJT7GybDLFkuD6gDyuGruhSX+s"
    "vZvm13b3ESi8cCvKvaxsV3NlO7GUrrzaD9HuMspXhXoPvtO9d7HHApaZjzsoVOy7bMfClS1qroK6C5++dC7RG8f4jnTjnh"
    "diMHQSOMr/nOvaX/9Tynjfh3tMRGOQbvhS7RN0m2uSPiDVvr2Y5tdW+4RSTKTitwuKn3Q+ls7H4oi+SYeB9D6W3sfyayn6"
    "WsQCHW6w48kvG3Tg3e0yoMM8oCxbZJJf4iBnyqP6YYYJ1j13YuYFQhzHKwCZjw8MP3XeHp2eFdeZrP0hstSkOMqFBBj2cP"
    "uUOuXeTbNNHmGX3qwEd5RT6kIiz3KgSFSD4ONc0oe+0Ic+4p3zTCfviDPQTsr1SSfv+LoSysf7muj3xFaoa6+yNPdod6Hm"
    "bnJClYSUpRy+TXLPNGgL/jmzHskM2A/QgOnX2CZoaRuuSygv5Q5ato4oz9LllXjXs32/nz1iZtShaYQJXoNR+Y/0oxNk/K"
    "FQN4KR2Sor6giLzOCbwI2iK76suRnlaSCifVgqvdFhQX6jw3SCI2cx/pNVeKq2cuNcUmfJTGmUvXSfzuoVYRd5FbeYDnGj"
    "nCMm0zm5ox+7X5XB8BzdG3C8OXf0g6LAXxNC4N9X3eHN7Yj9rRvOfOF6iPnr5/fCMx4NNTNollJ5Ydznwv5Jziah/387Oj"
    "o+fnf0y/HZ+9OTd+9O3/8SXgOku4ruAy66H9mVQGw60ncE2sK2CdVWla4vIzwifyUb7vVlCkvl15VKlZWSaOImW/5OABCC"
    "XMbc4BVTvXqWa2iklVUeJ0bQLiyO45HCzwxpS/iBetTMDhvyAylI9uIgOI4M+Bk6N74csImJfo4wmhpefRuWgJndp1hcp0"
    "H4HtZGlgtovQ/wczsjQ2fJnb0Rf3IOUNdlf7O44fsFzIpH7bgwyNzEKyBgTN6r/OSwqCGX+aMaPM0zeiBz9xwZLprh1R2d"
    "Wia8DoFP2HXa/N28HjSGXwFd4xUwLbcRZ5S/b9dZtVWgC6HDsvUXi8ovPnUn9AC/tIqsA/oGno81yjuykvm3VLEacYypeT"
    "HeWxG0VEcaq47EnD7Jd1d17dUG85xglRMt9ERLl7k6XeamoKmZG+2OcU55WSzyN2MtXFYgs4qqEWFpnqJRD7YniDXcdcms"
    "lWEE8/Z2ke1rBBSlrjKXBqu9SsHWZHdJ2ZeTGTQyq4QQNwbS+2/PzwAZXrgX0yyya8Du3a66hmtWUptChgbiYEel4JmjAn"
    "jmKA3PUMvNEHB+7ZiAvhHyLdp4tlE5ZmFXijz2yRsh6tRSLrmWCxdzajXPbUMjm9zwJxibhFW88AX/XwtMYRfOuODPFX6U"
    "pUmSrw0lgtVp2dVkGmWRMs2Q6dJwp7qNl3QDjTzJK9E30VRyQbChb4YzvQb1vpWBD4V97SKMiCE6qhmQlXCNYLTMb4ExEg"
    "expYow0gnWTYMCxwzrJIgXtZY0q4rOpoNIqEkI80lCTXu44Umoae+mmW+8FbGmKI8EmyTY9LJgU/TNUnLOx5wSbI2Q9ktD"
    "T5amYSdT7gV30BGeRgh968nZZHDDloMbAhOkqmIT5ZNqjdBqjePirCuJcvF0IbPIn1KrcznqflXOEZjyxiO5o91e0GJQry"
    "1pk5dz3y3lvVvgvJsKGAWZE9UXWubhkYs/ZrFKHDIDh/QEVTXbVpyrFg8xgSIs6s/n6eXD2MQkjnNKpFe0o0MQpPfDguqe"
    "mNP10f2udmGB9AjRkyjvJ2uJZgtt6icHZH6EPzmI32HygDL8QCiPAZtjQ/81RGtZoNnEsB0XzXk2FTSxbN7IBkjDwFt7yn"
    "NwYhijIuQRYZGIcZMynewewiTtw23bhy62YVPZxAMkydkkZfWFXUCmjHGDKYjzyQnYeALYgbyRF1SMT07AxhOwBxhG/0bp"
    "nSNrTugdHShDZfBVuTpHcPYR+5Hod/Tyuj/s9j6e82LpMEN39Lb34bZ3xagWlKm7jIrZBFeDzjcYKnSq2QT7qD9bkLwr30"
    "QZ2gmTUd6V78U0C4IM3HAruJWVJsfraRfmx1nTlKlQzdKxMSPdy6qDXIu9vxOY7+c8bamf0cZP0tPlOS3aCLtoZjGvL5bj"
    "FIaBrZxt0pkFrbfzFOk+JoS5Kt3H9nCvlEfi3k2zyNCeKJNaPRFsRYnGuZ4h1KdvlXYPLn3lGgtNFKnMgSsAOiSvAbZ9Db"
    "AH+Nsn5frqHDHI/I5e9nsfuoMvHtxm0YlhzzjiNlD+ftsdKEOVuRf1ewye+2vhVZLipsgdvRn0L5WhB9TNbYsVmeOcN50u"
    "jM7w4Dt6pVxed3sMt9OJxpzooK1z0eld9XkjHmOqW7x1oDCET726Vc59w07VFyRo5w/xmv2349Q3SqxLnZNYv4cqBnihz/"
    "Oh071ed6gTbJis1888fhVmHoe26/5wdI5My4ugen1ckeVLr+ZKFeFo0qZbmwcVW9QEFNOqPlRJPpE/d2EcqQTJmyqQs9pW"
    "sqbOYCPG95WiUSIsDVzJp6WkfFog5dO0lFmlVTW7XP2FZZkE0zzvywhfQthjYNxBaRcptf3+dQzUuOgmA05uv1wosMa57I"
    "HIcHM0X44c50g8f2XHuRq4uOuPROFOb5UD2uJcDRT0VqLauNQqpvaJ8jRTzlvJ78PFtnGSnyzuJmnULwxj+NYgCFivtMsk"
    "+ZqX3/aszOI/y1/6Z6mF7xu6NsFOXgzn08BGahCBJd8q6y3k1yLzS5Hd0f6NMuiM+gPumwQ/w/vMX9/uZwVaHNW2rFlFZT"
    "POKLXN8tomyNQh6oK6RsbZXHyTmWCVYT8i32RiFw72uVulKkGUpUkqQH0p55grcHUPgAib/GZE/mYCSH2DOU6wynkWeZ79"
    "2xYxYuZ29QY95Umakm9auB8smxj39DNZpZTyhEjTYaI7Kdd16/r5oKCH3pqJpQgC8EKrWddAYQWGL+EQek0fXeWR0MxUjd"
    "Hu9tPeuioJKUtV9mC1zHmQrR8xC9YNqzY5Jhq8Busw3DY0EeoVdoR/Mf9Yr24kM3p4XUoXzITsoiD1Dp/hpft7zDHME4H3"
    "R3B1+Yd05BXJkVe6/tXrpyav9OtOiiL9d6T/jpj+O9kFM/LR7kYVzHiB2zQZZLLJabVzdilo/i6x2faywUynmCUGIfJcx0"
    "yCsgpnjEmqnMUoxDpK9JkgxDokdTfF+iQIEVtWQmEQA64LtTLgB7+nXYQ82GuaUpiDR8+sfxaK60nlAHUQJUu0ztqIJpZp"
    "WksHiMwVwhPXxwVM7MfweppbNu5Q/yMqYQ+R3JMSfhAKfpAq3l4c+zKOeC+mWYKJtYKJUlmuXaQbJbCWqaslSsuMgr/fwg"
    "7pYZU8XIxhkiHkGWKdw9vLS0XhYKez0DRCONoZwJyeCisGfikjwAVwnZYR4NuOAJ/b1qOh59THyhdygk3GKpaIVWS728Ku"
    "dCkSYRHYB/21hSxIArsOsQ1t2soApvyedhEwhdc0TwFT+fKuOTVcfoRQ1lefcbD56+95UI7wml4+gpPr8ZD/yee7PDTh9D"
    "o6PS2jqJ2e5mtqrC+hqsFHVUHCPnkDpbuVYwue6PpuenEJ/zbs93JUsDVLEpQyNBf9FwWFmndM2gXCZcKIIVGpYoTJuoPt"
    "uD3OBrh47cPsx/8Dc2wiqg=="
)
