"""The processes of `wish` that a random run kills, by a clock that the test sets.

A test that kills a server in every tenth step cannot wait for its modules each time, nor for what
is built of them. Every fork reads the time, the database's too, from a file that the test writes,
and the SDK of Stripe hardly waits before it tries again; nothing else is different there.

Commands that nobody disturbs are run one after the other by one of the forks, because a fork spends
more of its time on copying memory than on a `wish tick`. The server, and what may be killed, has a
process of its own.
"""

import json
import logging
import mmap
import os
import socket
import struct
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import structlog

from tests.support.commands import Command
from tests.support.forking import WISH, Forker, be_alone, load, run_program, seed
from tests.support.planting import PLANT, Plant, insist, sow

SECONDS_MAX: Final = 60.0
"""How long any of its processes may take."""

_INSTANT: Final = struct.Struct("d")
_PROGRAM: Final = """
from tests.support import forking, nursery
nursery.prepare()
forking.take_orders()
"""
_CLERK: Final = "from tests.support import nursery\nnursery.be_clerk()\n"
_PACKET_MAX: Final = 100_000
_OUTPUTS: Final = (1, 2)


@dataclass(frozen=True)
class Ended:
    """How a process ended."""

    code: int
    """Below zero: the signal that ended it."""
    said: str


class Nursery:
    """Begins processes, ends them, and sets their clock."""

    def __init__(
        self, folder: Path, environment: Mapping[str, str], *, plant: Plant | None = None
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        clock = folder / "clock"
        clock.write_bytes(_INSTANT.pack(0.0))
        with clock.open("r+b") as file:
            self._clock = mmap.mmap(file.fileno(), _INSTANT.size)
        self._begun = 0
        planted = {} if plant is None else {PLANT: plant.text()}
        self._forker = Forker(
            _PROGRAM,
            seed=seed(),
            folder=folder,  # no .env of the developer's
            environment={**planted, **environment},
            log=folder / "log",
        )
        self._clerk: _Clerk | None = None

    @property
    def now(self) -> datetime:
        """What every one of its processes takes for the present instant."""
        return datetime.fromtimestamp(_INSTANT.unpack(self._clock[:])[0], UTC)

    @now.setter
    def now(self, moment: datetime) -> None:
        self._clock[:] = _INSTANT.pack(moment.timestamp())

    def begin(self, *words: str) -> Command:
        """Fork a process that runs `wish` with these words."""
        self._begun += 1
        log = self.folder / f"said-{self._begun}"
        process = self._forker.start_logged(
            WISH, words, folder=self.folder, environment=None, log=log
        )
        return Command(process, log)

    def end_of(self, fork: Command) -> Ended:
        """Wait for a process, which is killed if it does not end."""
        try:
            code = fork.process.wait(SECONDS_MAX)
        except subprocess.TimeoutExpired:
            fork.process.kill()
            code = fork.process.wait(SECONDS_MAX)
        said = fork.log.read_text(errors="replace")
        fork.log.unlink()
        return Ended(code, said)

    def run(self, *words: str) -> Ended:
        """Run `wish` with these words to its end, which nobody brings about."""
        self._begun += 1
        log = self.folder / f"said-{self._begun}"
        if self._clerk is None:
            self._clerk = _Clerk(self._forker, self.folder)
        code = self._clerk.run(words, log)
        if code is None:  # It hangs, or has died: the next command begins anew.
            code, self._clerk = self._clerk.end(), None
        said = log.read_text(errors="replace")
        log.unlink()
        return Ended(code, said)

    def kill(self, fork: Command) -> Ended:
        """Kill a process as the kernel does: at once, wherever it is."""
        fork.process.kill()
        return self.end_of(fork)

    def close(self) -> None:
        """End it, and with it whatever it began."""
        try:
            if self._clerk is not None:
                self._clerk.end()
        finally:
            self._forker.end()
            self._clock.close()


class _Clerk:
    """A process that runs one command after the other."""

    def __init__(self, forker: Forker, folder: Path) -> None:
        self._orders, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._orders.settimeout(SECONDS_MAX)
        with theirs:
            self._process = forker.start_logged(
                _CLERK, [], folder=folder, environment=None, log=folder / "clerk", pipe=theirs
            )

    def run(self, words: Sequence[str], log: Path) -> int | None:
        """Let it run `wish` with these words; return the exit code, or None if it does not end."""
        with log.open("wb") as said:
            socket.send_fds(self._orders, [json.dumps(words).encode()], [said.fileno()])
        with suppress(TimeoutError):
            answer = self._orders.recv(_PACKET_MAX)
            return int(answer) if answer else None
        return None

    def end(self) -> int:
        """Kill it, and return how it ended: below zero by that signal, or before by itself."""
        self._orders.close()
        self._process.kill()
        return self._process.wait(SECONDS_MAX)


def be_clerk() -> None:
    """Run the ordered commands one after the other, and end each as far as a process ends.

    A command that leaves a thread behind, as an open connection to SQLite is, is not answered.
    """
    orders = socket.socket(fileno=os.dup(0))
    with open(os.devnull, "rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    while True:
        content, files, _, _ = socket.recv_fds(orders, _PACKET_MAX, 1)
        if not content:
            return
        for stream in _OUTPUTS:
            os.dup2(files[0], stream)
        os.close(files[0])
        sys.argv = ["wish", *json.loads(content)]
        code = run_program(WISH)
        be_alone()
        sys.stdout.flush()
        sys.stderr.flush()
        logging.root.handlers.clear()
        structlog.reset_defaults()
        orders.send(str(code).encode())


def prepare() -> None:
    """Load everything, with the bug that the environment names; give all forks the test's clock."""
    sow()
    load()
    insist()
    _build()


def _build() -> None:
    """Give all forks the clock of the test, and what takes long to build."""
    from stripe import AIOHTTPClient, HTTPClient, StripeClient  # noqa: PLC0415 - after the plant

    from wishapi import server  # noqa: PLC0415 - after the plant
    from wishcli import main  # noqa: PLC0415 - after the plant
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
    client = StripeClient("sk_test_nobody", http_client=AIOHTTPClient()).v1
    for name in ("payment_intents", "payment_methods", "refunds", "disputes", "balance"):
        getattr(client, name)
    # What a job loads late, and keeps: a fork then takes half the time. There is nothing to do.
    with suppress(SystemExit):
        main.run(["tick"])
    # A fork that serves is one that has just built its application.
    app = server.create_app(settings.load())
    server.create_app = lambda _settings: app  # type: ignore[assignment, misc]
