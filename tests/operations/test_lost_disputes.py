"""Disputes whose notices never come: they are found, asked about, and booked all the same."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from tests.support.books import reconciled
from tests.support.makers import DAY, MINUTE, Wish, World
from tests.support.snapshot import snapshot
from wishcore import invariants, jobs, ledger, pledges, reconciliation, refunds
from wishcore.pledges.models import PledgeState

# What Stripe answers decides here, and other tests send the same statements to PostgreSQL.
pytestmark = pytest.mark.nightly("postgres")

UNHEARD = {"disputed, unheard of"}
CHANGED = {"dispute in another state"}


async def balance(account: str) -> int:
    found = [one for one in await ledger.balances() if one.account == account]
    return sum(one.amount_minor for one in found)


async def kinds(world: World, *, apply: bool = False) -> set[str]:
    found = {drift.kind for drift in await reconciled(world, apply=apply)}
    return found - {"balance too low for refunds"}  # The sandbox's account begins empty.


def rest(world: World) -> None:
    """Let pass what a notice may take, by the sandbox's clock, too."""
    world.now = max(world.now, datetime.now(UTC)) + 3 * MINUTE


async def paid(world: World) -> tuple[Wish, UUID]:
    wish = await world.wish(10_000, open_for=170 * DAY)
    return wish, await world.pledge(wish, 4_000)


async def returned(world: World, card: str) -> UUID:
    """Return a pledge that was given back; `settle` then ends its refund."""
    wish = await world.wish(10_000, open_for=170 * DAY)
    giver = await world.guest()
    pledge = await world.pledge(wish, 4_000, card=card, giver=giver)
    await world.give_back(pledge, giver)
    await world.refund()
    return pledge


async def dispute(world: World, pledge: UUID) -> None:
    await world.sandbox.dispute(await world.intent_id(pledge))
    rest(world)


async def close(world: World, pledge: UUID, outcome: str) -> None:
    await world.sandbox.close_dispute(await world.intent_id(pledge), outcome)


@pytest.mark.parametrize(
    ("outcome", "state"),
    [("", PledgeState.DISPUTED), ("won", PledgeState.PAID), ("lost", PledgeState.LOST)],
)
async def test_a_dispute_that_nobody_told_of(
    world: World, outcome: str, state: PledgeState
) -> None:
    """Eight days of all jobs hear nothing: reconciliation says so, and books it when told to."""
    wish, pledge = await paid(world)
    rest_of_it = await world.pledge(wish, 6_000)
    await world.sandbox.dispute(await world.intent_id(pledge))
    assert await kinds(world) == set(), "The notice gets its time."
    if outcome:
        await close(world, pledge, outcome)
    rest(world)
    for _ in range(8):
        world.wait(DAY)
        await world.recover()
        await world.expire()
        await world.refund()
    assert await world.state(pledge) is PledgeState.PAID
    before = await snapshot()
    assert await kinds(world) == UNHEARD
    assert await snapshot() == before, "Nothing is changed unasked."

    assert await kinds(world, apply=True) == set()

    assert await world.state(pledge) is state
    assert await world.state(rest_of_it) is PledgeState.PAID
    assert await kinds(world) == set()


async def test_a_dispute_of_a_charge_that_is_older_than_the_comparison(world: World) -> None:
    _, pledge = await paid(world)
    await world.sandbox.tell("advance", seconds=60 * DAY.total_seconds())
    await world.sandbox.dispute(await world.intent_id(pledge))
    world.now = datetime.now(UTC) + 61 * DAY
    assert await kinds_of_a_week(world) == UNHEARD


async def test_the_end_of_a_dispute_that_is_older_than_the_comparison(world: World) -> None:
    _, pledge = await paid(world)
    await dispute(world, pledge)
    await world.hear("charge.dispute.created")
    await close(world, pledge, "lost")
    world.wait(60 * DAY)
    assert await kinds_of_a_week(world) == CHANGED


async def test_the_end_of_an_old_dispute_changes(world: World) -> None:
    """It was won months ago, and no list of the last days names it: we remember it for a year."""
    _, pledge = await paid(world)
    await dispute(world, pledge)
    await close(world, pledge, "won")
    await world.hear()
    world.wait(300 * DAY)
    await world.sandbox.overturn(await world.sandbox.dispute_of(await world.intent_id(pledge)))
    assert await kinds_of_a_week(world) == CHANGED
    world.wait(70 * DAY)
    assert await kinds_of_a_week(world) == set(), "Not for ever."


async def kinds_of_a_week(world: World) -> set[str]:
    found = await reconciliation.reconcile(
        payments=world.payments, since=world.now - 7 * DAY, apply=False, clock=world.clock,
        progress=jobs.silent, keep=nothing,
    )  # fmt: skip
    assert found.intents == 0
    return {drift.kind for drift in found.drifts} - {"balance too low for refunds"}


async def nothing() -> None:
    """Keep no lease."""


