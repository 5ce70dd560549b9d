"""A server is stopped in the middle of a charge, others take over, and then it wakes."""

import itertools
from functools import partial
from typing import Final

import pytest

from tests.api.world import PASSWORD, Shared, new_id
from tests.proof.races.stage import MINUTE, ROUNDS_MAX, Stage, did, pledge_with, rules, send
from tests.support.http import Api
from tests.support.processes import until_stopped
from tests.support.proof import Proof
from tests.support.sandbox import CONFIRM, INTENTS, METHODS
from tests.support.server import eventually

pytestmark = pytest.mark.slow

STOPS: Final = tuple(
    itertools.product(
        ("stop_before", "stop_after"), (METHODS, INTENTS, CONFIRM), ("kept", "forgotten")
    )
)
HOLDS: Final = tuple(itertools.product(("hold_before", "hold_after"), (METHODS, INTENTS, CONFIRM)))


@pytest.mark.parts(4)
def test_it_wakes_after_its_room_was_sold_to_somebody_else(stage: Stage, proof: Proof) -> None:
    keys = proof.random.choice(["kept", "forgotten"])
    worst = [("stop_before", CONFIRM, keys)]  # Only canceling keeps this one from being charged.
    for action, path, keys in worst + proof.share(STOPS * (10 if proof.is_long else 1), change=2):
        shared = stage.one.shared(price=5000)
        giver, rival = stage.guests(2)
        body = pledge_with("tok_visa", 5000)
        pid = stage.one.server.process.pid
        rule = {"action": action, "path": path, "method": "POST", "pid": pid}
        with rules(stage.sandbox, rule):
            answer = stage.begin(partial(send, giver, shared, body))
            until_stopped(pid)
            assert did(stage.sandbox) == {action: 1}
            stage.job("recover", ahead=11 * MINUTE)
            if keys == "forgotten":
                stage.sandbox.control("keys/forget")
            sold = send(stage.there(rival), shared, pledge_with("pm_card_visa", 5000))
        # Now it is awake.
        proof.inject(f"{action} at {path}, keys {keys}, woken after recovery")
        was_charged = (action, path) == ("stop_after", CONFIRM)
        assert sold == (409 if was_charged else 201)
        assert answer() in {200, 201, 202, 402, 409, 503}
        assert stage.heal(shared) <= ROUNDS_MAX
        states = stage.agree(shared)
        assert states["paid"] == 1, states
        assert shared.funding(giver)["state"] == "reserved"


@pytest.mark.parts(4)
@pytest.mark.parametrize("what", ["item", "list", "account"])
def test_the_owner_removes_what_is_being_paid_for(stage: Stage, proof: Proof, what: str) -> None:
    """The owner is answered at once, and the same; the giver is never charged and forgotten."""
    for action, path in proof.share(HOLDS * (10 if proof.is_long else 1), change=1):
        shared = stage.one.shared(price=5000)
        giver = stage.guests(1)[0]
        body = pledge_with("tok_visa", 3000)
        with rules(stage.sandbox, {"action": action, "path": path, "method": "POST"}):
            answer = stage.begin(partial(send, giver, shared, body))
            eventually(stage.sandbox.is_holding, what="the charge is held")
            remove(stage.there(shared.owner.api), shared, what)
            for name in ("expire", "refund"):
                stage.job(name)
        proof.inject(f"the owner removed the {what} while {path} was in flight")
        assert answer() in {201, 202, 409}
        assert stage.heal(shared) <= ROUNDS_MAX
        assert set(stage.agree(shared)) <= {"refunded", "abandoned"}
        # Whoever sends it again, or anew, pays nothing.
        assert send(giver, shared, body) in {200, 404, 409}
        assert send(giver, shared, {**body, "id": new_id()}) in {404, 409}
        assert set(stage.agree(shared)) <= {"refunded", "abandoned"}


def remove(owner: Api, shared: Shared, what: str) -> None:
    """Do what is always allowed, and always answered with 204."""
    if what == "item":
        owner.delete(f"/v1/lists/{shared.list_id}/items/{shared.item_id}")
    elif what == "list":
        owner.delete(f"/v1/lists/{shared.list_id}")
    else:
        owner.post("/v1/me/close", {"password": PASSWORD}, status=204)
