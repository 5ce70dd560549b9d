"""What a payment intent does: also true of Stripe's test mode."""

from collections.abc import Awaitable, Callable
from uuid import uuid4

import pytest
import stripe

from tests.contracts.conftest import CARDS, fresh_key

pytestmark = pytest.mark.slow

DECLINES = [
    ("pm_card_visa_chargeDeclined", "card_declined", "generic_decline"),
    ("pm_card_visa_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds"),
    ("pm_card_visa_chargeDeclinedLostCard", "card_declined", "lost_card"),
    ("pm_card_visa_chargeDeclinedStolenCard", "card_declined", "stolen_card"),
    ("pm_card_chargeDeclinedExpiredCard", "expired_card", None),
    ("pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc", None),
    ("pm_card_chargeDeclinedProcessingError", "processing_error", None),
    ("pm_card_radarBlock", "card_declined", "fraudulent"),
]


async def unconfirmed(
    client: stripe.StripeClient, card: str = "pm_card_visa"
) -> stripe.PaymentIntent:
    return await client.v1.payment_intents.create_async(
        {
            "amount": 2500,
            "currency": "usd",
            "payment_method": card,
            "automatic_payment_methods": CARDS,
            "metadata": {"pledge": "p-1"},
            "statement_descriptor_suffix": "GIFT 12",
        },
        fresh_key(),
    )


@pytest.mark.parametrize(
    ("card", "brand"),
    [
        ("pm_card_visa", "visa"),
        ("pm_card_visa_debit", "visa"),
        ("pm_card_mastercard", "mastercard"),
        ("pm_card_amex", "amex"),
        ("pm_card_discover", "discover"),
        ("pm_card_bypassPending", "visa"),
    ],
)
async def test_a_good_card_pays(client: stripe.StripeClient, card: str, brand: str) -> None:
    intent = await client.v1.payment_intents.create_async(
        {
            "amount": 2500,
            "currency": "usd",
            "payment_method": card,
            "automatic_payment_methods": CARDS,
            "confirm": True,
            "expand": ["latest_charge.balance_transaction", "payment_method"],
        },
        fresh_key(),
    )

    charge = intent.latest_charge
    assert isinstance(charge, stripe.Charge)
    assert isinstance(charge.balance_transaction, stripe.BalanceTransaction)
    assert isinstance(intent.payment_method, stripe.PaymentMethod)
    assert intent.payment_method.card is not None
    assert (intent.status, intent.amount_received) == ("succeeded", 2500)
    assert (charge.status, charge.paid, charge.captured) == ("succeeded", True, True)
    assert intent.payment_method.card.brand == brand
    transaction = charge.balance_transaction
    assert transaction.net == transaction.amount - transaction.fee


@pytest.mark.parametrize(("card", "code", "decline_code"), DECLINES)
async def test_a_bad_card_declines(
    client: stripe.StripeClient, card: str, code: str, decline_code: str | None
) -> None:
    intent = await unconfirmed(client, card)

    with pytest.raises(stripe.CardError) as refusal:
        await client.v1.payment_intents.confirm_async(intent.id, {}, fresh_key())

    error = refusal.value.error
    assert error is not None
    assert refusal.value.http_status == 402
    assert refusal.value.code == code
    if decline_code is not None:
        assert error.decline_code == decline_code
    assert error.payment_intent is not None
    assert error.payment_intent.id == intent.id
    after = await client.v1.payment_intents.retrieve_async(intent.id)
    assert after.status == "requires_payment_method"
    assert after.payment_method is None
    assert after.last_payment_error is not None
    assert after.last_payment_error.code == code
    assert after.last_payment_error.payment_method is not None


