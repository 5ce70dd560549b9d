"""The test cards: what each published name promises to do."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

_METHOD_PREFIX = "pm_card_"
_TOKEN_PREFIX = "tok_"
_OWN_METHOD_PREFIX = "pm_sandbox_"
_OWN_TOKEN_PREFIX = "tok_sandbox_"
_ONCE_PREFIX = "tok_sandbox_once_"


class RefundCourse(StrEnum):
    """What becomes of a refund to the card."""

    AT_ONCE = "at_once"
    PENDING = "pending"
    FAILS_LATER = "fails_later"
    PENDING_THEN_FAILS = "pending_then_fails"


@dataclass(frozen=True, slots=True)
class Decline:
    """Why a card refuses to pay."""

    code: str
    message: str
    decline_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One test card and its behaviour."""

    name: str
    brand: str = "visa"
    last4: str = "4242"
    country: str = "US"
    funding: str = "credit"
    decline: Decline | None = None
    needs_authentication: bool = False
    is_slow: bool = False
    refund_course: RefundCourse = RefundCourse.AT_ONCE
    dispute_reason: str | None = None
    is_inquiry: bool = False
    is_disputed_twice: bool = False
    is_available_at_once: bool = False
    risk_level: str = "normal"


def find_by_method_name(name: str) -> Card | None:
    """Find the card behind a name such as `pm_card_visa`."""
    return _find(name, prefix=_METHOD_PREFIX, own_prefix=_OWN_METHOD_PREFIX)


def find_by_token(name: str) -> Card | None:
    """Find the card behind a token such as `tok_visa`."""
    if is_for_once(name):
        return CARDS["visa"]
    return _find(name, prefix=_TOKEN_PREFIX, own_prefix=_OWN_TOKEN_PREFIX)


def is_for_once(token: str) -> bool:
    """Say whether a token can be used once, as all can that are made from a real card."""
    return token.startswith(_ONCE_PREFIX)


def get_card(name: str) -> Card:
    """Give the card that a payment method was made from."""
    return CARDS[name]


def _find(name: str, *, prefix: str, own_prefix: str) -> Card | None:
    if name.startswith(own_prefix):
        return CARDS.get(f"sandbox_{name.removeprefix(own_prefix)}")
    if not name.startswith(prefix):
        return None
    short = name.removeprefix(prefix)
    return CARDS.get(short) or CARDS.get(short.removeprefix("visa_"))


def _declined(message: str, decline_code: str, *, code: str = "card_declined") -> Decline:
    return Decline(code, message, decline_code)


_DECLINED = "Your card was declined."
_GENERIC = _declined(_DECLINED, "generic_decline")
_INSUFFICIENT = _declined("Your card has insufficient funds.", "insufficient_funds")
_PROCESSING_ERROR = _declined(
    "An error occurred while processing your card. Try again in a little bit.",
    "processing_error",
    code="processing_error",
)
AUTHENTICATION_REQUIRED = _declined(
    "Your card was declined. This transaction requires authentication.",
    "authentication_required",
    code="authentication_required",
)

_BRANDS = (
    Card(name="visa"),
    Card(name="visa_debit", last4="5556", funding="debit"),
    Card(name="mastercard", brand="mastercard", last4="4444"),
    Card(name="mastercard_debit", brand="mastercard", last4="8210", funding="debit"),
    Card(name="mastercard_prepaid", brand="mastercard", last4="5100", funding="prepaid"),
    Card(name="amex", brand="amex", last4="8431"),
    Card(name="discover", brand="discover", last4="9424"),
    Card(name="diners", brand="diners", last4="0004"),
    Card(name="jcb", brand="jcb", last4="0505"),
    Card(name="unionpay", brand="unionpay", last4="0005"),
)

_COUNTRIES = tuple(
    Card(name=code, country=code.upper(), last4=last4)
    for code, last4 in (
        ("us", "4242"), ("ca", "0000"), ("br", "0009"), ("mx", "8001"), ("at", "0008"),
        ("be", "0004"), ("ch", "0009"), ("de", "0016"), ("es", "0007"), ("fr", "0003"),
        ("gb", "0000"), ("ie", "0002"), ("it", "0008"), ("nl", "0008"), ("pt", "0005"),
        ("au", "0006"), ("jp", "0003"), ("nz", "0008"), ("sg", "0003"),
    )
)  # fmt: skip

