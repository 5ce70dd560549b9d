"""3-D Secure: challenges, their page, and what comes after."""

from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import stripe

from tests.contracts.conftest import CARDS, Sandbox, fresh_key, submit_challenge

pytestmark = pytest.mark.slow

BACK = "https://shop.example/back?list=7"


async def challenged(
    client: stripe.StripeClient,
    card: str = "pm_card_threeDSecure2Required",
    *,
    return_url: str | None = BACK,
) -> stripe.PaymentIntent:
    intent = await client.v1.payment_intents.create_async(
        {
            "amount": 1800,
            "currency": "usd",
            "payment_method": card,
            "automatic_payment_methods": CARDS,
        },
        fresh_key(),
    )
    return await client.v1.payment_intents.confirm_async(
        intent.id, {} if return_url is None else {"return_url": return_url}, fresh_key()
    )


def page_of(intent: stripe.PaymentIntent) -> str:
    assert intent.next_action is not None
    action = intent.next_action.to_dict()
    if action["type"] == "use_stripe_sdk":
        return str(action["use_stripe_sdk"]["stripe_js"])
    return str(action["redirect_to_url"]["url"])


def result_of(answer: httpx.Response) -> dict[str, list[str]]:
    assert answer.status_code == 303
    location = urlsplit(answer.headers["Location"])
    assert (location.netloc, location.path) == ("shop.example", "/back")
    return parse_qs(location.query)


@pytest.mark.parametrize(
    "card", ["pm_card_threeDSecure2Required", "pm_card_authenticationRequired"]
)
async def test_a_challenge_waits_for_the_cardholder(client: stripe.StripeClient, card: str) -> None:
    intent = await challenged(client, card)

    assert intent.status == "requires_action"
    assert intent.amount_received == 0
    assert intent.next_action is not None
    assert intent.next_action.type == "redirect_to_url"
    assert intent.next_action.redirect_to_url is not None
    assert intent.next_action.redirect_to_url.return_url == BACK


async def test_without_an_address_the_challenge_is_left_to_the_sdk(
    client: stripe.StripeClient,
) -> None:
    intent = await challenged(client, return_url=None)
    assert intent.next_action is not None
    assert intent.next_action.type == "use_stripe_sdk"


async def test_a_challenge_can_be_canceled(client: stripe.StripeClient) -> None:
    intent = await challenged(client)
    canceled = await client.v1.payment_intents.cancel_async(intent.id, {}, fresh_key())
    assert (canceled.status, canceled.next_action) == ("canceled", None)


async def test_nobody_is_there_to_answer_off_session(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.CardError) as refusal:
        await client.v1.payment_intents.create_async(
            {
                "amount": 1800,
                "currency": "usd",
                "payment_method": "pm_card_authenticationRequired",
                "automatic_payment_methods": CARDS,
                "confirm": True,
                "off_session": True,
            },
            fresh_key(),
        )
    assert refusal.value.code == "authentication_required"


async def test_a_challenge_may_be_refused_beforehand(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.CardError) as refusal:
        await client.v1.payment_intents.create_async(
            {
                "amount": 1800,
                "currency": "usd",
                "payment_method": "pm_card_threeDSecure2Required",
                "automatic_payment_methods": CARDS,
                "confirm": True,
                "error_on_requires_action": True,
            },
            fresh_key(),
        )
    assert refusal.value.code == "authentication_required"


async def test_approving_pays(sandbox: Sandbox, client: stripe.StripeClient) -> None:
    intent = await challenged(client)

    answer = await submit_challenge(sandbox, page_of(intent), answer="approve")

    assert result_of(answer) == {
        "list": ["7"],
        "payment_intent": [intent.id],
        "payment_intent_client_secret": [intent.client_secret],
        "redirect_status": ["succeeded"],
    }
    paid = await client.v1.payment_intents.retrieve_async(intent.id)
    assert (paid.status, paid.amount_received, paid.next_action) == ("succeeded", 1800, None)
    assert (await sandbox.book_of(intent.id))["charged_count"] == 1
    assert await sandbox.event_types() == [
        "payment_intent.created",
        "payment_intent.requires_action",
        "charge.succeeded",
        "payment_intent.succeeded",
    ]


