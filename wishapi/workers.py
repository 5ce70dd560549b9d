"""Several processes that serve one address, and the one that keeps them alive.

It stands in the place of Sanic's manager, which never replaces a worker that was killed (without
any, the address still takes connections, and nobody answers), leaves its workers running when it is
killed itself, and never ends if it is told to stop while they start (sanic #2997).
"""

import multiprocessing
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import connection
from multiprocessing.context import SpawnProcess
from typing import Final

import structlog

Work = Callable[[socket.socket], None]

STOP_SECONDS_MAX: Final = 45
"""After this a worker is killed; requests and payments in progress end before (`Limits`)."""
STEADY_SECONDS: Final = 60
"""A worker that lived for so long did not die of what it was started with."""
PAUSE_SECONDS_MIN: Final = 0.1
PAUSE_SECONDS_MAX: Final = 10.0
DEATHS_MAX: Final = 10
"""How many may die young in a row: then whoever started this process has to look."""
_STOP_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)

_spawning = multiprocessing.get_context("spawn")
_log = structlog.stdlib.get_logger("wish.workers")


class WorkersKeepDying(Exception):
    """One worker after the other ended soon after it was started; the log says why."""


def keep_serving(work: Work, listening: socket.socket, *, count: int) -> None:
    """Run `work` in so many processes until SIGTERM or SIGINT, and replace those that end.

    `work` is a function of a module, which serves until SIGTERM. The socket is closed.

    Raises:
        WorkersKeepDying: they end as soon as they are started. None is left.
    """
    with _wake_on_signal() as wake, listening:
        crew = _Crew(work, listening, count)
        try:
            while wake.fileno() not in crew.wait(wake):
                crew.replace()
        finally:
            # Before the workers end, so that nobody waits here whom nobody will serve.
            listening.close()
            crew.stop()


@dataclass
class _Crew:
    """The workers: who is alive, since when, and when the next one may be started."""

    work: Work
    listening: socket.socket
    count: int
    alive: dict[SpawnProcess, float] = field(default_factory=dict)
    deaths: int = 0
    """How many died young, in a row."""
    not_before: float = 0.0

    def wait(self, wake: socket.socket) -> Sequence[object]:
        """Start who is missing, and wait until somebody ended, a signal came or a pause is over."""
        pause = self.not_before - time.monotonic()
        if pause <= 0:
            self._start()
        is_complete = len(self.alive) == self.count
        sentinels = [process.sentinel for process in self.alive]
        return connection.wait(
            [wake.fileno(), *sentinels], timeout=None if is_complete else max(pause, 0)
        )

    def replace(self) -> None:
        """Take note of who ended; the next one is started soon, and later if many die young."""
        now = time.monotonic()
        for process in [process for process in self.alive if not process.is_alive()]:
            _log.error("worker_ended", pid=process.pid, exit_code=process.exitcode)
            lived = now - self.alive.pop(process)
            self.deaths = 1 if lived >= STEADY_SECONDS else self.deaths + 1
            self.not_before = now + min(PAUSE_SECONDS_MIN * 2**self.deaths, PAUSE_SECONDS_MAX)
        if self.deaths > DEATHS_MAX:
            raise WorkersKeepDying

    def stop(self) -> None:
        """Tell everybody to end, and wait for it; kill who takes too long."""
        end = time.monotonic() + STOP_SECONDS_MAX
        for process in self.alive:
            process.terminate()
        for process in self.alive:
            process.join(max(0.0, end - time.monotonic()))
            if process.is_alive():
                _log.error("worker_killed", pid=process.pid)
                process.kill()
                process.join()

    def _start(self) -> None:
        while len(self.alive) < self.count:
            process = _spawning.Process(
                target=_run, args=(self.work, self.listening), name="wish-worker", daemon=True
            )
            process.start()
            self.alive[process] = time.monotonic()


@contextmanager
def _wake_on_signal() -> Iterator[socket.socket]:
    """Give a socket that becomes readable when this process is to stop."""
    wake, woken = socket.socketpair()
    with wake, woken:

        def stop(_number: int, _frame: object) -> None:
            woken.send(b"!")

        before = {number: signal.signal(number, stop) for number in _STOP_SIGNALS}
        try:
            yield wake
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def _run(work: Work, listening: socket.socket) -> None:
    """Do the work in a worker process, and end with the process that started it."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    work(listening)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None, "A worker was started by somebody."
    connection.wait([parent.sentinel])
    os.kill(os.getpid(), signal.SIGTERM)
