# ruff: noqa: PLC0415 - see wishcli.commands
"""`wish expire`, `recover`, `refund`, `notify`, `sync-prices`, `erase`; all: `wish tick`."""

from wishcli.options import DryRun, Json


def expire(dry_run: DryRun = False, as_json: Json = False) -> None:
    """Close the lists whose deadline has passed.

    Items that are not fully paid are given up, and the refunds of their pledges are planned (`wish
    refund` sends them). It also follows what owners changed: items removed, prices lowered. It
    moves no money itself, and may be run at any time, twice, or in parallel.
    """
    _run("expire", dry_run=dry_run, as_json=as_json)


def recover(dry_run: DryRun = False, as_json: Json = False) -> None:
    """Finish or give up payments that were left in progress.

    Reads what became of them at the payment service, and cancels those that nobody works at any
    more. It never charges a card. It acts upon the service's notices, too.
    """
    _run("recover", dry_run=dry_run, as_json=as_json)


def refund(dry_run: DryRun = False, as_json: Json = False) -> None:
    """Send the refunds that are planned.

    It also asks what became of those on their way. Each pledge is refunded once,
    whatever crashes or runs at the same time. Exits with 75 if the payment service did not answer
    for some: they are sent by the next run.
    """
    _run("refund", dry_run=dry_run, as_json=as_json)


def notify(dry_run: DryRun = False, as_json: Json = False) -> None:
    """Tell givers by mail what became of their pledges.

    Exits with 75 if a letter was not taken: it is tried again ten minutes later, for three days.
    """
    _run("notify", dry_run=dry_run, as_json=as_json)


def sync_prices(dry_run: DryRun = False, as_json: Json = False) -> None:
    """Ask Amazon for the price and availability of every wished product that is due.

    Each product is asked for once an hour at most, reserved or not, at the pace that Amazon allows.
    Prices that their owners typed stay. Without access to Amazon (docs/amazon.md) short links are
    followed, and what was said a day ago is forgotten. Exits with 75 if Amazon did not answer.
    """
    _run("sync-prices", dry_run=dry_run, as_json=as_json)


def erase(dry_run: DryRun = False, as_json: Json = False) -> None:
    """Erase what is left of closed accounts: the names on their own pledges, their guest passes.

    Everything else of a closed account is gone at once. The money records stay.
    """
    _run("erase", dry_run=dry_run, as_json=as_json)


def tick(dry_run: DryRun = False, as_json: Json = False) -> None:
    """Run all jobs that are due, in the right order.

    This is the one line for a scheduler: once a minute is right. The others are run also if one
    cannot be done now; then it exits with 75.
    """
    from wishcli import scheduling

    if dry_run:
        names = tuple(name for job in scheduling.JOBS.values() for name in job.due)
        scheduling.show_due("tick", names=names, as_json=as_json)
    else:
        scheduling.run_all(as_json=as_json)


def _run(name: str, *, dry_run: bool, as_json: bool) -> None:
    from wishcli import scheduling

    if dry_run:
        scheduling.show_due(name, names=scheduling.JOBS[name].due, as_json=as_json)
    else:
        scheduling.run_job(name, as_json=as_json)
