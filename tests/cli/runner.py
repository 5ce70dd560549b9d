"""Running `wish` as an operator does: in this process for speed, or in one of its own."""

import contextlib
import io
import json
import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final

import pytest
import structlog

from tests.support.forking import WISH, Process, forker, inherited
from tests.support.planting import ROOT
from tests.support.processes import users_of
from tests.support.server import eventually
from wishcli import main

SECRET: Final = "a-secret-of-the-tests-that-nobody-may-see"
WEBHOOK_SECRET: Final = "whsec_of_the_tests_that_nobody_may_see"
PASSWORD: Final = "nine-herons-by-the-pond"
HIDDEN: Final = (SECRET, WEBHOOK_SECRET, PASSWORD, "$argon2", "hunter2")
"""What may stand in no output of any command. (`hunter2` is the password of databases.)"""
DAY: Final = 86_400
WAIT_SECONDS: Final = 60


@dataclass(frozen=True, slots=True)
class Done:
    """A command that has ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON object on stdout."""
        assert self.out.count("\n") == 1, self.out
        return json.loads(self.out)


@dataclass(frozen=True, slots=True)
class Started:
    """A command that runs, and the files that it writes to."""

    process: Process
    _out: Path
    _err: Path

    @property
    def pid(self) -> int:
        """Its number."""
        return self.process.pid

    @property
    def out(self) -> str:
        """What it has answered so far."""
        return self._out.read_text()

    def end(self, by: signal.Signals | None = None) -> Done:
        """Wait for its end, which a signal may bring about, and return how it ended.

        Nobody whom it started may stay behind: they all write their complaints where it does.
        """
        if by is not None:
            self.process.send_signal(by)
        code = self.process.wait(WAIT_SECONDS)
        eventually(lambda: not users_of(self._err), seconds=WAIT_SECONDS, what="all have ended")
        return _checked(Done(code, self.out, self._err.read_text()))


@dataclass
class Wish:
    """The command in a folder of its own, with settings of its own."""

    folder: Path
    settings: dict[str, str] = field(default_factory=dict)

    def __call__(self, *words: object, stdin: str = "", **settings: str) -> Done:
        """Run a command inside this process, as its entry point does, and return how it ended."""
        out, err = io.StringIO(), io.StringIO()
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(self.folder)
            for name in [name for name in os.environ if name in self._foreign()]:
                patch.delenv(name)
            for name, value in (self.settings | settings).items():
                patch.setenv(name, value)
            patch.setattr("sys.stdin", io.StringIO(stdin))
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                code = self._run([str(word) for word in words])
        return _checked(Done(code, out.getvalue(), err.getvalue()))

    def ok(self, *words: object, stdin: str = "", **settings: str) -> Done:
        """Run a command that is to be done."""
        done = self(*words, stdin=stdin, **settings)
        assert done.code == 0, done.err
        return done

    @contextlib.contextmanager
    def started(self, *words: object, **settings: str) -> Iterator["Started"]:
        """Start a command in a process of its own, forked from one that has loaded everything."""
        log = [self.folder / f"{name}-{secrets.token_hex(4)}" for name in ("out", "err")]
        with open(os.devnull, "rb") as nothing, log[0].open("wb") as out, log[1].open("wb") as err:
            process = forker().start(
                WISH, [str(word) for word in words], folder=self.folder,
                environment={**self.environment, **settings}, streams=(nothing, out, err),
            )  # fmt: skip
        try:
            yield Started(process, *log)
        finally:
            process.kill()
            process.wait(WAIT_SECONDS)
            for file in log:
                file.unlink()

    def run(self, *words: object, **settings: str) -> Done:
        """Run a command in such a process to its end."""
        with self.started(*words, **settings) as command:
            return command.end()

    def start_into(
        self, out: IO[str] | int, err: IO[str] | int, *words: object, **settings: str
    ) -> "subprocess.Popen[str]":
        """Start Python anew, with a command whose answer, or whose complaints, go elsewhere."""
        return subprocess.Popen(
            [sys.executable, "-m", "wishcli", *(str(word) for word in words)],
            cwd=self.folder,
            env={**self.environment, **settings},
            stdin=subprocess.PIPE,
            stdout=out,
            stderr=err,
            text=True,
            start_new_session=True,
        )

    @property
    def environment(self) -> dict[str, str]:
        """What a process of its own is started with."""
        return {**inherited(), "PYTHONPATH": str(ROOT), **self.settings}

    def spawn(self, *words: object, **settings: str) -> Done:
        """Run a command in a process that starts Python anew, as a shell does."""
        pipe = subprocess.PIPE
        with ended(self.start_into(pipe, pipe, *words, **settings)) as process:
            out, err = process.communicate(timeout=WAIT_SECONDS)
        return _checked(Done(process.returncode, out, err))

    def _run(self, words: list[str]) -> int:
        try:
            main.run(words)
        except SystemExit as end:
            return int(end.code or 0)
        finally:
            structlog.reset_defaults()

    def _foreign(self) -> set[str]:
        names = ("WISH_", "STRIPE_", "DATABASE_", "SMTP_", "MAIL_")
        return {name for name in os.environ if name.startswith(names)}


@contextlib.contextmanager
def ended(process: "subprocess.Popen[str]") -> Iterator["subprocess.Popen[str]"]:
    """Make sure that a process does not outlive its test."""
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def _checked(done: Done) -> Done:
    for hidden in HIDDEN:
        assert hidden not in done.out + done.err, "A secret was shown."
    return done
