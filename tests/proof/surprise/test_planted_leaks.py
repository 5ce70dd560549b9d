"""The two worlds, tried: each planted leak tells them apart, and without one nothing does."""

import re
from random import Random

import pytest

from tests.proof.surprise import leaks
from tests.proof.surprise.conftest import OpenWorlds
from tests.proof.surprise.givers import Givers
from tests.proof.surprise.pairs import Asking, ToldApart
from tests.proof.surprise.rounds import Round, differing_rows
from tests.proof.surprise.worlds import TwoWorlds
from tests.support.proof import Proof

ROUNDS = 6
ROUNDS_LONG = 12
"""What a long run draws may need more rounds until it comes upon what a leak shows in."""
AT_ONCE = 2
STEPS = 1
UPDATED_AT = r'^body: .*"updated_at":"(\S+?)".*≠.*"updated_at":"(?!\1")|^rows: .*[\'"]{}: '
PRICE = r'^body: .*"amount_minor":(\d+).*≠.*"amount_minor":(?!\1\b)'
SHOWS = {
    "an item that is pledged for cannot be withdrawn":
        r"^status: 204 ≠ 409 .*list_inactive.* after DELETE /v1/lists/.*/items/",
    "a list that is pledged for cannot be edited":
        r"^status: 200 ≠ 409 .*list_inactive.* after P(UT|ATCH) /v1/lists/",
    "another reason for a refused price":
        r"^(status|body): .*There are pledges of more than that",
    "what is gone answers 409 where somebody gave, not 404":
        r"^status: 404 ≠ 409 .*list_inactive",
    "the quantity that is left":
        r'^body: .*"quantity":(\d).*≠.*"quantity":(?!\1)',
    "items in the order of what was given":
        r'^body: .*"id":"(\S+)".*≠.*"id":"(?!\1").* after GET /v1/shared/',
    "a cursor that knows":
        r'^body: .*(\w+)"}.*≠.*\1x"}.* after GET /v1/lists/.*/items',
    "a list that stays active until its refunds are done":
        r'^body: .*"state":"inactive".*≠.*"state":"active"',
    "funding for anonymous visitors":
        r'^body: .*"pledged":.*≠.*"pledged":.* after GET /v1/shared/',
    "a pledge touches the item":
        UPDATED_AT.format("item"),
    "a visit checks the price":
        PRICE,
    "a letter to the owner":
        r"^letters: .*@people.example.*, (\d+) ≠ (?!\1\b)",
    "the export tells who gave":
        r'^body: .*≠.*"description":"Reserved".* after GET /v1/me/export',
    "the sync leaves out what is reserved":
        rf'{PRICE}|^rows: \["item: ',
    "closing marks the list":
        UPDATED_AT.format("wish_list"),
    "the owner's own try tells what is left":
        r"^status: 403 ≠ 409 .*item_not_open",
    "a count of pledges in a header":
        r"^headers: .*'X-Served'",
    "an ETag of the whole table":
        r"^headers: .*'ETag'",
    "an answer of another length":
        r'^body: .*"title":"([^"]*\S) *".*≠.*"title":"\1 *".* after GET /v1/shared/',
}  # fmt: skip
"""What must tell the worlds apart, by the leak: any other difference is an accident."""

pytestmark = [
    pytest.mark.timeout(900),
    pytest.mark.nightly("postgres"),
]  # Seconds; it is for machines that are busy elsewhere.


def test_every_planted_leak_is_caught(open_worlds: OpenWorlds, proof: Proof) -> None:
    assert {*leaks.names()} - leaks.UNSEEN == SHOWS.keys()
    rounds = ROUNDS_LONG if proof.is_long else ROUNDS
    worlds = open_worlds(owners=AT_ONCE * rounds * (len(SHOWS) + 1), is_leaky=True)
    with Asking(worlds) as asking:
        assert _caught(worlds, asking, proof.random, rounds) is None, "Nothing was switched on yet."
        proof.inject("round without a leak", rounds)
        missed = []
        for name, shows in SHOWS.items():
            worlds.plan.leak = leaks.names().index(name) + 1
            told = _caught(worlds, asking, proof.draws(name), rounds)
            worlds.plan.leak = 0
            worlds.end_lists()
            if told is None:
                missed.append(f"{name}: nothing was seen")
            elif not re.search(shows, str(told), re.DOTALL):
                missed.append(f"{name}: it was something else that was seen, not {shows}: {told}")
            else:
                proof.inject(f"planted leak, caught by {told.relation}: {name}")
        proof.inject("request to both worlds", asking.asked.total())
        assert not missed, "\n".join(missed)


def _caught(worlds: TwoWorlds, asking: Asking, draw: Random, rounds: int) -> ToldApart | None:
    """Return what told the worlds apart, if anything did in so many rounds."""
    givers = Givers(worlds.busy, worlds.furniture.givers, draw)
    for _ in range(rounds):
        try:
            one = Round(worlds, asking, givers, draw)
            one.differed_before = frozenset(differing_rows(worlds))
            one.run(AT_ONCE, steps=STEPS, does_all=True)
        except ToldApart as told:
            return told
    return None
