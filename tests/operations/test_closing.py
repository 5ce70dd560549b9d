"""The deadline: what is whole stays, everything else goes back, once."""

import pytest

from tests.support.makers import DAY, MINUTE, World, refusal
from tests.support.snapshot import snapshot
from wishcore import closing, jobs, lists
from wishcore.pledges.models import FundingState, PledgeState, RefundReason

SLOW = "pm_sandbox_processing"


async def test_what_is_not_whole_goes_back(world: World) -> None:
    wish = await world.wish(10_000)
    whole = await world.item(wish.list, 5_000)
    kept = await world.pledge(wish, 5_000, item_id=whole)
    back = [await world.pledge(wish, 4_000), await world.pledge(wish, 5_000)]
    world.now = wish.deadline
    assert (await world.expire()) == jobs.Expired(
        lists_closed=1, items_decided=1, items_withdrawn=0, prices_followed=0
    )
    assert (await world.funding(wish)).state is FundingState.UNFUNDED
    assert (await world.funding(wish, whole)).state is FundingState.RESERVED
    for pledge in back:
        row = await world.row(pledge)
        assert (row.state, row.refund_reason) == (PledgeState.REFUND_DUE, RefundReason.UNFUNDED)
    done = await world.refund()
    assert (done.refunded, done.failed, done.unanswered) == (2, (), 0)
    assert [await world.sandbox.refunded(pledge) for pledge in back] == [4_000, 5_000]
    assert await world.sandbox.refunded(kept) == 0
    assert await world.state(kept) is PledgeState.PAID


async def test_a_moment_before_nothing_happens(world: World) -> None:
    wish = await world.wish()
    await world.pledge(wish, 4_000)
    world.now = wish.deadline - MINUTE / 60_000_000
    before = await snapshot()
    assert await world.expire() == jobs.Expired(
        lists_closed=0, items_decided=0, items_withdrawn=0, prices_followed=0
    )
    await world.refund()
    assert await snapshot() == before


async def test_times_with_and_without_fractions_compare(world: World) -> None:
    """SQLite compares them as texts."""
    world.now = world.now.replace(microsecond=500_000)
    wish = await world.wish()
    world.now = wish.deadline.replace(microsecond=0)
    assert (await world.expire()).lists_closed == 0
    world.now = wish.deadline.replace(microsecond=500_001)
    assert (await world.expire()).lists_closed == 1


async def test_every_job_a_second_time_does_nothing(world: World) -> None:
    wish = await world.wish(10_000)
    await world.pledge(wish, 4_000)
    await world.pledge(wish, 1_000, card="pm_card_pendingRefund")
    await world.pledge(wish, 1_000, card="pm_card_authenticationRequired")
    gone = await world.item(wish.list, 5_000)
    await world.pledge(wish, item_id=gone)
    await lists.withdraw_item(wish.list, gone, now=world.now)
    world.now = wish.deadline + DAY
    first = (
        await world.expire(), await world.recover(), await world.expire(), await world.refund(),
        await world.notify(),
    )  # fmt: skip
    assert (first[0].lists_closed, first[0].items_withdrawn, first[0].items_decided) == (1, 1, 0)
    assert first[1].ended == 1
    assert first[2].items_decided == 1
    assert (first[3].refunded, first[3].pending) == (2, 1)
    assert first[4].sent == 5
    before = await snapshot()
    assert await world.expire() == jobs.Expired(
        lists_closed=0, items_decided=0, items_withdrawn=0, prices_followed=0
    )
    assert await world.recover() == jobs.Recovered(notices=0, looked_at=0, ended=0, unanswered=0)
    assert await world.refund() == jobs.Refunded(refunded=0, pending=1, disputed=0, unanswered=0)
    assert await world.notify() == jobs.Notified(sent=0, unsent=0)
    assert await snapshot() == before


async def test_what_is_due_is_counted_and_left_alone(world: World) -> None:
    wish = await world.wish(10_000)
    await world.pledge(wish, 4_000)
    await world.pledge(wish, 1_000, card=SLOW)
    await world.take_notices(["payment_intent.succeeded"])
    world.now = wish.deadline
    before = await snapshot()
    due = await jobs.due(now=world.now)
    assert due == jobs.Due(
        lists_to_close=1, items_to_decide=1, items_withdrawn=0, payments_in_progress=1, notices=1,
        disputes_to_ask_about=0,
        refunds_to_send=0, refunds_pending=0, letters=1, products_to_check=0,
        accounts_to_erase=0,
    )  # fmt: skip
    assert (await jobs.due(now=world.now)).lists_to_close == 1
    assert await snapshot() == before


async def test_a_payment_in_progress_is_waited_for(world: World) -> None:
    wish = await world.wish(10_000)
    first = await world.pledge(wish, 4_000)
    second = await world.pledge(wish, card=SLOW)
    world.now = wish.deadline
    assert (await world.expire()).items_decided == 0
    assert (await world.funding(wish)).state is FundingState.CLOSING
    assert await world.state(first) is PledgeState.PAID

    await world.sandbox.settle()
    world.wait(MINUTE)
    await world.hear("payment_intent.succeeded")
    assert (await world.funding(wish)).state is FundingState.RESERVED, "Paid in time is paid."
    assert (await world.expire()).items_decided == 0
    assert await world.state(first) is await world.state(second) is PledgeState.PAID


