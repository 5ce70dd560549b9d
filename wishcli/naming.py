"""Naming what only a person can end: most of it is told once, so it is named however a job ends."""

from collections.abc import Awaitable, Callable, Iterable

import typer

from wishcli import runtime
from wishcli.outcomes import complain
from wishcli.runtime import Session
from wishcore.settlement import ForPeople


def failure_of(
    work: Callable[[Session], Awaitable[None]], for_people: Iterable[ForPeople]
) -> Exception | None:
    """Do the work, and return what kept it from being done.

    Raises:
        typer.Exit: a signal ended it; what only a person can end is named.
    """
    try:
        runtime.run(work)
    except typer.Exit:
        name_all(for_people)
        raise
    except Exception as failure:
        return failure
    return None


def name_all(for_people: Iterable[ForPeople]) -> bool:
    """Say on stderr which pledges only a person can end, each once; return if there are any."""
    found = list(for_people)
    refused = {one.pledge_id: one for each in found for one in each.refused}
    for one in refused.values():
        complain(f"pledge {one.pledge_id}: Stripe refuses to show or refund it ({one.code})")
    failed = dict.fromkeys(pledge_id for each in found for pledge_id in each.failed)
    for pledge_id in failed:
        complain(f"pledge {pledge_id}: its refund failed; `wish pledge show` says why")
    return bool(refused or failed)
