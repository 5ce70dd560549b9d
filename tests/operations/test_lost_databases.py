"""A database that is gone, full or nowhere is unavailable; afterwards all is well again."""

import asyncio
import sqlite3
import threading

import asyncpg
import pytest
from tortoise.exceptions import BaseORMException

from tests.conftest import Engine
from tests.support.transactions import assert_healthy, names, write
from wishcore import db as database
from wishcore.db import DatabaseUnavailable, rows, transactional


@pytest.mark.only("postgres")
async def test_a_cut_connection_is_unavailable_and_replaced(db: str) -> None:
    other = await asyncpg.connect(db)

    @transactional
    async def lose_the_connection() -> None:
        await write("never")
        pid = (await rows("SELECT pg_backend_pid() AS pid"))[0]["pid"]
        await other.execute("SELECT pg_terminate_backend($1, 5000)", pid)
        await write("neither")

    with pytest.raises(DatabaseUnavailable):
        await lose_the_connection()
    await other.close()

    assert await names() == set()
    await assert_healthy()


@pytest.mark.parametrize("error", [ConnectionResetError, TimeoutError, asyncpg.InternalClientError])
async def test_an_unreachable_server_is_unavailable(db: str, error: type[Exception]) -> None:
    @transactional
    async def lose_the_network() -> None:
        await write("never")
        raise error

    with pytest.raises(DatabaseUnavailable):
        await lose_the_network()

    assert await names() == set()
    await assert_healthy()


@pytest.mark.only("sqlite")
async def test_a_full_disk_is_unavailable(database_url: str) -> None:
    await database.connect(f"{database_url}?max_page_count=1")  # No more than there are.

    @transactional
    async def write_much() -> None:
        for number in range(1000):
            await write(f"never {number}")

    with pytest.raises(DatabaseUnavailable):
        await write_much()

    assert await names() == set()
    await database.disconnect()


@pytest.mark.only("postgres")
async def test_a_cut_connection_does_not_hide_why_we_left(db: str) -> None:
    other = await asyncpg.connect(db)

    @transactional
    async def leave_without_connection() -> None:
        pid = (await rows("SELECT pg_backend_pid() AS pid"))[0]["pid"]
        await other.execute("SELECT pg_terminate_backend($1, 5000)", pid)
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await leave_without_connection()
    await other.close()

    await assert_healthy()


async def test_a_connection_that_fails_leaves_nothing_open(
    engine: Engine, database_url: str
) -> None:
    threads = threading.active_count()
    nowhere = {
        "sqlite": f"{database_url}/no/folder.sqlite3",
        "postgres": database_url.replace("/wish_", "/no_such_"),
    }
    with pytest.raises((BaseORMException, asyncpg.PostgresError, OSError, sqlite3.Error)):
        await database.connect(nowhere[engine])

    async with asyncio.timeout(10):
        while threading.active_count() > threads:  # noqa: ASYNC110 - it tells nobody that it ends
            await asyncio.sleep(0.01)
    await database.connect(database_url)
    await database.disconnect()
