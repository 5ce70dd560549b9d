"""Whoever asked Stripe earlier than others, and settles later than they, decides nothing."""

import asyncio
from datetime import UTC, datetime
from uuid import UUID

from tests.support.makers import DAY, MINUTE, Wish, World
from tests.support.pausing import PausingGateway
from wishcore import ledger, pledges
from wishcore.pledges.models import FundingState, PledgeState


async def gift(world: World) -> tuple[Wish, UUID]:
    """Return a pledge of 4,000 to an item that is reserved."""
    wish = await world.wish(10_000, open_for=170 * DAY)
    pledge = await world.pledge(wish, 4_000)
    await world.pledge(wish, 6_000)
    assert (await world.funding(wish)).state is FundingState.RESERVED
    return wish, pledge


async def with_banks() -> int:
    found = [one for one in await ledger.balances() if one.account == "disputes"]
    return sum(one.amount_minor for one in found)


async def dispute(world: World, pledge: UUID) -> str:
    opened = await world.sandbox.dispute(await world.intent_id(pledge))
    await world.hear()
    return opened


async def win(world: World, opened: str) -> None:
    await world.sandbox.decide(opened, "won")
    await world.hear()


def rest(world: World) -> None:
    """Let pass what a notice may take, so that the books are compared in full after the test."""
    world.now = max(world.now, datetime.now(UTC)) + 3 * MINUTE


async def test_the_answer_is_older_than_a_second_dispute(world: World) -> None:
    """It knows of none that is open: what the second bank has would be lost by it."""
    wish, pledge = await gift(world)
    await win(world, await dispute(world, pledge))
    pausing = PausingGateway(world.payments)
    stop = pausing.stop("after", "get_intent")
    late = asyncio.create_task(pledges.refresh_pledge(pledge, payments=pausing, now=world.now))
    async with asyncio.timeout(10):
        await stop.reached.wait()
        second = await dispute(world, pledge)
        stop.go.set()
        await late

    assert await world.state(pledge) is PledgeState.DISPUTED
    assert await with_banks() == 4_000
    await win(world, second)
    assert await world.state(pledge) is PledgeState.PAID
    assert (await world.funding(wish)).paid_minor == 10_000
    rest(world)


async def test_the_answer_is_older_than_the_end(world: World) -> None:
    """A pledge that is free again is not left to the bank for another day."""
    _, pledge = await gift(world)
    opened = await dispute(world, pledge)
    pausing = PausingGateway(world.payments)
    stop = pausing.stop("after", "get_intent")
    late = asyncio.create_task(pledges.refresh_pledge(pledge, payments=pausing, now=world.now))
    async with asyncio.timeout(10):
        await stop.reached.wait()
        await win(world, opened)
        assert await world.state(pledge) is PledgeState.PAID
        stop.go.set()
        await late

    assert await world.state(pledge) is PledgeState.PAID
    assert await with_banks() == 0
    rest(world)
