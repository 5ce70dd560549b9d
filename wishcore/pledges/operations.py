"""Making a pledge: take room in the item, charge the card, settle what came of it.

The charge follows one protocol, the only one of those explored that never charges twice, whatever
crashes and however long a process sleeps (docs/money.md): the intent is created unconfirmed, its
id is stored by compare-and-set, and then the *stored* one is confirmed. No network call is made
inside a transaction.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from wishcore import db, lists
from wishcore.errors import Conflict, NotFound
from wishcore.lists.content import checked_text
from wishcore.payments import (
    BadPaymentMethod,
    CardDeclined,
    Intent,
    IntentStatus,
    PaymentBusy,
    PaymentGateway,
    PaymentNotPossible,
    PaymentRefused,
    PaymentsUnavailable,
)
from wishcore.pledges.funding import AmountTooSmall
from wishcore.pledges.giver import Giver, whose
from wishcore.pledges.holding import PledgeRequest, hold_room
from wishcore.pledges.models import (
    IN_FLIGHT,
    FundingState,
    PledgeState,
    RefundReason,
)
from wishcore.pledges.settling import settle_intent
from wishcore.pledges.steps import (
    PLEDGE,
    PledgeRow,
    lock_funding,
    move,
    plan_refund,
    read_pledge,
    release,
)

MESSAGE_LENGTH_MAX: Final = 500


class PledgeNotFound(NotFound):
    """There is no such pledge, or it is somebody else's."""

    code = "pledge_not_found"
    title = "There is no such pledge"


class PledgeInProgress(Conflict):
    """The payment is neither done nor refused yet."""

    code = "pledge_in_progress"
    title = "The payment is still in progress"


class PledgeNotReturnable(Conflict):
    """The pledge cannot be taken back: it is over, its item is reserved, or its list closed."""

    code = "pledge_not_returnable"
    title = "This pledge can no longer be taken back"


