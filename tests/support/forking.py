"""Python processes that begin in milliseconds: forked from one that has loaded the product.

A start of Python and of our imports takes a second of a processor, and the tests start hundreds of
servers and commands. What runs in a fork is what `python -c` would run, with its arguments, its
environment, its folder and its signals; it ends as any Python process does. The forker ends with
its standard input, and its forks end with it.
"""

import atexit
import ctypes
import gc
import importlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, Final, NoReturn, Protocol

from tests.support import certificates, models
from tests.support.planting import ROOT, python_path

CHEAP_PASSWORDS: Final = {"WISH_PASSWORD_MEMORY_KIB": "64"}
"""A hash is made to be dear, and a crowd of people signs up; who asks for its price sets it."""
_LIBRARIES: Final = (
    "aerich", "aiohttp.web", "aiolimiter", "aiosmtplib", "aiosqlite",
    "argon2", "asyncpg", "email_validator", "httpcore", "httpx", "joserfc.jwt", "jinja2", "msgspec",
    "pydantic.type_adapter", "pydantic_settings", "pytest", "rich", "sanic",
    "selectolax.lexbor", "stripe._stripe_client", "structlog", "swagger_ui_bundle",
    "tortoise.backends.asyncpg", "tortoise.backends.sqlite", "tortoise.context", "typer",
    "uuid_utils.compat",
    # What is loaded with the first command.
    "typer._adapters", "typer._click.decorators",
    # What the SDK loads with the first request, and with the first answer that has one.
    "stripe._balance", "stripe._balance_service", "stripe._balance_transaction", "stripe._charge",
    "stripe._dispute", "stripe._dispute_service", "stripe._object_classes",
    "stripe._payment_intent", "stripe._payment_intent_service", "stripe._payment_method",
    "stripe._payment_method_service", "stripe._refund", "stripe._refund_service",
    "stripe._search_result_object", "stripe._telemetry_id", "stripe._test_helpers",
    "stripe.params._payment_intent_create_params", "stripe.params._refund_create_params",
)  # fmt: skip
_LOADED: Final = (
    "aiosqlite", "asyncpg", "pydantic.type_adapter",
    "stripe._stripe_client", "tests.support.actor", "tests.support.identity",
    "tortoise.backends.asyncpg", "tortoise.backends.sqlite", "wishapi.server", "wishcli.main",
    "wishcli.outcomes", "wishcli.output", "wishcli.prompts", "wishcli.reconciling",
    "wishcli.rendering", "wishcli.runtime",
    "wishcli.sandbox.amazon", "wishcli.sandbox.stripe", "wishcli.scheduling", "wishcli.serving",
    "wishcore.administration", "wishcore.db.postgres", "wishcore.db.sqlite", "wishcore.gifts",
    "wishcore.reconciliation", "wishcore.wiring",
)  # fmt: skip
WISH: Final = "from wishcli.main import run\nrun()\n"
"""The program `wish`: its arguments are the command's."""
MODULE: Final = "import runpy, sys\nrunpy.run_module(sys.argv.pop(1), run_name='__main__')\n"
"""What `python -m` does: the first argument is the module."""
END_SECONDS_MAX: Final = 60.0
ALONE_SECONDS_MAX: Final = 10.0
_LOAD: Final = "from tests.support import forking\nforking.load()\nforking.take_orders()\n"
_SEED: Final = "from tests.support import forking as f\nf.load_libraries()\nf.take_orders()\n"
GARBAGE_MAX: Final = 50_000
"""So many new objects are looked through at a time: what was loaded stays."""
_DIE_WITH_PARENT: Final = 1
_PACKET_MAX: Final = 100_000
_STREAMS: Final = (0, 1, 2)


class HasFile(Protocol):
    """An open file, a pipe or a socket."""

    def fileno(self) -> int:
        """Return its number."""


def _whole(environment: Mapping[str, str]) -> dict[str, str]:
    return {**inherited(), **python_path(), **CHEAP_PASSWORDS, **environment}


def inherited() -> dict[str, str]:
    """Return what processes of the tests get of this one's environment; settings are named."""
    names = {"PATH", "HOME", "SSL_CERT_FILE", models.ENGINE}
    return {n: v for n, v in os.environ.items() if n in names or "COV" in n}


@dataclass(frozen=True, slots=True)
class Done:
    """A program that has ended."""

    code: int
    """Below zero: the signal that ended it."""
    out: str
    err: str


