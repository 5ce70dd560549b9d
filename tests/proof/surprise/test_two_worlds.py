"""The owner learns nothing: two worlds, in one of which givers act, are the same to the owner.

Both begin as copies of one database and hear the same requests at the same moments, right ones and
wrong ones, of owners signed in, of their front ends, and of anybody anonymous. Every answer of the
one is compared with that of the other: status, headers, bytes of the body; then every letter, and
every row on the owners' side. Nothing is replaced and nothing left out but `Date`, the ids of
letters and of the sync's rows, and the salt of passwords.
"""

import pytest

from tests.proof.surprise.conftest import OpenWorlds
from tests.proof.surprise.givers import Givers
from tests.proof.surprise.pairs import Asking, Pair
from tests.proof.surprise.requests import NOT_OWNERS, SPOILERS
from tests.proof.surprise.rounds import Round
from tests.proof.surprise.tour import tour
from tests.support.proof import Proof

CHANGE = 100
AT_ONCE = 25
STEPS = 3
TOURISTS = 20
pytestmark = pytest.mark.timeout(900)  # Seconds; it is for machines that are busy elsewhere.


@pytest.mark.slow("postgres")
@pytest.mark.parts(20)
def test_owners_see_the_same_whatever_givers_do(open_worlds: OpenWorlds, proof: Proof) -> None:
    count = proof.size(CHANGE, 3000)
    worlds = open_worlds(owners=count)
    givers = Givers(worlds.busy, worlds.furniture.givers, proof.random)
    pairs: list[Pair] = []
    letters = 0
    with Asking(worlds) as asking:
        for begun in range(0, count, AT_ONCE):
            one = Round(worlds, asking, givers, proof.random)
            one.run(min(AT_ONCE, count - begun), steps=STEPS)
            pairs += one.pairs
            letters += one.letters
            proof.inject("pair of worlds", len(one.pairs))
    for what, times in givers.did.items():
        proof.inject(f"unseen by owners: {what}", times)
    proof.inject("request to both worlds", asking.asked.total())
    # It reached what could have been seen, and it was seen from where it may be.
    for what, times, share in (
        ("pair with a reserved item", sum(pair.is_reserved for pair in pairs), 0.7),
        ("pair of which a paid item was changed", sum(pair.was_touched for pair in pairs), 0.3),
        ("pair that a giver can tell apart", sum(pair.is_seen for pair in pairs), 0.9),
        ("gift bought", givers.did["gift bought"], 0.05),
        ("pledge taken back", givers.did["pledge taken back: 204"], 0.05),
        ("pledge disputed", givers.did["pledge at last disputed"], 0.02),
        ("letter compared", letters, 0.15),
    ):
        proof.reach(what, times, of=count, share=share)
    for kind in (*SPOILERS, "right"):
        proof.reach(f"request, {kind}", asking.asked[kind], of=asking.asked.total(), share=0.0003)
    assert asking.asked.keys() <= {*SPOILERS, "right"}


@pytest.mark.slow
@pytest.mark.nightly("postgres")
def test_every_operation_of_the_document_is_compared(open_worlds: OpenWorlds, proof: Proof) -> None:
    """An operation that is added is met without a change here, or fails until it can be."""
    worlds = open_worlds(owners=TOURISTS)
    givers = Givers(worlds.busy, worlds.furniture.givers, proof.random)
    with Asking(worlds) as asking:
        one = Round(worlds, asking, givers, proof.random)
        one.begin(TOURISTS)
        givers.give(one.pairs, whole=True)
        assert tour(asking, one.pairs) == set()
        one.compare()
    proof.inject("operation compared", len(asking.operations))
    documented = {operation.name for operation in worlds.contract.operations}
    assert documented - {operation.name for operation in asking.operations} == set(NOT_OWNERS)