@pytest.mark.parametrize(("outcome", "state"), [("won", "paid"), ("lost", "lost")])
async def test_an_end_that_nobody_told_of(world: World, outcome: str, state: str) -> None:
    _, pledge = await paid(world)
    await dispute(world, pledge)
    await world.hear("charge.dispute.created")
    assert await world.state(pledge) is PledgeState.DISPUTED
    world.wait(6 * MINUTE)
    await close(world, pledge, outcome)
    assert (await world.recover()).looked_at == 0
    assert await kinds(world) == set(), "Recovery asks within the day."
    world.wait(DAY)
    assert (await jobs.due(now=world.now)).disputes_to_ask_about == 1
    assert await kinds(world) == CHANGED

    done = await world.recover()

    assert (done.looked_at, done.ended) == (1, 1)
    assert await world.state(pledge) == state
    assert await kinds(world) == set()
    assert await balance("disputes") == 0


async def test_an_open_dispute_is_asked_about_once_a_day(world: World) -> None:
    _, pledge = await paid(world)
    await dispute(world, pledge)
    await world.hear("charge.dispute.created")
    for _ in range(3):
        world.wait(DAY)
        done = await world.recover()
        assert (done.looked_at, done.ended) == (1, 0)
        assert (await world.recover()).looked_at == 0
        assert await invariants.check(now=world.now) == []
    assert await world.state(pledge) is PledgeState.DISPUTED
    world.wait(2 * DAY)
    (found,) = await invariants.check(now=world.now)
    assert (found.fact, found.what) == ("open disputes are asked about every day", str(pledge))


@pytest.mark.parametrize(("ahead", "is_due"), [(DAY - MINUTE, False), (DAY + MINUTE, True)])
async def test_a_dispute_that_a_clock_ahead_has_heard_of(
    world: World, ahead: timedelta, *, is_due: bool
) -> None:
    """Nobody leaves a dispute alone for more than two days, whatever that clock has written."""
    _, pledge = await paid(world)
    await dispute(world, pledge)
    world.now += ahead
    await world.hear("charge.dispute.created")
    world.now -= ahead
    assert (await jobs.due(now=world.now)).disputes_to_ask_about == is_due
    assert (await world.recover()).looked_at == is_due
    assert (await jobs.due(now=world.now)).disputes_to_ask_about == 0


async def test_only_some_disputes_are_asked_about_at_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "BATCH", 2)
    wish = await world.wish(10_000, open_for=170 * DAY)
    for pledge in [await world.pledge(wish, 1_000) for _ in range(3)]:
        await dispute(world, pledge)
    await world.hear("charge.dispute.created")
    world.wait(DAY)
    assert [(await world.recover()).looked_at for _ in range(3)] == [2, 1, 0]


async def test_silence_leaves_a_dispute_to_the_next_day(world: World) -> None:
    _, pledge = await paid(world)
    await dispute(world, pledge)
    await world.hear("charge.dispute.created")
    await close(world, pledge, "lost")
    world.wait(DAY)
    await world.sandbox.break_down()
    assert (await world.recover()).unanswered == 1
    await world.sandbox.heal()
    assert (await world.recover()).looked_at == 0
    world.wait(DAY)
    assert (await world.recover()).ended == 1
    assert await world.state(pledge) is PledgeState.LOST


async def test_a_dispute_of_a_pledge_that_is_settled_elsewhere(world: World) -> None:
    """It was charged, and nobody wrote that down: first the charge is adopted."""
    wish = await world.wish(10_000)
    await world.sandbox.fault("drop_after", "/v1/payment_intents/*/confirm")
    pledge = await world.pledge(wish, 4_000)
    await world.sandbox.heal()
    await dispute(world, pledge)
    assert await kinds(world) == {"charged, not settled yet", *UNHEARD}
    await world.recover()
    assert await world.state(pledge) is PledgeState.DISPUTED
    assert await kinds(world) == set()


# Pledges that have gone back, or could not


@pytest.mark.slow
@pytest.mark.parametrize(
    ("outcome", "state"), [("won", PledgeState.REFUND_FAILED), ("lost", PledgeState.LOST)]
)
@pytest.mark.parametrize("is_heard", [True, False], ids=["heard", "unheard"])
async def test_a_giver_whose_refund_failed_asks_the_bank(
    world: World, outcome: str, state: PledgeState, *, is_heard: bool
) -> None:
    """Won, it is again an operator's task, who may have paid in another way meanwhile."""
    pledge = await returned(world, "pm_card_refundFail")
    await world.sandbox.settle()
    await world.hear("refund.failed")
    assert await world.state(pledge) is PledgeState.REFUND_FAILED
    await dispute(world, pledge)
    assert await kinds(world) == UNHEARD
    if is_heard:
        await world.hear("charge.dispute.created")
    else:
        assert await kinds(world, apply=True) == set()
    assert await world.state(pledge) is PledgeState.DISPUTED
    before = await snapshot()
    with pytest.raises(refunds.RefundNotPossible):
        await refunds.refund_by_hand(pledge, now=world.now)
    assert await snapshot() == before

    await close(world, pledge, outcome)
    world.wait(DAY)
    done = await world.recover()
    assert done.failed == ((pledge,) if outcome == "won" else ()), "A person's task is named."
    await world.refund()

    assert await world.state(pledge) is state
    assert await world.sandbox.refunded(pledge) == 0
    assert await balance("givers") == (-4_000 if outcome == "won" else 0)
    assert await balance("disputes") == 0
    assert await kinds(world) == set()


