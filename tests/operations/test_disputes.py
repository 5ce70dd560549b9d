"""A card's bank takes money back: nothing is refunded beside it, and the end decides."""

from datetime import timedelta
from uuid import UUID

import pytest

from tests.support.makers import DAY, Wish, World, refusal
from tests.support.pausing import PausingGateway
from tests.support.snapshot import snapshot
from wishcore import jobs, ledger, lists, refunds
from wishcore.payments import PaymentRefused
from wishcore.pledges.models import FundingState, PledgeState, RefundReason

DISPUTED = "pm_card_createDispute"


async def balance(account: str) -> int:
    found = [one for one in await ledger.balances() if one.account == account]
    return sum(one.amount_minor for one in found)


async def disputed(world: World, amount: int = 4_000) -> tuple[Wish, UUID]:
    wish = await world.wish(10_000)
    pledge = await world.pledge(wish, amount, card=DISPUTED)
    await world.hear("charge.dispute.created")
    assert await world.state(pledge) is PledgeState.DISPUTED
    return wish, pledge


async def close_dispute(world: World, pledge: UUID, outcome: str) -> None:
    await world.sandbox.close_dispute(await world.intent_id(pledge), outcome)
    await world.hear("charge.dispute.closed")


async def test_a_dispute_that_is_won_changes_nothing(world: World) -> None:
    wish, pledge = await disputed(world)
    funding = await world.funding(wish)
    assert (funding.held_minor, funding.paid_minor) == (4_000, 4_000)
    await close_dispute(world, pledge, "won")
    assert await world.state(pledge) is PledgeState.PAID
    assert await balance("disputes") == 0
    await world.hear()  # The same news again.
    assert await world.state(pledge) is PledgeState.PAID


async def test_a_dispute_that_is_won_brings_no_second_receipt(world: World) -> None:
    _, pledge = await disputed(world)
    await world.notify()
    assert len(world.mailbox.letters) == 1
    await close_dispute(world, pledge, "won")
    await world.notify()
    assert len(world.mailbox.letters) == 1


async def test_a_dispute_that_is_lost_frees_the_room(world: World) -> None:
    wish, pledge = await disputed(world)
    await close_dispute(world, pledge, "lost")
    assert await world.state(pledge) is PledgeState.LOST
    funding = await world.funding(wish)
    assert (funding.held_minor, funding.paid_minor) == (0, 0)
    assert (await balance("givers"), await balance("disputes")) == (0, 0)
    await world.pledge(wish)
    assert (await world.funding(wish)).state is FundingState.RESERVED


async def test_a_reserved_item_stays_reserved_when_a_dispute_is_lost(world: World) -> None:
    wish, pledge = await disputed(world, 4_000)
    kept = await world.pledge(wish, 6_000)
    assert (await world.funding(wish)).state is FundingState.RESERVED
    await close_dispute(world, pledge, "lost")
    assert (await world.funding(wish)).state is FundingState.RESERVED
    assert await refusal(world.pledge(wish, 4_000)) == "item_not_open"
    assert await world.state(kept) is PledgeState.PAID


@pytest.mark.parametrize("outcome", ["won", "lost"])
async def test_due_to_go_back_while_it_is_disputed(world: World, outcome: str) -> None:
    wish, pledge = await disputed(world)
    await world.close(wish)
    assert await world.state(pledge) is PledgeState.DISPUTED
    assert (await world.row(pledge)).refund_reason is RefundReason.UNFUNDED
    assert (await world.funding(wish)).state is FundingState.UNFUNDED
    await close_dispute(world, pledge, outcome)
    await world.refund()
    if outcome == "won":
        assert await world.state(pledge) is PledgeState.REFUNDED
        assert await world.sandbox.refunded(pledge) == 4_000
    else:
        assert await world.state(pledge) is PledgeState.LOST
        assert await world.sandbox.refunded(pledge) == 0
    assert (await world.funding(wish)).held_minor == 0


@pytest.mark.parametrize("outcome", ["won", "lost"])
async def test_withdrawn_while_it_is_disputed(world: World, outcome: str) -> None:
    wish, pledge = await disputed(world)
    await lists.withdraw_item(wish.list, wish.item_id, now=world.now)
    await world.expire()
    await close_dispute(world, pledge, outcome)
    await world.refund()
    end = PledgeState.REFUNDED if outcome == "won" else PledgeState.LOST
    assert await world.state(pledge) is end


