"""A program that reads a row and writes what follows from it, many times: `URL HOW_OFTEN`."""

import asyncio
import sys
from datetime import UTC, datetime, timedelta

import msgspec

from wishcore import db
from wishcore.ids import new_id

START = datetime(2026, 1, 1, tzinfo=UTC)
STEP = timedelta(seconds=1)


class Counter(msgspec.Struct, frozen=True):
    """A count, kept in the only table that no rule watches."""

    until: datetime


@db.transactional
async def begin() -> None:
    """Write the count of nothing."""
    await db.rows(
        """
        INSERT INTO job_lease (name, holder_id, until) VALUES ('count', :id, :start)
        RETURNING name
        """,
        id=new_id(),
        start=START,
    )


@db.transactional
async def count() -> None:
    """Read first, then write: the order in which two writers get into each other's way."""
    counter = await db.fetch_one(
        Counter, "SELECT until FROM job_lease WHERE name = 'count' FOR UPDATE"
    )
    assert counter is not None
    await db.change(
        "UPDATE job_lease SET until = :next WHERE name = 'count' RETURNING name",
        next=counter.until + STEP,
    )


async def counted() -> int:
    """Return how often was counted."""
    counter = await db.fetch_one(Counter, "SELECT until FROM job_lease WHERE name = 'count'")
    assert counter is not None
    return (counter.until - START) // STEP


async def main(url: str, how_often: int) -> None:
    """Count."""
    await db.connect(url)
    try:
        for _ in range(how_often):
            await count()
    finally:
        await db.disconnect()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
