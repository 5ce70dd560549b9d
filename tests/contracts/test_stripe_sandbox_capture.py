"""When a charge reaches the balance: at once, or later, as Stripe captures by default."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import stripe

from tests.contracts.conftest import CARDS, CONFIG, Sandbox, connected, fresh_key, running_sandbox

pytestmark = pytest.mark.slow

LATE = replace(CONFIG, balance_after_seconds=1800.0)
NET = 941
"""Of ten dollars, without 2.9 % and thirty cents."""


@pytest.fixture
async def own_sandbox() -> AsyncIterator[Sandbox]:
    async with running_sandbox(LATE) as sandbox:
        yield sandbox


async def pay(client: stripe.StripeClient, **more: object) -> stripe.Charge:
    intent = await client.v1.payment_intents.create_async(
        {
            "amount": 1000,
            "currency": "usd",
            "payment_method": "pm_card_visa",
            "automatic_payment_methods": CARDS,
            "confirm": True,
            "expand": ["latest_charge.balance_transaction"],
            **more,  # type: ignore[typeddict-item]
        },
        fresh_key(),
    )
    assert intent.status == "succeeded"
    assert isinstance(intent.latest_charge, stripe.Charge)
    return intent.latest_charge


async def read(client: stripe.StripeClient, charge: stripe.Charge) -> stripe.Charge:
    return await client.v1.charges.retrieve_async(charge.id, {"expand": ["balance_transaction"]})


async def balance(client: stripe.StripeClient) -> int:
    found = await client.v1.balance.retrieve_async()
    return sum(int(part["amount"]) for part in (*found.available, *found.pending))


async def test_it_is_paid_before_it_is_in_the_balance(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    charge = await pay(client)
    assert (charge.paid, charge.captured, charge.balance_transaction) == (True, True, None)
    assert await balance(client) == 0
    assert (await client.v1.balance_transactions.list_async()).data == []
    assert (await sandbox.book_of(str(charge.payment_intent)))["charged_total"] == 1000

    await sandbox.control("advance", {"seconds": 1799})
    assert (await read(client, charge)).balance_transaction is None
    before = await sandbox.event_types()
    await sandbox.control("advance", {"seconds": 2})

    late = (await read(client, charge)).balance_transaction
    assert isinstance(late, stripe.BalanceTransaction)
    assert (late.amount, late.fee, late.net, late.source) == (1000, 59, NET, charge.id)
    assert late.created >= charge.created + 1800
    assert late.available_on == late.created + 2 * 86_400
    assert await balance(client) == NET
    assert (await sandbox.event_types())[len(before) :] == ["charge.updated"]
    told = (await client.v1.events.list_async({"limit": 1})).data[0].data["object"]
    assert (told["id"], told["balance_transaction"]) == (charge.id, late.id)
    await sandbox.book()


async def test_who_asks_to_be_charged_at_once_is(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    charge = await pay(client, capture_method="automatic")
    assert isinstance(charge.balance_transaction, stripe.BalanceTransaction)
    assert await balance(client) == NET
    await sandbox.control("settle")
    assert "charge.updated" not in await sandbox.event_types()


async def test_it_may_go_back_before(sandbox: Sandbox, client: stripe.StripeClient) -> None:
    charge = await pay(client)
    refund = await client.v1.refunds.create_async({"charge": charge.id}, fresh_key())
    assert refund.status == "succeeded"
    assert await balance(client) == -1000
    await sandbox.control("settle")
    assert await balance(client) == NET - 1000
    await sandbox.book()


async def test_a_slow_card_reaches_the_balance_after_it_has_paid(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    intent = await client.v1.payment_intents.create_async(
        {
            "amount": 1000,
            "currency": "usd",
            "payment_method": "pm_sandbox_processing",
            "automatic_payment_methods": CARDS,
            "confirm": True,
        },
        fresh_key(),
    )
    assert intent.status == "processing"
    assert (await sandbox.control("settle"))["done"] == 2
    assert await balance(client) == NET
    assert (await sandbox.event_types())[-3:] == [
        "charge.succeeded",
        "payment_intent.succeeded",
        "charge.updated",
    ]


async def test_what_is_due_first_happens_first(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    first, second = await pay(client), await pay(client, capture_method="automatic")
    await sandbox.control("capture", {"after_seconds": 60})
    third = await pay(client)
    await sandbox.control("settle")
    moved = [one.source for one in (await client.v1.balance_transactions.list_async()).data]
    assert moved == [first.id, third.id, second.id], "The newest is shown first."


async def test_it_is_there_at_once_until_somebody_says_when() -> None:
    async with running_sandbox() as sandbox, connected(sandbox.url) as client:
        charge = await pay(client)
        assert isinstance(charge.balance_transaction, stripe.BalanceTransaction)
        refused = await sandbox.http.post("/_sandbox/capture", json={"after_seconds": -1})
        assert refused.status_code == 400
        await sandbox.control("capture", {"after_seconds": 60})
        assert (await pay(client)).balance_transaction is None
        assert await balance(client) == NET
        await sandbox.control("capture", {"after_seconds": 0})
        assert (await pay(client)).balance_transaction is not None
        await sandbox.control("reset")
        await sandbox.control("settle")
        assert await balance(client) == 0
