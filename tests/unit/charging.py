"""Some ways to charge a card, and a small model checker that visits every state of each.

A state is small: what Stripe knows, what our row says, and where each process is. A step of any
process, a crash of any process, and the moment when Stripe forgets its keys may come at any time.
What is looked for:

- the card is charged twice for one pledge,
- everything has ended, and the card is charged though our row does not say so,
- everything has ended, and our row says that the card is charged though it is not,
- room that was given back is charged after all.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

CHARGED_TWICE: Final = "charged twice"
UNRECORDED: Final = "charged and not recorded"
INVENTED: Final = "recorded and not charged"
RESOLD: Final = "charged after its room was given back"

NEW, HELD, STORED, PAID, FREE = "new", "held", "stored", "paid", "free"
"""What our row says; it is free when its room was given back."""

START, DONE, DEAD = "start", "done", "dead"


class Stripe(NamedTuple):
    """What Stripe knows: each intent's status, and which keys it remembers."""

    intents: tuple[str, ...] = ()
    """`open`, `paid` or `canceled`; an intent's id is its place."""
    keys: tuple[tuple[str, int], ...] = ()
    charges: int = 0
    may_forget: bool = True

    def remembered(self, key: str) -> int | None:
        return dict(self.keys).get(key)

    def create(self, key: str, status: str) -> tuple["Stripe", int]:
        """Make an intent, or give the one that this key made before."""
        if (known := self.remembered(key)) is not None:
            return self, known
        new = len(self.intents)
        made = self._replace(
            intents=(*self.intents, status),
            keys=(*self.keys, (key, new)),
            charges=self.charges + (status == "paid"),
        )
        return made, new

    def confirm(self, intent: int) -> "Stripe":
        """Take the money once, if the intent still allows it."""
        if self.intents[intent] != "open":
            return self
        return self._with(intent, "paid")._replace(charges=self.charges + 1)

    def cancel(self, intent: int) -> "Stripe":
        return self._with(intent, "canceled") if self.intents[intent] == "open" else self

    def forget(self) -> "Stripe":
        return self._replace(keys=(), may_forget=False)

    def _with(self, intent: int, status: str) -> "Stripe":
        intents = list(self.intents)
        intents[intent] = status
        return self._replace(intents=tuple(intents))


class Row(NamedTuple):
    """Our row of the pledge."""

    state: str = NEW
    intent: int | None = None


class Process(NamedTuple):
    """Where a process is, and what it has in its memory."""

    step: str = START
    intent: int | None = None


Processes = tuple[Process, ...]


class State(NamedTuple):
    """The whole world."""

    stripe: Stripe
    row: Row
    workers: Processes
    recoveries: Processes
    crashes: int


Move = tuple[Stripe, Row, Process]
Program = Callable[[Stripe, Row, Process], Iterator[Move]]


@dataclass(frozen=True)
class Protocol:
    """What a worker does, and what recovery does, one step at a time."""

    worker: Program
    recovery: Program


@dataclass(frozen=True)
class Explored:
    """What was found."""

    states: int
    violations: frozenset[str]


def explore(protocol: Protocol, *, workers: int, recoveries: int, crashes: int) -> Explored:
    """Visit every state that can be reached, in whatever order things happen."""
    first = State(Stripe(), Row(), (Process(),) * workers, (Process(),) * recoveries, crashes)
    seen, left = {first}, [first]
    violations: set[str] = set()
    while left:
        state = left.pop()
        violations.update(_wrong(state, protocol))
        for after in _followers(state, protocol):
            if after not in seen:
                seen.add(after)
                left.append(after)
    return Explored(len(seen), frozenset(violations))


def _followers(state: State, protocol: Protocol) -> Iterator[State]:
    if state.stripe.may_forget and state.stripe.keys:
        yield state._replace(stripe=state.stripe.forget())
    for stripe, row, workers in _steps(state, state.workers, protocol.worker):
        yield state._replace(stripe=stripe, row=row, workers=workers)
    for stripe, row, recoveries in _steps(state, state.recoveries, protocol.recovery):
        yield state._replace(stripe=stripe, row=row, recoveries=recoveries)
    if state.crashes:
        for workers in _deaths(state.workers):
            yield state._replace(crashes=state.crashes - 1, workers=workers)
        for recoveries in _deaths(state.recoveries):
            yield state._replace(crashes=state.crashes - 1, recoveries=recoveries)


