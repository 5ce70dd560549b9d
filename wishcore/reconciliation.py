"""Our book against Stripe's. Stripe's truth is adopted where it can be; no money is moved."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

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
from wishcore.pledges.steps import PledgeRow, find_pledge, post_fee

_CHARGED: Final = frozenset(
    {
        PledgeState.PAID,
        PledgeState.REFUND_DUE,
        PledgeState.REFUNDING,
        PledgeState.REFUND_PENDING,
        PledgeState.REFUNDED,
        PledgeState.REFUND_FAILED,
        PledgeState.DISPUTED,
        PledgeState.LOST,
    }
)
_LIVE: Final = frozenset(
    {RefundStatus.SUCCEEDED, RefundStatus.PENDING, RefundStatus.REQUIRES_ACTION}
)


_EXPECTED: Final = """
    SELECT currency, CAST(SUM(amount_minor) AS BIGINT) AS amount_minor FROM (
        SELECT currency, amount_minor FROM ledger_entry WHERE account = 'stripe'
        UNION ALL
        SELECT currency, -amount_minor AS amount_minor FROM pledge
        WHERE state IN ('refund_due', 'refunding', 'refund_pending')
    ) AS movement GROUP BY currency ORDER BY currency
"""


class _Expected(msgspec.Struct, frozen=True, kw_only=True):
    currency: str
    amount_minor: int


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


async def reconcile(
    *, payments: PaymentGateway, since: datetime, apply: bool, now: datetime, progress: Progress
) -> Reconciled:
    """Compare every payment and refund since then, by Stripe's lists.

    With `apply`, what Stripe says of a payment or refund in progress is adopted, and missing fees
    are booked, before the comparison. Orphans (an unconfirmed intent of a process that died) are
    no drift: they move no money.

    Raises:
        PaymentsUnavailable: the comparison is not complete.
    """
    drifts: list[Drift] = []
    seen: set[str] = set()
    async for intent in payments.intents_since(since):
        seen.add(intent.id)
        drifts += await _compare_intent(intent, payments, apply=apply, now=now)
        progress()
    by_intent: dict[str, list[RefundAtProvider]] = {}
    async for refund in payments.refunds_since(since):
        by_intent.setdefault(refund.intent_id, []).append(refund)
        progress()
    for intent_id, found in by_intent.items():
        drifts += await _compare_refunds(intent_id, found, payments, apply=apply, now=now)
    drifts += await _missing_at_stripe(seen, since, payments)
    drifts += await _compare_balances(payments)
    return Reconciled(
        intents=len(seen),
        refunds=sum(len(found) for found in by_intent.values()),
        drifts=tuple(drifts),
    )


async def _compare_intent(
    intent: Intent, payments: PaymentGateway, *, apply: bool, now: datetime
) -> list[Drift]:
    pledge_id = await pledges.find_pledge_of(intent.id)
    if pledge_id is None:
        if intent.status in {IntentStatus.SUCCEEDED, IntentStatus.PROCESSING}:
            return [_drift("charge without pledge", intent.id, f"{intent.amount}")]
        return []
    if apply:
        await pledges.refresh_pledge(pledge_id, payments=payments, now=now)
    pledge = await find_pledge(pledge_id)
    assert pledge is not None, "Pledges are never deleted."
    if apply:
        await _book_fee(pledge, intent, now)
    return [
        *_compare_states(pledge, intent),
        *_compare_content(pledge, intent),
    ]


def _compare_states(pledge: PledgeRow, intent: Intent) -> list[Drift]:
    is_charged = intent.status is IntentStatus.SUCCEEDED
    if is_charged and pledge.state in IN_FLIGHT:
        return [_drift("charged, not settled yet", str(pledge.id), pledge.state)]
    if is_charged and pledge.state not in _CHARGED:
        return [_drift("charged, but not here", str(pledge.id), pledge.state)]
    if not is_charged and pledge.state in _CHARGED:
        return [_drift("paid here, not charged", str(pledge.id), intent.status)]
    return []


def _compare_content(pledge: PledgeRow, intent: Intent) -> list[Drift]:
    drifts = []
    if intent.amount != pledge.amount:
        drifts.append(_drift("another amount", str(pledge.id), f"{intent.amount}, {pledge.amount}"))
    if intent.pledge_id != str(pledge.id):
        drifts.append(_drift("another pledge in its metadata", intent.id, intent.pledge_id))
    return drifts


async def _compare_refunds(
    intent_id: str,
    found: Sequence[RefundAtProvider],
    payments: PaymentGateway,
    *,
    apply: bool,
    now: datetime,
) -> list[Drift]:
    pledge_id = await pledges.find_pledge_of(intent_id)
    if pledge_id is None:
        return [_drift("refund without pledge", refund.id, intent_id) for refund in found]
    if apply:
        await refunds.refresh_refund(pledge_id, payments=payments, now=now)
    known = await db.rows(
        "SELECT provider_id, state FROM refund WHERE pledge_id = :pledge", pledge=pledge_id
    )
    states = {str(row["provider_id"]): str(row["state"]) for row in known}
    pledge = await find_pledge(pledge_id)
    assert pledge is not None, "Pledges are never deleted."
    live = sum(one.amount.amount_minor for one in found if one.status in _LIVE)
    if pledge.state is PledgeState.REFUNDED and live == pledge.amount_minor:
        return []  # Also where a part of it was given back at Stripe itself.
    drifts = [
        _drift("refund without row", str(pledge_id), refund.id)
        for refund in found
        if refund.status in _LIVE and refund.id not in states
    ]
    drifts += [
        _drift("refund in another state", str(pledge_id), f"{refund.status}, {states[refund.id]}")
        for refund in found
        if refund.id in states
        and (refund.status is RefundStatus.SUCCEEDED) != (states[refund.id] == "succeeded")
    ]
    if sum(refund.status in _LIVE for refund in found) > 1:
        drifts.append(_drift("two live refunds", str(pledge_id), intent_id))
    return drifts


async def _missing_at_stripe(
    seen: set[str], since: datetime, payments: PaymentGateway
) -> list[Drift]:
    """Return pledges that say they were charged lately by an intent that Stripe does not know."""
    rows = await db.rows(
        """
        SELECT id, intent_id FROM pledge
        WHERE intent_id IS NOT NULL AND created_at >= :since AND paid_at IS NOT NULL ORDER BY id
        """,
        since=since,
    )
    missing = []
    for row in rows:
        if row["intent_id"] in seen:
            continue
        try:
            # It may have been made after Stripe's list was read, or by another clock.
            await payments.get_intent(row["intent_id"])
        except PaymentRefused:
            missing.append(
                _drift("paid here, unknown there", str(row["id"]), str(row["intent_id"]))
            )
    return missing


async def _compare_balances(payments: PaymentGateway) -> list[Drift]:
    """Return currencies in which Stripe holds less than the ledger says.

    More is no drift: the operator may have topped the balance up. What is paid out is not in this
    ledger, so an operator who takes payouts reads this as "may have to be topped up".
    """
    # Ours first: what is charged in between is with Stripe before it is here. What goes back
    # leaves Stripe's balance before it leaves our ledger, so it is not expected there.
    ours = await db.fetch_all(_Expected, _EXPECTED)
    there = await payments.available_balance()
    return [
        _drift(
            "less at Stripe than booked",
            expected.currency,
            f"{there.get(expected.currency, 0)}, {expected.amount_minor}",
        )
        for expected in ours
        if there.get(expected.currency, 0) < expected.amount_minor
    ]


@db.transactional
async def _book_fee(pledge: PledgeRow, intent: Intent, now: datetime) -> None:
    """Book a fee that Stripe had not told yet when the charge was booked."""
    booked = await db.rows(
        "SELECT id FROM ledger_entry WHERE subject_id = :pledge AND movement = :fee",
        pledge=pledge.id,
        fee=f"fee:{pledge.id}",
    )
    if pledge.state in _CHARGED and not booked:
        await post_fee(pledge, intent.fee, now=now)


def _drift(kind: str, what: str, detail: str) -> Drift:
    return Drift(kind=kind, what=what, detail=detail)
