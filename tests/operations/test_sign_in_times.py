"""How long a refusal takes says nothing: 2,000 pairs of sign-ins, known name against unknown.

The hash is made cheap here: it takes the same time for everybody, and what is left is what could
differ. Each attempt goes through the whole door, limits and events included.
"""

import math
import random
import statistics
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from time import perf_counter

import pytest

from tests.support.makers import refusal
from tests.support.newcomers import Outside, at
from wishcore import leaving

# Of the database it asks nothing that other operations do not ask.
pytestmark = [
    pytest.mark.usefixtures("db"),
    pytest.mark.nightly("postgres"),
    pytest.mark.timeout(340),
    pytest.mark.slow,
]


PAIRS = 2000
RESETS = 300
Z_MAX = 5.0
Z_AGAIN = 3.0
"""What is seen once is looked for again: this much, on the same side, confirms it."""


async def _seconds(work: Awaitable[object]) -> float:
    began = perf_counter()
    await refusal(work)
    return perf_counter() - began


async def _differences(
    one: Callable[[], Awaitable[object]], other: Callable[[], Awaitable[object]], pairs: int
) -> list[float]:
    """Return how much longer the one took than the other, in pairs of random order."""
    found = []
    for _ in range(pairs):
        if random.random() < 0.5:
            first = await _seconds(one())
            found.append(first - await _seconds(other()))
        else:
            second = await _seconds(other())
            found.append(await _seconds(one()) - second)
    return found


def _z(differences: list[float]) -> tuple[float, float]:
    """Return how many deviations from zero the mean is, and the share that is above zero.

    The slowest twentieth on either side is left out of the mean: pauses of the machine, not ours.
    """
    ordered = sorted(differences)
    cut = len(ordered) // 20
    kept = ordered[cut:-cut]
    mean = statistics.fmean(kept) / (statistics.stdev(kept) / math.sqrt(len(kept)))
    above = sum(one > 0 for one in differences)
    sign = (above - len(differences) / 2) / math.sqrt(len(differences) / 4)
    return mean, sign


def _is_seen(differences: list[float]) -> bool:
    return max(map(abs, _z(differences))) >= Z_MAX


def _is_confirmed(first: list[float], second: list[float]) -> bool:
    """Whether what was seen in the first is there again in the second, by the same measure."""
    return any(
        abs(one) >= Z_MAX and abs(again) >= Z_AGAIN and one * again > 0
        for one, again in zip(_z(first), _z(second), strict=True)
    )


async def _assert_same(
    one: Callable[[], Awaitable[object]], other: Callable[[], Awaitable[object]], pairs: int
) -> None:
    """Fail if the same is slower in two samples: what a busy machine does may look so in one."""
    first = await _differences(one, other, pairs)
    if _is_seen(first):
        second = await _differences(one, other, pairs)
        assert not _is_confirmed(first, second), (_z(first), _z(second))


class _Attempts:
    """Wrong passwords for one name, each from another network, in a window of its own."""

    def __init__(self, now: datetime) -> None:
        self.outside = Outside(now)
        self._count = 0

    def __call__(self, login: str) -> Awaitable[object]:
        self._count += 1
        outside = Outside(self.outside.now + timedelta(minutes=6) * self._count)
        return outside.sign_in(login, "wrong", client=at(f"192.0.2.{self._count % 250}"))


async def test_a_known_name_takes_as_long_as_an_unknown_one(now: datetime) -> None:
    attempt = _Attempts(now)
    await attempt.outside.sign_up("known@example.com")

    await _assert_same(
        lambda: attempt("known@example.com"), lambda: attempt("other@example.com"), PAIRS
    )


async def test_a_closed_account_takes_as_long_as_an_unknown_one(now: datetime) -> None:
    attempt = _Attempts(now)
    profile = await attempt.outside.sign_up("known@example.com")
    await leaving.close_account(profile.id, now=now)

    await _assert_same(
        lambda: attempt("known@example.com"), lambda: attempt("other@example.com"), RESETS
    )


async def test_a_reset_and_a_sign_up_take_as_long_for_a_taken_address(now: datetime) -> None:
    outside = Outside(now)
    await outside.sign_up("known@example.com")
    count = 0

    def asked(name: str, email: str) -> Awaitable[object]:
        nonlocal count
        count += 1
        later = Outside(now + timedelta(days=1, seconds=1) * count)
        return getattr(later, name)(email, client=at())  # type: ignore[no-any-return]

    for name in ("ask_reset", "ask"):
        await _assert_same(
            lambda name=name: asked(name, "known@example.com"),  # type: ignore[misc]
            lambda name=name: asked(name, "other@example.com"),  # type: ignore[misc]
            RESETS,
        )


def test_a_difference_would_be_found() -> None:
    same, other = ([random.gauss(0, 100e-6) for _ in range(PAIRS)] for _ in range(2))
    longer, longer_again = ([one + 20e-6 for one in each] for each in (same, other))
    assert not _is_seen(same)
    assert _is_seen(longer)
    assert _is_confirmed(longer, longer_again)
    assert not _is_confirmed(longer, other)
    assert not _is_confirmed(longer, [-one for one in longer_again])
