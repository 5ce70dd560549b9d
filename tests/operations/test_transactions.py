"""A transaction is all or nothing, and whatever happens to it, the next one can begin."""

import asyncio
import random
from collections.abc import Awaitable

import pytest
from tortoise.exceptions import IntegrityError, OperationalError

from tests.conftest import Engine
from tests.support.counting import START
from tests.support.transactions import POOL, assert_healthy, names, write, write_both
from wishcore.db import rows, transactional
from wishcore.db.leases import JobLease
from wishcore.db.sqlite import ImmediateTransaction
from wishcore.db.transactions import in_open_transaction
from wishcore.ids import new_id


async def _cancelled(work: Awaitable[None], *, after: float) -> bool:
    """Cancel the running task once while it does the work; return whether the work was done."""
    task = asyncio.current_task()
    assert task is not None
    cancellation = asyncio.get_running_loop().call_later(after, task.cancel)
    try:
        await work
    except asyncio.CancelledError:
        task.uncancel()
        return False
    finally:
        cancellation.cancel()
    return True


async def test_cancelled_at_any_moment(db: str) -> None:
    loop = asyncio.get_running_loop()
    start = loop.time()
    await asyncio.gather(*[write_both(f"whole {number}") for number in range(20)])
    spread = loop.time() - start

    async def attempt(number: int) -> bool:
        after = random.uniform(0, spread)
        done = await _cancelled(write_both(f"try {number}"), after=after)
        # The task goes on, and must not believe itself to be inside of the transaction.
        assert not in_open_transaction()
        await rows("SELECT 1 AS one")
        return done

    done: list[bool] = []
    for first in range(0, 600, 20):
        batch = await asyncio.gather(*[attempt(first + number) for number in range(20)])
        done += batch
        spread *= 0.8 if sum(batch) > 10 else 1.25  # So that about half of them are cancelled.

    await assert_healthy()
    assert 60 < sum(done) < 540, "Nearly all or nearly none were cancelled: this shows nothing."
    written = await names()
    for number, was_done in enumerate(done):
        both = {f"try {number}:first", f"try {number}:second"}
        assert both <= written or not (both & written or was_done), number


async def test_cancelled_while_rows_are_written_in_bulk(db: str) -> None:
    async def fill(number: int) -> None:
        await JobLease.bulk_create(
            [JobLease(name=f"{number}:{row}", holder_id=new_id(), until=START) for row in range(20)]
        )

    for number in range(100):
        await _cancelled(fill(number), after=random.uniform(0, 0.003))

    await assert_healthy()


@pytest.fixture
def begin_fails(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(_: object) -> None:
        raise OperationalError("BEGIN did not work")

    target = (
        ImmediateTransaction
        if engine == "sqlite"
        else "tortoise.backends.asyncpg.client.TransactionWrapper"
    )
    if isinstance(target, str):
        monkeypatch.setattr(f"{target}.begin", fail)
    else:
        monkeypatch.setattr(target, "begin", fail)


async def test_a_begin_that_fails_keeps_nothing(
    db: str, begin_fails: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2 * POOL):
        async with asyncio.timeout(5):
            with pytest.raises(OperationalError, match="BEGIN"):
                await write_both("never")
    monkeypatch.undo()

    await assert_healthy()
    assert not {"never:first"} & await names()


async def test_transactions_do_not_nest(db: str) -> None:
    @transactional
    async def outer() -> None:
        await write("outer")
        await write_both("inner")

    with pytest.raises(AssertionError):
        await outer()

    assert await names() == set()
    await assert_healthy()


async def test_a_step_outside_of_a_transaction_is_refused(db: str) -> None:
    with pytest.raises(AssertionError):
        await write("alone")

    assert await names() == set()


async def test_an_error_undoes_all_and_is_not_tried_again(db: str) -> None:
    calls: list[None] = []

    @transactional
    async def write_twice() -> None:
        calls.append(None)
        await write("same")
        await write("same")

    with pytest.raises(IntegrityError):
        await write_twice()

    assert len(calls) == 1
    assert await names() == set()
    await assert_healthy()