async def test_a_failed_refund_that_is_tried_again_while_the_bank_has_the_money(
    world: World,
) -> None:
    """Nobody has heard of the dispute: Stripe refuses the second refund, and says why."""
    pledge = await returned(world, "pm_card_refundFail")
    await world.sandbox.settle()
    await world.hear("refund.failed")
    await dispute(world, pledge)
    await refunds.refund_by_hand(pledge, now=world.now)
    await world.refund()
    assert await world.state(pledge) is PledgeState.DISPUTED
    await close(world, pledge, "won")
    await world.hear()
    assert await world.state(pledge) is PledgeState.REFUND_FAILED
    await refunds.refund_by_hand(pledge, now=world.now)
    await world.refund()
    assert await world.state(pledge) is PledgeState.REFUNDED
    assert await world.sandbox.refunded(pledge) == 4_000


@pytest.mark.slow
@pytest.mark.parametrize("outcome", ["", "won", "lost"])
@pytest.mark.parametrize("is_heard", [True, False], ids=["heard", "unheard"])
async def test_what_went_back_is_disputed(world: World, outcome: str, *, is_heard: bool) -> None:
    """The giver has the money: it stays refunded. What the bank takes is the operator's loss."""
    pledge = await returned(world, "pm_card_visa")
    assert await world.state(pledge) is PledgeState.REFUNDED
    await dispute(world, pledge)
    if is_heard:
        await world.hear("charge.dispute.created")
    assert await kinds(world) == (set() if is_heard else UNHEARD)
    if outcome:
        await close(world, pledge, outcome)
        if is_heard:
            # There is nothing to book when it is lost.
            assert await kinds(world) == (CHANGED if outcome == "won" else set())
    assert await kinds(world, apply=True) == set()
    assert await world.state(pledge) is PledgeState.REFUNDED
    assert await balance("givers") == 0
    assert await balance("disputes") == (0 if outcome == "won" else 4_000)
    assert await kinds(world) == set()


@pytest.mark.slow
@pytest.mark.parametrize("refund_ends", ["first", "last"])
@pytest.mark.parametrize("outcome", ["won", "lost"])
@pytest.mark.parametrize("card", ["pm_card_pendingRefund", "pm_sandbox_pendingRefundFails"])
async def test_a_dispute_beside_a_refund_on_its_way(
    world: World, card: str, outcome: str, refund_ends: str
) -> None:
    is_failing = card == "pm_sandbox_pendingRefundFails"
    pledge = await returned(world, card)
    assert await world.state(pledge) is PledgeState.REFUND_PENDING
    await dispute(world, pledge)
    await world.hear("charge.dispute.created")
    assert await world.state(pledge) is PledgeState.REFUND_PENDING
    if refund_ends == "first":
        await world.sandbox.settle()
        await world.refund()
        held_by_bank = PledgeState.DISPUTED if is_failing else PledgeState.REFUNDED
        assert await world.state(pledge) is held_by_bank
    await close(world, pledge, outcome)
    await world.hear("charge.dispute.closed")
    if refund_ends == "last":
        await world.sandbox.settle()
        await world.refund()
        await world.recover()
    failed = PledgeState.REFUND_FAILED if outcome == "won" else PledgeState.LOST
    assert await world.state(pledge) is (failed if is_failing else PledgeState.REFUNDED)
    assert await kinds(world) == set()


async def test_a_refund_that_fails_after_its_dispute_was_lost(world: World) -> None:
    """The giver has it once, from the bank: nothing is owed any more."""
    pledge = await returned(world, "pm_card_refundFail")
    await dispute(world, pledge)
    await world.hear("charge.dispute.created")
    await close(world, pledge, "lost")
    await world.hear()
    assert await world.state(pledge) is PledgeState.REFUNDED
    await world.sandbox.settle()
    await world.hear("refund.failed")
    assert await world.state(pledge) is PledgeState.DISPUTED
    assert (await world.recover()).ended == 1
    assert await world.state(pledge) is PledgeState.LOST
    assert (await balance("givers"), await balance("disputes")) == (0, 0)


async def test_a_giver_sees_that_what_went_back_went_back(world: World) -> None:
    wish = await world.wish(10_000, open_for=170 * DAY)
    giver = await world.guest()
    pledge = await world.pledge(wish, 4_000, giver=giver)
    await world.give_back(pledge, giver)
    await world.refund()
    await dispute(world, pledge)
    await world.hear()
    seen = await pledges.own_pledge(pledge, giver=pledges.Giver.of(giver))
    assert seen.state is pledges.GiverState.REFUNDED
