"""Disputes: how they open, what they forbid, how they end."""

import pytest
import stripe

from tests.contracts.conftest import CARDS, Sandbox, eventually, fresh_key


async def paid(client: stripe.StripeClient, card: str) -> stripe.PaymentIntent:
    intent = await client.v1.payment_intents.create_async(
        {
            "amount": 4000,
            "currency": "usd",
            "payment_method": card,
            "automatic_payment_methods": CARDS,
            "confirm": True,
        },
        fresh_key(),
    )
    assert intent.status == "succeeded"
    return intent


async def disputed(
    client: stripe.StripeClient, card: str = "pm_card_createDispute"
) -> stripe.Dispute:
    intent = await paid(client, card)
    found: list[stripe.Dispute] = []

    async def is_disputed() -> bool:
        found.extend((await client.v1.disputes.list_async({"payment_intent": intent.id})).data)
        return bool(found)

    await eventually(is_disputed)
    return found[0]


async def refund(client: stripe.StripeClient, dispute: stripe.Dispute) -> stripe.Refund:
    assert isinstance(dispute.payment_intent, str)
    return await client.v1.refunds.create_async(
        {"payment_intent": dispute.payment_intent}, fresh_key()
    )


async def test_a_disputed_charge_cannot_be_refunded(client: stripe.StripeClient) -> None:
    dispute = await disputed(client)
    assert (dispute.status, dispute.reason) == ("needs_response", "fraudulent")
    assert dispute.amount == 4000

    with pytest.raises(stripe.InvalidRequestError) as refusal:
        await refund(client, dispute)

    assert refusal.value.code == "charge_disputed"
    assert isinstance(dispute.charge, str)
    assert (await client.v1.charges.retrieve_async(dispute.charge)).disputed is True


async def test_an_open_dispute_withdraws_the_money_and_a_fee(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    dispute = await disputed(client)

    (withdrawal,) = dispute.balance_transactions
    assert (withdrawal.type, withdrawal.amount, withdrawal.fee) == ("adjustment", -4000, 1500)
    assert isinstance(dispute.payment_intent, str)
    row = await sandbox.book_of(dispute.payment_intent)
    assert (row["charged_total"], row["disputed_total"]) == (4000, 4000)
    assert (await sandbox.event_types())[-2:] == [
        "charge.dispute.created",
        "charge.dispute.funds_withdrawn",
    ]


async def test_a_won_dispute_brings_the_money_back(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    dispute = await disputed(client)
    closed = await sandbox.control(f"disputes/{dispute.id}/close", {"outcome": "won"})
    assert closed["status"] == "won"

    after = await client.v1.disputes.retrieve_async(dispute.id)
    assert [item.amount for item in after.balance_transactions] == [-4000, 4000]
    assert (await sandbox.event_types())[-3:] == [
        "charge.dispute.updated",
        "charge.dispute.closed",
        "charge.dispute.funds_reinstated",
    ]
    assert (await refund(client, dispute)).status == "succeeded"
    assert isinstance(dispute.payment_intent, str)
    row = await sandbox.book_of(dispute.payment_intent)
    assert (row["reinstated_total"], row["refunded_total"]) == (4000, 4000)


async def test_a_lost_dispute_stays_lost(sandbox: Sandbox, client: stripe.StripeClient) -> None:
    dispute = await disputed(client, "pm_card_createDisputeProductNotReceived")
    assert dispute.reason == "product_not_received"
    await sandbox.control(f"disputes/{dispute.id}/close", {"outcome": "lost"})

    with pytest.raises(stripe.InvalidRequestError) as refusal:
        await refund(client, dispute)
    assert refusal.value.code == "charge_disputed"
    again = await sandbox.http.post(
        f"/_sandbox/disputes/{dispute.id}/close", json={"outcome": "won"}
    )
    assert again.status_code == 409
    assert (await sandbox.event_types())[-1] == "charge.dispute.closed"


async def test_an_inquiry_moves_no_money(sandbox: Sandbox, client: stripe.StripeClient) -> None:
    dispute = await disputed(client, "pm_card_createDisputeInquiry")

    assert dispute.status == "warning_needs_response"
    assert dispute.is_charge_refundable is True
    assert dispute.balance_transactions == []
    assert (await refund(client, dispute)).status == "succeeded"
    closed = await sandbox.control(f"disputes/{dispute.id}/close", {"outcome": "lost"})
    assert closed["status"] == "warning_closed"


async def test_what_was_given_back_can_be_disputed_once(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    intent = await paid(client, "pm_card_visa")
    await client.v1.refunds.create_async({"payment_intent": intent.id}, fresh_key())
    await sandbox.control(f"payment_intents/{intent.id}/dispute")

    row = await sandbox.book_of(intent.id)
    assert (row["refunded_total"], row["disputed_total"]) == (4000, 4000)
    for path in (f"payment_intents/{intent.id}/dispute", "payment_intents/pi_x/dispute"):
        refused = await sandbox.http.post(f"/_sandbox/{path}")
        assert refused.status_code == (409 if intent.id in path else 404)
    assert (await sandbox.book_of(intent.id)) == row


async def test_an_unknown_dispute_or_outcome_is_refused(sandbox: Sandbox) -> None:
    unknown = await sandbox.http.post("/_sandbox/disputes/du_x/close", json={"outcome": "won"})
    assert unknown.status_code == 404
    wrong = await sandbox.http.post("/_sandbox/disputes/du_x/close", json={"outcome": "maybe"})
    assert wrong.status_code == 400
