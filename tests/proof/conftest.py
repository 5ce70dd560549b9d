"""What the tests of the money machine share: a sandbox, and a database with people in it."""

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from tests.conftest import TEMPLATE, Engine
from tests.proof.machine.stage import Town
from tests.support import postgres
from tests.support.server import Sandbox, start_sandbox


@pytest.fixture(scope="session")
def stripe(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """The stand-in for Stripe; every run empties it."""
    started = start_sandbox(tmp_path_factory.mktemp("stripe"))
    try:
        yield started
    finally:
        started.end()


@pytest.fixture(scope="session")
def town(
    engine: Engine,
    migrated: str,
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    worker_id: str,
) -> Iterator[Town]:
    """A database of which every run empties all but the people."""
    begins = datetime.now(UTC).replace(microsecond=0)
    if engine == "sqlite":
        file = tmp_path_factory.mktemp("town") / "wish.sqlite3"
        shutil.copyfile(migrated, file)
        yield Town(f"sqlite://{file}", begins)
        return
    name = f"wish_{os.getpid()}_{worker_id}_town"
    url = postgres.copy_template(request.config.stash[TEMPLATE], name)
    yield Town(url, begins)
    postgres.drop(url)
