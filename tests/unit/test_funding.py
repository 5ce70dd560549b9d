"""How much of an item may be pledged: right to the cent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wishcore.errors import WishError
from wishcore.money import Money, minimum_charge
from wishcore.pledges.funding import (
    AmountTooSmall,
    PledgeExceedsRemaining,
    Room,
    UnpayableRest,
    WrongCurrency,
)

LEAST = minimum_charge("USD")
prices = st.integers(LEAST, 20_000)


def room(price: int, held: int) -> Room:
    return Room(price=Money(price, "USD"), held=Money(held, "USD"))


def accepted(price: int, held: int, amount: int | None) -> int:
    wanted = None if amount is None else Money(amount, "USD")
    return room(price, held).accept(wanted).amount_minor


@pytest.mark.parametrize(
    ("price", "held", "amount"),
    [
        (10_000, 0, 50),
        (10_000, 0, 9_950),
        (10_000, 0, 10_000),
        (10_000, 9_950, 50),
        (10_000, 9_901, 99),
        (10_000, 9_951, 50),
        (10_000, 9_999, 50),
        (50, 0, 50),
        (99, 0, 99),
        (100, 0, 50),
    ],
)
def test_what_fits(price: int, held: int, amount: int) -> None:
    assert accepted(price, held, amount) == amount


@pytest.mark.parametrize(
    ("price", "held", "amount", "refusal"),
    [
        (10_000, 0, 49, AmountTooSmall),
        (10_000, 0, 0, AmountTooSmall),
        (10_000, 0, -1, AmountTooSmall),
        (10_000, 0, 10_001, PledgeExceedsRemaining),
        (10_000, 9_000, 1_001, PledgeExceedsRemaining),
        (10_000, 10_000, 50, PledgeExceedsRemaining),
        (10_000, 11_000, 50, PledgeExceedsRemaining),
        (10_000, 9_951, 51, PledgeExceedsRemaining),
        (10_000, 9_951, 49, AmountTooSmall),
        (10_000, 0, 9_951, UnpayableRest),
        (10_000, 0, 9_999, UnpayableRest),
        (99, 0, 50, UnpayableRest),
        (10_000, 10_000, None, PledgeExceedsRemaining),
        (10_000, 12_000, None, PledgeExceedsRemaining),
    ],
)
def test_what_does_not_fit(
    price: int, held: int, amount: int | None, refusal: type[WishError]
) -> None:
    with pytest.raises(refusal):
        accepted(price, held, amount)


def test_refusals_say_what_to_do() -> None:
    with pytest.raises(PledgeExceedsRemaining) as exceeds:
        accepted(10_000, 9_000, 2_000)
    assert exceeds.value.extra == {"remaining": Money(1_000, "USD")}
    with pytest.raises(UnpayableRest) as rest:
        accepted(10_000, 0, 9_999)
    assert rest.value.extra == {"remaining": Money(10_000, "USD"), "minimum": Money(50, "USD")}
    with pytest.raises(AmountTooSmall) as small:
        accepted(10_000, 0, 1)
    assert small.value.faults[0].pointer == "/amount/amount_minor"
    with pytest.raises(WrongCurrency) as wrong:
        room(10_000, 0).accept(Money(5_000, "EUR"))
    assert wrong.value.faults[0].pointer == "/amount/currency"


CHANGE = st.tuples(st.just("price"), prices)
TRY = st.tuples(st.just("pledge"), st.one_of(st.none(), st.integers(-100, 25_000)))


@given(prices, st.lists(st.one_of(TRY, CHANGE), max_size=30))
def test_whatever_is_tried_nothing_is_over_funded_or_left_unpayable(
    price: int, steps: list[tuple[str, int | None]]
) -> None:
    """Also while the owner changes the price, and knows nothing of pledges."""
    held = 0
    for what, value in steps:
        if what == "price":
            assert value is not None
            price = value
            continue
        left = room(price, held).remaining.amount_minor
        try:
            taken = accepted(price, held, value)
        except WishError:
            assert value is not None or left == 0, "All that is left can always be pledged."
            continue
        assert taken == (left if value is None else value)
        held += taken
        assert held <= price or (taken == LEAST and held - price < LEAST)
    if price > held:
        held += accepted(price, held, None)
    assert room(price, held).remaining.amount_minor == 0


@given(prices, st.integers(0, 25_000), st.integers(LEAST, 25_000))
def test_a_refusal_is_never_too_strict(price: int, held: int, amount: int) -> None:
    rest = room(price, held).remaining.amount_minor - amount
    fits = rest == 0 or rest >= LEAST
    try:
        accepted(price, held, amount)
    except WishError:
        assert not fits
    else:
        assert fits


@given(prices, st.integers(0, 25_000))
def test_what_is_left_can_be_paid_or_is_nothing(price: int, held: int) -> None:
    left = room(price, held).remaining.amount_minor
    assert left == 0 if held >= price else left == max(price - held, LEAST)
