"""One process of `wish`: settings, logs, the database, one operation, and a clean end."""

import asyncio
import logging
import signal
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final, TypeVar

import typer

from wishcli.outcomes import complain
from wishcore.errors import Conflict, WishError
from wishcore.times import Clock

if TYPE_CHECKING:
    from wishcore.settings import Settings
    from wishcore.wiring import Integrations

T = TypeVar("T")

_STOP_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)
_SIGNALLED: Final = 128
"""A shell's exit code for a process that a signal ended is this much more than its number."""


class SchemaOutdated(Conflict):
    """The database lacks migrations that this version needs."""

    code = "schema_outdated"
    title = "The database is older than this program: run `wish migrate`"


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """What an operation needs, and the one moment at which it happens."""

    settings: "Settings"
    integrations: "Integrations"
    now: datetime


def read_settings() -> "Settings":
    """Read the settings of this process, send logs to stderr, and warn of a clock that is moved.

    Raises:
        BadSettings: one is unknown or cannot be right.
    """
    from wishcore import settings

    found = settings.load()
    _configure_logs()
    if found.wish_clock_offset_seconds:
        complain(f"warning: the clock is set {found.clock_offset} ahead")
    return found


def run_connected(work: Callable[[Session], Awaitable[T]]) -> T:
    """Run one operation with the database and the adapters open, and close them in any case.

    An open SQLite connection would keep the process from ending.

    Raises:
        SchemaOutdated: the operation failed, and migrations are missing.
    """
    settings = read_settings()

    async def connect_and_work() -> T:
        from wishcore import migrating, wiring

        async with wiring.connected(settings) as integrations:
            now = Clock(settings.clock_offset).now()
            session = Session(settings=settings, integrations=integrations, now=now)
            try:
                return await work(session)
            except WishError:
                raise
            except Exception as error:
                # A missing table or column looks like a bug, and is none.
                if await migrating.pending(settings.database):
                    raise SchemaOutdated from error
                raise

    return run_until_signalled(connect_and_work)


def run_until_signalled(work: Callable[[], Awaitable[T]]) -> T:
    """Run a coroutine; SIGINT and SIGTERM cancel it, so that everything is closed.

    Then the process ends as a shell expects it, with 130 or 143 and without a traceback. A second
    signal ends it at once.
    """
    return asyncio.run(_guarded(work))


async def _guarded(work: Callable[[], Awaitable[T]]) -> T:
    loop = asyncio.get_running_loop()
    task = asyncio.current_task()
    assert task is not None, "asyncio.run makes a task."
    received: list[int] = []

    def stop(number: int) -> None:
        received.append(number)
        _let_go(loop)
        task.cancel()

    for number in _STOP_SIGNALS:
        loop.add_signal_handler(number, stop, number)
    try:
        return await work()
    except (Exception, asyncio.CancelledError):
        if received:
            raise typer.Exit(_SIGNALLED + received[0]) from None
        raise
    finally:
        _let_go(loop)


def _let_go(loop: asyncio.AbstractEventLoop) -> None:
    for number in _STOP_SIGNALS:
        loop.remove_signal_handler(number)


def _configure_logs() -> None:
    """Let warnings and errors through, to stderr: stdout belongs to the command's answer."""
    import structlog

    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(message)s")
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.format_exc_info,
            structlog.processors.KeyValueRenderer(key_order=["level", "event"]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
    )
