"""A file of SQLite that cannot grow: 503 until there is room again, and every row as it was."""

import contextlib
import resource
import sqlite3
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

import pytest

from tests.api.conftest import StartWorld
from tests.proof.staying_up.alive import assert_alive, assert_books
from tests.support.load import PRICE, Load, load_on
from tests.support.proof import Proof
from tests.support.server import Server, eventually

AWAY: Final = frozenset({(503, "database_unavailable"), (503, "payments_unavailable")})
UNLIMITED: Final = resource.RLIM_INFINITY

pytestmark = [pytest.mark.only("sqlite"), pytest.mark.timeout(600), pytest.mark.slow]


def limit_files(server: Server, size: int) -> None:
    """Let no file of the server grow beyond so many bytes; -1: as far as the disk goes."""
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (size, UNLIMITED))


@pytest.mark.parts(4)
def test_a_disk_runs_full_and_has_room_again(start: StartWorld, proof: Proof) -> None:
    world = start(WISH_RATE_LIMITS="false")
    load = load_on(world.shared(price=PRICE))
    file = Path(world.server.environment["DATABASE_URL"].removeprefix("sqlite://"))
    sizes = [file, file.with_name(f"{file.name}-wal")]
    with load.running():
        for _ in range(proof.size(2, 80)):
            _until(load, partial(_is_more, load.told.__len__, len(load.told) + 2))
            room = proof.random.choice([0, 4096, 20_000])
            limit_files(world.server, max(f.stat().st_size for f in sizes if f.exists()) + room)
            _until(load, partial(_is_more, partial(_refused, load), _refused(load) + 10))
            assert load.read_once() in {200, 503}
            with contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as other:
                assert other.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            limit_files(world.server, UNLIMITED)
            proof.inject("disk full")
        _until(load, partial(_is_more, load.told.__len__, len(load.told) + 2))

    strange = {pair for pair in load.codes() if pair[0] not in {200, 201, 202}} - AWAY
    assert strange == {(404, "pledge_not_found")}, load.seen
    load.check()
    assert_books(load.shared)
    assert_alive(load.shared, load.givers[0])


def _is_more(count: Callable[[], int], most: int) -> bool:
    return count() > most


def _refused(load: Load) -> int:
    return load.count("pledge", 503) + load.count("edit", 503)


def _until(load: Load, holds: Callable[[], bool]) -> None:
    eventually(lambda: holds() or bool(_wrong(load)), seconds=60, what="it goes on")
    assert _wrong(load) == []


def _wrong(load: Load) -> list[object]:
    return [*load.bugs, *(pair for pair in load.codes() if pair[0] == 500)]
