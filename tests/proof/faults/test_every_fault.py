"""Every question that the product asks of its database and of Stripe fails once, in every way.

pytest tests/proof/faults                    a sample of the cases
pytest tests/proof/faults --long             all of them
WISH_TEST_FAULT='pledge/stripe/3/kill after/late' pytest tests/proof/faults -k again
"""

import os
from typing import Final

import pytest

from tests.proof.faults.flows import Flow
from tests.proof.faults.playing import FLOWS, NotStruck, Trial, play, prepared, trials
from tests.proof.faults.stage import Stage, Template
from tests.support.proof import Proof

CHANGE: Final = {"postgres": 150, "sqlite": 60}
"""How many cases of all flows together are tried for a change."""
PLAYS_MAX: Final = 3
"""How often a question is waited for that is not asked each time."""
STRUCK_SHARE: Final = 0.95
"""Of the questions, so many have to be asked again: where two work side by side, some are not."""
AGAIN: Final = os.environ.get("WISH_TEST_FAULT")


@pytest.mark.slow("postgres")
@pytest.mark.parts(40)
@pytest.mark.parametrize("name", FLOWS)
async def test_whatever_fails_no_cent_is_lost_doubled_or_stuck(
    name: str, stage: Stage, proof: Proof
) -> None:
    flow = FLOWS[name]
    template, crossings = await prepared(stage, flow)
    assert crossings.all[stage.ground.engine]
    share = -(-CHANGE[stage.ground.engine] // len(FLOWS))
    broken: list[str] = []
    chosen, struck = proof.share(trials(flow, stage, crossings), share), 0
    for trial in chosen:
        try:
            if await _struck(stage, flow, template, trial):
                proof.inject(f"{name}: {trial.fault.boundary}, {trial.fault.mode}")
                struck += 1
        except Exception as error:
            broken.append(_told(trial, error, proof.seed, stage.ground.engine))
    assert not broken, "\n\n".join(broken)
    proof.reach("question that was asked, and struck", struck, of=len(chosen), share=STRUCK_SHARE)


async def _struck(stage: Stage, flow: Flow, template: Template, trial: Trial) -> bool:
    """Play a trial, a few times if need be; say whether the question was asked that it meets."""
    for _ in range(PLAYS_MAX):
        try:
            await play(stage, flow, template, trial)
        except NotStruck as missed:
            if not missed.is_chance:
                raise
        else:
            return True
    return False


if AGAIN is not None:

    async def test_again(stage: Stage) -> None:
        trial = Trial.read(str(AGAIN))
        flow = FLOWS[trial.flow]
        template, _ = await prepared(stage, flow)
        await play(stage, flow, template, trial)


def _told(trial: Trial, error: Exception, seed: int, engine: str) -> str:
    return (
        f"{trial} (seed {seed}): {type(error).__name__}: {error}\n"
        f"again: WISH_TEST_FAULT='{trial}' .venv/bin/pytest tests/proof/faults -k again"
        f" --engine={engine}"
    )
