"""The foreign system that moves money, as far as we need it: Stripe's PaymentIntents."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Protocol

from wishcore.errors import Declined, Invalid, Unavailable
from wishcore.money import Money

CALL_SECONDS_MAX: Final = 25
"""When a call is given up, however its answer trickles in. Leases are made of it.

It covers all its tries, of which one that meets silence ends after 20, and the wait for a
connection; but not the wait for its turn by our own pace, which passes whatever the provider does.
"""


class CardDeclined(Declined):
    """The card's side refused. It is definite: no money moved, and none will."""

    code = "card_declined"
    title = "The card was declined"
    members = MappingProxyType({"decline_code": str})

    def __init__(self, detail: str = "", *, decline_code: str = "") -> None:
        super().__init__(detail)
        self.decline_code = decline_code


class BadPaymentMethod(Invalid):
    """The payment method or token is unknown, used up or not a card. Nothing happened."""

    code = "bad_payment_method"
    title = "This payment method cannot be used"


class PaymentRefused(Exception):
    """Stripe says that this call can never succeed as it is. This call did nothing.

    An earlier one may have: whoever catches it reads the object.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code

    @property
    def is_unknown(self) -> bool:
        """Whether Stripe has no such object: another account's key, or another deployment's row."""
        return self.code == "resource_missing"


class PaymentsUnavailable(Unavailable):
    """Nobody knows what became of the call: no answer, or none that can be read.

    `unreadable` says, for operators, why an answer that came cannot be read: asking again brings
    the same. It is empty where nothing came.
    """

    code = "payments_unavailable"
    title = "The payment service did not answer"

    def __init__(self, detail: str = "", *, unreadable: str = "") -> None:
        super().__init__(detail)
        self.unreadable = unreadable


class PaymentBusy(PaymentsUnavailable):
    """Somebody else makes the same call with the same key at this moment."""

    code = "payment_busy"
    title = "This payment is being worked at"


class PaymentNotPossible(Unavailable):
    """The payment service takes no such payment from anybody: an operator has to look at it.

    No money moved, and none will: a new try is a new pledge.
    """

    code = "payment_not_possible"
    title = "This payment is not possible at present"
    retry_after_seconds = 3600


class BadNotice(Invalid):
    """A notice whose signature is not Stripe's, or that belongs to the other mode."""

    code = "bad_notice"
    title = "The notice is not genuine"


class IntentStatus(StrEnum):
    """Where a PaymentIntent stands, in Stripe's words."""

    REQUIRES_PAYMENT_METHOD = "requires_payment_method"
    REQUIRES_CONFIRMATION = "requires_confirmation"
    REQUIRES_ACTION = "requires_action"
    PROCESSING = "processing"
    REQUIRES_CAPTURE = "requires_capture"
    """The card keeps the money ready. Nothing of ours takes it like that."""
    SUCCEEDED = "succeeded"
    CANCELED = "canceled"


class RefundStatus(StrEnum):
    """Where a refund stands, in Stripe's words."""

    PENDING = "pending"
    REQUIRES_ACTION = "requires_action"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELED = "canceled"

    @property
    def is_live(self) -> bool:
        """Whether it has given the money back, or still may."""
        return self not in {RefundStatus.FAILED, RefundStatus.CANCELED}


