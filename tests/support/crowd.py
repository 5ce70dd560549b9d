"""Many orders at once: on PostgreSQL from many tasks, on SQLite from two processes.

One process has one connection to SQLite, behind a lock: it races with nobody.
"""

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import msgspec

from tests.support.actor import READY, Order, perform_all
from tests.support.makers import World

ROOT: Final = Path(__file__).parents[2]
SECONDS_MAX: Final = 60

Ask = Callable[[Sequence[Order]], Awaitable[list[str]]]


@asynccontextmanager
async def actor(database_url: str, sandbox_url: str) -> AsyncIterator[Process]:
    """Start a process that waits for its orders; it never stays behind."""
    command = ("-W", "ignore", "-m", "tests.support.actor", database_url, sandbox_url)
    process = await asyncio.create_subprocess_exec(
        sys.executable, *command, cwd=ROOT, stdin=PIPE, stdout=PIPE
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def order(process: Process, orders: Sequence[Order]) -> None:
    """Tell a process that is ready what to do."""
    assert process.stdin is not None
    process.stdin.write(msgspec.json.encode(orders) + b"\n")
    await process.stdin.drain()


async def is_ready(process: Process) -> None:
    assert process.stdout is not None
    async with asyncio.timeout(SECONDS_MAX):
        assert await process.stdout.readline() == READY


async def answers_of(process: Process) -> list[str]:
    assert process.stdout is not None
    async with asyncio.timeout(SECONDS_MAX):
        line = await process.stdout.readline()
    return msgspec.json.decode(line, type=list[str])


async def at_once(world: World, url: str, orders: Sequence[Order]) -> list[str]:
    """Do all of it at once; the answers come in the order of the orders."""
    async with crowd(world, url) as ask:
        return await ask(orders)


@asynccontextmanager
async def crowd(world: World, url: str) -> AsyncIterator[Ask]:
    """Give those who do things at once, again and again: two processes take seconds to start."""

    async def here(orders: Sequence[Order]) -> list[str]:
        async with asyncio.timeout(SECONDS_MAX):
            return await perform_all(orders, world.payments)

    if not url.startswith("sqlite"):
        yield here
        return
    async with actor(url, world.sandbox.url) as one, actor(url, world.sandbox.url) as other:
        await asyncio.gather(is_ready(one), is_ready(other))

        async def there(orders: Sequence[Order]) -> list[str]:
            await order(one, orders[::2])
            await order(other, orders[1::2])
            first, second = await asyncio.gather(answers_of(one), answers_of(other))
            answers = [""] * len(orders)
            answers[::2], answers[1::2] = first, second
            return answers

        yield there
