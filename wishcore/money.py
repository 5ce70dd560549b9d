"""Money: whole minor units of one currency. No float comes near it."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal
from types import MappingProxyType
from typing import Final

from typing_extensions import override

from wishcore.errors import Invalid

AMOUNT_MINOR_MAX: Final = 99_999_999
"""Eight digits, the most that Stripe takes in one card payment."""

ZERO_DECIMAL: Final = frozenset(
    {
        "BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "UGX", "VND", "VUV",
        "XAF", "XOF", "XPF",
    }
)  # fmt: skip
"""Currencies without minor digits (docs.stripe.com/currencies#zero-decimal)."""

THREE_DECIMAL: Final = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})
"""Currencies with three minor digits. No list has one, but a shop's page or Amazon may name it."""

MINIMUM_CHARGE: Final[Mapping[str, int]] = MappingProxyType(
    {
        "USD": 50, "EUR": 50, "GBP": 30, "CHF": 50, "CAD": 50, "AUD": 50, "NZD": 50, "DKK": 250,
        "SEK": 300, "NOK": 300, "PLN": 200, "CZK": 1500, "HUF": 17500, "RON": 200, "BGN": 100,
        "JPY": 50, "SGD": 50, "HKD": 400, "MXN": 1000, "BRL": 50, "INR": 50, "AED": 200,
        "MYR": 200, "THB": 1000,
    }
)  # fmt: skip
"""The least that one card payment may be, in minor units, of each currency that a list may have
(docs.stripe.com/currencies#minimum-and-maximum-charge-amounts)."""


_TEXT_LENGTH_MAX: Final = 40
_EXACT: Final = Context(prec=2 * _TEXT_LENGTH_MAX, Emax=MAX_EMAX, Emin=MIN_EMIN, traps=[])
"""Every number of forty characters fits: nothing is rounded, and nothing overflows."""


class UnknownCurrency(Invalid):
    """The currency is not one that lists may have."""

    code = "unknown_currency"
    title = "This currency is not supported"


class CurrencyMismatch(TypeError):
    """Two currencies met in one sum. It is a bug, never a user's mistake."""


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units (cents) of an ISO 4217 currency."""

    amount_minor: int
    currency: str

    def __add__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.amount_minor + other.amount_minor, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.amount_minor - other.amount_minor, self.currency)

    def __lt__(self, other: "Money") -> bool:
        self._same(other)
        return self.amount_minor < other.amount_minor

    def __le__(self, other: "Money") -> bool:
        self._same(other)
        return self.amount_minor <= other.amount_minor

    def times(self, count: int) -> "Money":
        """Return the price of `count` such things."""
        return Money(self.amount_minor * count, self.currency)

    def split(self, parts: int) -> list["Money"]:
        """Return `parts` amounts that differ by one minor unit at most and add up to this one."""
        if parts < 1:
            raise ValueError("An amount is split into one part or more.")
        share, rest = divmod(self.amount_minor, parts)
        return [Money(share + (index < rest), self.currency) for index in range(parts)]

    @override
    def __str__(self) -> str:
        digits = minor_digits(self.currency)
        value = Decimal(self.amount_minor).scaleb(-digits)
        return f"{value:,.{digits}f} {self.currency}"

    def _same(self, other: "Money") -> None:
        if self.currency != other.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency}")


def minor_digits(currency: str) -> int:
    """Return how many digits follow the point in this currency."""
    if currency in ZERO_DECIMAL:
        return 0
    return 3 if currency in THREE_DECIMAL else 2


def minimum_charge(currency: str) -> int:
    """Return the least amount that a card can be charged, in minor units.

    Raises:
        UnknownCurrency: lists cannot have this currency.
    """
    try:
        return MINIMUM_CHARGE[currency]
    except KeyError:
        raise UnknownCurrency(f"{currency[:8]!r} is not a supported currency") from None


def parse(text: str, currency: str) -> Money:
    """Read an amount as a person types it ("24.99") without rounding anything away.

    Raises:
        UnknownCurrency: lists cannot have this currency.
        Invalid: not a number, more digits than the currency has, or outside 0 … 8 digits.
    """
    minimum_charge(currency)
    value = _EXACT.create_decimal(text.strip() if len(text) <= _TEXT_LENGTH_MAX else "NaN")
    minor = value.scaleb(minor_digits(currency), _EXACT)
    if not minor.is_finite() or minor != minor.to_integral_value(context=_EXACT):
        raise Invalid(f"{text[:20]!r} is not an amount of {currency}")
    if not 0 <= minor <= AMOUNT_MINOR_MAX:
        raise Invalid(f"An amount lies between 0 and {Money(AMOUNT_MINOR_MAX, currency)}")
    return Money(int(minor), currency)
