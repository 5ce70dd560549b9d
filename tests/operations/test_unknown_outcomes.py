"""Stripe does not answer, or its answer is lost: nobody is charged twice, and nothing sticks."""

import pytest

from tests.support.makers import DAY, MINUTE, World, refusal
from tests.support.sandbox import CANCEL, CONFIRM, INTENTS, METHODS, gateway_to, token_of_a_card
from wishcore import pledges
from wishcore.ids import new_id
from wishcore.pledges.models import PledgeState

# What Stripe answers decides here, and other tests send the same statements to PostgreSQL.
pytestmark = pytest.mark.nightly("postgres")

FAULTS = ("drop_before", "drop_after", "status", "status_after", "truncate", "html")
CALLS = (METHODS, INTENTS, CONFIRM)


@pytest.mark.parametrize("path", CALLS)
@pytest.mark.parametrize("action", FAULTS)
async def test_the_retry_with_the_same_id_charges_once(
    world: World, action: str, path: str
) -> None:
    wish = await world.wish()
    giver, pledge, token = await world.guest(), new_id(), token_of_a_card()
    await world.sandbox.fault(action, path)
    first = await refusal(world.pledge(wish, giver=giver, card=token, pledge_id=pledge))
    assert first == ("done" if path == CONFIRM else "payments_unavailable")
    assert await world.sandbox.met() == 2, "The SDK asks twice."
    shown = await pledges.own_pledge(pledge, pledges.Giver.of(giver))
    assert shown.state == "processing"
    assert (await world.funding(wish)).held_minor == 10_000

    await world.sandbox.heal()
    second = await refusal(world.pledge(wish, giver=giver, card=token, pledge_id=pledge))
    if action == "status_after":
        # Stripe keeps its answer of 500 for a day: only reading tells more.
        assert second == first
    else:
        assert second == "done"
        assert await world.state(pledge) is PledgeState.PAID
        assert await world.sandbox.charged(pledge) == 10_000


@pytest.mark.slow
@pytest.mark.parametrize("path", CALLS)
@pytest.mark.parametrize("action", FAULTS)
async def test_recovery_ends_what_nobody_repeats(world: World, action: str, path: str) -> None:
    wish = await world.wish()
    pledge = new_id()
    await world.sandbox.fault(action, path)
    await refusal(world.pledge(wish, card="tok_visa", pledge_id=pledge))
    await world.sandbox.heal()

    world.wait(MINUTE)
    assert (await world.recover()).looked_at == 0, "The request may still be at work."
    world.wait(10 * MINUTE)
    assert (await world.recover()).ended == 1
    was_booked = path == CONFIRM and action in {"drop_after", "status_after", "truncate"}
    assert await world.state(pledge) is (PledgeState.PAID if was_booked else PledgeState.ABANDONED)
    assert (await world.funding(wish)).held_minor == (10_000 if was_booked else 0)
    assert (await world.recover()).looked_at == 0


@pytest.mark.parametrize("path", CALLS)
async def test_the_retry_comes_when_recovery_was_faster(world: World, path: str) -> None:
    wish = await world.wish()
    giver, pledge = await world.guest(), new_id()
    await world.sandbox.fault("drop_before", path)
    await refusal(world.pledge(wish, giver=giver, card="tok_visa", pledge_id=pledge))
    await world.sandbox.heal()
    world.wait(11 * MINUTE)
    await world.recover()
    other = await world.pledge(wish)  # The room was free again.

    await world.pledge(wish, giver=giver, card="tok_visa", pledge_id=pledge)
    assert await world.state(pledge) is PledgeState.ABANDONED
    assert await world.sandbox.charged(pledge) == 0
    assert await world.sandbox.charged(other) == 10_000


@pytest.mark.slow
@pytest.mark.parametrize("card", ["pm_card_visa", "tok_visa"])
@pytest.mark.parametrize("path", CALLS)
async def test_the_retry_comes_when_keys_are_forgotten(world: World, path: str, card: str) -> None:
    wish = await world.wish()
    giver, pledge = await world.guest(), new_id()
    await world.sandbox.fault("drop_after", path)
    await refusal(world.pledge(wish, giver=giver, card=card, pledge_id=pledge))
    await world.sandbox.heal()
    await world.sandbox.forget_keys()
    await world.pledge(wish, giver=giver, card=card, pledge_id=pledge)
    assert await world.state(pledge) is PledgeState.PAID
    assert await world.sandbox.charged(pledge) == 10_000


@pytest.mark.parametrize("path", [METHODS, INTENTS])
async def test_the_token_is_used_up_when_keys_are_forgotten(world: World, path: str) -> None:
    wish = await world.wish()
    giver, pledge, token = await world.guest(), new_id(), token_of_a_card()
    await world.sandbox.fault("drop_after", path)
    await refusal(world.pledge(wish, giver=giver, card=token, pledge_id=pledge))
    await world.sandbox.heal()
    await world.sandbox.forget_keys()
    again = world.pledge(wish, giver=giver, card=token, pledge_id=pledge)
    assert await refusal(again) == "bad_payment_method"
    assert await world.state(pledge) is PledgeState.DECLINED
    assert (await world.funding(wish)).held_minor == 0
    assert await world.sandbox.charged(pledge) == 0


