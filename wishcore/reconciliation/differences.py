"""What differs between a payment in our book and the same one at Stripe."""

from collections.abc import Sequence, Set
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec

from wishcore import db
from wishcore.money import Money
from wishcore.payments import (
    Intent,
    IntentStatus,
    RefundAtProvider,
    RefundStatus,
    Unreadable,
)
from wishcore.pledges.models import IN_FLIGHT, PledgeState
from wishcore.pledges.recovery import QUIET_FOR
from wishcore.refunds.models import RefundState

REACHES_BALANCE_WITHIN: Final = timedelta(hours=2)
"""When what was charged is in the balance, and its fee known and told. Stripe promises an hour
(docs.stripe.com/payments/payment-intents/asynchronous-capture)."""

_S = PledgeState
_CHARGED: Final = frozenset(
    {
        _S.PAID,
        _S.REFUND_DUE,
        _S.REFUNDING,
        _S.REFUND_PENDING,
        _S.REFUNDED,
        _S.REFUND_FAILED,
        _S.DISPUTED,
        _S.LOST,
    }
)
_GONE: Final = frozenset({_S.REFUND_PENDING, _S.REFUNDED})
"""What has gone back, or is on its way, stays where it is when it is disputed."""


class Drift(msgspec.Struct, frozen=True, kw_only=True):
    """A difference between the two books."""

    kind: str
    what: str
    detail: str


class Charge(msgspec.Struct, frozen=True, kw_only=True):
    """A charge as our book has it."""

    id: UUID
    intent_id: str
    amount_minor: int
    currency: str
    state: PledgeState
    updated_at: datetime
    lease_until: datetime | None
    is_fee_booked: bool
    lost_minor: int
    """What a bank has given back of it."""


class Returned(msgspec.Struct, frozen=True, kw_only=True):
    """A refund as our book has it."""

    pledge_id: UUID
    intent_id: str
    provider_id: str
    state: RefundState


def drift(kind: str, what: object, detail: object) -> Drift:
    """Return a difference, with what it is about as text."""
    return Drift(kind=kind, what=str(what), detail=str(detail))


def unreadable(found: Unreadable) -> Drift:
    """Return that nobody can say what this is: a person has to look at Stripe."""
    return drift("cannot be read", found.id, found.why)


def of_payment(ours: Charge, there: Intent, *, now: datetime) -> Sequence[Drift]:
    """Compare a payment, but not its disputes."""
    drifts = [*_of_charge(ours, there, now)]
    if (there.amount.amount_minor, there.amount.currency) != (ours.amount_minor, ours.currency):
        detail = f"{there.amount}, {ours.amount_minor} {ours.currency}"
        drifts.append(drift("another amount", ours.id, detail))
    if there.pledge_id != str(ours.id):
        drifts.append(drift("another pledge in its metadata", there.id, there.pledge_id))
    return drifts


def _of_charge(ours: Charge, there: Intent, now: datetime) -> Sequence[Drift]:
    """Compare whether the money was taken."""
    if there.status is not IntentStatus.SUCCEEDED:
        if ours.state in _CHARGED:
            return [drift("paid here, not charged", ours.id, there.status)]
        if there.status is IntentStatus.REQUIRES_CAPTURE:
            return [drift("authorized, not captured", ours.id, there.id)]
    elif ours.state in IN_FLIGHT:
        # Whoever confirms it, and the notice of a challenge that was just met, get their time.
        if max(ours.updated_at, there.charged_at or ours.updated_at) <= now - QUIET_FOR:
            return [drift("charged, not settled yet", ours.id, ours.state)]
    elif ours.state not in _CHARGED:
        return [drift("charged, but not here", ours.id, ours.state)]
    elif _lacks_fee(ours, there, now):
        return [drift("fee not booked", ours.id, there.fee)]
    return []


def _lacks_fee(ours: Charge, there: Intent, now: datetime) -> bool:
    if ours.is_fee_booked or there.fee is None or not there.fee.amount_minor:
        return False
    # It may have become known just now: its notice gets its time.
    return ours.updated_at <= now - REACHES_BALANCE_WITHIN


def of_disputes(ours: Charge, booked: Set[str], there: Intent, *, now: datetime) -> Sequence[Drift]:
    """Compare a payment's disputes: what our book lacks, its notices were lost.

    `booked` are the ids of what we know that banks took and gave back.
    """
    if not there.disputes or any(one.opened_at > now - QUIET_FOR for one in there.disputes):
        return []  # No money was taken, or the notice gets its time.
    if ours.state is _S.DISPUTED and ours.lease_until is not None and ours.lease_until > now:
        return []  # `wish recover` asks when the lease has run out.
    is_known = {one.id for dispute in there.disputes for one in dispute.takings} <= booked
    if any(dispute.is_open for dispute in there.disputes):
        is_settled = ours.state in {_S.DISPUTED, _S.LOST, *_GONE}
    else:
        is_settled = ours.state is not _S.DISPUTED
    if is_known and is_settled:
        taken = sum(
            one.amount.amount_minor for dispute in there.disputes for one in dispute.takings
        )
        if ours.state in _GONE and taken < ours.lost_minor:
            # The rest went back before; what came now is the giver's, and nobody sends it.
            owed = Money(ours.lost_minor - taken, ours.currency)
            return [drift("a bank gave back, owed", ours.id, owed)]
        return []
    detail = ", ".join([*(str(dispute.status) for dispute in there.disputes), ours.state])
    if booked:
        return [drift("dispute in another state", ours.id, detail)]
    return [drift("disputed, unheard of", ours.id, detail)]