async def test_a_declined_intent_can_be_paid_with_another_card(
    client: stripe.StripeClient,
) -> None:
    intent = await unconfirmed(client, "pm_card_visa_chargeDeclined")
    with pytest.raises(stripe.CardError):
        await client.v1.payment_intents.confirm_async(intent.id, {}, fresh_key())

    paid = await client.v1.payment_intents.confirm_async(
        intent.id, {"payment_method": "pm_card_visa"}, fresh_key()
    )

    assert paid.status == "succeeded"
    assert paid.last_payment_error is None


async def test_an_intent_is_created_first_and_confirmed_later(client: stripe.StripeClient) -> None:
    intent = await unconfirmed(client)
    assert intent.status == "requires_confirmation"
    assert intent.latest_charge is None
    assert intent.amount_received == 0

    paid = await client.v1.payment_intents.confirm_async(intent.id, {}, fresh_key())

    assert (paid.id, paid.status) == (intent.id, "succeeded")
    assert paid.metadata["pledge"] == "p-1"
    assert paid.statement_descriptor_suffix == "GIFT 12"


async def test_a_token_pays_through_a_payment_method(client: stripe.StripeClient) -> None:
    method = await client.v1.payment_methods.create_async(
        {"type": "card", "card": {"token": "tok_visa"}}, fresh_key()
    )
    intent = await unconfirmed(client, method.id)
    paid = await client.v1.payment_intents.confirm_async(intent.id, {}, fresh_key())

    assert (paid.status, paid.payment_method) == ("succeeded", method.id)
    assert (await client.v1.payment_methods.retrieve_async(method.id)).id == method.id


@pytest.mark.usefixtures("sandbox")  # Stripe's own test tokens can be used again.
async def test_a_token_is_used_once_and_again_under_its_key(client: stripe.StripeClient) -> None:
    made: stripe.params.PaymentMethodCreateParams = {
        "type": "card",
        "card": {"token": f"tok_sandbox_once_{uuid4().hex}"},
    }
    key = fresh_key()
    method = await client.v1.payment_methods.create_async(made, key)
    assert (await client.v1.payment_methods.create_async(made, key)).id == method.id
    with pytest.raises(stripe.InvalidRequestError, match="more than once") as refusal:
        await client.v1.payment_methods.create_async(made, fresh_key())
    assert refusal.value.code == "token_already_used"


async def test_a_payment_method_pays_only_once(client: stripe.StripeClient) -> None:
    method = await client.v1.payment_methods.create_async(
        {"type": "card", "card": {"token": "tok_visa"}}, fresh_key()
    )
    intent = await unconfirmed(client, method.id)
    await client.v1.payment_intents.confirm_async(intent.id, {}, fresh_key())

    second: stripe.params.PaymentIntentCreateParams = {
        "amount": 2500,
        "currency": "usd",
        "payment_method": method.id,
        "automatic_payment_methods": CARDS,
        "confirm": True,
    }
    with pytest.raises(stripe.InvalidRequestError, match="previously used"):
        await client.v1.payment_intents.create_async(second, fresh_key())


async def test_an_intent_without_a_method_waits_for_one(client: stripe.StripeClient) -> None:
    intent = await client.v1.payment_intents.create_async(
        {"amount": 900, "currency": "EUR", "automatic_payment_methods": CARDS}, fresh_key()
    )
    assert (intent.status, intent.currency) == ("requires_payment_method", "eur")

    with pytest.raises(stripe.InvalidRequestError) as refusal:
        await client.v1.payment_intents.confirm_async(intent.id, {}, fresh_key())
    assert refusal.value.code == "payment_intent_unexpected_state"


async def test_a_canceled_intent_can_never_be_confirmed(client: stripe.StripeClient) -> None:
    intent = await unconfirmed(client)
    canceled = await client.v1.payment_intents.cancel_async(
        intent.id, {"cancellation_reason": "abandoned"}, fresh_key()
    )
    assert (canceled.status, canceled.cancellation_reason) == ("canceled", "abandoned")
    assert canceled.canceled_at is not None

    with pytest.raises(stripe.InvalidRequestError) as refusal:
        await client.v1.payment_intents.confirm_async(intent.id, {}, fresh_key())

    assert refusal.value.code == "payment_intent_unexpected_state"
    error = refusal.value.error
    assert error is not None
    assert error.payment_intent is not None
    assert error.payment_intent.status == "canceled"
    after = await client.v1.payment_intents.retrieve_async(intent.id)
    assert (after.status, after.latest_charge) == ("canceled", None)


