"""Reconciliation by one process at a time."""

from typing import Final

from wishcli import moments, progress, runtime
from wishcli.runtime import Session
from wishcore import db, reconciliation
from wishcore.reconciliation import Reconciled

LEASE: Final = "reconcile"


def run(*, since: str, apply: bool) -> Reconciled:
    """Compare our books with Stripe's.

    Raises:
        BadMoment: nobody knows since when.
        JobIsRunning: another process does so.
        PaymentsUnavailable: the comparison is not complete.
    """
    with progress.shown("reconcile") as advance:

        async def compare(session: Session) -> Reconciled:
            start = moments.ago(since, now=session.now)
            async with db.leased(LEASE, clock=session.clock) as keep:
                return await reconciliation.reconcile(
                    payments=session.integrations.payments,
                    since=start,
                    apply=apply,
                    clock=session.clock,
                    progress=advance,
                    keep=keep,
                )

        return runtime.run(compare)
