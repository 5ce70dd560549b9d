"""Every fault of Stripe's stand-in, met by servers and jobs; afterwards no cent is astray."""

import itertools
import signal
from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import Final

import pytest

from tests.api.conftest import running_world
from tests.api.world import Shared
from tests.proof.races.stage import ROUNDS_MAX, Stage, did, pledge_with, rules, send
from tests.support.http import Json
from tests.support.proof import Proof
from tests.support.sandbox import CANCEL, CONFIRM, INTENTS, METHODS, REFUNDS, token_of_a_card

pytestmark = pytest.mark.slow

ANYTHING: Final = ("", "null", "[]", "5", "{}", '{"id": null}', '{"id": 5, "object": "x"}', "{")
FAULTS: Final[tuple[Json, ...]] = (
    {"action": "delay", "seconds": 0.2},
    {"action": "drop_before"}, {"action": "drop_after"},
    {"action": "truncate"}, {"action": "reset"},
    {"action": "status", "status": 409}, {"action": "status", "status": 429},
    {"action": "status", "status": 500}, {"action": "status_after", "status": 500},
    {"action": "status_kept", "status": 500},
    {"action": "html"}, {"action": "html_after"},
    {"action": "huge", "body_bytes": 16 * 1024 * 1024},
    {"action": "notice_first"},
    *({"action": "malformed", "body": body} for body in ANYTHING),
)  # fmt: skip
CARDS: Final = (
    "tok_visa", "pm_card_visa", "pm_card_chargeDeclined", "pm_card_authenticationRequired",
    "pm_sandbox_processing", "pm_sandbox_processingDeclined", "pm_card_pendingRefund",
    "pm_card_refundFail", "pm_sandbox_pendingRefundFails", "pm_card_createDispute",
)  # fmt: skip
HOUR: Final = 3600
TRIES: Final = 2
"""The SDK asks twice: only a fault that meets both is a fault to us."""
JOBS_MAX: Final = 40
"""How often a job runs at most until it has met every fault: it ends when Stripe is silent."""
ANSWERS: Final = frozenset({200, 201, 202, 402, 409, 503})


def pledge_all(stage: Stage, shared: Shared, bodies: Sequence[Json]) -> set[int]:
    """Send these pledges, sixteen at a time, and return the statuses."""
    found: set[int] = set()
    for first in range(0, len(bodies), 16):
        giver = stage.guests(1)[0]  # One giver may send thirty an hour.
        asks = [partial(send, giver, shared, body) for body in bodies[first : first + 16]]
        found |= set(stage.together(asks))
    return found


def met_twice(path: str, *, method: str = "POST") -> list[Json]:
    """Return every fault once: each meets a request and its repetition, or two requests."""
    return [
        {**fault, "path": path, "method": method, "nth": 1 + TRIES * number, "times": TRIES}
        for number, fault in enumerate(FAULTS)
    ]


def until_all_met(stage: Stage, job: str, *, every_minutes: int) -> Counter[str]:
    """Run a job until it has met every fault of two requests; return how often it met each."""
    delivered: Counter[str] = Counter()
    for number in range(1, JOBS_MAX + 1):
        stage.job(job, ahead=60 * every_minutes * number)
        delivered = did(stage.sandbox)
        if delivered.total() == 2 * TRIES * len(FAULTS):
            return delivered
    raise AssertionError(f"Of {2 * TRIES * len(FAULTS)} faults it met these alone: {delivered}")


@pytest.mark.parametrize("path", [METHODS, INTENTS, CONFIRM], ids=["methods", "intents", "confirm"])
def test_every_fault_of_a_charge(stage: Stage, proof: Proof, path: str) -> None:
    shared = stage.one.shared(price=1_000_000)
    bodies = [pledge_with(token_of_a_card(), 1000 + number) for number in range(2 * len(FAULTS))]

    with rules(stage.sandbox, *met_twice(path)):
        assert pledge_all(stage, shared, bodies) <= ANSWERS
        delivered = did(stage.sandbox)

    for what, times in delivered.items():
        proof.inject(f"{what} at {path}", times)
    assert sum(delivered.values()) == TRIES * len(FAULTS)
    assert stage.heal(shared) <= ROUNDS_MAX
    states = stage.agree(shared)
    assert states["paid"] > TRIES, states
    assert states.total() == len(bodies)


def test_every_fault_of_a_refund(stage: Stage, proof: Proof) -> None:
    shared = stage.one.shared(price=1_000_000)
    bodies = [pledge_with("pm_card_visa", 1000) for _ in range(2 * len(FAULTS))]
    assert pledge_all(stage, shared, bodies) == {201}
    shared.owner.api.delete(f"/v1/lists/{shared.list_id}")
    stage.job("expire")

    with rules(stage.sandbox, *met_twice(REFUNDS), *met_twice(REFUNDS, method="GET")):
        delivered = until_all_met(stage, "refund", every_minutes=4)

    for what, times in delivered.items():
        proof.inject(f"{what} at {REFUNDS}", times)
    assert stage.heal(shared) <= ROUNDS_MAX
    assert stage.agree(shared) == {"refunded": len(bodies)}


