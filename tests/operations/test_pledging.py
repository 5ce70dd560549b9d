"""Making a pledge: every outcome of a card, every refusal, and what is left afterwards."""

from base64 import urlsafe_b64encode

import pytest

from tests.support.makers import MINUTE, World, refusal
from tests.support.pausing import PausingGateway
from tests.support.snapshot import snapshot
from wishcore import db, ledger, lists, pledges
from wishcore.errors import Invalid
from wishcore.ids import new_id
from wishcore.payments import BadPaymentMethod, CardDeclined, PaymentRefused
from wishcore.pledges.models import FundingState, PledgeState


async def test_a_pledge_is_charged_at_once(world: World) -> None:
    wish = await world.wish(10_000)
    pledge = await world.pledge(wish, 4_000)
    assert await world.state(pledge) is PledgeState.PAID
    assert await world.sandbox.charged(pledge) == 4_000
    funding = await world.funding(wish)
    assert (funding.held_minor, funding.paid_minor, funding.target_minor) == (4_000, 4_000, 10_000)
    assert funding.state is FundingState.OPEN
    balances = {one.account: one.amount_minor for one in await ledger.balances()}
    (totals,) = (await world.sandbox.book())["currencies"].values()
    assert balances == {
        "stripe": 4_000 - totals["fees"],
        "fees": totals["fees"],
        "givers": -4_000,
    }


async def test_the_last_cent_reserves_the_item(world: World) -> None:
    wish = await world.wish(3_333, quantity=3)
    await world.pledge(wish, 5_000)
    assert (await world.funding(wish)).state is FundingState.OPEN
    await world.pledge(wish, 4_999)
    funding = await world.funding(wish)
    assert funding.state is FundingState.RESERVED
    assert funding.paid_minor == funding.target_minor == 9_999


async def test_whole_takes_all_that_is_left(world: World) -> None:
    wish = await world.wish(10_000)
    await world.pledge(wish, 1_234)
    pledge = await world.pledge(wish)
    assert await world.sandbox.charged(pledge) == 8_766
    assert (await world.funding(wish)).state is FundingState.RESERVED


async def test_a_token_becomes_a_payment_method_first(world: World) -> None:
    wish = await world.wish()
    pledge = await world.pledge(wish, 5_000, card="tok_visa")
    assert await world.sandbox.charged(pledge) == 5_000
    assert await world.sandbox.asked("/v1/charges") == 0


async def test_an_account_may_give(world: World) -> None:
    wish = await world.wish()
    giver = await world.account("Greta")
    pledge = await world.pledge(wish, 5_000, giver=giver)
    assert (await pledges.own_pledge(pledge, pledges.Giver.of(giver))).state == "paid"


@pytest.mark.parametrize(
    ("card", "code"),
    [
        ("pm_card_chargeDeclined", "generic_decline"),
        ("pm_card_chargeDeclinedInsufficientFunds", "insufficient_funds"),
        ("pm_card_chargeDeclinedLostCard", "lost_card"),
        ("pm_card_chargeDeclinedExpiredCard", "expired_card"),
        ("pm_card_chargeDeclinedFraudulent", "fraudulent"),
        ("tok_chargeDeclined", "generic_decline"),
    ],
)
async def test_a_decline_frees_the_room(world: World, card: str, code: str) -> None:
    wish = await world.wish(10_000)
    giver, pledge = await world.guest(), new_id()
    with pytest.raises(CardDeclined) as declined:
        await world.pledge(wish, giver=giver, card=card, pledge_id=pledge)
    assert declined.value.decline_code == code
    assert await world.state(pledge) is PledgeState.DECLINED
    assert (await world.funding(wish)).held_minor == 0
    shown = await pledges.own_pledge(pledge, pledges.Giver.of(giver))
    assert (shown.state, shown.decline_code) == ("declined", code)

    second = await world.pledge(wish, giver=giver)  # A second card is a new pledge.
    assert await world.sandbox.charged(second) == 10_000


@pytest.mark.parametrize("card", ["pm_unknown", "tok_unknown"])
async def test_a_payment_method_that_is_none_frees_the_room(world: World, card: str) -> None:
    wish = await world.wish()
    pledge = new_id()
    with pytest.raises(BadPaymentMethod):
        await world.pledge(wish, 5_000, card=card, pledge_id=pledge)
    assert await world.state(pledge) is PledgeState.DECLINED
    assert (await world.funding(wish)).held_minor == 0


@pytest.mark.parametrize(
    ("code", "answer"),
    [
        ("amount_too_small", "amount_too_small"),
        ("parameter_unknown", "payment_not_possible"),
        ("account_invalid", "payment_not_possible"),
    ],
)
async def test_what_stripe_takes_from_nobody_is_not_blamed_on_the_card(
    world: World, code: str, answer: str
) -> None:
    wish, giver, pledge = await world.wish(), await world.guest(), new_id()
    gateway = PausingGateway(world.payments)
    gateway.refusals["create_intent"] = PaymentRefused(code)
    for _ in range(2):
        tried = world.pledge(wish, giver=giver, pledge_id=pledge, payments=gateway)
        assert await refusal(tried) == answer
    assert await world.state(pledge) is PledgeState.DECLINED
    assert (await world.funding(wish)).held_minor == 0
    (note,) = await db.rows("SELECT note FROM pledge_event WHERE state = 'declined'")
    assert note["note"] == code, "The operator finds Stripe's own word."

    gateway.refusals.clear()
    again = await world.pledge(wish, giver=giver, payments=gateway)
    assert await world.state(again) is PledgeState.PAID


