"""The remedies of docs/runbook.md, typed as they are printed there."""

import re
from typing import Final

import pytest

from tests.api.conftest import StartWorld
from tests.api.world import Shared, World, pledge_of
from tests.proof.staying_up.alive import assert_books
from tests.support.http import Api
from tests.support.oauth import wish
from tests.support.planting import ROOT
from tests.support.proof import Proof
from tests.support.server import Server

MINUTE: Final = 60
RUNBOOK: Final = ROOT / "docs" / "runbook.md"
REFUNDS: Final = "/v1/refunds"
CREATE: Final = "/v1/payment_intents"
CONFIRM: Final = "/v1/payment_intents/*/confirm"

pytestmark = [pytest.mark.timeout(600), pytest.mark.nightly, pytest.mark.slow]


def in_minutes(world: World, minutes: int) -> Server:
    """Return the same server to `wish`, some minutes later."""
    later = {**world.server.environment, "WISH_CLOCK_OFFSET_SECONDS": str(minutes * MINUTE)}
    at = world.server
    return Server(at.process, at.port, at.log_file, at.folder, later)


def run(server: Server, *words: str) -> str:
    """Run a command of the runbook, and be sure; 75 says that the rest keeps until the next run."""
    done = wish(server, *words, stdin="y\n")
    assert done.code in {0, 75}, (words, done.out, done.err)
    return done.out


def commands(symptom: str) -> tuple[list[str], list[str]]:
    """Return what the line of a symptom says to type, to look and as the remedy."""
    lines = [line for line in RUNBOOK.read_text().splitlines() if line.startswith("| ")]
    (line,) = [line for line in lines if symptom in line.split(" | ")[0]]
    _, look, remedy = line.split(" | ")
    found = [re.findall(r"`wish ([^`]+)`", cell) for cell in (look, remedy)]
    return found[0], found[1]


def look(server: Server, symptom: str, pledge_id: str) -> str:
    """Look at a pledge as the runbook says."""
    (line,), _ = commands(symptom)
    return run(server, *line.replace("ID", pledge_id).split())


def remedy(server: Server, symptom: str, pledge_id: str) -> None:
    """Type the remedy of the runbook, to the letter."""
    _, (line,) = commands(symptom)
    run(server, *line.replace("ID", pledge_id).split())


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
    failing = stuck(shared, giver, "pm_card_refundFail")
    refunding = stuck(shared, giver)
    for pledge_id in (failing, refunding):
        giver.delete(f"/v1/pledges/{pledge_id}")
    with world.sandbox.fault(action="drop_after", path=REFUNDS, method="POST", times=None):
        run(world.server, "refund")

    def is_now(pledge_id: str, state: str) -> bool:
        return bool(giver.get(f"/v1/pledges/{pledge_id}")["state"] == state)

    for pledge_id, symptom, state in (
        (held, "a pledge is `held` for long", "held"),
        (confirming, 'a giver says "processing" for long', "confirming"),
        (waiting, "a pledge is `requires_action` for long", "requires_action"),
    ):
        assert state in look(world.server, symptom, pledge_id)
    for pledge_id in (failing, refunding):
        assert "refunding" in run(world.server, "pledge", "show", pledge_id)
    proof.inject("stuck pledge", 5)

    soon = in_minutes(world, 4)
    remedy(soon, 'a giver says "processing" for long', confirming)
    assert is_now(confirming, "paid")
    _let_a_refund_fail(world, soon, shared, failing)
    assert is_now(refunding, "refunded")
    assert is_now(failing, "refunded")
    remedy(in_minutes(world, 11), "a pledge is `held` for long", held)
    assert is_now(held, "abandoned")
    remedy(in_minutes(world, 31), "a pledge is `requires_action` for long", waiting)
    assert is_now(waiting, "abandoned")

    assert_books(shared)
    assert sum(shared.charged(one) for one in (held, waiting)) == 0


def _let_a_refund_fail(world: World, server: Server, shared: Shared, pledge_id: str) -> None:
    """Let Stripe report that a refund failed to whoever looks, and send it anew by the runbook."""
    world.sandbox.control("settle")
    _, (refund,) = commands("`refunding` for long")
    found = wish(server, *refund.split())
    symptom = "its refund failed"
    assert found.code == 1, (found.out, found.err)
    assert symptom in found.err
    assert pledge_id in found.err
    shown = look(server, symptom, pledge_id)
    assert "refund_failed" in shown
    assert "expired_or_canceled_card" in shown

    remedy(server, symptom, pledge_id)
    run(server, *refund.split())
    (row,) = shared.world.sandbox.payments("pledge", pledge_id)
    assert (row["charged_count"], row["refunded_count"], row["refund_failed_count"]) == (1, 2, 1)


def due(server: Server, symptom: str, name: str) -> bool:
    """Look as the runbook says, and say whether there is anything of this name."""
    looks, _ = commands(symptom)
    (number,) = re.findall(rf"\b{name} (\d+)", run(server, *looks[0].split()))
    return int(number) > 0


def test_gifts_are_bought_and_returned_by_the_runbook(start: StartWorld, proof: Proof) -> None:
    world = start()
    shared, giver = world.shared(), world.guest()
    pledge = shared.paid(giver)

    def type_all(lines: list[str]) -> list[str]:
        return [run(world.server, *one.replace("ITEM", shared.item_id).split()) for one in lines]

    looks, (buy,) = commands("a gift is to be bought")
    assert shared.item_id in type_all(looks)[0]
    type_all([buy])
    assert shared.item_id not in type_all(looks)[0]
    looks, remedies = commands("the shop does not deliver a gift that was bought")
    bought, searched = type_all(looks)
    assert shared.item_id in bought
    assert pledge["id"] in searched
    (returned, withdrawn, tick) = remedies
    type_all([returned])
    assert shared.funding(giver)["state"] == "reserved"
    proof.inject("gift that did not come")

    type_all([withdrawn, tick])

    assert giver.get(f"/v1/pledges/{pledge['id']}")["state"] == "refunded"
    assert_books(shared)


def test_what_is_due_is_done_by_its_remedy(start: StartWorld, proof: Proof) -> None:
    world = start()
    world.sandbox.notify(None)
    shared, giver = world.shared(), world.guest()
    kept = shared.paid(giver, 300)
    disputed = shared.paid(giver, 400, payment_method="pm_card_createDispute")

    unheard = "reconcile: disputed, unheard of"
    soon = in_minutes(world, 5)
    found = wish(soon, "reconcile")
    assert "disputed, unheard of" in found.out, found.err
    _, (apply,) = commands(unheard)
    wish(soon, *apply.split())
    assert "disputed, unheard of" not in wish(soon, "reconcile").out
    assert giver.get(f"/v1/pledges/{disputed['id']}")["state"] == "disputed"

    late = in_minutes(world, 31 * 24 * 60)
    symptom = "a list is `active` after its deadline"
    assert due(late, symptom, "lists to close")
    _, (expire,) = commands(symptom)
    run(late, *expire.split())
    assert not due(late, symptom, "lists to close")

    symptom = "`refund_due` for long"
    assert due(late, symptom, "refunds to send")
    _, (refund,) = commands(symptom)
    run(late, *refund.split())
    assert giver.get(f"/v1/pledges/{kept['id']}")["state"] == "refunded"
    assert due(late, "givers get no letters", "letters")
    proof.inject("row of the runbook", 4)
