"""Databases that two worlds are made of."""

import contextlib
import itertools
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import TEMPLATE, Engine
from tests.proof.surprise.worlds import CopyDatabase, TwoWorlds, copy_sqlite, two_worlds
from tests.support import postgres

OpenWorlds = Callable[..., TwoWorlds]
_numbers = itertools.count()


@pytest.fixture
def open_worlds(
    engine: Engine,
    migrated: str,
    request: pytest.FixtureRequest,
    tmp_path: Path,
    worker_id: str,
) -> Iterator[OpenWorlds]:
    """Open two worlds with so many owners; they end with the test."""
    made: list[str] = []

    def copy_postgres(base_url: str, name: str) -> str:
        full = f"wish_{os.getpid()}_{worker_id}_{name}_{next(_numbers)}"
        made.append(postgres.copy_template(base_url, full))
        return made[-1]

    with contextlib.ExitStack() as stack:

        def begin(*, owners: int, is_leaky: bool = False) -> TwoWorlds:
            if engine == "sqlite":
                base = f"sqlite://{tmp_path / 'base.sqlite3'}"
                shutil.copyfile(migrated, tmp_path / "base.sqlite3")
                copy: CopyDatabase = copy_sqlite
            else:
                base = copy_postgres(request.config.stash[TEMPLATE], "base")
                copy = copy_postgres
            worlds = two_worlds(tmp_path, base, copy, owners=owners, is_leaky=is_leaky)
            return stack.enter_context(worlds)

        yield begin
    for url in made:
        postgres.drop(url)
