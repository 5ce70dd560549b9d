"""Two servers on one database, the jobs, Stripe's stand-in; and whether their books agree."""

import asyncio
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Barrier
from typing import Any, Final, TypeVar
from uuid import UUID

import httpx

from tests.api.world import Shared, World, pledge_of
from tests.support.commands import Commands
from tests.support.http import Api, Json
from tests.support.server import Sandbox, eventually
from wishcli.outcomes import FOUND, TRY_LATER
from wishcore import db, invariants
from wishcore.db.queries import Value

T = TypeVar("T")

MINUTE: Final = 60
DAY: Final = 86_400
ROUNDS_MAX: Final = 3
"""So many runs of the jobs may healing take."""
UNCHARGED: Final = frozenset({"declined", "abandoned"})
GIVEN_BACK: Final = frozenset({"refund_pending", "refunded"})
FINAL: Final = frozenset(
    {"paid", "refunded", "refund_failed", "disputed", "lost"} | UNCHARGED
)  # fmt: skip
RECOVERY_AFTER: Final = (11 * MINUTE, 32 * MINUTE, 64 * MINUTE, 96 * MINUTE)
"""How far ahead of the servers' clocks the jobs run that heal; the last only where it may."""


@dataclass
class Stage:
    """Everything, and how to let two things happen at once."""

    one: World
    other: World
    commands: Commands
    pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(16))

    @property
    def sandbox(self) -> Sandbox:
        """Stripe's stand-in, which both servers talk to."""
        return self.one.sandbox

    @property
    def url(self) -> str:
        """The database of both."""
        return self.one.server.environment["DATABASE_URL"]

    def there(self, who: Api) -> Api:
        """Return the same person at the other server."""
        return self.other.nobody.signed(who.token)

    def guests(self, count: int) -> list[Api]:
        """Make givers, fast."""
        return [self.one.guest(f"Giver{number}") for number in range(count)]

    def together(self, works: Sequence[Callable[[], T]]) -> list[T]:
        """Do all of it at the same moment (sixteen at most)."""
        gate = Barrier(len(works))

        def work(one: Callable[[], T]) -> T:
            gate.wait(30)
            return one()

        return list(self.pool.map(work, works))

    def begin(self, work: Callable[[], T]) -> "Callable[[], T]":
        """Begin something, and return how to wait for it."""
        return self.pool.submit(work).result

    def job(self, name: str, *, ahead: int = 0) -> None:
        """Run a job of the scheduler, with its clock ahead.

        75 asks to come again, and is done; with 1 it names refunds that failed, and nothing else.
        """
        command = self.commands.start(name, "--json", WISH_CLOCK_OFFSET_SECONDS=str(ahead))
        code, said = command.code(), command.output()
        if code == FOUND:
            named = set(re.findall(r"^wish: pledge (\S+): its refund failed", said, re.MULTILINE))
            failed = self.select("SELECT id FROM pledge WHERE state = 'refund_failed'")
            assert named, said
            assert named <= {str(row["id"]) for row in failed}, said
            assert "Traceback" not in said, said
            assert "refuses" not in said, said
        else:
            assert code in {0, TRY_LATER}, said

    def select(self, sql: str, **values: Value) -> list[Any]:
        """Look into the database."""
        return asyncio.run(_select(self.url, sql, values))

    def heal(self, *lists: Shared) -> int:
        """End every fault, and run the jobs until all is over; return how often that took."""
        httpx.delete(f"{self.sandbox.url}/_sandbox/faults").raise_for_status()
        for number, ahead in enumerate(RECOVERY_AFTER, 1):
            self.sandbox.control("settle")
            eventually(lambda: not self.sandbox.queued(), what="all notices came", seconds=30)
            self.job("tick", ahead=ahead)
            states = {row["state"] for row in self.pledges(*lists)}
            if states <= FINAL:
                return number
        raise AssertionError(f"Something is stuck: {self.pledges(*lists)}")

    def pledges(self, *lists: Shared) -> list[Any]:
        """Return the pledges of these lists, as the database has them."""
        return [
            row
            for shared in lists
            for row in self.select(
                "SELECT id, amount_minor, state, item_id FROM pledge WHERE list_id = :list",
                list=UUID(shared.list_id),
            )
        ]

    def agree(self, *lists: Shared) -> Counter[str]:
        """Fail unless every invariant holds and each cent is where Stripe's book has it."""
        found = asyncio.run(_findings(self.url))
        assert found == []
        states: Counter[str] = Counter()
        for shared in lists:
            rows = self.sandbox.payments("list", shared.list_id)
            pledges = {str(row["id"]): row for row in self.pledges(shared)}
            assert {str(row["metadata"]["pledge"]) for row in rows} <= pledges.keys()  # type: ignore[index]
            for pledge_id, pledge in pledges.items():
                mine = [row for row in rows if row["metadata"]["pledge"] == pledge_id]  # type: ignore[index]
                compare(pledge, mine)
                states[pledge["state"]] += 1
        return states


