"""Some ways to charge a card, and a small model checker that visits every state of each.

A state is small: what Stripe knows, what our row says, and where each process is: workers, which
charge; recoveries, which end what was left; and givers, who cancel while their bank asks them. A
step of any process, a crash of any process, an approval by the giver, and the moment when Stripe
forgets its keys may come at any time. What is looked for:

- the card is charged twice for one pledge,
- everything has ended, and the card is charged though our row does not say so,
- everything has ended, and our row says that the card is charged though it is not,
- room that was given back is charged after all,
- everything has ended, and no recovery ever ends the row.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

CHARGED_TWICE: Final = "charged twice"
UNRECORDED: Final = "charged and not recorded"
INVENTED: Final = "recorded and not charged"
RESOLD: Final = "charged after its room was given back"
STUCK: Final = "never ended"

NEW, HELD, STORED, WAITING, PAID, FREE = "new", "held", "stored", "waiting", "paid", "free"
"""What our row says; it waits for 3-D Secure, and is free when its room was given back."""

START, DONE, DEAD = "start", "done", "dead"


class Stripe(NamedTuple):
    """What Stripe knows: each intent's status, and which keys it remembers."""

    intents: tuple[str, ...] = ()
    """`open`, `waiting`, `paid` or `canceled`; an intent's id is its place."""
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

    def confirm(self, intent: int) -> Iterator["Stripe"]:
        """Take the money once, or ask the giver first, if the intent still allows it."""
        if self.intents[intent] != "open":
            yield self
        else:
            yield self._paid(intent)
            yield self._with(intent, "waiting")

    def approve(self) -> Iterator["Stripe"]:
        """Let the giver approve what waits; the money is taken without anybody of ours."""
        for intent, status in enumerate(self.intents):
            if status == "waiting":
                yield self._paid(intent)

    def cancel(self, intent: int) -> "Stripe":
        is_over = self.intents[intent] in {"paid", "canceled"}
        return self if is_over else self._with(intent, "canceled")

    def forget(self) -> "Stripe":
        return self._replace(keys=(), may_forget=False)

    def _paid(self, intent: int) -> "Stripe":
        return self._with(intent, "paid")._replace(charges=self.charges + 1)

    def _with(self, intent: int, status: str) -> "Stripe":
        intents = list(self.intents)
        intents[intent] = status
        return self._replace(intents=tuple(intents))


class Row(NamedTuple):
    """Our row of the pledge."""

    state: str = NEW
    intent: int | None = None


class Process(NamedTuple):
    """Where a process is, and which intent it has in its memory, if one."""

    step: str = START
    intent: int = -1


Processes = tuple[Process, ...]


class State(NamedTuple):
    """The whole world."""

    stripe: Stripe
    row: Row
    groups: tuple[Processes, ...]
    """Workers, recoveries, givers."""
    crashes: int


Move = tuple[Stripe, Row, Process]
Program = Callable[[Stripe, Row, Process], Iterator[Move]]


@dataclass(frozen=True)
class Protocol:
    """What a worker does, what recovery does, what a giver does, one step at a time."""

    worker: Program
    recovery: Program
    giver: Program

    @property
    def programs(self) -> tuple[Program, Program, Program]:
        return self.worker, self.recovery, self.giver


@dataclass(frozen=True)
class Explored:
    """What was found."""

    states: int
    violations: frozenset[str]


def explore(
    protocol: Protocol, *, workers: int, recoveries: int, crashes: int, givers: int = 0
) -> Explored:
    """Visit every state that can be reached, in whatever order things happen."""
    groups = tuple((Process(),) * count for count in (workers, recoveries, givers))
    first = State(Stripe(), Row(), groups, crashes)
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
    for stripe in state.stripe.approve():
        yield state._replace(stripe=stripe)
    for number, program in enumerate(protocol.programs):
        processes = state.groups[number]
        for place, process in enumerate(processes):
            if process.step in {DONE, DEAD}:
                continue
            for stripe, row, moved in program(state.stripe, state.row, process):
                groups = _with(state.groups, number, place, moved)
                yield State(stripe, row, groups, state.crashes)
            if state.crashes:
                groups = _with(state.groups, number, place, Process(DEAD))
                yield State(state.stripe, state.row, groups, state.crashes - 1)


def _with(
    groups: tuple[Processes, ...], number: int, place: int, moved: Process
) -> tuple[Processes, ...]:
    # Which process is where does not matter: sorted, the same world is visited once.
    processes = groups[number]
    changed = tuple(sorted((*processes[:place], moved, *processes[place + 1 :])))
    return (*groups[:number], changed, *groups[number + 1 :])


def _wrong(state: State, protocol: Protocol) -> Iterator[str]:
    stripe, row = state.stripe, state.row
    if stripe.charges > 1:
        yield CHARGED_TWICE
    if row.state == FREE and stripe.charges:
        yield RESOLD
    if row.state == PAID and not stripe.charges:
        yield INVENTED
    workers, _, givers = state.groups
    if all(process.step in {DONE, DEAD} for process in (*workers, *givers)):
        ended = _recovered(state, protocol)
        if stripe.charges and row.state != FREE and ended != PAID:
            yield UNRECORDED
        if ended not in {NEW, PAID, FREE}:
            yield STUCK


def _recovered(state: State, protocol: Protocol) -> str:
    """Return what the row says after a recovery that runs alone and undisturbed."""
    stripe, row, process = state.stripe, state.row, Process()
    while process.step not in {DONE, DEAD}:
        moves = list(protocol.recovery(stripe, row, process))
        if not moves:
            break
        stripe, row, process = moves[0]
    return row.state


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
