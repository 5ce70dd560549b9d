"""Transactions that get into each other's way are repeated as a whole."""

import asyncio
import random
import sqlite3
from collections.abc import AsyncIterator, Iterator

import asyncpg
import pytest

from tests.support import counting
from tests.support.forking import MODULE, forker
from tests.support.transactions import assert_healthy, names, write, write_both
from wishcore import db as database
from wishcore.db import DatabaseUnavailable, change, rows, transactional
from wishcore.db.transactions import ATTEMPTS_MAX


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses before repetitions, none of which takes time."""
    pauses: list[float] = []

    def uniform(low: float, _: float) -> float:
        pauses.append(low)
        return 0.0

    monkeypatch.setattr(random, "uniform", uniform)
    return pauses


@pytest.mark.only("postgres")
async def test_a_conflict_repeats_the_whole(db: str, at_once: list[float]) -> None:
    await counting.begin()
    other = await asyncpg.connect(db)
    calls: list[int] = []

    @transactional
    async def count_serializably() -> None:
        await rows("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE")
        before = await counting.counted()
        await write(f"call {len(calls)}")
        if not calls:
            await other.execute("UPDATE job_lease SET until = until + interval '1 second'")
        calls.append(before)
        await change(
            "UPDATE job_lease SET until = :next WHERE name = 'count' RETURNING name",
            next=counting.START + (before + 1) * counting.STEP,
        )

    await count_serializably()
    await other.close()

    assert calls == [0, 1]
    assert len(at_once) == 1
    assert await names() == {"count", "call 1"}
    assert await counting.counted() == 2


@pytest.fixture
async def impatient(database_url: str) -> AsyncIterator[str]:
    """Connected to SQLite, but nearly unwilling to wait for its lock."""
    await database.connect(f"{database_url}?busy_timeout=5")
    yield database_url.removeprefix("sqlite://")
    await database.disconnect()


@pytest.fixture
def other_writer(impatient: str) -> Iterator[sqlite3.Connection]:
    """Another connection, which has begun to write."""
    connection = sqlite3.connect(impatient, isolation_level=None, check_same_thread=False)
    connection.execute("BEGIN IMMEDIATE")
    yield connection
    connection.close()


@pytest.mark.only("sqlite")
async def test_a_locked_file_is_tried_again(
    other_writer: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    def commit_and_go_on(_: float, __: float) -> float:
        other_writer.execute("COMMIT")
        return 0.0

    monkeypatch.setattr(random, "uniform", commit_and_go_on)

    await write_both("patient")

    assert await names() == {"patient:first", "patient:second"}
    await assert_healthy()


@pytest.mark.only("sqlite")
async def test_a_file_that_stays_locked_is_unavailable(
    other_writer: sqlite3.Connection, at_once: list[float]
) -> None:
    with pytest.raises(DatabaseUnavailable):
        await write_both("never")

    assert len(at_once) == ATTEMPTS_MAX - 1
    other_writer.execute("COMMIT")
    assert await names() == set()
    await assert_healthy()


@pytest.mark.only("postgres")
async def test_endless_conflicts_are_unavailable(db: str, at_once: list[float]) -> None:
    calls: list[None] = []

    @transactional
    async def collide() -> None:
        calls.append(None)
        await write("never")
        raise asyncpg.DeadlockDetectedError("again")

    with pytest.raises(DatabaseUnavailable):
        await collide()

    assert len(calls) == ATTEMPTS_MAX
    assert await names() == set()
    await assert_healthy()


async def test_two_processes_that_read_then_write(db: str) -> None:
    await counting.begin()
    words = ["tests.support.counting", db, "150"]
    both = [asyncio.to_thread(forker().run, MODULE, words) for _ in range(2)]
    done = await asyncio.gather(*both)

    assert [(one.code, one.err) for one in done] == [(0, "")] * 2
    assert await counting.counted() == 300
