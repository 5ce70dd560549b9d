"""What a refund does: also true of Stripe's test mode, where no control is needed."""

import pytest
import stripe

from tests.contracts.conftest import CARDS, Sandbox, fresh_key

pytestmark = pytest.mark.slow


async def paid(client: stripe.StripeClient, card: str = "pm_card_visa") -> stripe.PaymentIntent:
    return await client.v1.payment_intents.create_async(
        {
            "amount": 3000,
            "currency": "usd",
            "payment_method": card,
            "automatic_payment_methods": CARDS,
            "confirm": True,
        },
        fresh_key(),
    )


async def test_a_full_refund_names_no_amount(client: stripe.StripeClient) -> None:
    intent = await paid(client)

    refund = await client.v1.refunds.create_async(
        {
            "payment_intent": intent.id,
            "reason": "requested_by_customer",
            "metadata": {"pledge": "p-1"},
            "expand": ["charge", "balance_transaction"],
        },
        fresh_key(),
    )

    assert (refund.status, refund.amount) == ("succeeded", 3000)
    assert refund.metadata is not None
    assert refund.metadata["pledge"] == "p-1"
    assert isinstance(refund.charge, stripe.Charge)
    assert (refund.charge.refunded, refund.charge.amount_refunded) == (True, 3000)
    assert isinstance(refund.balance_transaction, stripe.BalanceTransaction)
    assert refund.balance_transaction.amount == -3000
    assert (await client.v1.refunds.retrieve_async(refund.id)).id == refund.id


async def test_a_second_full_refund_is_refused_whatever_the_key(
    client: stripe.StripeClient,
) -> None:
    intent = await paid(client)
    first = await client.v1.refunds.create_async({"payment_intent": intent.id}, fresh_key())

    with pytest.raises(stripe.InvalidRequestError) as refusal:
        await client.v1.refunds.create_async({"payment_intent": intent.id}, fresh_key())

    assert refusal.value.code == "charge_already_refunded"
    refunds = await client.v1.refunds.list_async({"payment_intent": intent.id})
    assert [refund.id for refund in refunds.data] == [first.id]


async def test_parts_are_refunded_up_to_the_whole(client: stripe.StripeClient) -> None:
    intent = await paid(client)
    await client.v1.refunds.create_async({"payment_intent": intent.id, "amount": 1000}, fresh_key())

    with pytest.raises(stripe.InvalidRequestError):
        await client.v1.refunds.create_async(
            {"payment_intent": intent.id, "amount": 2001}, fresh_key()
        )
    rest = await client.v1.refunds.create_async({"payment_intent": intent.id}, fresh_key())

    assert rest.amount == 2000


async def test_more_than_was_charged_is_refused(client: stripe.StripeClient) -> None:
    intent = await paid(client)
    with pytest.raises(stripe.InvalidRequestError):
        await client.v1.refunds.create_async(
            {"payment_intent": intent.id, "amount": 3001}, fresh_key()
        )
    assert (await client.v1.refunds.list_async({"payment_intent": intent.id})).data == []


async def test_a_charge_can_be_refunded_by_its_own_id(client: stripe.StripeClient) -> None:
    intent = await paid(client)
    assert isinstance(intent.latest_charge, str)

    refund = await client.v1.refunds.create_async({"charge": intent.latest_charge}, fresh_key())

    assert refund.payment_intent == intent.id


async def test_what_was_not_paid_cannot_be_refunded(client: stripe.StripeClient) -> None:
    intent = await client.v1.payment_intents.create_async(
        {"amount": 3000, "currency": "usd", "automatic_payment_methods": CARDS}, fresh_key()
    )
    with pytest.raises(stripe.InvalidRequestError):
        await client.v1.refunds.create_async({"payment_intent": intent.id}, fresh_key())


async def test_a_refund_of_nothing_is_refused(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        await client.v1.refunds.create_async({}, fresh_key())
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        await client.v1.refunds.create_async({"payment_intent": "pi_none"}, fresh_key())
    assert refusal.value.code == "resource_missing"


async def test_a_pending_refund_begins_as_pending(client: stripe.StripeClient) -> None:
    intent = await paid(client, "pm_card_pendingRefund")
    refund = await client.v1.refunds.create_async({"payment_intent": intent.id}, fresh_key())
    assert refund.status == "pending"


async def test_a_refund_that_fails_later_begins_as_succeeded(client: stripe.StripeClient) -> None:
    intent = await paid(client, "pm_card_refundFail")
    refund = await client.v1.refunds.create_async({"payment_intent": intent.id}, fresh_key())
    assert refund.status == "succeeded"


async def test_a_pending_refund_succeeds_in_time(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    intent = await paid(client, "pm_card_pendingRefund")
    refund = await client.v1.refunds.create_async({"payment_intent": intent.id}, fresh_key())
    assert (await sandbox.book_of(intent.id))["refund_pending_total"] == 3000
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        await client.v1.refunds.create_async({"payment_intent": intent.id}, fresh_key())
    assert refusal.value.code == "charge_already_refunded"

    assert (await sandbox.control("advance", {"seconds": 3500}))["done"] == 0
    assert (await sandbox.control("advance", {"seconds": 200}))["done"] == 1

    after = await client.v1.refunds.retrieve_async(refund.id)
    assert after.status == "succeeded"
    row = await sandbox.book_of(intent.id)
    assert (row["refunded_count"], row["refund_pending_count"]) == (1, 0)
    assert (await sandbox.event_types())[-4:] == [
        "refund.created",
        "charge.refunded",
        "refund.updated",
        "charge.refund.updated",
    ]


async def test_a_failed_refund_returns_the_money(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    intent = await paid(client, "pm_card_refundFail")
    refund = await client.v1.refunds.create_async({"payment_intent": intent.id}, fresh_key())

    assert (await sandbox.control("settle"))["done"] == 1

    after = await client.v1.refunds.retrieve_async(
        refund.id, {"expand": ["failure_balance_transaction"]}
    )
    assert (after.status, after.failure_reason) == ("failed", "expired_or_canceled_card")
    assert isinstance(after.failure_balance_transaction, stripe.BalanceTransaction)
    assert after.failure_balance_transaction.amount == 3000
    assert after.failure_balance_transaction.type == "refund_failure"
    row = await sandbox.book_of(intent.id)
    assert (row["refunded_total"], row["refund_failed_total"]) == (3000, 3000)
    assert "refund.failed" in await sandbox.event_types()


async def test_a_pending_refund_can_fail(sandbox: Sandbox, client: stripe.StripeClient) -> None:
    intent = await paid(client, "pm_sandbox_pendingRefundFails")
    refund = await client.v1.refunds.create_async({"payment_intent": intent.id}, fresh_key())
    assert refund.status == "pending"
    assert (await sandbox.book_of(intent.id))["refund_pending_total"] == 3000

    assert (await sandbox.control("settle"))["done"] == 1

    after = await client.v1.refunds.retrieve_async(refund.id)
    assert (after.status, after.failure_reason) == ("failed", "expired_or_canceled_card")
    row = await sandbox.book_of(intent.id)
    assert (row["refunded_total"], row["refund_failed_total"]) == (3000, 3000)
    assert row["refund_pending_total"] == 0
