"""What Stripe's refusals mean to a giver: by its codes, whatever the status and the text."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from tests.support.sandbox import gateway_to
from wishcore.integrations.stripe import StripeGateway
from wishcore.money import Money
from wishcore.payments import BadPaymentMethod, CardDeclined, PaymentBusy, PaymentRefused


@asynccontextmanager
async def refusing(error: Mapping[str, str], status: int = 400) -> AsyncIterator[StripeGateway]:
    """Connect to a Stripe that answers everything with this error."""

    async def refuse(_: web.Request) -> web.Response:
        return web.json_response({"error": {"message": "No.", **error}}, status=status)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", refuse)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        async with gateway_to(f"http://127.0.0.1:{runner.addresses[0][1]}") as gateway:
            yield gateway
    finally:
        await runner.cleanup()


async def begin(gateway: StripeGateway) -> None:
    await gateway.create_intent(
        key="pi:1", amount=Money(5_000, "USD"), payment_method="pm_1", metadata={}
    )


pytestmark = pytest.mark.usefixtures("db")

INVALID = "invalid_request_error"


@pytest.mark.parametrize(
    ("error", "decline_code"),
    [
        ({"type": "card_error", "code": "expired_card"}, "expired_card"),
        (
            {"type": "card_error", "code": "card_declined", "decline_code": "lost_card"},
            "lost_card",
        ),
        (
            {
                "type": INVALID,
                "code": "payment_intent_payment_attempt_failed",
                "decline_code": "do_not_honor",
            },
            "do_not_honor",
        ),
    ],
)
async def test_declines_keep_their_code(error: Mapping[str, str], decline_code: str) -> None:
    async with refusing(error, status=402) as gateway:
        with pytest.raises(CardDeclined) as declined:
            await begin(gateway)
    assert declined.value.decline_code == decline_code


@pytest.mark.parametrize(
    "error",
    [
        {"type": INVALID, "code": "resource_missing", "param": "payment_method"},
        {"type": INVALID, "code": "resource_missing", "param": "card[token]"},
        {"type": INVALID, "code": "token_already_used"},
        {"type": INVALID, "code": "payment_method_unactivated"},
        {"type": INVALID, "param": "payment_method"},
    ],
)
async def test_the_choice_of_the_card(error: Mapping[str, str]) -> None:
    async with refusing(error) as gateway:
        with pytest.raises(BadPaymentMethod):
            await begin(gateway)


@pytest.mark.parametrize(
    "code", ["amount_too_small", "parameter_unknown", "account_invalid", "resource_missing"]
)
async def test_what_no_card_would_change_is_no_fault_of_the_card(code: str) -> None:
    async with refusing({"type": INVALID, "code": code, "param": "amount"}) as gateway:
        with pytest.raises(PaymentRefused) as refused:
            await begin(gateway)
    assert refused.value.code == code
    assert refused.value.is_unknown == (code == "resource_missing")


async def test_a_key_in_use_is_busy() -> None:
    async with refusing({"type": INVALID, "code": "lock_timeout"}, status=409) as gateway:
        with pytest.raises(PaymentBusy):
            await begin(gateway)
