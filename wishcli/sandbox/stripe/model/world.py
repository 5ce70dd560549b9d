"""The whole state of one sandbox, its clock, and who wants to hear of changes."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from msgspec import Struct
from msgspec import field as struct_field

from wishcli.sandbox.stripe.config import SandboxConfig
from wishcli.sandbox.stripe.model.book import Book
from wishcli.sandbox.stripe.model.objects import (
    BalanceTransaction,
    Charge,
    Dispute,
    Event,
    Intent,
    PaymentMethod,
    Refund,
    Step,
    StoredAnswer,
)


class State(Struct, kw_only=True):
    """Everything that survives a restart. Dictionaries are in order of creation."""

    clock_offset_seconds: float = 0.0
    used_tokens: set[str] = struct_field(default_factory=set)
    payment_methods: dict[str, PaymentMethod] = struct_field(default_factory=dict)
    intents: dict[str, Intent] = struct_field(default_factory=dict)
    charges: dict[str, Charge] = struct_field(default_factory=dict)
    refunds: dict[str, Refund] = struct_field(default_factory=dict)
    disputes: dict[str, Dispute] = struct_field(default_factory=dict)
    transactions: dict[str, BalanceTransaction] = struct_field(default_factory=dict)
    underway: dict[str, BalanceTransaction] = struct_field(default_factory=dict)
    """What was charged and has not reached the balance, by charge: nobody is shown it yet."""
    events: dict[str, Event] = struct_field(default_factory=dict)
    authentications: dict[str, str] = struct_field(default_factory=dict)
    steps: list[Step] = struct_field(default_factory=list)
    answers: dict[str, StoredAnswer] = struct_field(default_factory=dict)
    book: Book = struct_field(default_factory=Book)


@dataclass(frozen=True, slots=True)
class Cause:
    """The request that made something happen."""

    request_id: str
    idempotency_key: str | None


def _nobody(_event: Event) -> None:
    """Stand for a listener until there is one."""


@dataclass(slots=True, kw_only=True)
class World:
    """The state with what is needed to change it.

    Every change is made by synchronous code on one event loop, so each is atomic.
    """

    config: SandboxConfig
    api_version: str
    state: State = field(default_factory=State)
    cause: Cause | None = None
    event_listener: Callable[[Event], None] = _nobody
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def time(self) -> float:
        """Give the time of the sandbox clock, which may run ahead of the real one."""
        return time.time() + self.state.clock_offset_seconds

    def now(self) -> int:
        """Give the time in whole seconds, as objects carry it."""
        return int(self.time())

    @contextmanager
    def caused_by(self, cause: Cause) -> Iterator[None]:
        """Name a request as the cause of the events recorded inside the block.

        The block must not await: it is what one request does in one step.
        """
        self.cause = cause
        try:
            yield
        finally:
            self.cause = None
