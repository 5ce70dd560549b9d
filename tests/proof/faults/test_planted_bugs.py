"""Whoever looks for faults has to show that one would be found."""

from dataclasses import replace

import pytest

from tests.proof.faults.case import Broken
from tests.proof.faults.planted import PLANTED
from tests.proof.faults.playing import FLOWS, NotStruck, play, prepared, trials
from tests.proof.faults.stage import Stage
from tests.support.proof import Proof

pytestmark = pytest.mark.nightly("postgres")


@pytest.mark.parametrize("name", PLANTED)
async def test_a_planted_bug_is_caught(name: str, stage: Stage, proof: Proof) -> None:
    plant = PLANTED[name]
    flow = FLOWS[plant.flow]
    template, crossings = await prepared(stage, flow)
    install = [("tests.proof.faults.planted", name)]
    chosen = [
        trial
        for trial in trials(flow, stage, crossings)
        if (trial.fault.boundary == "stripe") == plant.is_of_stripe
        and trial.fault.mode == plant.mode
        and trial.came_back == "never"
    ]
    for trial in chosen:
        try:
            await play(stage, flow, template, trial, install=install)
        except NotStruck:
            continue
        except Broken as broken:
            said = str(broken)
            proof.inject(f"planted, and shown: {name}")
            break
    else:
        pytest.fail(f"{len(chosen)} cases did not show it.")
    assert plant.shown in said


async def test_a_fault_that_does_not_happen_proves_nothing(stage: Stage, proof: Proof) -> None:
    flow = FLOWS["token refreshed"]
    template, crossings = await prepared(stage, flow)
    trial = trials(flow, stage, crossings)[0]
    late = replace(trial.fault, at=1 + crossings.all[trial.fault.boundary])
    with pytest.raises(NotStruck):
        await play(stage, flow, template, replace(trial, fault=late))
    proof.inject("a fault after the last crossing")
