"""Databases and the clock of the tests; everything commits for real.

A test that asks for `database_url` (a migrated, empty database) or `db` (the same, connected) runs
on both engines, each in a test run of its own, because Tortoise keeps the SQL of the first engine
that a process has seen:

    pytest                      everything, with SQLite
    pytest --engine=postgres    the tests with a database, on PostgreSQL
    pytest --part=quick         what `make test` runs: all that is not marked slow; on PostgreSQL
                                the folders `proof` and `races` alone
    pytest --part=slow          the others
"""

import asyncio
import gc
import os
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, Protocol, cast, get_args

import hypothesis
import pytest
import uvloop

from tests.support import certificates, forking, models, postgres, sqlite
from wishcore import db as database

pytest_plugins = ("tests.support.proof",)

Engine = Literal["sqlite", "postgres"]
Part = Literal["quick", "slow"]

MEMORY_BYTES_MIN = 4 * 2**30
ENGINES = frozenset(get_args(Engine))
TESTS = Path(__file__).parent
QUICK_ON_POSTGRES = frozenset({"proof", "races"})
"""The folders whose tests `make test` runs on PostgreSQL, too, unless they are marked."""
TEMPLATE: pytest.StashKey[str] = pytest.StashKey()
SERVER: pytest.StashKey[postgres.Server] = pytest.StashKey()


class Worker(Protocol):
    """The part that we use of a worker of pytest-xdist, as its controller knows it."""

    workerinput: dict[str, str]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--engine",
        choices=("sqlite", "postgres"),
        default="sqlite",
        help="the database of this test run (postgres: only tests that use a database)",
    )
    parser.addoption(
        "--part",
        choices=("quick", "slow"),
        help="what `make test` runs, or what it leaves to `make test-slow` (neither: both)",
    )


def pytest_configure(config: pytest.Config) -> None:
    _keep_files_in_memory()
    _judge_properties_by_the_code(is_long=bool(config.getoption("--long")))
    certificates.trust_nobody()
    models.build_once()
    os.environ[models.ENGINE] = config.getoption("--engine")
    config.addinivalue_line(
        "markers", "only(engine): the test says something about this engine alone"
    )
    config.addinivalue_line(
        "markers", "nightly(*engines): only in the long run, on these engines or on all"
    )
    config.addinivalue_line(
        "markers", "slow(*engines): left to `make test-slow`, on these engines or on all"
    )
    if config.getoption("--engine") != "postgres":
        return
    if (given := getattr(config, "workerinput", None)) is not None:
        config.stash[TEMPLATE] = given["template"]
        return
    if config.option.collectonly:
        return
    server = config.stash[SERVER] = postgres.start()
    config.stash[TEMPLATE] = postgres.make_template(server.url, f"wish_{os.getpid()}")


def _judge_properties_by_the_code(*, is_long: bool) -> None:
    """Let no property fail because the machine is slow; a change meets the same cases each time."""
    hypothesis.settings.register_profile(
        "wish",
        deadline=None,
        suppress_health_check=[hypothesis.HealthCheck.too_slow],
        derandomize=not is_long,
        print_blob=True,
    )
    hypothesis.settings.load_profile("wish")


def _keep_files_in_memory() -> None:
    """Spare the tests the wait for a disk at each commit, where there is room."""
    memory = Path("/dev/shm")
    if memory.is_dir() and shutil.disk_usage(memory).free > MEMORY_BYTES_MIN:
        os.environ.setdefault(postgres.MEMORY, str(memory))


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: pytest.Item) -> None:
    if TEMPLATE in node.config.stash:
        cast("Worker", node).workerinput["template"] = node.config.stash[TEMPLATE]


