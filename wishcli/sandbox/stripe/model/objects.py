"""The objects the sandbox keeps, with only what cannot be derived."""

from enum import StrEnum

from msgspec import Struct, field

from wishcli.sandbox.stripe.model.refusals import Json


class IntentStatus(StrEnum):
    """Where a payment intent stands."""

    REQUIRES_PAYMENT_METHOD = "requires_payment_method"
    REQUIRES_CONFIRMATION = "requires_confirmation"
    REQUIRES_ACTION = "requires_action"
    PROCESSING = "processing"
    SUCCEEDED = "succeeded"
    CANCELED = "canceled"


class ChargeStatus(StrEnum):
    """Where a charge stands."""

    SUCCEEDED = "succeeded"
    PENDING = "pending"
    FAILED = "failed"


class RefundStatus(StrEnum):
    """Where a refund stands."""

    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


class DisputeStatus(StrEnum):
    """Where a dispute stands."""

    NEEDS_RESPONSE = "needs_response"
    WARNING_NEEDS_RESPONSE = "warning_needs_response"
    WARNING_CLOSED = "warning_closed"
    WON = "won"
    LOST = "lost"


class TransactionType(StrEnum):
    """Why the balance moved."""

    CHARGE = "charge"
    REFUND = "refund"
    REFUND_FAILURE = "refund_failure"
    ADJUSTMENT = "adjustment"


class PaymentMethod(Struct, kw_only=True):
    """A card, known only by the name of the test card behind it."""

    id: str
    created: int
    card: str
    metadata: dict[str, str]
    spent: bool = False


class PaymentError(Struct, kw_only=True, frozen=True):
    """Why the last attempt at a payment failed."""

    code: str
    message: str
    decline_code: str | None = None
    payment_method: str | None = None
    charge: str | None = None
    kind: str = "card_error"


class Authentication(Struct, kw_only=True, frozen=True):
    """A 3-D Secure challenge waiting for the cardholder."""

    id: str
    url: str
    return_url: str | None
    by_redirect: bool


class Intent(Struct, kw_only=True):
    """A payment intent."""

    id: str
    client_secret: str
    created: int
    amount: int
    currency: str
    status: IntentStatus
    payment_method_types: list[str]
    metadata: dict[str, str]
    capture_method: str = "automatic_async"
    allow_redirects: str | None = None
    payment_method: str | None = None
    return_url: str | None = None
    description: str | None = None
    receipt_email: str | None = None
    statement_descriptor_suffix: str | None = None
    latest_charge: str | None = None
    last_error: PaymentError | None = None
    authentication: Authentication | None = None
    canceled_at: int | None = None
    cancellation_reason: str | None = None
    amount_received: int = 0


class Charge(Struct, kw_only=True):
    """One attempt to take money from a card."""

    id: str
    created: int
    amount: int
    currency: str
    payment_intent: str
    payment_method: str
    status: ChargeStatus
    metadata: dict[str, str]
    authenticated: bool
    description: str | None = None
    receipt_email: str | None = None
    statement_descriptor_suffix: str | None = None
    balance_transaction: str | None = None
    failure_code: str | None = None
    failure_message: str | None = None
    decline_code: str | None = None
    amount_refunded: int = 0
    disputes: list[str] = field(default_factory=list)


class Refund(Struct, kw_only=True):
    """Money given back to a card."""

    id: str
    created: int
    amount: int
    currency: str
    charge: str
    payment_intent: str
    status: RefundStatus
    metadata: dict[str, str]
    reason: str | None = None
    pending_reason: str | None = None
    balance_transaction: str | None = None
    failure_balance_transaction: str | None = None
    failure_reason: str | None = None


class Dispute(Struct, kw_only=True):
    """A cardholder's objection to a charge."""

    id: str
    created: int
    amount: int
    currency: str
    charge: str
    payment_intent: str
    reason: str
    status: DisputeStatus
    balance_transactions: list[str] = field(default_factory=list)


class BalanceTransaction(Struct, kw_only=True, frozen=True):
    """One movement of the account's balance."""

    id: str
    created: int
    available_on: int
    amount: int
    currency: str
    fee: int
    type: TransactionType
    reporting_category: str
    source: str
    description: str | None

    @property
    def net(self) -> int:
        """The change of the balance after the fee."""
        return self.amount - self.fee


class Event(Struct, kw_only=True):
    """Something that happened, with the object as it was then."""

    id: str
    created: int
    type: str
    api_version: str
    object: Json
    request_id: str | None
    idempotency_key: str | None
    pending_webhooks: int = 0


class StepKind(StrEnum):
    """What can be due later."""

    COMPLETE_REFUND = "complete_refund"
    FAIL_REFUND = "fail_refund"
    FINISH_PAYMENT = "finish_payment"
    REACH_BALANCE = "reach_balance"


class Step(Struct, kw_only=True, frozen=True):
    """Something the world will do by itself at a time of the sandbox clock."""

    due_at: float
    kind: StepKind
    subject: str


class StoredAnswer(Struct, kw_only=True, frozen=True):
    """An answer kept for an idempotency key."""

    endpoint: str
    fingerprint: str
    request_id: str
    status: int
    body: str
    created: float
