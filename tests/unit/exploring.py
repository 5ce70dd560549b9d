"""A small model checker: it visits every state that a way to charge a card can come into.

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
from functools import cache
from typing import Final, NamedTuple

CHARGED_TWICE: Final = "charged twice"
UNRECORDED: Final = "charged and not recorded"
INVENTED: Final = "recorded and not charged"
RESOLD: Final = "charged after its room was given back"
STUCK: Final = "never ended"

NEW, HELD, STORED, WAITING, PAID, FREE = "new", "held", "stored", "waiting", "paid", "free"
"""What our row says; it waits for 3-D Secure, and is free when its room was given back."""

START, DONE, DEAD = "start", "done", "dead"
ENDED: Final = frozenset({DONE, DEAD})


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
Moves = Callable[[int, Stripe, Row, Process], tuple[Move, ...]]


@dataclass(frozen=True)
class Protocol:
    """What a worker does, what recovery does, what a giver does, one step at a time."""

    worker: Program
    recovery: Program
    giver: Program

    def moves(self, group: int, stripe: Stripe, row: Row, process: Process) -> tuple[Move, ...]:
        """Return what a process of this group (see `State.groups`) may do next."""
        program = (self.worker, self.recovery, self.giver)[group]
        return tuple(program(stripe, row, process))


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
    # What a process may do is the same wherever the others are: worked out once.
    moves = cache(protocol.moves)
    while left:
        state = left.pop()
        violations.update(_wrong(state, protocol))
        for after in _followers(state, moves):
            if after not in seen:
                seen.add(after)
                left.append(after)
    return Explored(len(seen), frozenset(violations))


def _followers(state: State, moves: Moves) -> Iterator[State]:
    stripe, row, groups, crashes = state
    if stripe.may_forget and stripe.keys:
        yield State(stripe.forget(), row, groups, crashes)
    for approved in stripe.approve():
        yield State(approved, row, groups, crashes)
    for group, processes in enumerate(groups):
        for place, process in enumerate(processes):
            is_like_the_one_before = place and process == processes[place - 1]
            if is_like_the_one_before or process.step in ENDED:
                continue
            for next_stripe, next_row, moved in moves(group, stripe, row, process):
                yield State(next_stripe, next_row, _with(groups, group, place, moved), crashes)
            if crashes:
                dead = _with(groups, group, place, Process(DEAD))
                yield State(stripe, row, dead, crashes - 1)


def _with(
    groups: tuple[Processes, ...], group: int, place: int, moved: Process
) -> tuple[Processes, ...]:
    # Which process is where does not matter: sorted, the same world is visited once.
    processes = groups[group]
    changed = tuple(sorted((*processes[:place], moved, *processes[place + 1 :])))
    return (*groups[:group], changed, *groups[group + 1 :])


def _wrong(state: State, protocol: Protocol) -> Iterator[str]:
    stripe, row = state.stripe, state.row
    if stripe.charges > 1:
        yield CHARGED_TWICE
    if row.state == FREE and stripe.charges:
        yield RESOLD
    if row.state == PAID and not stripe.charges:
        yield INVENTED
    workers, _, givers = state.groups
    if all(process.step in ENDED for process in (*workers, *givers)):
        ended = _recovered(state, protocol)
        if stripe.charges and row.state != FREE and ended != PAID:
            yield UNRECORDED
        if ended not in {NEW, PAID, FREE}:
            yield STUCK


def _recovered(state: State, protocol: Protocol) -> str:
    """Return what the row says after a recovery that runs alone and undisturbed."""
    stripe, row, process = state.stripe, state.row, Process()
    while process.step not in ENDED:
        moves = list(protocol.recovery(stripe, row, process))
        if not moves:
            break
        stripe, row, process = moves[0]
    return row.state
