"""Transactions: opened by operations only, short, and repeated as a whole when they collide."""

import asyncio
import functools
import random
import sqlite3
import time
from collections.abc import Awaitable, Callable
from typing import Final, ParamSpec, TypeVar

import asyncpg
from tortoise.backends.base.client import TransactionalDBClient
from tortoise.connection import get_connection
from tortoise.exceptions import BaseORMException, OperationalError
from tortoise.transactions import in_transaction  # noqa: TID251

from wishcore.errors import Unavailable

P = ParamSpec("P")
T = TypeVar("T")

ATTEMPTS_MAX: Final = 5
ATTEMPTS_SECONDS: Final = 10.0
"""After this time no further attempt is begun: SQLite may wait long for its lock in each."""
_COLLISIONS: Final = frozenset({"40001", "40P01"})
LOST: Final = (OSError, asyncpg.InterfaceError, asyncpg.InternalClientError)
"""What is raised when the connection is gone. The last one: asyncpg has read the server's farewell,
but not yet the end of the connection, and is asked for more."""
_BUSY: Final = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})


class DatabaseUnavailable(Unavailable):
    """The database did not answer, or would not let us in. Nothing of the transaction remains."""

    code = "database_unavailable"
    title = "The database did not answer"


def transactional(operation: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[T]]:
    """Make an async function one transaction: all of it is written, or nothing.

    It is repeated from its beginning, a few times at most, when the database says that it
    collided with another one (SQLSTATE 40001, 40P01; SQLite's busy). So it must contain no
    network call and no other effect. It refuses to run inside another transaction.

    Raises:
        DatabaseUnavailable: the database is gone, full or overloaded; nothing was written,
            except that a COMMIT whose answer was lost may have been done.
    """

    @functools.wraps(operation)
    async def run(*args: P.args, **kwargs: P.kwargs) -> T:
        forbid_transaction()
        began = time.monotonic()
        for attempt in range(1, ATTEMPTS_MAX + 1):
            is_last = attempt == ATTEMPTS_MAX or time.monotonic() - began > ATTEMPTS_SECONDS
            try:
                async with in_transaction():
                    return await operation(*args, **kwargs)
            except (BaseORMException, asyncpg.PostgresError) as error:
                if not is_collision(error) or is_last:
                    raise_if_unavailable(error)
                    raise
            except LOST as error:
                raise DatabaseUnavailable from error
            await asyncio.sleep(random.uniform(0.5, 1.5) * 0.01 * 2**attempt)  # noqa: S311
        raise AssertionError("The last attempt returns or raises.")

    return run


def in_open_transaction() -> bool:
    """Say whether this task is inside a transaction."""
    return isinstance(get_connection("default"), TransactionalDBClient)


def require_transaction() -> None:
    """Assert that a step runs inside its caller's transaction."""
    assert in_open_transaction(), "This step belongs inside a transaction."


def forbid_transaction() -> None:
    """Assert that no transaction is open: before any call to a foreign system."""
    assert not in_open_transaction(), "No transaction may be open here."


def is_collision(error: BaseException) -> bool:
    """Say whether the database asks to repeat the transaction as a whole."""
    cause = error.args[0] if isinstance(error, OperationalError) and error.args else error
    if isinstance(cause, sqlite3.OperationalError):
        # The low byte is the primary code: BUSY_SNAPSHOT is a kind of BUSY.
        return (getattr(cause, "sqlite_errorcode", 0) & 0xFF) in _BUSY
    return getattr(cause, "sqlstate", None) in _COLLISIONS


def raise_if_unavailable(error: BaseException) -> None:
    """Raise `DatabaseUnavailable` if the error speaks of the database, not of our statement.

    Raises:
        DatabaseUnavailable: no connection, no memory or disk, shut down, or waited too long.
    """
    cause = error.args[0] if isinstance(error, OperationalError) and error.args else error
    state = getattr(cause, "sqlstate", None) or ""
    if state[:2] in {"08", "53", "57", "58"} or state == "55P03" or is_collision(error):
        raise DatabaseUnavailable from error
    if isinstance(cause, sqlite3.OperationalError) and (
        getattr(cause, "sqlite_errorcode", 0) & 0xFF
    ) in {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN}:
        raise DatabaseUnavailable from error
