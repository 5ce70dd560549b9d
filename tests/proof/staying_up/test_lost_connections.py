"""PostgreSQL cuts its connections, crashes, or has none left: 503 for a while, nothing lost."""

import contextlib
import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Final

import pytest

from tests.api.conftest import StartWorld
from tests.proof.staying_up.alive import assert_alive, assert_books
from tests.support import postgres
from tests.support.load import PRICE, Load, load_on
from tests.support.outside import Session, end_others, held
from tests.support.proof import Proof
from tests.support.server import eventually, is_so_within
from tests.support.slowness import SlowWire, slow_wire

BACK_SECONDS_MAX: Final = 15.0
"""How long after PostgreSQL is back every request may still find it away."""
CUT_EDITS: Final = 4
COMMITTED_SHARE: Final = 0.5
"""Of the COMMITs that are cut, those that were done."""
AWAY: Final = frozenset({(503, "database_unavailable"), (503, "payments_unavailable")})
"""What may be answered besides what is right: nothing is saved, or the same is to be sent again."""

pytestmark = [pytest.mark.only("postgres"), pytest.mark.timeout(600), pytest.mark.slow]


@pytest.fixture
def own_postgres() -> Iterator[postgres.Server]:
    """A server that may be crashed."""
    server = postgres.start_own()
    try:
        yield server
    finally:
        server.stop()


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parts(4)
def test_every_connection_is_cut_again_and_again(
    start: StartWorld, database_url: str, proof: Proof, workers: int
) -> None:
    settings = {"DATABASE_POOL_MAX": "6", "WISH_WORKERS": str(workers)}
    with (
        slow_wire(database_url) as wire,
        contextlib.closing(Session(database_url)) as session,
    ):
        load = load_on(
            start(url=wire.url, WISH_RATE_LIMITS="false", **settings).shared(price=PRICE)
        )
        with load.running():
            for _ in range(proof.size(4, 400)):
                _wait_for_edits(load, len(load.titles) + proof.random.randrange(1, 4))
                proof.inject("database connections cut", end_others(session))
                is_done = proof.random.random() < COMMITTED_SHARE
                before = wire.commits_cut
                wire.cut_commit(is_done=is_done)
                eventually(partial(wire.has_cut, before + 1), seconds=30, what="a COMMIT")
                proof.inject(f"COMMIT cut, {'done' if is_done else 'not done'}")
            _goes_on(load)

        for number in range(2 * CUT_EDITS):
            _edit_cut(load, wire, f"Cut {number}", is_done=number % 2 == 0)
            proof.inject("COMMIT of an edit cut")
        _check(load)


@pytest.mark.parts(4)
def test_the_database_crashes_under_load(
    start: StartWorld, own_postgres: postgres.Server, proof: Proof
) -> None:
    url = postgres.make_template(own_postgres.url, f"crash_{os.getpid()}")
    with contextlib.closing(Session(url)) as session:
        session.execute("CHECKPOINT")  # So that nothing can be lost but what the product writes.
    world = start(url=url, WISH_RATE_LIMITS="false")
    load = load_on(world.shared(price=PRICE), givers=4)
    with load.running():
        for _ in range(proof.size(2, 60)):
            _goes_on(load)
            own_postgres.restart()
            proof.inject("PostgreSQL crashed and restarted")
        _goes_on(load)

    assert load.codes() & AWAY, "Nobody noticed."
    _check(load)


def test_no_connection_left(start: StartWorld, database_url: str, proof: Proof) -> None:
    world = start(WISH_RATE_LIMITS="false", DATABASE_POOL_MAX="3")
    load = load_on(world.shared(price=PRICE), givers=1)
    crowd = 12
    began = time.monotonic()
    with ThreadPoolExecutor(2 * crowd) as pool, held(database_url) as wait:
        edits = [pool.submit(load.edit_once) for _ in range(crowd)]
        wait(3)
        reads = [pool.submit(load.read_once) for _ in range(crowd)]
        proof.inject("requests without a connection", 2 * crowd)
        for one in (*edits, *reads):
            one.result()

    assert time.monotonic() - began < 40, "Everybody is answered within the time of an answer."
    assert load.bugs == []
    assert {status for status, _ in load.codes()} == {200, 503}, load.seen
    assert load.count("edit", 503) == crowd, load.seen
    eventually(lambda: load.read_once() == 200, what="there are connections again")
    assert_alive(load.shared, load.givers[0])


def _wait_for_edits(load: Load, count: int) -> None:
    eventually(lambda: len(load.titles) >= count or bool(load.bugs), seconds=30, what="edits")


def _goes_on(load: Load) -> None:
    """Insist that within seconds somebody pays, reads and edits again."""
    before = [load.count(kind, 200, 201) for kind in ("pledge", "read", "edit")]

    def is_back() -> bool:
        now = [load.count(kind, 200, 201) for kind in ("pledge", "read", "edit")]
        return all(new > old + 1 for new, old in zip(now, before, strict=True)) or bool(load.bugs)

    is_served = is_so_within(BACK_SECONDS_MAX, is_back)
    assert is_served, f"After {BACK_SECONDS_MAX} s not everybody is served again: {load.seen}"
    assert load.bugs == []


def _edit_cut(load: Load, wire: SlowWire, title: str, *, is_done: bool) -> None:
    """Cut the COMMIT of an edit while nobody else is there: what is told is what is stored."""
    before, path = wire.commits_cut, f"/v1/lists/{load.shared.list_id}"
    owner = load.shared.owner.api
    wire.cut_commit(is_done=is_done)
    told = owner.send("PATCH", path, {"title": title}).status_code
    load.titles.append((title, told == 200))
    assert wire.commits_cut == before + 1, "An edit commits."
    stored = owner.get(path)["title"]
    assert told in {200, 503}, told
    assert told == 503 or stored == title, "An edit that was told is not there"
    assert not is_done or stored == title, "A COMMIT that was done is not there"


def _check(load: Load) -> None:
    strange = {pair for pair in load.codes() if pair[0] not in {200, 201, 202}} - AWAY
    assert strange == {(404, "pledge_not_found")}, load.seen
    load.check()
    assert_books(load.shared)
    assert_alive(load.shared, load.givers[0])