class Process:
    """A forked process, with the part of `subprocess.Popen` that tests use."""

    def __init__(self, forker: "Forker", pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._forker = forker

    def poll(self) -> int | None:
        """Return how it ended (below zero: the signal that ended it), or None while it runs."""
        if self.returncode is None:
            self.returncode = self._forker.poll(self.pid)
        return self.returncode

    def wait(self, timeout: float) -> int:
        """Wait for its end.

        Raises:
            TimeoutExpired: after so many seconds it still runs.
        """
        if self.poll() is None:
            # It is not our child, so we are told of its end in the way that anybody is.
            ending = os.pidfd_open(self.pid)
            try:
                poller = select.poll()
                poller.register(ending, select.POLLIN)
                poller.poll(timeout * 1000)
            finally:
                os.close(ending)
        if (code := self.poll()) is None:
            raise subprocess.TimeoutExpired(f"fork {self.pid}", timeout)
        return code

    def send_signal(self, number: signal.Signals) -> None:
        """Send it a signal, if it still runs."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """Kill it as the kernel does: at once, wherever it is."""
        self.send_signal(signal.SIGKILL)


class Forker:
    """A process that has loaded everything and forks; threads may share it."""

    def __init__(
        self,
        program: str,
        *,
        folder: Path = ROOT,
        environment: Mapping[str, str] | None = None,
        log: Path | None = None,
        seed: "Forker | None",
    ) -> None:
        """Start it: its program loads what it likes and calls `take_orders`, in its folder.

        It is itself a fork of the seed, if there is one.
        """
        self._lock = threading.Lock()
        self._log = log
        # Packets, so that an order and the files that go with it arrive as one.
        self._orders, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs, log.open("ab") if log else os.fdopen(os.dup(2), "wb") as errors:
            start = _start if seed is None else seed.start
            self._process = start(
                program, [], folder=folder, environment=environment or {},
                streams=(theirs, errors, errors),
            )  # fmt: skip

    def start(
        self,
        program: str,
        arguments: Sequence[str],
        *,
        folder: Path,
        environment: Mapping[str, str] | None,
        streams: tuple[HasFile, HasFile, HasFile],
    ) -> Process:
        """Start a Python program with these files as its input, its output and its errors.

        Without an environment it has that of the forker.
        """
        order = {
            "program": program,
            "arguments": list(arguments),
            "folder": str(folder),
            "environment": None if environment is None else _whole(environment),
        }
        return Process(self, self._ask(order, streams))

    def start_logged(
        self,
        program: str,
        arguments: Sequence[str],
        *,
        folder: Path,
        environment: Mapping[str, str] | None,
        log: Path,
        pipe: socket.socket | None = None,
    ) -> Process:
        """Start a program that writes to a log, or to a pipe that is its input, too."""
        with log.open("ab") as errors, open(os.devnull, "rb") as nothing:
            streams = (nothing, errors, errors) if pipe is None else (pipe, pipe, errors)
            return self.start(
                program, arguments, folder=folder, environment=environment, streams=streams
            )

    def run(
        self,
        program: str,
        arguments: Sequence[str],
        *,
        folder: Path = ROOT,
        environment: Mapping[str, str] | None = None,
        stdin: str = "",
    ) -> Done:
        """Run a program to its end."""
        with TemporaryFile("w+") as given, TemporaryFile("w+") as out, TemporaryFile("w+") as err:
            given.write(stdin)
            given.seek(0)
            process = self.start(
                program, arguments, folder=folder, environment=environment or {},
                streams=(given, out, err),
            )  # fmt: skip
            try:
                code = process.wait(END_SECONDS_MAX)
            finally:
                process.kill()
            out.seek(0)
            err.seek(0)
            return Done(code, out.read(), err.read())

    def poll(self, pid: int) -> int | None:
        """Return how a fork ended, or None while it runs."""
        code: int | None = self._ask({"poll": pid})
        return code

    def end(self) -> None:
        """End it, and with it whatever it forked."""
        self._orders.close()
        self._process.wait(END_SECONDS_MAX)

    def _ask(self, order: object, files: Sequence[HasFile] = ()) -> Any:
        numbers = [file.fileno() for file in files]
        with self._lock:
            socket.send_fds(self._orders, [json.dumps(order).encode()], numbers)
            answer = self._orders.recv(_PACKET_MAX)
        assert answer, f"The forker has ended: {self._log.read_text() if self._log else ''}"
        return json.loads(answer)


def _start(
    program: str,
    arguments: Sequence[str],
    *,
    folder: Path,
    environment: Mapping[str, str],
    streams: tuple[HasFile, HasFile, HasFile],
) -> "subprocess.Popen[bytes]":
    stdin, stdout, stderr = streams
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", program, *arguments],
        cwd=folder,
        env=_whole(environment),
        stdin=stdin.fileno(),
        stdout=stdout.fileno(),
        stderr=stderr.fileno(),
        start_new_session=True,
    )


_shared: dict[str, Forker] = {}
_sharing: Final = threading.RLock()


def seed() -> Forker:
    """Return this test process's seed of forkers: it has loaded libraries, and nothing of ours.

    So a forker begins in a quarter of the time, and may still plant a bug before it loads the rest.
    """
    with _sharing:
        if _SEED not in _shared:
            _shared[_SEED] = Forker(_SEED, seed=None)
        return _shared[_SEED]


def forker() -> Forker:
    """Return this test process's forker, which begins when it is first asked for."""
    with _sharing:
        if _LOAD not in _shared:
            _shared[_LOAD] = Forker(_LOAD, seed=seed())
        return _shared[_LOAD]


def end() -> None:
    """End this test process's forkers, and with them whatever they forked."""
    while _shared:
        _shared.popitem()[1].end()


def load_libraries() -> None:
    """Load what others wrote, and what has no bug planted into it; no fork trusts the world."""
    for module in _LIBRARIES:
        importlib.import_module(module)
    # Each client of the SDK's reads anew whom the world trusts.
    sys.modules["stripe"].ca_bundle_path = str(certificates.NOBODY)  # type: ignore[attr-defined]


def load() -> None:
    """Load what servers, commands and stand-ins load."""
    for module in _LOADED:
        importlib.import_module(module)
    models.build()


def take_orders() -> NoReturn:
    """Fork what is ordered until whoever orders has gone: what a forker's program ends with."""
    orders = socket.socket(fileno=_STREAMS[0])
    be_alone()
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE_MAX)
    while True:
        content, files, _, _ = socket.recv_fds(orders, _PACKET_MAX, len(_STREAMS))
        if not content:
            sys.exit()
        order = json.loads(content)
        if "poll" in order:
            answer = _poll(order["poll"])
        else:
            answer = os.fork()
            if answer == 0:
                orders.close()
                _become(order, files)
        for file in files:
            os.close(file)
        orders.send(json.dumps(answer).encode())