async def test_refusing_takes_nothing(sandbox: Sandbox, client: stripe.StripeClient) -> None:
    intent = await challenged(client)

    answer = await submit_challenge(sandbox, page_of(intent), answer="refuse")

    assert result_of(answer)["redirect_status"] == ["failed"]
    after = await client.v1.payment_intents.retrieve_async(intent.id)
    assert (after.status, after.payment_method) == ("requires_payment_method", None)
    assert after.last_payment_error is not None
    assert after.last_payment_error.code == "payment_intent_authentication_failure"
    assert (await sandbox.book_of(intent.id))["charged_count"] == 0
    assert (await sandbox.event_types())[-1] == "payment_intent.payment_failed"


@pytest.mark.parametrize(
    ("card", "decline_code"),
    [
        ("pm_card_threeDSecureRequiredChargeDeclined", "generic_decline"),
        (
            "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds",
            "insufficient_funds",
        ),
    ],
)
async def test_a_card_may_decline_after_approval(
    sandbox: Sandbox, client: stripe.StripeClient, card: str, decline_code: str
) -> None:
    intent = await challenged(client, card)
    answer = await submit_challenge(sandbox, page_of(intent), answer="approve")

    assert result_of(answer)["redirect_status"] == ["failed"]
    after = await client.v1.payment_intents.retrieve_async(intent.id)
    assert after.status == "requires_payment_method"
    assert after.last_payment_error is not None
    assert after.last_payment_error.decline_code == decline_code


async def test_the_page_says_how_it_ended_when_there_is_nowhere_to_return(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    intent = await challenged(client, return_url=None)
    answer = await submit_challenge(sandbox, page_of(intent), answer="approve")

    assert answer.status_code == 200
    assert "Thank you" in answer.text


async def test_a_challenge_is_answered_once(sandbox: Sandbox, client: stripe.StripeClient) -> None:
    intent = await challenged(client)
    page = page_of(intent)
    await submit_challenge(sandbox, page, answer="approve")

    assert (await sandbox.http.get(page)).status_code == 404
    assert (await sandbox.http.post(f"{page}/approve")).status_code == 404
    assert (await sandbox.http.post(f"{page}/refuse")).status_code == 404
    assert (await sandbox.book_of(intent.id))["charged_total"] == 1800


async def test_a_canceled_challenge_cannot_be_approved(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    intent = await challenged(client)
    await client.v1.payment_intents.cancel_async(intent.id, {}, fresh_key())

    assert (await sandbox.http.post(f"{page_of(intent)}/approve")).status_code == 404
    assert (await sandbox.book_of(intent.id))["charged_count"] == 0


async def test_the_page_is_plain_and_readable(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    intent = await challenged(client)
    page = await sandbox.http.get(page_of(intent))

    assert "18.00 USD" in page.text
    assert '<html lang="en">' in page.text
    assert "width=device-width" in page.text
    assert "<script" not in page.text
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("card", "outcome"),
    [
        ("pm_sandbox_processing", ("succeeded", 1)),
        ("pm_sandbox_processingDeclined", ("requires_payment_method", 0)),
    ],
)
async def test_a_slow_card_is_processing_until_it_settles(
    sandbox: Sandbox, client: stripe.StripeClient, card: str, outcome: tuple[str, int]
) -> None:
    intent = await challenged(client, card)
    assert intent.status == "processing"
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        await client.v1.payment_intents.cancel_async(intent.id, {}, fresh_key())
    assert refusal.value.code == "payment_intent_unexpected_state"

    await sandbox.control("settle")

    after = await client.v1.payment_intents.retrieve_async(intent.id)
    row = await sandbox.book_of(intent.id)
    assert (after.status, row["charged_count"]) == outcome
    assert "payment_intent.processing" in await sandbox.event_types()
