"""Our book against Stripe's. Stripe's truth is adopted where it can be; no money is moved.

Givers, jobs and Stripe go on while this reads, and lists are old when they have been read. So a
difference in a list is only a reason to look: both sides of that one payment are read again, and
what still differs, though nobody works at it, is reported.
"""

from collections.abc import Awaitable, Callable, Sequence, Set
from datetime import datetime, timedelta
from typing import Final, Protocol
from uuid import UUID

import msgspec

from wishcore import db, pledges, refunds
from wishcore.closing import Progress
from wishcore.payments import (
    Intent,
    IntentStatus,
    PaymentGateway,
    PaymentRefused,
    PaymentsUnavailable,
    RefundAtProvider,
    Unreadable,
)
from wishcore.pledges.models import PledgeState
from wishcore.pledges.recovery import QUIET_FOR
from wishcore.pledges.steps import read_pledge
from wishcore.reconciliation import differences
from wishcore.reconciliation.differences import (
    REACHES_BALANCE_WITHIN,
    Charge,
    Drift,
    Returned,
    charge_of,
    drift,
    unreadable,
)
from wishcore.settlement import ForPeople

DISPUTES_CHANGE_FOR: Final = timedelta(days=365)
"""How long a dispute that is over is compared: banks decide the other way after all, and a charge
may be disputed again."""
_TAKEN: Final = frozenset({IntentStatus.SUCCEEDED, IntentStatus.PROCESSING})
_CONFIRMED: Final = _TAKEN | {IntentStatus.REQUIRES_ACTION}
"""Somebody has asked Stripe for the money; before, an intent moves none."""


class _Refresh(Protocol):
    """Asks Stripe about a pledge, and writes down what it says."""

    async def __call__(
        self, pledge_id: UUID, *, payments: PaymentGateway, now: datetime
    ) -> object: ...


class _Owed(msgspec.Struct, frozen=True, kw_only=True):
    currency: str
    amount_minor: int
    ahead_minor: int
    """What went back, or was disputed, before its charge had reached the balance."""


class Reconciled(msgspec.Struct, frozen=True, kw_only=True):
    """What was compared, and what differed."""

    intents: int
    refunds: int
    drifts: tuple[Drift, ...]
    failed: tuple[UUID, ...] = ()
    """Pledges whose refund has failed, as was adopted: nobody tries them again but an operator."""


async def reconcile(
    *,
    payments: PaymentGateway,
    since: datetime,
    apply: bool,
    clock: Callable[[], datetime],
    progress: Progress,
    keep: Callable[[], Awaitable[None]],
    for_people: ForPeople | None = None,
) -> Reconciled:
    """Compare every payment, refund and dispute since then, by Stripe's lists.

    Disputes come late: those of older payments are compared, too, and all that we know as open.
    With `apply`, what Stripe says of a payment or refund is adopted before the comparison. Orphans
    (an unconfirmed intent of a process that died) are no drift: they move no money. What cannot be
    read is one, and the rest is compared all the same. `keep` is called all the time, so that
    whoever holds a lease can prolong it. Refunds that turn out to have failed are in `for_people`,
    too, also when this raises.

    Raises:
        PaymentsUnavailable: the comparison is not complete.
    """
    for_people = for_people or ForPeople()
    run = _Run(payments, apply=apply, clock=clock, for_people=for_people)
    drifts: list[Drift] = []
    seen: set[str] = set()
    async for intent in payments.intents_since(since):
        seen.add(intent.id)
        drifts += await run.named(intent.id, run.compare_intent(intent))
        progress()
        await keep()
    listed: list[RefundAtProvider | Unreadable] = []
    async for refund in payments.refunds_since(since):
        listed.append(refund)
        progress()
        await keep()
    drifts += await run.compare_refunds(listed, keep)
    given_back = {refund.id for refund in listed}
    drifts += await run.find_missing(since, seen | given_back, keep)
    drifts += await run.compare_disputes(since, keep)
    drifts += await run.compare_balance()
    return Reconciled(
        intents=len(seen),
        refunds=len(given_back),
        drifts=tuple(drifts),
        failed=tuple(for_people.failed),
    )