_REFUSING = (
    Card(name="chargeDeclined", last4="0002", decline=_GENERIC),
    Card(name="chargeDeclinedInsufficientFunds", last4="9995", decline=_INSUFFICIENT),
    Card(name="chargeDeclinedLostCard", last4="9987", decline=_declined(_DECLINED, "lost_card")),
    Card(
        name="chargeDeclinedStolenCard", last4="9979", decline=_declined(_DECLINED, "stolen_card")
    ),
    Card(
        name="chargeDeclinedExpiredCard",
        last4="0069",
        decline=_declined("Your card has expired.", "expired_card", code="expired_card"),
    ),
    Card(
        name="chargeDeclinedIncorrectCvc",
        last4="0127",
        decline=_declined(
            "Your card's security code is incorrect.", "incorrect_cvc", code="incorrect_cvc"
        ),
    ),
    Card(name="chargeDeclinedProcessingError", last4="0119", decline=_PROCESSING_ERROR),
    Card(
        name="chargeDeclinedVelocityLimitExceeded",
        last4="6975",
        decline=_declined(
            "Your card was declined for making repeated attempts too frequently or exceeding its "
            "amount limit.",
            "card_velocity_exceeded",
        ),
    ),
    Card(
        name="chargeDeclinedFraudulent",
        last4="0019",
        decline=_declined(_DECLINED, "fraudulent"),
        risk_level="highest",
    ),
    Card(name="chargeCustomerFail", last4="0341", decline=_GENERIC),
    Card(
        name="radarBlock",
        last4="0019",
        decline=_declined(_DECLINED, "fraudulent"),
        risk_level="highest",
    ),
    Card(name="riskLevelElevated", last4="9235", risk_level="elevated"),
)

_AUTHENTICATING = (
    Card(name="authenticationRequired", last4="3184", needs_authentication=True),
    Card(name="threeDSecure2Required", last4="3220", needs_authentication=True),
    Card(name="threeDSecureRequired", last4="3063", needs_authentication=True),
    Card(name="threeDSecureOptional", last4="3055"),
    Card(
        name="threeDSecureRequiredChargeDeclined",
        last4="1629",
        needs_authentication=True,
        decline=_GENERIC,
    ),
    Card(
        name="threeDSecureRequiredProcessingError",
        last4="8456",
        needs_authentication=True,
        decline=_PROCESSING_ERROR,
    ),
    Card(
        name="authenticationRequiredChargeDeclinedInsufficientFunds",
        last4="8341",
        needs_authentication=True,
        decline=_INSUFFICIENT,
    ),
)

_AFTERWARDS = (
    Card(name="pendingRefund", last4="7726", refund_course=RefundCourse.PENDING),
    Card(name="refundFail", last4="5126", refund_course=RefundCourse.FAILS_LATER),
    Card(name="createDispute", last4="0259", dispute_reason="fraudulent"),
    Card(
        name="createDisputeProductNotReceived", last4="2685", dispute_reason="product_not_received"
    ),
    Card(name="createDisputeInquiry", last4="1976", dispute_reason="fraudulent", is_inquiry=True),
    Card(
        name="createMultipleDisputes",
        last4="0079",
        dispute_reason="product_not_received",
        is_disputed_twice=True,
    ),
    Card(name="bypassPending", last4="0077", is_available_at_once=True),
)

# Stripe's cards never leave an intent in "processing" for long, and none of them has a refund that
# waits and then fails, as one to a closed bank account does. These names are the sandbox's own,
# spelled so that nobody takes them for Stripe's.
_OWN = (
    Card(name="sandbox_processing", last4="9001", is_slow=True),
    Card(name="sandbox_processingDeclined", last4="9002", is_slow=True, decline=_GENERIC),
    Card(
        name="sandbox_pendingRefundFails",
        last4="9003",
        refund_course=RefundCourse.PENDING_THEN_FAILS,
    ),
)


CARDS: Mapping[str, Card] = MappingProxyType(
    {
        card.name: card
        for card in (
            *_BRANDS,
            *_COUNTRIES,
            *_REFUSING,
            *_AUTHENTICATING,
            *_AFTERWARDS,
            *_OWN,
        )
    }
)