class DisputeStatus(StrEnum):
    """Where a dispute stands, as far as money is concerned."""

    OPEN = "open"
    WON = "won"
    LOST = "lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class Taking:
    """Money that a card's bank took because of a dispute, or gave back."""

    id: str
    """The provider's, the same whenever it is told."""
    amount: Money
    """What was taken; negative, if it came back."""
    fee: Money | None
    """What the provider kept for it; negative, if that came back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """A complaint of the card's bank, which takes money back for the time being.

    One charge may have several, each of a part of it, one after the other or at once; one that is
    lost may give a part back, and an end may change.
    """

    id: str
    status: DisputeStatus
    opened_at: datetime
    takings: tuple[Taking, ...]

    @property
    def is_open(self) -> bool:
        """Whether more money may move: also while what was won has not come back yet."""
        if self.status is DisputeStatus.WON:
            return sum(taking.amount.amount_minor for taking in self.takings) > 0
        return self.status is DisputeStatus.OPEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """A PaymentIntent as Stripe shows it now."""

    id: str
    status: IntentStatus
    amount: Money
    created_at: datetime
    charged_at: datetime | None = None
    """When the last attempt was made; nothing, if there was none or nobody asked for it."""
    pledge_id: str = ""
    """Our id in its metadata; empty if there is none."""
    item_id: str = ""
    list_id: str = ""
    """What the pledge was for, in its metadata, too."""
    decline_code: str = ""
    fee: Money | None = None
    """What Stripe kept, once it says so."""
    disputes: tuple[Dispute, ...] = ()
    """All that took money or may, the newest first; only `get_intent` reads them."""
    client_secret: str = field(default="", repr=False)
    action_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundAtProvider:
    """A refund as Stripe shows it now."""

    id: str
    status: RefundStatus
    amount: Money
    intent_id: str
    created_at: datetime
    failure: str = ""
    key: str = ""
    """What it was made under, as its metadata say; empty, if that was not we."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """Something in a list of which no more than the id can be read: it is for a person.

    The account may belong to others, too, whose payments need be nothing that we know.
    """

    id: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A verified notice: at most a hint that an object has changed."""

    id: str
    kind: str
    intent_id: str | None
    created_at: datetime
    is_hint: bool = True
    """Whether to read the object again: not if another notice, or our answer, tells the same."""


class PaymentGateway(Protocol):
    """Takes money from cards and gives it back.

    Every call that changes something carries a key of ours and does its work once for each key,
    as long as the provider remembers keys (a day). Every call may raise `PaymentsUnavailable`:
    then nobody knows whether it was done. Once it is its turn, every call to the provider ends
    within `CALL_SECONDS_MAX`. Each method makes one; but `get_intent` may make two, `cancel_intent`
    three, and a walk makes one for each page.
    """

    async def create_payment_method(self, *, key: str, token: str) -> str:
        """Turn a card token (`tok_…`) into a payment method.

        Raises:
            BadPaymentMethod, CardDeclined: nothing happened.
        """
        ...

    async def create_intent(
        self, *, key: str, amount: Money, payment_method: str, metadata: Mapping[str, str]
    ) -> str:
        """Create an unconfirmed intent, which moves no money, and return its id.

        The same key may make another one for a server with other settings. Confirm only what is
        stored.

        Raises:
            BadPaymentMethod, CardDeclined, PaymentRefused: nothing happened.
        """
        ...

    async def confirm_intent(self, intent_id: str, *, key: str, return_url: str) -> Intent:
        """Try to take the money.

        Raises:
            CardDeclined: definite.
            PaymentRefused: the intent is not in a state to be confirmed.
        """
        ...

    async def get_intent(self, intent_id: str) -> Intent:
        """Read the intent with its charge, fee and disputes."""
        ...

    async def cancel_intent(self, intent_id: str) -> Intent:
        """Cancel the intent if it still can be; return it as it stands afterwards."""
        ...

    async def create_refund(
        self, *, key: str, intent_id: str, part: Money | None = None
    ) -> RefundAtProvider:
        """Give the whole amount back, or a part where a bank has taken the rest.

        A second refund of the whole is refused, whatever became of the key; one of a part is not.

        Raises:
            PaymentRefused: `charge_already_refunded`, `charge_disputed` or another reason; this
                call refunded nothing.
        """
        ...

    async def refunds_of(self, intent_id: str) -> Sequence[RefundAtProvider]:
        """Return every refund of the intent, newest first."""
        ...

    def intents_since(self, since: datetime) -> AsyncIterator[Intent | Unreadable]:
        """Walk over all intents created since then."""
        ...

    def refunds_since(self, since: datetime) -> AsyncIterator[RefundAtProvider | Unreadable]:
        """Walk over all refunds created since then."""
        ...

    def disputes_since(self, since: datetime) -> AsyncIterator[str | Unreadable]:
        """Walk over the intents of all disputes opened since then, however old the charge is."""
        ...

    async def available_balance(self) -> Mapping[str, int]:
        """Return what could be refunded from, per currency, in minor units (pending included)."""
        ...

    def read_notice(self, payload: bytes, signature: str) -> Notice:
        """Verify a notice and return what it is about.

        Raises:
            BadNotice: it is forged, too old, from the future, or of the other mode.
        """
        ...
