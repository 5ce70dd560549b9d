"""Every action twice at once, at two servers: exactly half of them have an effect."""

import pytest

from tests.proof.races.pairs import PAIRS
from tests.proof.races.stage import ROUNDS_MAX, Stage
from tests.support.proof import Proof

pytestmark = pytest.mark.slow

STATUS_MAX = 503
"""Unavailable is an answer, which asks to come again; a bug (500) is none."""


@pytest.mark.parts(4)
@pytest.mark.parametrize("name", PAIRS)
def test_of_two_at_once_one_has_an_effect(stage: Stage, proof: Proof, name: str) -> None:
    for _ in range(proof.size(change=1, long=100)):
        pair = PAIRS[name](stage)

        answers = stage.together(pair.asks)

        said = [(answer.status_code, answer.text[:200]) for answer in answers]
        assert all(status < 500 or status == STATUS_MAX for status, _ in said), said
        assert pair.effects(answers) == 1, said
        proof.inject(f"{name.replace('_', ' ')}, twice at once")
        if pair.shared is not None:
            assert stage.heal(pair.shared) <= ROUNDS_MAX
            stage.agree(pair.shared)
