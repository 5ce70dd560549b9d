"""Amazon: which product a link leads to, who says the price, what is known of products for a day.

The same words for both databases, as in the first file. On SQLite a column that is added takes its
CHECKs with it, and loses them with itself.
"""

import re

from tortoise import BaseDBAsyncClient

RUN_IN_TRANSACTION = True

COLUMNS = """
    "marketplace" VARCHAR(24),
    "asin" VARCHAR(10),
    "price_source" VARCHAR(10) NOT NULL DEFAULT 'manual',
    "link_due_at" TIMESTAMPTZ,
"""
"""Added to items. The release before this one leaves them out, and so gets what they are by default."""

CHECKS = """
    CONSTRAINT "item_product_is_whole" CHECK ((asin IS NULL) = (marketplace IS NULL))
    CONSTRAINT "item_has_asin" CHECK (length(asin) = 10)
    CONSTRAINT "item_has_known_price_source" CHECK (price_source IN ('manual', 'amazon'))
"""
"""Of all four columns, and part of the last one."""

TABLES = """
CREATE TABLE "product_quote" (
    "id" UUID NOT NULL PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "updated_at" TIMESTAMPTZ NOT NULL,
    "marketplace" VARCHAR(24) NOT NULL,
    "asin" VARCHAR(10) NOT NULL,
    "asked_at" TIMESTAMPTZ,
    "checked_at" TIMESTAMPTZ,
    "expires_at" TIMESTAMPTZ,
    "availability" VARCHAR(20),
    "price_minor" BIGINT,
    "currency" VARCHAR(3),
    "quantity_max" INT,
    "page_url" VARCHAR(2000),
    CONSTRAINT "uid_product_quo_marketp_00540a" UNIQUE ("marketplace", "asin"),
    CONSTRAINT "product_quote_has_marketplace" CHECK (marketplace LIKE 'www.amazon.%'),
    CONSTRAINT "product_quote_has_asin" CHECK (length(asin) = 10),
    CONSTRAINT "product_quote_has_known_availability" CHECK (
        availability IN ('available', 'orderable_later', 'unavailable', 'unknown')
    ),
    CONSTRAINT "product_quote_has_price" CHECK (price_minor BETWEEN 1 AND 99999999),
    CONSTRAINT "product_quote_has_currency" CHECK (currency ~ '^[A-Z]{3}$'),
    CONSTRAINT "product_quote_price_has_currency" CHECK (
        (price_minor IS NULL) = (currency IS NULL)
    ),
    CONSTRAINT "product_quote_has_quantity" CHECK (quantity_max >= 1),
    CONSTRAINT "product_quote_ends" CHECK ((checked_at IS NULL) = (expires_at IS NULL)),
    CONSTRAINT "product_quote_ends_later" CHECK (expires_at > checked_at),
    CONSTRAINT "product_quote_is_empty_before" CHECK (
        checked_at IS NOT NULL
        OR (availability IS NULL AND price_minor IS NULL AND page_url IS NULL)
    )
);
CREATE INDEX "product_quote_by_turn" ON "product_quote" ("marketplace", "asked_at", "id");
CREATE INDEX "product_quote_by_end" ON "product_quote" ("expires_at");

CREATE TABLE "catalogue_access" (
    "name" VARCHAR(300) NOT NULL PRIMARY KEY,
    "day" TIMESTAMPTZ NOT NULL,
    "calls" INT NOT NULL,
    "next_at" TIMESTAMPTZ NOT NULL,
    "closed_until" TIMESTAMPTZ,
    "closure" VARCHAR(20),
    CONSTRAINT "catalogue_access_has_name" CHECK (name <> ''),
    CONSTRAINT "catalogue_access_counts_calls" CHECK (calls >= 0),
    CONSTRAINT "catalogue_access_has_known_closure" CHECK (
        closure IN ('not_eligible', 'misconfigured', 'throttled', 'used_up')
    ),
    CONSTRAINT "catalogue_access_closure_ends" CHECK ((closure IS NULL) = (closed_until IS NULL))
);
"""

INDEXES = """
CREATE INDEX "item_by_product" ON "item" ("marketplace", "asin") WHERE asin IS NOT NULL;
CREATE INDEX "item_links_due" ON "item" ("link_due_at", "id") WHERE link_due_at IS NOT NULL;
"""

SQLITE_TYPES = {
    "UUID": ("CHAR(36)", "{0} LIKE '________-____-____-____-____________' AND {0} = lower({0})"),
    "TIMESTAMPTZ": ("TIMESTAMP", "{0} LIKE '____-__-__ __:__:__%+00:00'"),
    "INT": ("INT", "typeof({0}) IN ('integer', 'null')"),
    "BIGINT": ("BIGINT", "typeof({0}) IN ('integer', 'null')"),
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


def _added(columns: str) -> str:
    """Return a statement for each column: SQLite adds one at a time."""
    lines = [line.strip().removesuffix(",") for line in columns.strip().splitlines()]
    lines[-1] += CHECKS
    return "".join(f'ALTER TABLE "item" ADD COLUMN {line};\n' for line in lines)


DROPS = """
DROP INDEX "item_links_due";
DROP INDEX "item_by_product";
DROP TABLE "catalogue_access";
DROP TABLE "product_quote";
ALTER TABLE "item" DROP COLUMN "link_due_at";
ALTER TABLE "item" DROP COLUMN "price_source";
ALTER TABLE "item" DROP COLUMN "asin";
ALTER TABLE "item" DROP COLUMN "marketplace";
"""

SQL = {
    "sqlite": "BEGIN IMMEDIATE;\n" + _added(_for_sqlite(COLUMNS)) + _for_sqlite(TABLES) + INDEXES,
    "postgres": "SET LOCAL lock_timeout = '5s';\n" + _added(COLUMNS) + TABLES + INDEXES,
}
DOWN = {
    "sqlite": "BEGIN IMMEDIATE;\n" + DROPS,
    "postgres": "SET LOCAL lock_timeout = '5s';\n" + DROPS,
}


async def upgrade(db: BaseDBAsyncClient) -> str:
    return SQL[db.capabilities.dialect]


async def downgrade(db: BaseDBAsyncClient) -> str:
    return DOWN[db.capabilities.dialect]
