"""The jobs as `wish` runs them: alone, or all in the right order."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import msgspec

from wishcli import output, progress, runtime
from wishcli.outcomes import complain, found, report, try_later
from wishcli.runtime import Session
from wishcore import administration, jobs, leaving, pruning, settlement
from wishcore.closing import Progress
from wishcore.errors import Unavailable
from wishcore.pricing import Synced
from wishcore.times import Clock

Result = (
    jobs.Expired
    | jobs.Recovered
    | jobs.Refunded
    | jobs.Notified
    | Synced
    | leaving.Erased
    | pruning.Pruned
)

SYNC_SECONDS_MAX: Final = 40
"""How long one tick asks for prices: the next one goes on, and payments do not wait for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One job, and which of the counts in `jobs.Due` are its work."""

    run: Callable[[Session, Progress], Awaitable[Result]]
    due: tuple[str, ...]
    run_in_tick: Callable[[Session, Progress], Awaitable[Result]] | None = None
    """What `wish tick` runs in its place, where the whole of it takes long."""


async def _recover(session: Session, progress: Progress) -> jobs.Recovered:
    payments = session.integrations.payments
    return await jobs.recover(payments=payments, clock=session.clock, progress=progress)


async def _expire(session: Session, progress: Progress) -> jobs.Expired:
    await administration.check_clock(Clock().now())
    return await jobs.expire(now=session.clock(), progress=progress)


async def _refund(session: Session, progress: Progress) -> jobs.Refunded:
    payments = session.integrations.payments
    return await jobs.refund(payments=payments, clock=session.clock, progress=progress)


async def _notify(session: Session, progress: Progress) -> jobs.Notified:
    return await jobs.notify(
        mailer=session.integrations.mailer,
        link=session.settings.return_url,
        clock=session.clock,
        progress=progress,
    )


async def _sync_prices(session: Session, progress: Progress) -> Synced:
    if not session.integrations.catalogue.marketplaces:
        complain("Amazon is not set up: prices are typed by hand (docs/amazon.md)")
    synced = await _sync(session, progress, seconds_max=None)
    if synced.marketplaces_closed:
        complain("Amazon gives no prices at present: wish doctor says why, and until when")
    return synced


async def _sync_some_prices(session: Session, progress: Progress) -> Synced:
    return await _sync(session, progress, seconds_max=SYNC_SECONDS_MAX)


async def _sync(session: Session, progress: Progress, *, seconds_max: float | None) -> Synced:
    return await jobs.sync_prices(
        catalogue=session.integrations.catalogue,
        web=session.integrations.web,
        clock=session.clock,
        seconds_max=seconds_max,
        progress=progress,
    )


async def _erase(session: Session, progress: Progress) -> leaving.Erased:
    return await jobs.erase(now=session.clock(), progress=progress)


async def _prune(session: Session, _: Progress) -> pruning.Pruned:
    return await jobs.prune(now=session.clock())


# The order of `wish tick`: a payment that recovery ends may complete an item before its deadline
# is looked at, and what closing plans is refunded and told in the same run.
JOBS: Final = {
    "recover": Job(run=_recover, due=("notices", "payments_in_progress", "disputes_to_ask_about")),
    "expire": Job(run=_expire, due=("lists_to_close", "items_to_decide", "items_withdrawn")),
    "refund": Job(run=_refund, due=("refunds_to_send", "refunds_pending")),
    "notify": Job(run=_notify, due=("letters",)),
    "sync-prices": Job(run=_sync_prices, run_in_tick=_sync_some_prices, due=("products_to_check",)),
    "erase": Job(run=_erase, due=("accounts_to_erase",)),
    "prune": Job(run=_prune, due=()),
}


def run_job(name: str, *, as_json: bool) -> None:
    """Run one job, and print what it did.

    Raises:
        Unavailable: the database did not answer.
        typer.Exit: something else did not, and the rest keeps (75); a person has to look (1).
    """
    with progress.shown(name) as advance:
        result = runtime.run(lambda session: JOBS[name].run(session, advance))
    line = f"{name}: {_in_words(result)}"
    _end([result], tell=lambda: output.print_json(result) if as_json else output.print_line(line))


def run_all(*, as_json: bool) -> None:
    """Run every job, also after one that could not be done, and print what they did.

    Raises:
        typer.Exit: something did not answer, and the rest keeps (75); a person has to look (1).
        ExceptionGroup: some jobs have a bug; the others were run.
    """
    results: dict[str, Result | dict[str, str]] = {}
    bugs: list[Exception] = []

    async def run_each(session: Session) -> None:
        for name, job in JOBS.items():
            try:
                with progress.shown(name) as advance:
                    results[name] = await (job.run_in_tick or job.run)(session, advance)
            except Unavailable as error:
                complain(f"{name}: {error.code}: {error.detail}")
                results[name] = {"unavailable": error.code}
            except Exception as bug:
                # One item that cannot be handled must not keep other givers' money.
                results[name] = {"failed": type(bug).__name__}
                bugs.append(bug)

    runtime.run(run_each)
    _end(
        list(results.values()), tell=lambda: _print_all(results, as_json=as_json), bugs=tuple(bugs)
    )


def show_due(title: str, *, names: tuple[str, ...], as_json: bool) -> None:
    """Print how much there is to do, and change nothing."""
    counts = msgspec.structs.asdict(
        runtime.run(
            lambda session: jobs.due(now=session.now, catalogue=session.integrations.catalogue)
        )
    )
    due = {name: counts[name] for name in names}
    if as_json:
        output.print_json({"dry_run": True, "due": due})
    else:
        output.print_counts(f"{title}, due", due)


def _print_all(results: dict[str, Result | dict[str, str]], *, as_json: bool) -> None:
    if as_json:
        output.print_json(results)
        return
    output.print_line("; ".join(f"{name}: {_in_words(result)}" for name, result in results.items()))


def _in_words(result: Result | dict[str, str]) -> str:
    counts = result if isinstance(result, dict) else msgspec.structs.asdict(result)
    return output.in_words(
        {name: len(value) if isinstance(value, tuple) else value for name, value in counts.items()}
    )


def _end(
    results: Sequence[Result | dict[str, str]],
    *,
    tell: Callable[[], None],
    bugs: Sequence[Exception] = (),
) -> None:
    """Name what only a person can end, tell the rest, and exit with what a scheduler should know.

    Raises:
        typer.Exit: a person has to look (1); or somebody did not answer, and the rest keeps (75).
        ExceptionGroup: there are bugs.
        OSError: there is no room for the answer, and nobody has to look.
    """
    has_to_look = _name(results)
    try:
        tell()
    except OSError as error:
        # What is named is named once, so no scheduler may take it for what the next run takes up.
        if not has_to_look and not bugs:
            raise
        report(error)
    if bugs:
        raise ExceptionGroup("some jobs failed", bugs)
    if has_to_look:
        found()
    if any(isinstance(result, dict) or _left(result) for result in results):
        try_later()


def _name(results: Sequence[Result | dict[str, str]]) -> bool:
    """Name the pledges that only a person can end; say whether there are any."""
    refused = {one.pledge_id: one for result in results for one in _refused(result)}
    for one in refused.values():
        complain(f"pledge {one.pledge_id}: Stripe refuses to show or refund it ({one.code})")
    failed = {pledge_id: None for result in results for pledge_id in _failed(result)}
    for pledge_id in failed:
        complain(f"pledge {pledge_id}: its refund failed; `wish pledge show` says why")
    return bool(refused or failed)


def _refused(result: Result | dict[str, str]) -> tuple[settlement.RefusedPledge, ...]:
    """Return the pledges whose payment Stripe does not know, or will not show or refund."""
    return result.refused if isinstance(result, jobs.Recovered | jobs.Refunded) else ()


def _failed(result: Result | dict[str, str]) -> tuple[UUID, ...]:
    """Return the pledges whose refund has failed, which nobody tries again but an operator."""
    return result.failed if isinstance(result, jobs.Recovered | jobs.Refunded) else ()


def _left(result: Result) -> int:
    """Return how many things somebody outside did not answer for."""
    match result:
        case jobs.Recovered() | jobs.Refunded() | Synced():
            return result.unanswered
        case jobs.Notified():
            return result.unsent
        case jobs.Expired() | leaving.Erased() | pruning.Pruned():
            return 0