class _Run:
    """One reconciliation, and what it needs."""

    def __init__(
        self,
        payments: PaymentGateway,
        *,
        apply: bool,
        clock: Callable[[], datetime],
        for_people: ForPeople,
    ) -> None:
        self._payments = payments
        self._apply = apply
        self._clock = clock
        self._for_people = for_people
        self._unreadable: set[str] = set()
        """Payments that are named as such, once."""

    async def named(self, intent_id: str, compared: Awaitable[Sequence[Drift]]) -> Sequence[Drift]:
        """Return what was compared of a payment, or that something of it cannot be read.

        That may be its refunds or disputes alone. A silent Stripe is another matter: it raises.
        """
        try:
            return await compared
        except PaymentsUnavailable as error:
            if not error.unreadable:
                raise
            if intent_id in self._unreadable:
                return []
            self._unreadable.add(intent_id)
            return [drift("cannot be read", intent_id, error.unreadable)]

    async def compare_intent(self, listed: Intent | Unreadable) -> Sequence[Drift]:
        """Compare a payment of Stripe's list with its pledge."""
        if isinstance(listed, Unreadable):
            self._unreadable.add(listed.id)
            return [unreadable(listed)]
        pledge_id = await pledges.find_pledge_of(listed.id)
        if pledge_id is None:
            return await self._compare_stray(listed)
        await self._adopt(pledges.refresh_pledge, pledge_id)
        if not await self._differences(listed):
            return []
        return await self._differences(await self._payments.get_intent(listed.id))

    async def _compare_stray(self, listed: Intent) -> Sequence[Drift]:
        """Compare a payment that no pledge has: lost with its pledge, or by a restored backup."""
        if listed.status not in _CONFIRMED:
            return []
        pledge = await pledges.find_named_pledge(listed)
        if pledge is None:
            is_taken = listed.status in _TAKEN
            return [drift("charge without pledge", listed.id, listed.amount)] if is_taken else []
        if self._apply and await pledges.adopt_intent(pledge, listed, now=self._clock()):
            return await self.compare_intent(listed)
        return [
            drift("charge that its pledge lacks", listed.id, f"pledge {pledge.id}, {pledge.state}")
        ]

    async def compare_refunds(
        self,
        listed: Sequence[RefundAtProvider | Unreadable],
        keep: Callable[[], Awaitable[None]],
    ) -> Sequence[Drift]:
        """Compare the refunds in Stripe's list with ours, payment by payment."""
        drifts: list[Drift] = []
        by_intent: dict[str, list[RefundAtProvider]] = {}
        for refund in listed:
            if isinstance(refund, Unreadable):
                drifts.append(unreadable(refund))
            else:
                by_intent.setdefault(refund.intent_id, []).append(refund)
        for intent_id, found in by_intent.items():
            drifts += await self.named(intent_id, self._compare_refunds_of(intent_id, found))
            await keep()
        return drifts

    async def _compare_refunds_of(
        self, intent_id: str, listed: Sequence[RefundAtProvider]
    ) -> Sequence[Drift]:
        """Compare the refunds of one payment in Stripe's list with those of its pledge."""
        pledge_id = await pledges.find_pledge_of(intent_id)
        if pledge_id is None:
            return [drift("refund without pledge", refund.id, intent_id) for refund in listed]
        await self._adopt(refunds.refresh_refund, pledge_id)
        if not await self._refund_differences(intent_id, listed):
            return []
        there = await self._payments.refunds_of(intent_id)
        if self._apply:
            await refunds.adopt_refund(pledge_id, there, now=self._clock())
        return await self._refund_differences(intent_id, there)

    async def compare_disputes(
        self, since: datetime, keep: Callable[[], Awaitable[None]]
    ) -> Sequence[Drift]:
        """Compare the payments disputed since then, and those of which a bank has something.

        Also those whose dispute moved money in the last year: its end may change.
        """
        drifts: list[Drift] = []
        disputed: set[str] = set()
        async for found in self._payments.disputes_since(since):
            if isinstance(found, Unreadable):
                drifts.append(unreadable(found))
            else:
                disputed.add(found)
        moved_since = min(since, self._clock() - DISPUTES_CHANGE_FOR)
        known = await db.rows(differences.DISPUTED, since=moved_since)
        disputed |= {str(row["intent_id"]) for row in known}
        for intent_id in sorted(disputed):
            drifts += await self.named(intent_id, self._compare_dispute(intent_id))
            await keep()
        return drifts

    async def _compare_dispute(self, intent_id: str) -> Sequence[Drift]:
        pledge_id = await pledges.find_pledge_of(intent_id)
        if pledge_id is None:
            return [drift("dispute without pledge", intent_id, "")]
        try:
            await self._adopt(pledges.refresh_pledge, pledge_id)
            await self._adopt(refunds.refresh_refund, pledge_id)
            # The bank, or a job of ours, may have moved on between the two reads.
            return await self._dispute_differences(pledge_id, intent_id) and (
                await self._dispute_differences(pledge_id, intent_id)
            )
        except PaymentRefused as refused:
            if not refused.is_unknown:
                raise
            return [drift("disputed here, unknown there", pledge_id, intent_id)]

    async def find_missing(
        self, since: datetime, listed: Set[str], keep: Callable[[], Awaitable[None]]
    ) -> Sequence[Drift]:
        """Look for charges and refunds of ours since then that Stripe's lists lack."""
        drifts: list[Drift] = []
        for charge in await db.fetch_all(Charge, differences.CHARGES_SINCE, since=since):
            if charge.intent_id not in listed:
                drifts += await self.named(charge.intent_id, self._find_charge(charge))
                await keep()
        for gone in await db.fetch_all(Returned, differences.GIVEN_BACK_SINCE, since=since):
            if gone.provider_id not in listed:
                drifts += await self.named(gone.intent_id, self._find_refund(gone))
                await keep()
        return drifts

    async def _find_charge(self, ours: Charge) -> Sequence[Drift]:
        """Look for a charge of ours that Stripe's list lacks.

        It may have been made after the list was read, or by another clock.
        """
        try:
            await self._payments.get_intent(ours.intent_id)
        except PaymentRefused as refused:
            if not refused.is_unknown:
                raise
            return [drift("paid here, unknown there", ours.id, ours.intent_id)]
        return []

    async def _find_refund(self, ours: Returned) -> Sequence[Drift]:
        """Look for a refund of ours that Stripe's list lacks."""
        try:
            found = await self._payments.refunds_of(ours.intent_id)
        except PaymentRefused as refused:
            if not refused.is_unknown:
                raise
            found = []
        if any(refund.id == ours.provider_id for refund in found):
            return []
        return [drift("refunded here, unknown there", ours.pledge_id, ours.provider_id)]

    async def compare_balance(self) -> Sequence[Drift]:
        """Return currencies in which Stripe holds less than what may have to go back."""
        # Only pledges that have rested since before the balance is read, and still do: all of
        # their money is in it. What is charged or refunded at this moment is not counted.
        now = self._clock()
        there = await self._payments.available_balance()
        found = await db.fetch_all(
            _Owed, _OWED, before=now - QUIET_FOR, charged_before=now - REACHES_BALANCE_WITHIN
        )
        return [
            drift(
                "balance too low for refunds",
                owed.currency,
                f"{there.get(owed.currency, 0) + owed.ahead_minor}, {owed.amount_minor}",
            )
            for owed in found
            if owed.amount_minor
            and there.get(owed.currency, 0) + owed.ahead_minor < owed.amount_minor
        ]

    async def _adopt(self, refresh: _Refresh, pledge_id: UUID) -> None:
        """Bring here what Stripe says of a pledge, if that is wanted."""
        if not self._apply:
            return
        before = await read_pledge(pledge_id)
        await refresh(pledge_id, payments=self._payments, now=self._clock())
        after = await read_pledge(pledge_id)
        if after.state is PledgeState.REFUND_FAILED and before.state is not after.state:
            self._for_people.failed.append(pledge_id)

    async def _differences(self, there: Intent) -> Sequence[Drift]:
        # Ours is read after Stripe's: what came here in between was with Stripe before.
        return differences.of_payment(await charge_of(there.id), there, now=self._clock())

    async def _dispute_differences(self, pledge_id: UUID, intent_id: str) -> Sequence[Drift]:
        there = await self._payments.get_intent(intent_id)
        booked = await differences.takings_of(pledge_id)
        ours = await charge_of(intent_id)
        return differences.of_disputes(ours, booked, there, now=self._clock())

    async def _refund_differences(
        self, intent_id: str, there: Sequence[RefundAtProvider]
    ) -> Sequence[Drift]:
        rows = await db.fetch_all(Returned, differences.REFUNDS_OF, intent=intent_id)
        return differences.of_refunds(await charge_of(intent_id), rows, there, now=self._clock())


