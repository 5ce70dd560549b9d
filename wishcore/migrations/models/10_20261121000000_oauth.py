"""Front ends, what lies between their question and our tokens, and identities at providers.

As in the first file: PostgreSQL's words, and for SQLite a CHECK of what PostgreSQL's type refuses
by itself.
"""

import re

from tortoise import BaseDBAsyncClient

RUN_IN_TRANSACTION = True

TABLES = """
CREATE TABLE "oauth_client" (
    "client_id" VARCHAR(64) NOT NULL PRIMARY KEY,
    "name" VARCHAR(80) NOT NULL,
    "secret_hash" VARCHAR(64),
    "redirect_uris" TEXT NOT NULL,
    "origins" TEXT NOT NULL,
    "grants" VARCHAR(200) NOT NULL,
    "scopes" VARCHAR(200) NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "updated_at" TIMESTAMPTZ NOT NULL,
    "removed_at" TIMESTAMPTZ,
    CONSTRAINT "oauth_client_has_id" CHECK (length(client_id) >= 3),
    CONSTRAINT "oauth_client_has_name" CHECK (trim(name) <> ''),
    CONSTRAINT "oauth_client_secret_is_hashed" CHECK (length(secret_hash) BETWEEN 43 AND 64),
    CONSTRAINT "oauth_client_has_grants" CHECK (grants <> ''),
    CONSTRAINT "oauth_client_has_scopes" CHECK (scopes <> '')
);

CREATE TABLE "authorization_request" (
    "id" UUID NOT NULL PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "updated_at" TIMESTAMPTZ NOT NULL,
    "token_hash" VARCHAR(64) NOT NULL UNIQUE,
    "browser_hash" VARCHAR(64) NOT NULL,
    "client_id" VARCHAR(64) NOT NULL,
    "redirect_uri" VARCHAR(2000) NOT NULL,
    "scope" VARCHAR(200) NOT NULL,
    "state" VARCHAR(1000),
    "code_challenge" VARCHAR(43) NOT NULL,
    "identity_id" UUID,
    "expires_at" TIMESTAMPTZ NOT NULL,
    "used_at" TIMESTAMPTZ,
    CONSTRAINT "authorization_request_is_hashed" CHECK (length(token_hash) BETWEEN 43 AND 64),
    CONSTRAINT "authorization_request_knows_browser" CHECK (
        length(browser_hash) BETWEEN 43 AND 64
    ),
    CONSTRAINT "authorization_request_has_challenge" CHECK (length(code_challenge) = 43),
    CONSTRAINT "authorization_request_has_scope" CHECK (scope <> ''),
    CONSTRAINT "authorization_request_leads_somewhere" CHECK (redirect_uri LIKE '_%:_%'),
    CONSTRAINT "authorization_request_ends_later" CHECK (expires_at > created_at)
);
CREATE INDEX "idx_authorizati_browser_3f66c4" ON "authorization_request" ("browser_hash");
CREATE INDEX "authorization_request_by_end" ON "authorization_request" ("expires_at");

CREATE TABLE "provider_attempt" (
    "state_hash" VARCHAR(64) NOT NULL PRIMARY KEY,
    "provider" VARCHAR(20) NOT NULL,
    "request_id" UUID NOT NULL,
    "browser_hash" VARCHAR(64) NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "expires_at" TIMESTAMPTZ NOT NULL,
    "used_at" TIMESTAMPTZ,
    CONSTRAINT "provider_attempt_is_hashed" CHECK (length(state_hash) BETWEEN 43 AND 64),
    CONSTRAINT "provider_attempt_has_provider" CHECK (provider <> ''),
    CONSTRAINT "provider_attempt_knows_browser" CHECK (length(browser_hash) BETWEEN 43 AND 64),
    CONSTRAINT "provider_attempt_ends_later" CHECK (expires_at > created_at)
);
CREATE INDEX "provider_attempt_by_end" ON "provider_attempt" ("expires_at");

CREATE TABLE "authorization_code" (
    "hash" VARCHAR(64) NOT NULL PRIMARY KEY,
    "client_id" VARCHAR(64) NOT NULL,
    "redirect_uri" VARCHAR(2000) NOT NULL,
    "code_challenge" VARCHAR(43) NOT NULL,
    "family_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "expires_at" TIMESTAMPTZ NOT NULL,
    "used_at" TIMESTAMPTZ,
    CONSTRAINT "authorization_code_is_hashed" CHECK (length(hash) BETWEEN 43 AND 64),
    CONSTRAINT "authorization_code_has_challenge" CHECK (length(code_challenge) = 43),
    CONSTRAINT "authorization_code_leads_somewhere" CHECK (redirect_uri LIKE '_%:_%'),
    CONSTRAINT "authorization_code_ends_later" CHECK (expires_at > created_at)
);
CREATE INDEX "authorization_code_by_end" ON "authorization_code" ("expires_at");

CREATE TABLE "social_identity" (
    "id" UUID NOT NULL PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "updated_at" TIMESTAMPTZ NOT NULL,
    "provider" VARCHAR(20) NOT NULL,
    "subject" VARCHAR(255) NOT NULL,
    "email" VARCHAR(254),
    "email_verified" BOOL NOT NULL,
    "name" VARCHAR(200),
    "first_name" VARCHAR(200),
    "last_name" VARCHAR(200),
    "picture_url" VARCHAR(2000),
    "locale" VARCHAR(35),
    "claims" JSONB NOT NULL,
    "signed_in_at" TIMESTAMPTZ NOT NULL,
    "account_id" UUID REFERENCES "account" ("id") ON DELETE RESTRICT,
    CONSTRAINT "uid_social_iden_provide_c34406" UNIQUE ("provider", "subject"),
    CONSTRAINT "social_identity_has_provider" CHECK (provider <> ''),
    CONSTRAINT "social_identity_has_subject" CHECK (subject <> ''),
    CONSTRAINT "social_identity_email_is_lower_case" CHECK (email = lower(email)),
    CONSTRAINT "social_identity_verified_has_email" CHECK (email IS NOT NULL OR NOT email_verified)
);
CREATE INDEX "idx_social_iden_account_2e574c" ON "social_identity" ("account_id");
CREATE INDEX "social_identity_without_account" ON "social_identity" ("signed_in_at")
    WHERE account_id IS NULL;
"""

