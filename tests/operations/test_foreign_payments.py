"""Payments in Stripe's account of a kind that we do not make: others use the account, too."""

import json
import typing
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import stripe

from tests.support.books import TOO_LOW, broken, reconciled
from tests.support.makers import MINUTE, World
from tests.support.sandbox import INTENTS, REFUNDS
from tests.support.snapshot import snapshot
from wishcore import pledges
from wishcore.money import Money
from wishcore.payments import IntentStatus, PaymentsUnavailable
from wishcore.pledges.models import PledgeState
from wishcore.reconciliation import Drift

# What Stripe answers decides here, and other tests send the same statements to PostgreSQL.
pytestmark = pytest.mark.nightly("postgres")

DISPUTES = "/v1/disputes"
Change = Mapping[str, object]


async def lists(world: World, path: str, of: str, **change: object) -> None:
    """Let Stripe's list show one of its objects otherwise than the sandbox makes them."""
    page = await world.sandbox.ask("GET", path, {"limit": "100"})
    assert [found for found in page["data"] if found["id"] == of]
    page["data"] = [found | change if found["id"] == of else found for found in page["data"]]
    await answers(world, path, page)


async def answers(world: World, path: str, answer: object) -> None:
    body = json.dumps(answer)
    await world.sandbox.tell(
        "faults", action="malformed", body=body, times=None, path=path, method="GET"
    )


async def foreign(world: World, *, card: str = "pm_card_visa") -> str:
    """Return a payment that somebody else has begun."""
    world.by_hand.add(UUID(int=0))
    return await world.payments.create_intent(
        key="foreign", amount=Money(1_000, "USD"), payment_method=card,
        metadata={"pledge": str(UUID(int=0))},
    )  # fmt: skip


def test_every_status_that_stripe_publishes_is_known() -> None:
    (published, _) = typing.get_args(stripe.PaymentIntent.__annotations__["status"])
    assert set(IntentStatus) == set(typing.get_args(published))


async def test_a_foreign_payment_that_waits_for_its_capture_is_no_drift(world: World) -> None:
    wish = await world.wish(10_000)
    await world.pledge(wish, 4_000)
    await lists(world, INTENTS, await foreign(world), status="requires_capture")

    for apply in (False, True):
        assert await reconciled(world, apply=apply) == ()


@pytest.mark.parametrize(
    "change",
    [{"status": "of_tomorrow"}, {"created": 1e20}, {"amount": None}, {"currency": 5, "amount": {}},
     {"latest_charge": 5}],
    ids=str,
)  # fmt: skip
async def test_a_payment_that_cannot_be_read_is_named_and_the_rest_compared(
    world: World, change: Change
) -> None:
    wish = await world.wish(10_000)
    await world.sandbox.fault("drop_after", f"{INTENTS}/*/confirm")
    pledge = await world.pledge(wish, 4_000)
    await world.sandbox.heal()
    world.now = max(world.now, datetime.now(UTC)) + 3 * MINUTE  # It is charged by Stripe's clock.
    strange = await foreign(world)
    await lists(world, INTENTS, strange, **change)

    named = {(found.kind, found.what) for found in await reconciled(world)}

    assert named == {("cannot be read", strange), ("charged, not settled yet", str(pledge))}
    (left,) = await reconciled(world, apply=True)
    assert (left.kind, left.what) == ("cannot be read", strange)
    assert left.detail.startswith(("ValueError: ", "TypeError: ", "OverflowError: ", "KeyError: "))
    assert await world.state(pledge) is PledgeState.PAID


@pytest.mark.drifts("charge without pledge", "dispute without pledge")
async def test_refunds_and_disputes_that_cannot_be_read_are_named(world: World) -> None:
    wish = await world.wish(10_000)
    await world.pledge(wish, 4_000)
    await world.close(wish)
    strange = await foreign(world, card="pm_card_createDispute")
    await world.payments.confirm_intent(strange, key="foreign", return_url="https://wish.test")
    (refund,) = (await world.sandbox.ask("GET", REFUNDS, {}))["data"]
    (dispute,) = (await world.sandbox.ask("GET", DISPUTES, {}))["data"]
    await lists(world, REFUNDS, refund["id"], status="of_tomorrow")
    page = {"object": "list", "data": [{"id": dispute["id"]}], "has_more": False, "url": DISPUTES}
    await answers(world, DISPUTES, page)
    before = await snapshot()

    named = {found.what for found in await reconciled(world) if found.kind == "cannot be read"}

    assert named == {refund["id"], dispute["id"]}
    assert await snapshot() == before


async def test_a_payment_of_ours_that_cannot_be_read_does_not_end_the_comparison(
    world: World,
) -> None:
    wish = await world.wish(10_000)
    pledge = await world.pledge(wish, 4_000, card="pm_card_createDispute")
    await world.hear()
    intent_id = await world.intent_id(pledge)
    shown = await world.sandbox.ask("GET", f"{INTENTS}/{intent_id}", {})
    await lists(world, INTENTS, intent_id, status="of_tomorrow")
    await answers(world, f"{INTENTS}/{intent_id}", shown | {"status": "of_tomorrow"})
    before = await snapshot()

    for apply in (False, True):
        (named,) = await reconciled(world, apply=apply)
        assert (named.kind, named.what) == ("cannot be read", intent_id)
    assert await snapshot() == before