async def test_3d_secure_approved(world: World) -> None:
    wish = await world.wish()
    pledge = await world.pledge(wish, card="pm_card_authenticationRequired")
    assert await world.state(pledge) is PledgeState.REQUIRES_ACTION
    assert (await world.funding(wish)).held_minor == 10_000
    assert await world.sandbox.charged(pledge) == 0

    await world.challenge(pledge, "approve")
    await world.hear("payment_intent.succeeded")
    assert await world.state(pledge) is PledgeState.PAID
    assert (await world.funding(wish)).state is FundingState.RESERVED


async def test_3d_secure_refused_frees_the_room(world: World) -> None:
    wish = await world.wish()
    pledge = await world.pledge(wish, card="pm_card_authenticationRequired")
    await world.challenge(pledge, "refuse")
    await world.hear("payment_intent.payment_failed")
    assert await world.state(pledge) is PledgeState.DECLINED
    assert (await world.funding(wish)).held_minor == 0
    (intent,) = await world.sandbox.intents_of(pledge)
    assert intent["status"] == "canceled", "Another card could be tried with its secret."


async def test_3d_secure_approved_and_declined_by_the_bank(world: World) -> None:
    wish = await world.wish()
    pledge = await world.pledge(wish, card="pm_card_threeDSecureRequiredChargeDeclined")
    await world.challenge(pledge, "approve")
    await world.hear("payment_intent.payment_failed")
    assert await world.state(pledge) is PledgeState.DECLINED
    assert (await world.funding(wish)).held_minor == 0


async def test_3d_secure_has_half_an_hour(world: World) -> None:
    wish = await world.wish()
    pledge = await world.pledge(wish, card="pm_card_authenticationRequired")
    world.wait(29 * MINUTE)
    await world.recover()
    assert await world.state(pledge) is PledgeState.REQUIRES_ACTION
    world.wait(MINUTE)
    assert (await world.recover()).ended == 1
    assert await world.state(pledge) is PledgeState.ABANDONED
    assert (await world.funding(wish)).held_minor == 0


@pytest.mark.parametrize(
    ("card", "end"),
    [
        ("pm_sandbox_processing", PledgeState.PAID),
        ("pm_sandbox_processingDeclined", PledgeState.DECLINED),
    ],
)
async def test_a_slow_card_is_waited_for(world: World, card: str, end: PledgeState) -> None:
    wish = await world.wish()
    pledge = await world.pledge(wish, card=card)
    assert await world.state(pledge) is PledgeState.PROCESSING
    world.wait(24 * 60 * MINUTE)
    await world.recover()
    assert await world.state(pledge) is PledgeState.PROCESSING, "Nobody gives up what may be paid."

    await world.sandbox.settle()
    world.wait(MINUTE)
    await world.recover()
    assert await world.state(pledge) is end
    assert (await world.funding(wish)).held_minor == (10_000 if end is PledgeState.PAID else 0)


@pytest.mark.parametrize(
    ("amount", "currency", "code"),
    [
        (6_001, "USD", "pledge_exceeds_remaining"),
        (99_999_999, "USD", "pledge_exceeds_remaining"),
        (5_951, "USD", "unpayable_rest"),
        (5_999, "USD", "unpayable_rest"),
        (49, "USD", "amount_too_small"),
        (0, "USD", "amount_too_small"),
        (-5_000, "USD", "amount_too_small"),
        (5_000, "EUR", "wrong_currency"),
    ],
)
async def test_an_amount_that_does_not_fit(
    world: World, amount: int, currency: str, code: str
) -> None:
    wish = await world.wish(10_000)
    await world.pledge(wish, 4_000)
    giver = await world.guest()
    before = await snapshot()
    assert await refusal(world.pledge(wish, amount, giver=giver, currency=currency)) == code
    assert await snapshot() == before
    assert len(await world.sandbox.intents()) == 1


@pytest.mark.parametrize("amount", [6_000, 5_950, 50])
async def test_an_amount_that_just_fits(world: World, amount: int) -> None:
    wish = await world.wish(10_000)
    await world.pledge(wish, 4_000)
    assert await world.sandbox.charged(await world.pledge(wish, amount)) == amount


async def test_a_reserved_item_takes_nothing(world: World) -> None:
    wish = await world.wish()
    await world.pledge(wish)
    giver = await world.guest()
    before = await snapshot()
    assert await refusal(world.pledge(wish, giver=giver)) == "item_not_open"
    assert await refusal(world.pledge(wish, 50, giver=giver)) == "item_not_open"
    assert await snapshot() == before


