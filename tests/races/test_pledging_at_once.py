"""Many people pledge at the same moment: an item is filled exactly, and never over-funded."""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

import asyncpg
import pytest

from tests.support.actor import GiveBack, Job, Order, Pledge, Reprice, Withdraw, perform
from tests.support.books import broken
from tests.support.crowd import Ask, at_once, crowd
from tests.support.makers import MINUTE, Wish, World, refusal
from tests.support.proof import Proof
from wishcore import visitors
from wishcore.ids import new_id
from wishcore.pledges import holding
from wishcore.pledges.models import FundingState

T = TypeVar("T")

INSTANT = timedelta(microseconds=1)
CARDS = (
    "pm_card_visa", "pm_card_visa", "pm_card_visa", "pm_card_chargeDeclined",
    "pm_card_authenticationRequired", "pm_sandbox_processing", "pm_sandbox_processingDeclined",
    "pm_card_pendingRefund",
)  # fmt: skip


def pledge(
    world: World,
    wish: Wish,
    guest: visitors.Guest,
    amount: int | None,
    card: str = "pm_card_visa",
) -> Pledge:
    return Pledge(
        guest=guest,
        token=wish.token,
        item_id=wish.item_id,
        id=new_id(),
        amount=amount,
        card=card,
        now=world.now,
    )


async def charged(world: World) -> int:
    return sum(intent["charged_total"] for intent in await world.sandbox.intents())


async def test_fifty_pledgers_fill_an_item_exactly(world: World, db: str) -> None:
    wish = await world.wish(10_000)
    guests = [await world.guest() for _ in range(5)]
    orders = [pledge(world, wish, guests[number % 5], 400) for number in range(50)]
    answers = Counter(await at_once(world, db, orders))
    assert answers.pop("done") == 25
    assert set(answers) <= {"pledge_exceeds_remaining", "item_not_open"}
    funding = await world.funding(wish)
    assert (funding.held_minor, funding.paid_minor) == (10_000, 10_000)
    assert funding.state is FundingState.RESERVED
    assert await charged(world) == 25 * 400, "What was answered is what was charged."


async def test_pledges_of_all_sizes(world: World, db: str) -> None:
    chance = random.Random(7)
    wish = await world.wish(10_000)
    guest = await world.guest()
    orders = [pledge(world, wish, guest, chance.randint(50, 3_000)) for _ in range(30)]
    answers = await at_once(world, db, orders)
    accepted = sum(
        order.amount or 0 for order, answer in zip(orders, answers, strict=True) if answer == "done"
    )
    assert await charged(world) == accepted <= 10_000
    assert 10_000 - accepted == 0 or 10_000 - accepted >= 50, "The rest can be paid."
    assert (await world.funding(wish)).paid_minor == accepted


async def test_the_same_pledge_ten_times_at_once(world: World, db: str) -> None:
    # Two processes take seconds to start; many tasks meet in another way each time.
    for amount in (4_000, None) if db.startswith("sqlite") else (4_000, None) * 5:
        wish = await world.wish(10_000)
        one = pledge(world, wish, await world.guest(), amount)
        answers = await at_once(world, db, [one] * 10)
        assert set(answers) == {"done"}
        (intent,) = await world.sandbox.intents_of(one.id)
        assert (intent["charged_count"], intent["charged_total"]) == (1, amount or 10_000)


