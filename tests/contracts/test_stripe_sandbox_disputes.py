"""Disputes: how they open, what they forbid, how they end, and end again."""

import pytest
import stripe

from tests.contracts.conftest import CARDS, Sandbox, eventually, fresh_key

pytestmark = pytest.mark.slow


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


async def test_a_charge_is_disputed_in_parts(sandbox: Sandbox, client: stripe.StripeClient) -> None:
    intent = await paid(client, "pm_card_visa")
    first = await sandbox.control(f"payment_intents/{intent.id}/dispute", {"amount": 1000})
    second = await sandbox.control(f"payment_intents/{intent.id}/dispute")
    third = await sandbox.http.post(f"/_sandbox/payment_intents/{intent.id}/dispute")
    assert third.status_code == 409

    listed = (await client.v1.disputes.list_async({"payment_intent": intent.id})).data

    assert [one.id for one in listed] == [second["id"], first["id"]], "The newest is the first."
    assert [one.amount for one in listed] == [3000, 1000]
    moved = [item.amount for one in listed for item in one.balance_transactions]
    assert moved == [-3000, -1000]
    await sandbox.control(f"disputes/{first['id']}/close", {"outcome": "won"})
    row = await sandbox.book_of(intent.id)
    assert (row["disputed_count"], row["disputed_total"]) == (2, 4000)
    assert (row["reinstated_count"], row["reinstated_total"]) == (1, 1000)


async def test_what_was_won_may_be_disputed_again(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    dispute = await disputed(client)
    await sandbox.control(f"disputes/{dispute.id}/close", {"outcome": "won"})
    again = await sandbox.control(f"payment_intents/{dispute.payment_intent}/dispute")

    assert again["id"] != dispute.id
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        await refund(client, dispute)
    assert refusal.value.code == "charge_disputed"


async def test_a_charge_is_disputed_twice_at_once(client: stripe.StripeClient) -> None:
    intent = await paid(client, "pm_card_createMultipleDisputes")

    async def are_two() -> bool:
        listed = await client.v1.disputes.list_async({"payment_intent": intent.id})
        return [one.status for one in listed.data] == ["needs_response"] * 2

    await eventually(are_two)


async def test_a_bank_may_take_more_than_was_charged(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    intent = await paid(client, "pm_card_visa")
    await sandbox.control(f"payment_intents/{intent.id}/dispute", {"amount": 4100})
    assert (await sandbox.book_of(intent.id))["disputed_total"] == 4100


async def test_of_a_part_that_is_lost_the_rest_can_be_given_back(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    """Nothing that is known of Stripe keeps anybody from giving more back than the rest."""
    intent = await paid(client, "pm_card_visa")
    opened = await sandbox.control(f"payment_intents/{intent.id}/dispute", {"amount": 1000})
    refused = {"payment_intent": intent.id, "amount": 3000}
    with pytest.raises(stripe.InvalidRequestError, match="charged back"):
        await client.v1.refunds.create_async(refused, fresh_key())  # type: ignore[arg-type]
    await sandbox.control(f"disputes/{opened['id']}/close", {"outcome": "lost"})

    refund = await client.v1.refunds.create_async({"payment_intent": intent.id}, fresh_key())

    assert refund.amount == 4000


async def test_a_lost_dispute_gives_a_part_back(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    dispute = await disputed(client)
    closed = await sandbox.control(
        f"disputes/{dispute.id}/close", {"outcome": "lost", "returned": 1500}
    )
    assert closed["status"] == "lost"
    after = await client.v1.disputes.retrieve_async(dispute.id)
    assert [item.amount for item in after.balance_transactions] == [-4000, 1500]


@pytest.mark.parametrize(("first", "last"), [("won", "lost"), ("lost", "won")])
async def test_an_end_is_overturned(
    sandbox: Sandbox, client: stripe.StripeClient, first: str, last: str
) -> None:
    dispute = await disputed(client)
    early = await sandbox.http.post(f"/_sandbox/disputes/{dispute.id}/overturn")
    assert early.status_code == 409
    await sandbox.control(f"disputes/{dispute.id}/close", {"outcome": first})

    ended = await sandbox.control(f"disputes/{dispute.id}/overturn")

    assert ended["status"] == last
    after = await client.v1.disputes.retrieve_async(dispute.id)
    assert sum(item.amount for item in after.balance_transactions) == (
        -4000 if last == "lost" else 0
    )
    assert sum(item.fee for item in after.balance_transactions) == 1500, "One fee for a dispute."
    assert (await sandbox.book())["balanced"] is True


async def test_an_inquiry_becomes_a_dispute(sandbox: Sandbox, client: stripe.StripeClient) -> None:
    intent = await paid(client, "pm_card_visa")
    order = f"payment_intents/{intent.id}/dispute"
    opened = await sandbox.control(order, {"is_inquiry": True, "amount": 700})
    assert opened["status"] == "warning_needs_response"

    escalated = await sandbox.control(f"disputes/{opened['id']}/escalate")

    assert escalated["status"] == "needs_response"
    assert (await sandbox.book_of(intent.id))["disputed_total"] == 700
    again = await sandbox.http.post(f"/_sandbox/disputes/{opened['id']}/escalate")
    assert again.status_code == 409


async def test_what_was_refunded_moments_before_a_dispute_fails(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    intent = await paid(client, "pm_card_pendingRefund")
    made = await client.v1.refunds.create_async({"payment_intent": intent.id}, fresh_key())
    await sandbox.control(f"payment_intents/{intent.id}/dispute", {"fails_refunds": True})
    await sandbox.control("settle")

    failed = await client.v1.refunds.retrieve_async(made.id)

    reason = "charge_for_pending_refund_disputed"
    assert (failed.status, failed.failure_reason) == ("failed", reason)
    row = await sandbox.book_of(intent.id)
    assert (row["refunded_total"], row["refund_failed_total"]) == (4000, 4000)
    assert row["disputed_total"] == 4000


async def test_an_unknown_dispute_or_outcome_is_refused(sandbox: Sandbox) -> None:
    unknown = await sandbox.http.post("/_sandbox/disputes/du_x/close", json={"outcome": "won"})
    assert unknown.status_code == 404
    for order in ({"outcome": "maybe"}, {"outcome": "lost", "returned": -1}):
        wrong = await sandbox.http.post("/_sandbox/disputes/du_x/close", json=order)
        assert wrong.status_code == 400
