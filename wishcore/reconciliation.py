"""Our book against Stripe's. Stripe's truth is adopted where it can be; no money is moved.

Givers, jobs and Stripe go on while this reads, and lists are old when they have been read. So a
difference in a list is only a reason to look: both sides of that one payment are read again, and
what still differs, though nobody works at it, is reported.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from wishcore import db, pledges, refunds
from wishcore.closing import Progress
from wishcore.payments import (
    Intent,
    IntentStatus,
    PaymentGateway,
    PaymentRefused,
    RefundAtProvider,
    RefundStatus,
)
from wishcore.pledges.models import IN_FLIGHT, PledgeState
from wishcore.pledges.recovery import QUIET_FOR
from wishcore.refunds.models import RefundState

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


class Drift(msgspec.Struct, frozen=True, kw_only=True):
    """A difference between the two books."""

    kind: str
    what: str
    detail: str


class Reconciled(msgspec.Struct, frozen=True, kw_only=True):
    """What was compared, and what differed."""

    intents: int
    refunds: int
    drifts: tuple[Drift, ...]


class _Ours(msgspec.Struct, frozen=True, kw_only=True):
    """A charge as our book has it."""

    id: UUID
    intent_id: str
    amount_minor: int
    currency: str
    state: PledgeState
    updated_at: datetime
    lease_until: datetime | None
    is_fee_booked: bool


class _Refund(msgspec.Struct, frozen=True, kw_only=True):
    pledge_id: UUID
    intent_id: str
    provider_id: str
    state: RefundState


class _Owed(msgspec.Struct, frozen=True, kw_only=True):
    currency: str
    amount_minor: int


async def reconcile(
    *,
    payments: PaymentGateway,
    since: datetime,
    apply: bool,
    clock: Callable[[], datetime],
    progress: Progress,
    keep: Callable[[], Awaitable[None]],
) -> Reconciled:
    """Compare every payment and refund since then, by Stripe's lists.

    With `apply`, what Stripe says of a payment or refund is adopted before the comparison. Orphans
    (an unconfirmed intent of a process that died) are no drift: they move no money. `keep` is
    called all the time, so that whoever holds a lease can prolong it.

    Raises:
        PaymentsUnavailable: the comparison is not complete.
    """
    run = _Run(payments, apply=apply, clock=clock)
    drifts: list[Drift] = []
    seen: set[str] = set()
    async for intent in payments.intents_since(since):
        seen.add(intent.id)
        drifts += await run.compare_intent(intent)
        progress()
        await keep()
    by_intent: dict[str, list[RefundAtProvider]] = {}
    async for refund in payments.refunds_since(since):
        by_intent.setdefault(refund.intent_id, []).append(refund)
        progress()
        await keep()
    for intent_id, found in by_intent.items():
        drifts += await run.compare_refunds(intent_id, found)
        await keep()
    for charge in await db.fetch_all(_Ours, _CHARGES_SINCE, since=since):
        if charge.intent_id not in seen:
            drifts += await run.find_charge(charge)
            await keep()
    given_back = {refund.id for found in by_intent.values() for refund in found}
    for gone in await db.fetch_all(_Refund, _GIVEN_BACK_SINCE, since=since):
        if gone.provider_id not in given_back:
            drifts += await run.find_refund(gone)
            await keep()
    drifts += await run.compare_balance()
    return Reconciled(intents=len(seen), refunds=len(given_back), drifts=tuple(drifts))


class _Run:
    """One reconciliation, and what it needs."""

    def __init__(
        self, payments: PaymentGateway, *, apply: bool, clock: Callable[[], datetime]
    ) -> None:
        self._payments = payments
        self._apply = apply
        self._clock = clock

    async def compare_intent(self, listed: Intent) -> Sequence[Drift]:
        """Compare a payment of Stripe's list with its pledge."""
        pledge_id = await pledges.find_pledge_of(listed.id)
        if pledge_id is None:
            if listed.status in {IntentStatus.SUCCEEDED, IntentStatus.PROCESSING}:
                return [_drift("charge without pledge", listed.id, listed.amount)]
            return []
        if self._apply:
            await pledges.refresh_pledge(pledge_id, payments=self._payments, now=self._clock())
        if not await self._differences(listed):
            return []
        return await self._differences(await self._payments.get_intent(listed.id))

    async def compare_refunds(
        self, intent_id: str, listed: Sequence[RefundAtProvider]
    ) -> Sequence[Drift]:
        """Compare the refunds of one payment in Stripe's list with those of its pledge."""
        pledge_id = await pledges.find_pledge_of(intent_id)
        if pledge_id is None:
            return [_drift("refund without pledge", refund.id, intent_id) for refund in listed]
        if self._apply:
            await refunds.refresh_refund(pledge_id, payments=self._payments, now=self._clock())
        if not await self._refund_differences(intent_id, listed):
            return []
        there = await self._payments.refunds_of(intent_id)
        return await self._refund_differences(intent_id, there)

    async def find_charge(self, ours: _Ours) -> Sequence[Drift]:
        """Look for a charge of ours that Stripe's list lacks.

        It may have been made after the list was read, or by another clock.
        """
        try:
            await self._payments.get_intent(ours.intent_id)
        except PaymentRefused as refused:
            if not refused.is_unknown:
                raise
            return [_drift("paid here, unknown there", ours.id, ours.intent_id)]
        return []

    async def find_refund(self, ours: _Refund) -> Sequence[Drift]:
        """Look for a refund of ours that Stripe's list lacks."""
        try:
            found = await self._payments.refunds_of(ours.intent_id)
        except PaymentRefused as refused:
            if not refused.is_unknown:
                raise
            found = []
        if any(refund.id == ours.provider_id for refund in found):
            return []
        return [_drift("refunded here, unknown there", ours.pledge_id, ours.provider_id)]

    async def compare_balance(self) -> Sequence[Drift]:
        """Return currencies in which Stripe holds less than what may have to go back."""
        # Only pledges that have rested since before the balance is read, and still do: all of
        # their money is in it. What is charged or refunded at this moment is not counted.
        before = self._clock() - QUIET_FOR
        there = await self._payments.available_balance()
        return [
            _drift(
                "balance too low for refunds",
                owed.currency,
                f"{there.get(owed.currency, 0)}, {owed.amount_minor}",
            )
            for owed in await db.fetch_all(_Owed, _OWED, before=before)
            if there.get(owed.currency, 0) < owed.amount_minor
        ]

    async def _differences(self, there: Intent) -> Sequence[Drift]:
        # Ours is read after Stripe's: what came here in between was with Stripe before.
        return _differences(await _charge_of(there.id), there, now=self._clock())

    async def _refund_differences(
        self, intent_id: str, there: Sequence[RefundAtProvider]
    ) -> Sequence[Drift]:
        rows = await db.fetch_all(_Refund, _REFUNDS_OF, intent=intent_id)
        ours = await _charge_of(intent_id)
        return _refund_differences(ours, rows, there, now=self._clock())


