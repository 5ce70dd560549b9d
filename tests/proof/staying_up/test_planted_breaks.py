"""Whoever says that nothing stops the server has to notice when something does."""

import re

import pytest
from _pytest.mark import ParameterSet

from tests.conftest import Engine
from tests.proof.staying_up.breaks import BREAKS, Break
from tests.support.planted_tests import run_planted
from tests.support.planting import check
from tests.support.proof import Proof

SECONDS_MAX = 600

pytestmark = [pytest.mark.timeout(900), pytest.mark.slow]


def test_every_break_fits_the_source(proof: Proof) -> None:
    for one in BREAKS:
        check(one.plant)
        proof.inject("break that could be planted")


def _case(one: Break) -> ParameterSet:
    only = [pytest.mark.only(*one.engines)] if len(one.engines) == 1 else []
    return pytest.param(one, marks=only, id=one.name)


@pytest.mark.nightly
@pytest.mark.parametrize("planted", [_case(one) for one in BREAKS])
def test_a_break_is_noticed(planted: Break, proof: Proof, engine: Engine) -> None:
    options = [f"--long={planted.share}"] if planted.share else []

    verdict = run_planted(
        planted.test, planted.plant, *options, engine=engine, seconds_max=SECONDS_MAX
    )

    proof.inject("break planted")
    assert verdict.was_sown, verdict.said[-4000:]
    assert verdict.code == pytest.ExitCode.TESTS_FAILED, verdict.said[-4000:]
    assert "1 failed" in verdict.said, verdict.said[-4000:]
    told = [line for line in verdict.said.splitlines() if line.startswith("E  ")]
    assert re.search(planted.shown, "\n".join(told)), told
