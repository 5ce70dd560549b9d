"""Work that outlives the request that asked for it."""

import asyncio
from collections.abc import Coroutine
from typing import Any, Final, TypeVar

import structlog

from wishapi.http.calls import App, Call
from wishcore.errors import WishError

T = TypeVar("T")

_DRAIN_SECONDS: Final = 20.0

_log = structlog.stdlib.get_logger("wish.http")


class StillRunning(Exception):
    """The time is up and the work goes on: the client should ask again later (202)."""


async def shielded(call: Call, coroutine: Coroutine[Any, Any, T], *, timeout_seconds: float) -> T:
    """Run something that must not be torn in the middle, and return what it returns.

    Sanic cancels a handler when its client hangs up. The work goes on all the same, and the server
    waits for it before it stops. It must not use a transaction of the handler.

    Raises:
        StillRunning: it takes longer. It goes on.
    """
    tasks: set[asyncio.Task[Any]] = call.app_ctx.shielded_tasks
    task = asyncio.create_task(coroutine)
    tasks.add(task)
    task.add_done_callback(tasks.discard)
    try:
        # `wait` leaves the task alone when it is itself cancelled, or when the time is up.
        done, _ = await asyncio.wait({task}, timeout=timeout_seconds)
    except asyncio.CancelledError:
        task.add_done_callback(_report)
        raise
    if not done:
        task.add_done_callback(_report)
        raise StillRunning
    return task.result()


def keep_tasks(app: App, *, drain_seconds: float = _DRAIN_SECONDS) -> None:
    """Give the application its set of tasks, and make it wait for them when it stops."""
    app.ctx.shielded_tasks = set()

    async def drain(app: App) -> None:
        tasks: set[asyncio.Task[Any]] = app.ctx.shielded_tasks
        if not tasks:
            return
        _, unfinished = await asyncio.wait(set(tasks), timeout=drain_seconds)
        for task in unfinished:
            task.cancel()
        if unfinished:
            _log.error("tasks_cut_off", count=len(unfinished))
            await asyncio.wait(unfinished, timeout=1)

    # After the connections are closed, when nothing can begin any more, and before every other
    # listener: when a server stops, Sanic calls the lowest priority first. So the database is
    # still open.
    app.register_listener(drain, "after_server_stop", priority=-1_000_000)


def _report(task: asyncio.Task[Any]) -> None:
    """Log how a task ended that nobody waited for."""
    if task.cancelled():
        _log.error("shielded_task_cancelled")
    elif isinstance(error := task.exception(), WishError):
        _log.info("shielded_task_refused", code=error.code)
    elif error is not None:
        _log.error("bug", exc_info=error)
