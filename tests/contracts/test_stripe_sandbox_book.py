"""The book, the journal, keys of the API, the clock and the state file."""

import asyncio
import random
import signal
import sys
from pathlib import Path

import pytest
import stripe

from tests.contracts.conftest import (
    CARDS,
    SANDBOX_KEY,
    Sandbox,
    connected,
    fresh_key,
    running_sandbox,
    with_state_file,
)
from wishcli.sandbox.stripe import SandboxConfig, serve

pytestmark = pytest.mark.slow

DECK = [
    "pm_card_visa",
    "pm_card_mastercard",
    "pm_card_visa_chargeDeclined",
    "pm_card_threeDSecure2Required",
    "pm_card_pendingRefund",
    "pm_card_refundFail",
    "pm_card_createDispute",
    "pm_card_createDisputeInquiry",
    "pm_sandbox_processing",
]


async def pay(
    client: stripe.StripeClient, card: str = "pm_card_visa", *, amount: int = 1000
) -> stripe.PaymentIntent:
    return await client.v1.payment_intents.create_async(
        {
            "amount": amount,
            "currency": "usd",
            "payment_method": card,
            "automatic_payment_methods": CARDS,
            "confirm": True,
            "metadata": {"pledge": "p-1"},
        },
        fresh_key(),
    )


