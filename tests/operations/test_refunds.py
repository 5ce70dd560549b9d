"""Giving back: each pledge once, in full, whatever Stripe does and wherever a process dies."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import UUID

import pytest
from typing_extensions import override

from tests.support.makers import DAY, MINUTE, Wish, World
from tests.support.pausing import PausingGateway
from tests.support.sandbox import REFUNDS
from tests.support.snapshot import snapshot
from wishcore import jobs, pledges, refunds
from wishcore.ids import new_id
from wishcore.money import Money
from wishcore.payments import CardDeclined, PaymentRefused, RefundAtProvider
from wishcore.pledges.models import PledgeState, RefundReason
from wishcore.refunds.operations import record_refund

FAULTS = ("drop_before", "drop_after", "status", "status_after", "truncate", "html")
LEASE_OVER = timedelta(minutes=3)


async def due(world: World, card: str = "pm_card_visa") -> tuple[Wish, UUID]:
    """Return a pledge that is due to go back."""
    wish = await world.wish(10_000)
    giver = await world.guest()
    pledge = await world.pledge(wish, 4_000, giver=giver, card=card)
    await world.give_back(pledge, giver)
    return wish, pledge


async def test_a_refund_that_takes_its_time(world: World) -> None:
    wish, pledge = await due(world, "pm_card_pendingRefund")
    assert (await world.refund()).pending == 1
    assert await world.state(pledge) is PledgeState.REFUND_PENDING
    assert (await world.funding(wish)).held_minor == 4_000
    assert (await world.refund()).pending == 1
    await world.sandbox.settle()
    assert (await world.refund()).refunded == 1
    assert await world.state(pledge) is PledgeState.REFUNDED
    assert (await world.funding(wish)).held_minor == 0


async def test_a_refund_that_fails_afterwards(world: World) -> None:
    wish, pledge = await due(world, "pm_card_refundFail")
    await world.refund()
    assert await world.state(pledge) is PledgeState.REFUNDED
    assert (await world.funding(wish)).held_minor == 0
    await world.sandbox.settle()
    await world.hear("refund.failed")
    assert await world.state(pledge) is PledgeState.REFUND_FAILED
    assert (await world.funding(wish)).held_minor == 0, "The room may be sold by now."
    assert await world.sandbox.refunded(pledge) == 0
    assert await world.refund() == jobs.Refunded(refunded=0, pending=0, disputed=0, unanswered=0), (
        "Nobody tries again blindly."
    )


async def test_an_operator_tries_a_failed_refund_again(world: World) -> None:
    _, pledge = await due(world, "pm_card_refundFail")
    await world.refund()
    await world.sandbox.settle()
    await world.hear()
    await refunds.refund_by_hand(pledge, now=world.now)
    assert await world.state(pledge) is PledgeState.REFUND_DUE
    await world.refund()
    assert await world.state(pledge) is PledgeState.REFUNDED
    (intent,) = await world.sandbox.intents_of(pledge)
    assert (intent["refunded_count"], intent["refund_failed_count"]) == (2, 1)
    assert (await world.row(pledge)).refund_reason is RefundReason.GIVER


async def test_news_of_the_first_refund_do_not_touch_the_second(world: World) -> None:
    _, pledge = await due(world, "pm_card_refundFail")
    await world.refund()
    await world.sandbox.settle()
    intent_id = await world.intent_id(pledge)
    (failed,) = await world.payments.refunds_of(intent_id)
    stale = await world.row(pledge)
    await world.hear()
    await refunds.refund_by_hand(pledge, now=world.now)
    await refunds.claim_due(limit=1, now=world.now)
    assert await record_refund(stale, failed, now=world.now) is PledgeState.REFUNDING
    world.wait(LEASE_OVER)
    await world.refund()
    assert await world.state(pledge) is PledgeState.REFUNDED


@pytest.mark.parametrize("action", FAULTS)
async def test_the_answer_is_lost(world: World, action: str) -> None:
    """The claim comes back when its lease has run out, and adopts what was done."""
    _, pledge = await due(world)
    await world.sandbox.fault(action, REFUNDS)
    assert (await world.refund()).unanswered == 1
    assert await world.state(pledge) is PledgeState.REFUNDING
    await world.sandbox.heal()
    before = await snapshot()
    await world.refund()
    assert await snapshot() == before, "Somebody may still be at it."
    world.wait(LEASE_OVER)
    assert (await world.refund()).refunded == 1
    assert await world.state(pledge) is PledgeState.REFUNDED
    (intent,) = await world.sandbox.intents_of(pledge)
    assert intent["refunded_count"] == 1


@pytest.mark.slow
@pytest.mark.parametrize("action", FAULTS)
async def test_the_answer_is_lost_and_keys_are_forgotten(world: World, action: str) -> None:
    _, pledge = await due(world)
    await world.sandbox.fault(action, REFUNDS)
    await world.refund()
    await world.sandbox.heal()
    await world.sandbox.forget_keys()
    world.wait(DAY)
    await world.refund()
    assert await world.state(pledge) is PledgeState.REFUNDED
    (intent,) = await world.sandbox.intents_of(pledge)
    assert intent["refunded_count"] == 1


async def test_killed_between_claim_and_post(world: World) -> None:
    _, pledge = await due(world)
    assert await refunds.claim_due(limit=5, now=world.now) == [pledge]
    world.wait(LEASE_OVER - MINUTE / 60_000_000)
    assert await refunds.claim_due(limit=5, now=world.now) == []
    world.wait(MINUTE / 60_000_000)
    await world.refund()
    assert await world.sandbox.refunded(pledge) == 4_000


@pytest.mark.parametrize("keys", ["kept", "forgotten"])
@pytest.mark.parametrize("when", ["before", "after"])
async def test_the_claim_is_taken_over_while_its_worker_sleeps(
    world: World, when: str, keys: str
) -> None:
    _, pledge = await due(world)
    pausing = PausingGateway(world.payments)
    stop = pausing.stop("after" if when == "after" else "before", "create_refund")
    sleepy = asyncio.create_task(jobs.refund(payments=pausing, clock=world.clock))
    async with asyncio.timeout(10):
        await stop.reached.wait()
        world.wait(LEASE_OVER)
        if keys == "forgotten":
            await world.sandbox.forget_keys()
        assert (await world.refund()).refunded == 1
        if keys == "forgotten":
            await world.sandbox.forget_keys()
        stop.go.set()
        assert (await sleepy).refunded == 1, "It was, by somebody else."
    (intent,) = await world.sandbox.intents_of(pledge)
    assert intent["refunded_count"] == 1


async def test_refunded_by_hand_at_stripe_before_it_was_due(world: World) -> None:
    wish = await world.wish(10_000)
    pledge = await world.pledge(wish, 4_000)
    await world.sandbox.refund_by_hand(await world.intent_id(pledge))
    await world.close(wish)
    assert await world.state(pledge) is PledgeState.REFUNDED
    (intent,) = await world.sandbox.intents_of(pledge)
    assert intent["refunded_count"] == 1


async def test_refunded_in_part_by_hand_at_stripe(world: World) -> None:
    """Ours gives the rest; together they are the whole, which is written down as one."""
    wish = await world.wish(10_000)
    pledge = await world.pledge(wish, 4_000)
    others = [await world.pledge(wish, 1_000) for _ in range(3)]
    await world.sandbox.refund_by_hand(await world.intent_id(pledge), amount=1_500)
    await world.close(wish)
    assert {await world.state(each) for each in (pledge, *others)} == {PledgeState.REFUNDED}
    assert await world.sandbox.refunded(pledge) == 4_000


async def test_refunded_in_parts_that_are_not_the_whole_yet(world: World) -> None:
    """The rest takes its time: an operator tries again, and finds the whole."""
    wish = await world.wish(10_000)
    pledge = await world.pledge(wish, 4_000, card="pm_card_pendingRefund")
    await world.sandbox.refund_by_hand(await world.intent_id(pledge), amount=1_500)
    await world.close(wish)
    assert await world.state(pledge) is PledgeState.REFUND_PENDING
    await world.sandbox.settle()
    await world.refund()
    assert await world.state(pledge) is PledgeState.REFUNDED


async def test_an_operator_refunds_by_hand(world: World) -> None:
    wish = await world.wish(10_000)
    pledge = await world.pledge(wish, 4_000)
    await refunds.refund_by_hand(pledge, now=world.now)
    await world.refund()
    row = await world.row(pledge)
    assert (row.state, row.refund_reason) == (PledgeState.REFUNDED, RefundReason.OPERATOR)
    assert (await world.funding(wish)).held_minor == 0


@pytest.mark.parametrize(
    "state",
    ["reserved", "declined", "requires_action", "processing", "refund_due", "refunded"],
)
async def test_what_an_operator_cannot_refund(world: World, state: str) -> None:
    wish = await world.wish(10_000)
    if state in {"refund_due", "refunded"}:
        _, pledge = await due(world)
        if state == "refunded":
            await world.refund()
    elif state == "declined":
        pledge = new_id()
        with pytest.raises(CardDeclined):
            await world.pledge(wish, card="pm_card_chargeDeclined", pledge_id=pledge)
    else:
        card = {
            "requires_action": "pm_card_authenticationRequired",
            "processing": "pm_sandbox_processing",
        }.get(state, "pm_card_visa")
        pledge = await world.pledge(wish, 10_000 if state == "reserved" else 4_000, card=card)
    before = await snapshot()
    with pytest.raises(refunds.RefundNotPossible):
        await refunds.refund_by_hand(pledge, now=world.now)
    assert await snapshot() == before
    with pytest.raises(pledges.PledgeNotFound):
        await refunds.refund_by_hand(new_id(), now=world.now)


async def test_many_are_claimed_in_batches(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "BATCH", 3)
    wish = await world.wish(10_000)
    giver = await world.guest()
    given = [await world.pledge(wish, 500, giver=giver) for _ in range(8)]
    await world.pledge(wish, 500, giver=giver, card="pm_card_pendingRefund")
    await world.close(wish)
    done = await world.refund()
    assert done.pending == 1
    assert {await world.state(pledge) for pledge in given} == {PledgeState.REFUNDED}


async def test_stripe_is_gone_for_the_whole_batch(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "CLAIM", 2)
    wish = await world.wish(10_000)
    giver = await world.guest()
    given = [await world.pledge(wish, 500, giver=giver) for _ in range(6)]
    world.now = wish.deadline
    await world.expire()
    await world.sandbox.break_down()
    assert (await world.refund()).unanswered == 2, "The others need not be asked."
    await world.sandbox.heal()
    world.wait(LEASE_OVER)
    assert (await world.refund()).refunded == 6
    assert {await world.state(pledge) for pledge in given} == {PledgeState.REFUNDED}


async def test_an_error_that_stripe_keeps_costs_no_day(world: World) -> None:
    _, pledge = await due(world)
    await world.sandbox.fault("status_kept", REFUNDS, times=1)
    for _ in range(2):
        assert (await world.refund()).unanswered == 1, "Under its key Stripe says so for a day."
        assert await world.sandbox.refunded(pledge) == 0
        world.wait(LEASE_OVER)
    assert (await world.refund()).refunded == 1
    assert await world.sandbox.refunded(pledge) == 4_000


async def test_parts_that_take_their_time_are_no_failed_refund(world: World) -> None:
    wish, giver = await world.wish(), await world.guest()
    pledge = await world.pledge(wish, 4_000, giver=giver, card="pm_card_pendingRefund")
    await world.sandbox.refund_by_hand(await world.intent_id(pledge), amount=1_000)
    await world.give_back(pledge, giver)
    await world.sandbox.fault("drop_after", REFUNDS, times=4)
    for _ in range(4):
        await world.refund()
        assert await world.state(pledge) is PledgeState.REFUNDING
        world.wait(LEASE_OVER)
    await world.sandbox.settle()
    assert (await world.refund()).refunded == 1
    assert await world.sandbox.refunded(pledge) == 4_000


async def test_refunds_that_are_never_answered_hold_up_no_other(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "CLAIM", 2)
    wish, giver = await world.wish(10_000), await world.guest()
    given = sorted([await world.pledge(wish, 500, giver=giver) for _ in range(5)])
    for pledge in given:
        await world.give_back(pledge, giver)
    await world.sandbox.fault("status_kept", REFUNDS)
    assert (await world.refund()).unanswered == 2, "The others need not be asked."
    await world.sandbox.heal()

    world.wait(LEASE_OVER)
    done = await world.refund()
    assert (done.refunded, done.unanswered) == (3, 2)
    assert [await world.state(pledge) for pledge in given[2:]] == [PledgeState.REFUNDED] * 3


async def test_a_refund_that_stripe_refuses_goes_to_the_operator(world: World) -> None:
    _, pledge = await due(world)
    gateway = PausingGateway(world.payments)
    gateway.refusals["create_refund"] = PaymentRefused("charge_not_refundable")
    done = await jobs.refund(payments=gateway, clock=world.clock)
    assert done.failed == (pledge,)
    assert await world.state(pledge) is PledgeState.REFUND_FAILED
    await refunds.refund_by_hand(pledge, now=world.now)
    await world.refund()
    assert await world.state(pledge) is PledgeState.REFUNDED


class Slow(PausingGateway):
    """The first refunds take so long that the leases of that time have run out."""

    def __init__(self, world: World, *, then: Callable[[], Awaitable[None]]) -> None:
        super().__init__(world.payments)
        self._world = world
        self._then = then
        self._asked = 0

    @override
    async def create_refund(
        self, *, key: str, intent_id: str, part: Money | None = None
    ) -> RefundAtProvider:
        self._asked += 1
        sent = await super().create_refund(key=key, intent_id=intent_id, part=part)
        if self._asked == jobs.CLAIM:
            self._world.wait(10 * MINUTE)
        elif self._asked > jobs.CLAIM:
            await self._then()
        return sent


async def test_a_lease_is_as_long_late_in_the_run_as_at_its_beginning(world: World) -> None:
    wish = await world.wish(100_000)
    pledges = [await world.pledge(wish, 1_000) for _ in range(jobs.CLAIM + 1)]
    world.now = wish.deadline
    await world.expire()

    async def claim_again() -> None:
        assert await refunds.claim_due(limit=100, now=world.now) == []

    done = await jobs.refund(payments=Slow(world, then=claim_again), clock=world.clock)
    assert (done.refunded, done.unanswered) == (len(pledges), 0)


@pytest.mark.parametrize(
    "code", ["resource_missing", "account_invalid", "balance_insufficient", "parameter_unknown", ""]
)
async def test_a_refusal_that_is_not_the_charges_ends_no_refund(world: World, code: str) -> None:
    """A person is told; once it is mended the next try has a key that Stripe has not refused."""
    wish, pledge = await due(world)
    gateway = PausingGateway(world.payments)
    gateway.refusals["create_refund"] = PaymentRefused(code)
    done = await jobs.refund(payments=gateway, clock=world.clock)
    assert [(one.pledge_id, one.code) for one in done.refused] == [(pledge, code)]
    assert (done.failed, done.refunded) == ((), 0)
    assert await world.state(pledge) is PledgeState.REFUNDING
    assert (await world.funding(wish)).held_minor == 4_000
    async with world.sandbox.http.post(
        REFUNDS,
        data={"payment_intent": "pi_of_nobody"},
        headers={
            "Authorization": "Bearer sk_test_sandbox",
            "Idempotency-Key": f"refund:{pledge}:1",
        },
    ) as refused:
        assert refused.status == 404
    world.wait(LEASE_OVER)
    assert (await world.refund()).refunded == 1, "The first key stays refused for a day."
    assert await world.sandbox.refunded(pledge) == 4_000


async def test_a_refund_that_the_cards_side_refuses_goes_to_the_operator(world: World) -> None:
    _, pledge = await due(world)
    gateway = PausingGateway(world.payments)
    gateway.refusals["create_refund"] = CardDeclined(decline_code="lost_card")
    assert (await jobs.refund(payments=gateway, clock=world.clock)).failed == (pledge,)
    assert await world.state(pledge) is PledgeState.REFUND_FAILED


async def test_a_refund_that_fails_afterwards_is_told_once(world: World) -> None:
    _, pledge = await due(world, "pm_card_refundFail")
    await world.refund()
    await world.sandbox.settle()
    await world.take_notices(["refund.failed", "refund.updated"])
    recovered = await world.recover()
    assert (recovered.notices, recovered.failed) == (2, (pledge,))
    assert (await world.recover()).failed == ()