_OWED: Final = """
    WITH part AS (
        SELECT ledger_entry.currency, ledger_entry.amount_minor, pledge.state,
            ledger_entry.movement = 'charge:' || CAST(pledge.id AS TEXT) AS is_charge,
            pledge.updated_at <= :before
                AND (pledge.state = 'refund_due'
                     OR (pledge.state = 'paid' AND funding.state <> 'reserved')) AS is_owed,
            pledge.paid_at <= :charged_before
                OR EXISTS (SELECT 1 FROM ledger_entry AS fee
                           WHERE fee.subject_id = pledge.id AND fee.created_at <= :before
                               AND fee.movement = 'fee:' || CAST(pledge.id AS TEXT)) AS has_arrived
        FROM ledger_entry JOIN pledge ON pledge.id = ledger_entry.subject_id
        JOIN funding ON funding.item_id = pledge.item_id
        WHERE ledger_entry.account = 'stripe'
            AND (pledge.state IN ('paid', 'refund_due') OR pledge.paid_at > :charged_before)
    )
    SELECT currency,
        CAST(SUM(CASE WHEN has_arrived AND is_owed THEN amount_minor ELSE 0 END) AS BIGINT)
            AS amount_minor,
        CAST(SUM(CASE WHEN has_arrived THEN 0
                      WHEN NOT is_charge THEN -amount_minor
                      WHEN state IN ('refunding', 'refund_pending') THEN amount_minor
                      ELSE 0 END) AS BIGINT) AS ahead_minor
    FROM part GROUP BY currency ORDER BY currency
"""
"""What Stripe was paid for pledges that may have to go back, without the fee that it kept; and what
has left the balance, or may have, of charges that had not reached it when it was read."""
