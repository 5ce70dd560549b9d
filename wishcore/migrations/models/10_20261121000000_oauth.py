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
