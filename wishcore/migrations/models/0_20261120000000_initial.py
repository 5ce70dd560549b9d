"""The first tables.

Both databases refuse the same nonsense. The tables are written once, in PostgreSQL's words;
SQLite, which keeps anything in any column, gets its own names of the types and, for each column, a
CHECK of what PostgreSQL's type refuses by itself.
"""

import re

from tortoise import BaseDBAsyncClient

RUN_IN_TRANSACTION = True

TABLES = """
CREATE TABLE "job_lease" (
    "name" VARCHAR(40) NOT NULL PRIMARY KEY,
    "holder_id" UUID NOT NULL,
    "until" TIMESTAMPTZ NOT NULL,
    CONSTRAINT "job_lease_has_name" CHECK (name <> '')
);

CREATE TABLE "account" (
    "id" UUID NOT NULL PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "updated_at" TIMESTAMPTZ NOT NULL,
    "email" VARCHAR(254) NOT NULL UNIQUE,
    "username" VARCHAR(40) UNIQUE,
    "first_name" VARCHAR(80) NOT NULL,
    "last_name" VARCHAR(80) NOT NULL,
    "birthday" DATE NOT NULL,
    "password_hash" VARCHAR(200) NOT NULL,
    "deleted_at" TIMESTAMPTZ,
    CONSTRAINT "account_email_is_lower_case" CHECK (email = lower(email)),
    CONSTRAINT "account_email_has_at" CHECK (email LIKE '_%@_%' OR deleted_at IS NOT NULL),
    CONSTRAINT "account_username_is_lower_case" CHECK (username <> '' AND username = lower(username)),
    CONSTRAINT "account_has_password" CHECK (password_hash <> '' OR deleted_at IS NOT NULL)
);

CREATE TABLE "token_family" (
    "id" UUID NOT NULL PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "updated_at" TIMESTAMPTZ NOT NULL,
    "expires_at" TIMESTAMPTZ NOT NULL,
    "revoked_at" TIMESTAMPTZ,
    "account_id" UUID NOT NULL REFERENCES "account" ("id") ON DELETE RESTRICT,
    CONSTRAINT "token_family_ends_later" CHECK (expires_at > created_at)
);
CREATE INDEX "idx_token_famil_account_9fc296" ON "token_family" ("account_id");
CREATE INDEX "token_family_by_end" ON "token_family" ("expires_at");

CREATE TABLE "token" (
    "hash" VARCHAR(64) NOT NULL PRIMARY KEY,
    "kind" VARCHAR(10) NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "expires_at" TIMESTAMPTZ NOT NULL,
    "used_at" TIMESTAMPTZ,
    "family_id" UUID NOT NULL REFERENCES "token_family" ("id") ON DELETE RESTRICT,
    CONSTRAINT "token_is_hashed" CHECK (length(hash) BETWEEN 43 AND 64),
    CONSTRAINT "token_has_known_kind" CHECK (kind IN ('access', 'refresh')),
    CONSTRAINT "token_ends_later" CHECK (expires_at > created_at),
    CONSTRAINT "token_used_is_refresh" CHECK (used_at IS NULL OR kind = 'refresh')
);
CREATE INDEX "idx_token_family__6407ec" ON "token" ("family_id");
CREATE INDEX "token_by_end" ON "token" ("expires_at");

CREATE TABLE "visitor" (
    "id" UUID NOT NULL PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "updated_at" TIMESTAMPTZ NOT NULL,
    "email" VARCHAR(254) NOT NULL UNIQUE,
    "name" VARCHAR(80) NOT NULL,
    CONSTRAINT "visitor_email_is_lower_case" CHECK (email = lower(email)),
    CONSTRAINT "visitor_email_has_at" CHECK (email LIKE '_%@_%')
);

CREATE TABLE "visitor_code" (
    "id" UUID NOT NULL PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "updated_at" TIMESTAMPTZ NOT NULL,
    "email" VARCHAR(254) NOT NULL,
    "name" VARCHAR(80) NOT NULL,
    "code_hash" VARCHAR(64) NOT NULL,
    "expires_at" TIMESTAMPTZ NOT NULL,
    "tries" INT NOT NULL,
    "used_at" TIMESTAMPTZ,
    CONSTRAINT "visitor_code_email_is_lower_case" CHECK (email = lower(email)),
    CONSTRAINT "visitor_code_email_has_at" CHECK (email LIKE '_%@_%'),
    CONSTRAINT "visitor_code_is_hashed" CHECK (length(code_hash) BETWEEN 43 AND 64),
    CONSTRAINT "visitor_code_ends_later" CHECK (expires_at > created_at),
    CONSTRAINT "visitor_code_counts_tries" CHECK (tries >= 0)
);
CREATE INDEX "idx_visitor_cod_email_cd1a20" ON "visitor_code" ("email", "created_at");
CREATE INDEX "visitor_code_by_end" ON "visitor_code" ("expires_at");

CREATE TABLE "visitor_pass" (
    "hash" VARCHAR(64) NOT NULL PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "expires_at" TIMESTAMPTZ NOT NULL,
    "revoked_at" TIMESTAMPTZ,
    "visitor_id" UUID NOT NULL REFERENCES "visitor" ("id") ON DELETE RESTRICT,
    CONSTRAINT "visitor_pass_is_hashed" CHECK (length(hash) BETWEEN 43 AND 64),
    CONSTRAINT "visitor_pass_ends_later" CHECK (expires_at > created_at)
);
CREATE INDEX "idx_visitor_pas_visitor_3433b0" ON "visitor_pass" ("visitor_id");
CREATE INDEX "visitor_pass_by_end" ON "visitor_pass" ("expires_at");

CREATE TABLE "ledger_entry" (
    "id" UUID NOT NULL PRIMARY KEY,
    "list_id" UUID NOT NULL,
    "movement" VARCHAR(120) NOT NULL,
    "subject_id" UUID NOT NULL,
    "account" VARCHAR(20) NOT NULL,
    "amount_minor" BIGINT NOT NULL,
    "currency" VARCHAR(3) NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    CONSTRAINT "uid_ledger_entr_list_id_a80968" UNIQUE ("list_id", "movement", "account"),
    CONSTRAINT "ledger_entry_names_movement" CHECK (movement LIKE '_%:_%'),
    CONSTRAINT "ledger_entry_has_known_account" CHECK (
        account IN ('stripe', 'givers', 'fees', 'disputes')
    ),
    CONSTRAINT "ledger_entry_moves_money" CHECK (amount_minor <> 0),
    CONSTRAINT "ledger_entry_has_currency" CHECK (currency ~ '^[A-Z]{3}$')
);
CREATE INDEX "idx_ledger_entr_subject_f57e7a" ON "ledger_entry" ("subject_id");

CREATE TABLE "payment_notice" (
    "id" VARCHAR(100) NOT NULL PRIMARY KEY,
    "kind" VARCHAR(100) NOT NULL,
    "intent_id" VARCHAR(100),
    "created_at" TIMESTAMPTZ NOT NULL,
    "next_try_at" TIMESTAMPTZ NOT NULL,
    "tries" INT NOT NULL,
    "handled_at" TIMESTAMPTZ,
    "outcome" VARCHAR(20),
    CONSTRAINT "payment_notice_has_id" CHECK (id <> ''),
    CONSTRAINT "payment_notice_has_kind" CHECK (kind <> ''),
    CONSTRAINT "payment_notice_counts_tries" CHECK (tries >= 0),
    CONSTRAINT "payment_notice_outcome_is_handled" CHECK (
        outcome IS NULL OR handled_at IS NOT NULL
    )
);
CREATE INDEX "payment_notice_unhandled" ON "payment_notice" ("next_try_at")
    WHERE handled_at IS NULL;

CREATE TABLE "wish_list" (
    "id" UUID NOT NULL PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "updated_at" TIMESTAMPTZ NOT NULL,
    "owner_id" UUID NOT NULL,
    "title" VARCHAR(200) NOT NULL,
    "description" TEXT NOT NULL,
    "occasion" VARCHAR(80) NOT NULL,
    "currency" VARCHAR(3) NOT NULL,
    "deadline" TIMESTAMPTZ NOT NULL,
    "state" VARCHAR(10) NOT NULL,
    "share_generation" INT NOT NULL,
    "share_hash" VARCHAR(64) UNIQUE,
    "deleted_at" TIMESTAMPTZ,
    CONSTRAINT "wish_list_has_title" CHECK (trim(title) <> ''),
    CONSTRAINT "wish_list_has_currency" CHECK (currency ~ '^[A-Z]{3}$'),
    CONSTRAINT "wish_list_ends_later" CHECK (deadline > created_at),
    CONSTRAINT "wish_list_has_known_state" CHECK (state IN ('active', 'inactive')),
    CONSTRAINT "wish_list_counts_links" CHECK (share_generation >= 0),
    CONSTRAINT "wish_list_link_is_hashed" CHECK (length(share_hash) BETWEEN 43 AND 64)
);
CREATE INDEX "idx_wish_list_owner_i_05ac03" ON "wish_list" ("owner_id");
CREATE INDEX "wish_list_by_deadline" ON "wish_list" ("state", "deadline", "id");
CREATE INDEX "wish_list_deleted" ON "wish_list" ("deleted_at") WHERE deleted_at IS NOT NULL;

CREATE TABLE "item" (
    "id" UUID NOT NULL PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "updated_at" TIMESTAMPTZ NOT NULL,
    "list_id" UUID NOT NULL,
    "title" VARCHAR(200) NOT NULL,
    "note" TEXT NOT NULL,
    "url" VARCHAR(2000) NOT NULL,
    "price_minor" BIGINT NOT NULL,
    "quantity" INT NOT NULL,
    "priority" INT NOT NULL,
    "withdrawn_at" TIMESTAMPTZ,
    CONSTRAINT "item_has_title" CHECK (trim(title) <> ''),
    CONSTRAINT "item_has_price" CHECK (price_minor BETWEEN 1 AND 99999999),
    CONSTRAINT "item_has_quantity" CHECK (quantity BETWEEN 1 AND 999),
    CONSTRAINT "item_can_be_paid" CHECK (price_minor * quantity <= 99999999),
    CONSTRAINT "item_has_priority" CHECK (priority BETWEEN 1 AND 5)
);
CREATE INDEX "idx_item_list_id_c05d10" ON "item" ("list_id");
CREATE INDEX "item_withdrawn" ON "item" ("withdrawn_at") WHERE withdrawn_at IS NOT NULL;

CREATE TABLE "funding" (
    "item_id" UUID NOT NULL PRIMARY KEY,
    "list_id" UUID NOT NULL,
    "currency" VARCHAR(3) NOT NULL,
    "target_minor" BIGINT NOT NULL,
    "held_minor" BIGINT NOT NULL,
    "paid_minor" BIGINT NOT NULL,
    "state" VARCHAR(20) NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "updated_at" TIMESTAMPTZ NOT NULL,
    CONSTRAINT "funding_has_currency" CHECK (currency ~ '^[A-Z]{3}$'),
    CONSTRAINT "funding_has_target" CHECK (target_minor BETWEEN 1 AND 99999999),
    CONSTRAINT "funding_holds_target_at_most" CHECK (held_minor <= target_minor),
    CONSTRAINT "funding_paid_is_held" CHECK (paid_minor <= held_minor),
    CONSTRAINT "funding_paid_is_not_negative" CHECK (paid_minor >= 0),
    CONSTRAINT "funding_has_known_state" CHECK (
        state IN ('open', 'reserved', 'closing', 'unfunded', 'withdrawn')
    )
);
CREATE INDEX "idx_funding_list_id_72c0bb" ON "funding" ("list_id");
CREATE INDEX "funding_by_state" ON "funding" ("state", "list_id");

CREATE TABLE "pledge" (
    "id" UUID NOT NULL PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "updated_at" TIMESTAMPTZ NOT NULL,
    "list_id" UUID NOT NULL,
    "account_id" UUID,
    "visitor_id" UUID,
    "amount_minor" BIGINT NOT NULL,
    "currency" VARCHAR(3) NOT NULL,
    "state" VARCHAR(20) NOT NULL,
    "version" INT NOT NULL,
    "request_hash" VARCHAR(64) NOT NULL,
    "intent_id" VARCHAR(100) UNIQUE,
    "message" VARCHAR(500) NOT NULL,
    "show_name" BOOL NOT NULL,
    "giver_name" VARCHAR(80) NOT NULL,
    "item_title" VARCHAR(200) NOT NULL,
    "item_url" VARCHAR(2000) NOT NULL,
    "item_price_minor" BIGINT NOT NULL,
    "decline_code" VARCHAR(60),
    "refund_reason" VARCHAR(20),
    "holds_room" BOOL NOT NULL,
    "lease_until" TIMESTAMPTZ,
    "attempts" INT NOT NULL,
    "paid_at" TIMESTAMPTZ,
    "refunded_at" TIMESTAMPTZ,
    "item_id" UUID NOT NULL REFERENCES "funding" ("item_id") ON DELETE RESTRICT,
    CONSTRAINT "pledge_has_one_giver" CHECK ((account_id IS NULL) <> (visitor_id IS NULL)),
    CONSTRAINT "pledge_has_amount" CHECK (amount_minor BETWEEN 1 AND 99999999),
    CONSTRAINT "pledge_has_currency" CHECK (currency ~ '^[A-Z]{3}$'),
    CONSTRAINT "pledge_has_known_state" CHECK (
        state IN (
            'held', 'confirming', 'requires_action', 'processing', 'paid', 'declined', 'abandoned',
            'refund_due', 'refunding', 'refund_pending', 'refunded', 'refund_failed', 'disputed',
            'lost'
        )
    ),
    CONSTRAINT "pledge_counts_moves" CHECK (version >= 0),
    CONSTRAINT "pledge_has_request_hash" CHECK (request_hash <> ''),
    CONSTRAINT "pledge_has_intent" CHECK (
        intent_id IS NOT NULL OR state IN ('held', 'declined', 'abandoned')
    ),
    CONSTRAINT "pledge_keeps_item_title" CHECK (trim(item_title) <> ''),
    CONSTRAINT "pledge_keeps_item_price" CHECK (item_price_minor BETWEEN 1 AND 99999999),
    CONSTRAINT "pledge_has_known_reason" CHECK (
        refund_reason IN ('unfunded', 'withdrawn', 'giver', 'operator')
    ),
    CONSTRAINT "pledge_refund_has_reason" CHECK (
        refund_reason IS NOT NULL
        OR state NOT IN ('refund_due', 'refunding', 'refund_pending', 'refunded', 'refund_failed')
    ),
    CONSTRAINT "pledge_refunding_has_lease" CHECK (
        lease_until IS NOT NULL OR state <> 'refunding'
    ),
    CONSTRAINT "pledge_counts_attempts" CHECK (attempts >= 0),
    CONSTRAINT "pledge_knows_when_paid" CHECK (
        paid_at IS NOT NULL
        OR state IN (
            'held', 'confirming', 'requires_action', 'processing', 'declined', 'abandoned'
        )
    ),
    CONSTRAINT "pledge_knows_when_refunded" CHECK (refunded_at IS NOT NULL OR state <> 'refunded')
);
CREATE INDEX "idx_pledge_account_380d74" ON "pledge" ("account_id");
CREATE INDEX "idx_pledge_visitor_d5d5a3" ON "pledge" ("visitor_id");
CREATE INDEX "idx_pledge_item_id_ae6ba7" ON "pledge" ("item_id");
CREATE INDEX "pledge_by_list" ON "pledge" ("list_id");
CREATE INDEX "pledge_by_state" ON "pledge" ("state", "updated_at", "id");

CREATE TABLE "pledge_event" (
    "id" UUID NOT NULL PRIMARY KEY,
    "list_id" UUID NOT NULL,
    "version" INT NOT NULL,
    "state" VARCHAR(20) NOT NULL,
    "note" VARCHAR(200) NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "letter_due_at" TIMESTAMPTZ,
    "pledge_id" UUID NOT NULL REFERENCES "pledge" ("id") ON DELETE RESTRICT,
    CONSTRAINT "uid_pledge_even_list_id_4651d5" UNIQUE ("list_id", "pledge_id", "version"),
    CONSTRAINT "pledge_event_counts_moves" CHECK (version >= 0),
    CONSTRAINT "pledge_event_has_known_state" CHECK (
        state IN (
            'held', 'confirming', 'requires_action', 'processing', 'paid', 'declined', 'abandoned',
            'refund_due', 'refunding', 'refund_pending', 'refunded', 'refund_failed', 'disputed',
            'lost'
        )
    )
);
CREATE INDEX "pledge_event_by_pledge" ON "pledge_event" ("pledge_id");
CREATE INDEX "pledge_event_letters" ON "pledge_event" ("letter_due_at", "id")
    WHERE letter_due_at IS NOT NULL;

CREATE TABLE "refund" (
    "id" UUID NOT NULL PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "updated_at" TIMESTAMPTZ NOT NULL,
    "list_id" UUID NOT NULL,
    "pledge_id" UUID NOT NULL,
    "generation" INT NOT NULL,
    "state" VARCHAR(20) NOT NULL,
    "amount_minor" BIGINT NOT NULL,
    "currency" VARCHAR(3) NOT NULL,
    "provider_id" VARCHAR(100) UNIQUE,
    "failure" VARCHAR(100),
    CONSTRAINT "uid_refund_list_id_5dad25" UNIQUE ("list_id", "pledge_id", "generation"),
    CONSTRAINT "refund_has_generation" CHECK (generation >= 1),
    CONSTRAINT "refund_has_known_state" CHECK (
        state IN ('requested', 'pending', 'succeeded', 'failed')
    ),
    CONSTRAINT "refund_has_amount" CHECK (amount_minor BETWEEN 1 AND 99999999),
    CONSTRAINT "refund_has_currency" CHECK (currency ~ '^[A-Z]{3}$'),
    CONSTRAINT "refund_is_known_to_provider" CHECK (
        provider_id IS NOT NULL OR state IN ('requested', 'failed')
    )
);
CREATE UNIQUE INDEX "refund_one_live" ON "refund" ("list_id", "pledge_id")
    WHERE state IN ('requested', 'pending', 'succeeded');
CREATE INDEX "refund_by_pledge" ON "refund" ("pledge_id");
CREATE INDEX "refund_by_state" ON "refund" ("state", "updated_at", "id");
"""

