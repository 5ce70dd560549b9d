"""The stage of the races: two servers on one database, and the commands of an operator."""

from collections.abc import Iterator

import httpx
import pytest

from tests.api.conftest import MakeDatabase, make_database, running_world, sandbox
from tests.conftest import Engine
from tests.proof.races.stage import Stage
from tests.support.commands import commands
from tests.support.server import Sandbox

__all__ = ["make_database", "sandbox"]


@pytest.fixture(scope="session")
def stage_of_run(
    engine: Engine,
    make_database: MakeDatabase,
    sandbox: Sandbox,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Stage]:
    """Two servers on both engines: one process proves nothing on SQLite, and little elsewhere."""
    url = make_database("races")
    folder = tmp_path_factory.mktemp("races")
    # One folder: letters are read where both write them. One address, as behind a balancer.
    with (
        running_world(folder / "one", sandbox, database_url=url) as one,
        running_world(
            folder / "other",
            sandbox,
            database_url=url,
            WISH_VAR=str(folder / "one" / "var"),
            WISH_PUBLIC_URL=one.server.url,
        ) as other,
        commands(folder, one.server.environment) as started,
    ):
        yield Stage(one, other, started)


@pytest.fixture
def stage(stage_of_run: Stage) -> Iterator[Stage]:
    """Everything, without faults: make what you need, and count on nothing else."""
    sandbox = stage_of_run.sandbox
    sandbox.notify(stage_of_run.other.server)
    yield stage_of_run
    httpx.delete(f"{sandbox.url}/_sandbox/faults").raise_for_status()
    sandbox.control("webhook/disorder")
