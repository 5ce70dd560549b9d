"""The jobs as `wish` runs them: alone, or all in the right order."""

from collections.abc import Awaitable, Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Final

import msgspec

from wishcli import output, progress, runtime
from wishcli.naming import failure_of, name_all
from wishcli.outcomes import FOUND, TRY_LATER, answer, complain, end, report
from wishcli.runtime import Session
from wishcore import administration, jobs, leaving, pruning
from wishcore.closing import Progress
from wishcore.errors import Unavailable
from wishcore.pricing import Synced
from wishcore.settlement import ForPeople
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

_Run = Callable[[Session, Progress, ForPeople], Awaitable[Result]]

SYNC_SECONDS_MAX: Final = 40
"""How long one tick asks for prices: the next one goes on, and payments do not wait for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One job, and which of the counts in `jobs.Due` are its work."""

    run: _Run
    due: tuple[str, ...]
    run_in_tick: _Run | None = None
    """What `wish tick` runs in its place, where the whole of it takes long."""


async def _recover(session: Session, progress: Progress, for_people: ForPeople) -> jobs.Recovered:
    return await jobs.recover(
        payments=session.integrations.payments,
        clock=session.clock,
        progress=progress,
        for_people=for_people,
    )


async def _expire(session: Session, progress: Progress, _: ForPeople) -> jobs.Expired:
    await administration.check_clock(Clock().now())
    return await jobs.expire(now=session.clock(), progress=progress)


async def _refund(session: Session, progress: Progress, for_people: ForPeople) -> jobs.Refunded:
    return await jobs.refund(
        payments=session.integrations.payments,
        clock=session.clock,
        progress=progress,
        for_people=for_people,
    )


async def _notify(session: Session, progress: Progress, _: ForPeople) -> jobs.Notified:
    return await jobs.notify(
        mailer=session.integrations.mailer,
        link=session.settings.return_url,
        clock=session.clock,
        progress=progress,
    )


async def _sync_prices(session: Session, progress: Progress, _: ForPeople) -> Synced:
    if not session.integrations.catalogue.marketplaces:
        complain("Amazon is not set up: prices are typed by hand (docs/amazon.md)")
    synced = await _sync(session, progress, seconds_max=None)
    if synced.marketplaces_closed:
        complain("Amazon gives no prices at present: wish doctor says why, and until when")
    return synced


async def _sync_some_prices(session: Session, progress: Progress, _: ForPeople) -> Synced:
    return await _sync(session, progress, seconds_max=SYNC_SECONDS_MAX)


async def _sync(session: Session, progress: Progress, *, seconds_max: float | None) -> Synced:
    return await jobs.sync_prices(
        catalogue=session.integrations.catalogue,
        web=session.integrations.web,
        clock=session.clock,
        seconds_max=seconds_max,
        progress=progress,
    )


async def _erase(session: Session, progress: Progress, _: ForPeople) -> leaving.Erased:
    return await jobs.erase(now=session.clock(), progress=progress)


async def _prune(session: Session, _: Progress, __: ForPeople) -> pruning.Pruned:
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
    """Run one job, name what only a person can end, and print what the job did.

    Raises:
        typer.Exit: a person has to look, or there is a bug (1); something did not answer, and the
            rest keeps (75); or as `outcomes.report` says.
    """
    for_people = ForPeople()
    results: dict[str, Result] = {}

    async def run_one(session: Session) -> None:
        with progress.shown(name) as advance:
            results[name] = await JOBS[name].run(session, advance, for_people)

    def tell() -> None:
        if as_json:
            output.print_json(results[name])
        else:
            output.print_line(f"{name}: {_in_words(results[name])}")

    failure = failure_of(run_one, [for_people])
    _end(results.values(), [for_people], tell=tell, failure=failure)


def run_all(*, as_json: bool) -> None:
    """Run every job, also after one that could not be done, and tell what they did.

    Raises:
        typer.Exit: as for one job. The others were run whatever became of one.
    """
    results: dict[str, Result | dict[str, str]] = {}
    for_people = {name: ForPeople() for name in JOBS}

    async def run_each(session: Session) -> None:
        bugs: list[Exception] = []
        for name, job in JOBS.items():
            try:
                with progress.shown(name) as advance:
                    run = job.run_in_tick or job.run
                    results[name] = await run(session, advance, for_people[name])
            except Unavailable as error:
                complain(f"{name}: {error.code}: {error.detail}")
                results[name] = {"unavailable": error.code}
            except Exception as bug:
                # One item that cannot be handled must not keep other givers' money.
                results[name] = {"failed": type(bug).__name__}
                bugs.append(bug)
        if bugs:
            raise ExceptionGroup("some jobs failed", bugs)

    failure = failure_of(run_each, for_people.values())
    _end(
        results.values(),
        for_people.values(),
        tell=lambda: _print_all(results, as_json=as_json),
        failure=failure,
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
    results: Collection[Result | dict[str, str]],
    for_people: Iterable[ForPeople],
    *,
    tell: Callable[[], None],
    failure: Exception | None,
) -> None:
    """Name what only a person can end, tell the rest, and exit with what a scheduler should know.

    What is named is named once: so no scheduler may take it for what the next run takes up.

    Raises:
        typer.Exit: with the code that it should know.
    """
    has_to_look = name_all(for_people)
    told = answer(tell) if results else 0
    failed = report(failure) if failure is not None else 0
    is_left = any(isinstance(result, dict) or _left(result) for result in results)
    end(has_to_look and FOUND, failed, told, is_left and TRY_LATER)


def _left(result: Result) -> int:
    """Return how many things somebody outside did not answer for."""
    match result:
        case jobs.Recovered() | jobs.Refunded() | Synced():
            return result.unanswered
        case jobs.Notified():
            return result.unsent
        case jobs.Expired() | leaving.Erased() | pruning.Pruned():
            return 0