async def test_nothing_is_left_while_somebody_pays(world: World) -> None:
    wish = await world.wish()
    await world.pledge(wish, card="pm_card_authenticationRequired")
    giver = await world.guest()
    before = await snapshot()
    assert await refusal(world.pledge(wish, giver=giver)) == "pledge_exceeds_remaining"
    assert await refusal(world.pledge(wish, 50, giver=giver)) == "pledge_exceeds_remaining"
    assert await snapshot() == before


async def test_owners_cannot_give_to_their_own_list(world: World) -> None:
    """Also not to learn what is left: the answer is the same whatever the request says."""
    wish = await world.wish()
    before = await snapshot()
    for amount in (None, 1, 10_000, 10**9):
        assert await refusal(world.pledge(wish, amount, giver=wish.owner)) == "own_item"
    assert await snapshot() == before


async def test_an_item_is_found_by_its_own_list_only(world: World) -> None:
    wish, other = await world.wish(), await world.wish()
    giver = await world.guest()
    before = await snapshot()
    for item_id in (other.item_id, new_id()):
        with pytest.raises(lists.ItemNotFound):
            await world.pledge(wish, 5_000, giver=giver, item_id=item_id)
    assert await snapshot() == before


async def test_the_deadline_is_the_first_moment_too_late(world: World) -> None:
    wish = await world.wish()
    giver = await world.guest()
    world.now = wish.deadline
    before = await snapshot()
    assert await refusal(world.pledge(wish, 5_000, giver=giver)) == "item_not_open"
    assert await snapshot() == before
    world.wait(-MINUTE / 60_000_000)
    await world.pledge(wish, 5_000, giver=giver)


@pytest.mark.parametrize("message", ["x" * 501, "zero \x00", "bell \a"])
async def test_a_message_that_cannot_be_kept(world: World, message: str) -> None:
    wish = await world.wish()
    giver = await world.guest()
    before = await snapshot()
    with pytest.raises(Invalid) as refused:
        await world.pledge(wish, 5_000, giver=giver, message=message)
    assert refused.value.faults[0].pointer == "/message"
    assert await snapshot() == before


async def test_somebody_elses_pledge_is_none(world: World) -> None:
    wish = await world.wish()
    pledge = await world.pledge(wish, 5_000)
    for stranger in (await world.guest("Stan"), await world.account("Sue"), wish.owner):
        giver = pledges.Giver.of(stranger)
        with pytest.raises(pledges.PledgeNotFound):
            await pledges.own_pledge(pledge, giver)
        with pytest.raises(pledges.PledgeNotFound):
            await world.give_back(pledge, stranger)
        assert (await pledges.own_pledges(giver)).items == ()
    assert await world.state(pledge) is PledgeState.PAID


async def test_ones_own_pledges_page_by_page(world: World) -> None:
    wish = await world.wish(10_000)
    giver = await world.guest()
    made = []
    for minute in range(5):
        made.append(await world.pledge(wish, 1_000, giver=giver))
        world.wait(MINUTE * (minute % 2))  # Some at the same moment.
    shown, cursor = [], None
    while True:
        page = await pledges.own_pledges(pledges.Giver.of(giver), limit=2, cursor=cursor)
        shown += [pledge.id for pledge in page.items]
        if (cursor := page.next_cursor) is None:
            break
    assert len(shown) == len(set(shown))
    assert set(shown) == set(made)
    assert shown[0] == made[4]


@pytest.mark.parametrize(
    "position",
    [
        '["2026-01-01T00:00:00", "00000000-0000-7000-8000-000000000001"]',
        '["0001-01-01T00:00:00+14:00", "00000000-0000-7000-8000-000000000001"]',
        '["9999-12-31T23:59:59-14:00", "00000000-0000-7000-8000-000000000001"]',
        '["00000000-0000-7000-8000-000000000001"]',
        "[]",
        "{}",
        "nonsense",
    ],
)
async def test_a_cursor_of_somebodys_making(world: World, position: str) -> None:
    giver = pledges.Giver.of(await world.guest())
    cursor = urlsafe_b64encode(position.encode()).decode().rstrip("=")
    with pytest.raises(Invalid):
        await pledges.own_pledges(giver, cursor=cursor)


async def test_givers_see_what_is_left_and_who_wants_to_be_seen(world: World) -> None:
    wish = await world.wish(10_000)
    first, second = await world.guest("Fay"), await world.guest("Sam")
    await world.pledge(wish, 4_000, giver=first, message="Cheers", show_name=True)
    await world.pledge(wish, 1_000, giver=second, message="Hush")
    (item,) = (await world.seen_by(wish, second)).items
    assert item.funding.remaining.amount_minor == 5_000
    assert item.funding.pledged.amount_minor == 5_000
    assert item.funding.target.amount_minor == 10_000
    assert [(shown.name, shown.message) for shown in item.funding.givers] == [("Fay", "Cheers")]