async def test_a_canceled_intent_cannot_be_canceled_again(client: stripe.StripeClient) -> None:
    intent = await unconfirmed(client)
    await client.v1.payment_intents.cancel_async(intent.id, {}, fresh_key())

    with pytest.raises(stripe.InvalidRequestError) as refusal:
        await client.v1.payment_intents.cancel_async(intent.id, {}, fresh_key())
    assert refusal.value.code == "payment_intent_unexpected_state"


@pytest.mark.parametrize("verb", ["cancel", "confirm"])
async def test_a_paid_intent_is_final(client: stripe.StripeClient, verb: str) -> None:
    intent = await unconfirmed(client)
    await client.v1.payment_intents.confirm_async(intent.id, {}, fresh_key())

    act: Callable[..., Awaitable[object]] = {
        "cancel": client.v1.payment_intents.cancel_async,
        "confirm": client.v1.payment_intents.confirm_async,
    }[verb]
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        await act(intent.id, {}, fresh_key())

    assert refusal.value.code == "payment_intent_unexpected_state"
    after = await client.v1.payment_intents.retrieve_async(intent.id)
    assert (after.status, after.amount_received) == ("succeeded", 2500)


async def test_redirecting_methods_need_an_address_to_return_to(
    client: stripe.StripeClient,
) -> None:
    intent = await client.v1.payment_intents.create_async(
        {"amount": 900, "currency": "usd", "payment_method": "pm_card_visa"}, fresh_key()
    )

    with pytest.raises(stripe.InvalidRequestError, match="return_url"):
        await client.v1.payment_intents.confirm_async(intent.id, {}, fresh_key())
    paid = await client.v1.payment_intents.confirm_async(
        intent.id, {"return_url": "https://example.com/back"}, fresh_key()
    )

    assert paid.status == "succeeded"


async def test_an_intent_without_redirects_needs_no_address(client: stripe.StripeClient) -> None:
    intent = await client.v1.payment_intents.create_async(
        {
            "amount": 900,
            "currency": "usd",
            "payment_method": "pm_card_visa",
            "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
            "confirm": True,
        },
        fresh_key(),
    )
    assert intent.status == "succeeded"


async def test_an_intent_may_list_its_types(client: stripe.StripeClient) -> None:
    intent = await client.v1.payment_intents.create_async(
        {
            "amount": 900,
            "currency": "usd",
            "payment_method": "pm_card_visa",
            "allowed_payment_method_types": ["card"],
        },
        fresh_key(),
    )
    assert intent.payment_method_types == ["card"]


async def test_zero_decimal_amounts_are_whole(client: stripe.StripeClient) -> None:
    intent = await client.v1.payment_intents.create_async(
        {
            "amount": 100,
            "currency": "jpy",
            "payment_method": "pm_card_visa",
            "automatic_payment_methods": CARDS,
            "confirm": True,
        },
        fresh_key(),
    )
    assert (intent.status, intent.amount_received, intent.currency) == ("succeeded", 100, "jpy")


async def test_the_secret_of_an_intent_must_match(client: stripe.StripeClient) -> None:
    intent = await unconfirmed(client)
    with pytest.raises(stripe.InvalidRequestError):
        await client.v1.payment_intents.retrieve_async(intent.id, {"client_secret": "other"})


async def test_an_unknown_intent_is_missing(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        await client.v1.payment_intents.retrieve_async("pi_none")
    assert (refusal.value.http_status, refusal.value.code) == (404, "resource_missing")
