"""What a list and an item may say. Pure rules; each refusal names the field."""

import unicodedata
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from wishcore.errors import Fault, Invalid, invalid
from wishcore.money import AMOUNT_MINOR_MAX, Money, minimum_charge
from wishcore.texts import is_blank

DEADLINE_AFTER_MIN: Final = timedelta(hours=1)
DEADLINE_AFTER_MAX: Final = timedelta(days=180)
"""Refunds to cards become unreliable when the payment is older."""
QUANTITY_MAX: Final = 999
PRIORITIES: Final = range(1, 6)
URL_LENGTH_MAX: Final = 2000
_LINES: Final = frozenset("\n\r\t")


class BadDeadline(Invalid):
    """The deadline is too near, too far, or not an instant."""

    code = "bad_deadline"
    title = "A deadline lies at least one hour and at most 180 days ahead"


class BadPrice(Invalid):
    """The price cannot be paid by card, or is in another currency than the list's."""

    code = "bad_price"
    title = "This price cannot be used"


def checked_text(value: str, *, pointer: str, length_max: int, is_required: bool = False) -> str:
    """Return the text without white space around it.

    Raises:
        Invalid: nothing can be seen where something is needed, too long, or with control
            characters.
    """
    text = value.strip()
    if is_required and is_blank(text):
        raise invalid(pointer, "This may not be empty")
    if len(text) > length_max:
        raise invalid(pointer, f"This is longer than {length_max} characters")
    if any(unicodedata.category(char) in {"Cc", "Cs"} and char not in _LINES for char in text):
        raise invalid(pointer, "This contains control characters")
    return text


def checked_url(value: str) -> str:
    """Return a link that may be shown to people, or an empty text for none.

    Raises:
        Invalid: not an absolute http or https address, or too long.
    """
    url = value.strip()
    if not url:
        return ""
    if len(url) > URL_LENGTH_MAX:
        raise invalid("/url", f"This is longer than {URL_LENGTH_MAX} characters")
    try:
        parts = urlsplit(url)
        # `port` raises as well when it is none.
        is_web = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_web = False
    if not is_web or any(char.isspace() or not char.isprintable() for char in url):
        raise invalid("/url", "This is not the address of a web page")
    return url


def checked_deadline(deadline: datetime, *, now: datetime) -> datetime:
    """Return the deadline in UTC.

    Raises:
        BadDeadline: without a time zone, or not between one hour and 180 days ahead.
    """
    if deadline.tzinfo is None:
        raise BadDeadline(faults=invalid("/deadline", "A time zone is missing").faults)
    if not DEADLINE_AFTER_MIN <= deadline - now <= DEADLINE_AFTER_MAX:
        raise BadDeadline(faults=invalid("/deadline", BadDeadline.title).faults)
    return deadline.astimezone(UTC)


def checked_price(price: Money, *, quantity: int, currency: str) -> Money:
    """Return the price of one piece.

    Raises:
        BadPrice: another currency, or the whole price is less than a card can be charged or has
            more than eight digits.
        Invalid: the quantity is not between 1 and 999.
    """
    if not 1 <= quantity <= QUANTITY_MAX:
        raise invalid("/quantity", f"A quantity lies between 1 and {QUANTITY_MAX}")
    if price.currency != currency:
        raise _bad_price("/price/currency", message=f"The prices of this list are in {currency}")
    least, most = Money(minimum_charge(currency), currency), Money(AMOUNT_MINOR_MAX, currency)
    whole = price.times(quantity)
    if price.amount_minor < 1 or whole < least:
        raise _bad_whole(f"A card can be charged {least} at least")
    if most < whole:
        raise _bad_whole(f"The whole price is above {most}")
    return price


def checked_priority(priority: int) -> int:
    """Return the priority: 1 is wanted most.

    Raises:
        Invalid: not between 1 and 5.
    """
    if priority not in PRIORITIES:
        raise invalid("/priority", "A priority lies between 1 (wanted most) and 5")
    return priority


def _bad_price(*pointers: str, message: str) -> BadPrice:
    return BadPrice(message, faults=[Fault(pointer, message) for pointer in pointers])


def _bad_whole(message: str) -> BadPrice:
    # Whoever changes one of the two has not sent the other: both are named.
    return _bad_price("/price/amount_minor", "/quantity", message=message)
