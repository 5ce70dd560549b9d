"""A database that takes its time, so that whoever goes away does so while a question is asked.

On this machine a question is answered in a fraction of a millisecond, and nearly all of a request
is work of our own: nobody would ever be cancelled in the middle of a BEGIN.
"""

import asyncio
import contextlib
import sqlite3
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, quote, urlsplit

from typing_extensions import override

from tests.support.wire import SOCKET

SECONDS: Final = 0.002
"""How much longer every question takes."""
COMMIT_SECONDS: Final = 0.01
"""How much longer SQLite needs to write to its disk."""
SLOW_SQLITE: Final = """
from tests.support.slowness import install
install()
from wishapi.server import serve
from wishcore.settings import load
serve(load())
"""
"""`wish serve` (as a program for `start`) with a slow disk."""


def install() -> None:
    """Make every statement of this process's connections to SQLite slow."""

    class Slow(sqlite3.Connection):
        @override
        def execute(self, *arguments: Any) -> sqlite3.Cursor:
            time.sleep(SECONDS)
            return super().execute(*arguments)

        @override
        def commit(self) -> None:
            if self.in_transaction:
                time.sleep(COMMIT_SECONDS / 2)
                super().commit()
                time.sleep(COMMIT_SECONDS / 2)

    connect = sqlite3.connect
    sqlite3.connect = lambda *arguments, **options: connect(  # type: ignore[assignment]
        *arguments, factory=Slow, **options
    )


@contextlib.contextmanager
def slow_wire(url: str) -> Iterator[str]:
    """Give another URL of the same database of PostgreSQL: a long way from here."""
    (host,) = parse_qs(urlsplit(url).query)["host"]
    with tempfile.TemporaryDirectory(prefix="wish-wire-") as folder:
        wire = _Wire(Path(host) / SOCKET, Path(folder) / SOCKET)
        thread = threading.Thread(target=wire.run, daemon=True)
        thread.start()
        assert wire.is_laid.wait(10)
        try:
            yield urlsplit(url)._replace(query=f"host={quote(folder)}").geturl()
        finally:
            wire.end()
            thread.join()


class _Wire:
    """Carries bytes both ways; what goes to the server comes late."""

    def __init__(self, upstream: Path, path: Path) -> None:
        self.is_laid = threading.Event()
        self._upstream, self._path = upstream, path
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()

    def run(self) -> None:
        """Carry until the end."""
        self._loop.run_until_complete(self._serve())
        self._loop.close()

    def end(self) -> None:
        """Cut everything."""
        self._loop.call_soon_threadsafe(self._stop.set)

    async def _serve(self) -> None:
        tasks: set[asyncio.Task[None]] = set()

        async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            assert task is not None
            tasks.add(task)
            task.add_done_callback(tasks.discard)
            with contextlib.suppress(asyncio.CancelledError):
                await self._carry(reader, writer)

        server = await asyncio.start_unix_server(carry, path=str(self._path))
        self.is_laid.set()
        await self._stop.wait()
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answers, server = await asyncio.open_unix_connection(str(self._upstream))
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(_pass(reader, server, seconds=SECONDS))
                both.create_task(_pass(answers, writer, seconds=0))
        except* OSError:
            pass  # As with a cable: both ends see that it is gone.
        finally:
            writer.transport.abort()
            server.transport.abort()


async def _pass(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, seconds: float
) -> None:
    while chunk := await reader.read(65536):
        if seconds:
            await asyncio.sleep(seconds)
        writer.write(chunk)
        await writer.drain()
    writer.write_eof()
