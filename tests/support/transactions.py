"""Small transactions, and the proof that they left nothing behind."""

import asyncio
from typing import Final

from tortoise.connection import get_connection

from tests.support.counting import START
from wishcore.db import change, rows, transactional
from wishcore.db.postgres import SafePostgresClient
from wishcore.db.sqlite import SafeSqliteClient
from wishcore.db.transactions import in_open_transaction
from wishcore.ids import new_id

POOL: Final = 8
"""As many as the `db` fixture opens."""


async def write(name: str) -> None:
    """Write one row: a step of a transaction."""
    await change(
        "INSERT INTO job_lease (name, holder_id, until) VALUES (:name, :id, :now) RETURNING name",
        name=name,
        id=new_id(),
        now=START,
    )


@transactional
async def write_both(name: str) -> None:
    """Write two rows, or none."""
    await write(f"{name}:first")
    await write(f"{name}:second")


async def names() -> set[str]:
    """Return the names of the rows."""
    return {row["name"] for row in await rows("SELECT name FROM job_lease")}


async def assert_healthy() -> None:
    """Fail unless every connection is there, free, and outside of any transaction."""
    assert not in_open_transaction()
    async with asyncio.timeout(10):
        client = get_connection("default")
        if isinstance(client, SafeSqliteClient):
            assert client._connection is not None
            await rows("SELECT 1 AS one")  # Behind all that the thread may still have to do.
            assert not client._connection.in_transaction
            assert not client._lock.locked()
            await write_both(f"healthy {new_id()}"[:30])
        else:
            assert isinstance(client, SafePostgresClient)
            await _take_all_connections()
            idle = "SELECT 1 FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'"
            while await rows(f"{idle} AND datname = current_database()"):  # noqa: ASYNC110
                await asyncio.sleep(0.01)


async def _take_all_connections() -> None:
    barrier = asyncio.Barrier(POOL)

    @transactional
    async def meet() -> None:
        await barrier.wait()
        await rows("SELECT 1 AS one")

    await asyncio.gather(*[meet() for _ in range(POOL)])
