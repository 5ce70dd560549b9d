"""Answers have the fields that the SDK declares, and no others."""

import typing

import pytest
import stripe

from tests.contracts.conftest import CARDS, eventually, fresh_key

pytestmark = pytest.mark.slow

# The SDK marks these as always present, but the API leaves them out unless they are expanded or
# apply to the object.
SELDOM = {"OBJECT_NAME"}


async def objects(client: stripe.StripeClient) -> list[stripe.StripeObject]:
    """Make one of each kind."""
    intent = await client.v1.payment_intents.create_async(
        {
            "amount": 1000,
            "currency": "usd",
            "payment_method": "pm_card_visa",
            "automatic_payment_methods": CARDS,
            "confirm": True,
            "expand": ["latest_charge.balance_transaction", "payment_method"],
        },
        fresh_key(),
    )
    refund = await client.v1.refunds.create_async({"payment_intent": intent.id}, fresh_key())
    charge, method = intent.latest_charge, intent.payment_method
    assert isinstance(charge, stripe.Charge)
    assert isinstance(method, stripe.PaymentMethod)
    assert isinstance(charge.balance_transaction, stripe.BalanceTransaction)
    event = (await client.v1.events.list_async({"limit": 1})).data[0]
    balance = await client.v1.balance.retrieve_async()
    return [intent, refund, charge, method, charge.balance_transaction, event, balance]


def declared(kind: type) -> tuple[set[str], set[str]]:
    """Give the fields of an SDK class, and those that can never be absent."""
    fields = set(kind.__annotations__) - SELDOM
    always = {
        name for name in fields if type(None) not in typing.get_args(kind.__annotations__[name])
    }
    return fields, always


async def test_every_answer_is_made_of_declared_fields(client: stripe.StripeClient) -> None:
    for item in await objects(client):
        fields, always = declared(type(item))
        given = set(item.to_dict())
        assert given <= fields, type(item)
        assert always <= given, type(item)


async def test_disputes_are_made_of_declared_fields(client: stripe.StripeClient) -> None:
    await client.v1.payment_intents.create_async(
        {
            "amount": 1000,
            "currency": "usd",
            "payment_method": "pm_card_createDispute",
            "automatic_payment_methods": CARDS,
            "confirm": True,
        },
        fresh_key(),
    )
    found: list[stripe.Dispute] = []

    async def is_open() -> bool:  # Stripe itself opens it some seconds later.
        found.extend((await client.v1.disputes.list_async({"limit": 1})).data)
        return bool(found)

    await eventually(is_open)
    fields, always = declared(stripe.Dispute)
    given = set(found[0].to_dict())
    assert given <= fields
    assert always <= given
