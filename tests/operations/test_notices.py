"""Stripe's notices: hints, which come twice, late, in any order, or about nothing we know."""

import random
import re
from collections import Counter
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

import pytest

from tests.support.makers import MINUTE, World
from tests.support.planting import ROOT
from tests.support.snapshot import snapshot
from wishcore import db, jobs, payments, settlement
from wishcore.integrations.stripe_answers import notice_of
from wishcore.payments import CardDeclined, Notice, operations
from wishcore.pledges.models import PledgeState

README: Final = ROOT / "README.md"
ENTRIES_OF_A_FEE: Final = 2


async def outcomes() -> dict[str, str | None]:
    rows = await db.rows("SELECT id, outcome FROM payment_notice")
    return {str(row["id"]): row["outcome"] for row in rows}


def event(kind: str, about: dict[str, str], *, name: str = "evt_1") -> dict[str, Any]:
    return {"id": name, "type": kind, "created": 1, "data": {"object": about}}


def notice(world: World, name: str, intent_id: str | None) -> Notice:
    return Notice(
        id=name, kind="payment_intent.succeeded", intent_id=intent_id, created_at=world.now
    )


@db.transactional
async def forget_fee(pledge: UUID) -> None:
    forgotten = "DELETE FROM ledger_entry WHERE movement = :fee RETURNING id"
    assert await db.change(forgotten, fee=f"fee:{pledge}") == ENTRIES_OF_A_FEE


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


@pytest.mark.parametrize(
    ("card", "told"),
    [
        ("pm_card_visa", "payment_intent.succeeded"),
        ("pm_sandbox_processing", "payment_intent.processing"),
    ],
)
async def test_of_a_charge_stripe_is_asked_once(world: World, card: str, told: str) -> None:
    """Of its making, of the charge's state and of the payment's come notices: one is a hint."""
    wish = await world.wish()
    pledge = await world.pledge(wish, card=card)
    path = f"/v1/payment_intents/{await world.intent_id(pledge)}"
    asked = await world.sandbox.asked(path, method="GET")
    assert [one.kind for one in await world.take_notices()] == [told]
    assert Counter((await outcomes()).values()) == {"ignored": 2, None: 1}
    before = await snapshot()
    assert await world.take_notices() == [], "All of them are known."
    assert await snapshot() == before
    assert await act(world) == 1
    assert await world.sandbox.asked(path, method="GET") == asked + 1


async def test_what_ends_later_is_told_by_the_payment(world: World) -> None:
    wish = await world.wish()
    pledge = await world.pledge(wish, card="pm_sandbox_processing")
    await world.hear()
    assert await world.state(pledge) is PledgeState.PROCESSING
    await world.sandbox.settle()
    assert [one.kind for one in await world.take_notices()] == ["payment_intent.succeeded"]
    assert await act(world) == 1
    assert await world.state(pledge) is PledgeState.PAID


async def test_a_fee_that_is_booked_later_is_heard_of(world: World) -> None:
    wish = await world.wish()
    pledge = await world.pledge(wish)
    await world.hear()
    await forget_fee(pledge)
    about = {"id": "ch_1", "object": "charge", "payment_intent": await world.intent_id(pledge)}
    for name in ("evt_1", "evt_2"):
        told = notice_of(event("charge.updated", about, name=name))
        assert await payments.store_notice(told, now=world.now)
        assert await act(world) == 1
        entries = await db.rows(
            "SELECT id FROM ledger_entry WHERE movement = :fee", fee=f"fee:{pledge}"
        )
        assert len(entries) == ENTRIES_OF_A_FEE


async def test_what_an_older_version_stored_is_acted_upon(world: World) -> None:
    """It had not ended what is no hint."""
    wish = await world.wish()
    pledge = await world.pledge(wish, card="pm_card_authenticationRequired")
    await world.challenge(pledge, "approve")
    old = replace(notice(world, "evt_1", await world.intent_id(pledge)), kind="charge.succeeded")
    await payments.store_notice(old, now=world.now)
    assert await act(world) == 1
    assert await world.state(pledge) is PledgeState.PAID


def test_every_event_that_the_readme_asks_for_is_a_hint() -> None:
    asked = re.findall(r"`((?:payment_intent|charge|refund)\.[a-z_.]+)`", README.read_text())
    assert len(asked) == len(set(asked)) == 16
    for kind in (*asked, "charge.of_another_year"):
        assert notice_of(event(kind, {"id": "pi_1", "object": "payment_intent"})).is_hint, kind


async def test_a_declined_charge_is_told_once(world: World) -> None:
    wish = await world.wish()
    with pytest.raises(CardDeclined):
        await world.pledge(wish, card="pm_card_chargeDeclined")
    kinds = [one.kind for one in await world.take_notices()]
    assert kinds == ["payment_intent.payment_failed"]
    assert Counter((await outcomes()).values()) == {"ignored": 2, None: 1}


async def test_every_notice_twice_and_in_any_order(world: World) -> None:
    wish = await world.wish(10_000)
    paid = await world.pledge(wish, 4_000, card="pm_card_authenticationRequired")
    refused = await world.pledge(wish, 1_000, card="pm_card_authenticationRequired")
    await world.challenge(paid, "approve")
    await world.challenge(refused, "refuse")
    taken = await world.take_notices()
    assert len(taken) == 4
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


async def test_notices_of_which_stripe_tells_nothing_hold_up_no_others(world: World) -> None:
    """A few silences end the run; those behind them are the first of the next one."""
    wish = await world.wish(10_000)
    for _ in range(5):
        await world.pledge(wish, 2_000)
    told = await world.take_notices(["payment_intent.succeeded"])
    first = sorted(notice.id for notice in told)[:3]
    for notice in told:
        if notice.id in first:
            path = f"/v1/payment_intents/{notice.intent_id}"
            await world.sandbox.fault("drop_before", path, method="GET")
    before = await snapshot()

    acted = await settlement.act_on_notices(
        payments=world.payments, clock=world.clock, for_people=settlement.ForPeople()
    )

    assert (acted.ended, acted.waiting) == (0, 3)
    assert (await snapshot())["pledge"] == before["pledge"]
    world.wait(2 * MINUTE)
    assert await act(world) == 2
    await world.sandbox.heal()
    world.wait(2 * MINUTE)
    assert await act(world) == 3


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