@pytest.mark.only("postgres")
async def test_the_same_pledge_takes_the_room_between_two_reads(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever finds the room gone must not be told so if it was this very pledge that took it."""
    wish = await world.wish(10_000)
    one = pledge(world, wish, await world.guest(), None)
    has_read, is_paid = asyncio.Event(), asyncio.Event()

    async def first() -> str:
        await has_read.wait()
        answer = await perform(one, world.payments)
        is_paid.set()
        return answer

    def pausing(read: Callable[..., Awaitable[T]]) -> Callable[..., Awaitable[T]]:
        async def run(*args: object) -> T:
            found = await read(*args)
            if not has_read.is_set():
                has_read.set()
                await is_paid.wait()
            return found

        return run

    for name in ("_context", "find_pledge"):
        monkeypatch.setattr(holding, name, pausing(getattr(holding, name)))
    async with asyncio.timeout(10):
        answers = await asyncio.gather(first(), perform(one, world.payments))
    assert set(answers) == {"done"}
    assert await charged(world) == 10_000


async def test_ten_want_all_that_is_left(world: World, db: str) -> None:
    wish = await world.wish(10_000)
    await world.pledge(wish, 1_234)
    guest = await world.guest()
    orders = [pledge(world, wish, guest, None) for _ in range(10)]
    answers = Counter(await at_once(world, db, orders))
    assert answers.pop("done") == 1
    assert set(answers) <= {"pledge_exceeds_remaining", "item_not_open"}
    assert await charged(world) == 10_000


def _script(
    world: World, wish: Wish, guest: visitors.Guest, earlier: Pledge, chance: random.Random
) -> list[Order]:
    """Return what happens around a deadline, in no order."""
    just_before = wish.deadline - INSTANT
    world.now = just_before
    orders: list[Order] = [
        pledge(world, wish, guest, chance.choice([None, 1_000, 2_500, 4_000]), chance.choice(CARDS))
        for _ in range(8)
    ]
    owned, item_id = wish.list, wish.item_id
    orders += [
        Reprice(owned=owned, item_id=item_id, price=chance.randint(50, 12_000), now=just_before)
        for _ in range(2)
    ]
    orders += [
        GiveBack(guest=guest, id=earlier.id, now=just_before),
        Job(name="expire", now=wish.deadline),
        Job(name="expire", now=wish.deadline),
        Job(name="refund", now=wish.deadline),
        Job(name="recover", now=wish.deadline + 31 * MINUTE),
    ]
    if chance.random() < 0.5:
        orders.append(Withdraw(owned=owned, item_id=item_id, now=just_before))
    chance.shuffle(orders)
    return orders


@pytest.mark.parts(10)
async def test_everything_around_a_deadline(world: World, db: str, proof: Proof) -> None:
    async with crowd(world, db) as ask:
        for _ in range(proof.size(change=10, long=200)):
            seed = proof.random.randrange(2**32)
            try:
                await one_deadline(world, ask, random.Random(seed), proof)
            except AssertionError as error:
                raise AssertionError(f"seed {seed}: {error}") from error


async def one_deadline(world: World, ask: Ask, chance: random.Random, proof: Proof) -> None:
    wish = await world.wish(10_000)
    guest = await world.guest()
    earlier = pledge(world, wish, guest, 3_000)
    assert await perform(earlier, world.payments) == "done"
    answers = await ask(_script(world, wish, guest, earlier, chance))
    proof.inject("order around a deadline, in a drawn sequence", len(answers))
    assert await broken() == []
    world.now = wish.deadline
    for _ in range(3):
        world.wait(31 * MINUTE)
        await world.sandbox.settle()
        await world.recover()
        await world.expire()
        await world.refund()
    assert (await world.funding(wish)).state in {
        FundingState.RESERVED,
        FundingState.UNFUNDED,
        FundingState.WITHDRAWN,
    }


async def blocked(connection: asyncpg.Connection) -> None:
    """Return when somebody waits for a lock of this connection's."""
    async with asyncio.timeout(20):
        while not await connection.fetchval(  # noqa: ASYNC110 - the server tells nobody
            "SELECT COUNT(*) FROM pg_stat_activity"
            " WHERE pg_backend_pid() = ANY(pg_blocking_pids(pid))"
        ):
            await asyncio.sleep(0.01)


@pytest.mark.only("postgres")
@pytest.mark.parametrize(("limit", "most"), [("ATTEMPTS_MAX", 1), ("ATTEMPTS_SECONDS", 0)])
async def test_so_many_at_once_that_no_answer_is_found(
    world: World, db: str, monkeypatch: pytest.MonkeyPatch, limit: str, most: int
) -> None:
    """Others take room each time between reading what is left and taking it."""
    monkeypatch.setattr(holding, limit, most)
    wish = await world.wish(10_000)
    await world.pledge(wish, 1_000)
    before = len(await world.sandbox.intents())
    other = await asyncpg.connect(db)
    try:
        transaction = other.transaction()
        await transaction.start()
        await other.execute("UPDATE funding SET held_minor = target_minor")
        pledging = asyncio.create_task(refusal(world.pledge(wish, 5_000)))
        await blocked(other)
        await transaction.commit()
        assert await pledging == "item_busy"
        await other.execute("UPDATE funding SET held_minor = paid_minor")
    finally:
        await other.close()
    assert len(await world.sandbox.intents()) == before
    assert await refusal(world.pledge(wish, 5_000)) == "done"
