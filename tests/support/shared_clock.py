"""A clock that several processes share, and that goes on only when all of them sleep.

It is a small file in the memory of all: the time, and for each process when it wants to be woken.
A process that does not sleep stops the time; one that is killed has to be let go by its parent.
"""

import asyncio
import mmap
import struct
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

PROCESSES_MAX: Final = 64
_AWAKE: Final = -1.0
_GONE: Final = 0.0
_POLL_SECONDS: Final = 0.0005


@dataclass
class SharedClock:
    """One process's view of the clock; whoever has no slot only reads it."""

    memory: mmap.mmap
    slot: int | None = None
    _sleepers: dict[asyncio.Task[object], float] = field(default_factory=dict)

    @classmethod
    def make(cls, file: Path, moment: datetime) -> "SharedClock":
        """Make a clock that stands at this moment."""
        file.write_bytes(struct.pack("d", moment.timestamp()) + bytes(8 * PROCESSES_MAX))
        return cls.open(file)

    @classmethod
    def open(cls, file: Path, slot: int | None = None) -> "SharedClock":
        """Open the clock, as the process with this slot: it is awake."""
        with file.open("r+b") as opened:
            clock = cls(mmap.mmap(opened.fileno(), 0), slot)
        if slot is not None:
            clock._set(slot, _AWAKE)
        return clock

    def timestamp(self) -> float:
        return self._get(-1)

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.timestamp(), UTC)

    def set(self, moment: datetime) -> None:
        """Turn the clock on, while nobody uses it."""
        self._set(-1, moment.timestamp())

    def let_go(self, slot: int) -> None:
        """Go on without a process that has ended or was killed."""
        self._set(slot, _GONE)

    async def sleep(self, seconds: float) -> None:
        """Come back at that time: when everybody here and elsewhere sleeps, and nobody sooner."""
        task = asyncio.current_task()
        assert task is not None
        assert self.slot is not None
        target = self._sleepers[task] = self.timestamp() + max(0.0, seconds)
        try:
            while not self._is_turn(target):  # noqa: ASYNC110 - others are other processes
                await asyncio.sleep(_POLL_SECONDS)
            self._set(self.slot, _AWAKE)
            self._set(-1, max(target, self.timestamp()))
        finally:
            self._sleepers[task] = _AWAKE

    def _is_turn(self, target: float) -> bool:
        assert self.slot is not None
        here = [at for task, at in self._sleepers.items() if not task.done()]
        if _AWAKE in here:
            return False
        self._set(self.slot, min(here))
        if target > min(here):
            return False
        others = [self._get(number) for number in range(PROCESSES_MAX)]
        return all(at == _GONE or at >= target for at in others)

    def _get(self, number: int) -> float:
        (found,) = struct.unpack_from("d", self.memory, 8 * (number + 1))
        return float(found)

    def _set(self, number: int, value: float) -> None:
        struct.pack_into("d", self.memory, 8 * (number + 1), value)
