"""The remedies of docs/runbook.md for pledges that are stuck, as an operator types them."""

from typing import Final

import pytest

from tests.api.conftest import StartWorld
from tests.api.world import Shared, World, pledge_of
from tests.proof.staying_up.alive import assert_books
from tests.support.http import Api
from tests.support.oauth import wish
from tests.support.proof import Proof
from tests.support.server import Server

MINUTE: Final = 60
CREATE: Final = "/v1/payment_intents"
CONFIRM: Final = "/v1/payment_intents/*/confirm"

pytestmark = [pytest.mark.timeout(600), pytest.mark.nightly]


def in_minutes(world: World, minutes: int) -> Server:
    """Return the same server to `wish`, some minutes later."""
    later = {**world.server.environment, "WISH_CLOCK_OFFSET_SECONDS": str(minutes * MINUTE)}
    at = world.server
    return Server(at.process, at.port, at.log_file, at.folder, later)


def run(server: Server, *words: str) -> str:
    """Run a command of the runbook; 75 says that the rest keeps until the next run."""
    done = wish(server, *words)
    assert done.code in {0, 75}, (words, done.out, done.err)
    return done.out


def stuck(shared: Shared, giver: Api, card: str = "pm_card_visa", **rule: object) -> str:
    """Pledge while something goes wrong at Stripe, and return the pledge's id."""
    body = pledge_of(300, payment_method=card)
    if rule:
        with shared.world.sandbox.fault(times=None, **rule):
            giver.send("POST", shared.pledges, body)
    else:
        giver.send("POST", shared.pledges, body)
    return str(body["id"])


def test_what_is_stuck_is_ended_by_its_remedy(start: StartWorld, proof: Proof) -> None:
    world = start()
    shared, giver = world.shared(), world.guest()
    world.sandbox.notify(None)
    held = stuck(shared, giver, action="drop_before", path=CREATE)
    confirming = stuck(shared, giver, action="drop_after", path=CONFIRM)
    waiting = stuck(shared, giver, "pm_card_authenticationRequired")
    refused = stuck(shared, giver, "pm_card_refundFail")
    refunding = stuck(shared, giver)
    for pledge_id in (refused, refunding):
        giver.delete(f"/v1/pledges/{pledge_id}")
    with world.sandbox.fault(action="drop_after", path="/v1/refunds", method="POST", times=None):
        run(world.server, "refund")
    shown = {one: run(world.server, "pledge", "show", one) for one in (held, confirming, waiting)}
    assert "held" in shown[held]
    assert "confirming" in shown[confirming]
    assert "requires_action" in shown[waiting]
    assert "refunding" in run(world.server, "pledge", "show", refunding)
    proof.inject("stuck pledges", 5)

    run(in_minutes(world, 4), "recover")
    run(in_minutes(world, 4), "refund")
    assert giver.get(f"/v1/pledges/{confirming}")["state"] == "paid"
    assert giver.get(f"/v1/pledges/{refunding}")["state"] == "refunded"
    run(in_minutes(world, 40), "tick")
    assert giver.get(f"/v1/pledges/{held}")["state"] == "abandoned"
    assert giver.get(f"/v1/pledges/{waiting}")["state"] == "abandoned"

    assert_books(shared)
    assert sum(shared.charged(one) for one in (held, waiting)) == 0