HISTORY = """
CREATE TABLE IF NOT EXISTS "aerich" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "version" VARCHAR(255) NOT NULL,
    "app" VARCHAR(100) NOT NULL,
    "content" JSONB NOT NULL
);
"""
"""aerich's own table. It outlives a downgrade, which deletes a row there after its last statement."""

SQLITE_HISTORY = HISTORY.replace("JSONB", "JSON").replace(
    "SERIAL NOT NULL PRIMARY KEY", "INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL"
)

DROPS = "".join(
    f'DROP TABLE "{name}";\n' for name in reversed(re.findall(r'CREATE TABLE "(\w+)"', TABLES))
)

SQLITE_TYPES = {
    "UUID": ("CHAR(36)", "{0} LIKE '________-____-____-____-____________' AND {0} = lower({0})"),
    "TIMESTAMPTZ": ("TIMESTAMP", "{0} LIKE '____-__-__ __:__:__%+00:00'"),
    "DATE": ("DATE", "{0} LIKE '____-__-__'"),
    "BOOL": ("INT", "{0} IN (0, 1)"),
    "INT": ("INT", "typeof({0}) IN ('integer', 'null')"),
    "BIGINT": ("BIGINT", "typeof({0}) IN ('integer', 'null')"),
    "TEXT": ("TEXT", "typeof({0}) IN ('text', 'null')"),
}
"""For each of PostgreSQL's types its name in SQLite, and what it refuses."""


