"""Faults on demand, as the real SDK meets them."""

import asyncio
import time
from dataclasses import replace

import pytest
import stripe

from tests.contracts.conftest import (
    CARDS,
    CONFIG,
    Receiver,
    Sandbox,
    connected,
    eventually,
    fresh_key,
    running_sandbox,
)

pytestmark = pytest.mark.slow

PAYMENT: stripe.params.PaymentIntentCreateParams = {
    "amount": 1200,
    "currency": "usd",
    "payment_method": "pm_card_visa",
    "automatic_payment_methods": CARDS,
    "confirm": True,
}
INTENTS = "/v1/payment_intents"


async def charged(sandbox: Sandbox) -> int:
    counts = (await sandbox.book())["counts"]
    assert isinstance(counts, dict)
    return int(counts["charges_succeeded"])


@pytest.mark.parametrize(
    ("rule", "error", "booked"),
    [
        ({"action": "drop_before"}, stripe.APIConnectionError, 0),
        ({"action": "drop_after"}, stripe.APIConnectionError, 1),
        ({"action": "truncate"}, stripe.APIConnectionError, 1),
        ({"action": "status", "status": 500}, stripe.APIError, 0),
        ({"action": "status", "status": 429}, stripe.RateLimitError, 0),
        ({"action": "status", "status": 409}, stripe.APIError, 0),
        ({"action": "html"}, stripe.APIError, 0),
        ({"action": "html_after"}, stripe.APIError, 1),
        ({"action": "reset"}, stripe.APIConnectionError, 1),
        ({"action": "malformed"}, stripe.APIError, 1),
    ],
)
async def test_after_a_fault_the_same_key_charges_once(
    sandbox: Sandbox,
    client: stripe.StripeClient,
    rule: dict[str, str | int],
    error: type[Exception],
    booked: int,
) -> None:
    await sandbox.fault(path=INTENTS, **rule)
    key = fresh_key()

    with pytest.raises(error):
        await client.v1.payment_intents.create_async(PAYMENT, key)
    assert await charged(sandbox) == booked
    intent = await client.v1.payment_intents.create_async(PAYMENT, key)

    assert intent.status == "succeeded"
    assert await charged(sandbox) == 1


@pytest.mark.parametrize(("action", "booked"), [("status_after", 1), ("status_kept", 0)])
async def test_a_500_is_kept_for_its_key(
    sandbox: Sandbox, client: stripe.StripeClient, action: str, booked: int
) -> None:
    await sandbox.fault(path=INTENTS, action=action, status=500)
    key = fresh_key()
    for replayed in (None, "true"):
        with pytest.raises(stripe.APIError) as refusal:
            await client.v1.payment_intents.create_async(PAYMENT, key)
        assert refusal.value.headers is not None
        assert refusal.value.headers.get("idempotent-replayed") == replayed
    assert await charged(sandbox) == booked


async def test_the_sdk_itself_tries_again_under_the_same_key(sandbox: Sandbox) -> None:
    await sandbox.fault(path=INTENTS, action="drop_after")
    async with connected(sandbox.url, retries=1) as client:
        intent = await client.v1.payment_intents.create_async(PAYMENT, fresh_key())
    assert intent.status == "succeeded"
    assert await charged(sandbox) == 1


