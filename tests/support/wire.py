"""A wire to PostgreSQL that can be cut: it passes one question and its answer at a time.

It speaks just enough of the protocol (version 3) to know where a question ends and when it is
answered. asyncpg asks by turns, so nothing is reordered.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Final

from tests.support.striking import DROP_AFTER, DROP_BEFORE, KILL_AFTER, KILL_BEFORE, Striker

SOCKET: Final = ".s.PGSQL.5432"
MODES: Final = (KILL_BEFORE, KILL_AFTER, DROP_BEFORE, DROP_AFTER)

_CANCEL: Final = 80877102
_END_OF_QUESTION: Final = frozenset(b"SHQXp")  # Sync, Flush, Query, Terminate, password
_DESCRIBE: Final = ord("D")
_FLUSH: Final = ord("H")
_TERMINATE: Final = ord("X")
_READY: Final = frozenset(b"Z")
_DESCRIBED: Final = frozenset(b"TnE")  # the rows, that there are none, or an error
_PARSED: Final = frozenset(b"123E")


class _Cut(Exception):
    """The wire was cut here."""


class Wire:
    """What lies between the product's connections and the server."""

    def __init__(self, striker: Striker, upstream: Path) -> None:
        self.striker = striker
        self._upstream = upstream

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection until either side is gone, or the wire is cut."""
        server: asyncio.StreamWriter | None = None
        try:
            answers, server = await asyncio.open_unix_connection(str(self._upstream))
            await self._begin(reader, writer, answers, server)
            while await self._turn(reader, writer, answers, server):
                pass
        except (_Cut, asyncio.IncompleteReadError, OSError):
            pass  # As with a cable: both ends see that it is gone.
        finally:
            for end in (writer, server):
                if end is not None:
                    end.transport.abort()

    async def _begin(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        answers: asyncio.StreamReader,
        server: asyncio.StreamWriter,
    ) -> None:
        size = await reader.readexactly(4)
        question = size + await reader.readexactly(int.from_bytes(size, "big") - 4)
        if int.from_bytes(question[4:8], "big") == _CANCEL:
            server.write(question)
            await server.drain()
            raise _Cut
        await self._pass(question, _READY, writer, answers, server)

    async def _turn(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        answers: asyncio.StreamReader,
        server: asyncio.StreamWriter,
    ) -> bool:
        question = b""
        kinds: list[int] = []
        while not kinds or kinds[-1] not in _END_OF_QUESTION:
            kind, message = await _message(reader)
            question, kinds = question + message, [*kinds, kind]
        if kinds[-1] == _TERMINATE:
            server.write(question)
            await server.drain()
            return False
        end = _READY
        if kinds[-1] == _FLUSH:
            end = _DESCRIBED if _DESCRIBE in kinds else _PARSED
        await self._pass(question, end, writer, answers, server)
        return True

    async def _pass(
        self,
        question: bytes,
        end: frozenset[int],
        writer: asyncio.StreamWriter,
        answers: asyncio.StreamReader,
        server: asyncio.StreamWriter,
    ) -> None:
        mode = self.striker.cross()
        self._strike(mode, KILL_BEFORE, DROP_BEFORE)
        server.write(question)
        await server.drain()
        answer, kind = b"", -1
        while kind not in end:
            kind, message = await _message(answers)
            answer += message
        self._strike(mode, KILL_AFTER, DROP_AFTER)
        writer.write(answer)
        await writer.drain()

    def _strike(self, mode: str | None, kill: str, drop: str) -> None:
        if mode == kill:
            self.striker.kill()
        if mode in {kill, drop}:
            raise _Cut


async def _message(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = await reader.readexactly(5)
    return head[0], head + await reader.readexactly(int.from_bytes(head[1:], "big") - 4)


@asynccontextmanager
async def laid(wire: Wire, folder: Path) -> AsyncIterator[None]:
    """Let the wire be found in a folder, as the server's own socket would be."""
    path = folder / SOCKET
    path.unlink(missing_ok=True)
    tasks: set[asyncio.Task[None]] = set()

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            await wire.carry(reader, writer)
        finally:
            tasks.discard(task)

    server = await asyncio.start_unix_server(carry, path=str(path))
    try:
        yield
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.gather(*tasks, return_exceptions=True)
        path.unlink(missing_ok=True)
