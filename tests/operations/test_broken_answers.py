"""Stripe's answer is in order by its status, and cannot be what Stripe said: nobody knows."""

import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import pytest

from tests.support.sandbox import Sandbox, gateway_to
from wishcore.ids import new_id
from wishcore.money import Money
from wishcore.payments import PaymentGateway, PaymentsUnavailable

# Other tests send the same statements to PostgreSQL.
pytestmark = pytest.mark.nightly("postgres")

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
ANYTHING = ("", "null", "[]", "5", '"pi_1"', "{}", '{"id": null}', '{"id": 5}', '{"id": "x"}', "{")


async def _intents(payments: PaymentGateway) -> None:
    async for _ in payments.intents_since(LONG_AGO):
        pass


async def _refunds(payments: PaymentGateway) -> None:
    async for _ in payments.refunds_since(LONG_AGO):
        pass


CALLS: dict[str, Callable[[PaymentGateway], Awaitable[object]]] = {
    "create_payment_method": lambda payments: payments.create_payment_method(
        key=str(new_id()), token="tok_visa"
    ),
    "create_intent": lambda payments: payments.create_intent(
        key=str(new_id()), amount=Money(500, "USD"), payment_method="pm_card_visa", metadata={}
    ),
    "confirm_intent": lambda payments: payments.confirm_intent(
        "pi_1", key=str(new_id()), return_url="https://wish.test/"
    ),
    "get_intent": lambda payments: payments.get_intent("pi_1"),
    "cancel_intent": lambda payments: payments.cancel_intent("pi_1"),
    "create_refund": lambda payments: payments.create_refund(key=str(new_id()), intent_id="pi_1"),
    "refunds_of": lambda payments: payments.refunds_of("pi_1"),
    "intents_since": _intents,
    "refunds_since": _refunds,
    "available_balance": lambda payments: payments.available_balance(),
}


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("call", CALLS)
async def test_an_answer_that_cannot_be_read(sandbox: Sandbox, call: str) -> None:
    async with gateway_to(sandbox.url) as payments:
        for body in ANYTHING:
            await sandbox.tell("faults", action="malformed", body=body, times=None, path="/v1/*")
            with pytest.raises(PaymentsUnavailable):
                await CALLS[call](payments)
            await sandbox.heal()


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize(
    ("error", "code"),
    [
        (None, ""),
        ({"type": "card_error", "code": "card_declined", "decline_code": "lost_card"}, "lost_card"),
        ({"type": "card_error", "code": "expired_card", "decline_code": None}, "expired_card"),
        ({"type": "api_error", "code": None}, "declined"),
        ({"type": "api_error"}, "declined"),
    ],
)
async def test_a_failed_attempt_can_be_read_whatever_its_error_has(
    sandbox: Sandbox, error: dict[str, str | None] | None, code: str
) -> None:
    async with gateway_to(sandbox.url) as payments:
        intent_id = await payments.create_intent(
            key="pi", amount=Money(500, "USD"), payment_method="pm_card_visa", metadata={}
        )
        intent = await sandbox.ask("GET", f"/v1/payment_intents/{intent_id}", {})
        body = json.dumps(intent | {"last_payment_error": error})
        await sandbox.tell("faults", action="malformed", body=body, times=None, path="/v1/*")
        assert (await payments.get_intent(intent_id)).decline_code == code


@pytest.mark.usefixtures("db")
async def test_an_answer_without_an_end_is_not_read_to_its_end(sandbox: Sandbox) -> None:
    async with gateway_to(sandbox.url) as payments:
        await sandbox.tell("faults", action="huge", body_bytes=20 * 1024 * 1024, times=None)
        with pytest.raises(PaymentsUnavailable):
            await payments.available_balance()
        await sandbox.heal()
        await payments.available_balance()
