"""Givers choose the ids of their pledges: none is forgotten because of where it sorts."""

from uuid import UUID

import pytest

from tests.support.makers import MINUTE, World
from wishcore.pledges.models import PledgeState

FIRST = UUID(int=0)
LAST = UUID(int=2**128 - 1)
pytestmark = pytest.mark.parametrize("chosen", [FIRST, LAST], ids=["first", "last"])


async def test_a_payment_that_nobody_ends_gives_its_room_back(world: World, chosen: UUID) -> None:
    wish = await world.wish(10_000)
    other = await world.pledge(wish, 5_000)
    await world.pledge(wish, 5_000, pledge_id=chosen, card="pm_card_authenticationRequired")
    assert (await world.funding(wish)).held_minor == 10_000

    world.wait(31 * MINUTE)
    assert (await world.recover()).ended == 1
    assert await world.state(chosen) is PledgeState.ABANDONED
    assert (await world.funding(wish)).held_minor == 5_000
    await world.close(wish)
    assert await world.state(other) is PledgeState.REFUNDED


async def test_a_slow_refund_is_asked_about(world: World, chosen: UUID) -> None:
    wish, giver = await world.wish(10_000), await world.guest()
    card = "pm_card_pendingRefund"
    await world.pledge(wish, 4_000, giver=giver, pledge_id=chosen, card=card)
    await world.give_back(chosen, giver)
    assert (await world.refund()).pending == 1

    await world.sandbox.settle()
    assert (await world.refund()).refunded == 1
    assert await world.state(chosen) is PledgeState.REFUNDED
