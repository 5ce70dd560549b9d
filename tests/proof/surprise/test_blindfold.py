"""Owners need nothing of the givers' side: it may be gone, locked, or in the middle of a write."""

import contextlib
import threading
from collections.abc import Iterator
from uuid import uuid4

import pytest

from tests.api.world import is_all_heard
from tests.proof.surprise import leaks
from tests.proof.surprise.blindfold import (
    OWN_PLEDGES,
    Held,
    giver_is_writing,
    without_tables,
)
from tests.proof.surprise.conftest import OpenWorlds
from tests.proof.surprise.givers import Givers, giver_request
from tests.proof.surprise.pairs import Asking, Pair, ToldApart
from tests.proof.surprise.rounds import Round
from tests.proof.surprise.tour import go_round, tour
from tests.proof.surprise.wire import Line
from tests.proof.surprise.worlds import TwoWorlds
from tests.support.proof import Proof
from tests.support.server import eventually

OWNERS = 20
AFTER_A_LEAK = 3
READERS = 2
pytestmark = pytest.mark.timeout(900)  # Seconds; it is for machines that are busy elsewhere.


def begun(asking: Asking, proof: Proof, count: int = OWNERS) -> Round:
    """Let owners make lists, and givers pay for them in the busy world."""
    worlds = asking.worlds
    givers = Givers(worlds.busy, worlds.furniture.givers, proof.random)
    one = Round(worlds, asking, givers, proof.random)
    one.begin(count)
    for pair in one.pairs:  # There they are givers, and see what givers see.
        pair.memory.places.remove(worlds.furniture.friends_list)
    givers.give(one.pairs, whole=True)
    assert all(pair.given for pair in one.pairs)
    return one


def switch_on(worlds: TwoWorlds, name: str) -> None:
    worlds.plan.leak = leaks.names().index(name) + 1


def test_every_answer_is_the_same_without_the_givers_tables(
    open_worlds: OpenWorlds, proof: Proof
) -> None:
    worlds = open_worlds(owners=OWNERS + AFTER_A_LEAK, is_leaky=True)
    with Asking(worlds) as asking:
        one = begun(asking, proof)
        with without_tables(worlds.busy.database_url):
            for pair in one.pairs:
                assert pair.try_to_give_to_oneself() == {403}
            assert tour(asking, one.pairs, without=OWN_PLEDGES) == set()
        one.compare()
        proof.inject("operation without the givers' tables", len(asking.operations))
        others = begun(asking, proof, AFTER_A_LEAK)
        switch_on(worlds, leaks.A_LOOK)
        with (
            without_tables(worlds.busy.database_url),
            pytest.raises(ToldApart, match="500"),
        ):
            tour(asking, others.pairs, without=OWN_PLEDGES)
        proof.inject(f"planted leak, caught by the blindfold: {leaks.A_LOOK}")


@pytest.mark.only("postgres")
def test_nobody_waits_for_a_giver(open_worlds: OpenWorlds, proof: Proof) -> None:
    """The givers' tables are locked, and givers hang in the middle of their pledges."""
    worlds = open_worlds(owners=OWNERS + AFTER_A_LEAK, is_leaky=True)
    with Asking(worlds) as asking:
        one = begun(asking, proof)
        # What Stripe still tells of earlier gifts would wait, too.
        busy = worlds.busy
        eventually(lambda: is_all_heard(busy.sandbox, busy.database_url), what="it is quiet")
        with Held(worlds.busy.database_url) as held, hanging(worlds, one.pairs[0]) as hang:
            eventually(lambda: held.most_waiting > 0, seconds=30, what="a giver hangs")
            assert one.pairs[0].edit_items() == {200}
            left = tour(asking, one.pairs, without=OWN_PLEDGES)
        assert left == set()
        assert held.waited_for_givers == 0
        assert 0 < held.most_waiting <= len(one.pairs[0].items), "Givers wait, and nobody else."
        assert hang
        proof.inject("operation while givers hang", len(asking.operations))
        others = begun(asking, proof, AFTER_A_LEAK)
        switch_on(worlds, leaks.A_LOCK)
        with Held(worlds.busy.database_url) as held, hanging(worlds, others.pairs[0]):
            eventually(lambda: held.most_waiting > 0, seconds=30, what="a giver hangs")
            with contextlib.suppress(ToldApart):
                others.pairs[0].edit_items()
        assert held.waited_for_givers > 0
        proof.inject(f"planted leak, caught by the blindfold: {leaks.A_LOCK}")


@pytest.mark.only("sqlite")
def test_nobody_waits_to_read_while_a_giver_writes(open_worlds: OpenWorlds, proof: Proof) -> None:
    """A file has one writer at a time, so owners' changes wait for a commit; reads never do."""
    worlds = open_worlds(owners=READERS)
    with Asking(worlds) as asking:
        one = begun(asking, proof, READERS)
        # One process has one connection to a file: a notice that waits to be written would hold it.
        eventually(lambda: not worlds.busy.sandbox.queued(), seconds=30, what="all notices came")
        worlds.run_jobs("recover")
        # The export writes down that it was asked for.
        without = {o.name for o in asking.operations if o.method != "GET"} | {"export_account"}
        with giver_is_writing(worlds.busy.database_url):
            for number, pair in enumerate(one.pairs):
                done = go_round(asking, pair, number, without=frozenset(without))
                proof.inject("read while a giver writes", len(done))


@contextlib.contextmanager
def hanging(worlds: TwoWorlds, pair: Pair) -> Iterator[list[int]]:
    """Let a giver pledge for each item again and again; each hangs in the middle."""
    stop, answers = threading.Event(), list[int]()

    def pledge(item: str, token: str) -> None:
        line = Line(worlds.busy.url)
        path = f"/v1/shared/{pair.token}/items/{item}/pledges"
        while not stop.is_set():
            body = {"id": str(uuid4()), "whole": True, "payment_method": "pm_card_visa"}
            answers.append(line.ask(giver_request("POST", path, token, "198.19.3.3", body)).status)
            stop.wait(0.05)  # The item may be gone by now.
        line.close()

    threads = [
        threading.Thread(target=pledge, args=work)
        for work in zip(pair.items, worlds.furniture.givers, strict=False)
    ]
    for thread in threads:
        thread.start()
    try:
        yield answers
    finally:
        stop.set()
        for thread in threads:
            thread.join()
