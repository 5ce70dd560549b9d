"""Parameters are held to the names and types that the SDK declares."""

from typing import cast

import pytest
import stripe

from tests.contracts.conftest import CARDS, Json, Sandbox, fresh_key

pytestmark = pytest.mark.slow

GOOD: Json = {"amount": 1000, "currency": "usd", "automatic_payment_methods": CARDS}

WRONG_INTENTS: list[tuple[Json, str | None, str]] = [
    ({"foo": "bar"}, "parameter_unknown", "foo"),
    ({"metadata": {"a": "b"}, "statment_descriptor": "X"}, "parameter_unknown", "statment"),
    ({"automatic_payment_methods": {"enabled": True, "foo": 1}}, "parameter_unknown", "foo"),
    ({"payment_method_types": ["card"]}, "payment_method_types_no_longer_supported", "types"),
    ({"amount": None}, "parameter_missing", "amount"),
    ({"currency": None}, "parameter_missing", "currency"),
    ({"automatic_payment_methods": {"allow_redirects": "never"}}, "parameter_missing", "enabled"),
    ({"amount": "ten"}, "parameter_invalid_integer", "amount"),
    ({"amount": "9" * 5000}, "parameter_invalid_integer", "amount"),
    ({"amount": 10.5}, "parameter_invalid_integer", "amount"),
    ({"amount": 0}, "parameter_invalid_integer", "amount"),
    ({"amount": -500}, "parameter_invalid_integer", "amount"),
    ({"amount": 49}, "amount_too_small", "amount"),
    ({"amount": 100_000_000}, "amount_too_large", "amount"),
    ({"currency": "xyz"}, None, "currency"),
    ({"currency": ""}, "parameter_invalid_empty", "currency"),
    ({"confirm": "maybe"}, None, "confirm"),
    ({"capture_method": "never"}, None, "capture_method"),
    ({"metadata": "text"}, None, "metadata"),
    ({"metadata": {"k" * 41: "v"}}, None, "metadata"),
    ({"metadata": {"k": "v" * 501}}, None, "metadata"),
    ({"metadata": {str(number): "v" for number in range(51)}}, None, "metadata"),
    ({"payment_method": "pm_card_nothing"}, "resource_missing", "payment_method"),
    ({"statement_descriptor": "WHOLE"}, None, "statement_descriptor"),
    ({"statement_descriptor_suffix": "*" * 5}, None, "statement_descriptor_suffix"),
    ({"statement_descriptor_suffix": "A" * 23}, None, "statement_descriptor_suffix"),
    ({"return_url": "https://example.com"}, None, "return_url"),
    ({"confirm": True, "return_url": "nowhere"}, "url_invalid", "return_url"),
    ({"expand": ["amount"]}, None, "expand"),
    ({"expand": ["data.latest_charge"]}, None, "expand"),
    ({"description": "d" * 1001}, None, "description"),
    ({"currency": "kwd", "amount": 1001}, "parameter_invalid_integer", "amount"),
    ({"confirm": True, "return_url": "http://[/"}, "url_invalid", "return_url"),
    ({"metadata": {"a": {"b": "c"}}}, None, "metadata"),
    ({"amount": {"a": 1}}, None, "amount"),
    ({"expand": "latest_charge"}, None, "expand"),
    ({"allowed_payment_method_types": ["card"]}, "parameters_exclusive", "types"),
]


@pytest.mark.parametrize(("change", "code", "param"), WRONG_INTENTS)
async def test_a_wrong_intent_is_refused_and_not_made(
    client: stripe.StripeClient, change: Json, code: str | None, param: str
) -> None:
    # The wrong types are the point of the test.
    body = cast("stripe.params.PaymentIntentCreateParams", {**GOOD, **change})
    body = cast(
        "stripe.params.PaymentIntentCreateParams",
        {name: value for name, value in body.items() if value is not None},
    )
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        await client.v1.payment_intents.create_async(body, fresh_key())

    assert refusal.value.http_status == 400
    if code is not None:
        assert refusal.value.code == code
    assert param in str(refusal.value.param)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"type": "card"}, "parameter_missing"),
        ({"card": {"token": "tok_visa"}}, "parameter_missing"),
        ({"type": "cards", "card": {"token": "tok_visa"}}, None),
        ({"type": "card", "card": {"token": "tok_nothing"}}, "resource_missing"),
        ({"type": "card", "card": "tok_visa"}, None),
        ({"type": "card", "card": {"token": "tok_visa", "pin": "1"}}, "parameter_unknown"),
    ],
)
async def test_a_wrong_payment_method_is_refused(
    client: stripe.StripeClient, body: Json, code: str | None
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        await client.v1.payment_methods.create_async(
            cast("stripe.params.PaymentMethodCreateParams", body), fresh_key()
        )
    if code is not None:
        assert refusal.value.code == code


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"reason": "because"}, None),
        ({"amount": 0}, "parameter_invalid_integer"),
        ({"amount": "all"}, "parameter_invalid_integer"),
        ({"pledge": "p"}, "parameter_unknown"),
        ({"payment_intent": "pi_none"}, "resource_missing"),
        ({"charge": "ch_none", "payment_intent": None}, "resource_missing"),
    ],
)
async def test_a_wrong_refund_is_refused(
    client: stripe.StripeClient, body: Json, code: str | None
) -> None:
    intent = await client.v1.payment_intents.create_async(
        {
            "amount": 1000,
            "currency": "usd",
            "payment_method": "pm_card_visa",
            "automatic_payment_methods": CARDS,
            "confirm": True,
        },
        fresh_key(),
    )
    merged = {"payment_intent": intent.id, **body}
    merged = {name: value for name, value in merged.items() if value is not None}
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        await client.v1.refunds.create_async(
            cast("stripe.params.RefundCreateParams", merged), fresh_key()
        )
    if code is not None:
        assert refusal.value.code == code
    assert (await client.v1.refunds.list_async({"payment_intent": intent.id})).data == []


