"""Rounds: many owners' scripts side by side, so that jobs, hours and prices are shared."""

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from tests.api.world import dump
from tests.proof.surprise.givers import Givers
from tests.proof.surprise.pairs import Asking, Pair, ToldApart, compare_letters
from tests.proof.surprise.requests import ASINS
from tests.proof.surprise.tour import go_round
from tests.proof.surprise.worlds import TwoWorlds
from wishcore.confirmations.models import Purpose

GIFTS: Final = 3
"""So many are bought in each round, of which owners may remove some."""
_SALTED: Final = re.compile(r"\$argon2id\$[^']+")
_GUESTS: Final = repr(Purpose.GUEST.value)
GIVERS_TABLES: Final = frozenset(
    {
        "funding", "pledge", "pledge_event", "refund", "ledger_entry", "payment_notice", "visitor",
        "visitor_pass",
        # How often somebody did something, by whom: what an owner sees of it is in the answers.
        "rate_limit", "catalogue_access", "job_lease", "security_event",
        "aerich",
    }
)  # fmt: skip
"""Tables that may differ. A table that is added belongs to the owners until it is named here."""


@dataclass
class Round:
    """Some owners live through one list each, in both worlds; givers act in the busy one."""

    worlds: TwoWorlds
    asking: Asking
    givers: Givers
    draw: random.Random
    pairs: list[Pair] = field(default_factory=list)
    letters: int = 0
    differed_before: frozenset[str] = frozenset()
    """Rows that an earlier round's leak left different."""

    def run(self, count: int, *, steps: int, does_all: bool = False) -> None:
        """Run so many pairs to their end; each first does all that there is to do, if wanted.

        Raises:
            ToldApart: an owner, or somebody anonymous, could tell the worlds apart.
        """
        self.begin(count)
        self.givers.give(self.pairs, whole=True)
        self.givers.did["gift bought"] += self.worlds.buy(GIFTS)
        for pair in self.pairs:
            pair.watch(self.givers.somebody())
            pair.set_prices()
        self._steps(steps)
        if does_all:
            for number, pair in enumerate(self.pairs):
                go_round(self.asking, pair, number, stays=True)
        self._prices()
        self.worlds.wait(timedelta(minutes=61))
        self.worlds.run_jobs()
        self.givers.give(self.pairs, whole=False)
        self.givers.take_back()
        self._steps(steps)
        # Some deadlines pass; what is not fully paid goes back.
        self.worlds.wait(timedelta(hours=3))
        self.worlds.run_jobs()
        self._steps(steps)
        self.compare()

    def begin(self, count: int) -> None:
        """Let so many owners make and share a list."""
        self.pairs = list(self._begun(count))
        for pair in self.pairs:
            pair.begin()

    def compare(self) -> None:
        """Compare all that can be read at the end: lists, mail, and what is stored."""
        for pair in self.pairs:
            pair.look()
        self.letters += sum(compare_letters(self.worlds, pair.owner) for pair in self.pairs)
        found = differing_rows(self.worlds)
        if differing := found.keys() - self.differed_before:
            raise ToldApart("rows", str([found[key] for key in sorted(differing)[:2]]))

    def _begun(self, count: int) -> Iterator[Pair]:
        for owner in self.worlds.take_owners(count):
            yield Pair(self.asking, owner, str(self.draw.getrandbits(64)))

    def _steps(self, count: int) -> None:
        for _ in range(count):
            for pair in self.pairs:
                pair.step()

    def _prices(self) -> None:
        for asin in ASINS:
            if self.draw.random() < 0.9:
                amount = f"{self.draw.randrange(1, 60)}.{self.draw.randrange(100):02}"
                self.worlds.offer(asin, amount, order_max=self.draw.choice([1, 2, 5]))


def differing_rows(worlds: TwoWorlds) -> dict[str, str]:
    """Return the rows on the owners' side that are not the same in both worlds, by table and id."""
    quiet, busy = (dump(side.database_url) for side in worlds.sides)
    assert quiet.keys() == busy.keys()
    return {
        f"{name} {row.partition(', ')[0]}": f"{name}: {row}"
        for name in sorted(quiet.keys() - GIVERS_TABLES)
        for row in set(_without_chance(name, quiet[name])) ^ set(_without_chance(name, busy[name]))
    }


def _without_chance(name: str, rows: Sequence[str]) -> list[str]:
    # A guest's code is the giver's. A product's row is made by a job, whose ids nobody sees;
    # passwords are salted.
    if name == "confirmation":
        rows = [row for row in rows if _GUESTS not in row]
    if name == "product_quote":
        return sorted(row.partition(", ")[2] for row in rows)
    return [_SALTED.sub("password", row) for row in rows]
