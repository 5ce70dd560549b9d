"""Webhooks: signed, delivered in order at first, tried again while the endpoint fails."""

import json
import time
from dataclasses import replace
from pathlib import Path

import pytest
import stripe

from tests.contracts.conftest import (
    CARDS,
    CONFIG,
    WEBHOOK_SECRET,
    Receiver,
    Sandbox,
    connected,
    eventually,
    fresh_key,
    running_sandbox,
    with_state_file,
)
from wishcli.sandbox.stripe import NotLoopback, SandboxConfig, create_app

pytestmark = pytest.mark.slow

PAID = ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded"]


async def pay(client: stripe.StripeClient) -> stripe.PaymentIntent:
    return await client.v1.payment_intents.create_async(
        {
            "amount": 1000,
            "currency": "usd",
            "payment_method": "pm_card_visa",
            "automatic_payment_methods": CARDS,
            "confirm": True,
            "metadata": {"pledge": "p-1"},
        },
        fresh_key(),
    )


async def delivered(sandbox: Sandbox) -> dict[str, object]:
    async def is_idle() -> bool:
        return (await sandbox.look("webhook"))["queued"] == 0

    await eventually(is_idle)
    return await sandbox.look("webhook")


async def test_events_arrive_signed_and_in_order(
    sandbox: Sandbox, client: stripe.StripeClient, hooked: Receiver
) -> None:
    intent = await pay(client)
    await delivered(sandbox)

    events = hooked.events()
    assert [event.type for event in events] == PAID
    assert len({event.id for event in events}) == 3
    last = events[-1]
    assert last.data.object["id"] == intent.id
    assert last.data.object["metadata"]["pledge"] == "p-1"
    assert (last.livemode, last.api_version) == (False, stripe.api_version)
    assert last.request is not None
    assert last.request.idempotency_key is not None
    listed = await client.v1.events.retrieve_async(last.id)
    assert listed.pending_webhooks == 0


async def test_an_event_shows_the_object_as_it_was(
    sandbox: Sandbox, client: stripe.StripeClient, hooked: Receiver
) -> None:
    await pay(client)
    await delivered(sandbox)
    created, _, succeeded = hooked.events()
    assert created.data.object["status"] == "requires_confirmation"
    assert succeeded.data.object["status"] == "succeeded"


async def test_a_wrong_secret_is_noticed(
    sandbox: Sandbox, client: stripe.StripeClient, hooked: Receiver
) -> None:
    await pay(client)
    await delivered(sandbox)
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(hooked.bodies[0], hooked.signatures[0], "whsec_other")
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(
            hooked.bodies[0] + b" ", hooked.signatures[0], WEBHOOK_SECRET
        )


async def test_a_failing_endpoint_is_tried_again(
    sandbox: Sandbox, client: stripe.StripeClient, hooked: Receiver
) -> None:
    hooked.answers = [500, 404]
    await pay(client)

    state = await delivered(sandbox)

    assert (state["attempts"], state["delivered"], state["failed"]) == (5, 3, 0)
    assert sorted({event.id for event in hooked.events()}) == sorted(
        event.id for event in hooked.events()[2:]
    )


async def test_redirects_are_failures(
    sandbox: Sandbox, client: stripe.StripeClient, hooked: Receiver
) -> None:
    hooked.answers = [302]
    hooked.location = hooked.url
    await pay(client)
    state = await delivered(sandbox)
    assert (state["attempts"], state["delivered"]) == (4, 3)


async def test_tries_are_bounded(receiver: Receiver) -> None:
    receiver.answers = [500] * 100
    config = replace(CONFIG, webhook_url=receiver.url, webhook_tries=3)
    async with running_sandbox(config) as sandbox, connected(sandbox.url) as client:
        await pay(client)
        state = await delivered(sandbox)
    assert (state["attempts"], state["failed"]) == (9, 3)


async def test_a_dead_endpoint_does_no_harm(sandbox: Sandbox, client: stripe.StripeClient) -> None:
    await sandbox.control("webhook", {"url": "http://127.0.0.1:1/hook", "secret": "s"})
    intent = await pay(client)
    await sandbox.control("webhook", {"url": None})
    assert (await sandbox.look("webhook"))["url"] is None
    assert intent.status == "succeeded"


async def test_duplicates_come_on_demand(
    sandbox: Sandbox, client: stripe.StripeClient, hooked: Receiver
) -> None:
    await pay(client)
    await delivered(sandbox)
    first = hooked.events()[0]

    await sandbox.control(f"events/{first.id}/resend", {"times": 2})
    await delivered(sandbox)

    assert [event.id for event in hooked.events()][3:] == [first.id, first.id]
    unknown = await sandbox.http.post("/_sandbox/events/evt_none/resend", json={})
    assert unknown.status_code == 404


