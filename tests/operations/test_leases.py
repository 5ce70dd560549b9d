"""One process at a time has a job's lease."""

from datetime import datetime, timedelta

import pytest

from wishcore.db import JobIsRunning
from wishcore.db.leases import LEASE, return_lease, take_lease
from wishcore.ids import new_id

ONE, OTHER = new_id(), new_id()


async def test_a_lease_keeps_others_out_until_it_is_returned(db: str, now: datetime) -> None:
    await take_lease("close", holder_id=ONE, now=now)
    with pytest.raises(JobIsRunning):
        await take_lease("close", holder_id=OTHER, now=now)
    await take_lease("refund", holder_id=OTHER, now=now)

    await return_lease("close", holder_id=ONE)
    await take_lease("close", holder_id=OTHER, now=now)


async def test_a_holder_may_prolong_its_lease(db: str, now: datetime) -> None:
    await take_lease("close", holder_id=ONE, now=now)
    await take_lease("close", holder_id=ONE, now=now + LEASE / 2)

    with pytest.raises(JobIsRunning):
        await take_lease("close", holder_id=OTHER, now=now + LEASE)


async def test_the_lease_of_a_killed_process_runs_out(db: str, now: datetime) -> None:
    await take_lease("close", holder_id=ONE, now=now)
    with pytest.raises(JobIsRunning):
        await take_lease("close", holder_id=OTHER, now=now + LEASE - timedelta(microseconds=1))

    await take_lease("close", holder_id=OTHER, now=now + LEASE)

    await return_lease("close", holder_id=ONE)  # It comes back late, and takes nothing away.
    with pytest.raises(JobIsRunning):
        await take_lease("close", holder_id=ONE, now=now + LEASE)


async def test_a_lease_that_a_clock_ahead_took_keeps_nobody_out_for_long(
    db: str, now: datetime
) -> None:
    await take_lease("close", holder_id=ONE, now=now + timedelta(days=1))

    await take_lease("close", holder_id=OTHER, now=now)
