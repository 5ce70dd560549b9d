"""What the tests of `wish` share: the command, the payment sandbox, a database to look into."""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from tests.cli.runner import SECRET, WEBHOOK_SECRET, Wish
from tests.cli.world import World, load
from tests.support.forking import CHEAP_PASSWORDS
from tests.support.server import Sandbox, start_sandbox

Ask = Callable[[str], list[tuple[Any, ...]]]


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    child = start_sandbox(tmp_path_factory.mktemp("sandbox"))
    yield child
    child.end()


@pytest.fixture
def sandbox(running: Sandbox) -> Sandbox:
    """Stripe's stand-in, in a process of its own, which knows of nothing yet."""
    running.control("reset")
    return running


@pytest.fixture
def bare(tmp_path: Path) -> Wish:
    """The command without a database, and with a payment service that does not answer."""
    folder = tmp_path / "place"
    folder.mkdir()
    settings = {
        "WISH_SECRET": SECRET,
        "STRIPE_API_BASE": "http://127.0.0.1:9",
        "STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET,
        "AERICH_NO_TORTOISE_V1_WARNING": "1",
        **CHEAP_PASSWORDS,  # Refused with a live key: a test that has one sets another price.
    }
    return Wish(folder, settings)


@pytest.fixture
def lonely(bare: Wish, database_url: str) -> Wish:
    """The command with a database, and with a payment service that does not answer."""
    bare.settings["DATABASE_URL"] = database_url
    return bare


@pytest.fixture
def wish(lonely: Wish, sandbox: Sandbox) -> Wish:
    """The command with a database and the sandbox."""
    lonely.settings["STRIPE_API_BASE"] = sandbox.url
    return lonely


@pytest.fixture
def ask(database_url: str) -> Ask:
    """Run one SQL statement, past everything."""

    async def on_postgres(sql: str) -> list[tuple[Any, ...]]:
        connection = await asyncpg.connect(database_url)
        try:
            return [tuple(row) for row in await connection.fetch(sql)]
        finally:
            await connection.close()

    def run(sql: str) -> list[tuple[Any, ...]]:
        if not database_url.startswith("sqlite"):
            return asyncio.run(on_postgres(sql))
        connection = sqlite3.connect(database_url.removeprefix("sqlite://"))
        try:
            with connection:
                return connection.execute(sql).fetchall()
        finally:
            connection.close()

    return run


@pytest.fixture
def world(wish: Wish) -> World:
    """A list with pledges in many states."""
    return load(wish)