async def test_the_book_tells_what_was_charged_and_returned(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    intent = await pay(client, amount=2000)
    await client.v1.refunds.create_async({"payment_intent": intent.id, "amount": 500}, fresh_key())

    book = await sandbox.book()

    assert book["currencies"] == {
        "usd": {
            "charged": 2000,
            "refunded": 500,
            "refund_failed": 0,
            "disputed": 0,
            "reinstated": 0,
            "fees": 88,
            "net": 1412,
        }
    }
    assert book["payment_intents"] == [
        {
            "id": intent.id,
            "status": "succeeded",
            "currency": "usd",
            "amount": 2000,
            "metadata": {"pledge": "p-1"},
            "charged_count": 1,
            "charged_total": 2000,
            "refunded_count": 1,
            "refunded_total": 500,
            "refund_failed_count": 0,
            "refund_failed_total": 0,
            "disputed_count": 0,
            "disputed_total": 0,
            "reinstated_count": 0,
            "reinstated_total": 0,
            "refund_pending_count": 0,
            "refund_pending_total": 0,
        }
    ]


@pytest.mark.parametrize("seed", range(5))
async def test_the_book_always_balances(
    sandbox: Sandbox, client: stripe.StripeClient, seed: int
) -> None:
    dice = random.Random(seed)
    intents: list[str] = []
    for _ in range(40):
        move = dice.randrange(5)
        try:
            if move < 2 or not intents:
                card = dice.choice(DECK)
                intents.append((await pay(client, card, amount=dice.randrange(50, 9999))).id)
            elif move == 2:
                await client.v1.refunds.create_async(
                    {"payment_intent": dice.choice(intents)}, fresh_key()
                )
            elif move == 3:
                await client.v1.payment_intents.cancel_async(dice.choice(intents), {}, fresh_key())
            else:
                await sandbox.control("settle")
        except (stripe.CardError, stripe.InvalidRequestError):
            continue
        await sandbox.book()
    for dispute in (await client.v1.disputes.list_async({"limit": 100})).data:
        if dispute.status.endswith("needs_response"):
            outcome = dice.choice(["won", "lost"])
            await sandbox.control(f"disputes/{dispute.id}/close", {"outcome": outcome})
    totals = (await sandbox.book())["currencies"]
    assert isinstance(totals, dict)
    balance = await client.v1.balance.retrieve_async()
    net = sum(part.amount for part in balance.available)
    net += sum(part.amount for part in balance.pending)
    assert net == sum(total["net"] for total in totals.values())


async def test_many_payments_at_once_are_all_booked(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    intents = await asyncio.gather(*(pay(client) for _ in range(40)))
    book = await sandbox.book()
    assert len({intent.id for intent in intents}) == 40
    assert isinstance(book["currencies"], dict)
    assert book["currencies"]["usd"]["charged"] == 40_000


async def test_the_journal_tells_what_was_asked(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    await client.v1.payment_intents.create_async(
        {"amount": 1000, "currency": "usd"}, {"idempotency_key": "pi:1"}
    )
    entries = (await sandbox.look("requests"))["requests"]
    assert isinstance(entries, list)
    (entry,) = entries
    assert (entry["method"], entry["path"], entry["status"]) == (
        "POST",
        "/v1/payment_intents",
        200,
    )
    assert entry["idempotency_key"] == "pi:1"
    assert entry["stripe_version"] == stripe.api_version
    assert entry["params"] == {"amount": "1000", "currency": "usd"}
    assert SANDBOX_KEY not in str(entries)


async def test_answers_carry_the_headers_of_stripe(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    intent = await client.v1.payment_intents.create_async(
        {"amount": 1000, "currency": "usd"}, {"idempotency_key": "pi:1"}
    )
    response = intent.last_response
    assert isinstance(response, stripe.StripeResponse)
    assert response.headers["request-id"].startswith("req_")
    assert response.headers["stripe-version"] == stripe.api_version
    assert response.headers["idempotency-key"] == "pi:1"


@pytest.mark.parametrize(
    "key", ["sk_live_secret", "rk_live_secret", "pk_test_secret", "nonsense-secret"]
)
async def test_only_test_keys_open(sandbox: Sandbox, key: str) -> None:
    async with connected(sandbox.url, key=key) as client:
        with pytest.raises(stripe.AuthenticationError) as refusal:
            await client.v1.balance.retrieve_async()
    assert "secret" not in str(refusal.value)


async def test_restricted_test_keys_open_and_no_key_does_not(sandbox: Sandbox) -> None:
    async with connected(sandbox.url, key="rk_test_1") as client:
        assert (await client.v1.balance.retrieve_async()).livemode is False
    assert (await sandbox.http.get("/v1/balance")).status_code == 401


async def test_unknown_paths_are_refused_in_the_same_shape(sandbox: Sandbox) -> None:
    for path in ("/v1/customers", "/v1/payment_intents/pi_1/capture"):
        answer = await sandbox.form_post(path, {}, key="k")
        assert answer.status_code == 404
        assert answer.json()["error"]["type"] == "invalid_request_error"


async def test_the_clock_only_moves_forward(sandbox: Sandbox, client: stripe.StripeClient) -> None:
    await sandbox.control("advance", {"seconds": 1_000_000})
    late = await pay(client)
    early = await client.v1.events.list_async({"created": {"lt": late.created - 900_000}})
    assert early.data == []
    back = await sandbox.http.post("/_sandbox/advance", json={"seconds": -1})
    assert back.status_code == 400


async def test_money_becomes_available_after_two_days(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    await pay(client)
    await pay(client, "pm_card_bypassPending")
    before = await client.v1.balance.retrieve_async()
    assert (before.available[0].amount, before.pending[0].amount) == (941, 941)

    await sandbox.control("advance", {"seconds": 2 * 86_400 + 1})

    after = await client.v1.balance.retrieve_async()
    assert (after.available[0].amount, after.pending[0].amount) == (1882, 0)


async def test_a_reset_forgets_everything(sandbox: Sandbox, client: stripe.StripeClient) -> None:
    await pay(client)
    await sandbox.control("reset")
    assert (await sandbox.book())["payment_intents"] == []
    assert (await client.v1.payment_intents.list_async()).data == []


async def test_the_state_file_survives_a_restart(tmp_path: Path) -> None:
    config = with_state_file(tmp_path / "books" / "stripe.json")
    key = fresh_key()
    payment: stripe.params.PaymentIntentCreateParams = {
        "amount": 1000,
        "currency": "usd",
        "payment_method": "pm_card_pendingRefund",
        "automatic_payment_methods": CARDS,
        "confirm": True,
    }
    async with running_sandbox(config) as sandbox, connected(sandbox.url) as client:
        intent = await client.v1.payment_intents.create_async(payment, key)
        await client.v1.refunds.create_async({"payment_intent": intent.id}, fresh_key())
        before = await sandbox.book()
        events = await sandbox.event_types()

    async with running_sandbox(config) as sandbox, connected(sandbox.url) as client:
        assert await sandbox.book() == before
        assert await sandbox.event_types() == events
        assert (await client.v1.payment_intents.create_async(payment, key)).id == intent.id
        assert (await sandbox.control("settle"))["done"] == 1
        (refund,) = (await client.v1.refunds.list_async({"payment_intent": intent.id})).data
        assert refund.status == "succeeded"
    assert [path.name for path in (tmp_path / "books").iterdir()] == ["stripe.json"]


async def test_it_refuses_to_listen_elsewhere() -> None:
    with pytest.raises(ValueError, match="only listens on this machine"):
        await serve(SandboxConfig(), host="0.0.0.0")


async def test_it_ends_cleanly_on_sigterm(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    program = (
        "import asyncio, pathlib, sys\n"
        "from wishcli.sandbox.stripe import SandboxConfig, serve\n"
        "config = SandboxConfig(state_file=pathlib.Path(sys.argv[1]))\n"
        "asyncio.run(serve(config, ready=lambda url: print(url, flush=True)))\n"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, str(path), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    async with asyncio.timeout(30):
        url = (await process.stdout.readline()).decode().strip()
        async with connected(url) as client:
            await pay(client)
        process.send_signal(signal.SIGTERM)
        assert await process.wait() == 0
    assert b'"pm_card' not in path.read_bytes()
    assert b"succeeded" in path.read_bytes()
