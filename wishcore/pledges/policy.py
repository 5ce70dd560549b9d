"""Which pledges go back, and what becomes of an item at the deadline. Pure."""

from collections.abc import Mapping
from typing import Final

from wishcore.pledges.models import FundingState, RefundReason

_REASONS: Final[Mapping[FundingState, RefundReason | None]] = {
    FundingState.OPEN: None,
    FundingState.CLOSING: None,
    FundingState.RESERVED: None,
    FundingState.UNFUNDED: RefundReason.UNFUNDED,
    FundingState.WITHDRAWN: RefundReason.WITHDRAWN,
}


def refund_reason(funding: FundingState) -> RefundReason | None:
    """Return why paid pledges for such an item go back, or `None`: they do not.

    Money for a reserved item is kept to buy the gift; for an open one, until it is decided.
    """
    return _REASONS[funding]


def outcome_at_deadline(
    *, price_minor: int, held_minor: int, paid_minor: int, in_flight: int
) -> FundingState:
    """Return what becomes of an item whose list's deadline has passed.

    `in_flight` counts its payments that may still succeed: while there are any, and while room
    that a giver took back is being refunded for an item that is otherwise paid, nothing is
    decided.
    """
    if in_flight:
        return FundingState.CLOSING
    if paid_minor == 0 or paid_minor < price_minor:
        return FundingState.UNFUNDED
    return FundingState.RESERVED if held_minor == paid_minor else FundingState.CLOSING
