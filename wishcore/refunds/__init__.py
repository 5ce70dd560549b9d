"""Refunds: giving a pledge back, in full and once."""

from wishcore.refunds.by_hand import RefundNotPossible, refund_by_hand
from wishcore.refunds.operations import (
    claim_due,
    pending_refunds,
    refresh_refund,
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
