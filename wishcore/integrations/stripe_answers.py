"""What Stripe answers, read as what it is to us. What cannot be read raises one of `UNREADABLE`."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

from wishcore.money import Money
from wishcore.payments import (
    Dispute,
    DisputeStatus,
    Intent,
    IntentStatus,
    Notice,
    RefundAtProvider,
    RefundStatus,
    Taking,
    Unreadable,
)

T = TypeVar("T")

UNREADABLE: Final = (KeyError, TypeError, ValueError, AttributeError, OverflowError)
"""What is raised by something that is not what Stripe says it is: too large a number, too."""

_QUIET: Final = frozenset(
    {"warning_needs_response", "warning_under_review", "warning_closed", "prevented"}
)
"""A bank that only asks, and a dispute that was kept from opening."""
_ENDS: Final = {
    "won": DisputeStatus.WON,
    "lost": DisputeStatus.LOST,
    "warning_closed": DisputeStatus.LOST,
    "prevented": DisputeStatus.LOST,
}
"""Whatever is taken then stays taken. Every other status is open, an appeal's, too."""
_NO_HINTS: Final = frozenset(
    {"payment_intent.created", "charge.succeeded", "charge.failed", "charge.pending"}
)
"""We make the payments ourselves, and for each of these states of a charge a notice of its payment
comes, too: `payment_intent.succeeded`, `payment_intent.payment_failed`, `payment_intent.processing`
(docs.stripe.com/api/events/types). `charge.updated` is another thing: it brings the fee. Of refunds
every kind counts: which of them Stripe sends has changed with its versions."""


def each(read: Callable[[Any], T], page: Any) -> list[T]:
    """Read every object of a page."""
    return [read(found) for found in page.data]


def each_by_itself(read: Callable[[Any], T], page: Any) -> list[T | Unreadable]:
    """Read every object of a page; of one that cannot be read, the id."""
    return [_by_itself(read, found) for found in page.data]


def _by_itself(read: Callable[[Any], T], found: Any) -> T | Unreadable:
    try:
        return read(found)
    except UNREADABLE as error:
        return Unreadable(id=_any_id(found), why=f"{type(error).__name__}: {error}")


def _any_id(found: Any) -> str:
    """Return the id of what can be anything. Without one it is no answer of Stripe's."""
    if not isinstance(found["id"], str) or not found["id"]:
        raise ValueError(found["id"])
    return found["id"]


def id_of(found: Any, prefix: str) -> str:
    """Return the id of what was made. What is stored in its place would be lost for ever."""
    if not isinstance(found["id"], str) or not found["id"].startswith(prefix):
        raise ValueError(found["id"])
    return found["id"]


def is_disputed(intent: Any) -> bool:
    """Say whether a bank has ever asked for the charge of an intent."""
    charge = intent["latest_charge"]
    return charge is not None and bool(charge["disputed"])


def totals_of(balance: Any) -> dict[str, int]:
    """Return what is there and what will be, per currency, in minor units."""
    totals: dict[str, int] = {}
    for part in (*balance.available, *balance.pending):
        currency = str(part["currency"]).upper()
        totals[currency] = totals.get(currency, 0) + int(part["amount"])
    return totals


def intent_of(found: Any, disputes: tuple[Dispute, ...] = ()) -> Intent:
    """Read an intent, of which the disputes are listed apart."""
    charge = found["latest_charge"]
    error = found["last_payment_error"]
    action = found["next_action"]
    redirect = action["redirect_to_url"] if action and "redirect_to_url" in action else None
    return Intent(
        id=str(found["id"]),
        status=IntentStatus(found["status"]),
        amount=Money(int(found["amount"]), str(found["currency"]).upper()),
        created_at=datetime.fromtimestamp(int(found["created"]), UTC),
        charged_at=_charged_at(charge),
        pledge_id=_named(found, "pledge"),
        item_id=_named(found, "item"),
        list_id=_named(found, "list"),
        decline_code=_decline_code(error),
        fee=_fee(charge),
        disputes=disputes,
        client_secret=str(found["client_secret"] or ""),
        action_url=str(redirect["url"]) if redirect else "",
    )


def _named(found: Any, name: str) -> str:
    """Return what we wrote into the metadata of something; empty, if that was not we."""
    metadata = found["metadata"]
    return str(metadata[name]) if metadata and name in metadata else ""


def _decline_code(error: Any) -> str:
    if error is None:
        return ""
    # Stripe's objects have no .get(); absent and null mean the same. An error need not have a code.
    named = (error[name] for name in ("decline_code", "code") if name in error)
    return str(next(filter(None, named), "declined"))


def _charged_at(charge: Any) -> datetime | None:
    if charge is None or isinstance(charge, str):
        return None
    return datetime.fromtimestamp(int(charge["created"]), UTC)


def _fee(charge: Any) -> Money | None:
    if charge is None or isinstance(charge, str):
        return None
    transaction = charge["balance_transaction"]
    if transaction is None or isinstance(transaction, str):
        return None
    return Money(int(transaction["fee"]), str(transaction["currency"]).upper())


def dispute_of(found: Any) -> Dispute | None:
    """Read a dispute. One that has taken no money, and may not by itself, is none."""
    status, moved = str(found["status"]), found["balance_transactions"]
    if status in _QUIET and not moved:
        return None
    disputed = Money(int(found["amount"]), str(found["currency"]).upper())
    return Dispute(
        id=str(found["id"]),
        status=_ENDS.get(status, DisputeStatus.OPEN),
        opened_at=datetime.fromtimestamp(int(found["created"]), UTC),
        takings=tuple(_taking(transaction, disputed) for transaction in moved),
    )


def _taking(transaction: Any, disputed: Money) -> Taking:
    """Read a movement of the balance. What it moved is said there, and not by the dispute.

    An account that settles in another currency than the charge's has it only there: then the
    disputed amount is all that is known, and what comes back is taken for the whole.
    """
    currency = str(transaction["currency"]).upper()
    amount, fee = -int(transaction["amount"]), int(transaction["fee"])
    if currency != disputed.currency:
        amount = disputed.amount_minor if amount > 0 else -disputed.amount_minor
    return Taking(
        id=str(transaction["id"]),
        amount=Money(amount, disputed.currency),
        fee=Money(fee, currency) if fee else None,
    )


def refund_of(found: Any) -> RefundAtProvider:
    """Read a refund."""
    failure = found["failure_reason"] if "failure_reason" in found else None  # noqa: SIM401
    return RefundAtProvider(
        id=str(found["id"]),
        status=RefundStatus(found["status"]),
        amount=Money(int(found["amount"]), str(found["currency"]).upper()),
        intent_id=str(found["payment_intent"]),
        created_at=datetime.fromtimestamp(int(found["created"]), UTC),
        failure=str(failure or ""),
        key=_named(found, "key"),
    )


def notice_of(event: Mapping[str, Any]) -> Notice:
    """Read an event: only what it is about. What became of that is asked for."""
    about = event["data"]["object"]
    intent = about["id"] if about["object"] == "payment_intent" else about.get("payment_intent")
    return Notice(
        id=_storable(event["id"]),
        kind=_storable(event["type"]),
        intent_id=_storable(intent) if intent else None,
        created_at=datetime.fromtimestamp(int(event["created"]), UTC),
        is_hint=event["type"] not in _NO_HINTS,
    )


def _storable(word: Any) -> str:
    """Return a word of Stripe's as a database takes it: no half of a surrogate pair, and no NUL."""
    text = str(word)[:100]
    if not text.isprintable():
        raise ValueError(ascii(text))
    return text
