"""A connection for tests of adapters, which only ask whether a transaction is open."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from wishcore import db


@asynccontextmanager
async def empty_database() -> AsyncIterator[None]:
    """Connect to an SQLite database in memory, without tables."""
    await db.connect("sqlite://:memory:")
    try:
        yield
    finally:
        await db.disconnect()
