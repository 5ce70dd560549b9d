"""A charge is disputed in parts, more than once, and decided anew: each cent is booked once."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from typing_extensions import override

from tests.support.books import check_books, reconciled
from tests.support.makers import DAY, MINUTE, Wish, World
from tests.support.pausing import PausingGateway
from wishcore import jobs, ledger, lists, refunds
from wishcore.payments import Intent, PaymentRefused
from wishcore.pledges.models import FundingState, PledgeState, RefundReason

CHANGED = "dispute in another state"
OWED = "a bank gave back, owed"


async def balance(account: str) -> int:
    found = [one for one in await ledger.balances() if one.account == account]
    return sum(one.amount_minor for one in found)


async def owed() -> int:
    return -await balance("givers")


async def paid(world: World, amount: int = 4_000) -> tuple[Wish, UUID]:
    wish = await world.wish(10_000, open_for=170 * DAY)
    return wish, await world.pledge(wish, amount)


async def gift(world: World) -> tuple[Wish, UUID]:
    """Return a pledge of 4,000 to an item that is reserved."""
    wish, pledge = await paid(world)
    await world.pledge(wish, 6_000)
    assert (await world.funding(wish)).state is FundingState.RESERVED
    return wish, pledge


async def dispute(world: World, pledge: UUID, amount: int | None = None) -> str:
    opened = await world.sandbox.dispute(await world.intent_id(pledge), amount=amount)
    await world.hear()
    return opened


async def decide(world: World, opened: str, outcome: str, *, returned: int = 0) -> None:
    await world.sandbox.decide(opened, outcome, returned=returned)
    await world.hear()


async def agree(world: World) -> None:
    """Fail unless our books agree with Stripe's; so it is checked after each test, too."""
    rest(world)
    await check_books(world)


def rest(world: World) -> None:
    """Let pass what a notice may take, so that the books are compared in full after the test."""
    world.now = max(world.now, datetime.now(UTC)) + 3 * MINUTE


async def told(world: World) -> set[str]:
    """Return what reconciliation tells when notices have had their time."""
    rest(world)
    found = {drift.kind for drift in await reconciled(world)}
    return found - {"balance too low for refunds"}  # The sandbox's account begins empty.


# Parts


@pytest.mark.parametrize(("outcome", "lost"), [("won", 0), ("lost", 1_500)])
async def test_a_bank_takes_what_it_takes(world: World, outcome: str, lost: int) -> None:
    _, pledge = await gift(world)
    opened = await dispute(world, pledge, 1_500)
    assert await world.state(pledge) is PledgeState.DISPUTED
    assert await balance("disputes") == 1_500
    await agree(world)

    await decide(world, opened, outcome)

    assert await world.state(pledge) is PledgeState.PAID, "The gift is promised."
    assert (await balance("disputes"), await owed()) == (0, 10_000 - lost)
    rest(world)


async def test_the_rest_of_a_part_goes_back(world: World) -> None:
    """Its giver has a part of it from the bank: it completes nothing any more."""
    wish, pledge = await paid(world)
    await decide(world, await dispute(world, pledge, 1_500), "lost")
    assert await world.state(pledge) is PledgeState.REFUND_DUE
    assert (await world.row(pledge)).refund_reason is RefundReason.GIVER
    assert await owed() == 2_500

    assert (await world.refund()).refunded == 1

    assert await world.sandbox.refunded(pledge) == 2_500
    funding = await world.funding(wish)
    assert (funding.held_minor, funding.paid_minor, await owed()) == (0, 0, 0)
    rest(world)


async def test_the_rest_of_a_gift_goes_back_when_it_is_withdrawn(world: World) -> None:
    wish, pledge = await gift(world)
    await decide(world, await dispute(world, pledge, 1_500), "lost")
    await lists.withdraw_item(wish.list, wish.item_id, now=world.now)
    await world.expire()
    await world.refund()
    assert await world.state(pledge) is PledgeState.REFUNDED
    assert await world.sandbox.refunded(pledge) == 2_500
    assert await owed() == 0
    rest(world)


