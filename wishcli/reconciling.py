"""Reconciliation by one process at a time."""

from collections.abc import Callable
from typing import Final

from wishcli import moments, progress
from wishcli.naming import failure_of, name_all
from wishcli.outcomes import FOUND, answer, end, report
from wishcli.runtime import Session
from wishcore import db, reconciliation
from wishcore.reconciliation import Reconciled
from wishcore.settlement import ForPeople

LEASE: Final = "reconcile"


def run(*, since: str, apply: bool, tell: Callable[[Reconciled], None]) -> None:
    """Compare our books with Stripe's, name what only a person can end, and tell what differs.

    Raises:
        typer.Exit: a person has to look (1); the comparison is not complete, or another process
            is at it (75); nobody knows since when (2).
    """
    for_people = ForPeople()
    results: list[Reconciled] = []

    async def compare(session: Session) -> None:
        start = moments.ago(since, now=session.now)
        with progress.shown("reconcile") as advance:
            async with db.leased(LEASE, clock=session.clock) as keep:
                results.append(
                    await reconciliation.reconcile(
                        payments=session.integrations.payments,
                        since=start,
                        apply=apply,
                        clock=session.clock,
                        progress=advance,
                        keep=keep,
                        for_people=for_people,
                    )
                )

    failure = failure_of(compare, [for_people])
    has_to_look = name_all([for_people]) or any(result.drifts for result in results)
    told = answer(lambda: tell(results[0])) if results else 0
    failed = report(failure) if failure is not None else 0
    end(has_to_look and FOUND, failed, told)
