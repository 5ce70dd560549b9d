"""Acting upon Stripe's notices: each is a hint to read a payment and its refunds again."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from wishcore import payments as inbox
from wishcore import pledges, refunds
from wishcore.bugs import Bugs
from wishcore.payments import DueNotice, PaymentGateway, PaymentRefused, PaymentsUnavailable
from wishcore.pledges.models import PledgeState
from wishcore.pledges.steps import find_pledge

CLAIM: Final = 3
"""So few notices are claimed: if Stripe is silent about all of them, the rest keeps its tries."""


class RefusedPledge(msgspec.Struct, frozen=True, kw_only=True):
    """A pledge whose payment Stripe does not know, or will not show: a thing for a person."""

    pledge_id: UUID
    code: str
    """Stripe's word for the reason."""


@dataclass(slots=True, kw_only=True)
class ForPeople:
    """What only a person can end, kept from the moment at which a job comes upon it.

    Most of it is told once. So whoever runs the job hands this in, and can name what it holds
    however the job ends: done, with a bug in another pledge, without its database, by a signal.
    """

    refused: list[RefusedPledge] = field(default_factory=list)
    """They are tried again: the key may be that of another account."""
    failed: list[UUID] = field(default_factory=list)
    """Pledges whose refund has failed: nobody tries it again but an operator."""


class Acted(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the notices."""

    ended: int
    waiting: int
    """Nobody answered: they are tried again."""


async def act_on_notices(
    *, payments: PaymentGateway, clock: Callable[[], datetime], for_people: ForPeople
) -> Acted:
    """Act upon the stored notices that are due.

    A notice that cannot be acted upon now is tried again later.
    """
    ended, waiting, bugs = 0, 0, Bugs()
    met: set[str] = set()
    while notices := await inbox.claim_notices(limit=CLAIM, now=clock()):
        silences = 0
        for notice in notices:
            with bugs.of(notice.id):
                try:
                    ended += await _act(notice, payments, clock(), for_people)
                except PaymentsUnavailable:
                    silences += 1
        waiting += silences
        is_over = met >= {notice.id for notice in notices}
        met |= {notice.id for notice in notices}
        if is_over or silences == len(notices):
            break  # These were tried, or nobody answers: the rest keeps until the next run.
    bugs.raise_if_any()
    return Acted(ended=ended, waiting=waiting)


async def _act(
    notice: DueNotice, payments: PaymentGateway, now: datetime, for_people: ForPeople
) -> bool:
    """Read again what the notice is about; say whether that is done."""
    outcome = "ignored"
    if notice.intent_id is not None:
        pledge_id = await pledges.find_pledge_of(notice.intent_id)
        before = await find_pledge(pledge_id) if pledge_id is not None else None
        # An unknown payment may be one whose id is being stored just now: reconcile shows it.
        outcome = "unknown"
        if before is not None:
            try:
                await pledges.refresh_pledge(before.id, payments=payments, now=now)
                state = await refunds.refresh_refund(before.id, payments=payments, now=now)
            except PaymentRefused as refusal:
                for_people.refused.append(RefusedPledge(pledge_id=before.id, code=refusal.code))
                return False
            outcome = "done"
            if state is PledgeState.REFUND_FAILED and before.state is not state:
                for_people.failed.append(before.id)
    await inbox.end_notice(notice.id, outcome=outcome, now=now)
    return True
