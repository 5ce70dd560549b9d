"""Real processes: the API on a free port of this machine, and the stand-in for Stripe.

Each ends with the test run, also when that is killed: it lives as long as its standard input.
"""

import contextlib
import secrets
import signal
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar

import httpx

from tests.support.forking import Process, forker

C = TypeVar("C", bound="Child")

START_SECONDS_MAX: Final = 30.0
STOP_SECONDS_MAX: Final = 30.0
STARTS_MAX: Final = 5
_PAUSE_SECONDS: Final = 0.01
SERVER_SECRET: Final = "the-secret-of-tests-and-of-nobody-else"
WEBHOOK_SECRET: Final = "whsec_the_sandbox_of_the_tests"

# Below the ports that the kernel gives to outgoing connections: those can collide with ours.
_PORTS: Final = range(20_000, 32_000)

_SERVER: Final = """
from wishapi.server import serve
from wishcore.settings import load
serve(load())
"""
_SANDBOX: Final = f"""
import asyncio, sys
from wishcli.sandbox.stripe import SandboxConfig, serve
config = SandboxConfig(
    webhook_secret={WEBHOOK_SECRET!r}, settle_after_seconds=3600.0, webhook_backoff_seconds=0.05,
    balance_after_seconds=1800.0,
)
asyncio.run(serve(config, port=int(sys.argv[1])))
"""
_AMAZON: Final = """
import asyncio, sys
from wishcli.sandbox.amazon import SandboxConfig, running
async def main():
    async with running(SandboxConfig(), port=int(sys.argv[1])):
        await asyncio.Event().wait()
asyncio.run(main())
"""


class NotStarted(Exception):
    """A process ended, or did not answer in time; the text has what it wrote."""


def eventually(holds: Callable[[], bool], *, seconds: float = 10.0, what: str = "it") -> None:
    """Wait until something holds, for a bounded time."""
    assert is_so_within(seconds, holds), f"After {seconds} s still not: {what}."


def is_so_within(seconds: float, holds: Callable[[], bool]) -> bool:
    """Say whether something holds before the time is up; come back as soon as it does.

    Nobody tells a test what another process has come to, so it has to ask again and again: here,
    and nowhere else. No test counts on how long the pause is.
    """
    end = time.monotonic() + seconds
    while not (found := holds()) and time.monotonic() < end:
        time.sleep(_PAUSE_SECONDS)
    return found


