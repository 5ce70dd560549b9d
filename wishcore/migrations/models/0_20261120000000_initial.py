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

MODELS_STATE = (
    "eJztXW1z2rgW/isavmx3hs005KW93Dt3hhBny24KWSDtzjYdRmAB3hiJWiKU2dv/fiXZgN+xCSTC6EsbJB0ZniNL5z"
    "w6OvqnNCEmsunJb6R/iyBFpSr4p4ThRPwRqSuDEpxO1zWigMG+LRv/Tfo9e9WsT5kDB4xXDKFNES8yER041pRZBIvm"
    "n8cEmARRAAGXBJCBqYMowqwMIDbBDDPLBvMxwgCTPjEXgD8PgQlcnIj+TTLgD7Dw6PldzbD1bYZ6jIwQGyOHd/jlKy"
    "+2sIm+I7r8OH3sDS1kmwF85P+8Utb02GIqS+tj6NzItuKL9nsDYs8m2N9+umBjglcC/JeI0hHCyIEMmT7Q8My2PYCX"
    "Re735QXMmaHVFzXXBSYawpktoBfS7ndYl5V6vWar2+sY3V6vFFHLUsIHr1c0IFio1MKMSgwm8DtXNx6xMf94/vaH+5"
    "w1Em4r8cBPtXb9Q6395vztz+KBhI8Ld8Q0vZqKrPohu4AMup1I5NdQj4ltIqdnmVG87+8b1/F4B4RCoM9mlnkiRLeB"
    "flmwxn49yl8A/BSwJdJnlxLpKaFs5MhKCZKEeA2pfC+icF5zHJg1QfGQroRCcJqe1Mnyj2LB2m18NDrd2sc70f2E0m"
    "+2hKrWNURNRZYuQqVvLkPjfdUJ+NzofgDiI/ir1TTCulq16/5VEt8JzhjpYTLvQdOPybJ4WfRDzFPDR9/rIwr6cPA4"
    "h47Zi9SQCklqG62aVCbhEojhSCpJoCm+p7dc1AYDwodJ3EqyrEpdSKCv0cZlpAamyKEE8/mdAGqNMOIT/vQEdMcIUP"
    "5w4PUmpntA5hjYFmVUrgsj6wlFF5NddPiMJSXfBLf7mW3zolL6z3CGBwJ/IJ8k/jn/b0nBqS55NRk4SGDSgyzv/BeU"
    "1JOgcpNgYIWbmluqOSip1ay0mtEExhkyyXb4SqBwhnjl4jyDJc5bJZrisi5kKFLk5HV1/DJboexhqCLIu/J21ggPLY"
    "eyXl6Mg1K7GcuvPC0FgX6fBej3yUC/jwBtwy1wDghpmDPA3LccNjbhIn7ZjUfZL5O24B4g3CnwigU0BN4UUjon3Asb"
    "QzrOM04jggUcq5W3WQYrb5W8wL2NDFfugqLt7MSg5A7sxPCyp+7IPQgzURFKpEseES7FECJuRTmNDmGrJhvJkBZGgE"
    "whHzlASpXBIxYUBSNgRgHB9gL0F8BiFHQ+1H6pXFwCMVOANxYTfwBR0Be1ZAgQZg6ZLn6OEiT7esgzSJO8E+Vu50eF"
    "LNPLLNb/ZbLxf3m+iYd/5D8zHmoDzyYS7gb/ghAPUAT2pazKy1KpVq8bnU5V0HyI0gfcNm7aRudDFThoyCejcfh9yK"
    "KW0yxr1mnyknUaWbE0gVXYJSvAbHyfWry7LdQclNRqVlrNM7odSUm15XkQ+h3CiWUvcm5eB4T2u3n9kgbL9hs6EVs+"
    "DHAU3RviIGuEf0eLiGUSQtRvj9+sejtIaNel6+c7cL6ym4Mji2PgOrGihls63Xaj3i39eEU/yYM/yVtaa2eDz9Rbj4"
    "psrpPY7f3FwlWAnpCzAFNoOcJLkZ1RwMaQgTn3YDxDEJlg6JAJ93TKvOiJNzLB0nmJ95p23L/eZVZgUirrXeZjX931"
    "LvNRqFn7YkehZm+p3ULNQUntkamsZS+IL6dLFpTSPlmqT+YL43ymU+aLGj1IXDc6ZMFxpZRH9smiFiNOKcYbW1aV0z"
    "yxJ1+jDMG8oxmibLmj1F8ACDh4Q8uZcOeHv9588NG4kN2sYtplUmDOKGuX6diXX+0yHYWadWDufgNzX/f8oVJxYbuJ"
    "YVQkXMizrOr8U4rhJauzGF98BJgZT+XWgGjrcdEIM0BmTBhU4r1MDvT58LFWB2+o9R2Y1kgUjC3eCSZszBUYE0K0t6"
    "dstu++rOcYn8XwVZt92uxTc5orkj2gzb6jUPNrm31KGSba8DsEwy8QW8ltk9xnLwJCBYR5V5HFej/tyBYD/ksRjWq4"
    "gVm8clftQ3q1drUB8LIv0Uh8iV8qp+fvzt+fXZ6/503kF12VvEtRdqPZjR7F1ZGiBXtb1CId7iB18YsnHWR1OQvpMF"
    "22zJAKDDIA3U0cQMdkToHFNYygKcLjIPbOYuQ5bhSXJGw/D9HHltQxLjTBcITTp7Ypj07NOkbrGLS8NCTyUfBBKR2j"
    "lRqj5YvOeWaMli8Y6CBx3RijFRxXSsVo3SJzhBwDMyf21Iy/OtVyt2XDHlq1zHRqxkYjYUET/ueEPKEJFz8BbWFfQw"
    "eBuWMxhjCvHiCZJBGLwy9gMIaY/5b4czLP7jHGJv9SEnkaPe0te5U/0gsu/KoDwVTaEfRpKyvUPhGd6zfEG/lHfFZ3"
    "0y9TQEb7tJIpK0MlJS1DJbJ3QGf9v9Eg78gNSmmbJYhpYiB5tqwjPnGVR3FJ2BB3RhUITKfoAf/a+GS0O1WZVdihD/"
    "jGMPinIUL87+tG5+6+Kz6bFp3OmMuY58+llWVnMi2TVnj4w4mMY59YOM6ovLJGibR/WLJI7P+/KpWzs3eVt2eX7y/O"
    "3727eP92tQ0QrUrbD7hq/Cq2BALqiO4RDGaOg/Ag5jh8yvalT0blt2TLuf4sw0A/SxznZzr7ztEQEIpsxtzBhTC9mo"
    "RZA1SKceqCDcppbt3Ubcp/5qpthjhQt7XwwzpyQVrnJ+DLkcV/himdL8p9YmRWAQRjPgTEhokjtlQg98+kTQPgiI+N"
    "uBDQ3T7gAT9gkaLfMoFFvR5/oiegwcRn7gWC0YxrxW1NGe9kasMFdfP6u1/lJypODTERj8pFeBl4RFNWBZbM9f+AxW"
    "0igCL+CjPq3izj1oA+/xW8qr/gQvN9nDNKnrdjLcbD3xA6zZTl8zQly+fp241XyiSnsovH+hDS170+3r6RLN+lWFco"
    "ZUD7hXaSOLz4QGtzpLDmSCDoE31nPeYsttBzSFQrWmlF65C5XYbMjbmlZm81OwYl9Waxyu8MmbEByRcU7xMpnqGxG2"
    "5PEW+4wdCkFOMEy/Jymu9rLVtk2sqcW3QMCOa+pthLit+cjGmjs0oosWOgo/+OfA3QxwuPQs0qhwYc3u4qs5idy2xa"
    "CRSQB9vL7UKYsBiAu9wlT3DWvfaFwDdt4jH+7AbmnCWKbz7W/vw5MO/ctpq/Lpv7UK/ftq7CB6ScXCePveaFgDoylD"
    "OO5dTBHBnNU8caoG12+EOCReIqXniD/9sMYj4Lx2zwJ4LvFykS8jtjifjoJE4+TP0iGtMYTOcWG5sOnOMtLPKwrGbf"
    "VDPJFeGGPlt0fMvN+1IMP7SqK6dxRILR6dnLZhlCI0RbEbcgBBEFYqgCCEwETdvCXGICTbQ8L0rmOO46iG070VSTEu"
    "6TppqOcMLTVNPRqVlOvDm5Jr+MJps02fTSV1mvv1kE52TOKSRWCLRfmnoigwGksbin7EH7ZAoB+t6Ts+nDDXs+3LB0"
    "QfIaNn45bdYobdZQBuO2JLKdp1sJq/wqlWr1buOTIa7xZtYTesCN5rLEwm5Z2CfPFr6bKXo3x0XelGOOeh5osYtHIv"
    "8YJ6p5yBge0gUqb7atoNROIsQUOmGx+3yebj6MbVzioKRmelVbOhRhem9m2HRhjhC9y6pyGs879DXayPJ+IHMwmQ3G"
    "XnJAEUf4EwVyD1MeKIOPCMszYFNomf9esbXioNnQcigDU5lNBQyJIwtFB1EaeG9PeQ5PzPvISXn4RDRjXKRMJ4fHMG"
    "n/cN/+IYMOn1S2iQAJSxbJWH3hEJCxENxCBUE5rYCtFSAW5K2ioAJyWgFbK+AIOIzWndGsAjJF+AG3jY7R/mRcVwFf"
    "+5DzhMwHXL9tdRrNX6tgYBPKNfSA75s3981r0WqGhbkrWgmf4Lpd+8y7WgXVbMN97D5bkN4r38YYOgiXUe+VH4WaFW"
    "EG7qQXXIpLk+PWlFPz46zbZLmhWqRjE066m1UHMCK+P12671WZttTLaOMl6WnInBZlABmYEBH1JXKc8m74VC4m6dgL"
    "rffzFB0+poS7qsPHjnCu1Evi0alZZWpPFaXmTwSbE9Gg1DNA3byrdHh06SvfsVBESHUOXAXYIb0NsO9tgCPg3z4Yt9"
    "dVICjzB1xvNW8a7Y8u3Ubw0HImknFrG3/cN9pGpyfCi1pNQc99m7k3SUlX5AHftVt1o+MSdVOHiEvmpORdrcF7F3zw"
    "A7426reNpuDtTDQQQXS8rHZVa163ZCHsQ2wSWdo2BMPXu743qp5j1zNnaFkuH+IWe99Otr4zAlW9KQrUu6ziki/0ZG"
    "5qjdt1RW8ILVvUepnHr1eZx3nZbavTrQKbuCeoXp9XFPnS84VS+SSKNOnuLIJKDGrEDdO8MVRhOZVfd2UCqRTJm6pQ"
    "sNpesqZO+EQMR7lOo/hECjiSLzKhfJGC8kUUZXHTai/+uvorQmwEcVL0pU8uBHafCx4g2mlGbat1GyA1rhrhAyf3H6"
    "8MPsYl9ryRxRIsX8kcJyCePLKDUgUc3Ls/iSKD3nIfaAtKFRDovZxqk6jlTO3jlykmznvJ7yNh2zrJT5x0kSzqF6Yx"
    "PG+QA2zmmmXCcsXLb3uZZfBfJg/9y8jA9xxdB0GadIZzM7ER6URh5EtZo4W8u8i8q8gecOvOaNe6rbaMTeI/w33NX9"
    "/vFxe00J5DyCSnsRkU1NZmdmuTY0pRb4aZFbM2p+9khkT1sR+VdzIh4wv7lOW5lcAvUiQTYHcp50QocP4IAJ+YfmdU"
    "fmeWlPoWOg6Jaj2rrGdvt0WNM3OHuoMeiSSN4BsF94Y4yBrh39EiYpSHII0eEz1IXNel6+dzA30VrRkaihwA92i1qG"
    "ob4oLhOl+EXjNG13hCODZVo7+6vDlat4dWLTPd7CHuMpeHbL0Ts9y7EbdN9tGAfw1RYbEyL0LYvdiR/yXiY917I4XT"
    "I++lZNxNiL8UZLfdx0TpfgkEhrkQuB+WW5dfdSCvSoG8OvRvt3Fqekt/10lRdPyOjt9RM34n/sKMZLa7UBdmvMBumj"
    "5kss1qdXB+Kbf8GXLE9LKFpiPCmoNQWdcBlyCrwRkQ0iZnOguxPiX6TBJifST1MGHdSEIEhpVSHERb2kKlGPrBqymn"
    "MQ/Ouk0mzsFtL7x/cRTXReUE1ABGc7DO2giGxLbJnPJG9gLAIfN4ARt6Z3hdyy2ed9j9I3JxD77ck5p+UIp+0CbeUS"
    "z7+hzxUahZk4k7JRO1sbxzSLdKYK1TV2uWVjgFf9zzGdLlKuVxMcFJrijPFdfZua/XDUOSnXQ2GCAk2c4lzemasGrw"
    "l/oEuAKh0/oE+L5PgE8d8mSZCfdjJYMcEtNnFTOcVRSz28zJtSniE1E4Bv21QVYkgV0NOdZgXIohpryachoxBddtNh"
    "FTyXjvODVc8gmhuLc+ZmHzxt/zqBzlLb1kBicx4iH5lU8OeSjC6lW5uMhiqF1cJFtqoi5kqvGXKgfCXvMCoruXZYs/"
    "kXlhekGEf+u0mgkm2FokTEpZAwb+B5YXNR8Y2ingCjACTFTkMsLwvYPloD8uOrh67cXsx/8BmuuwgQ=="
)
