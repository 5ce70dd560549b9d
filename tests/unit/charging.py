"""Some ways to charge a card, ours among them, written down for the explorer."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tests.unit.exploring import (
    DONE,
    FREE,
    HELD,
    NEW,
    PAID,
    START,
    STORED,
    WAITING,
    Move,
    Process,
    Program,
    Protocol,
    Row,
    Stripe,
)


def charge_then_record(stripe: Stripe, row: Row, me: Process) -> Iterator[Move]:
    match me.step:
        case "start" if row.state == NEW:
            after, intent = stripe.create(f"fresh{len(stripe.intents)}", "paid")
            yield after, row, Process("charged", intent)
        case "start":
            yield stripe, row, Process(DONE)
        case "charged":
            yield stripe, Row(PAID, me.intent), Process(DONE)


def nothing(stripe: Stripe, row: Row, me: Process) -> Iterator[Move]:
    yield stripe, row, Process(DONE)


def record_then_charge(stripe: Stripe, row: Row, me: Process) -> Iterator[Move]:
    """Write the row, charge under its key, write what came of it."""
    match me.step:
        case "start" if row.state == NEW:
            yield stripe, Row(HELD), Process("send")
        case "start" if row.state == HELD:
            yield stripe, row, Process("send")
        case "start":
            yield stripe, row, Process(DONE)
        case "send":
            after, intent = stripe.create("charge", "paid")
            yield after, row, Process("sent", intent)
        case "sent":
            yield stripe, Row(PAID, me.intent), Process(DONE)


def send_again(stripe: Stripe, row: Row, me: Process) -> Iterator[Move]:
    if me.step == START and row.state != HELD:
        yield stripe, row, Process(DONE)
    else:
        yield from record_then_charge(stripe, row, me)


def mark_as_failed(stripe: Stripe, row: Row, me: Process) -> Iterator[Move]:
    yield stripe, Row(FREE) if row.state == HELD else row, Process(DONE)


def free_without_canceling(stripe: Stripe, row: Row, me: Process) -> Iterator[Move]:
    is_open = row.state in {HELD, STORED, WAITING}
    yield stripe, Row(FREE, row.intent) if is_open else row, Process(DONE)


def look_then_charge(stripe: Stripe, row: Row, me: Process) -> Iterator[Move]:
    """Ask Stripe whether it was charged; if not, charge."""
    match me.step:
        case "start" if row.state != HELD:
            yield stripe, row, Process(DONE)
        case "start" if stripe.charges:
            yield stripe, Row(PAID, 0), Process(DONE)
        case "start":
            yield stripe, row, Process("send")
        case _:
            yield from record_then_charge(stripe, row, me)


@dataclass(frozen=True)
class TwoCalls:
    """Create an intent, store its id, confirm it; a refused creation declines some rows."""

    is_compared: bool
    declines: frozenset[str] = frozenset({HELD})
    shares_key: bool = True
    """Whether all workers create under one key: not those of other versions or addresses."""

    def __call__(self, stripe: Stripe, row: Row, me: Process) -> Iterator[Move]:
        steps: dict[str, Program] = {
            START: self._start,
            "create": self._create,
            "store": self._compare_and_store if self.is_compared else self._overwrite,
            "read": self._read,
            "confirm": self._confirm,
            "settle": self._settle,
        }
        yield from steps[me.step](stripe, row, me)

    def _start(self, stripe: Stripe, row: Row, me: Process) -> Iterator[Move]:
        if row.state in {NEW, HELD}:
            yield stripe, Row(HELD), Process("create")
        else:
            yield from self._read(stripe, row, me)

    def _create(self, stripe: Stripe, row: Row, me: Process) -> Iterator[Move]:
        key = "create" if self.shares_key else f"create{len(stripe.intents)}"
        after, intent = stripe.create(key, "open")
        yield after, row, Process("store", intent)
        if after.intents != stripe.intents and stripe.intents:
            # The key is forgotten, and the card's token may be used up by then.
            yield stripe, Row(FREE) if row.state in self.declines else row, Process(DONE)

    def _compare_and_store(self, stripe: Stripe, row: Row, me: Process) -> Iterator[Move]:
        stored = Row(STORED, me.intent) if row.state == HELD else row
        yield stripe, stored, Process("read")

    def _overwrite(self, stripe: Stripe, row: Row, me: Process) -> Iterator[Move]:
        if row.state in {HELD, STORED}:
            yield stripe, Row(STORED, me.intent), Process("confirm", me.intent)
        else:
            yield stripe, row, Process(DONE)

    def _read(self, stripe: Stripe, row: Row, me: Process) -> Iterator[Move]:
        if row.state == STORED and row.intent is not None:
            yield stripe, row, Process("confirm", row.intent)
        else:
            yield stripe, row, Process(DONE)

    def _confirm(self, stripe: Stripe, row: Row, me: Process) -> Iterator[Move]:
        for after in stripe.confirm(me.intent):
            yield after, row, Process("settle", me.intent)

    def _settle(self, stripe: Stripe, row: Row, me: Process) -> Iterator[Move]:
        yield stripe, _settled(stripe, row, me.intent), Process(DONE)


def cancel_first(stripe: Stripe, row: Row, me: Process) -> Iterator[Move]:
    """Give up a row without an intent; cancel an intent, and adopt what Stripe says then."""
    if me.step == START and row.state == HELD:
        yield stripe, Row(FREE), Process(DONE)
    elif me.step == START and row.state == STORED:
        assert row.intent is not None
        yield stripe, row, Process("cancel", row.intent)
    else:
        yield from cancel_while_waiting(stripe, row, me)


def cancel_while_waiting(stripe: Stripe, row: Row, me: Process) -> Iterator[Move]:
    """Take a pledge back that waits for 3-D Secure: cancel, and adopt what Stripe says then."""
    match me.step:
        case "start" if row.state == WAITING:
            assert row.intent is not None
            yield stripe, row, Process("cancel", row.intent)
        case "start":
            yield stripe, row, Process(DONE)
        case "cancel":
            yield stripe.cancel(me.intent), row, Process("settle", me.intent)
        case "settle":
            yield stripe, _settled(stripe, row, me.intent), Process(DONE)


def free_while_waiting(stripe: Stripe, row: Row, me: Process) -> Iterator[Move]:
    """Take a pledge back that waits, and believe that nobody approves it any more."""
    yield stripe, Row(FREE, row.intent) if row.state == WAITING else row, Process(DONE)


def _settled(stripe: Stripe, row: Row, intent: int) -> Row:
    """Bring the row to what Stripe says; a row that has ended stays."""
    if row.state not in {STORED, WAITING}:
        return row
    says = {"paid": PAID, "canceled": FREE, "waiting": WAITING}
    state = says.get(stripe.intents[intent], row.state)
    return Row(state, intent)


overwrite_then_confirm: Final[Program] = TwoCalls(is_compared=False)
compare_then_confirm: Final[Program] = TwoCalls(is_compared=True)

OURS: Final = Protocol(compare_then_confirm, cancel_first, cancel_while_waiting)
OURS_WITHOUT_A_COMMON_KEY: Final = Protocol(
    TwoCalls(is_compared=True, shares_key=False), cancel_first, cancel_while_waiting
)
WRONG: Final = {
    "charge, then record": Protocol(charge_then_record, nothing, nothing),
    "record, charge, recovery sends the key again": Protocol(
        record_then_charge, send_again, nothing
    ),
    "record, charge, recovery marks as failed": Protocol(
        record_then_charge, mark_as_failed, nothing
    ),
    "record, charge, recovery looks and then charges": Protocol(
        record_then_charge, look_then_charge, nothing
    ),
    "create, store by overwriting, confirm": Protocol(
        overwrite_then_confirm, cancel_first, nothing
    ),
    "ours, but a refused creation declines whatever is stored": Protocol(
        TwoCalls(is_compared=True, declines=frozenset({HELD, STORED})), cancel_first, nothing
    ),
    "ours, but recovery gives up without canceling": Protocol(
        compare_then_confirm, free_without_canceling, nothing
    ),
    "ours, but the giver takes back without canceling": Protocol(
        compare_then_confirm, cancel_first, free_while_waiting
    ),
    "ours, but nobody recovers": Protocol(compare_then_confirm, nothing, cancel_while_waiting),
}
"""The first five are those of the design's table; the others break one rule of ours each."""
