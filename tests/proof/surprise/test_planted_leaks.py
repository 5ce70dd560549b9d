"""The two worlds, tried: each planted leak tells them apart, and without one nothing does."""

import pytest

from tests.proof.surprise import leaks
from tests.proof.surprise.conftest import OpenWorlds
from tests.proof.surprise.givers import Givers
from tests.proof.surprise.pairs import Asking, ToldApart
from tests.proof.surprise.rounds import Round, differing_rows
from tests.proof.surprise.worlds import TwoWorlds
from tests.support.proof import Proof

ROUNDS_MAX = 4
AT_ONCE = 3
STEPS = 1
LEAST = 12
pytestmark = [
    pytest.mark.timeout(900),
    pytest.mark.nightly("postgres"),
]  # Seconds; it is for machines that are busy elsewhere.


def test_every_planted_leak_is_caught(open_worlds: OpenWorlds, proof: Proof) -> None:
    planted = [name for name in leaks.names() if name not in leaks.UNSEEN]
    assert len(planted) >= LEAST
    worlds = open_worlds(owners=AT_ONCE * ROUNDS_MAX * (len(planted) + 1), is_leaky=True)
    with Asking(worlds) as asking:
        assert _caught(worlds, asking, proof, rounds=1) is None, "Nothing was switched on yet."
        missed = []
        for name in planted:
            worlds.plan.leak = leaks.names().index(name) + 1
            relation = _caught(worlds, asking, proof, rounds=ROUNDS_MAX)
            worlds.plan.leak = 0
            if relation is None:
                missed.append(name)
            else:
                proof.inject(f"planted leak, caught by {relation}: {name}")
        assert missed == []


def _caught(worlds: TwoWorlds, asking: Asking, proof: Proof, *, rounds: int) -> str | None:
    """Return in what a leak was seen, if it was."""
    givers = Givers(worlds.busy, worlds.furniture.givers, proof.random)
    for _ in range(rounds):
        try:
            one = Round(worlds, asking, givers, proof.random)
            one.differed_before = frozenset(differing_rows(worlds))
            one.run(AT_ONCE, steps=STEPS, does_all=True)
        except ToldApart as told:
            return told.relation
    return None
