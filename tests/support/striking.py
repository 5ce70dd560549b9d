"""The k-th crossing of a boundary, and what happens to it.

A crossing is a question that the product asks of somebody else, with its answer: a round trip to
PostgreSQL, a statement of SQLite, a request to Stripe.
"""

import os
import signal
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, Literal

Boundary = Literal["postgres", "sqlite", "stripe"]

KILL_BEFORE: Final = "kill before"
KILL_AFTER: Final = "kill after"
DROP_BEFORE: Final = "drop before"
DROP_AFTER: Final = "drop after"


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong, and at which crossing of which boundary."""

    boundary: Boundary
    mode: str
    at: int


class Striker:
    """Counts the crossings of one boundary, and says which of them is struck.

    Attributes:
        victim: The process that asks at present.
        struck: The process that met the fault; zero as long as none did.
    """

    def __init__(self, boundary: Boundary) -> None:
        self.boundary = boundary
        self.victim = 0
        self.count = 0
        self.struck = 0
        self._is_counting = False
        self._fault: Fault | None = None

    def arm(self, fault: Fault | None) -> None:
        """Count from one, from now on; strike if this boundary is to be struck."""
        self.count, self.struck, self._is_counting = 0, 0, True
        self._fault = fault if fault is not None and fault.boundary == self.boundary else None

    def disarm(self) -> None:
        """Let everything pass, and count no longer."""
        self._is_counting, self._fault = False, None

    def cross(self) -> str | None:
        """Count a crossing; return what has to happen to it, if something has to."""
        if not self._is_counting:
            return None
        self.count += 1
        if self._fault is None or self._fault.at != self.count:
            return None
        self.struck = self.victim
        return self._fault.mode

    def kill(self) -> None:
        """Kill whoever was struck; by now it may be another process that asks."""
        if self.struck:
            with suppress(ProcessLookupError):
                os.kill(self.struck, signal.SIGKILL)
