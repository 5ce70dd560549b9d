"""Bringing what Stripe says of a payment to its pledge. It may be said many times."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from wishcore import db
from wishcore.ledger import LedgerAccount, post
from wishcore.money import Money
from wishcore.payments import Dispute, DisputeStatus, Intent, IntentStatus
from wishcore.pledges.models import PledgeState
from wishcore.pledges.policy import refund_reason
from wishcore.pledges.steps import (
    PledgeRow,
    find_pledge,
    lock_funding,
    move,
    plan_refund,
    post_charge,
    post_fee,
    release,
    shift,
)

_S = PledgeState
_CHARGED: Final = frozenset({_S.CONFIRMING, _S.REQUIRES_ACTION, _S.PROCESSING})
_DISPUTABLE: Final = (_S.PAID, _S.REFUND_DUE, _S.REFUNDING, _S.REFUND_FAILED)
"""What Stripe keeps, or will: the bank decides whose it is. What went back, or is on its way, stays
where it is: its dispute is in the ledger alone."""

DISPUTE_QUIET_FOR: Final = timedelta(days=1)
"""How long a dispute, which lasts for weeks, is left to its notices before Stripe is asked."""


@db.transactional
async def settle_intent(pledge: PledgeRow, intent: Intent, *, now: datetime) -> None:
    """Bring the intent's state, and its dispute's, to the pledge; do nothing if it is known."""
    await lock_funding(pledge.item_id)
    current = await _reread(pledge.id)
    match intent.status:
        case IntentStatus.SUCCEEDED:
            await _settle_paid(current, intent, now)
        case IntentStatus.CANCELED:
            await _settle_ended(current, intent, now)
        case IntentStatus.REQUIRES_ACTION:
            await move(
                current.id,
                sources=[_S.CONFIRMING, _S.PROCESSING],
                to=_S.REQUIRES_ACTION,
                now=now,
            )
        case IntentStatus.PROCESSING:
            await move(
                current.id,
                sources=[_S.CONFIRMING, _S.REQUIRES_ACTION],
                to=_S.PROCESSING,
                now=now,
            )
        case IntentStatus.REQUIRES_CONFIRMATION | IntentStatus.REQUIRES_PAYMENT_METHOD:
            # It is not over: whoever may end it cancels it first (recovery.py).
            return
    if intent.dispute is not None:
        await _settle_dispute(current.id, intent.dispute, now)


async def _settle_paid(pledge: PledgeRow, intent: Intent, now: datetime) -> None:
    if not await move(pledge.id, sources=_CHARGED, to=_S.PAID, now=now, paid_at=now):
        if pledge.paid_at is not None:
            await _book_fee(pledge, intent.fee, "fee", now)  # Stripe may tell it late.
        return
    assert intent.amount == pledge.amount, "An intent is created for what the pledge is."
    await post_charge(pledge, now=now)
    await _book_fee(pledge, intent.fee, "fee", now)
    funding = await shift(pledge.item_id, paid_minor=pledge.amount_minor, now=now)
    if (reason := refund_reason(funding)) is not None:
        # The item was closed while the card was being charged: the money goes back at once.
        await plan_refund(pledge, reason=reason, now=now)


async def _settle_ended(pledge: PledgeRow, intent: Intent, now: datetime) -> None:
    to = _S.DECLINED if intent.decline_code else _S.ABANDONED
    if await move(
        pledge.id,
        sources=_CHARGED,
        to=to,
        now=now,
        note=intent.decline_code,
        decline_code=intent.decline_code[:60] or None,
    ):
        await release(pledge, now=now)


async def keep_disputed(pledge: PledgeRow, *, now: datetime) -> None:
    """Leave a pledge whose refund has failed to the bank, if that has its money.

    Nobody gives it back beside the bank. The funding is locked.
    """
    rows = await db.rows(
        """
        SELECT CAST(COALESCE(SUM(amount_minor), 0) AS BIGINT) AS amount_minor FROM ledger_entry
        WHERE subject_id = :pledge AND account = 'disputes'
        """,
        pledge=pledge.id,
    )
    if rows[0]["amount_minor"]:
        # Without a lease: how the bank has decided is asked at once.
        await move(pledge.id, sources=[_S.REFUND_FAILED], to=_S.DISPUTED, now=now, lease_until=None)


async def _settle_dispute(pledge_id: UUID, dispute: Dispute, now: datetime) -> None:
    pledge = await _reread(pledge_id)
    if pledge.paid_at is None:
        return  # Charged, but not here: `wish reconcile` says so.
    await _book_fee(pledge, dispute.fee, "dispute_fee", now)
    if pledge.state is _S.LOST or await _is_booked(pledge, "dispute_won"):
        return  # It is over. What differs all the same, such as a second dispute, is reported.
    await _open_dispute(pledge, now)
    if dispute.status is DisputeStatus.WON:
        await _win_dispute(await _reread(pledge_id), now)
    elif dispute.status is DisputeStatus.LOST:
        await _lose_dispute(await _reread(pledge_id), now)


async def has_won_dispute(pledge_id: UUID) -> bool:
    """Say whether a bank has given the money of a pledge back to us, after a dispute."""
    return await _is_booked(await _reread(pledge_id), "dispute_won")


async def _open_dispute(pledge: PledgeRow, now: datetime) -> None:
    if not await _is_booked(pledge, "dispute"):
        legs = {
            LedgerAccount.STRIPE: -pledge.amount_minor,
            LedgerAccount.DISPUTES: pledge.amount_minor,
        }
        await _post("dispute", pledge, legs, now)
    await move(
        pledge.id,
        sources=_DISPUTABLE,
        to=_S.DISPUTED,
        now=now,
        lease_until=now + DISPUTE_QUIET_FOR,
    )


async def _book_fee(pledge: PledgeRow, fee: Money | None, name: str, now: datetime) -> None:
    """Book a fee once, whenever it is told: a dispute's also if that was over unheard."""
    if not await _is_booked(pledge, name):
        await post_fee(pledge, fee, name=name, now=now)


