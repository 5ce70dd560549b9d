"""The product's processes at a small price: forked from one that has loaded everything."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from tests.support.server import ROOT, NotStarted

Install = Sequence[str]
"""A module, one of its functions, and that function's arguments: called in the new process."""

END_SECONDS_MAX: Final = 10


class Warm:
    """`wish serve`, frozen before it listens; see `tests.support.warm_process`."""

    def __init__(self, folder: Path, *, environment: Mapping[str, str], warm_up_url: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.log_file = folder / "warm.log"
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        own = {"PYTHONPATH": str(ROOT), "WARM_UP_URL": warm_up_url}
        with self.log_file.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-W", "ignore", "-m", "tests.support.warm_process"],
                cwd=folder,
                env={**kept, **own, **environment},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,
            )
        try:
            self._answer("ready")
        except BaseException:
            self.end()
            raise

    def fork(
        self,
        words: Sequence[str],
        *,
        log: Path,
        environment: Mapping[str, str] | None = None,
        install: Sequence[Install] = (),
    ) -> int:
        """Begin `wish` with these words, and return its process id; `wait` for it afterwards."""
        order = {
            "words": list(words),
            "log": str(log),
            "environment": dict(environment or {}),
            "install": [list(one) for one in install],
        }
        return self._ask(order, "pid")

    def wait(self, pid: int) -> int:
        """Return how a process ended: its exit code, or the negative number of its signal."""
        return self._ask({"wait": pid}, "code")

    def is_alive(self, pid: int) -> bool:
        """Say whether a process that nobody waited for goes on."""
        return bool(self._ask({"is_alive": pid}, "is_alive"))

    def kill(self, pid: int) -> None:
        """Make sure that a process has ended, however it did."""
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        self.wait(pid)

    def end(self) -> None:
        """End it, and with it whatever it forked."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        try:
            self._process.wait(END_SECONDS_MAX)
        finally:
            if self._process.poll() is None:
                self._process.kill()
                self._process.wait(END_SECONDS_MAX)
            self._process.stdout.close()

    def _ask(self, order: Mapping[str, object], name: str) -> int:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        self._process.stdin.flush()
        return self._answer(name)

    def _answer(self, name: str) -> int:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise NotStarted(self.log_file.read_text(errors="replace"))
        return int(json.loads(line)[name])
