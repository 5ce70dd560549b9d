"""Owners need nothing of the givers' side: it may be gone, locked, or in the middle of a write."""

import contextlib
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

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
from tests.proof.surprise.givers import Givers
from tests.proof.surprise.hanging import hanging, held_up, take_back_a_part
from tests.proof.surprise.pairs import Asking, Pair, ToldApart
from tests.proof.surprise.rounds import Round
from tests.proof.surprise.tour import go_round, tour
from tests.proof.surprise.worlds import TwoWorlds
from tests.support.proof import Proof
from tests.support.server import eventually, is_so_within

OWNERS = 20
AFTER_A_LEAK = 3
READERS = 2
DONE_LEAST = 15
pytestmark = pytest.mark.timeout(900)


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


@pytest.mark.nightly("postgres")  # What an answer needs is the same on both.
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


@pytest.mark.slow
@pytest.mark.only("postgres")
def test_nobody_needs_what_is_locked(open_worlds: OpenWorlds, proof: Proof) -> None:
    """All givers' tables are locked, and givers hang at the beginning of their pledges."""
    worlds = open_worlds(owners=OWNERS)
    with Asking(worlds) as asking:
        one = begun(asking, proof)
        # What Stripe still tells of earlier gifts would wait, too.
        busy = worlds.busy
        eventually(lambda: is_all_heard(busy.sandbox, busy.database_url), what="it is quiet")
        with Held(busy.database_url) as held, hanging(worlds, one.pairs[0], held) as answers:
            eventually(lambda: held.most_waiting > 0, seconds=30, what="a giver hangs")
            assert one.pairs[0].edit_items() == {200}
            left = tour(asking, one.pairs, without=OWN_PLEDGES)
        assert left == set()
        assert held.looks > 1
        assert held.waited_for_givers == 0
        assert 0 < held.most_waiting <= len(one.pairs[0].items), "Givers wait, and nobody else."
        assert answers
        proof.inject("operation while givers hang", len(asking.operations))


@pytest.mark.only("postgres")
def test_nobody_waits_for_a_giver(open_worlds: OpenWorlds, proof: Proof) -> None:
    """Givers hang where they write a table, with all that they have locked until then."""
    worlds = open_worlds(owners=2 * len(leaks.LOCKS), is_leaky=True)
    # All of what could meet a giver's locks; at night what only reads, too.
    without = OWN_PLEDGES if proof.is_long else OWN_PLEDGES | _reads(worlds)
    with Asking(worlds) as asking:
        for number, (leak, table) in enumerate(leaks.LOCKS.items()):
            pair = _prepared(asking, proof, table)
            with held_up(worlds, pair, table) as held:
                assert pair.edit_items() == {200}
                done = go_round(asking, pair, number, without=without)
            assert held.looks > 1
            assert held.waited_for_givers == 0, table
            assert len(done) > DONE_LEAST, done
            proof.inject(f"operation while givers hang at {table}", len(done))
            leaky = _prepared(asking, proof, table)
            switch_on(worlds, leak)
            with held_up(worlds, leaky, table) as held, _editing(leaky):
                is_noticed = is_so_within(30, lambda: held.waited_for_givers > 0)
                held.let_go()  # Or the owner would wait some seconds more.
            worlds.plan.leak = 0
            assert is_noticed, leak
            proof.inject(f"planted leak, caught by the blindfold: {leak}")


@pytest.mark.only("sqlite")
def test_nobody_waits_to_read_while_a_giver_writes(open_worlds: OpenWorlds, proof: Proof) -> None:
    """A file has one writer at a time, so owners' changes wait for a commit; reads never do."""
    worlds = open_worlds(owners=READERS)
    with Asking(worlds) as asking:
        one = begun(asking, proof, READERS)
        # One process has one connection to a file: a notice that waits to be written would hold it.
        worlds.run_jobs("recover")
        busy = worlds.busy
        eventually(lambda: is_all_heard(busy.sandbox, busy.database_url), what="it is quiet")
        # The export writes down that it was asked for.
        without = {o.name for o in asking.operations if o.method != "GET"} | {"export_account"}
        with giver_is_writing(worlds.busy.database_url):
            for number, pair in enumerate(one.pairs):
                done = go_round(asking, pair, number, without=frozenset(without))
                proof.inject("read while a giver writes", len(done))


@contextlib.contextmanager
def _editing(pair: Pair) -> Iterator[None]:
    """Let an owner edit all the time: on a busy machine whoever hangs may give up and come back."""
    is_over = threading.Event()

    def edit() -> None:
        while not is_over.is_set():
            with contextlib.suppress(ToldApart):  # The busy world answers late, or not at all.
                pair.edit_items()

    with ThreadPoolExecutor(1) as thread:
        editing = thread.submit(edit)
        try:
            yield
        finally:
            is_over.set()
    editing.result()


def _reads(worlds: TwoWorlds) -> frozenset[str]:
    return frozenset(one.name for one in worlds.contract.operations if one.method == "GET")


def _prepared(asking: Asking, proof: Proof, table: str) -> Pair:
    """Let an owner share a list of which somebody may pay, or has taken back, what it takes."""
    worlds = asking.worlds
    givers = Givers(worlds.busy, worlds.furniture.givers, proof.random)
    one = Round(worlds, asking, givers, proof.random)
    one.begin(1)
    (pair,) = one.pairs
    pair.memory.places.remove(worlds.furniture.friends_list)
    if table == "refund":
        pair.set_prices(5000)
        take_back_a_part(worlds, pair, pair.items[1])
    return pair
