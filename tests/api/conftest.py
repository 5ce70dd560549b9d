"""One server and one sandbox for most tests of a run; each test makes its own people and lists."""

import contextlib
import itertools
import os
import shutil
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.api.world import Seat, World, dump, is_quiet
from tests.conftest import TEMPLATE, Engine
from tests.support import postgres
from tests.support.http import SECRETS
from tests.support.server import Child, Sandbox, eventually, start_sandbox, start_server

MakeDatabase = Callable[[str], str]
StartWorld = Callable[..., World]

COUNTS = frozenset({"rate_limit", "security_event"})
"""The tables in which refusals are counted, too."""


def check_log(child: Child, *, expected: Collection[str] = ()) -> None:
    """Check that nothing secret was written, and no undeclared refusal or unexpected error."""
    # asyncpg warns, with a trace, when it cannot connect anew to a database that is away.
    lines = [line for line in child.log().splitlines() if "the pool connection floor" not in line]
    log = "\n".join(lines)
    assert [secret for secret in SECRETS if secret in log] == []
    errors = [line for line in lines if '"level":"error"' in line]
    # What asyncpg says when somebody hung up in the middle of a transaction: it was rolled back.
    expected = ["Resetting connection", *expected]
    assert [line for line in errors if not any(event in line for event in expected)] == []
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


@contextlib.contextmanager
def running_world(
    folder: Path,
    sandbox: Sandbox,
    *,
    database_url: str,
    ahead_seconds: int = 0,
    expected: Collection[str] = (),
    **settings: str,
) -> Iterator[World]:
    """Run a server, to which the sandbox sends its notices; look at its log when it has ended.

    `expected` are the errors in the log that the test causes itself.
    """
    server = start_server(
        folder,
        database_url=database_url,
        stripe_url=sandbox.url,
        ahead_seconds=ahead_seconds,
        **settings,
    )
    opened = World.around(server, sandbox)
    try:
        yield opened
        if server.process.poll() is None:
            assert server.stop() == 0
        check_log(server, expected=expected)
    finally:
        opened.nobody.close()
        server.end()


@pytest.fixture(scope="session")
def shared_world(
    shared_database: str, sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """The server that most tests talk to, with its surroundings."""
    folder = tmp_path_factory.mktemp("server")
    with running_world(folder, sandbox, database_url=shared_database) as opened:
        yield opened


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
    with contextlib.ExitStack() as stack:
        numbers = itertools.count()

        def begin(*, url: str = database_url, **settings: Any) -> World:
            folder = tmp_path / f"server-{next(numbers)}"
            world = running_world(folder, sandbox, database_url=url, **settings)
            return stack.enter_context(world)

        yield begin


@pytest.fixture(scope="module")
def seat(shared_world: World) -> Seat:
    """Somebody to send nonsense; nothing else happens in the database meanwhile."""
    shared_world.sandbox.notify(shared_world.server)
    shared, giver = shared_world.shared(price=10_000), shared_world.guest()
    shared.paid(giver, 9000)
    eventually(lambda: is_quiet(shared_world), what="all notices were acted upon")
    return Seat(shared, giver)


@pytest.fixture
def unchanged(seat: Seat, shared_database: str) -> Iterator[None]:
    """Insist that the test changes nothing in the shared world's database but what is counted."""
    eventually(lambda: is_quiet(seat.shared.world), what="all notices were acted upon")
    before = dump(shared_database, without=COUNTS)
    yield
    assert dump(shared_database, without=COUNTS) == before
