"""Many processes of `wish` at once: forked from one that has imported everything already.

A start of Python and of our imports takes a second of a processor; ten at once would arrive one
after the other, and meet nobody. A fork takes some milliseconds.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.support.server import ROOT

WAIT_SECONDS: Final = 60.0

_PROGRAM: Final = """
import ctypes, json, os, signal, sys
import wishcli.runtime, wishcli.scheduling, wishcore.wiring, wishcore.integrations.stripe
import wishcore.administration
from wishcli import main

def child(order):
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # It does not outlive this process.
    os.chdir(order["folder"])
    os.environ.clear()
    os.environ.update(order["environment"])
    for number, name in ((1, "out"), (2, "err")):
        os.dup2(os.open(order["log"] + "." + name, os.O_WRONLY | os.O_CREAT, 0o600), number)
    try:
        main.run(order["words"])
    except SystemExit as end:
        return int(end.code or 0)
    return 0

def reply(found):
    print(json.dumps(found), flush=True)

reply("ready")
for line in sys.stdin:
    order = json.loads(line)
    if "wait" in order:
        reply(os.waitstatus_to_exitcode(os.waitpid(order["wait"], 0)[1]))
        continue
    pid = os.fork()
    if not pid:
        code = 1
        try:
            code = child(order)
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
    reply(pid)
"""


@dataclass(frozen=True)
class Command:
    """A `wish` that was started."""

    pid: int
    log: Path
    words: tuple[str, ...]

    def send(self, number: signal.Signals) -> None:
        """Send it a signal."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def output(self) -> str:
        """Return what it wrote, errors included."""
        parts = (self.log.with_name(f"{self.log.name}.{name}") for name in ("out", "err"))
        return "".join(part.read_text() for part in parts if part.exists())


@dataclass
class Nursery:
    """Starts commands in processes of their own, and waits for them."""

    process: subprocess.Popen[str]
    folder: Path
    environment: Mapping[str, str]
    count: int = 0

    def start(self, *words: str, **settings: str) -> Command:
        """Start a command; it runs beside the others."""
        self.count += 1
        log = self.folder / f"command-{self.count}"
        kept = {n: v for n, v in os.environ.items() if n in {"PATH", "HOME"} or "COV" in n}
        order = {
            "words": words,
            "folder": str(self.folder),
            "environment": {**kept, **self.environment, **settings},
            "log": str(log),
        }
        return Command(int(self._ask(order)), log, words)

    def code(self, command: Command) -> int:
        """Wait until the command has ended; return its exit code, negative for a signal's."""
        return int(self._ask({"wait": command.pid}))

    def run(self, *words: str, **settings: str) -> str:
        """Run a command that is to be done, and return what it wrote."""
        command = self.start(*words, **settings)
        assert self.code(command) == 0, command.output()
        return command.output()

    def _ask(self, order: object) -> Any:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())


@contextlib.contextmanager
def nursery(folder: Path, environment: Mapping[str, str]) -> Iterator[Nursery]:
    """Give a nursery, whose commands have these settings; none outlives it."""
    kept = {n: v for n, v in os.environ.items() if n in {"PATH", "HOME"} or "COV" in n}
    with subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", _PROGRAM],
        cwd=folder,
        env={**kept, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            assert process.stdout is not None
            assert json.loads(process.stdout.readline()) == "ready"
            yield Nursery(process, folder, environment)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def is_stopped(pid: int) -> bool:
    """Say whether the process sleeps by SIGSTOP."""
    status = Path(f"/proc/{pid}/stat").read_text()
    return status.rpartition(")")[2].split()[0] == "T"


def until_stopped(pid: int) -> None:
    """Wait until the process sleeps by SIGSTOP."""
    end = time.monotonic() + WAIT_SECONDS
    while not is_stopped(pid):
        assert time.monotonic() < end, f"The process {pid} was not stopped."
        time.sleep(0.005)