@dataclass
class Child:
    """A process that serves HTTP on this machine."""

    process: Process
    port: int
    log_file: Path

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def log(self) -> str:
        """Return all that it wrote."""
        return self.log_file.read_text(errors="replace")

    def stop(self) -> int:
        """Ask it to end, and return its exit code."""
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(STOP_SECONDS_MAX)
        finally:
            self.end()

    def end(self) -> None:
        """Make sure that it is gone."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(STOP_SECONDS_MAX)


@dataclass
class Server(Child):
    """The API."""

    folder: Path = field(default_factory=Path)
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    """What it was started with: its settings."""

    @property
    def mail_folder(self) -> Path:
        """Where its letters are."""
        return self.folder / "var" / "mail"


@dataclass
class Sandbox(Child):
    """The stand-in for Stripe."""

    def control(self, path: str, order: Mapping[str, object] | None = None) -> None:
        """Do something with its controls."""
        answer = httpx.post(f"{self.url}/_sandbox/{path}", json=order or {})
        assert answer.status_code == 200, answer.text

    def notify(self, server: Child | None) -> None:
        """Send notices to this server from now on, or to nobody."""
        url = f"{server.url}/v1/webhooks/stripe" if server is not None else None
        self.control("webhook", {"url": url, "secret": WEBHOOK_SECRET})

    def payments(self, name: str, value: object) -> list[dict[str, int]]:
        """Return the rows of the book whose metadata has this value, once it is balanced."""
        book = self.book()
        return [row for row in book if row["metadata"].get(name) == str(value)]

    def book(self) -> list[dict[str, Any]]:
        """Return all rows of the book, once it is balanced."""
        book = httpx.get(f"{self.url}/_sandbox/book").json()
        assert book["balanced"] is True
        found: list[dict[str, Any]] = book["payment_intents"]
        return found

    def queued(self) -> int:
        """Return how many notices have not been delivered yet."""
        return int(httpx.get(f"{self.url}/_sandbox/webhook").json()["queued"])

    def is_holding(self) -> bool:
        """Say whether a fault holds a request."""
        rules = httpx.get(f"{self.url}/_sandbox/faults").json()["rules"]
        return any(rule["holding"] for rule in rules)

    @contextlib.contextmanager
    def fault(self, **rule: object) -> Iterator[None]:
        """Let something go wrong."""
        self.control("faults", rule)
        try:
            yield
        finally:
            answer = httpx.delete(f"{self.url}/_sandbox/faults")
            assert answer.status_code == 200, answer.text


def start_sandbox(folder: Path) -> Sandbox:
    """Start a sandbox whose state is lost when it ends."""
    folder.mkdir(parents=True, exist_ok=True)

    def begin(port: int) -> Sandbox:
        process, log_file = launch(folder, _SANDBOX, [str(port)], {})
        return Sandbox(process, port, log_file)

    return started(begin, lambda child: answers(child, "/_sandbox/book") is not None)


def start_amazon(folder: Path) -> Child:
    """Start the stand-in for Amazon."""
    folder.mkdir(parents=True, exist_ok=True)

    def begin(port: int) -> Child:
        process, log_file = launch(folder, _AMAZON, [str(port)], {})
        return Child(process, port, log_file)

    return started(begin, lambda child: answers(child, "/_sandbox/faults") is not None)


def start_server(
    folder: Path,
    *,
    database_url: str,
    stripe_url: str,
    ahead_seconds: int = 0,
    program: str = _SERVER,
    **settings: str,
) -> Server:
    """Start the API, with its clock ahead if wanted, and come back when it serves requests.

    `program` is what the process runs, where a test needs more than the product.
    """
    folder.mkdir(parents=True, exist_ok=True)

    def begin(port: int) -> Server:
        environment = {
            "WISH_VAR": str(folder / "var"),
            "WISH_PORT": str(port),
            "WISH_PUBLIC_URL": f"http://127.0.0.1:{port}",
            "WISH_SECRET": SERVER_SECRET,
            "WISH_LOG_FORMAT": "json",
            "WISH_PROXIES_COUNT": "1",
            "WISH_CLOCK_OFFSET_SECONDS": str(ahead_seconds),
            "DATABASE_URL": database_url,
            "STRIPE_API_BASE": stripe_url,
            "STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET,
            "STRIPE_CALLS_PER_SECOND": "100",
            **settings,
        }
        process, log_file = launch(folder, program, [], environment)
        return Server(process, port, log_file, folder, environment)

    return started(begin, _is_ready_itself)


def launch(
    folder: Path, program: str, arguments: list[str], environment: Mapping[str, str]
) -> tuple[Process, Path]:
    log_file = folder / f"log-{len(list(folder.glob('log-*')))}"
    process = forker().start_logged(
        program,
        arguments,
        folder=folder,  # no .env of the developer's
        environment=environment,
        log=log_file,
    )
    return process, log_file


def started(begin: Callable[[int], C], is_ready: Callable[[C], bool]) -> C:
    log = ""
    for _ in range(STARTS_MAX):
        child = begin(free_port())
        try:
            if is_so_within(START_SECONDS_MAX, partial(_is_decided, child, is_ready)) and (
                child.process.poll() is None
            ):
                return child
        except BaseException:
            child.end()
            raise
        child.end()
        log = child.log()
        if "in use" not in log:
            break
    raise NotStarted(log)


def _is_decided(child: C, is_ready: Callable[[C], bool]) -> bool:
    return child.process.poll() is not None or is_ready(child)


def free_port() -> int:
    while True:
        # Not `random`: two runs with one seed would choose the same, and talk to each other's.
        port = secrets.choice(_PORTS)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return port


def answers(child: Child, path: str) -> httpx.Response | None:
    with contextlib.suppress(httpx.TransportError):
        answer = httpx.get(child.url + path, timeout=5)
        return answer if answer.status_code == 200 else None
    return None


def _is_ready_itself(server: Server) -> bool:
    """Say whether the answer came from this very process: its own log has the request's id."""
    answer = answers(server, "/health/ready")
    if answer is None:
        return False
    request_id = answer.headers["x-request-id"]
    eventually(lambda: request_id in server.log(), what="the request is in the server's log")
    return True
