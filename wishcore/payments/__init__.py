"""Money in and money back through Stripe: what we ask of it, and the notices that it sends."""

from wishcore.payments.gateway import (
    CALL_SECONDS_MAX,
    BadNotice,
    BadPaymentMethod,
    CardDeclined,
    Dispute,
    DisputeStatus,
    Intent,
    IntentStatus,
    Notice,
    PaymentBusy,
    PaymentGateway,
    PaymentNotPossible,
    PaymentRefused,
    PaymentsUnavailable,
    RefundAtProvider,
    RefundStatus,
)
from wishcore.payments.operations import DueNotice, claim_notices, end_notice, store_notice

__all__ = [
    "CALL_SECONDS_MAX",
    "BadNotice",
    "BadPaymentMethod",
    "CardDeclined",
    "Dispute",
    "DisputeStatus",
    "DueNotice",
    "Intent",
    "IntentStatus",
    "Notice",
    "PaymentBusy",
    "PaymentGateway",
    "PaymentNotPossible",
    "PaymentRefused",
    "PaymentsUnavailable",
    "RefundAtProvider",
    "RefundStatus",
    "claim_notices",
    "end_notice",
    "store_notice",
]
