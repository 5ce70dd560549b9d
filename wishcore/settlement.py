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
from wishcore.pledges.models import PledgeState
from wishcore.pledges.steps import find_pledge

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
    failed: tuple[UUID, ...]
    """Pledges whose refund is told to have failed: a thing for a person, and told once."""


async def act_on_notices(*, payments: PaymentGateway, clock: Callable[[], datetime]) -> Acted:
    """Act upon the stored notices that are due.

    A notice that cannot be acted upon now is tried again later.
    """
    ended, waiting, bugs = 0, 0, Bugs()
    refused: list[RefusedPledge] = []
    failed: list[UUID] = []
    while notices := await inbox.claim_notices(limit=BATCH, now=clock()):
        answered = 0
        for notice in notices:
            with bugs.of(notice.id):
                match await _act(notice, payments, clock()):
                    case RefusedPledge() as refusal:
                        refused.append(refusal)
                    case UUID() as pledge_id:
                        failed.append(pledge_id)
                        answered += 1
                    case is_ended:
                        answered += is_ended
                        waiting += not is_ended
        ended += answered
        if not answered:
            break  # Nobody answers: the rest keeps until the next run.
    bugs.raise_if_any()
    return Acted(ended=ended, waiting=waiting, refused=tuple(refused), failed=tuple(failed))


async def _act(
    notice: DueNotice, payments: PaymentGateway, now: datetime
) -> bool | RefusedPledge | UUID:
    """Read again what the notice is about; say whether that is done.

    If it is done, and the pledge's refund turns out to have failed, say of which pledge.
    """
    outcome, failed = "ignored", None
    if notice.intent_id is not None:
        pledge_id = await pledges.find_pledge_of(notice.intent_id)
        before = await find_pledge(pledge_id) if pledge_id is not None else None
        # An unknown payment may be one whose id is being stored just now: reconcile shows it.
        outcome = "unknown"
        if before is not None:
            try:
                await pledges.refresh_pledge(before.id, payments=payments, now=now)
                state = await refunds.refresh_refund(before.id, payments=payments, now=now)
            except PaymentsUnavailable:
                return False
            except PaymentRefused as refusal:
                return RefusedPledge(pledge_id=before.id, code=refusal.code)
            outcome = "done"
            if state is PledgeState.REFUND_FAILED and before.state is not state:
                failed = before.id
    await inbox.end_notice(notice.id, outcome=outcome, now=now)
    return failed or True