def be_alone() -> None:
    """Wait until no other thread runs: only a single one may be forked, and ends with its work.

    Raises:
        AssertionError: one does not end.
    """
    for thread in threading.enumerate():
        if thread is not threading.current_thread():
            thread.join(ALONE_SECONDS_MAX)
    assert threading.active_count() == 1, threading.enumerate()


def _poll(pid: int) -> int | None:
    done, status = os.waitpid(pid, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if done else None


def _become(order: Mapping[str, Any], files: Sequence[int]) -> NoReturn:
    """Be the ordered program, to its end."""
    code = 1
    try:
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
        os.setsid()
        os.chdir(order["folder"])
        if order["environment"] is not None:
            os.environ.clear()
            os.environ.update(order["environment"])
        for file, stream in zip(files, _STREAMS, strict=True):
            os.dup2(file, stream)
            os.close(file)
        if "LD_PRELOAD" in os.environ:  # The system reads it where a program begins.
            os.execv(sys.executable, [sys.executable, "-c", order["program"], *order["arguments"]])
        sys.argv = ["-c", *order["arguments"]]
        code = run_program(order["program"])
        # As Python ends, but for taking everything apart, which takes longer than many a command.
        threading._shutdown()  # type: ignore[attr-defined]
        atexit._run_exitfuncs()
    except BaseException:
        traceback.print_exc()  # Nobody else would say it: what follows ends the process.
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)  # Nothing of the forker's may run a second time.


def run_program(program: str) -> int:
    """Run a program in this process, and return with what exit code Python would end."""
    try:
        exec(compile(program, "<program>", "exec"), {"__name__": "__main__"})
    except SystemExit as ended:
        if isinstance(ended.code, str):
            sys.stderr.write(f"{ended.code}\n")
        return ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:
        traceback.print_exc()
        return 1
    return 0