async def test_stripe_does_not_give_the_rest_back(world: World) -> None:
    _, pledge = await paid(world)
    await decide(world, await dispute(world, pledge, 1_500), "lost")
    gateway = PausingGateway(world.payments)
    gateway.refusals["create_refund"] = PaymentRefused("charge_disputed")

    done = await jobs.refund(payments=gateway, clock=world.clock)

    assert done.failed == (pledge,), "A person has to look."
    assert await world.state(pledge) is PledgeState.REFUND_FAILED
    assert await owed() == 2_500
    await refunds.refund_by_hand(pledge, now=world.now)
    await world.refund()
    assert await world.sandbox.refunded(pledge) == 2_500
    rest(world)


@pytest.mark.parametrize("when", ["before", "after"])
async def test_the_answer_to_the_refund_of_a_rest_is_lost(world: World, when: str) -> None:
    _, pledge = await paid(world)
    await decide(world, await dispute(world, pledge, 1_500), "lost")
    await world.sandbox.fault(f"drop_{when}", "/v1/refunds")
    assert (await world.refund()).unanswered == 1
    await world.sandbox.heal()
    await world.sandbox.forget_keys()
    world.wait(5 * MINUTE)
    assert (await world.refund()).refunded == 1
    assert await world.sandbox.refunded(pledge) == 2_500
    rest(world)


async def test_a_refund_of_a_rest_fails_later(world: World) -> None:
    wish = await world.wish(10_000, open_for=170 * DAY)
    pledge = await world.pledge(wish, 4_000, card="pm_card_refundFail")
    await decide(world, await dispute(world, pledge, 1_500), "lost")
    await world.refund()
    assert await world.state(pledge) is PledgeState.REFUNDED
    await world.sandbox.settle()
    await world.hear("refund.failed")
    assert await world.state(pledge) is PledgeState.REFUND_FAILED
    assert await owed() == 2_500
    rest(world)


async def test_a_lost_dispute_gives_a_part_back(world: World) -> None:
    """It is "partially won" in Stripe's pages, and lost for its API."""
    _, pledge = await gift(world)
    await decide(world, await dispute(world, pledge), "lost", returned=3_000)
    assert await world.state(pledge) is PledgeState.PAID
    assert await owed() == 9_000
    rest(world)


async def test_a_bank_takes_more_than_was_charged(world: World) -> None:
    """It bundles charges, or a currency has moved: the operator bears it."""
    _, pledge = await paid(world)
    await decide(world, await dispute(world, pledge, 4_300), "lost")
    assert await world.state(pledge) is PledgeState.LOST
    assert (await owed(), await balance("disputes")) == (0, 300)
    rest(world)


async def test_an_inquiry_becomes_a_dispute(world: World) -> None:
    _, pledge = await gift(world)
    intent = await world.intent_id(pledge)
    asked = await world.sandbox.dispute(intent, amount=1_500, is_inquiry=True)
    await world.hear()
    assert await world.state(pledge) is PledgeState.PAID
    await world.sandbox.tell(f"disputes/{asked}/escalate")
    await world.hear()
    assert await world.state(pledge) is PledgeState.DISPUTED
    assert await balance("disputes") == 1_500
    await decide(world, asked, "won")
    assert await world.state(pledge) is PledgeState.PAID
    rest(world)


# More than once


