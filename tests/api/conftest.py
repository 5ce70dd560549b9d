"""One server and one sandbox for most tests of a run; each test makes its own people and lists."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.api.world import World, dump
from tests.conftest import TEMPLATE, Engine
from tests.support import postgres
from tests.support.http import SECRETS
from tests.support.server import Child, Sandbox, Server, start_sandbox, start_server

MakeDatabase = Callable[[str], str]
StartWorld = Callable[..., World]


def check_log(child: Child) -> None:
    """Check that nothing secret was written, and no bug or undeclared refusal."""
    log = child.log()
    assert [secret for secret in SECRETS if secret in log] == []
    assert '"level":"error"' not in log, [line for line in log.splitlines() if '"error"' in line]
    assert "undeclared_refusal" not in log
    assert "Traceback" not in log


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """The stand-in for Stripe of this test run."""
    started = start_sandbox(tmp_path_factory.mktemp("sandbox"))
    try:
        yield started
        assert started.stop() == 0
    finally:
        started.end()


@pytest.fixture(scope="session")
def make_database(
    engine: Engine,
    migrated: str,
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    worker_id: str,
) -> Iterator[MakeDatabase]:
    """Make a migrated, empty database that lasts as long as the test run; return its URL."""
    made: list[str] = []

    def make(name: str) -> str:
        if engine == "sqlite":
            file = tmp_path_factory.mktemp(name) / "wish.sqlite3"
            shutil.copyfile(migrated, file)
            return f"sqlite://{file}"
        template = request.config.stash[TEMPLATE]
        full = f"wish_{os.getpid()}_{worker_id}_{name}_{len(made)}"
        made.append(postgres.copy_template(template, full))
        return made[-1]

    yield make
    for url in made:
        postgres.drop(url)


@pytest.fixture(scope="session")
def shared_database(make_database: MakeDatabase) -> str:
    """The database of `world`; nothing in it is ever removed."""
    return make_database("api")


@pytest.fixture(scope="session")
def shared_server(
    shared_database: str, sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """The server that most tests talk to."""
    folder = tmp_path_factory.mktemp("server")
    started = start_server(folder, database_url=shared_database, stripe_url=sandbox.url)
    try:
        yield started
        assert started.stop() == 0
        check_log(started)
    finally:
        started.end()


@pytest.fixture(scope="session")
def shared_world(shared_server: Server, sandbox: Sandbox) -> Iterator[World]:
    """The shared server with its surroundings, and one client for all tests."""
    opened = World.around(shared_server, sandbox)
    yield opened
    opened.nobody.close()


@pytest.fixture
def world(shared_world: World) -> World:
    """The shared world: make what you need, and count on nothing else."""
    shared_world.sandbox.notify(shared_world.server)
    return shared_world


@pytest.fixture
def start(tmp_path: Path, database_url: str, sandbox: Sandbox) -> Iterator[StartWorld]:
    """Start servers of one's own, on a database of one's own unless another is named.

    The sandbox sends its notices to the last one.
    """
    servers: list[Server] = []
    worlds: list[World] = []

    def begin(*, url: str = database_url, ahead_seconds: int = 0, **settings: str) -> World:
        servers.append(
            start_server(
                tmp_path / f"server-{len(servers)}",
                database_url=url,
                stripe_url=sandbox.url,
                ahead_seconds=ahead_seconds,
                **settings,
            )
        )
        worlds.append(World.around(servers[-1], sandbox))
        return worlds[-1]

    try:
        yield begin
        for server in servers:
            if server.process.poll() is None:
                assert server.stop() == 0
            check_log(server)
    finally:
        for opened in worlds:
            opened.nobody.close()
        for server in servers:
            server.end()


@pytest.fixture
def unchanged(shared_database: str) -> Iterator[None]:
    """Insist that the test changes nothing in the shared world's database but what is counted."""
    before = _without_counts(shared_database)
    yield
    assert _without_counts(shared_database) == before


def _without_counts(url: str) -> dict[str, list[str]]:
    found = dump(url)
    return {name: found[name] for name in found if name not in {"rate_limit", "security_event"}}
