"""Givers take their pledges back."""

import pytest

from tests.support.makers import MINUTE, World, refusal
from tests.support.snapshot import snapshot
from wishcore import lists, pledges
from wishcore.pledges.models import FundingState, PledgeState, RefundReason


async def test_a_paid_pledge_goes_back_and_frees_the_room(world: World) -> None:
    wish = await world.wish()
    giver = await world.guest()
    pledge = await world.pledge(wish, 4_000, giver=giver)
    await world.give_back(pledge, giver)
    row = await world.row(pledge)
    assert (row.state, row.refund_reason) == (PledgeState.REFUND_DUE, RefundReason.GIVER)
    funding = await world.funding(wish)
    assert (funding.held_minor, funding.paid_minor) == (4_000, 0), "Not free before it is back."

    await world.refund()
    assert await world.state(pledge) is PledgeState.REFUNDED
    assert await world.sandbox.refunded(pledge) == 4_000
    assert (await world.funding(wish)).held_minor == 0
    assert await world.sandbox.charged(await world.pledge(wish)) == 10_000


async def test_3d_secure_is_given_up(world: World) -> None:
    wish = await world.wish()
    giver = await world.guest()
    pledge = await world.pledge(wish, giver=giver, card="pm_card_authenticationRequired")
    await world.give_back(pledge, giver)
    assert await world.state(pledge) is PledgeState.ABANDONED
    assert (await world.funding(wish)).held_minor == 0


async def test_3d_secure_was_approved_a_moment_before(world: World) -> None:
    wish = await world.wish()
    giver = await world.guest()
    pledge = await world.pledge(wish, 4_000, giver=giver, card="pm_card_authenticationRequired")
    await world.challenge(pledge, "approve")
    await world.give_back(pledge, giver)
    assert await world.state(pledge) is PledgeState.REFUND_DUE
    await world.refund()
    assert await world.sandbox.refunded(pledge) == 4_000


async def test_not_while_the_payment_is_in_progress(world: World) -> None:
    wish = await world.wish()
    giver = await world.guest()
    pledge = await world.pledge(wish, giver=giver, card="pm_sandbox_processing")
    before = await snapshot()
    with pytest.raises(pledges.PledgeInProgress):
        await world.give_back(pledge, giver)
    assert await snapshot() == before


async def test_not_twice(world: World) -> None:
    wish = await world.wish()
    giver = await world.guest()
    pledge = await world.pledge(wish, 4_000, giver=giver)
    await world.give_back(pledge, giver)
    before = await snapshot()
    assert await refusal(world.give_back(pledge, giver)) == "pledge_not_returnable"
    assert await snapshot() == before
    await world.refund()
    assert await refusal(world.give_back(pledge, giver)) == "pledge_not_returnable"
    assert await world.sandbox.refunded(pledge) == 4_000


async def test_not_when_the_item_is_reserved(world: World) -> None:
    wish = await world.wish()
    giver = await world.guest()
    pledge = await world.pledge(wish, giver=giver)
    before = await snapshot()
    assert await refusal(world.give_back(pledge, giver)) == "pledge_not_returnable"
    assert await snapshot() == before


async def test_not_when_the_deadline_has_passed(world: World) -> None:
    wish = await world.wish()
    giver = await world.guest()
    pledge = await world.pledge(wish, 4_000, giver=giver)
    world.now = wish.deadline
    before = await snapshot()
    assert await refusal(world.give_back(pledge, giver)) == "pledge_not_returnable"
    assert await snapshot() == before
    await world.close(wish)
    assert (await world.row(pledge)).refund_reason is RefundReason.UNFUNDED


@pytest.mark.parametrize("card", ["pm_card_chargeDeclined", "pm_card_authenticationRequired"])
async def test_not_when_it_is_over(world: World, card: str) -> None:
    wish = await world.wish()
    giver = await world.guest()
    if card == "pm_card_chargeDeclined":
        await refusal(world.pledge(wish, giver=giver, card=card))
        page = await pledges.own_pledges(pledges.Giver.of(giver))
        pledge = page.items[0].id
    else:
        pledge = await world.pledge(wish, giver=giver, card=card)
        world.wait(31 * MINUTE)
        await world.recover()
    before = await snapshot()
    assert await refusal(world.give_back(pledge, giver)) == "pledge_not_returnable"
    assert await snapshot() == before


async def test_stripe_is_gone_while_3d_secure_is_given_up(world: World) -> None:
    wish = await world.wish()
    giver = await world.guest()
    pledge = await world.pledge(wish, giver=giver, card="pm_card_authenticationRequired")
    await world.sandbox.break_down()
    before = await snapshot()
    assert await refusal(world.give_back(pledge, giver)) == "payments_unavailable"
    assert await snapshot() == before


async def test_the_same_item_is_filled_again_before_the_refund_is_through(world: World) -> None:
    """The room is free only when the money is back: an item is never over-funded meanwhile."""
    wish = await world.wish(10_000)
    giver = await world.guest()
    pledge = await world.pledge(wish, 4_000, giver=giver)
    await world.give_back(pledge, giver)
    other = await world.pledge(wish, 6_000)
    assert await refusal(world.pledge(wish, 4_000)) == "pledge_exceeds_remaining"
    await world.refund()
    last = await world.pledge(wish, 4_000)
    assert (await world.funding(wish)).state is FundingState.RESERVED
    assert await world.state(other) is await world.state(last) is PledgeState.PAID


async def test_a_list_that_was_deleted_gives_back_by_itself(world: World) -> None:
    wish = await world.wish()
    giver = await world.guest()
    pledge = await world.pledge(wish, 4_000, giver=giver)
    await lists.delete_list(wish.list, now=world.now)
    assert await refusal(world.give_back(pledge, giver)) == "pledge_not_returnable"
    await world.expire()
    assert (await world.row(pledge)).refund_reason is RefundReason.WITHDRAWN