@pytest.mark.nightly("postgres")
@pytest.mark.slow
@pytest.mark.parametrize(
    ("outcome", "state", "left"),
    [("", PledgeState.DISPUTED, 10_000), ("won", PledgeState.PAID, 10_000),
     ("lost", PledgeState.LOST, 6_000)],
)  # fmt: skip
@pytest.mark.parametrize("is_heard", [True, False], ids=["heard", "unheard"])
async def test_it_is_disputed_again_after_a_win(
    world: World, outcome: str, state: PledgeState, left: int, *, is_heard: bool
) -> None:
    _, pledge = await gift(world)
    await decide(world, await dispute(world, pledge), "won")
    fees = await balance("fees")
    again = await world.sandbox.dispute(await world.intent_id(pledge))
    if outcome:
        await world.sandbox.decide(again, outcome)
    if is_heard:
        await world.hear()
    assert await told(world) == (set() if is_heard else {CHANGED})
    assert [one.kind for one in await reconciled(world, apply=True)] == []

    assert await world.state(pledge) is state
    assert await owed() == left
    assert await balance("fees") == fees + 1_500, "Each dispute has a fee of its own."
    rest(world)


@pytest.mark.nightly("postgres")
@pytest.mark.slow
@pytest.mark.parametrize(
    ("first", "second", "state", "left"),
    [("won", "won", PledgeState.PAID, 10_000), ("won", "lost", PledgeState.PAID, 7_000),
     ("lost", "won", PledgeState.PAID, 9_000), ("lost", "lost", PledgeState.LOST, 6_000)],
)  # fmt: skip
async def test_two_disputes_at_once(
    world: World, first: str, second: str, state: PledgeState, left: int
) -> None:
    _, pledge = await gift(world)
    one, other = await dispute(world, pledge, 1_000), await dispute(world, pledge)
    assert await balance("disputes") == 4_000
    await decide(world, one, first)
    assert await world.state(pledge) is PledgeState.DISPUTED, "One bank still decides."
    await decide(world, other, second)
    assert await world.state(pledge) is state
    assert (await owed(), await balance("disputes")) == (left, 0)
    rest(world)


async def test_a_card_that_disputes_twice(world: World) -> None:
    """The end of the older one is heard of, too: the newest alone was read before."""
    wish = await world.wish(10_000, open_for=170 * DAY)
    pledge = await world.pledge(wish, 4_000, card="pm_card_createMultipleDisputes")
    await world.hear()
    assert await balance("disputes") == 4_000
    for _ in range(2):
        found = await world.sandbox.ask("GET", "/v1/disputes", {})
        opened = [one["id"] for one in found["data"] if one["status"] == "needs_response"]
        await decide(world, opened[-1], "lost")
    assert await world.state(pledge) is PledgeState.LOST
    assert await told(world) == set()
    rest(world)


async def test_a_part_is_lost_and_the_rest_is_disputed(world: World) -> None:
    _, pledge = await gift(world)
    await decide(world, await dispute(world, pledge, 1_000), "lost")
    await decide(world, await dispute(world, pledge), "lost")
    assert await world.state(pledge) is PledgeState.LOST
    assert await owed() == 6_000
    rest(world)


async def test_the_rest_is_disputed_while_it_goes_back(world: World) -> None:
    _, pledge = await paid(world)
    await decide(world, await dispute(world, pledge, 1_000), "lost")
    again = await dispute(world, pledge)
    assert await world.state(pledge) is PledgeState.DISPUTED
    await decide(world, again, "won")
    assert (await world.refund()).refunded == 1
    assert await world.sandbox.refunded(pledge) == 3_000
    rest(world)


async def test_what_went_back_is_disputed_twice(world: World) -> None:
    """All that banks take then is the operator's loss, and stays in its own account."""
    wish = await world.wish(10_000, open_for=170 * DAY)
    giver = await world.guest()
    pledge = await world.pledge(wish, 4_000, giver=giver)
    await world.give_back(pledge, giver)
    await world.refund()
    for amount in (1_000, 500):
        await decide(world, await dispute(world, pledge, amount), "lost")
    assert await world.state(pledge) is PledgeState.REFUNDED
    assert (await owed(), await balance("disputes")) == (0, 1_500)
    rest(world)


# The end changes