COLUMNS = """
ALTER TABLE "token_family" ADD COLUMN "client_id" VARCHAR(64);
ALTER TABLE "token_family" ADD COLUMN "scope" VARCHAR(200);
ALTER TABLE "token" ADD COLUMN "scope" VARCHAR(200);
"""
"""Empty for what was there before: our own way in, and everything."""

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
    "TEXT": ("TEXT", "typeof({0}) IN ('text', 'null')"),
    "JSONB": ("JSON", "typeof({0}) = 'text' AND json_valid({0})"),
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
    "eJztXWtz2ziy/SsofZlMleKKn8l6bt0q2ZYnmnUsryQnWxuntBAJSZhQgIaE7Oju5r9fACQlvkXSlA1R+DITA2iQOgCB7o"
    "Puxn8aM2oiyzn4g45uEHRQ4xz8p0HgTPwjVtcEDTifr2tEAYMjSzb+k46G1qrZyGE2NBivGEPLQbzIRI5h4znDlIjmX6YU"
    "mBQ5AAIuCSADcxs5iLAmgMQEC8KwBZ6miABCR9RcAv48BGZweSD6N6nBH4DJ5PldLQj+a4GGjE4QmyKbd/j1Gy/GxEQ/kO"
    "P/Of8+HGNkmSF85P95pawZsuVcll5OoX0t24oXHQ0Nai1mJNh+vmRTSlYC/JeI0gkiyIYMmQHQyMKyPID9Ivd9eQGzF2j1"
    "oua6wERjuLAE9ELafYd1WWM4vO0Ohv32YDhsxIbFlwjA6xUZlIghxYQ5EoMZ/MGHm0zYlP958u6n+5w1Em4r8cDPrd7lx1"
    "bvzcm7X8UDKZ8X7oy59WqOZNVP2QVk0O1EIr+GekotE9lDbMbxvr/vXCXjHRKKgL5YYPNAiJaB3i9YY7+e5S8AfgbYEunj"
    "M4n0nDpsYstKCZKEeA2p/C7icF5xHBieoWRIV0IROE1P6sD/R71gHXQ+tfuD1qc70f3Mcf6yJFStQVvUHMnSZaT0zVlkvq"
    "86AV86g49A/An+1b1tR8dq1W7wr4Z4J7hgdEjo0xCaQUz8Yr/op1inxt8Dn48oGEHj+xO0zWGshh7RtLbxqtnRLFoCCZzI"
    "QRJoivf0touWYVA+TZJ2Er8qcyOBgUYbt5EWmCPboYSv7xQ4eEIQX/DnB2AwRcDhDwdeb2K5B/SJAAs7zJH7wgQ/ovhmUk"
    "WHz9hSii1w1a9smzeVxv+MF8QQ+AP5JPGfk/9tKLjUpe8mho0EJkPIiq5/YUm9CCq3CIZ2uLlZcpjDknqYlR5mNINJiky6"
    "Hr4SqJ0ifnR6kkMT561SVXFZF1EUHWQXNXWCMqVQ9jBUEeSqrJ01wmNsO2xYFOOwVDVz+ZWXpTDQH/IA/SEd6A8xoC1YAu"
    "eQkIY5B8wjbLOpCZfJ224yykGZrA13B+HOgFdsoBHw5tBxnii3wqbQmRaZpzHBGs7Vo3d5Jitvlb7BvYtNV26ConJ6Yliy"
    "Aj0xuu2pO3N3Qk1UhBIZ0O+INBIIEbeimUWHsFWTjWRIlyBA55DPHCClmuA7ERQFo2DhAEqsJRgtAWYO6H9svT06PQNipQ"
    "BvMBP/AKJgJGrpGCDCbDpf/honSLb1kGeQJkUXymrXR4U007M82v9ZuvJ/drKJh//Of2Yy1G2ymEm4O/wFITFQDHZfVuVt"
    "qdG6vGz3++eC5kOO80B67eteu//xHNhozBejafR7yDMsh3n2rMP0LeswtmNpAqu2W1aI2fgxx7y7EsMcltTDrPQwL5xyJK"
    "WjNc+dGF/HoPNCjMNKoBLqrP4G3BjOsLUs6B0QEtqud8BLaoTlT8xixlIU4Di619RGeEL+jpYx1S+CaNDguV71tpPQrkvX"
    "z7fh08owCc8sjoHLEogarkoOep3LQePnKxqiHvxp5uh6dDYYpcP1rMhnm4rj9LeYnAP0iOwlmENsCzNQduYANoUMPHET0d"
    "O0kQnGNp1xU7LJix55IxP41mGyWVpx//oYX4FFqamP8fddfdLH+HsxzNrY3Yth9rbaEsMcltQmr8qjbFgYEZZokaWbvSGh"
    "+pm+VbHzmlh4MWLBc/YtyCyEpTS1kEktBNy9n8ktBLzLdxLXjbxCeF4pRSz0qYGh1TH5+o1ZIrcQadHMohcc2Zb/zkDjjQ"
    "xDn86QDO/iZj4Ec5s+cnm7CbjFjxlwG4+EjT9FMyB8uuIkQvEuHsgDufPaySAAZzH6ExkMOHApQwi4HHZ+41UAvRVup4Bv"
    "ovzbcAARJIUbt/am1f/cB2cHHw4Ofz0AXzCf3AsmRPxYA9kJcPy3E/0aIhZB8hf8ZVavKl9BHLMTytbRC2CJWBqj8bXhy4"
    "oG3ts3vmmiQxMd2jTSRIce5uqHObjg5vbtDMio7D9TWnnPpbtnqO4x08jbyYoYR2uROkJ8eporNOQ0IzTkNIryC4feqG2A"
    "biP2RuI15Joi5p0m6FoXlFoIkgywQ8IR1EdcegcndgbMF93uTWgfuOgMInDff7po994cylHgjbBrQHVuBxHoXzS7g9ozey"
    "s+G68V87R/UL9S1NP+AT3HBlvYaLiwC22KEbFagp0T7Uy44xObGtAqNqtXEvVD+TiPgnecrt8dx9Q7w4J45sTx/aPfvU07"
    "wvElokYon+PgvzJbRr00DoFFSOPwAX3zqfXPKNaXN92LqEkpOriIWi+SuhtiUoILiMpqNkBpNuCVj5g2r2j6hKnECZOSsO"
    "7yAVNrwQfExv8HxW+/5GWNpPxSsUbNzExTweYcHTN37kJ5PjS2KWEAEROgH8YUkglymoDyCdQEY2rLcxnP9ZSOeXPPO/U3"
    "L17SC5IUsYhJKQ238AQdYamOD0fGWc/reM6otsVv23XGRia2kcG40YWLIB2VqyHY27LWxAI75MuYJZ5UyGqLS9YQ9pPjPG"
    "mFjtPTCh3vWliUKjZDgaSp+iS+DMA7Z5RpX/S9GGYdeF2/8VUk5U/IFO0hPrROckrkpHbN/FarHRDJkS15ZVH+4oAn7ExF"
    "2p4pfERr50LPaxCTJniaYgu5/oVuTmQsEvwAurDBnP/qpOTJlfevgzCV0IC0b+IeLqXaN3HvhtkN7C9K94WlNOm3kX0a2f"
    "TJQXZhoKNy26JB6oS1JlQ1ofq6YG+LUH3h8E/lQa7eocthXsbp3Aj7AvVzLzrMN4sPs2bxoT4WeP1jAT+ssuDBQERsqz4n"
    "qujvBU4GNGVcBuCdM5A0ZVy/8VWEMu4KLvhSGh6NBKY4WN3MIoipYIiHxrplDl7YRhPsMGS7SfFcCvcA3Lh329kIiHslHO"
    "CgOZTTUvgWjSxIvjuSxTWmgFCRF37shsbz+cH47HCSGOItPukZXLEqRmINWY906vh1789VSsur/g4eBxk2YoUZpohY/cyY"
    "7TIfCcESA/SDbaY+kmImdnNiZ2kD7X8OQopALFZipQzcdG9/95tHAyjC8FMbT/gOUAT4gIiGvATkExuKJxdYVtYStQD8Ja"
    "gnwdUVwngtoTHOh7E+uy61pOyCTafPrvdumG00o48lM8sGJTVBo9ooK0LQ+In+Woyh2TyRpIk2aWYRNX5SJz7v1q3z5zl8"
    "QoQJ/7p1psLfQnfxjZbSt05ev+fyJeDf8nzq3+5dCAbviLfi0GRkQqz4Ic+gaGSvxe3ZkJQmaQqTNDpb2QtkK/O8eAueyI"
    "WldKzOjjlZ1YoE06ZUbbUvfcq9d8OsT7nrN76KGFGfsYMZtRsJxpNf1cwymh4DjXIcbE+EhtRcZ8SA4sh4jO0ZMv1U7Emn"
    "1HnFdHiSEkqfDk/awwVNU7x7N8wvnG9aZeZnK+mmtUdOxR45aildaXnTgtV5lK8CudJaQLT1Lt8VXLK42oYrVOK7bIaYZE"
    "qspZ+z7OOn1iV44+AfwMQTmcQM804IZVM+gL8mKWxbespm/e7reo0JaAzftNqn1T41l7k66QNa7duLYX5ttU8pxUQrfrug"
    "+MUiHIueQoWEaghz9UdQ+mxiLzYD/kuT/GI7JMXZe9U+Mq64qqtiX/YjmoiXeHt0ePL+5MPx2ckH3kS+6KrkfcZgx2850i"
    "c99fta1CId7qDj4pdMOsjqZh7SYe63zJugXR7iAGdKnxyA+QgjaMpE6fJiXXEHr8xblM4P9D+23h6dnmXnaK/8ITpNuzrK"
    "hSYY9nD51Drl3g2zjR75Kl0udCAoqXUhlUfZVySKUfBhqe162e78XUsB75wwvoXvWgo4A+0krhsvWwrPK6UuW7pB5gTZbc"
    "LsZZLmHqzO1Nwt2XCIVi03au5dgoCFJkKDFmk+RFjWjIsfgJ7Qr2V+EBszhoi8Bolr2SYg6BHZwL0eyYyr6ZX0mKCTf22I"
    "uwy90fN7lT/SuyTsm3YEU+lEMDBaeaEOiOjgighvFJzxec3NoEwNGe3DXHFBhxmBQYfxyCBnMfpTpAgpNnPDUlpnCWOaei"
    "GkmLptspjFVJQQuAFxlWdxQ+gQd+1zIDCdowfye+dzu9c/BxPMtzfngVy32/yvMUL831ed/t39QPxtYme+YC5j/vqBcXAm"
    "L6ScYZKkVF7gSSrtH5WsE/v/t6Oj4+P3R++Ozz6cnrx/f/rh3eoYIF6VdR5w0fldHAmEhiN+RmAsbBsRY1no+DIgo/JXUn"
    "Ktz5OUNT0naywlq2YTyyz5O0FAKHIYcweXQvW6pQwbqJGUuSDUoJmZt8Btyn/mqm0OP1C3tbDD+nJD8rw1oQP4doT5zzCl"
    "8eVwmxiZ5wCCKXZTD9jiSAVy+0zqNABO+NxIcgGt9gEP5IEMpghgU1xL5Pb4i3MAOkz8LfIcTBZ8VNzWDuOdzC245A2EkP"
    "sqvzgyP6XwR+UivAx8R3N2DjADM7h8IFNq8deRCfecpnw3twaM+K+wZOpLPpO2EWeUvm7XNJnlYd7c5VmpyzedCX3nv7QI"
    "1n77Gu6PFeIdmMnyWyqYpDUkVL90llsBWqsjtVVHQk6f6AcbMntZYpwjonqglR5o7TJXpcvclGtqVqnVMSypD4tV/mbogo"
    "ncZUVUjYBI/RSNarg9RazhDkOzRoIRLMubWbYv9lvkOsqUV+BSwm1NcZaUfDiZ0EZnlVDixEB7/+35HqDDC/dimFV2Ddi9"
    "01WGmVVIbVoJ1JAH20raekKTLqVMv+7Cb18LfLMWnm3cdbGwC0Uee81rAfXL3GI7t7GBypzwRwTrxFW88AH/Xwsor/YsQB"
    "EFReqEfGUsEZ+d1C6GaVBEY5qA6RNmU9OGT6SERh6V1eybaiq5ItzQF+xMxXWUjQR+aFXXzOKIBKMztPxmOVwjRFvhtyAE"
    "kQPEVAUQmAiaFiZcYgZN5MeL0ic+J5PcH8p1oqkmJcwnTTXt4YKnqaa9G2a58BbkmoIymmzSZNPLkk3BN4vhnM45RcRqgf"
    "ZLU0/UMKCTiHvGGXRAphagbz05mw5u2HJwg2+CFFVsgnJarVFarZG37CV/QZvj6VbCKn9KjdbloPO5fQ64KY8f0QPp3Pol"
    "mLhlUZs8n/tuLu/dDOfdWMAoxxwNPdASN49U/jFJVPOQCTykC1ThqyhDUpV4iCkUYVF9Pk83H0YZkzgsqZle1bYORZje6w"
    "UxXZhjRK9f1czieceBRhtZ3o/0CcwWxtRLDij8CH9xgDzDlAFl8DsiMgZsDrH524qtFYFmY2w7DMxlNhUwprYsFB3EaeCt"
    "PeU5PDHvoyDlERDRjHGdMp3sHsOk7cNt24cM2nxRKeMBEpWsk7L6wi4gUyFYYgjCcnoASg+A2JBLeUGF5PQAlB6APeAwun"
    "ft23NA54g8kF673+59bl+dA773IfsRmQ/k8qbb79z+fg4Mizp8hB7I/e31/e2VaLUgQt0VrYRNcNVrfeFdrZxqynAf1WcL"
    "0mflZZShnTAZ9Vn5XgyzIszAnbSCG0lpctyaZmZ+nHWbPDdUi3Rswkh3s+oARsX7O775fi7TlnoZbbwkPR2Z06IJIAMzKr"
    "y+RI5T3g1fysUinXih9Xaeot3HlDBXtfvYHq6Vekvcu2FWmdpTZVCLJ4ItiGhY6hmgbj5V2j269JXvWKgjpDoHrgLskD4G"
    "2PYxwB7wbx/bN1fnQFDmD+Sye3vd6X1y6TZKxtieScat1/7HfafX7g+Fe1H3VtBzfy3cm6SkKfJA7nrdy3bfJermNhWXzE"
    "nJu1aH9y744Ady1b686dwK3s5EhnCi42Wti9btVVcWwhEkJpWlvbZg+IZX9+1zz7Abmgvkl8uHuMXe28nWd+1Q1XCOQvUu"
    "q+jzhZ7Mdatzs64YjiG2RK2XefxqlXmcl910+4NzYFE3gur1eUWRL72YK1VAok6LbmUeVGJSI66YFvWhisqp/Lkr40ilSN"
    "5UhZzVtpI1dcYXYjgpFI0SEKnhTD7NhfJpBsqncZTFTavD5OvqLyi1ECRp3pcBuQjYIy64g2hnKbXd7k2I1LjoRANO7j9d"
    "tPkcl9jzRpilaL6SOU5BPH1mh6VqOLmrj0SRTm+FA9rCUjUEeitRbRK1gql9gjL1xHkr+X0kbKWT/CRJ10mjfmEaw7MGOc"
    "BmoVUmKle//LZneSb/WfrUP4tNfM/QtRF00mI4NxMbsU4URr6R11vIu4vMu4rsgXTv2r3WoNuTvkn8Z7if+evb/eKCFmdo"
    "UzorqGyGBbW2mV/b5Jg6aLggDCfszdknmRFRHfaj8kkmZHxjn7MitxIEReqkAlSXck64Ahf3AAiI6W9G5W/Gp9RLjHFEVI"
    "+zyuPsnbaoETO3qyfoMU/SGL5xcK+pjfCE/B0tY0p5BNJ4mOhO4rouXT+fK+grb83IVOQAuKHVoqrXFhcMX/JN6DV9dNuP"
    "iCSmagxWNzd76w7RqmWumz3EXeYyyNaLmOXWjbhtcoQM/hqiArMmL0LEvdiR/0v4x7r3RgqjR95LybiZkHwpSLXdJ3jpfg"
    "05hrkQuH/4R5fftCOvSo682vWvWj81faRfdVIU7b+j/XfU9N9JvjAjne2u1YUZL3CapoNMyuxWO2eXcs2fIVssLyVGOias"
    "OQiVxzpkEuRVOENCWuXMZiHWUaLPJCHWIam7CetGEiI0rZTiIHpSF2ok0A9eTTOLebDXbXJxDm57Yf2LUFwXlQPQAgQ9gX"
    "XWRjCmlkWfHN7IWgI4Zh4vYEEvhtfV3JJ5h+ofUYh7COSe1PSDUvSDVvH2YtvXccR7McyaTKyUTNTKcuWQlkpgrVNXa5ZW"
    "GAX/uOcrpMtVynAxwUmuKM8V19m/v7xstyXZ6SwMAyHJdvo0p6vCqsFf6ghwBVyndQT4tiPA5zZ9xGbK/VjpIEfEdKxijl"
    "hFsbot7EKHIgERhX3QXxtkRRLYtZCNjWkjgZjyappZxBRct9lETKXjXXFquPQIoaSvPmFj8+bf86gc5TW9dAYn1eMh/ZNP"
    "d3mow+51dHqaR1E7PU3X1ERdRFXjH1UBhL3mNUR3K9sWfyLz3PTCCP/R796mqGBrkSgphQ0G/gv8i5p3DO0McAUYISYqdh"
    "lh9N7BZtgeFx1cvPZm9vP/AYohOiU="
)