_Definite = CardDeclined | BadPaymentMethod | AmountTooSmall | PaymentNotPossible
"""Refusals after which no money can move: the pledge is declined."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MadePledge:
    """What became of the request so far."""

    id: UUID
    is_new: bool
    intent: Intent | None
    """What Stripe said last; it carries what 3-D Secure needs."""


async def make_pledge(
    *,
    request: PledgeRequest,
    access: lists.SharedAccess,
    giver: Giver,
    payments: PaymentGateway,
    return_url: str,
    now: datetime,
) -> MadePledge:
    """Charge a giver for an item, or part of it, and reserve the item once it is paid for.

    The same id with the same content may be sent again at any time, also while the first request
    is at work: the card is charged once. If the payment service does not say what became of the
    charge, the pledge stays in progress; `recover` ends it.

    Raises:
        OwnItem, Invalid, ItemNotFound, ItemNotOpen, ItemBusy, IdReused: nothing was charged.
        WrongCurrency, AmountTooSmall, PledgeExceedsRemaining, UnpayableRest: nothing was charged.
        CardDeclined, BadPaymentMethod, PaymentNotPossible: nothing was charged; the room is free
            again.
        PaymentsUnavailable: nothing was charged; the room is kept for a while for another try.
    """
    if access.is_owner:
        raise lists.OwnItem
    message = checked_text(request.message, pointer="/message", length_max=MESSAGE_LENGTH_MAX)
    request = replace(request, message=message)
    pledge, is_new = await hold_room(request, access, giver, now)
    if pledge.state is PledgeState.DECLINED:
        raise _refusal(pledge)
    intent = None
    if pledge.state in {PledgeState.HELD, PledgeState.CONFIRMING}:
        intent = await _charge(pledge, request, payments, return_url=return_url, now=now)
    return MadePledge(id=pledge.id, is_new=is_new, intent=intent)


async def return_pledge(
    pledge_id: UUID, *, giver: Giver, payments: PaymentGateway, now: datetime
) -> None:
    """Take one's own pledge back while the list is active and the item not reserved.

    A payment that waits for 3-D Secure is canceled; a paid one is refunded by the next job.

    Raises:
        PledgeNotFound: it is not this giver's.
        PledgeInProgress, PledgeNotReturnable, PaymentsUnavailable: nothing is changed.
    """
    pledge = await own_pledge_row(pledge_id, giver)
    if pledge.state is PledgeState.REQUIRES_ACTION and pledge.intent_id is not None:
        try:
            intent = await payments.cancel_intent(pledge.intent_id)
        except PaymentRefused as refused:
            # Stripe does not know it: another account's key, or a restored backup.
            raise PaymentsUnavailable from refused
        await settle_intent(pledge, intent, now=now)
        pledge = await own_pledge_row(pledge_id, giver)
        if pledge.state in {PledgeState.ABANDONED, PledgeState.DECLINED}:
            return
    await _plan_return(pledge, now)


async def own_pledge_row(pledge_id: UUID, giver: Giver) -> PledgeRow:
    """Return the pledge if it is this giver's own.

    Raises:
        PledgeNotFound: there is none, or it is somebody else's.
    """
    found = await db.fetch_one(
        PledgeRow,
        PLEDGE + f"WHERE id = :id AND {whose(giver)}",
        id=pledge_id,
        giver=giver.key,
    )
    if found is None:
        raise PledgeNotFound
    return found


async def _charge(
    pledge: PledgeRow,
    request: PledgeRequest,
    payments: PaymentGateway,
    *,
    return_url: str,
    now: datetime,
) -> Intent | None:
    """Create, store, confirm, settle. Any number of workers may do this for one pledge at once."""
    if pledge.intent_id is None:
        try:
            pledge = await _create_intent(pledge, request, payments, now)
        except (CardDeclined, BadPaymentMethod, AmountTooSmall, PaymentNotPossible) as refusal:
            # It says nothing of an intent that another worker has stored, and pays, meanwhile.
            if await _decline(pledge, refusal, source=PledgeState.HELD, now=now):
                raise
            return None
        except PaymentBusy:
            return None  # The same request is being worked at: whoever does it settles it.
    if pledge.intent_id is None or pledge.state is not PledgeState.CONFIRMING:
        return None  # Somebody else ended the pledge in the meantime.
    try:
        intent = await _confirm(pledge, pledge.intent_id, payments, return_url=return_url, now=now)
    except (PaymentsUnavailable, PaymentRefused):
        return None  # Nobody knows; recovery asks.
    await settle_intent(pledge, intent, now=now)
    return intent


async def _confirm(
    pledge: PledgeRow,
    intent_id: str,
    payments: PaymentGateway,
    *,
    return_url: str,
    now: datetime,
) -> Intent:
    try:
        return await payments.confirm_intent(
            intent_id, key=f"confirm:{pledge.id}:1", return_url=return_url
        )
    except CardDeclined as refusal:
        await _decline(pledge, refusal, source=PledgeState.CONFIRMING, now=now)
        raise
    except BadPaymentMethod as refusal:
        # A decline takes the card off the intent; this leaves the intent as it was. Only one
        # that is canceled cannot be confirmed any more, by a worker who sleeps now.
        intent = await payments.cancel_intent(intent_id)
        if intent.status is not IntentStatus.CANCELED:
            return intent
        await _decline(pledge, refusal, source=PledgeState.CONFIRMING, now=now)
        raise
    except PaymentRefused:
        # The intent is past confirming: another worker was here, or recovery canceled it.
        return await payments.get_intent(intent_id)


async def _create_intent(
    pledge: PledgeRow, request: PledgeRequest, payments: PaymentGateway, now: datetime
) -> PledgeRow:
    method = request.payment_method
    try:
        if method is None:
            assert request.token is not None, "A request has a payment method or a token."
            method = await payments.create_payment_method(
                key=f"pm:{pledge.id}", token=request.token
            )
        intent_id = await payments.create_intent(
            key=f"pi:{pledge.id}",
            amount=pledge.amount,
            payment_method=method,
            metadata={
                "pledge": str(pledge.id),
                "item": str(pledge.item_id),
                "list": str(pledge.list_id),
            },
        )
    except PaymentRefused as refused:
        raise _meant(refused) from refused
    await store_intent(pledge.id, intent_id, now=now)
    return await read_pledge(pledge.id)


@db.transactional
async def store_intent(pledge_id: UUID, intent_id: str, *, now: datetime) -> bool:
    """Store the intent's id if none is stored: of two workers' intents only one is confirmed."""
    return await move(
        pledge_id,
        sources=[PledgeState.HELD],
        to=PledgeState.CONFIRMING,
        now=now,
        intent_id=intent_id,
    )


@db.transactional
async def _decline(
    pledge: PledgeRow,
    refusal: _Definite,
    *,
    source: PledgeState,
    now: datetime,
) -> bool:
    """End the pledge, if it still is where the refusal found it; say whether it is declined."""
    await lock_funding(pledge.item_id)
    code = refusal.decline_code if isinstance(refusal, CardDeclined) else refusal.code
    reason = refusal.__cause__
    if await move(
        pledge.id,
        sources=[source],
        to=PledgeState.DECLINED,
        now=now,
        note=reason.code if isinstance(reason, PaymentRefused) else code,
        decline_code=code[:60],
    ):
        await release(pledge, now=now)
    current = await read_pledge(pledge.id)
    return current.state is PledgeState.DECLINED


def _meant(refused: PaymentRefused) -> AmountTooSmall | PaymentNotPossible:
    """Return what it means to the giver that no payment can be begun as it is.

    What the giver chose wrongly the gateway has told apart already.
    """
    # Stripe judges by the currency of the operator's account: its least changes with the rates.
    return AmountTooSmall() if refused.code == "amount_too_small" else PaymentNotPossible()


def _refusal(pledge: PledgeRow) -> _Definite:
    for kind in (BadPaymentMethod, AmountTooSmall, PaymentNotPossible):
        if pledge.decline_code == kind.code:
            return kind()
    return CardDeclined(decline_code=pledge.decline_code or "")


@db.transactional
async def _plan_return(pledge: PledgeRow, now: datetime) -> None:
    state = await lock_funding(pledge.item_id)
    current = await read_pledge(pledge.id)
    if current.state in IN_FLIGHT:
        raise PledgeInProgress
    is_active = await db.rows(
        """
        SELECT id FROM wish_list
        WHERE id = :list AND state = 'active' AND deadline > :now AND deleted_at IS NULL
        """,
        list=pledge.list_id,
        now=now,
    )
    if current.state is not PledgeState.PAID or state is not FundingState.OPEN or not is_active:
        raise PledgeNotReturnable
    await plan_refund(current, reason=RefundReason.GIVER, now=now)