async def test_a_wrong_cancellation_is_refused(client: stripe.StripeClient) -> None:
    intent = await client.v1.payment_intents.create_async(
        {"amount": 1000, "currency": "usd", "automatic_payment_methods": CARDS}, fresh_key()
    )
    with pytest.raises(stripe.InvalidRequestError):
        await client.v1.payment_intents.cancel_async(
            intent.id, {"cancellation_reason": "tired"}, fresh_key()
        )
    after = await client.v1.payment_intents.retrieve_async(intent.id)
    assert after.status == "requires_payment_method"


@pytest.mark.parametrize("limit", [0, 101, -1])
async def test_a_page_has_a_limit(client: stripe.StripeClient, limit: int) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        await client.v1.payment_intents.list_async({"limit": limit})
    assert refusal.value.code == "parameter_invalid_integer"


async def test_what_the_sandbox_does_not_do_is_refused_rather_than_ignored(
    sandbox: Sandbox,
) -> None:
    for name, value in (
        ("customer", "cus_1"),
        ("capture_method", "manual"),
        ("setup_future_usage", "off_session"),
        ("transfer_group", "g"),
        ("automatic_payment_methods[enabled]", "false"),
    ):
        body = {"amount": "1000", "currency": "usd", name: value}
        answer = await sandbox.form_post("/v1/payment_intents", body, key=f"k-{name}")
        assert answer.status_code == 400
        assert answer.json()["error"]["code"] == "sandbox_unsupported", name
    assert (await sandbox.book())["payment_intents"] == []


async def test_numbers_of_cards_are_neither_accepted_nor_kept(sandbox: Sandbox) -> None:
    number = "4242424242424242"
    answer = await sandbox.form_post(
        "/v1/payment_methods",
        {"type": "card", "card[number]": number, "card[cvc]": "123", "card[exp_month]": "12"},
        key="k",
    )
    assert answer.status_code == 400
    assert answer.json()["error"]["param"] == "card[number]"
    assert number not in answer.text
    assert number not in str(await sandbox.look("requests"))


@pytest.mark.parametrize(
    "name", ["[a]", "a[", "metadata[a", "a[b]c", "[]", "x" + "[a]" * 9, "amount[a]"]
)
async def test_malformed_names_are_refused(sandbox: Sandbox, name: str) -> None:
    body = {"amount": "1000", "currency": "usd", name: "v"}
    answer = await sandbox.form_post("/v1/payment_intents", body, key="k")
    assert answer.status_code == 400


async def test_too_many_parameters_or_bytes_are_refused(sandbox: Sandbox) -> None:
    many = {f"metadata[{number}]": "v" for number in range(1001)}
    assert (await sandbox.form_post("/v1/payment_intents", many, key="k")).status_code == 400
    long = {"description": "x" * 1_100_000}
    answer = await sandbox.form_post("/v1/payment_intents", long, key="k")
    assert answer.status_code == 413
    assert answer.json()["error"]["type"] == "invalid_request_error"


async def test_json_is_not_a_form(sandbox: Sandbox) -> None:
    answer = await sandbox.http.post(
        "/v1/payment_intents",
        json={"amount": 1000, "currency": "usd"},
        headers={"Authorization": "Bearer sk_test_x", "Idempotency-Key": "k"},
    )
    assert answer.status_code == 400
    assert "application/x-www-form-urlencoded" in answer.json()["error"]["message"]


@pytest.mark.parametrize("suffix", ["[x]", "[-1]", "[" + "9" * 5000 + "]"])
async def test_lists_have_places(sandbox: Sandbox, suffix: str) -> None:
    body = {"amount": "1000", "currency": "usd", f"expand{suffix}": "latest_charge"}
    answer = await sandbox.form_post("/v1/payment_intents", body, key="k")
    assert (answer.status_code, answer.json()["error"]["param"]) == (400, "expand")


@pytest.mark.parametrize("suffix", ["[]", "[0]"])
async def test_both_spellings_of_lists_are_read(sandbox: Sandbox, suffix: str) -> None:
    body = {"amount": "1000", "currency": "usd", f"expand{suffix}": "latest_charge"}
    answer = await sandbox.form_post("/v1/payment_intents", body, key="k")
    assert answer.status_code == 200


async def test_an_emptied_entry_is_left_out(sandbox: Sandbox) -> None:
    body = {"amount": "1000", "currency": "usd", "metadata[a]": "", "metadata[b]": "c"}
    answer = await sandbox.form_post("/v1/payment_intents", body, key="k")
    assert answer.json()["metadata"] == {"b": "c"}
