"""Idempotency keys: also true of Stripe's test mode, where no control is needed."""

import asyncio
from dataclasses import replace

import pytest
import stripe

from tests.contracts.conftest import CARDS, CONFIG, Sandbox, eventually, fresh_key, running_sandbox

pytestmark = pytest.mark.slow

PAYMENT: stripe.params.PaymentIntentCreateParams = {
    "amount": 1200,
    "currency": "usd",
    "payment_method": "pm_card_visa",
    "automatic_payment_methods": CARDS,
    "confirm": True,
}
FORM = {"amount": "1200", "currency": "usd"}


def is_replayed(answer: stripe.StripeObject) -> bool:
    response = answer.last_response
    assert isinstance(response, stripe.StripeResponse)
    return response.headers.get("idempotent-replayed") == "true"


async def test_the_same_request_is_executed_once(client: stripe.StripeClient) -> None:
    key = fresh_key()
    first = await client.v1.payment_intents.create_async(PAYMENT, key)
    second = await client.v1.payment_intents.create_async(PAYMENT, key)

    assert second.id == first.id
    assert not is_replayed(first)
    assert is_replayed(second)


async def test_a_decline_is_replayed_too(client: stripe.StripeClient) -> None:
    key = fresh_key()
    payment: stripe.params.PaymentIntentCreateParams = {
        **PAYMENT,
        "payment_method": "pm_card_visa_chargeDeclined",
    }
    errors: list[stripe.CardError] = []
    for _ in range(2):
        with pytest.raises(stripe.CardError) as refusal:
            await client.v1.payment_intents.create_async(payment, key)
        errors.append(refusal.value)

    assert errors[0].error is not None
    assert errors[1].error is not None
    assert errors[0].error.payment_intent is not None
    assert errors[1].error.payment_intent is not None
    assert errors[0].error.payment_intent.id == errors[1].error.payment_intent.id
    assert errors[1].headers is not None
    assert errors[1].headers["idempotent-replayed"] == "true"


async def test_other_parameters_under_the_same_key_are_refused(
    client: stripe.StripeClient,
) -> None:
    key = fresh_key()
    await client.v1.payment_intents.create_async(PAYMENT, key)

    with pytest.raises(stripe.IdempotencyError):
        await client.v1.payment_intents.create_async({**PAYMENT, "amount": 1300}, key)


async def test_another_operation_under_the_same_key_is_refused(
    client: stripe.StripeClient,
) -> None:
    key = fresh_key()
    intent = await client.v1.payment_intents.create_async(PAYMENT, key)

    with pytest.raises(stripe.IdempotencyError):
        await client.v1.refunds.create_async({"payment_intent": intent.id}, key)


async def test_a_request_that_was_wrong_may_be_corrected_under_its_key(
    client: stripe.StripeClient,
) -> None:
    key = fresh_key()
    with pytest.raises(stripe.InvalidRequestError):
        await client.v1.payment_intents.create_async({**PAYMENT, "amount": 1}, key)

    intent = await client.v1.payment_intents.create_async(PAYMENT, key)

    assert intent.status == "succeeded"


async def test_a_refusal_that_came_from_execution_is_kept(client: stripe.StripeClient) -> None:
    intent = await client.v1.payment_intents.create_async(PAYMENT, fresh_key())
    key = fresh_key()
    for replayed in (None, "true"):
        with pytest.raises(stripe.InvalidRequestError) as refusal:
            await client.v1.payment_intents.cancel_async(intent.id, {}, key)
        assert refusal.value.headers is not None
        assert refusal.value.headers.get("idempotent-replayed") == replayed


async def test_the_order_of_parameters_does_not_matter(sandbox: Sandbox) -> None:
    first = await sandbox.form_post("/v1/payment_intents", FORM, key="k")
    second = await sandbox.form_post("/v1/payment_intents", dict(reversed(FORM.items())), key="k")
    assert second.json()["id"] == first.json()["id"]
    assert second.headers["Original-Request"] == first.headers["Request-Id"]


async def test_a_key_in_use_is_a_conflict(sandbox: Sandbox) -> None:
    await sandbox.fault(action="hold_before", path="/v1/payment_intents")
    first = asyncio.create_task(sandbox.form_post("/v1/payment_intents", FORM, key="k"))

    async def is_held() -> bool:
        rules = (await sandbox.look("faults"))["rules"]
        assert isinstance(rules, list)
        return bool(rules[0]["holding"] == 1)

    await eventually(is_held)
    second = await sandbox.form_post("/v1/payment_intents", FORM, key="k")
    assert second.status_code == 409
    assert second.json()["error"]["code"] == "idempotency_key_in_use"

    await sandbox.control("faults/release")
    assert (await first).status_code == 200
    third = await sandbox.form_post("/v1/payment_intents", FORM, key="k")
    assert third.headers["Idempotent-Replayed"] == "true"
    assert third.json()["id"] == (await first).json()["id"]


@pytest.mark.parametrize("order", [{}, {"key": "k"}])
async def test_a_forgotten_key_executes_again(sandbox: Sandbox, order: dict[str, object]) -> None:
    first = await sandbox.form_post("/v1/payment_intents", FORM, key="k")

    assert (await sandbox.control("keys/forget", order))["forgotten"] == 1

    second = await sandbox.form_post("/v1/payment_intents", FORM, key="k")
    assert second.json()["id"] != first.json()["id"]
    assert "Idempotent-Replayed" not in second.headers


async def test_another_key_is_not_forgotten(sandbox: Sandbox) -> None:
    first = await sandbox.form_post("/v1/payment_intents", FORM, key="k")
    assert (await sandbox.control("keys/forget", {"key": "other"}))["forgotten"] == 0
    second = await sandbox.form_post("/v1/payment_intents", FORM, key="k")
    assert second.json()["id"] == first.json()["id"]


async def test_keys_are_forgotten_after_a_day(sandbox: Sandbox) -> None:
    first = await sandbox.form_post("/v1/payment_intents", FORM, key="k")
    await sandbox.control("advance", {"seconds": 86_000})
    second = await sandbox.form_post("/v1/payment_intents", FORM, key="k")
    assert second.json()["id"] == first.json()["id"]

    await sandbox.control("advance", {"seconds": 500})

    third = await sandbox.form_post("/v1/payment_intents", FORM, key="k")
    assert third.json()["id"] != first.json()["id"]


async def test_every_post_needs_a_key(sandbox: Sandbox) -> None:
    answer = await sandbox.form_post("/v1/payment_intents", FORM)
    assert answer.status_code == 400
    assert "Idempotency-Key" in answer.json()["error"]["message"]
    long = await sandbox.form_post("/v1/payment_intents", FORM, key="k" * 256)
    assert long.status_code == 400


async def test_the_need_for_a_key_can_be_switched_off() -> None:
    async with running_sandbox(replace(CONFIG, require_idempotency_key=False)) as sandbox:
        answers = [await sandbox.form_post("/v1/payment_intents", FORM) for _ in range(2)]
    assert answers[0].json()["id"] != answers[1].json()["id"]


async def test_many_at_once_under_one_key_charge_once(sandbox: Sandbox) -> None:
    form = {**FORM, "payment_method": "pm_card_visa", "confirm": "true"}
    form["allowed_payment_method_types[]"] = "card"
    answers = await asyncio.gather(
        *(sandbox.form_post("/v1/payment_intents", form, key="k") for _ in range(20))
    )
    assert {answer.status_code for answer in answers} <= {200, 409}
    counts = (await sandbox.book())["counts"]
    assert isinstance(counts, dict)
    assert counts["charges_succeeded"] == 1
