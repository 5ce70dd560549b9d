"""Reading and emptying the tables of a database from outside, beside whoever serves from it."""

import asyncio
import sqlite3
import threading
from collections.abc import Coroutine, Iterable
from typing import Any, Final, Protocol, TypeVar

import asyncpg

T = TypeVar("T")

SECONDS_MAX: Final = 30.0

Row = dict[str, Any]


class TableReader(Protocol):
    """A connection of the test's own, to either engine."""

    def rows(self, statement: str) -> list[Row]:
        """Return what a statement without parameters finds."""
        ...

    def empty(self, tables: Iterable[str]) -> None:
        """Remove all rows of these tables, which are named children first."""
        ...

    def close(self) -> None:
        """Close the connection."""
        ...


def reader_of(url: str) -> TableReader:
    """Connect to a database."""
    return SqliteReader(url) if url.startswith("sqlite://") else PostgresReader(url)


class SqliteReader:
    """The file, opened by the test."""

    def __init__(self, url: str) -> None:
        self._connection = sqlite3.connect(
            url.removeprefix("sqlite://"), timeout=SECONDS_MAX, isolation_level=None
        )
        self._connection.row_factory = sqlite3.Row

    def rows(self, statement: str) -> list[Row]:
        """Return what a statement without parameters finds."""
        return [dict(row) for row in self._connection.execute(statement)]

    def empty(self, tables: Iterable[str]) -> None:
        """Remove all rows of these tables, in one transaction."""
        deletes = "".join(f'DELETE FROM "{table}";' for table in tables)
        self._connection.executescript(f"BEGIN IMMEDIATE; {deletes} COMMIT;")

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


class PostgresReader:
    """One connection, kept by a loop in a thread: the test itself does not await."""

    def __init__(self, url: str) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._connection = self._await(self._connect(url))

    def rows(self, statement: str) -> list[Row]:
        """Return what a statement without parameters finds."""
        return [dict(row) for row in self._await(self._connection.fetch(statement))]

    def empty(self, tables: Iterable[str]) -> None:
        """Remove all rows of these tables, in one transaction."""
        deletes = "".join(f'DELETE FROM "{table}";' for table in tables)
        self._await(self._connection.execute(deletes))

    def close(self) -> None:
        """Close the connection, and end the thread."""
        self._await(self._connection.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(SECONDS_MAX)
        self._loop.close()

    async def _connect(self, url: str) -> Any:
        return await asyncpg.connect(url)

    def _await(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(SECONDS_MAX)
