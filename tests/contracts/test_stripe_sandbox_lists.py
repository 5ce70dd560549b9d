"""Lists, filters, pages and expansion: also true of Stripe's test mode."""

import pytest
import stripe

from tests.contracts.conftest import CARDS, fresh_key

pytestmark = pytest.mark.slow


async def pay(client: stripe.StripeClient, count: int) -> list[stripe.PaymentIntent]:
    """Pay several times, newest first as in lists."""
    intents = [
        await client.v1.payment_intents.create_async(
            {
                "amount": 1000 + number,
                "currency": "usd",
                "payment_method": "pm_card_visa",
                "automatic_payment_methods": CARDS,
                "confirm": True,
            },
            fresh_key(),
        )
        for number in range(count)
    ]
    return intents[::-1]


async def test_all_pages_together_are_everything_once(client: stripe.StripeClient) -> None:
    intents = await pay(client, 7)
    since = min(intent.created for intent in intents)

    page = await client.v1.payment_intents.list_async({"limit": 3, "created": {"gte": since}})
    assert (len(page.data), page.has_more) == (3, True)
    found = [intent.id async for intent in page.auto_paging_iter()]

    assert [name for name in found if name in {intent.id for intent in intents}] == [
        intent.id for intent in intents
    ]
    assert len(found) == len(set(found))


async def test_cursors_lead_both_ways(client: stripe.StripeClient) -> None:
    names = [intent.id for intent in await pay(client, 5)]

    older = await client.v1.payment_intents.list_async({"limit": 2, "starting_after": names[1]})
    newer = await client.v1.payment_intents.list_async({"limit": 2, "ending_before": names[3]})

    assert [intent.id for intent in older.data] == names[2:4]
    assert [intent.id for intent in newer.data] == names[1:3]
    assert newer.has_more is True


async def test_the_time_of_creation_bounds_a_list(client: stripe.StripeClient) -> None:
    (intent,) = await pay(client, 1)
    made = intent.created

    cases: list[tuple[stripe.params.PaymentIntentListParamsCreated, bool]] = [
        ({"gte": made, "lte": made}, True),
        ({"gt": made - 1, "lt": made + 1}, True),
        ({"gt": made}, False),
        ({"lt": made}, False),
    ]
    for bounds, is_inside in cases:
        page = await client.v1.payment_intents.list_async({"limit": 100, "created": bounds})
        assert (intent.id in {item.id for item in page.data}) is is_inside
    exact = await client.v1.payment_intents.list_async({"limit": 100, "created": made})
    assert intent.id in {item.id for item in exact.data}


async def test_cursors_must_exist_and_be_alone(client: stripe.StripeClient) -> None:
    names = [intent.id for intent in await pay(client, 2)]
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        await client.v1.payment_intents.list_async({"starting_after": "pi_none"})
    assert refusal.value.code == "resource_missing"
    with pytest.raises(stripe.InvalidRequestError):
        await client.v1.payment_intents.list_async(
            {"starting_after": names[0], "ending_before": names[1]}
        )


async def test_lists_expand_what_they_hold(client: stripe.StripeClient) -> None:
    await pay(client, 2)
    page = await client.v1.payment_intents.list_async(
        {"limit": 2, "expand": ["data.latest_charge.balance_transaction", "data.payment_method"]}
    )
    for intent in page.data:
        assert isinstance(intent.latest_charge, stripe.Charge)
        assert isinstance(intent.latest_charge.balance_transaction, stripe.BalanceTransaction)
        assert isinstance(intent.payment_method, stripe.PaymentMethod)


async def test_charges_and_refunds_are_found_by_their_payment(client: stripe.StripeClient) -> None:
    intents = await pay(client, 2)
    refund = await client.v1.refunds.create_async({"payment_intent": intents[0].id}, fresh_key())

    charges = await client.v1.charges.list_async({"payment_intent": intents[0].id})
    refunds = await client.v1.refunds.list_async({"charge": charges.data[0].id})

    assert [charge.id for charge in charges.data] == [intents[0].latest_charge]
    assert [item.id for item in refunds.data] == [refund.id]


async def test_the_balance_tells_of_every_movement(client: stripe.StripeClient) -> None:
    (intent,) = await pay(client, 1)
    refund = await client.v1.refunds.create_async({"payment_intent": intent.id}, fresh_key())
    assert isinstance(intent.latest_charge, str)

    (charged,) = (
        await client.v1.balance_transactions.list_async({"source": intent.latest_charge})
    ).data
    (returned,) = (await client.v1.balance_transactions.list_async({"source": refund.id})).data

    assert (charged.type, charged.amount, charged.net) == ("charge", 1000, 1000 - charged.fee)
    assert (returned.type, returned.amount) == ("refund", -1000)
    same = await client.v1.balance_transactions.retrieve_async(charged.id, {"expand": ["source"]})
    assert isinstance(same.source, stripe.Charge)
    balance = await client.v1.balance.retrieve_async()
    assert "usd" in {part.currency for part in balance.available}


async def test_events_are_found_by_type(client: stripe.StripeClient) -> None:
    (intent,) = await pay(client, 1)

    page = await client.v1.events.list_async({"type": "payment_intent.*", "limit": 10})
    of_intent = [event for event in page.data if event.data.object["id"] == intent.id]

    assert {event.type for event in of_intent} == {
        "payment_intent.created",
        "payment_intent.succeeded",
    }
    event = await client.v1.events.retrieve_async(of_intent[0].id)
    assert (event.object, event.livemode) == ("event", False)
    listed = await client.v1.events.list_async({"types": ["charge.succeeded"], "limit": 1})
    assert [event.type for event in listed.data] == ["charge.succeeded"]


async def test_unknown_objects_are_missing(client: stripe.StripeClient) -> None:
    for retrieve in (
        client.v1.charges.retrieve_async,
        client.v1.refunds.retrieve_async,
        client.v1.disputes.retrieve_async,
        client.v1.balance_transactions.retrieve_async,
        client.v1.events.retrieve_async,
        client.v1.payment_methods.retrieve_async,
    ):
        with pytest.raises(stripe.InvalidRequestError) as refusal:
            await retrieve("xx_none")
        assert refusal.value.code == "resource_missing"
