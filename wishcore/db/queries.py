"""Plain SQL where it says more than a queryset: claims, conditional updates, read models.

Statements name their parameters (`:amount`) and run on SQLite and PostgreSQL alike.
"""

import re
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final, TypeVar
from uuid import UUID

import asyncpg
import msgspec
from tortoise.connection import get_connection
from tortoise.exceptions import BaseORMException

from wishcore.db.transactions import (
    LOST,
    DatabaseUnavailable,
    in_open_transaction,
    raise_if_unavailable,
    require_transaction,
)
from wishcore.money import Money

T = TypeVar("T")

Value = UUID | datetime | str | int | bool | None
Row = Mapping[str, Any]

_NAME: Final = re.compile(r"(?<![:\w]):([a-z_]+)")
_FOR_UPDATE: Final = re.compile(r"\s+FOR (NO KEY )?UPDATE( SKIP LOCKED)?")


_SEARCHED_MAX: Final = 300
"""No text that can be searched is as long; SQLite takes no patterns of 50,000 bytes."""


def containing(text: str) -> str:
    r"""Return a pattern for `LIKE … ESCAPE '\'`: whatever has this text in it, in lower case."""
    literal = text.strip().lower()[:_SEARCHED_MAX]
    for special in ("\\", "%", "_"):
        literal = literal.replace(special, f"\\{special}")
    return f"%{literal}%"


async def fetch_all(kind: type[T], sql: str, **values: Value) -> list[T]:
    """Run a statement and return its rows (also of UPDATE … RETURNING) as frozen values."""
    return [msgspec.convert(row, kind, strict=False) for row in await rows(sql, **values)]


async def fetch_one(kind: type[T], sql: str, **values: Value) -> T | None:
    """Run a statement that returns one row at most, and return it as a frozen value."""
    found = await fetch_all(kind, sql, **values)
    assert len(found) <= 1, "The statement was to return one row at most."
    return found[0] if found else None


def with_money(kind: type[T], row: Row, *names: str) -> T:
    """Return a row as a frozen value whose columns `<name>_minor` are in its one currency."""
    money = {name: Money(int(row[f"{name}_minor"]), str(row["currency"])) for name in names}
    return msgspec.convert({**row, **money}, kind, strict=False)


async def change(sql: str, **values: Value) -> int:
    """Run a statement that changes rows inside the caller's transaction; return how many.

    The statement ends in RETURNING: it is the only count that both databases report alike.
    """
    require_transaction()
    assert "RETURNING" in sql, "Without RETURNING nobody knows what was changed."
    return len(await rows(sql, **values))


async def rows(sql: str, **values: Value) -> Sequence[Row]:
    """Run a statement and return its rows as the driver gives them.

    Raises:
        DatabaseUnavailable: the database is gone, full or overloaded.
    """
    client = get_connection("default")
    dialect = client.capabilities.dialect
    text, names = _compiled(sql, dialect)
    arguments = [_argument(values[name], dialect) for name in names]
    try:
        found: list[dict[str, Any]] = await client.execute_query_dict(text, arguments)
    except (*LOST, sqlite3.ProgrammingError) as error:
        raise DatabaseUnavailable from error
    except (BaseORMException, asyncpg.PostgresError) as error:
        if not in_open_transaction():  # Inside, the transaction decides whether to repeat itself.
            raise_if_unavailable(error)
        raise
    return found


@lru_cache(maxsize=512)
def _compiled(sql: str, dialect: str) -> tuple[str, tuple[str, ...]]:
    mark = "$" if dialect == "postgres" else "?"
    names: list[str] = []

    def number(match: re.Match[str]) -> str:
        name = match.group(1)
        if name not in names:
            names.append(name)
        return f"{mark}{names.index(name) + 1}"

    text = _NAME.sub(number, sql)
    # SQLite has one writer, which holds its lock from BEGIN on: rows need no locks of their own.
    return (text if dialect == "postgres" else _FOR_UPDATE.sub("", text)), tuple(names)


def _argument(value: Value, dialect: str) -> Value:
    if isinstance(value, datetime):
        assert value.tzinfo is not None, "Only aware times are written."
        return value if dialect == "postgres" else value.astimezone(UTC).isoformat(" ")
    if isinstance(value, UUID) and dialect != "postgres":
        return str(value)
    return value
