"""Where a case is played: the product's processes, its database, Stripe, and what lies between."""

import contextlib
import os
import socket
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from aiohttp import web

from tests.conftest import Engine
from tests.proof.faults.databases import Database, SqliteDatabase, reached
from tests.support import statements, wire
from tests.support.sandbox import CONFIG, WEBHOOK_SECRET, Sandbox, controls_of
from tests.support.server import SERVER_SECRET, free_port
from tests.support.statements import Switch
from tests.support.striking import (
    DROP_AFTER,
    DROP_BEFORE,
    KILL_AFTER,
    KILL_BEFORE,
    Boundary,
    Striker,
)
from tests.support.warm import Warm
from wishcli.sandbox.stripe import create_app

STRIPE_STATE: Final = "stripe.json"
ERROR_BEFORE: Final = "500 before"
ERROR_AFTER: Final = "500 after"
DROP_AFTER_ONCE: Final = "drop after, once"
RULES: Final[Mapping[str, Mapping[str, object]]] = {
    # The SDK asks a second time by itself: only what is lost twice is lost.
    DROP_BEFORE: {"action": "drop_before", "times": 2},
    DROP_AFTER: {"action": "drop_after", "times": 2},
    DROP_AFTER_ONCE: {"action": "drop_after", "times": 1},
    ERROR_BEFORE: {"action": "status", "status": 500, "times": 2},
    ERROR_AFTER: {"action": "status_after", "status": 500, "times": 2},
}
"""What the sandbox does by itself."""
STRIPE_MODES: Final = (KILL_BEFORE, KILL_AFTER, *RULES)


@dataclass(frozen=True)
class Template:
    """In what a flow begins."""

    database: Any
    stripe: bytes
    facts: Any


@dataclass(frozen=True)
class Crossings:
    """How often each boundary is crossed in a flow, and in those of its steps that a client asks.

    What comes afterwards is done by jobs: nobody waits for it.
    """

    all: Mapping[Boundary, int]
    asked: Mapping[Boundary, int]


@dataclass
class Ground:
    """What lasts as long as the test run: the warm process, and its places.

    Attributes:
        empty: A migrated database: a file to copy, or the URL of the one that all cases use.
        database_url: Where the product finds that of the case; on PostgreSQL by the wire.
        upstream: Where the wire ends, on PostgreSQL.
        prepared: What was found out about each flow, to be used again.
    """

    engine: Engine
    folder: Path
    empty: str
    database_url: str
    port: int
    stripe: socket.socket
    warm: Warm
    switch: Switch
    upstream: Path | None
    prepared: dict[str, tuple[Template, Crossings]] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Where the API answers."""
        return f"http://127.0.0.1:{self.port}"


@contextlib.contextmanager
def ground(engine: Engine, empty: str, folder: Path) -> Iterator[Ground]:
    """Prepare what all cases of this test run need."""
    with contextlib.ExitStack() as stack:
        # A short path: the name of a socket has a hundred characters at most.
        wires = stack.enter_context(tempfile.TemporaryDirectory(prefix="wish-wire-"))
        stripe = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        switch = stack.enter_context(contextlib.closing(Switch(folder / "switch")))
        upstream = None
        database_url, warm_up_url = f"sqlite://{folder}/case.sqlite3", f"sqlite://{empty}"
        if engine == "postgres":
            upstream = Path(_host(empty)) / wire.SOCKET
            database_url = f"postgres://postgres@{urlsplit(empty).path}?host={wires}"
            warm_up_url = empty
        port = free_port()
        environment = {
            "WISH_VAR": str(folder / "var"),
            "WISH_PORT": str(port),
            "WISH_SECRET": SERVER_SECRET,
            "WISH_LOG_FORMAT": "json",
            "WISH_PROXIES_COUNT": "1",
            "DATABASE_URL": database_url,
            "STRIPE_API_BASE": f"http://127.0.0.1:{stripe.getsockname()[1]}",
            "STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET,
        }
        warm = Warm(folder, environment=environment, warm_up_url=warm_up_url)
        stack.callback(warm.end)
        yield Ground(engine, folder, empty, database_url, port, stripe, warm, switch, upstream)


def _host(url: str) -> str:
    return dict(parse_qsl(urlsplit(url).query))["host"]


@dataclass
class Stage:
    """The ground, with the database, Stripe and the wire in the loop of one test."""

    ground: Ground
    database: Database
    postgres: Striker = field(default_factory=lambda: Striker("postgres"))
    stripe: Striker = field(default_factory=lambda: Striker("stripe"))
    numbers: int = 0

    @property
    def boundaries(self) -> Mapping[Boundary, Sequence[str]]:
        """What can be struck here, and how."""
        modes = wire.MODES if self.ground.engine == "postgres" else statements.MODES
        return {self.ground.engine: modes, "stripe": STRIPE_MODES}

    def log(self) -> Path:
        """Return a new file for what a process writes."""
        self.numbers += 1
        return self.ground.folder / f"log-{os.getpid()}-{id(self)}-{self.numbers}"

    def stripe_state(self) -> bytes:
        """Return what Stripe knew when the last case ended."""
        return (self.ground.folder / STRIPE_STATE).read_bytes()

    @asynccontextmanager
    async def stripe_with(self, state: bytes) -> AsyncIterator[Sandbox]:
        """Run the stand-in for Stripe with this state."""
        file = self.ground.folder / STRIPE_STATE
        file.write_bytes(state)
        app = create_app(replace(CONFIG, state_file=file))
        app.middlewares.append(self._struck_stripe)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        try:
            listening = self.ground.stripe.dup()
            await web.SockSite(runner, listening).start()
            url = f"http://127.0.0.1:{listening.getsockname()[1]}"
            async with controls_of(url) as sandbox:
                yield sandbox
        finally:
            await runner.cleanup()

    @web.middleware
    async def _struck_stripe(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        mode = self.stripe.cross() if request.path.startswith("/v1/") else None
        if mode == KILL_BEFORE:
            self.stripe.kill()
            return _unanswered(request)
        response = await handler(request)
        if mode == KILL_AFTER:
            self.stripe.kill()
            return _unanswered(request)
        return response


def _unanswered(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=499)


@asynccontextmanager
async def staged(ground: Ground) -> AsyncIterator[Stage]:
    """Set the stage in the loop of a test."""
    async with contextlib.AsyncExitStack() as stack:
        if ground.upstream is None:
            file = Path(ground.database_url.removeprefix("sqlite://"))
            yield Stage(ground, SqliteDatabase(file, Path(ground.empty)))
            return
        stage = Stage(ground, await stack.enter_async_context(reached(ground.empty)))
        cable = wire.Wire(stage.postgres, ground.upstream)
        folder = Path(_host(ground.database_url))
        await stack.enter_async_context(wire.laid(cable, folder))
        yield stage