async def test_a_rule_strikes_the_nth_call_a_number_of_times(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    await sandbox.fault(path=INTENTS, method="POST", action="status", nth=2, times=2)
    outcomes = []
    for _ in range(4):
        try:
            await client.v1.payment_intents.create_async(PAYMENT, fresh_key())
            outcomes.append("paid")
        except stripe.APIError:
            outcomes.append("failed")
        await client.v1.payment_intents.list_async()
    assert outcomes == ["paid", "failed", "failed", "paid"]
    assert (await sandbox.look("faults"))["rules"] == [
        {
            "action": "status",
            "path": INTENTS,
            "method": "POST",
            "nth": 2,
            "times": 2,
            "seen": 4,
            "met": 2,
            "did": {"status": 2},
            "holding": 0,
        }
    ]


async def test_cleared_rules_strike_no_more(sandbox: Sandbox, client: stripe.StripeClient) -> None:
    await sandbox.control("faults", {"rules": [{"action": "status", "times": None}]})
    with pytest.raises(stripe.APIError):
        await client.v1.payment_intents.list_async()

    assert (await sandbox.http.delete("/_sandbox/faults")).status_code == 200

    assert (await client.v1.payment_intents.list_async()).data == []


async def test_a_delay_only_delays(sandbox: Sandbox, client: stripe.StripeClient) -> None:
    await sandbox.fault(path=INTENTS, action="delay", seconds=0.5)
    began = time.monotonic()
    intent = await client.v1.payment_intents.create_async(PAYMENT, fresh_key())
    assert time.monotonic() - began >= 0.5
    assert intent.status == "succeeded"


@pytest.mark.parametrize(("action", "booked"), [("hold_before", 0), ("hold_after", 1)])
async def test_an_answer_can_be_held(
    sandbox: Sandbox, client: stripe.StripeClient, action: str, booked: int
) -> None:
    await sandbox.fault(path=INTENTS, action=action)
    payment = asyncio.create_task(client.v1.payment_intents.create_async(PAYMENT, fresh_key()))

    async def is_held() -> bool:
        rules = (await sandbox.look("faults"))["rules"]
        assert isinstance(rules, list)
        return bool(rules[0]["holding"])

    await eventually(is_held)
    assert await charged(sandbox) == booked
    assert not payment.done()
    await sandbox.control("faults/release")

    assert (await payment).status == "succeeded"
    assert await charged(sandbox) == 1


async def test_a_wrong_rule_is_refused(sandbox: Sandbox) -> None:
    for rule in (
        {"action": "explode"},
        {"action": "status", "foo": 1},
        {"action": "status", "among": ["html"]},
        {"action": "kill_after"},
        {"among": ["html", "stop_before"]},
        {},
    ):
        assert (await sandbox.http.post("/_sandbox/faults", json=rule)).status_code == 400


@pytest.mark.parametrize("body", ["", "null", "[]", '"paid"', "{}", '{"id": 5}', "<html>"])
async def test_an_answer_can_be_anything(sandbox: Sandbox, body: str) -> None:
    await sandbox.fault(path=INTENTS, action="malformed", body=body)
    answer = await sandbox.form_post(INTENTS, {"amount": "1200", "currency": "usd"}, key="any")
    assert (answer.status_code, answer.text) == (200, body)
    assert len((await sandbox.book())["payment_intents"]) == 1  # type: ignore[arg-type]


async def test_an_answer_can_be_huge(sandbox: Sandbox) -> None:
    await sandbox.fault(path=INTENTS, action="huge", body_bytes=3 * 1024 * 1024)
    answer = await sandbox.form_post(INTENTS, {"amount": "1200", "currency": "usd"}, key="huge")
    assert len(answer.content) > 3 * 1024 * 1024
    assert answer.json()["object"] == "payment_intent"


async def test_an_answer_can_come_byte_by_byte(sandbox: Sandbox) -> None:
    await sandbox.fault(path=INTENTS, action="drip", seconds=3600)
    form = {"amount": "1200", "currency": "usd"}
    payment = asyncio.create_task(sandbox.form_post(INTENTS, form, key="drip"))

    async def is_dripping() -> bool:
        rules = (await sandbox.look("faults"))["rules"]
        assert isinstance(rules, list)
        return bool(rules[0]["holding"])

    await eventually(is_dripping)
    assert len((await sandbox.book())["payment_intents"]) == 1  # type: ignore[arg-type]
    assert not payment.done()
    await sandbox.control("faults/release")

    assert (await payment).json()["object"] == "payment_intent"


async def test_a_seed_draws_which_requests_are_met_and_how() -> None:
    async def storm(seed: int) -> list[str]:
        outcomes = []
        async with running_sandbox() as sandbox, connected(sandbox.url) as there:
            await sandbox.control(
                "faults",
                {
                    "among": ["status", "drop_before", "html"],
                    "share": 0.5,
                    "seed": seed,
                    "times": None,
                },
            )
            for _ in range(30):
                try:
                    await there.v1.payment_intents.list_async()
                    outcomes.append("answered")
                except stripe.StripeError as error:
                    outcomes.append(f"{type(error).__name__} {error.http_status}")
        return outcomes

    first, again, other = await storm(7), await storm(7), await storm(8)
    assert first == again != other
    assert len(set(first)) == 4, "Each action, and none."


async def test_a_notice_can_come_before_the_answer(
    sandbox: Sandbox, client: stripe.StripeClient, hooked: Receiver
) -> None:
    await sandbox.fault(path=INTENTS, action="notice_first")
    intent = await client.v1.payment_intents.create_async(PAYMENT, fresh_key())
    assert intent.status == "succeeded"
    assert [event.type for event in hooked.events()][-1] == "payment_intent.succeeded"


async def test_the_rate_limit_refuses_without_booking() -> None:
    config = replace(CONFIG, rate_limit_per_second=2)
    async with running_sandbox(config) as sandbox, connected(sandbox.url) as client:
        answers = await asyncio.gather(
            *(client.v1.payment_intents.create_async(PAYMENT, fresh_key()) for _ in range(20)),
            return_exceptions=True,
        )
        refused = [answer for answer in answers if isinstance(answer, stripe.RateLimitError)]
        paid = [answer for answer in answers if isinstance(answer, stripe.PaymentIntent)]
        assert refused
        assert len(paid) + len(refused) == 20
        assert await charged(sandbox) == len(paid)
