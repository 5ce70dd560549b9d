"""One server for all bad input: without limits, which would answer before anything is looked at."""

import json
from collections.abc import Iterator

import pytest

# The same processes and databases as in the tests of the API.
from tests.api.conftest import MakeDatabase, make_database, running_world, sandbox
from tests.api.world import World
from tests.proof.bad_input.realm import Realm, furnished
from tests.support.server import Sandbox

__all__ = ["make_database", "sandbox"]


@pytest.fixture(scope="session")
def bad_world(
    make_database: MakeDatabase, sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """The server; its log is looked at when it has ended: no bug, no secret, no broken line."""
    with running_world(
        tmp_path_factory.mktemp("bad_input"),
        sandbox,
        database_url=make_database("bad_input"),
        WISH_RATE_LIMITS="false",
    ) as world:
        yield world
        lines = world.server.log().splitlines()
        assert [line for line in lines if not _is_whole(line)] == []


def _is_whole(line: str) -> bool:
    """Say whether a line of the log is one event, and not the rest of one."""
    return line.startswith("{") and {"event", "level", "timestamp"} <= json.loads(line).keys()


@pytest.fixture(scope="module")
def realm(bad_world: World) -> Realm:
    """Everybody who may knock there; each module has its own, for some of it ends sessions."""
    return furnished(bad_world)