def pytest_unconfigure(config: pytest.Config) -> None:
    forking.end()
    if SERVER in config.stash:
        if TEMPLATE in config.stash:
            postgres.drop(config.stash[TEMPLATE])
        config.stash[SERVER].stop()


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Load no file of which no test would be run: that takes half of what loading all takes."""
    if config.getoption("--part") != "quick" or config.getoption("--engine") != "postgres":
        return None
    return True if collection_path.is_file() and not is_quick_place(collection_path) else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    engine, is_long = config.getoption("--engine"), bool(config.getoption("--long"))
    part: Part | None = config.getoption("--part")
    kept = [
        item
        for item in items
        if _belongs(item, engine, is_long=is_long) and part in {None, _part_of(item, engine)}
    ]
    config.hook.pytest_deselected(items=list(set(items).difference(kept)))
    # A proof may take a minute: were it the last to begin, a single process would work to the end.
    items[:] = sorted(kept, key=lambda item: "proof" not in getattr(item, "fixturenames", ()))


def pytest_collection_finish() -> None:
    # What was loaded stays: to walk through it time and again took 6 of 100 seconds of a processor.
    gc.collect()
    gc.freeze()
    gc.set_threshold(forking.GARBAGE_MAX)


def pytest_asyncio_loop_factories() -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Let asynchronous tests run on the loop on which Sanic serves.

    Commands run on asyncio's own, in processes of their own.
    """
    return {"uvloop": uvloop.new_event_loop}


def _belongs(item: pytest.Item, engine: Engine, *, is_long: bool) -> bool:
    if not is_long and _is_marked(item, "nightly", engine):
        return False
    if (only := item.get_closest_marker("only")) is not None:
        return bool(only.args[0] == engine)
    return engine == "sqlite" or "engine" in getattr(item, "fixturenames", ())


def _part_of(item: pytest.Item, engine: Engine) -> Part:
    """Say in which part a test is: by its marks, and on PostgreSQL by its folder, too."""
    is_for_later = engine == "postgres" and not is_quick_place(item.path)
    return "slow" if is_for_later or _is_marked(item, "slow", engine) else "quick"


def is_quick_place(path: Path) -> bool:
    """Whether `make test` runs what is there on PostgreSQL, too."""
    return path.is_relative_to(TESTS) and not QUICK_ON_POSTGRES.isdisjoint(
        path.relative_to(TESTS).parts
    )


def _is_marked(item: pytest.Item, name: str, engine: Engine) -> bool:
    """Whether a test has this marker for this engine, or for all."""
    found = [set(marker.args) for marker in item.iter_markers(name)]
    assert all(engines <= ENGINES for engines in found), f"{item.nodeid}: {name}{found}"
    return any(not engines or engine in engines for engines in found)


@pytest.fixture(scope="session")
def engine(request: pytest.FixtureRequest) -> Engine:
    """Which database this test run uses."""
    return cast("Engine", request.config.getoption("--engine"))


@pytest.fixture(scope="session")
def migrated(
    engine: Engine,
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    worker_id: str,
) -> Iterator[str]:
    """What each test's database is made of: a file to copy, or a database to empty."""
    if engine == "sqlite":
        file = tmp_path_factory.mktemp("template") / "wish.sqlite3"
        sqlite.make_template(file)
        yield str(file)
    else:
        template = request.config.stash[TEMPLATE]
        url = postgres.copy_template(template, f"wish_{os.getpid()}_{worker_id}")
        yield url
        postgres.drop(url)


@pytest.fixture(scope="session")
def emptier(migrated: str) -> Iterator[postgres.Emptier]:
    """What empties the database of the tests, on PostgreSQL."""
    made = postgres.Emptier(migrated)
    yield made
    made.end()


@pytest.fixture
def database_url(
    engine: Engine, migrated: str, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[str]:
    """The URL of a migrated, empty database that nobody else uses."""
    if engine == "sqlite":
        file = tmp_path / "wish.sqlite3"
        shutil.copyfile(migrated, file)
        yield f"sqlite://{file}"
        sqlite.remove(file)
    else:
        emptier: postgres.Emptier = request.getfixturevalue("emptier")
        yield migrated
        emptier.empty()


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[str]:
    """This process connected to `database_url`; the value is the URL."""
    await database.connect(database_url, pool_max=8)
    yield database_url
    await database.disconnect()


@pytest.fixture
def now() -> datetime:
    """A moment to pass to operations."""
    return datetime(2026, 11, 20, 12, 30, tzinfo=UTC)