async def _win_dispute(pledge: PledgeRow, now: datetime) -> None:
    to = _S.PAID if pledge.refund_reason is None else _S.REFUND_DUE
    if not pledge.holds_room:
        # Its refund had failed: an operator may have paid it back in another way since.
        to = _S.REFUND_FAILED
    await move(
        pledge.id,
        sources=[_S.DISPUTED],
        to=to,
        now=now,
        note="dispute won",
        is_news=False,
        lease_until=None,
    )
    legs = {
        LedgerAccount.STRIPE: pledge.amount_minor,
        LedgerAccount.DISPUTES: -pledge.amount_minor,
    }
    await _post("dispute_won", pledge, legs, now)


async def _lose_dispute(pledge: PledgeRow, now: datetime) -> None:
    # Of a pledge that went back the amount stays in `disputes`: the operator has paid it twice.
    if await move(
        pledge.id,
        sources=[_S.DISPUTED],
        to=_S.LOST,
        now=now,
        note="dispute lost",
        lease_until=None,
    ):
        legs = {
            LedgerAccount.GIVERS: pledge.amount_minor,
            LedgerAccount.DISPUTES: -pledge.amount_minor,
        }
        await _post("dispute_lost", pledge, legs, now)
        if pledge.refund_reason is None:
            await shift(pledge.item_id, paid_minor=-pledge.amount_minor, now=now)
        await release(pledge, now=now)


async def _reread(pledge_id: UUID) -> PledgeRow:
    pledge = await find_pledge(pledge_id)
    assert pledge is not None, "Pledges are never deleted."
    return pledge


async def _is_booked(pledge: PledgeRow, name: str) -> bool:
    found = await db.rows(
        "SELECT id FROM ledger_entry WHERE subject_id = :pledge AND movement = :movement LIMIT 1",
        pledge=pledge.id,
        movement=f"{name}:{pledge.id}",
    )
    return bool(found)


async def _post(
    name: str, pledge: PledgeRow, legs: dict[LedgerAccount, int], now: datetime
) -> None:
    await post(
        movement=f"{name}:{pledge.id}",
        list_id=pledge.list_id,
        subject_id=pledge.id,
        legs=legs,
        currency=pledge.currency,
        now=now,
    )
