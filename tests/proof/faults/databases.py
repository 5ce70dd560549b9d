"""The product's database: put back to where a flow begins, and read past the wire."""

import contextlib
import shutil
import sqlite3
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Protocol

import asyncpg

from tests.support import sqlite
from wishcore.ids import new_id

Rows = list[Mapping[str, Any]]


class Database(Protocol):
    """A migrated database of one test."""

    async def save(self) -> Any:
        """Return what `restore` takes."""

    async def restore(self, saved: Any) -> None:
        """Put everything back, whoever was connected; `None` stands for no row at all."""

    async def select(self, *statements: str) -> list[Rows]:
        """Return the rows of each statement."""


class SqliteDatabase:
    """A file, and copies of it."""

    def __init__(self, file: Path, empty: Path) -> None:
        self._file = file
        self._empty = empty

    async def save(self) -> Path:
        copy = self._file.with_name(f"saved-{new_id()}.sqlite3")
        with (
            contextlib.closing(sqlite3.connect(self._file)) as source,
            contextlib.closing(sqlite3.connect(copy)) as target,
        ):
            source.backup(target)
        return copy

    async def restore(self, saved: Path | None) -> None:
        sqlite.remove(self._file)
        shutil.copyfile(saved or self._empty, self._file)

    async def select(self, *statements: str) -> list[Rows]:
        with contextlib.closing(sqlite3.connect(self._file)) as opened:
            opened.row_factory = sqlite3.Row
            return [[dict(row) for row in opened.execute(one)] for one in statements]


class PostgresDatabase:
    """One database whose rows are put back: to copy a database takes ten times as long."""

    def __init__(self, connection: asyncpg.Connection, tables: list[str]) -> None:
        self._connection = connection
        self._tables = tables

    async def save(self) -> dict[str, str]:
        return {
            table: await self._connection.fetchval(
                f"SELECT coalesce(json_agg(found), '[]') FROM {table} AS found"
            )
            for table in self._tables
        }

    async def restore(self, saved: dict[str, str] | None) -> None:
        await self._connection.execute(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        # In one statement, in which the order of tables does not matter.
        deletes = ", ".join(f"x{n} AS (DELETE FROM {t})" for n, t in enumerate(self._tables))
        async with self._connection.transaction():
            await self._connection.execute("SET LOCAL session_replication_role = replica")
            await self._connection.execute(f"WITH {deletes} SELECT")
            for table, rows in (saved or {}).items():
                if rows != "[]":
                    await self._connection.execute(
                        f"INSERT INTO {table} SELECT * FROM"
                        f" json_populate_recordset(NULL::{table}, $1)",
                        rows,
                    )

    async def select(self, *statements: str) -> list[Rows]:
        return [
            [dict(row) for row in await self._connection.fetch(statement)]
            for statement in statements
        ]


@asynccontextmanager
async def reached(url: str) -> AsyncIterator[PostgresDatabase]:
    """Connect to a database of PostgreSQL as an operator."""
    connection = await asyncpg.connect(url)
    try:
        tables = await connection.fetch(
            "SELECT quote_ident(tablename) AS name FROM pg_tables"
            " WHERE schemaname = 'public' AND tablename <> 'aerich'"
        )
        yield PostgresDatabase(connection, [row["name"] for row in tables])
    finally:
        await connection.close()
