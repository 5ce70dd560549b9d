"""Acting upon Stripe's notices: each is a hint to read a payment and its refunds again."""

from collections.abc import Callable
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from wishcore import payments as inbox
from wishcore import pledges, refunds
from wishcore.bugs import Bugs
from wishcore.payments import DueNotice, PaymentGateway, PaymentRefused, PaymentsUnavailable

BATCH: Final = 50


class RefusedPledge(msgspec.Struct, frozen=True, kw_only=True):
    """A pledge whose payment Stripe does not know, or will not show: a thing for a person."""

    pledge_id: UUID
    code: str
    """Stripe's word for the reason."""


class Acted(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the notices."""

    ended: int
    waiting: int
    """Nobody answered: they are tried again."""
    refused: tuple[RefusedPledge, ...]
    """They are tried again, too: the key may be that of another account."""


async def act_on_notices(*, payments: PaymentGateway, clock: Callable[[], datetime]) -> Acted:
    """Act upon the stored notices that are due.

    A notice that cannot be acted upon now is tried again later.
    """
    ended, waiting, bugs = 0, 0, Bugs()
    refused: list[RefusedPledge] = []
    while notices := await inbox.claim_notices(limit=BATCH, now=clock()):
        answered = 0
        for notice in notices:
            with bugs.of(notice.id):
                match await _act(notice, payments, clock()):
                    case RefusedPledge() as refusal:
                        refused.append(refusal)
                    case is_ended:
                        answered += is_ended
                        waiting += not is_ended
        ended += answered
        if not answered:
            break  # Nobody answers: the rest keeps until the next run.
    bugs.raise_if_any()
    return Acted(ended=ended, waiting=waiting, refused=tuple(refused))


async def _act(notice: DueNotice, payments: PaymentGateway, now: datetime) -> bool | RefusedPledge:
    """Read again what the notice is about; say whether that is done."""
    outcome = "ignored"
    if notice.intent_id is not None:
        pledge_id = await pledges.find_pledge_of(notice.intent_id)
        # An unknown payment may be one whose id is being stored just now: reconcile shows it.
        outcome = "unknown"
        if pledge_id is not None:
            try:
                await pledges.refresh_pledge(pledge_id, payments=payments, now=now)
                await refunds.refresh_refund(pledge_id, payments=payments, now=now)
            except PaymentsUnavailable:
                return False
            except PaymentRefused as refusal:
                return RefusedPledge(pledge_id=pledge_id, code=refusal.code)
            outcome = "done"
    await inbox.end_notice(notice.id, outcome=outcome, now=now)
    return True
