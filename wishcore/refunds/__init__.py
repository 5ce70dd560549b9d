"""Refunds: giving a pledge back, once: all that we owe of it."""

from wishcore.refunds.adopting import adopt_refund
from wishcore.refunds.by_hand import RefundNotPossible, refund_by_hand
from wishcore.refunds.operations import (
    claim_due,
    pending_refunds,
    refresh_refund,
    send_refund,
)

__all__ = [
    "RefundNotPossible",
    "adopt_refund",
    "claim_due",
    "pending_refunds",
    "refresh_refund",
    "refund_by_hand",
    "send_refund",
]
