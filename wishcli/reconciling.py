"""Reconciliation by one process at a time."""

from wishcli import moments, progress, runtime
from wishcli.runtime import Session
from wishcore import db, reconciliation
from wishcore.ids import new_id
from wishcore.reconciliation import Reconciled

LEASE: str = "reconcile"


def run(*, since: str, apply: bool) -> Reconciled:
    """Compare our books with Stripe's.

    Raises:
        BadMoment: nobody knows since when.
        JobIsRunning: another process does so.
        PaymentsUnavailable: the comparison is not complete.
    """
    with progress.shown("reconcile") as advance:

        async def compare(session: Session) -> Reconciled:
            holder_id = new_id()
            start = moments.ago(since, now=session.now)
            await db.take_lease(LEASE, holder_id=holder_id, now=session.now)
            try:
                return await reconciliation.reconcile(
                    payments=session.integrations.payments,
                    since=start,
                    apply=apply,
                    now=session.now,
                    progress=advance,
                )
            finally:
                await db.return_lease(LEASE, holder_id=holder_id)

        return runtime.run(compare)
