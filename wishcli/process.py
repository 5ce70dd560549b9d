"""One process of `wish`: its settings, its logs, and how signals end it."""

import asyncio
import logging
import signal
import sys
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

import structlog
import typer

from wishcli.outcomes import complain
from wishcore import settings
from wishcore.settings import Settings

T = TypeVar("T")

SIGNALLED: Final = 128
"""A shell's exit code for a process that a signal ended is this much more than its number."""
_STOP_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


def read_settings() -> Settings:
    """Read the settings of this process, and warn of a clock that was moved.

    Raises:
        BadSettings: one is unknown or cannot be right.
    """
    found = settings.load()
    if found.wish_clock_offset_seconds:
        complain(f"warning: the clock is set ahead by {found.clock_offset}")
    return found


def configure_logs() -> None:
    """Let warnings and errors through, to stderr: stdout belongs to the command's answer."""
    logging.basicConfig(
        level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s"
    )
    structlog.configure(
        processors=[
            structlog.processors.format_exc_info,
            structlog.processors.KeyValueRenderer(key_order=["event"]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        # A line that cannot be written is lost; structlog's own writer would end the job with it.
        logger_factory=structlog.stdlib.LoggerFactory(),
    )


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
            raise typer.Exit(SIGNALLED + received[0]) from None
        raise
    finally:
        _let_go(loop)


def _let_go(loop: asyncio.AbstractEventLoop) -> None:
    for number in _STOP_SIGNALS:
        loop.remove_signal_handler(number)
