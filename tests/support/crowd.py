"""Many orders at once: on PostgreSQL from many tasks, on SQLite from two processes.

One process has one connection to SQLite, behind a lock: it races with nobody.
"""

import asyncio
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

import msgspec

from tests.support.actor import READY, Order, perform_all
from tests.support.forking import Process, forker
from tests.support.makers import World
from tests.support.planting import ROOT

SECONDS_MAX: Final = 60
_ACT: Final = "from tests.support.actor import main\nmain()\n"

Ask = Callable[[Sequence[Order]], Awaitable[list[str]]]


@dataclass(frozen=True)
class Actor:
    """A process that does what it is ordered to."""

    process: Process
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def is_ready(self) -> None:
        """Wait until it takes orders."""
        async with asyncio.timeout(SECONDS_MAX):
            assert await self.reader.readline() == READY

    async def order(self, orders: Sequence[Order]) -> None:
        """Tell it what to do, once it is ready."""
        self.writer.write(msgspec.json.encode(orders) + b"\n")
        await self.writer.drain()

    async def answers(self) -> list[str]:
        """Wait for the answers to its orders."""
        async with asyncio.timeout(SECONDS_MAX):
            line = await self.reader.readline()
        return msgspec.json.decode(line, type=list[str])


@asynccontextmanager
async def actor(database_url: str, sandbox_url: str) -> AsyncIterator[Actor]:
    """Start a process that waits for its orders; it never stays behind."""
    ours, theirs = socket.socketpair()
    assert sys.__stderr__ is not None
    with theirs:
        process = forker().start(
            _ACT,
            [database_url, sandbox_url],
            folder=ROOT,
            environment={},
            streams=(theirs, theirs, sys.__stderr__),
        )
    reader, writer = await asyncio.open_connection(sock=ours)
    try:
        yield Actor(process, reader, writer)
    finally:
        writer.close()
        process.kill()


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
        await asyncio.gather(one.is_ready(), other.is_ready())

        async def there(orders: Sequence[Order]) -> list[str]:
            await one.order(orders[::2])
            await other.order(orders[1::2])
            first, second = await asyncio.gather(one.answers(), other.answers())
            answers = [""] * len(orders)
            answers[::2], answers[1::2] = first, second
            return answers

        yield there
