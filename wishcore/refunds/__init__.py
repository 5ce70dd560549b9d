"""Refunds: giving a pledge back, in full and once."""

from wishcore.refunds.operations import (
    RefundNotPossible,
    claim_due,
    pending_refunds,
    refresh_refund,
    refund_by_hand,
    send_refund,
)

__all__ = [
    "RefundNotPossible",
    "claim_due",
    "pending_refunds",
    "refresh_refund",
    "refund_by_hand",
    "send_refund",
]
