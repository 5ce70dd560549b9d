"""Real processes of `wish` that begin in milliseconds: forked from one that has loaded everything.

A test that kills a server in every tenth step cannot wait for its modules each time. The nursery
loads them once and forks; what runs in the fork is `wish`, with its arguments, its environment and
its signals. Every fork reads the time from a file that the test writes, and nothing else is
different there. The nursery ends with its standard input, and its forks end with it.
"""

import ctypes
import gc
import importlib
import json
import mmap
import os
import select
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, NoReturn

from tests.support.planting import PLANT, ROOT, Plant, insist, sow

SECONDS_MAX: Final = 60.0
"""How long any of its processes may take."""

_INSTANT: Final = struct.Struct("d")
_DIE_WITH_PARENT: Final = 1
_LOADED: Final = (
    "stripe", "wishapi.server", "wishcli.main", "wishcli.outcomes", "wishcli.output",
    "wishcli.runtime", "wishcli.scheduling", "wishcli.serving", "wishcore.reconciliation",
    "wishcli.reconciling", "asyncpg", "aiosqlite", "tortoise.backends.asyncpg",
    "tortoise.backends.sqlite",
)  # fmt: skip


@dataclass(frozen=True)
class Ended:
    """How a process ended."""

    code: int
    """Below zero: the signal that ended it."""
    said: str


@dataclass(frozen=True)
class Fork:
    """A process that runs."""

    pid: int
    log_file: Path


class Nursery:
    """The test's side: begins processes, ends them, and sets their clock."""

    def __init__(
        self, folder: Path, environment: Mapping[str, str], *, plant: Plant | None = None
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.log_file = folder / "log"
        clock = folder / "clock"
        clock.write_bytes(_INSTANT.pack(0.0))
        with clock.open("r+b") as file:
            self._clock = mmap.mmap(file.fileno(), _INSTANT.size)
        self._begun = 0
        kept = {n: v for n, v in os.environ.items() if n in {"PATH", "HOME"} or "COV" in n}
        planted = {} if plant is None else {PLANT: plant.text()}
        with self.log_file.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-c", "from tests.support.nursery import main; main()"],
                cwd=folder,  # no .env of the developer's
                env={**kept, "PYTHONPATH": str(ROOT), **planted, **environment},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,
            )
        self._answer()

    @property
    def now(self) -> datetime:
        """What every one of its processes takes for the present instant."""
        return datetime.fromtimestamp(_INSTANT.unpack(self._clock[:])[0], UTC)

    @now.setter
    def now(self, moment: datetime) -> None:
        self._clock[:] = _INSTANT.pack(moment.timestamp())

    def begin(self, *words: str) -> Fork:
        """Fork a process that runs `wish` with these words."""
        self._begun += 1
        log = self.folder / f"said-{self._begun}"
        return Fork(self._order(words=words, log=str(log)), log)

    def end_of(self, fork: Fork) -> Ended:
        """Wait for a process, which is killed if it does not end."""
        status = self._order(wait=fork.pid)
        said = fork.log_file.read_text(errors="replace")
        fork.log_file.unlink()
        return Ended(os.waitstatus_to_exitcode(status), said)

    def run(self, *words: str) -> Ended:
        """Run `wish` with these words to its end."""
        return self.end_of(self.begin(*words))

    def kill(self, fork: Fork) -> Ended:
        """Kill a process as the kernel does: at once, wherever it is."""
        os.kill(fork.pid, signal.SIGKILL)
        return self.end_of(fork)

    def close(self) -> None:
        """End it, and with it whatever it began."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(SECONDS_MAX)
        finally:
            self._process.kill()
            self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._clock.close()

    def _order(self, **order: object) -> int:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> int:
        assert self._process.stdout is not None
        readable, _, _ = select.select([self._process.stdout], [], [], 2 * SECONDS_MAX)
        line = self._process.stdout.readline() if readable else b""
        if not line:
            raise AssertionError(f"The nursery ended: {self.log_file.read_text()[-4000:]}")
        return int(line)


def main() -> None:
    """Load everything, and fork what is ordered until the input ends."""
    sow()
    for module in _LOADED:
        importlib.import_module(module)
    insist()
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    _prepare()
    answers.write(b"0\n")
    for line in sys.stdin.buffer:
        order: dict[str, Any] = json.loads(line)
        answer = _fork(order, answers.fileno()) if "words" in order else _wait(order["wait"])
        answers.write(b"%d\n" % answer)


def _prepare() -> None:
    """Give all forks the clock of the test, and what takes long to build."""
    from stripe import HTTPClient, HTTPXClient, StripeClient  # noqa: PLC0415 - after the plant

    from wishapi import server  # noqa: PLC0415 - after the plant
    from wishcore import administration, settings  # noqa: PLC0415 - after the plant
    from wishcore.times import Clock  # noqa: PLC0415 - after the plant

    with Path("clock").open("r+b") as file:
        clock = mmap.mmap(file.fileno(), _INSTANT.size)

    def now(self: Clock) -> datetime:
        return datetime.fromtimestamp(_INSTANT.unpack(clock[:])[0], UTC)

    async def database_time() -> datetime:
        return Clock().now()

    Clock.now = now  # type: ignore[method-assign]
    administration.database_time = database_time
    HTTPClient.INITIAL_DELAY = 0.001  # It tries again at once, not after half a second.
    client = StripeClient("sk_test_nobody", http_client=HTTPXClient()).v1
    for name in ("payment_intents", "payment_methods", "refunds", "disputes", "balance"):
        getattr(client, name)
    # What a job loads late, and keeps: a fork then takes half the time. There is nothing to do.
    _run(["tick"])
    # A fork that serves is one that has just built its application.
    app = server.create_app(settings.load())
    server.create_app = lambda _settings: app  # type: ignore[assignment, misc]
    gc.collect()
    gc.freeze()


def _fork(order: dict[str, Any], answers: int) -> int:
    if pid := os.fork():
        return pid
    code = 1
    try:
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
        os.close(answers)
        log = os.open(order["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.dup2(log, 1)
        os.dup2(log, 2)
        code = _run(order["words"])
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)  # Nothing of the nursery's may run a second time.


def _run(words: Sequence[str]) -> int:
    from wishcli.main import run  # noqa: PLC0415 - after the plant

    def wish() -> NoReturn:
        run(words)

    try:
        wish()
    except SystemExit as end:
        return int(end.code or 0)


def _wait(pid: int) -> int:
    end = time.monotonic() + SECONDS_MAX
    pause = 0.001
    while time.monotonic() < end:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            return status
        time.sleep(pause)
        pause = min(2 * pause, 0.01)
    os.kill(pid, signal.SIGKILL)
    return os.waitpid(pid, 0)[1]
