"""Stripe's notices: hints, which come twice, late, in any order, or about nothing we know."""

import random

import pytest

from tests.support.makers import MINUTE, World
from tests.support.snapshot import snapshot
from wishcore import db, jobs, payments, settlement
from wishcore.payments import Notice, operations
from wishcore.pledges.models import PledgeState


async def outcomes() -> dict[str, str | None]:
    rows = await db.rows("SELECT id, outcome FROM payment_notice")
    return {str(row["id"]): row["outcome"] for row in rows}


def notice(world: World, name: str, intent_id: str | None) -> Notice:
    return Notice(
        id=name, kind="payment_intent.succeeded", intent_id=intent_id, created_at=world.now
    )


async def act(world: World) -> int:
    acted = await settlement.act_on_notices(
        payments=world.payments, clock=world.clock, for_people=settlement.ForPeople()
    )
    return acted.ended


async def test_a_notice_is_stored_once(world: World) -> None:
    first = notice(world, "evt_1", "pi_1")
    assert await payments.store_notice(first, now=world.now) is True
    before = await snapshot()
    assert await payments.store_notice(first, now=world.now + MINUTE) is False
    assert await snapshot() == before


async def test_every_notice_twice_and_in_any_order(world: World) -> None:
    wish = await world.wish(10_000)
    paid = await world.pledge(wish, 4_000, card="pm_card_authenticationRequired")
    refused = await world.pledge(wish, 1_000, card="pm_card_authenticationRequired")
    await world.challenge(paid, "approve")
    await world.challenge(refused, "refuse")
    taken = await world.take_notices()
    assert len(taken) > 6
    random.Random(5).shuffle(taken)
    again = [
        Notice(id=f"{one.id}_again", kind=one.kind, intent_id=one.intent_id, created_at=world.now)
        for one in taken
    ]
    for one in again:
        await payments.store_notice(one, now=world.now)
    assert await act(world) == len(taken) + len(again)
    assert await world.state(paid) is PledgeState.PAID
    assert await world.state(refused) is PledgeState.DECLINED
    before = await snapshot()
    assert await act(world) == 0
    assert await snapshot() == before


async def test_about_nothing_we_know(world: World) -> None:
    await payments.store_notice(notice(world, "evt_1", "pi_strange"), now=world.now)
    await payments.store_notice(notice(world, "evt_2", None), now=world.now)
    assert await act(world) == 2
    assert await outcomes() == {"evt_1": "unknown", "evt_2": "ignored"}


async def test_a_notice_says_nothing_by_itself(world: World) -> None:
    """Whoever could forge one would still not have paid."""
    wish = await world.wish()
    pledge = await world.pledge(wish, card="pm_card_authenticationRequired")
    forged = notice(world, "evt_forged", await world.intent_id(pledge))
    await payments.store_notice(forged, now=world.now)
    await act(world)
    assert await world.state(pledge) is PledgeState.REQUIRES_ACTION
    assert (await world.funding(wish)).paid_minor == 0


async def test_stripe_is_gone_while_a_notice_is_acted_upon(world: World) -> None:
    wish = await world.wish()
    pledge = await world.pledge(wish, card="pm_card_authenticationRequired")
    await world.challenge(pledge, "approve")
    await world.take_notices(["payment_intent.succeeded"])
    await world.sandbox.break_down()
    assert await act(world) == 0
    assert await act(world) == 0, "It is not asked again at once."
    await world.sandbox.heal()
    world.wait(MINUTE)
    assert await act(world) == 1
    assert await world.state(pledge) is PledgeState.PAID


async def test_stripe_is_gone_for_a_day(world: World) -> None:
    """A dispute is told by its notice alone: it must not be given up."""
    wish = await world.wish(10_000)
    pledge = await world.pledge(wish, 4_000, card="pm_card_refundFail")
    await world.close(wish)
    await world.sandbox.settle()
    await world.take_notices(["refund.failed"])
    await world.sandbox.break_down()
    for _ in range(24 * 4):
        await act(world)
        world.wait(15 * MINUTE)
    await world.sandbox.heal()
    world.wait(60 * MINUTE)
    assert await act(world) == 1
    assert await world.state(pledge) is PledgeState.REFUND_FAILED


async def test_a_notice_that_never_works_is_given_up_at_last(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (jobs, operations):
        monkeypatch.setattr(module, "TRIES_MAX", 15)
    wish = await world.wish()
    pledge = await world.pledge(wish, 4_000)
    await world.take_notices(["payment_intent.succeeded"])
    await world.sandbox.break_down()
    for _ in range(20):
        await act(world)
        world.wait(60 * MINUTE)
    await world.sandbox.heal()
    assert await act(world) == 0
    assert (await jobs.due(now=world.now)).notices == 0
    assert await world.state(pledge) is PledgeState.PAID


async def test_an_intent_that_stripe_does_not_know_stops_nothing(world: World) -> None:
    wish = await world.wish()
    pledge = await world.pledge(wish, card="pm_card_authenticationRequired")
    await world.challenge(pledge, "approve")
    await world.take_notices(["payment_intent.succeeded"])
    path = f"/v1/payment_intents/{await world.intent_id(pledge)}"
    await world.sandbox.fault("status", path, method="GET", status=404)
    recovered = await world.recover()
    assert (recovered.notices, recovered.ended) == (0, 0)
    await world.sandbox.heal()
    world.wait(3 * MINUTE)
    await world.recover()
    assert await world.state(pledge) is PledgeState.PAID


@pytest.mark.parametrize("kind", ["charge.refunded", "refund.created", "refund.updated"])
async def test_a_refund_is_heard_of(world: World, kind: str) -> None:
    wish = await world.wish(10_000)
    pledge = await world.pledge(wish, 4_000, card="pm_card_pendingRefund")
    await world.close(wish)
    assert await world.state(pledge) is PledgeState.REFUND_PENDING
    await world.sandbox.settle()
    await world.hear(kind)
    assert await world.state(pledge) is PledgeState.REFUNDED
