"""A process sleeps in the middle of a charge, others go on, and then it wakes."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import UUID

import pytest

from tests.support.makers import MINUTE, Giving, Wish, World, refusal
from tests.support.pausing import PausingGateway, When
from wishcore import lists
from wishcore.ids import new_id
from wishcore.payments import BadPaymentMethod
from wishcore.pledges.models import FundingState, PledgeState

pytestmark = pytest.mark.slow

GAPS: tuple[tuple[When, str], ...] = (
    ("before", "create_payment_method"),
    ("after", "create_payment_method"),
    ("before", "create_intent"),
    ("after", "create_intent"),
    ("before", "confirm_intent"),
    ("after", "confirm_intent"),
)
LATE = 11 * MINUTE


async def asleep(
    world: World,
    wish: Wish,
    gap: tuple[When, str],
    meanwhile: Callable[[UUID, Giving], Awaitable[object]],
    *,
    card: str = "tok_visa",
    amount: int | None = None,
) -> tuple[UUID, str]:
    """Let a worker sleep in the gap until the others are done; return how it ended."""
    pausing = PausingGateway(world.payments)
    stop = pausing.stop(*gap)
    giver, pledge = await world.guest("Sleepy"), new_id()
    work = world.pledge(wish, amount, giver=giver, card=card, pledge_id=pledge, payments=pausing)
    task = asyncio.create_task(refusal(work))
    async with asyncio.timeout(10):
        await stop.reached.wait()
        await meanwhile(pledge, giver)
        stop.go.set()
        return pledge, await task


@pytest.mark.parametrize("gap", GAPS)
@pytest.mark.parametrize("keys", ["kept", "forgotten"])
async def test_recovery_resells_the_room(world: World, gap: tuple[When, str], keys: str) -> None:
    wish = await world.wish()
    others: list[str] = []

    async def meanwhile(pledge: UUID, _giver: Giving) -> None:
        world.wait(LATE)
        await world.recover()
        if keys == "forgotten":
            await world.sandbox.forget_keys()
        others.append(await refusal(world.pledge(wish)))

    pledge, _ = await asleep(world, wish, gap, meanwhile)
    was_charged = gap == ("after", "confirm_intent")
    assert await world.sandbox.charged(pledge) == (10_000 if was_charged else 0)
    assert others == ["item_not_open" if was_charged else "done"]
    assert (await world.funding(wish)).paid_minor == 10_000


@pytest.mark.parametrize("gap", GAPS)
@pytest.mark.parametrize("keys", ["kept", "forgotten"])
async def test_the_retry_overtakes(world: World, gap: tuple[When, str], keys: str) -> None:
    wish = await world.wish()

    async def meanwhile(pledge: UUID, giver: Giving) -> None:
        await world.pledge(wish, giver=giver, card="tok_visa", pledge_id=pledge)
        if keys == "forgotten":
            await world.sandbox.forget_keys()

    pledge, ended = await asleep(world, wish, gap, meanwhile)
    assert ended == "done"
    assert await world.state(pledge) is PledgeState.PAID
    assert await world.sandbox.charged(pledge) == 10_000


async def test_a_refusal_of_the_sleeper_does_not_decline_what_another_pays(world: World) -> None:
    """Its token is used up: the other worker used it, and has not confirmed yet."""
    wish = await world.wish()
    sleepy, slow = PausingGateway(world.payments), PausingGateway(world.payments)
    sleepy.refusals["create_payment_method"] = BadPaymentMethod()
    stops = (sleepy.stop("before", "create_payment_method"), slow.stop("before", "confirm_intent"))
    giver, pledge = await world.guest(), new_id()
    workers = []
    async with asyncio.timeout(10):
        for gateway, stop in zip((sleepy, slow), stops, strict=True):
            work = world.pledge(
                wish, giver=giver, card="tok_visa", pledge_id=pledge, payments=gateway
            )
            workers.append(asyncio.create_task(refusal(work)))
            await stop.reached.wait()
        stops[0].go.set()
        assert await workers[0] == "done", "It is not over."
        assert await world.state(pledge) is PledgeState.CONFIRMING
        assert (await world.funding(wish)).held_minor == 10_000
        stops[1].go.set()
        assert await workers[1] == "done"
    assert await world.state(pledge) is PledgeState.PAID
    assert await world.sandbox.charged(pledge) == 10_000


async def test_two_workers_with_an_intent_each(world: World) -> None:
    """Only the intent that was stored first is confirmed, by both."""
    wish = await world.wish()
    first, second = PausingGateway(world.payments), PausingGateway(world.payments)
    stops = (first.stop("after", "create_intent"), second.stop("before", "confirm_intent"))
    giver, pledge = await world.guest(), new_id()
    workers = []
    async with asyncio.timeout(10):
        for gateway, stop in zip((first, second), stops, strict=True):
            work = world.pledge(wish, giver=giver, pledge_id=pledge, payments=gateway)
            workers.append(asyncio.create_task(refusal(work)))
            await stop.reached.wait()
            await world.sandbox.forget_keys()
        stops[0].go.set()
        assert await workers[0] == "done"
        await world.sandbox.forget_keys()
        stops[1].go.set()
        assert await workers[1] == "done"
    intents = await world.sandbox.intents_of(pledge)
    assert sorted(intent["charged_count"] for intent in intents) == [0, 1]


async def test_a_payment_method_spent_before_the_confirmation(world: World) -> None:
    wish = await world.wish()
    method = await world.payments.create_payment_method(key="shared", token="tok_visa")

    async def meanwhile(_pledge: UUID, _giver: Giving) -> None:
        await world.pledge(wish, 5_000, card=method)

    gap: tuple[When, str] = ("before", "confirm_intent")
    pledge, ended = await asleep(world, wish, gap, meanwhile, card=method, amount=5_000)
    assert ended == "bad_payment_method"
    assert await world.state(pledge) is PledgeState.DECLINED
    assert (await world.funding(wish)).held_minor == 5_000
    (intent,) = await world.sandbox.intents_of(pledge)
    assert intent["status"] == "canceled", "It could still be confirmed."


@pytest.mark.parametrize("gap", GAPS)
async def test_the_list_closes_meanwhile(world: World, gap: tuple[When, str]) -> None:
    wish = await world.wish(10_000)

    async def meanwhile(pledge: UUID, _giver: Giving) -> None:
        world.now = wish.deadline
        await world.expire()
        assert (await world.funding(wish)).state is FundingState.CLOSING

    pledge, ended = await asleep(world, wish, gap, meanwhile, amount=5_000)
    assert ended == "done"
    await world.expire()
    assert (await world.funding(wish)).state is FundingState.UNFUNDED
    await world.refund()
    assert await world.state(pledge) is PledgeState.REFUNDED
    assert await world.sandbox.refunded(pledge) == 5_000


@pytest.mark.parametrize("gap", GAPS)
async def test_the_item_is_withdrawn_meanwhile(world: World, gap: tuple[When, str]) -> None:
    wish = await world.wish()

    async def meanwhile(_pledge: UUID, _giver: Giving) -> None:
        await lists.withdraw_item(wish.list, wish.item_id, now=world.now)
        await world.expire()

    pledge, ended = await asleep(world, wish, gap, meanwhile)
    assert ended == "done"
    assert await world.state(pledge) is PledgeState.REFUND_DUE
    await world.refund()
    assert await world.sandbox.refunded(pledge) == 10_000


@pytest.mark.parametrize("gap", GAPS)
async def test_the_worker_never_wakes(world: World, gap: tuple[When, str]) -> None:
    wish = await world.wish()
    pausing = PausingGateway(world.payments)
    stop = pausing.stop(*gap)
    pledge = new_id()
    task = asyncio.create_task(
        refusal(world.pledge(wish, card="tok_visa", pledge_id=pledge, payments=pausing))
    )
    async with asyncio.timeout(10):
        await stop.reached.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    world.wait(LATE)
    await world.recover()
    was_charged = gap == ("after", "confirm_intent")
    assert await world.state(pledge) is (PledgeState.PAID if was_charged else PledgeState.ABANDONED)


@pytest.mark.parametrize("when", ["before", "after"])
async def test_recovery_itself_sleeps(world: World, when: When) -> None:
    """It read an intent that nobody confirmed; then the giver's second try confirms it."""
    wish = await world.wish()
    giver, pledge = await world.guest(), new_id()
    pausing = PausingGateway(world.payments)
    stopped = pausing.stop("before", "confirm_intent")
    charging = asyncio.create_task(
        refusal(world.pledge(wish, giver=giver, pledge_id=pledge, payments=pausing))
    )
    await stopped.reached.wait()
    charging.cancel()
    await asyncio.gather(charging, return_exceptions=True)

    world.wait(timedelta(minutes=3))
    world_payments, world.payments = world.payments, pausing
    cancel = pausing.stop(when, "cancel_intent")
    recovering = asyncio.create_task(world.recover())
    async with asyncio.timeout(10):
        await cancel.reached.wait()
        await world.pledge(wish, giver=giver, pledge_id=pledge, payments=world_payments)
        cancel.go.set()
        await recovering
    world.payments = world_payments
    paid = when == "before"
    assert await world.state(pledge) is (PledgeState.PAID if paid else PledgeState.ABANDONED)
    assert await world.sandbox.charged(pledge) == (10_000 if paid else 0)
