"""What Amazon answers is read as anybody's words: what cannot be right is left out."""

import json
from typing import Any

import pytest

from wishcore.integrations.amazon_wire import Unreadable, read_offers, read_refusal, read_token
from wishcore.money import Money
from wishcore.prices import Availability, Offer

ID = "B0PRODUCT1"
PLACE = "www.amazon.com"
PAGE = f"https://{PLACE}/dp/{ID}?tag=me-20"


def read(money: str = "null", stock: str = "null", **item: object) -> Offer:
    """Read an answer whose price and stock are this very text."""
    listing = f'{{"isBuyBoxWinner": true, "price": {{"money": {money}}}, "availability": {stock}}}'
    shown = json.dumps({"asin": ID, "detailPageURL": PAGE, **item})[:-1]
    body = f'{{"itemsResult": {{"items": [{shown}, "offersV2": {{"listings": [{listing}]}}}}]}}}}'
    return read_offers(body.encode(), marketplace=PLACE, asked=[ID])[ID]


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [
        ("19.99", "USD", 1999),
        ("19.9", "USD", 1990),
        ("2E+1", "USD", 2000),
        ("1980", "JPY", 1980),
        ("1980.00", "JPY", 1980),
        ("1.234", "KWD", 1234),
        ("1.23", "KWD", 1230),
        ("999999.99", "EUR", 99_999_999),
    ],
)
def test_amounts_in_minor_units(amount: str, currency: str, minor: int) -> None:
    offer = read(f'{{"amount": {amount}, "currency": "{currency}"}}')

    assert offer.price == Money(minor, currency)


@pytest.mark.parametrize(
    ("amount", "currency"),
    [
        ("19.99", "JPY"), ("1.2345", "KWD"), ("19.999", "USD"), ("0", "USD"), ("-1", "USD"),
        ("1000000", "USD"), ("1e999999999", "USD"), ("1e-999999999", "USD"), ("1", "usd"),
        ("1", "A1B"), ("1", "US"), ("1", "USDX"), ("1", ""), ("1", "\u00dcSD"), ("null", "USD"),
    ],
)  # fmt: skip
def test_amounts_that_are_no_price(amount: str, currency: str) -> None:
    assert read(f'{{"amount": {amount}, "currency": "{currency}"}}').price is None


@pytest.mark.parametrize(
    ("most", "expected"),
    [("30", 30), ("1", 1), ("2.5", 2), ("0.5", None), ("0", None), ("-3", None), ("1e99", None),
     ("null", None)],
)  # fmt: skip
def test_quantities_that_may_be_ordered(most: str, expected: int | None) -> None:
    offer = read(stock=f'{{"type": "IN_STOCK", "maxOrderQuantity": {most}}}')

    assert offer.quantity_max == expected
    assert offer.availability is Availability.AVAILABLE


@pytest.mark.parametrize(
    "page",
    [
        "http://www.amazon.com/dp/B0PRODUCT1", "javascript:alert(1)", "https://evil.example/dp/x",
        "https://www.amazon.com@evil.example/", "//www.amazon.com/", "https://www.amazon.com/\n",
        "https://www.amazon.com/\u0000", "https://www.amazon.com/ x", f"{PAGE}{'x' * 2000}", "",
        None,
    ],
)  # fmt: skip
def test_pages_that_are_not_amazons_are_not_shown(page: str | None) -> None:
    assert read(detailPageURL=page).page_url == ""


def test_a_page_is_kept_as_it_is() -> None:
    assert read().page_url == PAGE


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "http://m.media-amazon.com/x.jpg", "data:,"]
)
def test_pictures_come_by_https(url: str) -> None:
    assert read(images={"primary": {"medium": {"url": url}}}).image_url == ""
    good = "https://m.media-amazon.com/x.jpg"
    assert read(images={"primary": {"medium": {"url": good}}}).image_url == good


@pytest.mark.parametrize(
    "body",
    [b"", b"[", b"[]", b"null", b"\xff", b'{"itemsResult": 7}', b"[" * 100_000,
     b'{"x": ' + b"[" * 100_000],
)  # fmt: skip
def test_what_is_no_answer_at_all(body: bytes) -> None:
    with pytest.raises(Unreadable):
        read_offers(body, marketplace=PLACE, asked=[ID])
    with pytest.raises(Unreadable):
        read_token(body)
    assert read_refusal(body).type == ""


@pytest.mark.parametrize(
    ("body", "seconds", "blames"),
    [
        ({"retryAfterSeconds": 7}, 7.0, False),
        ({"retryAfterSeconds": 0.5, "type": "ThrottleException"}, 0.5, False),
        ({"retryAfterSeconds": 1e300}, 86_400.0, False),
        ({"retryAfterSeconds": -1}, None, False),
        ({"retryAfterSeconds": True}, None, False),
        ({"retryAfterSeconds": "7"}, None, False),
        ({"fieldList": [{"name": "itemIds", "message": "x"}]}, None, True),
        ({"fieldList": [{"name": "itemIds[3]"}, 7, {"name": 8}]}, None, True),
        ({"fieldList": [{"name": "partnerTag"}]}, None, False),
        ({"fieldList": "itemIds"}, None, False),
        ({"type": "ResourceNotFoundException"}, None, True),
    ],
)
def test_what_a_refusal_says(body: Any, seconds: float | None, blames: bool) -> None:
    refusal = read_refusal(json.dumps({"reason": "kept", **body}).encode())

    assert (refusal.retry_after, refusal.blames_products) == (seconds, blames)
    assert refusal.reason == "kept", "A strange part hides nothing else."
