"""Bringing what Stripe says of a payment to its pledge. It may be said many times."""

from datetime import datetime
from typing import Final

from wishcore import db
from wishcore.money import Money
from wishcore.payments import Intent, IntentStatus
from wishcore.pledges.disputes import settle_disputes
from wishcore.pledges.models import PledgeState
from wishcore.pledges.policy import refund_reason
from wishcore.pledges.steps import (
    PledgeRow,
    lock_funding,
    move,
    plan_refund,
    post_charge,
    post_fee,
    read_pledge,
    release,
    shift,
)

_S = PledgeState
_CHARGED: Final = frozenset({_S.CONFIRMING, _S.REQUIRES_ACTION, _S.PROCESSING})


@db.transactional
async def settle_intent(pledge: PledgeRow, intent: Intent, *, now: datetime) -> None:
    """Bring the intent's state, and its disputes', to the pledge; do nothing if it is known."""
    await lock_funding(pledge.item_id)
    current = await read_pledge(pledge.id)
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
        case IntentStatus.REQUIRES_CAPTURE:
            # Not by us, and no money has moved: Stripe ends it in a week, or a person in its
            # dashboard. Reconciliation names it until then.
            return
    if intent.disputes:
        await settle_disputes(await read_pledge(pledge.id), intent.disputes, now=now)


async def _settle_paid(pledge: PledgeRow, intent: Intent, now: datetime) -> None:
    if not await move(pledge.id, sources=_CHARGED, to=_S.PAID, now=now, paid_at=now):
        if pledge.paid_at is not None:
            await _book_fee(pledge, intent.fee, now)  # Stripe may tell it late.
        return
    assert intent.amount == pledge.amount, "An intent is created for what the pledge is."
    await post_charge(pledge, now=now)
    await _book_fee(pledge, intent.fee, now)
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


async def _book_fee(pledge: PledgeRow, fee: Money | None, now: datetime) -> None:
    """Book the charge's fee once, whenever it is told."""
    movement = f"fee:{pledge.id}"
    if not await db.rows(
        "SELECT id FROM ledger_entry WHERE subject_id = :pledge AND movement = :movement LIMIT 1",
        pledge=pledge.id,
        movement=movement,
    ):
        await post_fee(pledge, fee, movement=movement, now=now)