@pytest.mark.parametrize("outcome", ["open", "won", "lost"])
async def test_the_refund_is_the_first_to_hear_of_it(world: World, outcome: str) -> None:
    """No notice came; Stripe refuses the refund, and says why."""
    wish = await world.wish(10_000)
    pledge = await world.pledge(wish, 4_000, card=DISPUTED)
    if outcome != "open":
        await world.sandbox.close_dispute(await world.intent_id(pledge), outcome)
    world.now = wish.deadline
    await world.expire()
    done = await world.refund()
    if outcome == "won":
        assert done.refunded == 1
        return
    assert (done.refunded, done.unanswered, done.failed) == (0, 0, ())
    end = PledgeState.LOST if outcome == "lost" else PledgeState.DISPUTED
    assert await world.state(pledge) is end
    world.wait(DAY)
    assert (await world.refund()).refunded == 0
    assert await world.sandbox.refunded(pledge) == 0


async def test_it_goes_back_when_the_dispute_that_stopped_the_refund_is_won(world: World) -> None:
    """Stripe repeats under the same key that the charge is disputed: the next try has another."""
    wish = await world.wish(10_000)
    pledge = await world.pledge(wish, 4_000, card=DISPUTED)
    world.now = wish.deadline
    await world.expire()
    await world.refund()
    assert await world.state(pledge) is PledgeState.DISPUTED

    await close_dispute(world, pledge, "won")

    assert (await world.refund()).refunded == 1
    assert await world.sandbox.refunded(pledge) == 4_000


async def test_a_dispute_is_heard_of_where_stripe_repeats_an_error(world: World) -> None:
    wish = await world.wish(10_000)
    pledge = await world.pledge(wish, 4_000, card=DISPUTED)
    world.now = wish.deadline
    await world.expire()
    await world.sandbox.fault(action="status_after", status=500, method="POST", path="/v1/refunds")
    assert (await world.refund()).unanswered == 1
    await world.sandbox.heal()
    world.wait(timedelta(minutes=5))

    await world.refund()
    assert await world.state(pledge) is PledgeState.DISPUTED
    await close_dispute(world, pledge, "won")

    assert (await world.refund()).refunded == 1


async def test_the_dispute_comes_between_claim_and_post(world: World) -> None:
    wish = await world.wish(10_000)
    pledge = await world.pledge(wish, 4_000, card=DISPUTED)
    world.now = wish.deadline
    await world.expire()
    assert await refunds.claim_due(limit=5, now=world.now) == [pledge]
    await world.hear("charge.dispute.created")
    assert await world.state(pledge) is PledgeState.DISPUTED
    world.wait(timedelta(minutes=3))
    await world.refund()
    await close_dispute(world, pledge, "won")
    assert await world.state(pledge) is PledgeState.REFUND_DUE
    await world.refund()
    assert await world.state(pledge) is PledgeState.REFUNDED


async def test_only_the_end_of_the_dispute_is_heard_of(world: World) -> None:
    wish = await world.wish(10_000)
    pledge = await world.pledge(wish, 4_000, card=DISPUTED)
    await world.sandbox.close_dispute(await world.intent_id(pledge), "lost")
    await world.hear("charge.dispute.closed")
    assert await world.state(pledge) is PledgeState.LOST
    assert (await world.funding(wish)).held_minor == 0


async def test_an_operator_cannot_refund_it_beside_the_bank(world: World) -> None:
    _, pledge = await disputed(world)
    before = await snapshot()
    with pytest.raises(refunds.RefundNotPossible):
        await refunds.refund_by_hand(pledge, now=world.now)
    assert await snapshot() == before


async def test_an_inquiry_ends_by_itself(world: World) -> None:
    wish = await world.wish(10_000)
    pledge = await world.pledge(wish, 4_000, card="pm_card_createDisputeInquiry")
    await world.hear()
    await close_dispute(world, pledge, "won")
    assert await world.state(pledge) is PledgeState.PAID
    assert (await world.funding(wish)).paid_minor == 4_000


async def test_a_charge_that_is_disputed_after_a_win_goes_to_the_operator(world: World) -> None:
    wish, pledge = await disputed(world)
    await close_dispute(world, pledge, "won")
    world.now = wish.deadline
    await world.expire()
    gateway = PausingGateway(world.payments)
    gateway.refusals["create_refund"] = PaymentRefused("charge_disputed")

    done = await jobs.refund(payments=gateway, clock=world.clock)

    assert done.failed == (pledge,)
    assert await world.state(pledge) is PledgeState.REFUND_FAILED
    await refunds.refund_by_hand(pledge, now=world.now)
    await world.refund()
    assert await world.state(pledge) is PledgeState.REFUNDED
    assert (await balance("givers"), await balance("disputes")) == (0, 0)
