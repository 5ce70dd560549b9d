"""A second session of a database: it holds locks, looks at others, and ends them."""

import asyncio
import contextlib
import sqlite3
import threading
from collections.abc import Callable, Coroutine, Iterator
from typing import Any, TypeVar

import asyncpg

from tests.support.server import eventually

T = TypeVar("T")

Wait = Callable[[int], None]


class Session:
    """A connection to PostgreSQL, for tests that run no loop."""

    def __init__(self, url: str) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._connection = self._run(asyncpg.connect(url))

    def execute(self, statement: str) -> None:
        """Run a statement."""
        self._run(self._connection.execute(statement))

    def value(self, statement: str) -> Any:
        """Run a statement, and return the only value of its first row."""
        return self._run(self._connection.fetchval(statement))

    def close(self) -> None:
        """End the session."""
        self._run(self._connection.close(timeout=5))
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)


@contextlib.contextmanager
def held(url: str) -> Iterator[Wait]:
    """Keep everybody from writing lists for the block; give a function that waits for so many.

    On SQLite, whose lock nobody else can look at, it does not wait.
    """
    if url.startswith("sqlite"):
        with contextlib.closing(sqlite3.connect(url.removeprefix("sqlite://"))) as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield lambda _: None
        return
    # Two, because a transaction sees the activity of others as it was when it first looked.
    with contextlib.closing(Session(url)) as session, contextlib.closing(Session(url)) as other:
        session.execute("BEGIN")
        session.execute("LOCK TABLE wish_list IN EXCLUSIVE MODE")

        def wait(count: int) -> None:
            eventually(lambda: waiting(other) == count, what=f"{count} wait for the lock")

        yield wait
        session.execute("ROLLBACK")


def waiting(session: Session) -> int:
    """Return how many sessions of this database wait for a lock."""
    return int(
        session.value(
            "SELECT COUNT(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
    )


def end_others(session: Session) -> int:
    """End every other session of this database, and return how many there were."""
    return int(
        session.value(
            "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    )
