"""Draws the steps of a run, takes them, and finds a short sequence that fails.

Hypothesis was tried first: of its runs five in six are copies of earlier ones with a step put in
another's place, which is cheap where a run takes a millisecond. Here it takes half a second, and
in 900 steps 127 were forged notices and no pledge stayed paid. So every step is drawn anew, by
weight, and what is left of hypothesis is its idea of a shorter example.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, Final

from typing_extensions import override

from tests.proof.machine.stage import Stage
from tests.proof.machine.steps import PRICES, STEPS
from tests.proof.machine.trouble import TroubledPlay
from tests.support.proof import Proof

SHRINK_SECONDS_MAX: Final = 120.0


@dataclass(frozen=True)
class Step:
    """A step that was drawn."""

    name: str
    arguments: dict[str, Any]

    @override
    def __str__(self) -> str:
        """Return it as it would be written."""
        given = ", ".join(f"{name}={value!r}" for name, value in self.arguments.items())
        return f"{self.name}({given})"


@dataclass(frozen=True)
class Script:
    """What was drawn of one run."""

    prices: tuple[int, int]
    steps: tuple[Step, ...]

    @override
    def __str__(self) -> str:
        """Return a line for each step."""
        lines = (f"  {number}. {step}" for number, step in enumerate(self.steps, start=1))
        return "\n".join((f"  0. items of {self.prices[0]} and {self.prices[1]}", *lines))


class Broken(AssertionError):
    """A run cannot be right; the text has its shortest script."""


def run_all(stage: Stage, proof: Proof, *, runs: int, steps: int, shrinks: bool = True) -> None:
    """Play so many runs of so many steps each.

    Raises:
        Broken: one cannot be right.
    """
    for _ in range(runs):
        seed = proof.random.getrandbits(32)
        script, failure = _draw_and_play(stage, proof, Random(seed), steps)
        if failure is None:
            continue
        tries = 0
        if shrinks:
            script, failure, tries = _shortest(stage, proof, script, failure)
        raise Broken(
            f"{failure}\n\nAfter {tries} shorter tries (seed {seed}):\n{script}"
        ) from failure


def replay(stage: Stage, proof: Proof, script: Script) -> None:
    """Play a run that was written down.

    Raises:
        Broken: it cannot be right.
    """
    failure = _replay(stage, proof, script)
    if failure is not None:
        raise Broken(f"{failure}\n\n{script}") from failure


def _draw_and_play(
    stage: Stage, proof: Proof, chance: Random, count: int
) -> tuple[Script, Exception | None]:
    """Draw each step among those that are possible, and take it."""
    prices = (chance.choice(PRICES), chance.choice(PRICES))
    # Some kinds of steps are left out of a run, and some are frequent: so runs differ.
    weights = {name: kind.weight * chance.choice((0, 1, 1, 3)) for name, kind in STEPS.items()}
    weights["pledge"] = weights["pledge"] or 10
    taken: list[Step] = []

    def take_all(play: TroubledPlay) -> None:
        while len(taken) < count:
            possible = [name for name in STEPS if weights[name] and _is_possible(play, name)]
            if not possible:
                possible = ["pledge_as_the_owner"]
            (name,) = chance.choices(possible, [max(weights[one], 1) for one in possible])
            choices = STEPS[name].choices
            step = Step(name, {key: chance.choice(values) for key, values in choices.items()})
            taken.append(step)
            _take(play, step)

    failure = _failure_of(stage, proof, prices, take_all)
    return Script(prices, tuple(taken)), failure


def _replay(stage: Stage, proof: Proof, script: Script) -> Exception | None:
    def take_all(play: TroubledPlay) -> None:
        for step in script.steps:
            if _is_possible(play, step.name):
                _take(play, step)

    return _failure_of(stage, proof, script.prices, take_all)


def _failure_of(
    stage: Stage,
    proof: Proof,
    prices: tuple[int, int],
    take_all: Callable[[TroubledPlay], None],
) -> Exception | None:
    play = TroubledPlay(stage, proof, prices=list(prices))
    proof.inject("run")
    try:
        take_all(play)
        play.end()
    except Exception as failure:
        play.abort()
        return failure
    return None


def _is_possible(play: TroubledPlay, name: str) -> bool:
    return all(is_met(play) for is_met in STEPS[name].needs)


def _take(play: TroubledPlay, step: Step) -> None:
    STEPS[step.name].take(play, **step.arguments)
    play.look()
    play.proof.inject("step")


def _shortest(
    stage: Stage, proof: Proof, script: Script, failure: Exception
) -> tuple[Script, Exception, int]:
    """Leave out halves, quarters, … single steps as long as the run still fails."""
    end, tries = time.monotonic() + SHRINK_SECONDS_MAX, 0
    size = len(script.steps) // 2
    while size:
        start = 0
        while start < len(script.steps) and time.monotonic() < end:
            steps: Sequence[Step] = script.steps[:start] + script.steps[start + size :]
            shorter = Script(script.prices, tuple(steps))
            tries += 1
            if (again := _replay(stage, proof, shorter)) is not None:
                script, failure = shorter, again
            else:
                start += size
        size //= 2
    return script, failure, tries
