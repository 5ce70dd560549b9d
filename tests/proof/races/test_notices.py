"""A storm of Stripe's notices: doubled, shuffled, at both servers, some of them forged."""

import json
import time
from collections import Counter
from functools import partial
from typing import Any, Final

import httpx
import pytest

from tests.proof.races.stage import ROUNDS_MAX, Stage, pledge_with, send
from tests.support.http import somewhere
from tests.support.proof import Proof
from tests.support.server import WEBHOOK_SECRET
from wishcli.sandbox.stripe.forging import KINDS, sign

pytestmark = pytest.mark.slow

COPIES: Final = 10
FORGED_SHARE: Final = 0.05
AT_ONCE: Final = 16
CARDS: Final = (
    "pm_card_visa", "pm_card_authenticationRequired", "pm_sandbox_processing",
    "pm_sandbox_processingDeclined", "pm_card_chargeDeclined", "pm_card_createDispute",
    "pm_card_pendingRefund", "pm_card_refundFail",
)  # fmt: skip
HOUR: Final = 3600


@pytest.mark.parts(20)
def test_a_storm_of_notices_makes_no_wrong_state(stage: Stage, proof: Proof) -> None:
    left = proof.size(change=400, long=50_000)
    while left > 0:
        left -= one_storm(stage, proof)


def one_storm(stage: Stage, proof: Proof) -> int:
    """Let things happen at Stripe, tell of each ten times in any order; return how often."""
    stage.sandbox.notify(None)
    shared = stage.one.shared(price=1_000_000)
    giver = stage.guests(1)[0]
    since = len(events(stage))
    bodies = [pledge_with(card, 1000) for card in CARDS]
    stage.together([partial(send, giver, shared, body) for body in bodies])
    challenge = giver.get(f"/v1/pledges/{bodies[1]['id']}")["next_action"]["url"]
    stage.sandbox.control("settle")
    httpx.post(f"{challenge}/{proof.random.choice(['approve', 'refuse'])}")
    shared.owner.api.delete(f"/v1/lists/{shared.list_id}/items/{shared.item_id}")
    for name in ("recover", "expire", "refund"):
        stage.job(name, ahead=200)
    stage.sandbox.control("settle")

    happened = events(stage)[since:]
    storm = [(event, "") for event in happened for _ in range(COPIES)]
    forged = max(1, round(len(storm) * FORGED_SHARE))
    storm += [(proof.random.choice(happened), proof.random.choice(KINDS)) for _ in range(forged)]
    proof.random.shuffle(storm)
    statuses: Counter[tuple[bool, int]] = Counter()
    with httpx.Client(timeout=30) as client:
        for first in range(0, len(storm), AT_ONCE):
            part = storm[first : first + AT_ONCE]
            posts = [partial(post, stage, client, n, *one) for n, one in enumerate(part)]
            statuses.update(stage.together(posts))
    genuine = len(storm) - forged
    assert statuses == {(False, 204): genuine, (True, 422): forged}
    proof.inject("genuine notice, doubled and shuffled", genuine)
    proof.inject("forged notice", forged)

    known = stage.select("SELECT id FROM payment_notice")
    assert {event["id"] for event in happened} <= {row["id"] for row in known}
    assert not any("forged" in row["id"] for row in known)
    assert stage.heal(shared) <= ROUNDS_MAX
    assert stage.agree(shared).total() == len(CARDS)
    return len(storm)


def post(
    stage: Stage, client: httpx.Client, number: int, event: Any, forgery: str
) -> tuple[bool, int]:
    """Send one notice, to the servers in turn; return whether it was forged, and the status."""
    server = (stage.one, stage.other)[number % 2].server
    body, signature = signed(event, forgery)
    headers = {
        "Content-Type": "application/json",
        "X-Forwarded-For": somewhere(),
        **({"Stripe-Signature": signature} if signature else {}),
    }
    answer = client.post(f"{server.url}/v1/webhooks/stripe", content=body, headers=headers)
    return bool(forgery), answer.status_code


def signed(event: Any, forgery: str) -> tuple[bytes, str]:
    """Return the body and its signature: Stripe's, or one that must not be believed."""
    body = json.dumps(event).encode()
    now = int(time.time())
    if not forgery:
        return body, sign(body, secret=WEBHOOK_SECRET, timestamp=now)
    lie = json.dumps({**event, "id": "evt_forged", "type": "payment_intent.succeeded"}).encode()
    if forgery == "secret":
        return lie, sign(lie, secret="whsec_of_somebody_else", timestamp=now)
    if forgery in {"old", "future"}:
        moved = now - HOUR if forgery == "old" else now + HOUR
        return lie, sign(lie, secret=WEBHOOK_SECRET, timestamp=moved)
    if forgery == "changed":
        return lie, sign(body, secret=WEBHOOK_SECRET, timestamp=now)
    return lie, ""


def events(stage: Stage) -> list[Any]:
    """Return what happened at Stripe, the oldest first."""
    found: list[Any] = []
    params = {"limit": "100"}
    while True:
        answer = httpx.get(
            f"{stage.sandbox.url}/v1/events",
            params=params,
            headers={"Authorization": "Bearer sk_test_sandbox"},
        ).json()
        found += answer["data"]
        if not answer["has_more"]:
            return found[::-1]
        params["starting_after"] = answer["data"][-1]["id"]