def of_refunds(
    ours: Charge,
    rows: Sequence[Returned],
    there: Sequence[RefundAtProvider],
    *,
    now: datetime,
) -> Sequence[Drift]:
    """Compare the refunds of one payment."""
    live = [refund for refund in there if refund.status.is_live]
    whole = sum(refund.amount.amount_minor for refund in live)
    if ours.state is _S.REFUNDED and whole == ours.amount_minor - ours.lost_minor:
        return []  # Also where a part of it was given back at Stripe itself.
    is_leased = ours.lease_until is not None and ours.lease_until > now
    if is_leased and ours.state is _S.REFUNDING:
        return []  # Somebody is sending it at this moment.
    states = {row.provider_id: row.state for row in rows}
    drifts = [
        drift("refund without row", ours.id, refund.id)
        for refund in live
        if refund.id not in states
    ]
    drifts += [
        drift("refund in another state", ours.id, f"{refund.status}, {states[refund.id]}")
        for refund in there
        if refund.id in states and not _agree(states[refund.id], refund.status)
    ]
    if len(live) > 1:
        drifts.append(drift("two live refunds", ours.id, ours.intent_id))
    return drifts


def _agree(state: RefundState, status: RefundStatus) -> bool:
    """Say whether a refund is where Stripe has it; one that Stripe works at is asked about."""
    match state:
        case RefundState.SUCCEEDED:
            return status is RefundStatus.SUCCEEDED
        case RefundState.FAILED:
            return not status.is_live
        case RefundState.REQUESTED | RefundState.PENDING:
            return True


async def charge_of(intent_id: str) -> Charge:
    """Return the charge of an intent that a pledge of ours has."""
    found = await db.fetch_one(Charge, _CHARGE + "WHERE intent_id = :intent", intent=intent_id)
    assert found is not None, "Pledges are never deleted, and keep their intent."
    return found


async def takings_of(pledge_id: UUID) -> Set[str]:
    """Return the ids of what banks took of a pledge, and gave back, as our book has them."""
    rows = await db.rows(
        """
        SELECT movement FROM ledger_entry
        WHERE subject_id = :pledge AND account = 'disputes' AND movement LIKE 'dispute:%'
        """,
        pledge=pledge_id,
    )
    return {str(row["movement"]).removeprefix("dispute:") for row in rows}


_CHARGE: Final = """
    SELECT id, intent_id, amount_minor, currency, state, updated_at, lease_until,
           EXISTS (SELECT 1 FROM ledger_entry WHERE ledger_entry.subject_id = pledge.id
                   AND movement = 'fee:' || CAST(pledge.id AS TEXT)) AS is_fee_booked,
           CAST(COALESCE((SELECT SUM(ledger_entry.amount_minor) FROM ledger_entry
                          WHERE ledger_entry.subject_id = pledge.id AND account = 'givers'
                            AND movement LIKE 'dispute_lost:%'), 0) AS BIGINT) AS lost_minor
    FROM pledge
"""
CHARGES_SINCE: Final = (
    _CHARGE
    + """
    WHERE intent_id IS NOT NULL AND created_at >= :since AND paid_at IS NOT NULL ORDER BY id
    """
)
_REFUND: Final = """
    SELECT refund.pledge_id, pledge.intent_id, refund.provider_id, refund.state
    FROM refund JOIN pledge ON pledge.id = refund.pledge_id
    WHERE refund.provider_id IS NOT NULL
"""
REFUNDS_OF: Final = _REFUND + "AND pledge.intent_id = :intent"
DISPUTED: Final = """
    SELECT pledge.intent_id FROM pledge JOIN ledger_entry ON ledger_entry.subject_id = pledge.id
    WHERE ledger_entry.account = 'disputes'
    GROUP BY pledge.id, pledge.intent_id
    HAVING SUM(ledger_entry.amount_minor) <> 0 OR MAX(ledger_entry.created_at) >= :since
    ORDER BY pledge.id
"""
"""The intents of which banks have something, as far as we know, or moved something since then."""
GIVEN_BACK_SINCE: Final = (
    _REFUND + "AND refund.state = 'succeeded' AND refund.created_at >= :since ORDER BY refund.id"
)