def _steps(
    state: State, processes: Processes, program: Program
) -> Iterator[tuple[Stripe, Row, Processes]]:
    for place, process in enumerate(processes):
        if process.step not in {DONE, DEAD}:
            for stripe, row, moved in program(state.stripe, state.row, process):
                yield stripe, row, _with(processes, place, moved)


def _deaths(processes: Processes) -> Iterator[Processes]:
    for place, process in enumerate(processes):
        if process.step not in {DONE, DEAD}:
            yield _with(processes, place, Process(DEAD))


def _with(processes: Processes, place: int, moved: Process) -> Processes:
    # Which process is where does not matter: sorted, the same world is visited once.
    return tuple(sorted((*processes[:place], moved, *processes[place + 1 :]), key=repr))


def _wrong(state: State, protocol: Protocol) -> Iterator[str]:
    stripe, row = state.stripe, state.row
    if stripe.charges > 1:
        yield CHARGED_TWICE
    if row.state == FREE and stripe.charges:
        yield RESOLD
    if row.state == PAID and not stripe.charges:
        yield INVENTED
    has_ended = all(process.step in {DONE, DEAD} for process in state.workers)
    if has_ended and stripe.charges and row.state != FREE and not _is_recovered(state, protocol):
        yield UNRECORDED


def _is_recovered(state: State, protocol: Protocol) -> bool:
    """Say whether a recovery that runs alone and undisturbed brings the row to paid."""
    stripe, row, process = state.stripe, state.row, Process()
    while process.step not in {DONE, DEAD}:
        moves = list(protocol.recovery(stripe, row, process))
        if not moves:
            break
        stripe, row, process = moves[0]
    return row.state == PAID


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
    yield stripe, Row(FREE, row.intent) if row.state in {HELD, STORED} else row, Process(DONE)


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
        after, intent = stripe.create("create", "open")
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
        is_stored = row.state == STORED
        yield stripe, row, Process("confirm", row.intent) if is_stored else Process(DONE)

    def _confirm(self, stripe: Stripe, row: Row, me: Process) -> Iterator[Move]:
        assert me.intent is not None
        yield stripe.confirm(me.intent), row, Process("settle", me.intent)

    def _settle(self, stripe: Stripe, row: Row, me: Process) -> Iterator[Move]:
        yield stripe, _settled(stripe, row, me.intent), Process(DONE)


def cancel_first(stripe: Stripe, row: Row, me: Process) -> Iterator[Move]:
    """Give up a row without an intent; cancel an intent, and adopt what Stripe says then."""
    match me.step:
        case "start" if row.state == HELD:
            yield stripe, Row(FREE), Process(DONE)
        case "start" if row.state == STORED:
            yield stripe, row, Process("cancel", row.intent)
        case "start":
            yield stripe, row, Process(DONE)
        case "cancel":
            assert me.intent is not None
            yield stripe.cancel(me.intent), row, Process("settle", me.intent)
        case "settle":
            yield stripe, _settled(stripe, row, me.intent), Process(DONE)


def _settled(stripe: Stripe, row: Row, intent: int | None) -> Row:
    assert intent is not None
    if row.state != STORED:
        return row
    return {"paid": Row(PAID, intent), "canceled": Row(FREE, intent)}.get(
        stripe.intents[intent], row
    )


overwrite_then_confirm: Final[Program] = TwoCalls(is_compared=False)
compare_then_confirm: Final[Program] = TwoCalls(is_compared=True)

OURS: Final = Protocol(compare_then_confirm, cancel_first)
WRONG: Final = {
    "charge, then record": Protocol(charge_then_record, nothing),
    "record, charge, recovery sends the key again": Protocol(record_then_charge, send_again),
    "record, charge, recovery marks as failed": Protocol(record_then_charge, mark_as_failed),
    "record, charge, recovery looks and then charges": Protocol(
        record_then_charge, look_then_charge
    ),
    "create, store by overwriting, confirm": Protocol(overwrite_then_confirm, cancel_first),
    "ours, but a refused creation declines whatever is stored": Protocol(
        TwoCalls(is_compared=True, declines=frozenset({HELD, STORED})), cancel_first
    ),
}