@pytest.mark.parametrize("is_heard", [True, False], ids=["heard", "unheard"])
async def test_a_win_is_lost_after_all(world: World, *, is_heard: bool) -> None:
    _, pledge = await gift(world)
    opened = await dispute(world, pledge)
    await decide(world, opened, "won")
    world.wait(100 * DAY)
    await world.sandbox.overturn(opened)
    if is_heard:
        await world.hear()
    assert await told(world) == (set() if is_heard else {CHANGED})
    assert [one.kind for one in await reconciled(world, apply=True)] == []
    assert await world.state(pledge) is PledgeState.LOST
    assert (await owed(), await balance("disputes")) == (6_000, 0)
    rest(world)


@pytest.mark.parametrize("is_heard", [True, False], ids=["heard", "unheard"])
async def test_a_gift_gets_back_what_was_lost(world: World, *, is_heard: bool) -> None:
    wish, pledge = await gift(world)
    opened = await dispute(world, pledge)
    await decide(world, opened, "lost")
    assert (await world.funding(wish)).paid_minor == 6_000
    await world.sandbox.overturn(opened)
    if is_heard:
        await world.hear()
    assert await told(world) == (set() if is_heard else {CHANGED})
    assert [one.kind for one in await reconciled(world, apply=True)] == []
    assert await world.state(pledge) is PledgeState.PAID
    funding = await world.funding(wish)
    assert (funding.held_minor, funding.paid_minor, await owed()) == (10_000, 10_000, 10_000)
    rest(world)


async def test_others_paid_in_the_place_of_what_comes_back(world: World) -> None:
    """There is no room for it any more: an operator decides how its giver gets it."""
    wish, pledge = await paid(world)
    opened = await dispute(world, pledge)
    await decide(world, opened, "lost")
    await world.pledge(wish)
    assert (await world.funding(wish)).state is FundingState.RESERVED
    await world.sandbox.overturn(opened)
    await world.hear()
    assert await world.state(pledge) is PledgeState.REFUND_FAILED
    assert await owed() == 14_000
    await refunds.refund_by_hand(pledge, now=world.now)
    await world.refund()
    assert await world.sandbox.refunded(pledge) == 4_000
    rest(world)


async def test_an_end_changes_twice(world: World) -> None:
    _, pledge = await gift(world)
    opened = await dispute(world, pledge)
    await decide(world, opened, "lost")
    for state in (PledgeState.PAID, PledgeState.LOST, PledgeState.PAID):
        await world.sandbox.overturn(opened)
        await world.hear()
        assert await world.state(pledge) is state
        await agree(world)


@pytest.mark.drifts(OWED)
async def test_a_bank_gives_a_part_back_when_the_rest_has_gone(world: World) -> None:
    """It is the giver's, and nobody sends it by itself: reconciliation tells."""
    _, pledge = await paid(world)
    opened = await dispute(world, pledge, 1_500)
    await decide(world, opened, "lost")
    await world.refund()
    await world.sandbox.overturn(opened)
    await world.hear()
    assert await world.state(pledge) is PledgeState.REFUNDED
    assert (await owed(), await balance("disputes")) == (0, -1_500)
    assert await told(world) == {OWED}
    (found,) = [one for one in await reconciled(world) if one.kind == OWED]
    assert (found.what, found.detail) == (str(pledge), "15.00 USD")


class Late(PausingGateway):
    """Stripe says how a dispute ended before its money is back."""

    @override
    async def get_intent(self, intent_id: str) -> Intent:
        intent = await super().get_intent(intent_id)
        disputes = tuple(replace(one, takings=one.takings[:1]) for one in intent.disputes)
        return replace(intent, disputes=disputes)


async def test_what_was_won_comes_later(world: World) -> None:
    _, pledge = await gift(world)
    opened = await dispute(world, pledge)
    await world.sandbox.decide(opened, "won")
    world.wait(DAY)
    late = Late(world.payments)
    done = await jobs.recover(payments=late, clock=world.clock)
    assert (done.looked_at, await world.state(pledge)) == (1, PledgeState.DISPUTED)
    world.wait(DAY)
    await world.recover()
    assert await world.state(pledge) is PledgeState.PAID
    rest(world)
