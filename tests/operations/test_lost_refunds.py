"""A refund whose answer was lost, and which then fails: nobody believes that it arrived."""

from datetime import timedelta

import pytest

from tests.support.makers import World
from tests.support.sandbox import REFUNDS
from wishcore import refunds
from wishcore.pledges.models import PledgeState

# What Stripe answers decides here, and other tests send the same statements to PostgreSQL.
pytestmark = pytest.mark.nightly("postgres")

LEASE_OVER = timedelta(minutes=4)


@pytest.mark.slow
@pytest.mark.parametrize("keys", ["kept", "forgotten"])
@pytest.mark.parametrize("card", ["pm_card_refundFail", "pm_sandbox_pendingRefundFails"])
@pytest.mark.parametrize("action", ["drop_after", "status_after"])
async def test_the_answer_is_lost_and_the_refund_fails(
    world: World, action: str, card: str, keys: str
) -> None:
    """Under its key Stripe repeats for a day what it said first: that it succeeded, or nothing."""
    wish = await world.wish(10_000)
    giver = await world.guest()
    pledge = await world.pledge(wish, 4_000, giver=giver, card=card)
    await world.give_back(pledge, giver)
    await world.sandbox.fault(action, REFUNDS)
    assert (await world.refund()).unanswered == 1
    await world.sandbox.heal()
    await world.sandbox.settle()
    if keys == "forgotten":
        await world.sandbox.forget_keys()

    world.wait(LEASE_OVER)
    assert (await world.refund()).failed == (pledge,)
    assert await world.state(pledge) is PledgeState.REFUND_FAILED
    assert await world.sandbox.asked(REFUNDS) == 2, "The two tries of the SDK, and no blind one."

    await refunds.refund_by_hand(pledge, now=world.now)
    await world.refund()
    assert await world.state(pledge) in {PledgeState.REFUNDED, PledgeState.REFUND_PENDING}
    assert await world.sandbox.asked(REFUNDS) == 3
    await world.sandbox.settle()
    await world.hear("refund.failed")
    assert await world.state(pledge) is PledgeState.REFUND_FAILED