@pytest.mark.nightly("postgres")
def test_faults_of_reading_and_canceling(stage: Stage, proof: Proof) -> None:
    """Recovery itself meets every fault, and goes on later."""
    shared = stage.one.shared(price=1_000_000)
    bodies = [pledge_with("pm_card_authenticationRequired", 1000) for _ in range(2 * len(FAULTS))]
    assert pledge_all(stage, shared, bodies) == {202}

    with rules(
        stage.sandbox, *met_twice(CANCEL), *met_twice("/v1/payment_intents/*", method="GET")
    ):
        delivered = until_all_met(stage, "recover", every_minutes=32)

    for what, times in delivered.items():
        proof.inject(f"{what} while recovering", times)
    assert stage.heal(shared) <= ROUNDS_MAX
    assert stage.agree(shared) == {"abandoned": len(bodies)}


@pytest.mark.parts(20)
def test_storms_by_seed(stage: Stage, proof: Proof) -> None:
    for _ in range(proof.size(change=1, long=200)):
        one_storm(stage, proof, proof.random.randrange(2**32))


def one_storm(stage: Stage, proof: Proof, seed: int) -> None:
    """Let everything go wrong by one seed: calls, cards, notices, keys, refunds, disputes."""
    shared = stage.one.shared(price=1_000_000)
    chance = proof.random
    actions = sorted({str(fault["action"]) for fault in FAULTS} - {"huge", "notice_first"})
    storm = {
        "among": actions, "share": 0.25, "seed": seed, "times": None,
        "path": "/v1/*", "seconds": 0.05, "body": chance.choice(ANYTHING),
    }  # fmt: skip
    stage.sandbox.control(
        "webhook/disorder",
        {"duplicate_share": 0.3, "forged_share": 0.2, "jitter_seconds": 0.3, "seed": seed},
    )
    bodies = [pledge_with(chance.choice(CARDS), 500 + 100 * number) for number in range(12)]
    with rules(stage.sandbox, storm):
        assert pledge_all(stage, shared, bodies) <= ANSWERS, seed
        stage.sandbox.control("settle")
        if chance.random() < 0.5:
            stage.sandbox.control("keys/forget")
        if chance.random() < 0.7:
            shared.owner.api.delete(f"/v1/lists/{shared.list_id}/items/{shared.item_id}")
        for name in ("recover", "expire", "refund"):
            stage.job(name, ahead=660)
        delivered = did(stage.sandbox)
    for what, times in delivered.items():
        proof.inject(f"{what} by seed", times)
    # An error that Stripe repeats ends with the key: a refund takes another at the third try, and
    # may then be slow.
    assert stage.heal(shared) <= ROUNDS_MAX + ("status_kept" in delivered), seed
    states = stage.agree(shared)
    assert states.total() == len(bodies), (seed, states)
    # Notices that a fault kept back come now, and change nothing.
    stage.job("recover", ahead=3 * HOUR)
    assert stage.agree(shared) == states, seed


KILLS: Final = tuple(
    itertools.product(
        ("kill_before", "kill_after"), (METHODS, INTENTS, CONFIRM), ("same", "another")
    )
)
"""How and where the server dies, and whether the one that goes on has its public address."""


@pytest.mark.parts(3)
def test_the_server_is_killed_in_the_middle_of_a_charge(
    stage: Stage, proof: Proof, tmp_path_factory: pytest.TempPathFactory
) -> None:
    for action, path, address in proof.share(KILLS, change=1):
        folder = tmp_path_factory.mktemp("killed")
        shared = stage.one.shared(price=5000)
        giver = stage.guests(1)[0]
        body = pledge_with(token_of_a_card(), 3000)
        public = stage.one.server.url if address == "same" else "http://moved.test"
        with running_world(
            folder, stage.sandbox, database_url=stage.url, WISH_PUBLIC_URL=public
        ) as victim:
            pid = victim.server.process.pid
            rule = {"action": action, "path": path, "method": "POST", "pid": pid}
            with rules(stage.sandbox, rule):
                there = victim.nobody.signed(giver.token)
                assert send(there, shared, body) == 0
                assert victim.server.process.wait(10) == -signal.SIGKILL
                assert did(stage.sandbox) == {action: 1}
        proof.inject(f"{action} of the server at {path}, {address} address goes on")
        stage.sandbox.notify(stage.other.server)
        # Another server goes on, with the same request sent again or without it.
        if proof.random.random() < 0.5:
            assert send(giver, shared, body) in {200, 201, 202}
        assert stage.heal(shared) <= ROUNDS_MAX
        (state,) = stage.agree(shared)
        assert state in {"paid", "abandoned"}
