"""The ground for a whole test run, and a stage on it for each test."""

import os
from collections.abc import AsyncIterator, Iterator

import pytest

from tests.conftest import TEMPLATE, Engine
from tests.proof.faults.stage import Ground, Stage, ground, staged
from tests.support import postgres


@pytest.fixture(scope="session")
def faults_ground(
    engine: Engine,
    migrated: str,
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    worker_id: str,
) -> Iterator[Ground]:
    """The warm process of this test run, with its own databases."""
    folder = tmp_path_factory.mktemp("faults")
    empty = migrated
    if engine == "postgres":
        name = f"wish_{os.getpid()}_{worker_id}_faults"
        empty = postgres.copy_template(request.config.stash[TEMPLATE], name)
    with ground(engine, empty, folder) as made:
        yield made
    if engine == "postgres":
        postgres.drop(empty)


@pytest.fixture
async def stage(faults_ground: Ground) -> AsyncIterator[Stage]:
    """The product behind a wire that can be cut, before a Stripe that can fail."""
    async with staged(faults_ground) as made:
        yield made
