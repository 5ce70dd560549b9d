"""Money bugs planted one at a time: a check that does not notice its bug proves nothing."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.conftest import TEMPLATE, Engine
from tests.proof.machine.driver import Broken, replay
from tests.proof.machine.stage import Town, staged
from tests.proof.planted_bugs import BETWEEN_STATEMENTS, BUGS, PlantedBug
from tests.support.planted_tests import run_planted
from tests.support.planting import check
from tests.support.proof import Proof
from tests.support.server import Sandbox

pytestmark = pytest.mark.timeout(900)


@pytest.mark.nightly("postgres")
def test_the_product_ends_well_wherever_a_bug_would_be_noticed(
    town: Town, tmp_path: Path, stripe: Sandbox, proof: Proof
) -> None:
    with staged(tmp_path, town, stripe_url=stripe.url) as stage:
        for bug in BUGS:
            replay(stage, proof, bug.script)


@pytest.mark.nightly("postgres")
def test_every_bug_fits_the_source(proof: Proof) -> None:
    for bug in (*BUGS, *BETWEEN_STATEMENTS):
        check(bug.plant)
        proof.inject("bug that could be planted")


@pytest.mark.nightly("postgres")
@pytest.mark.only("sqlite")
@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_a_planted_bug_is_noticed(
    bug: PlantedBug, town: Town, tmp_path: Path, stripe: Sandbox, proof: Proof
) -> None:
    check(bug.plant)
    with staged(tmp_path, town, stripe_url=stripe.url, plant=bug.plant) as stage:
        proof.inject("bug planted")
        with pytest.raises(Broken) as noticed:
            replay(stage, proof, bug.script)
        cause = noticed.value.__cause__
        # Something that stopped the harness, or broke the server, says nothing about money.
        assert isinstance(cause, AssertionError), cause
        assert '"event":"bug"' not in str(cause), cause
        print(f"{bug.name}: {str(noticed.value)[:300]}")  # noqa: T201


@pytest.mark.only("postgres")
@pytest.mark.parametrize("bug", BETWEEN_STATEMENTS, ids=lambda bug: bug.name)
def test_a_bug_between_two_statements_is_noticed(
    bug: PlantedBug, request: pytest.FixtureRequest, engine: Engine, proof: Proof
) -> None:
    check(bug.plant)
    template = request.config.stash[TEMPLATE]
    server = urlsplit(template)._replace(path="/postgres").geturl()

    verdict = run_planted(bug.test, bug.plant, engine=engine, server=server)

    proof.inject("bug planted")
    assert verdict.code == pytest.ExitCode.TESTS_FAILED, verdict.said[-4000:]
    assert "1 failed" in verdict.said, verdict.said[-4000:]
    assert verdict.was_sown
