"""Random people, clocks, cards, crashes and notices: after every step all books agree.

A failure prints a short sequence of steps that fails, and the seed.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.conftest import Engine
from tests.proof.machine.driver import run_all
from tests.proof.machine.stage import Stage, Town, staged
from tests.support.proof import Proof
from tests.support.server import Sandbox

CHANGE: Final[dict[Engine, int]] = {"sqlite": 50, "postgres": 5}
"""Runs in each half of a change's test; the long run has as many on both engines."""
pytestmark = [pytest.mark.timeout(3600), pytest.mark.slow("postgres")]


@pytest.fixture
def stage(town: Town, tmp_path: Path, stripe: Sandbox) -> Iterator[Stage]:
    """The processes of this test."""
    with staged(tmp_path, town, stripe_url=stripe.url) as stage:
        yield stage


@pytest.mark.parts(20)
@pytest.mark.parametrize("_half", [1, 2])
def test_no_cent_is_lost_or_doubled_whatever_happens(
    stage: Stage, proof: Proof, engine: Engine, _half: int
) -> None:
    """Half of the runs, so that two processes share them."""
    runs = proof.size(CHANGE[engine], 1000)
    run_all(stage, proof, runs=runs, steps=50 if proof.is_long else 30)
