"""Money: nothing is rounded away, invented, or mixed."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wishcore.errors import Invalid
from wishcore.money import (
    AMOUNT_MINOR_MAX,
    MINIMUM_CHARGE,
    ZERO_DECIMAL,
    CurrencyMismatch,
    Money,
    UnknownCurrency,
    minimum_charge,
    minor_digits,
    parse,
)

currencies = st.sampled_from(sorted(MINIMUM_CHARGE))
amounts = st.integers(0, AMOUNT_MINOR_MAX)


@given(st.integers(-AMOUNT_MINOR_MAX, AMOUNT_MINOR_MAX), st.integers(1, 500), currencies)
def test_the_parts_add_up_and_differ_by_one_at_most(amount: int, parts: int, currency: str) -> None:
    shares = Money(amount, currency).split(parts)
    minors = [share.amount_minor for share in shares]
    assert len(shares) == parts
    assert sum(minors) == amount
    assert max(minors) - min(minors) <= 1
    assert minors == sorted(minors, reverse=True)
    assert {share.currency for share in shares} == {currency}


@pytest.mark.parametrize("parts", [0, -1])
def test_nothing_is_split_into_no_parts(parts: int) -> None:
    with pytest.raises(ValueError, match="one part or more"):
        Money(100, "USD").split(parts)


@given(amounts, currencies)
def test_what_is_written_can_be_read(amount: int, currency: str) -> None:
    money = Money(amount, currency)
    text = str(money).removesuffix(f" {currency}").replace(",", "")
    assert parse(text, currency) == money


@pytest.mark.parametrize(
    ("money", "text"),
    [
        (Money(0, "USD"), "0.00 USD"),
        (Money(5, "USD"), "0.05 USD"),
        (Money(123_456_789, "EUR"), "1,234,567.89 EUR"),
        (Money(-250, "EUR"), "-2.50 EUR"),
        (Money(1_234, "JPY"), "1,234 JPY"),
    ],
)
def test_how_it_is_written(money: Money, text: str) -> None:
    assert str(money) == text


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("24.99", "USD", 2499),
        (" 24.9 ", "USD", 2490),
        ("24", "USD", 2400),
        (".5", "USD", 50),
        ("24.990", "USD", 2499),
        ("1500", "JPY", 1500),
        ("1500.0", "JPY", 1500),
        ("0", "USD", 0),
        ("999999.99", "USD", AMOUNT_MINOR_MAX),
        ("99999999", "JPY", AMOUNT_MINOR_MAX),
    ],
)
def test_how_people_type_it(text: str, currency: str, minor: int) -> None:
    assert parse(text, currency) == Money(minor, currency)


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("", "USD"),
        ("free", "USD"),
        ("12,50", "USD"),
        ("24.999", "USD"),
        ("1.5", "JPY"),
        ("NaN", "USD"),
        ("sNaN", "USD"),
        ("Infinity", "USD"),
        ("-0.01", "USD"),
        ("1000000.00", "USD"),
        ("1e400", "USD"),
        ("1e999999", "USD"),
        ("1e9999999999999", "USD"),
        ("1e-999999", "USD"),
        ("1e-9999999999999", "USD"),
        ("24.99000000000000000000000000000000001", "USD"),
        ("0.0000000000000000000000000000000000001", "USD"),
        ("9" * 5000, "USD"),
    ],
)
def test_what_is_no_amount(text: str, currency: str) -> None:
    with pytest.raises(Invalid):
        parse(text, currency)


@given(st.text(max_size=30), currencies)
def test_whatever_is_typed_is_an_amount_or_refused(text: str, currency: str) -> None:
    try:
        money = parse(text, currency)
    except Invalid:
        return
    assert 0 <= money.amount_minor <= AMOUNT_MINOR_MAX
    assert Decimal(text.strip()) * 10 ** minor_digits(currency) == money.amount_minor


@given(st.decimals(0, 1_000_000, allow_nan=False, places=4))
def test_nothing_is_rounded_away(value: Decimal) -> None:
    minor = value * 100
    if minor == int(minor) and minor <= AMOUNT_MINOR_MAX:
        assert parse(str(value), "USD").amount_minor == minor
    else:
        with pytest.raises(Invalid):
            parse(str(value), "USD")


@given(amounts, amounts, currencies)
def test_sums_and_differences(one: int, other: int, currency: str) -> None:
    left, right = Money(one, currency), Money(other, currency)
    assert (left + right) - right == left
    assert (left < right, left <= right) == (one < other, one <= other)
    assert left.times(3) == left + left + left


def test_currencies_do_not_mix() -> None:
    dollar, euro = Money(1, "USD"), Money(1, "EUR")
    for mix in (
        lambda: dollar + euro,
        lambda: dollar - euro,
        lambda: dollar < euro,
        lambda: dollar <= euro,
    ):
        with pytest.raises(CurrencyMismatch):
            mix()
    assert dollar != euro


@pytest.mark.parametrize("currency", ["XXX", "usd", "", "BTC", "VND"])
def test_other_currencies(currency: str) -> None:
    with pytest.raises(UnknownCurrency):
        minimum_charge(currency)
    with pytest.raises(UnknownCurrency):
        parse("1", currency)


def test_the_tables() -> None:
    assert minimum_charge("USD") == 50
    assert all(0 < least < AMOUNT_MINOR_MAX for least in MINIMUM_CHARGE.values())
    assert all(len(code) == 3 and code.isupper() for code in {*MINIMUM_CHARGE, *ZERO_DECIMAL})
    assert (minor_digits("JPY"), minor_digits("USD"), minor_digits("KWD")) == (0, 2, 3)
