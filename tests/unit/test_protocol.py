"""The protocol of a charge, in every order in which things can happen."""

import pytest

from tests.support.durations import fastest
from tests.unit.charging import OURS, OURS_WITHOUT_A_COMMON_KEY, WRONG
from tests.unit.exploring import CHARGED_TWICE, RESOLD, STUCK, UNRECORDED, explore

SECONDS_MAX = 5.0


def test_ours_has_no_violation_in_any_state() -> None:
    """Three workers, two recoveries, a giver who cancels, three crashes, keys forgotten."""

    def play() -> None:
        explored = explore(OURS, workers=3, recoveries=2, givers=1, crashes=3)
        assert explored.violations == set()
        assert explored.states == 83_736, "Another protocol, or one that is not explored."

    assert fastest(play, enough=SECONDS_MAX, tries=3) < SECONDS_MAX


def test_ours_needs_no_common_key() -> None:
    """Workers of three versions, or at three addresses: each creates an intent of its own."""
    explored = explore(OURS_WITHOUT_A_COMMON_KEY, workers=3, recoveries=1, givers=1, crashes=3)
    assert explored.violations == set()
    assert explored.states == 92_217, "Another protocol, or one that is not explored."


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
        ("ours, but recovery gives up without canceling", 1, RESOLD),
        ("ours, but the giver takes back without canceling", 1, RESOLD),
        ("ours, but nobody recovers", 1, STUCK),
    ],
)
def test_the_others_fail(name: str, workers: int, violation: str) -> None:
    found = explore(WRONG[name], workers=workers, recoveries=1, givers=1, crashes=1)
    assert violation in found.violations


def test_every_wrong_protocol_is_tried() -> None:
    for name, protocol in WRONG.items():
        assert explore(protocol, workers=2, recoveries=1, givers=1, crashes=1).violations, name