def _differences(ours: _Ours, there: Intent, *, now: datetime) -> Sequence[Drift]:
    drifts = []
    is_charged = there.status is IntentStatus.SUCCEEDED
    if is_charged and ours.state in IN_FLIGHT:
        # Whoever confirms it, and the notice of a challenge that was just met, get their time.
        if max(ours.updated_at, there.charged_at or ours.updated_at) <= now - QUIET_FOR:
            drifts.append(_drift("charged, not settled yet", ours.id, ours.state))
    elif is_charged and ours.state not in _CHARGED:
        drifts.append(_drift("charged, but not here", ours.id, ours.state))
    elif not is_charged and ours.state in _CHARGED:
        drifts.append(_drift("paid here, not charged", ours.id, there.status))
    elif is_charged and there.fee is not None and there.fee.amount_minor and not ours.is_fee_booked:
        drifts.append(_drift("fee not booked", ours.id, there.fee))
    if (there.amount.amount_minor, there.amount.currency) != (ours.amount_minor, ours.currency):
        detail = f"{there.amount}, {ours.amount_minor} {ours.currency}"
        drifts.append(_drift("another amount", ours.id, detail))
    if there.pledge_id != str(ours.id):
        drifts.append(_drift("another pledge in its metadata", there.id, there.pledge_id))
    return drifts


def _refund_differences(
    ours: _Ours,
    rows: Sequence[_Refund],
    there: Sequence[RefundAtProvider],
    *,
    now: datetime,
) -> Sequence[Drift]:
    live = [refund for refund in there if refund.status.is_live]
    whole = sum(refund.amount.amount_minor for refund in live)
    if ours.state is _S.REFUNDED and whole == ours.amount_minor:
        return []  # Also where a part of it was given back at Stripe itself.
    if ours.lease_until is not None and ours.lease_until > now:
        return []  # Somebody is sending it at this moment.
    states = {row.provider_id: row.state for row in rows}
    drifts = [
        _drift("refund without row", ours.id, refund.id)
        for refund in live
        if refund.id not in states
    ]
    drifts += [
        _drift("refund in another state", ours.id, f"{refund.status}, {states[refund.id]}")
        for refund in there
        if refund.id in states and not _agree(states[refund.id], refund.status)
    ]
    if len(live) > 1:
        drifts.append(_drift("two live refunds", ours.id, ours.intent_id))
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


_CHARGE: Final = """
    SELECT id, intent_id, amount_minor, currency, state, updated_at, lease_until,
           EXISTS (SELECT 1 FROM ledger_entry WHERE ledger_entry.subject_id = pledge.id
                   AND movement = 'fee:' || CAST(pledge.id AS TEXT)) AS is_fee_booked
    FROM pledge
"""
_CHARGES_SINCE: Final = (
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
_REFUNDS_OF: Final = _REFUND + "AND pledge.intent_id = :intent"
_GIVEN_BACK_SINCE: Final = (
    _REFUND + "AND refund.state = 'succeeded' AND refund.created_at >= :since ORDER BY refund.id"
)
_OWED: Final = """
    SELECT ledger_entry.currency, CAST(SUM(ledger_entry.amount_minor) AS BIGINT) AS amount_minor
    FROM ledger_entry JOIN pledge ON pledge.id = ledger_entry.subject_id
    JOIN funding ON funding.item_id = pledge.item_id
    WHERE ledger_entry.account = 'stripe' AND pledge.updated_at <= :before
      AND (pledge.state = 'refund_due'
           OR (pledge.state = 'paid' AND funding.state <> 'reserved'))
    GROUP BY ledger_entry.currency ORDER BY ledger_entry.currency
"""
"""What Stripe was paid for pledges that may have to go back, without the fee that it kept."""


async def _charge_of(intent_id: str) -> _Ours:
    found = await db.fetch_one(_Ours, _CHARGE + "WHERE intent_id = :intent", intent=intent_id)
    assert found is not None, "Pledges are never deleted, and keep their intent."
    return found


def _drift(kind: str, what: object, detail: object) -> Drift:
    return Drift(kind=kind, what=str(what), detail=str(detail))
