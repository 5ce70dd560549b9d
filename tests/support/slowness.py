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
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, quote, urlsplit

from typing_extensions import override

from tests.support.wire import SOCKET

SECONDS: Final = 0.002
"""How much longer every question takes."""
ENDS_SECONDS: Final = 0.005
"""How long BEGIN and COMMIT are on their way to PostgreSQL, and how long their answers are: most of
a transaction, for there it matters most who goes away. For the long run: it costs."""
COMMIT_SECONDS: Final = 0.01
"""How much longer SQLite needs to write to its disk."""
_QUERY: Final = b"Q"
_SLOW_SQLITE: Final = """
from tests.support.slowness import install
install({share})
from wishapi.server import serve
from wishcore.settings import load
serve(load())
"""


def slow_sqlite(share: float) -> str:
    """Return `wish serve`, a program for `start`, with a disk that takes this share of them."""
    return _SLOW_SQLITE.format(share=share)


def install(share: float) -> None:
    """Make every statement of this process's connections to SQLite slow.

    It sleeps in place of the disk, in the server that is tested: no test waits here for anything.
    """

    class Slow(sqlite3.Connection):
        @override
        def execute(self, *arguments: Any) -> sqlite3.Cursor:
            time.sleep(share * SECONDS)
            return super().execute(*arguments)

        @override
        def commit(self) -> None:
            if self.in_transaction:
                time.sleep(share * COMMIT_SECONDS / 2)
                super().commit()
                time.sleep(share * COMMIT_SECONDS / 2)

    connect = sqlite3.connect
    sqlite3.connect = lambda *arguments, **options: connect(  # type: ignore[assignment]
        *arguments, factory=Slow, **options
    )


@contextlib.contextmanager
def slow_wire(url: str, *, ends_seconds: float = 0) -> Iterator["SlowWire"]:
    """Lay another way to the same database of PostgreSQL, a long one."""
    (host,) = parse_qs(urlsplit(url).query)["host"]
    with tempfile.TemporaryDirectory(prefix="wish-wire-") as folder:
        through = urlsplit(url)._replace(query=f"host={quote(folder)}").geturl()
        wire = SlowWire(through, Path(host) / SOCKET, Path(folder) / SOCKET, ends_seconds)
        thread = threading.Thread(target=wire.run, daemon=True)
        thread.start()
        assert wire.is_laid.wait(10)
        try:
            yield wire
        finally:
            wire.end()
            thread.join()


class SlowWire:
    """Carries bytes both ways, late, and can be cut at a COMMIT.

    Attributes:
        url: Of the database, by this wire.
        commits_cut: How many were.
    """

    def __init__(self, url: str, upstream: Path, path: Path, ends_seconds: float) -> None:
        self.url = url
        self.is_laid = threading.Event()
        self.commits_cut = 0
        self._cuts = deque[bool]()
        self._upstream, self._path = upstream, path
        self._ends_seconds = ends_seconds
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()

    def cut_commit(self, *, is_done: bool) -> None:
        """Cut the connection that commits next: instead, or when it is done and nobody told."""
        self._cuts.append(is_done)

    def has_cut(self, count: int) -> bool:
        """Say whether so many were cut."""
        return self.commits_cut >= count

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
        turn = _Turn()
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(self._ask(reader, server, turn))
                both.create_task(_answer(answers, writer, turn))
        except* OSError:
            pass  # As with a cable: both ends see that it is gone.
        finally:
            writer.transport.abort()
            server.transport.abort()

    async def _ask(
        self, reader: asyncio.StreamReader, server: asyncio.StreamWriter, turn: "_Turn"
    ) -> None:
        while chunk := await reader.read(65536):
            is_commit = chunk[:1] == _QUERY and chunk[5:11] == b"COMMIT"
            is_begin = chunk[:1] == _QUERY and chunk[5:10] == b"BEGIN"
            if is_commit and self._cuts:
                turn.is_cut = self._cuts.popleft()
                self.commits_cut += 1
                if not turn.is_cut:
                    raise ConnectionResetError
            turn.answer_seconds = self._ends_seconds if is_commit or is_begin else 0
            await asyncio.sleep(turn.answer_seconds or SECONDS)
            server.write(chunk)
            await server.drain()
        server.write_eof()


@dataclass
class _Turn:
    """What is to happen to the answer of a question. asyncpg asks by turns."""

    answer_seconds: float = 0
    is_cut: bool = False


async def _answer(answers: asyncio.StreamReader, writer: asyncio.StreamWriter, turn: _Turn) -> None:
    while chunk := await answers.read(65536):
        if turn.is_cut:
            raise ConnectionResetError
        if turn.answer_seconds:
            await asyncio.sleep(turn.answer_seconds)
        writer.write(chunk)
        await writer.drain()
    writer.write_eof()
