"""SQLite's driver, patched from outside: the k-th statement of a process is struck.

`install` is called in the product's process before it begins. What to strike and what was struck
stand in a small file that both processes map into their memory, so that it survives a kill.
"""

import mmap
import os
import signal
import sqlite3
import struct
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final, TypeVar

from typing_extensions import override

from tests.support.striking import KILL_AFTER, KILL_BEFORE, Fault

T = TypeVar("T")

DISK_BEFORE: Final = "disk error before"
DISK_AFTER: Final = "disk error after"
LOCKED: Final = "locked"
MODES: Final = (KILL_BEFORE, KILL_AFTER, DISK_BEFORE, DISK_AFTER, LOCKED)

_LAYOUT: Final = struct.Struct("5q")
_IS_COUNTING, _COUNT, _AT, _MODE, _STRUCK = range(5)


class Switch:
    """What is struck, in a file that several processes share. One process at a time counts."""

    def __init__(self, file: Path) -> None:
        with file.open("a+b") as opened:
            opened.truncate(_LAYOUT.size)
            self._memory = mmap.mmap(opened.fileno(), _LAYOUT.size)

    def arm(self, fault: Fault | None) -> None:
        """Count from one, from now on; strike if a statement is to be struck."""
        is_ours = fault is not None and fault.boundary == "sqlite"
        at, mode = (fault.at, MODES.index(fault.mode)) if fault and is_ours else (0, 0)
        self._write(1, 0, at, mode, 0)

    def disarm(self) -> None:
        """Let everything pass, and count no longer."""
        _, count, _, _, struck = self._read()
        self._write(0, count, 0, 0, struck)

    @property
    def count(self) -> int:
        """How many statements there were since it was armed."""
        return self._read()[_COUNT]

    @property
    def struck(self) -> int:
        """The process that met the fault; zero as long as none did."""
        return self._read()[_STRUCK]

    def cross(self) -> str | None:
        """Count a statement; return what has to happen to it, if something has to."""
        is_counting, count, at, mode, struck = self._read()
        if not is_counting:
            return None
        is_struck = count + 1 == at
        self._write(1, count + 1, at, mode, os.getpid() if is_struck else struck)
        return MODES[mode] if is_struck else None

    def close(self) -> None:
        """Let the file go."""
        self._memory.close()

    def _read(self) -> tuple[int, ...]:
        return _LAYOUT.unpack(self._memory[:])

    def _write(self, *values: int) -> None:
        self._memory[:] = _LAYOUT.pack(*values)


def install(file: str) -> None:
    """Let every connection of this process be struck by the switch in the file."""
    switch = Switch(Path(file))

    class Struck(sqlite3.Connection):
        # A rollback is not counted: SQLite's own cannot fail, the transaction is over in any case.
        @override
        def execute(self, *arguments: Any) -> sqlite3.Cursor:
            return _struck(switch, lambda: super(Struck, self).execute(*arguments))

        @override
        def executemany(self, sql: str, rows: Iterable[Any], /) -> sqlite3.Cursor:
            return _struck(switch, lambda: super(Struck, self).executemany(sql, rows))

        @override
        def commit(self) -> None:
            if self.in_transaction:
                _struck(switch, super().commit)

    connect = sqlite3.connect
    sqlite3.connect = lambda *arguments, **options: connect(  # type: ignore[assignment]
        *arguments, factory=Struck, **options
    )


def _struck(switch: Switch, do: Callable[[], T]) -> T:
    mode = switch.cross()
    if mode == KILL_BEFORE:
        os.kill(os.getpid(), signal.SIGKILL)
    if mode == DISK_BEFORE:
        raise _error("disk I/O error", sqlite3.SQLITE_IOERR)
    if mode == LOCKED:
        raise _error("database is locked", sqlite3.SQLITE_BUSY)
    done = do()
    if mode == KILL_AFTER:
        os.kill(os.getpid(), signal.SIGKILL)
    if mode == DISK_AFTER:
        if isinstance(done, sqlite3.Cursor):
            done.close()  # A statement that fails is not left half read.
        raise _error("disk I/O error", sqlite3.SQLITE_IOERR)
    return done


def _error(text: str, code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError(text)
    error.sqlite_errorcode = code
    return error
