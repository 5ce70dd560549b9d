"""Leases of jobs: one process at a time does what cannot be claimed row by row."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from tortoise import fields
from tortoise.models import Model

from wishcore.db.queries import change
from wishcore.db.transactions import transactional
from wishcore.errors import Unavailable
from wishcore.ids import new_id

LEASE: Final = timedelta(minutes=10)
"""How long a killed holder keeps others out."""


class JobLease(Model):
    """Who does a job at present, and until when nobody else may."""

    name = fields.CharField(max_length=40, primary_key=True)
    holder_id = fields.UUIDField()
    until = fields.DatetimeField()

    class Meta:
        """One row per job that was ever done."""

        table = "job_lease"


class JobIsRunning(Unavailable):
    """Another process does this job now."""

    code = "job_is_running"
    title = "Another process does this job at present"


@asynccontextmanager
async def leased(
    name: str, *, clock: Callable[[], datetime]
) -> AsyncIterator[Callable[[], Awaitable[None]]]:
    """Do a job while nobody else may. What it yields is to be called at each step of the work.

    It prolongs the lease in time, however long the work takes.

    Raises:
        JobIsRunning: somebody else has it; or got it, while this process slept.
    """
    holder_id = new_id()
    taken_at = clock()
    await take_lease(name, holder_id=holder_id, now=taken_at)

    async def keep() -> None:
        nonlocal taken_at
        if (now := clock()) >= taken_at + LEASE / 2:
            await take_lease(name, holder_id=holder_id, now=now)
            taken_at = now

    try:
        yield keep
    finally:
        await return_lease(name, holder_id=holder_id)


@transactional
async def take_lease(name: str, *, holder_id: UUID, now: datetime) -> None:
    """Keep others from doing the job until the lease is returned, or has run out.

    Raises:
        JobIsRunning: somebody else has it.
    """
    taken = await change(
        """
        INSERT INTO job_lease (name, holder_id, until) VALUES (:name, :holder, :until)
        ON CONFLICT (name) DO UPDATE SET holder_id = excluded.holder_id, until = excluded.until
        WHERE job_lease.until <= :now OR job_lease.holder_id = excluded.holder_id
           OR job_lease.until > :impossible
        RETURNING name
        """,
        name=name,
        holder=holder_id,
        until=now + LEASE,
        now=now,
        # Taken by a clock that was ahead: nobody has it for so long.
        impossible=now + 2 * LEASE,
    )
    if not taken:
        raise JobIsRunning


@transactional
async def return_lease(name: str, *, holder_id: UUID) -> None:
    """Let others do the job again."""
    await change(
        "DELETE FROM job_lease WHERE name = :name AND holder_id = :holder RETURNING name",
        name=name,
        holder=holder_id,
    )
