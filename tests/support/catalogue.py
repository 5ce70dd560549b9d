"""What a database says of its own tables, in the same words for both engines."""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any, Final

from tortoise.connection import get_connection

FORM_CHECK = "_has_form"
"""The end of the names of the checks that SQLite has instead of PostgreSQL's types."""

_NAMES: Final = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table'"
    " AND name NOT LIKE 'sqlite_%' AND name <> 'aerich' ORDER BY name",
    "postgres": "SELECT tablename AS name FROM pg_tables"
    " WHERE schemaname = 'public' AND tablename <> 'aerich' ORDER BY tablename",
}


@dataclass
class Table:
    """The parts of a table that our code relies upon."""

    columns: dict[str, tuple[str, bool]] = field(default_factory=dict)
    """For each column its type, and whether it may be empty."""
    keys: set[tuple[str, ...]] = field(default_factory=set)
    """Columns that are unique together, the primary key among them, without partial indexes."""
    indexes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """The columns of each index that has a name of ours."""
    references: dict[str, str] = field(default_factory=dict)
    """For each column with a foreign key the table it points at."""
    checks: set[str] = field(default_factory=set)
    """The names of the CHECKs."""


async def names() -> list[str]:
    """Return the names of all tables of the connected database but aerich's, sorted."""
    client = get_connection("default")
    found = await client.execute_query_dict(_NAMES[client.capabilities.dialect])
    return [row["name"] for row in found]


async def tables() -> dict[str, Table]:
    """Return all tables of the connected database but aerich's."""
    client = get_connection("default")
    read = _sqlite if client.capabilities.dialect == "sqlite" else _postgres
    found = await read(client)
    found.pop("aerich", None)
    return found


async def _sqlite(client: Any) -> dict[str, Table]:
    found: dict[str, Table] = {}
    master = await client.execute_query_dict(
        "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    )
    for row in master:
        name = row["name"]
        table = found[name] = Table()
        table.checks = set(re.findall(r'CONSTRAINT "(\w+)" CHECK', row["sql"]))
        for column in await client.execute_query_dict(f"PRAGMA table_info({name})"):
            may_be_empty = not column["notnull"] and not column["pk"]
            table.columns[column["name"]] = (column["type"], may_be_empty)
        for index in await client.execute_query_dict(f"PRAGMA index_list({name})"):
            parts = await client.execute_query_dict(f"PRAGMA index_info({index['name']})")
            columns = tuple(part["name"] for part in parts)
            if not index["name"].startswith("sqlite_"):
                table.indexes[index["name"]] = columns
            if index["unique"] and not index["partial"]:
                table.keys.add(columns)
        for key in await client.execute_query_dict(f"PRAGMA foreign_key_list({name})"):
            table.references[key["from"]] = key["table"]
    return found


async def _postgres(client: Any) -> dict[str, Table]:
    found: dict[str, Table] = defaultdict(Table)
    columns = await client.execute_query_dict(
        """
        SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod) AS kind, a.attnotnull
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
        WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
        """
    )
    for row in columns:
        found[row["relname"]].columns[row["attname"]] = (row["kind"], not row["attnotnull"])
    constraints = await client.execute_query_dict(
        """
        SELECT t.relname, k.conname, k.contype::text AS kind, f.relname AS target,
               array(SELECT a.attname::text FROM unnest(k.conkey) WITH ORDINALITY AS u(num, place)
                     JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = u.num
                     ORDER BY u.place) AS columns
        FROM pg_constraint k JOIN pg_class t ON t.oid = k.conrelid
        LEFT JOIN pg_class f ON f.oid = k.confrelid
        WHERE k.connamespace = 'public'::regnamespace
        """
    )
    for row in constraints:
        table, parts = found[row["relname"]], tuple(row["columns"])
        if row["kind"] == "c":
            table.checks.add(row["conname"])
        elif row["kind"] in {"p", "u"}:
            table.keys.add(parts)
        elif row["kind"] == "f":
            table.references[parts[0]] = row["target"]
    for row in await client.execute_query_dict(_POSTGRES_INDEXES):
        found[row["tablename"]].indexes[row["indexname"]] = tuple(row["columns"])
    return dict(found)


_POSTGRES_INDEXES = """
    SELECT t.relname AS tablename, i.relname AS indexname,
           array(SELECT a.attname::text FROM unnest(x.indkey) WITH ORDINALITY AS u(num, place)
                 JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = u.num
                 ORDER BY u.place) AS columns
    FROM pg_index x JOIN pg_class t ON t.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid
    WHERE t.relnamespace = 'public'::regnamespace
"""
