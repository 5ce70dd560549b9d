"""A giver polls: Stripe is asked once in three seconds, whoever asks and however often."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from tests.support.makers import World
from tests.support.sandbox import CONFIRM
from tests.support.snapshot import snapshot
from wishcore import pledges
from wishcore.payments import Intent, PaymentsUnavailable
from wishcore.pledges.models import PledgeState
from wishcore.pledges.recovery import LOOK_EVERY

INSTANT = timedelta(microseconds=1)


async def look(world: World, pledge: UUID) -> Intent | None:
    return await pledges.look_up(pledge, payments=world.payments, now=world.now)


async def reads(world: World) -> int:
    requests = (await world.sandbox.look("requests"))["requests"]
    return sum(one["method"] == "GET" for one in requests)


async def test_once_in_three_seconds(world: World) -> None:
    wish = await world.wish(10_000)
    pledge = await world.pledge(wish, card="pm_card_authenticationRequired")
    before = await reads(world)
    found = [one for one in await asyncio.gather(*(look(world, pledge) for _ in range(12))) if one]
    assert len(found) == 1
    assert found[0].action_url
    world.wait(LOOK_EVERY - INSTANT)
    assert await look(world, pledge) is None
    assert await reads(world) == before + 1

    await world.challenge(pledge, "approve")
    world.wait(INSTANT)
    assert await look(world, pledge) is not None
    assert await world.state(pledge) is PledgeState.PAID
    world.wait(LOOK_EVERY)
    counted, book = await reads(world), await snapshot()
    assert await look(world, pledge) is None, "It is over."
    assert (await reads(world), await snapshot()) == (counted, book)


async def test_each_pledge_has_its_own_turn_and_jobs_wait_for_none(world: World) -> None:
    wish = await world.wish(10_000)
    one, other = [
        await world.pledge(wish, 1_000, card="pm_card_authenticationRequired") for _ in range(2)
    ]
    assert await look(world, one) is not None
    assert await look(world, other) is not None
    await world.challenge(one, "approve")
    assert await look(world, one) is None
    await world.hear()
    assert await world.state(one) is PledgeState.PAID, "A notice is acted upon at once."


async def test_a_silent_stripe_is_not_asked_more_often(world: World) -> None:
    wish = await world.wish(10_000)
    await world.sandbox.fault("drop_before", CONFIRM)
    pledge = await world.pledge(wish, 1_000)
    await world.sandbox.break_down()
    with pytest.raises(PaymentsUnavailable):
        await look(world, pledge)
    assert await look(world, pledge) is None
    assert (await world.row(pledge)).state is PledgeState.CONFIRMING