async def lists_only(world: World, path: str, *objects: object) -> None:
    """Let Stripe's list have these alone, whoever asks for it."""
    page = {"object": "list", "data": list(objects), "has_more": False, "url": path}
    await answers(world, path, page)


@pytest.mark.parametrize("part", ["dispute", "refund", "missing refund", "missing charge"])
async def test_a_part_of_ours_that_cannot_be_read_anew_is_named_once(
    world: World, part: str
) -> None:
    """The list is read, and says to look at the payment again: that look cannot be read."""
    wish = await world.wish(10_000)
    pledge = await world.pledge(
        wish, 4_000, card="pm_card_createDispute" if part == "dispute" else "pm_card_visa"
    )
    intent_id = await world.intent_id(pledge)
    expected = {intent_id}
    if part == "dispute":
        await world.hear()
        (found,) = (await world.sandbox.ask("GET", DISPUTES, {}))["data"]
        await lists_only(world, DISPUTES, found | {"status": "lost", "balance_transactions": 5})
    elif part == "missing charge":
        shown = await world.sandbox.ask("GET", f"{INTENTS}/{intent_id}", {})
        await answers(world, f"{INTENTS}/{intent_id}", shown | {"status": "of_tomorrow"})
        await lists_only(world, INTENTS)
    else:
        await world.close(wish)
        (found,) = (await world.sandbox.ask("GET", REFUNDS, {}))["data"]
        ours = [] if part == "missing refund" else [found | {"id": "re_by_hand", "amount": 1_000}]
        unknown = found["id"] if ours else "re_of_others"
        expected.add(unknown)
        await lists_only(world, REFUNDS, *ours, found | {"id": unknown, "status": "of_tomorrow"})
    before = await snapshot()

    for apply in (False, True):
        drifts = [one for one in await reconciled(world, apply=apply) if one.kind != TOO_LOW]
        named = {one.what for one in drifts if one.kind == "cannot be read"}
        assert named == expected, drifts
        assert len(drifts) == len(named), "Each once, and nothing is guessed."
    assert await snapshot() == before


async def test_a_look_that_is_not_answered_ends_the_comparison(world: World) -> None:
    await world.pledge(await world.wish(10_000), 4_000)
    await lists_only(world, INTENTS)
    await world.sandbox.fault("drop_before", f"{INTENTS}/*", method="GET")

    with pytest.raises(PaymentsUnavailable):
        await reconciled(world)


async def test_what_has_no_id_is_no_answer_of_stripes(world: World) -> None:
    for strange in ({}, {"id": None}, {"id": ""}, {"id": 5}, None, "pi_1"):
        page = {"object": "list", "data": [strange], "has_more": False, "url": INTENTS}
        await answers(world, INTENTS, page)
        with pytest.raises(PaymentsUnavailable):
            await reconciled(world)
        await world.sandbox.heal()


async def test_a_pledge_whose_card_is_only_authorized_is_named_and_ends_by_stripe(
    world: World,
) -> None:
    """Nothing of ours asks for it: somebody changed the payment at Stripe."""
    wish = await world.wish(10_000)
    await world.sandbox.fault("drop_before", f"{INTENTS}/*/confirm")
    pledge = await world.pledge(wish, 4_000)
    await world.sandbox.heal()
    intent_id = await world.intent_id(pledge)
    shown = await world.sandbox.ask("GET", f"{INTENTS}/{intent_id}", {})
    authorized = shown | {"status": "requires_capture", "capture_method": "manual"}
    await answers(world, f"{INTENTS}/{intent_id}", authorized)
    await lists(world, INTENTS, intent_id, status="requires_capture", capture_method="manual")
    world.wait(timedelta(days=1, minutes=1))
    version = (await world.row(pledge)).version

    assert (await world.recover()).looked_at == 1

    assert (await world.row(pledge)).version == version
    before = await snapshot()
    (named,) = await reconciled(world, apply=True)
    assert named == Drift(kind="authorized, not captured", what=str(pledge), detail=intent_id)
    assert await snapshot() == before, "Its room is kept: the money may still be taken."
    assert await broken() == []
    with pytest.raises(
        pledges.AbandonNotPossible, match="cancel it at Stripe, then `wish recover`"
    ):
        await pledges.abandon_by_hand(pledge, payments=world.payments, now=world.now)
    await world.sandbox.heal()
    await world.payments.cancel_intent(intent_id)
    world.wait(MINUTE)
    await world.recover()
    assert await world.state(pledge) is PledgeState.ABANDONED
    assert (await world.funding(wish)).held_minor == 0