async def test_a_payment_in_progress_that_is_not_enough_goes_back_too(world: World) -> None:
    wish = await world.wish(10_000)
    pledges = [await world.pledge(wish, 4_000), await world.pledge(wish, 4_000, card=SLOW)]
    world.now = wish.deadline
    await world.expire()
    await world.sandbox.settle()
    world.wait(3 * MINUTE)
    await world.recover()
    assert (await world.expire()).items_decided == 1
    await world.refund()
    assert [await world.state(pledge) for pledge in pledges] == [PledgeState.REFUNDED] * 2


async def test_a_payment_in_progress_that_fails(world: World) -> None:
    wish = await world.wish(10_000)
    first = await world.pledge(wish, 4_000)
    await world.pledge(wish, card="pm_sandbox_processingDeclined")
    world.now = wish.deadline
    await world.expire()
    await world.sandbox.settle()
    world.wait(3 * MINUTE)
    await world.recover()
    await world.expire()
    await world.refund()
    assert await world.state(first) is PledgeState.REFUNDED


async def test_3d_secure_that_is_never_answered_holds_the_item_for_half_an_hour(
    world: World,
) -> None:
    wish = await world.wish(10_000)
    first = await world.pledge(wish, 4_000)
    world.now = wish.deadline - MINUTE
    await world.pledge(wish, card="pm_card_authenticationRequired")
    world.now = wish.deadline
    await world.expire()
    assert (await world.funding(wish)).state is FundingState.CLOSING
    world.wait(29 * MINUTE)
    await world.recover()
    await world.expire()
    await world.refund()
    assert await world.state(first) is PledgeState.REFUNDED


async def test_taken_back_just_before_the_end_though_the_rest_is_whole(world: World) -> None:
    """The price fell, so the item is whole without the pledge that is on its way back."""
    wish = await world.wish(10_000)
    giver = await world.guest()
    back = await world.pledge(wish, 4_000, giver=giver)
    kept = await world.pledge(wish, 5_000)
    await world.give_back(back, giver)
    await world.reprice(wish, 5_000)
    world.now = wish.deadline
    await world.expire()
    assert (await world.funding(wish)).state is FundingState.CLOSING
    await world.refund()
    await world.expire()
    funding = await world.funding(wish)
    assert (funding.state, funding.target_minor) == (FundingState.RESERVED, 5_000)
    assert await world.state(kept) is PledgeState.PAID
    assert await world.state(back) is PledgeState.REFUNDED


async def test_an_item_without_any_paid_pledge_is_decided_too(world: World) -> None:
    wish = await world.wish()
    giver = await world.guest()
    pledge = await world.pledge(wish, 4_000, giver=giver)
    await world.give_back(pledge, giver)
    world.now = wish.deadline
    await world.expire()
    assert (await world.funding(wish)).state is FundingState.UNFUNDED
    await world.refund()
    assert (await world.row(pledge)).refund_reason is RefundReason.GIVER


async def test_many_lists_at_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(closing, "BATCH", 2)
    owner = await world.account()
    wishes = [await world.wish(10_000, owner=owner) for _ in range(5)]
    giver = await world.guest()
    pledges = [await world.pledge(wish, 1_000, giver=giver) for wish in wishes]
    world.now = wishes[0].deadline
    expired = await world.expire()
    assert (expired.lists_closed, expired.items_decided) == (5, 5)
    assert (await world.refund()).refunded == 5
    assert {await world.state(pledge) for pledge in pledges} == {PledgeState.REFUNDED}


async def test_a_later_deadline_counts_from_then_on(world: World) -> None:
    wish = await world.wish()
    await world.pledge(wish, 4_000)
    later = wish.deadline + 10 * DAY
    await lists.edit_list(wish.list, changes={"deadline": later}, now=world.now)
    world.now = wish.deadline
    assert (await world.expire()).lists_closed == 0
    await world.pledge(wish)
    world.now = later
    assert (await world.expire()).lists_closed == 1
    assert (await world.funding(wish)).state is FundingState.RESERVED


async def test_an_operator_closes_a_list_early(world: World) -> None:
    wish = await world.wish(10_000)
    whole = await world.item(wish.list, 5_000)
    kept = await world.pledge(wish, item_id=whole)
    pledge = await world.pledge(wish, 4_000)
    giver = await world.guest()
    await closing.close_list(wish.list.id, now=world.now)
    shown = await lists.own_list(wish.list, now=world.now)
    assert (shown.state, shown.deadline) == (lists.ListState.INACTIVE, wish.deadline)
    assert await refusal(world.pledge(wish, 1_000, giver=giver)) == "item_not_open"
    before = await snapshot()
    with pytest.raises(closing.ListClosedAlready):
        await closing.close_list(wish.list.id, now=world.now)
    with pytest.raises(lists.ListNotFound):
        await closing.close_list(wish.item_id, now=world.now)
    assert await snapshot() == before
    assert (await world.expire()).items_decided == 1
    await world.refund()
    assert await world.state(pledge) is PledgeState.REFUNDED
    assert await world.state(kept) is PledgeState.PAID


@pytest.mark.parametrize("what", ["deleted", "over"])
async def test_an_operator_closes_what_cannot_be_closed(world: World, what: str) -> None:
    wish = await world.wish()
    if what == "deleted":
        await lists.delete_list(wish.list, now=world.now)
    else:
        world.now = wish.deadline
    before = await snapshot()
    code = {"deleted": "list_not_found", "over": closing.ListClosedAlready.code}[what]
    assert await refusal(closing.close_list(wish.list.id, now=world.now)) == code
    assert await snapshot() == before
