"""Acting upon Stripe's notices: each is a hint to read a payment and its refunds again."""

from datetime import datetime
from typing import Final

from wishcore import payments as inbox
from wishcore import pledges, refunds
from wishcore.bugs import Bugs
from wishcore.payments import DueNotice, PaymentGateway, PaymentRefused, PaymentsUnavailable

BATCH: Final = 50


async def act_on_notices(*, payments: PaymentGateway, now: datetime) -> tuple[int, int]:
    """Act upon the stored notices that are due; return how many were ended, and how many wait.

    A notice that cannot be acted upon now is tried again later.
    """
    ended, waiting, bugs = 0, 0, Bugs()
    while notices := await inbox.claim_notices(limit=BATCH, now=now):
        answered = 0
        for notice in notices:
            with bugs.of(notice.id):
                answered += await _act(notice, payments, now)
        ended += answered
        waiting += len(notices) - answered
        if not answered:
            break  # Nobody answers: the rest keeps until the next run.
    bugs.raise_if_any()
    return ended, waiting


async def _act(notice: DueNotice, payments: PaymentGateway, now: datetime) -> bool:
    outcome = "ignored"
    if notice.intent_id is not None:
        pledge_id = await pledges.find_pledge_of(notice.intent_id)
        # An unknown payment may be one whose id is being stored just now: reconcile shows it.
        outcome = "unknown"
        if pledge_id is not None:
            try:
                await pledges.refresh_pledge(pledge_id, payments=payments, now=now)
                await refunds.refresh_refund(pledge_id, payments=payments, now=now)
            except (PaymentsUnavailable, PaymentRefused):
                return False
            outcome = "done"
    await inbox.end_notice(notice.id, outcome=outcome, now=now)
    return True
