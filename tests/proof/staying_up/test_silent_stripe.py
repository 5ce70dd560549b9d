"""Stripe that takes a request and says nothing: nobody waits for it longer than for an answer."""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import httpx
import pytest

from tests.api.conftest import StartWorld
from tests.api.world import pledge_of
from tests.support.http import Json
from tests.support.proof import Proof
from tests.support.server import eventually

CANCEL: Final = "/v1/payment_intents/*/cancel"
READ: Final = "/v1/payment_intents/*"
ANSWER_SECONDS_MAX: Final = 15.0
"""A server gives up an answer after thirty."""

pytestmark = [pytest.mark.nightly("postgres"), pytest.mark.slow]


def test_who_asks_for_a_pledge_is_shown_what_we_know(start: StartWorld, proof: Proof) -> None:
    world = start()
    shared, giver = world.shared(), world.guest()
    body = pledge_of(700, payment_method="pm_card_authenticationRequired")
    assert giver.send("POST", shared.pledges, body).status_code == 202
    with world.sandbox.fault(action="hold_before", path=READ, method="GET"):
        shown: Json = {}

        def is_asked() -> bool:
            nonlocal shown
            began = time.monotonic()
            shown = giver.get(f"/v1/pledges/{body['id']}")
            assert time.monotonic() - began < ANSWER_SECONDS_MAX
            # Whoever acts on a notice may be held, too: only an answer without it was this one.
            return world.sandbox.is_holding() and shown["next_action"] is None

        eventually(is_asked, seconds=30, what="Stripe is asked (once in three seconds)")
        proof.inject("silence while a pledge is looked up")
        assert shown["state"] == "action_required"
    assert world.nobody.get("/health/ready")["status"] == "ok"


@pytest.mark.nightly  # It waits for as long as a request may take: 20 s.
def test_who_takes_a_pledge_back_is_told_to_ask_again(start: StartWorld, proof: Proof) -> None:
    world = start()
    shared, giver = world.shared(), world.guest()
    body = pledge_of(700, payment_method="pm_card_authenticationRequired")
    assert giver.send("POST", shared.pledges, body).status_code == 202
    path = f"/v1/pledges/{body['id']}"

    def take_back() -> httpx.Response:
        return giver.send("DELETE", path)

    with (
        ThreadPoolExecutor(1) as pool,
        world.sandbox.fault(action="hold_before", path=CANCEL, method="POST"),
    ):
        answer = pool.submit(take_back)
        eventually(world.sandbox.is_holding, what="Stripe is asked to cancel")
        proof.inject("silence while a pledge is taken back")
        told = answer.result()
    assert told.status_code == 503, told.text
    assert told.json()["code"] == "payments_unavailable"
    eventually(lambda: take_back().status_code in {204, 409}, seconds=30, what="it went on")
    assert shared.charged(body["id"]) == 0