@pytest.mark.slow
@pytest.mark.parametrize("card", ["pm_card_visa", token_of_a_card()], ids=["method", "token"])
@pytest.mark.parametrize("path", CALLS)
async def test_the_retry_comes_to_a_server_at_another_address(
    world: World, path: str, card: str
) -> None:
    """Stripe is told the address, and refuses a key that comes with other parameters."""
    wish = await world.wish()
    giver, pledge = await world.guest(), new_id()
    await world.sandbox.fault("drop_after", path)
    await refusal(world.pledge(wish, giver=giver, card=card, pledge_id=pledge))
    await world.sandbox.heal()
    async with gateway_to(world.sandbox.url, deployment="https://moved.test") as moved:
        await world.pledge(wish, giver=giver, card=card, pledge_id=pledge, payments=moved)
    assert await world.state(pledge) is PledgeState.PAID
    assert await world.sandbox.charged(pledge) == 10_000


@pytest.mark.parametrize("status", [409, 429, 500, 503])
async def test_busy_is_not_refused(world: World, status: int) -> None:
    wish = await world.wish()
    giver, pledge = await world.guest(), new_id()
    await world.sandbox.fault("status", CONFIRM, status=status)
    await world.pledge(wish, giver=giver, pledge_id=pledge)
    assert await world.state(pledge) is PledgeState.CONFIRMING
    await world.sandbox.heal()
    await world.pledge(wish, giver=giver, pledge_id=pledge)
    assert await world.state(pledge) is PledgeState.PAID


async def test_stripe_is_gone_for_an_hour(world: World) -> None:
    wish = await world.wish()
    pledge = await world.pledge(wish, 5_000, card="pm_card_authenticationRequired")
    await world.sandbox.break_down()
    unborn = new_id()
    giver = await world.guest()
    begun = world.pledge(wish, 5_000, giver=giver, pledge_id=unborn)
    assert await refusal(begun) == "payments_unavailable"
    for _ in range(4):
        world.wait(15 * MINUTE)
        recovered = await world.recover()
        assert recovered.unanswered == 1
    assert await world.state(pledge) is PledgeState.REQUIRES_ACTION, "Room is kept."
    assert await world.state(unborn) is PledgeState.ABANDONED, "No intent was ever stored."
    assert (await world.funding(wish)).held_minor == 5_000

    await world.sandbox.heal()
    world.wait(MINUTE)
    await world.recover()
    assert await world.state(pledge) is PledgeState.ABANDONED


async def test_a_lost_answer_to_a_cancellation(world: World) -> None:
    wish = await world.wish()
    pledge = await world.pledge(wish, card="pm_card_authenticationRequired")
    world.wait(31 * MINUTE)
    await world.sandbox.fault("drop_after", CANCEL)
    assert (await world.recover()).unanswered == 1
    assert await world.state(pledge) is PledgeState.REQUIRES_ACTION
    assert (await world.funding(wish)).held_minor == 10_000
    await world.sandbox.heal()
    world.wait(MINUTE)
    await world.recover()
    assert await world.state(pledge) is PledgeState.ABANDONED


async def test_the_answer_to_reading_is_lost_too(world: World) -> None:
    """The confirmation is refused because it was done; what it did cannot be read."""
    wish = await world.wish()
    giver, pledge = await world.guest(), new_id()
    await world.sandbox.fault("drop_after", CONFIRM)
    await world.pledge(wish, giver=giver, pledge_id=pledge)
    await world.sandbox.heal()
    await world.sandbox.forget_keys()
    await world.sandbox.fault("drop_before", "/v1/payment_intents/*", method="GET")
    again = world.pledge(wish, giver=giver, pledge_id=pledge)
    assert await refusal(again) == "done", "The card was charged: this must not say otherwise."
    assert await world.state(pledge) is PledgeState.CONFIRMING
    await world.sandbox.heal()
    world.wait(3 * MINUTE)
    await world.recover()
    assert await world.state(pledge) is PledgeState.PAID


async def test_payments_that_nobody_tells_of_hold_up_no_other(world: World) -> None:
    wish = await world.wish()
    card = "pm_card_authenticationRequired"
    pledges_made = sorted([await world.pledge(wish, 1_000, card=card) for _ in range(5)])
    for silent in pledges_made[:3]:
        path = f"{INTENTS}/{await world.intent_id(silent)}"
        await world.sandbox.fault("status", path, method="GET")
    world.wait(31 * MINUTE)
    first = await world.recover()
    assert (first.looked_at, first.unanswered, first.ended) == (3, 3, 0), "Nobody seems to answer."

    world.wait(MINUTE)
    second = await world.recover()
    assert (second.unanswered, second.ended) == (3, 2)
    assert (await world.funding(wish)).held_minor == 3_000


async def test_payments_that_nobody_tells_of_hold_up_no_dispute(world: World) -> None:
    wish = await world.wish()
    disputed = await world.pledge(wish, 4_000, card="pm_card_createDispute")
    await world.hear()
    assert await world.state(disputed) is PledgeState.DISPUTED
    for _ in range(3):
        silent = await world.pledge(wish, 1_000, card="pm_card_authenticationRequired")
        path = f"{INTENTS}/{await world.intent_id(silent)}"
        await world.sandbox.fault("status", path, method="GET")
    world.wait(2 * DAY)

    assert (await world.recover()).unanswered == 3

    assert await pledges.due_disputes(now=world.now) == 0
