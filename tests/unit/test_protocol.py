"""The protocol of a charge, in every order in which things can happen."""

import time

import pytest

from tests.unit.charging import (
    CHARGED_TWICE,
    OURS,
    RESOLD,
    UNRECORDED,
    WRONG,
    Protocol,
    compare_then_confirm,
    explore,
    free_without_canceling,
)

SECONDS_MAX = 5.0


def test_ours_has_no_violation_in_any_state() -> None:
    begun = time.perf_counter()
    explored = explore(OURS, workers=3, recoveries=2, crashes=3)
    assert explored.violations == set()
    assert explored.states > 5_000, "It has not seen much."
    assert time.perf_counter() - begun < SECONDS_MAX


@pytest.mark.parametrize(
    ("name", "workers", "violation"),
    [
        ("charge, then record", 2, CHARGED_TWICE),
        ("charge, then record", 1, UNRECORDED),
        ("record, charge, recovery sends the key again", 2, CHARGED_TWICE),
        ("record, charge, recovery marks as failed", 2, RESOLD),
        ("record, charge, recovery looks and then charges", 2, CHARGED_TWICE),
        ("create, store by overwriting, confirm", 2, CHARGED_TWICE),
        ("ours, but a refused creation declines whatever is stored", 2, RESOLD),
    ],
)
def test_the_others_fail(name: str, workers: int, violation: str) -> None:
    assert violation in explore(WRONG[name], workers=workers, recoveries=1, crashes=1).violations


def test_giving_up_without_canceling_fails_too() -> None:
    """Recovery must hear from Stripe that nobody can confirm any more."""
    careless = Protocol(compare_then_confirm, free_without_canceling)
    assert RESOLD in explore(careless, workers=1, recoveries=1, crashes=0).violations