async def test_what_was_not_delivered_is_delivered_after_a_restart(
    receiver: Receiver, tmp_path: Path
) -> None:
    receiver.answers = [500] * 3
    config = replace(
        with_state_file(tmp_path / "state.json"),
        webhook_url=receiver.url,
        webhook_backoff_seconds=600.0,
    )
    async with running_sandbox(config) as sandbox, connected(sandbox.url) as client:
        await pay(client)

        async def have_all_failed() -> bool:
            return (await sandbox.look("webhook"))["attempts"] == 3

        await eventually(have_all_failed)

    async with running_sandbox(config) as sandbox:
        await delivered(sandbox)
    assert [event.type for event in receiver.events()] == PAID * 2


async def test_jitter_and_duplicates_can_be_configured(receiver: Receiver) -> None:
    config = replace(
        CONFIG,
        webhook_url=receiver.url,
        webhook_duplicate_share=1.0,
        webhook_jitter_seconds=0.05,
        seed=7,
    )
    async with running_sandbox(config) as sandbox, connected(sandbox.url) as client:
        await pay(client)
        await delivered(sandbox)
    types = [event.type for event in receiver.events()]
    assert sorted(types) == sorted(PAID * 2)


async def test_disorder_is_drawn_by_a_seed(
    sandbox: Sandbox, client: stripe.StripeClient, hooked: Receiver
) -> None:
    await sandbox.control(
        "webhook/disorder", {"duplicate_share": 0.5, "jitter_seconds": 0.1, "seed": 3}
    )
    for _ in range(4):
        await pay(client)
    await delivered(sandbox)
    happened = [event["id"] for event in await sandbox.events()]
    came = [event.id for event in hooked.events()]
    assert len(came) > len(set(came)) == len(happened) == 12
    assert list(dict.fromkeys(came)) != happened, "They came in the order they happened."


async def test_events_can_be_late(
    sandbox: Sandbox, client: stripe.StripeClient, hooked: Receiver
) -> None:
    await sandbox.control("webhook/disorder", {"delay_seconds": 600.0})
    await pay(client)
    assert (await sandbox.look("webhook"))["queued"] == 3
    assert hooked.bodies == []


async def test_forged_ones_do_not_pass_the_check_and_count_apart(
    sandbox: Sandbox, client: stripe.StripeClient, hooked: Receiver
) -> None:
    await sandbox.control("webhook/disorder", {"forged_share": 1.0, "seed": 5})
    for _ in range(8):
        await pay(client)
    state = await delivered(sandbox)
    assert (state["delivered"], state["forged"], state["forged_taken"]) == (24, 24, 24)

    genuine = {event["id"] for event in await sandbox.events()}
    kinds = set()
    for body, signature in zip(hooked.bodies, hooked.signatures, strict=True):
        if json.loads(body)["id"] in genuine:
            continue
        stamp = int(signature[2:].partition(",")[0] or 0) if signature else 0
        kinds.add((bool(signature), round((stamp - time.time()) / 3600) if signature else 0))
        if stamp < time.time() + 300:  # The SDK takes a time stamp from the future.
            with pytest.raises(stripe.SignatureVerificationError):
                stripe.Webhook.construct_event(body.decode(), signature, WEBHOOK_SECRET)
    assert kinds == {(True, 0), (True, -1), (True, 1), (False, 0)}


async def test_what_happens_by_itself_names_no_request(
    sandbox: Sandbox, client: stripe.StripeClient, hooked: Receiver
) -> None:
    intent = await client.v1.payment_intents.create_async(
        {
            "amount": 1000,
            "currency": "usd",
            "payment_method": "pm_card_pendingRefund",
            "automatic_payment_methods": CARDS,
            "confirm": True,
        },
        fresh_key(),
    )
    await client.v1.refunds.create_async({"payment_intent": intent.id}, fresh_key())
    await sandbox.control("settle")
    await delivered(sandbox)

    (update,) = [event for event in hooked.events() if event.type == "refund.updated"]
    assert update.data.object["status"] == "succeeded"
    assert update.request is not None
    assert update.request.id is None


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/hook",
        "http://10.0.0.1/hook",
        "http://127.0.0.1.example.com/",
        "ftp://localhost/",
        "http:///hook",
    ],
)
async def test_only_this_machine_is_told(sandbox: Sandbox, url: str) -> None:
    answer = await sandbox.http.post("/_sandbox/webhook", json={"url": url, "secret": "s"})
    assert answer.status_code == 400
    with pytest.raises(NotLoopback):
        create_app(SandboxConfig(webhook_url=url))