def compare(pledge: Any, rows: Sequence[Any]) -> None:
    """Fail unless Stripe charged and gave back what the pledge says."""

    def total(column: str) -> int:
        return sum(int(row[column]) for row in rows)

    state, amount = str(pledge["state"]), int(pledge["amount_minor"])
    is_charged = state not in UNCHARGED
    said = (dict(pledge), [dict(row) for row in rows])
    assert total("charged_count") == int(is_charged), said
    assert total("charged_total") == is_charged * amount, said
    given_back = total("refunded_total") - total("refund_failed_total")
    assert given_back == (state in GIVEN_BACK) * amount, said
    live = total("refunded_count") - total("refund_failed_count")
    assert live == int(state in GIVEN_BACK), said
    lost = total("disputed_count") - total("reinstated_count")
    assert lost == int(state in {"lost", "disputed"}), said


def send(who: Api, shared: Shared, body: Json) -> int:
    """Pledge, and return the status; 0 when there is no answer."""
    try:
        return who.send("POST", shared.pledges, body).status_code
    except httpx.TransportError:
        return 0


def pledge_with(card: str, amount: int | None = None) -> Json:
    """Return the body of a pledge with this card or token."""
    body = pledge_of(amount, payment_method=card)
    if card.startswith("tok_"):
        body["token"] = body.pop("payment_method")
    return body


def item_on(shared: Shared, *, price: int) -> Shared:
    """Put another item on the list."""
    made = shared.world.item(shared.owner.api, shared.list_id, price=price)
    return Shared(shared.world, shared.owner, shared.list_id, made["id"], shared.token)


@contextmanager
def rules(sandbox: Sandbox, *orders: Json) -> Iterator[None]:
    """Let several things go wrong."""
    sandbox.control("faults", {"rules": list(orders)})
    try:
        yield
    finally:
        httpx.delete(f"{sandbox.url}/_sandbox/faults").raise_for_status()


def did(sandbox: Sandbox) -> Counter[str]:
    """Return how often each fault was delivered."""
    done: Counter[str] = Counter()
    for rule in httpx.get(f"{sandbox.url}/_sandbox/faults").json()["rules"]:
        done.update(rule["did"])
    return done


async def _findings(url: str) -> list[Any]:
    await db.connect(url, pool_max=1)
    try:
        # What is in progress is not stuck yet: the jobs' clocks were ahead of this one.
        found = await invariants.check(now=datetime.now(UTC))
        return [one for one in found if one.fact in invariants.INVARIANTS]
    finally:
        await db.disconnect()


async def _select(url: str, sql: str, values: dict[str, Value]) -> list[Any]:
    await db.connect(url, pool_max=1)
    try:
        return [dict(row) for row in await db.rows(sql, **values)]
    finally:
        await db.disconnect()