COLUMN = re.compile(r'^    "(\w+)" ([A-Z]+)(?:\((\d+)\))?([^,\n]*),\n', re.MULTILINE)


def _for_sqlite(tables: str) -> str:
    def column(found: re.Match[str]) -> str:
        name, kind, size, rest = found.groups()
        if kind == "VARCHAR":
            kind, check = f"VARCHAR({size})", f"typeof({name}) <> 'blob' AND length({name}) <= {size}"
        else:
            kind, check = (text.format(name) for text in SQLITE_TYPES[kind])
        return f'    "{name}" {kind}{rest} CONSTRAINT "{name}_has_form" CHECK ({check}),\n'

    return COLUMN.sub(column, tables.replace("~ '^[A-Z]{3}$'", "GLOB '[A-Z][A-Z][A-Z]'"))


# On SQLite a script first commits what is open. So it opens a transaction of its own, which the
# engine commits together with aerich's row, or rolls back as a whole.
SQL = {
    "sqlite": "BEGIN IMMEDIATE;" + _for_sqlite(TABLES) + SQLITE_HISTORY,
    "postgres": "SET LOCAL lock_timeout = '5s';" + TABLES + HISTORY,
}
DOWN = {
    "sqlite": "BEGIN IMMEDIATE;\n" + DROPS,
    "postgres": "SET LOCAL lock_timeout = '5s';\n" + DROPS,
}


async def upgrade(db: BaseDBAsyncClient) -> str:
    return SQL[db.capabilities.dialect]


async def downgrade(db: BaseDBAsyncClient) -> str:
    return DOWN[db.capabilities.dialect]
