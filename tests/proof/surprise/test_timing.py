"""The clock: an owner's requests take as long where much was given as where nothing was.

Each sample is a few requests to two lists of one owner in one world, in random order, of which the
quickest of each count: what else the machine does meets both. What is asked is which of the two
was slower (Wilcoxon's signed ranks): a machine that is busy blurs that, and does not shift it.
"""

import json
import math
import random
import time
from collections.abc import Sequence
from statistics import median

import pytest

from tests.proof.surprise import leaks
from tests.proof.surprise.conftest import OpenWorlds
from tests.proof.surprise.givers import Givers
from tests.proof.surprise.pairs import Asking, Pair
from tests.proof.surprise.rounds import Round
from tests.proof.surprise.wire import Line, Request
from tests.support.proof import Proof

Z_MAX = 5.0
GIVEN_TIMES = 8
BEST_OF = 3
ITEM = {"title": "Bench", "price": {"amount_minor": 2500, "currency": "USD"}}
pytestmark = [pytest.mark.timeout(900), pytest.mark.nightly("postgres")]


@pytest.mark.parts(5)
def test_what_was_given_takes_no_time(open_worlds: OpenWorlds, proof: Proof) -> None:
    worlds = open_worlds(owners=1, is_leaky=True)
    count = proof.size(80, 3000)
    ways = Clock.WAYS if proof.is_long else Clock.QUICK_WAYS
    with Asking(worlds) as asking:
        one = Round(worlds, asking, Givers(worlds.busy, worlds.furniture.givers, proof.random),
                    proof.random)  # fmt: skip
        one.begin(1)
        (pair,) = one.pairs
        much = (pair.list_id, pair.token, pair.items[0])
        for _ in range(GIVEN_TIMES):
            one.givers.give(one.pairs, whole=True)
        pair.items.clear()
        pair.begin()
        nothing = (pair.list_id, pair.token, pair.items[0])
    clock = Clock(worlds.busy.url, pair, proof.random)
    for name in ways:
        z = clock.z(name, much, nothing, count)
        if abs(z) >= Z_MAX:  # One in two million by chance; a machine that stood still is likelier.
            z = clock.z(name, much, nothing, count)
        assert abs(z) < Z_MAX, f"{name}: z = {z:.1f}, {clock.shift * 1e6:.0f} µs"
        proof.inject(f"timed pair of requests: {name}", count)
    worlds.plan.leak = leaks.names().index(leaks.A_DELAY) + 1
    seen = max(clock.z("own items", much, nothing, count) for _ in range(2))
    clock.close()
    assert seen >= Z_MAX, f"The clock is blind: z = {seen:.1f}"
    proof.inject(f"planted leak, caught by the clock: {leaks.A_DELAY}")


class Clock:
    """Times pairs of an owner's requests."""

    WAYS = ("own list", "own items", "own item", "shared, anonymous", "shared, owner",
            "edit item", "add and withdraw")  # fmt: skip
    QUICK_WAYS = ("own items", "shared, anonymous", "edit item")

    def __init__(self, url: str, pair: Pair, draw: random.Random) -> None:
        self.shift = 0.0
        """The median difference of the last comparison, in seconds."""
        self._line = Line(url)
        self._token = pair.owner.token
        self._draw = draw

    def close(self) -> None:
        """Close the connection."""
        self._line.close()

    def z(
        self, way: str, much: tuple[str, str, str], nothing: tuple[str, str, str], count: int
    ) -> float:
        """Return by how many standard deviations the one list is slower than the other."""
        differences = []
        for _ in range(count):
            order = [much, nothing] * BEST_OF
            self._draw.shuffle(order)
            best = {much: math.inf, nothing: math.inf}
            for where in order:
                best[where] = min(best[where], self._time(way, where))
            differences.append(best[much] - best[nothing])
        self.shift = median(differences)
        return signed_ranks(differences)

    def _time(self, way: str, where: tuple[str, str, str]) -> float:
        list_id, token, item_id = where
        items = f"/v1/lists/{list_id}/items"
        match way:
            case "own list":
                return self._timed("GET", f"/v1/lists/{list_id}")
            case "own items":
                return self._timed("GET", items)
            case "own item":
                return self._timed("GET", f"{items}/{item_id}")
            case "shared, anonymous":
                return self._timed("GET", f"/v1/shared/{token}", signed=False)
            case "shared, owner":
                return self._timed("GET", f"/v1/shared/{token}")
            case "edit item":
                return self._timed("PATCH", f"{items}/{item_id}", {"note": "n"})
        made = self._line.ask(self._request("POST", items, ITEM))
        added: str = json.loads(made.body)["id"]
        return self._timed("DELETE", f"{items}/{added}")

    def _timed(self, method: str, path: str, body: object = None, *, signed: bool = True) -> float:
        request = self._request(method, path, body, signed=signed)
        began = time.perf_counter()
        seen = self._line.ask(request)
        took = time.perf_counter() - began
        assert seen.is_done, (request, seen)
        return took

    def _request(
        self, method: str, path: str, body: object = None, *, signed: bool = True
    ) -> Request:
        headers = {"X-Forwarded-For": "198.19.5.5"}
        if signed:
            headers["Authorization"] = f"Bearer {self._token}"
        content = json.dumps(body).encode() if body is not None else None
        if content:
            headers["Content-Type"] = "application/json"
        return Request(method=method, path=path, headers=headers, body=content)


def signed_ranks(differences: Sequence[float]) -> float:
    """Return Wilcoxon's z: 0 where neither side is slower, positive where the first one is."""
    ordered = sorted((one for one in differences if one), key=abs)
    total = sum(rank if one > 0 else -rank for rank, one in enumerate(ordered, start=1))
    n = len(ordered)
    return total / math.sqrt(n * (n + 1) * (2 * n + 1) / 6) if n else 0.0


def test_the_statistic_sees_a_shift_and_no_noise() -> None:
    draw = random.Random(1)
    noise = [draw.gauss(0, 1) for _ in range(1000)]
    assert abs(signed_ranks(noise)) < Z_MAX
    assert signed_ranks([one + 0.3 for one in noise]) > Z_MAX
    assert signed_ranks([one - 0.3 for one in noise]) < -Z_MAX
    assert signed_ranks([]) == 0.0
