"""Two schedulers at once, one of them killed: every refund is made once."""

import asyncio
from collections.abc import Awaitable, Callable

from tests.support.actor import Job
from tests.support.crowd import actor, at_once
from tests.support.makers import DAY, MINUTE, World
from tests.support.sandbox import REFUNDS
from wishcore.pledges.models import PledgeState

REFUNDS_DUE = 60


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    """Wait until the condition holds, for a bounded time."""
    async with asyncio.timeout(30):
        while not await condition():  # noqa: ASYNC110 - it happens in other processes
            await asyncio.sleep(0.005)


async def test_two_refund_and_one_is_killed(world: World, db: str) -> None:
    wish = await world.wish(99_000)
    guest = await world.guest()
    pledges = [await world.pledge(wish, 500, giver=guest) for _ in range(REFUNDS_DUE)]
    world.now = wish.deadline
    await world.expire()
    await world.sandbox.tell(
        "faults", action="delay", path=REFUNDS, method="POST", times=None, seconds=0.03
    )

    async def refunded() -> int:
        return int((await world.sandbox.book())["counts"]["refunds_succeeded"])

    async def some() -> bool:
        return await refunded() >= 10

    job = Job(name="refund", now=world.now)
    async with actor(db, world.sandbox.url) as one, actor(db, world.sandbox.url) as other:
        await asyncio.gather(one.is_ready(), other.is_ready())
        await one.order([job])
        await other.order([job])
        await until(some)
        one.process.kill()
        assert one.process.wait(10) < 0
        was = await refunded()
        assert 10 <= was < REFUNDS_DUE, "It was killed in the middle."
        assert await other.answers() == ["done"]

    await world.sandbox.heal()
    await world.sandbox.forget_keys()
    world.wait(3 * MINUTE)
    await world.refund()
    assert {await world.state(pledge) for pledge in pledges} == {PledgeState.REFUNDED}
    counts = [row["refunded_count"] for row in await world.sandbox.intents()]
    assert counts == [1] * REFUNDS_DUE


async def test_the_same_news_from_everywhere_at_once(world: World, db: str) -> None:
    wish = await world.wish(10_000)
    card = "pm_card_authenticationRequired"
    approved = [await world.pledge(wish, 1_000, card=card) for _ in range(3)]
    refused = await world.pledge(wish, 1_000, card=card)
    slow = await world.pledge(wish, 6_000, card="pm_sandbox_processing")
    for pledge in approved:
        await world.challenge(pledge, "approve")
    await world.challenge(refused, "refuse")
    await world.sandbox.settle()
    await world.take_notices()
    world.wait(32 * MINUTE)
    jobs = [Job(name=name, now=world.now) for name in ("recover", "hear")] * 4
    assert set(await at_once(world, db, jobs)) == {"done"}
    for pledge in (*approved, slow):
        assert await world.state(pledge) is PledgeState.PAID
    assert await world.state(refused) is PledgeState.DECLINED
    assert (await world.funding(wish)).paid_minor == 9_000


async def test_all_jobs_many_times_at_once(world: World, db: str) -> None:
    wishes = [await world.wish(10_000) for _ in range(3)]
    guest = await world.guest()
    pledges = [await world.pledge(wish, 1_000, giver=guest) for wish in wishes for _ in range(4)]
    await world.pledge(wishes[0], 1_000, giver=guest, card="pm_card_pendingRefund")
    world.now = wishes[0].deadline + DAY
    names = ("expire", "recover", "refund", "hear")
    jobs = [Job(name=name, now=world.now) for name in names] * 4
    for _ in range(2):
        assert set(await at_once(world, db, jobs)) == {"done"}
    assert {await world.state(pledge) for pledge in pledges} == {PledgeState.REFUNDED}
