"""What a list and an item may say; each refusal names the field."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wishcore.errors import Invalid
from wishcore.lists.content import (
    DEADLINE_AFTER_MAX,
    DEADLINE_AFTER_MIN,
    BadDeadline,
    BadPrice,
    checked_deadline,
    checked_price,
    checked_priority,
    checked_text,
    checked_url,
)
from wishcore.mail import checked_name
from wishcore.money import AMOUNT_MINOR_MAX, Money

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)
NEWER = ["🩷", "🩵", "🛜", "🫨", "\ue000", "\U0010fffd"]
"""Emoji that Python 3.11 does not know, and signs of whoever made the font."""
UNSEEN = ["\u200b", "\u2060\ufeff", "\u00ad", "\u0301", "\u3164", "\u2800"]
UNSEEN += ["\u2065", "\ufdd0", "\ufff0", "\uffff", "\U000e0000", "\U000e0fff", "\U0010ffff"]
"""These last ones Unicode has not given out, or never will, and shows as nothing."""


def pointers(refused: pytest.ExceptionInfo[Invalid]) -> list[str]:
    return [fault.pointer for fault in refused.value.faults]


def test_texts_are_trimmed_and_keep_their_lines() -> None:
    assert checked_text("  a\n\tb \r\n", pointer="/x", length_max=5) == "a\n\tb"
    assert checked_text(" ", pointer="/x", length_max=5) == ""
    assert checked_text("x" * 5 + "   ", pointer="/x", length_max=5) == "xxxxx"


@pytest.mark.parametrize("text", ["xxxxxx", "a\x00b", "a\x1bb", "a\x7fb", "a\x85b", "a\ud800b"])
def test_texts_that_cannot_be_kept(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        checked_text(text, pointer="/title", length_max=5)
    assert pointers(refused) == ["/title"]


@pytest.mark.parametrize("text", ["", " \n ", "\u00a0", *UNSEEN])
def test_what_is_needed_has_something_to_be_seen(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        checked_text(text, pointer="/title", length_max=5, is_required=True)
    assert pointers(refused) == ["/title"]
    with pytest.raises(Invalid):
        checked_name(text, pointer="/name")
    checked_text(text, pointer="/note", length_max=5)


@pytest.mark.parametrize(
    "text", ["x", "7", "?", "€", "…", "é", "字", "\u0e01\u0e33", "👩\u200d👧", *NEWER]
)
def test_a_single_sign_is_something(text: str) -> None:
    assert checked_text(text, pointer="/title", length_max=5, is_required=True) == text
    assert checked_name(text, pointer="/name")


@given(st.text(max_size=40))
def test_a_checked_text_is_fine_as_it_is(text: str) -> None:
    try:
        checked = checked_text(text, pointer="/x", length_max=30)
    except Invalid:
        return
    assert checked_text(checked, pointer="/x", length_max=30) == checked


@pytest.mark.parametrize(
    "url",
    [
        "",
        "https://shop.example",
        "http://shop.example:8080/a?b=c#d",
        "https://[2001:db8::1]/",
        "https://shop.example/" + "x" * 1979,
        "HTTPS://SHOP.EXAMPLE/é",
    ],
)
def test_links(url: str) -> None:
    assert checked_url(f"  {url} ") == url


@pytest.mark.parametrize(
    "url",
    [
        "shop.example",
        "//shop.example",
        "https://",
        "https:///path",
        "ftp://shop.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "https://[::1",
        "https://shop.example/a b",
        "https://shop.example/\u202e",
        "https://shop.example/\x00",
        "https://shop.example/" + "x" * 1980,
    ],
)
def test_what_is_no_link(url: str) -> None:
    with pytest.raises(Invalid) as refused:
        checked_url(url)
    assert pointers(refused) == ["/url"]


@pytest.mark.parametrize("ahead", [DEADLINE_AFTER_MIN, timedelta(days=30), DEADLINE_AFTER_MAX])
def test_deadlines_are_kept_in_utc(ahead: timedelta) -> None:
    local = (NOW + ahead).astimezone(timezone(timedelta(hours=14)))
    checked = checked_deadline(local, now=NOW)
    assert checked == NOW + ahead
    assert checked.utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    "deadline",
    [
        NOW,
        NOW + DEADLINE_AFTER_MIN - INSTANT,
        NOW + DEADLINE_AFTER_MAX + INSTANT,
        datetime.min.replace(tzinfo=timezone(timedelta(hours=14))),
        datetime.max.replace(tzinfo=timezone(timedelta(hours=-14))),
        datetime(2026, 12, 1),  # noqa: DTZ001
    ],
)
def test_bad_deadlines(deadline: datetime) -> None:
    with pytest.raises(BadDeadline) as refused:
        checked_deadline(deadline, now=NOW)
    assert pointers(refused) == ["/deadline"]


@pytest.mark.parametrize(
    ("minor", "quantity"),
    [(50, 1), (25, 2), (1, 50), (1, 999), (AMOUNT_MINOR_MAX, 1), (100_100, 999)],
)
def test_prices(minor: int, quantity: int) -> None:
    price = Money(minor, "USD")
    assert checked_price(price, quantity=quantity, currency="USD") == price


@pytest.mark.parametrize(
    ("price", "quantity", "pointer"),
    [
        (Money(49, "USD"), 1, "/price/amount_minor"),
        (Money(1, "USD"), 49, "/price/amount_minor"),
        (Money(0, "USD"), 999, "/price/amount_minor"),
        (Money(-50, "USD"), 1, "/price/amount_minor"),
        (Money(AMOUNT_MINOR_MAX + 1, "USD"), 1, "/price/amount_minor"),
        (Money(100_101, "USD"), 999, "/price/amount_minor"),
        (Money(5_000, "EUR"), 1, "/price/currency"),
        (Money(5_000, "USD"), 0, "/quantity"),
        (Money(5_000, "USD"), 1000, "/quantity"),
    ],
)
def test_bad_prices(price: Money, quantity: int, pointer: str) -> None:
    with pytest.raises(Invalid) as refused:
        checked_price(price, quantity=quantity, currency="USD")
    assert pointers(refused)[0] == pointer
    assert isinstance(refused.value, BadPrice) is (pointer != "/quantity")


def test_priorities() -> None:
    assert [checked_priority(number) for number in range(1, 6)] == [1, 2, 3, 4, 5]
    for number in (0, 6, -1):
        with pytest.raises(Invalid) as refused:
            checked_priority(number)
        assert pointers(refused) == ["/priority"]
