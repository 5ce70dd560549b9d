"""Stripe's notices: only genuine ones count, each counts once, and what they say is looked up."""

import hashlib
import hmac
import json
import time
from dataclasses import dataclass

import httpx
import pytest

from tests.api.world import Seat, World, is_quiet, new_id, pledge_of
from tests.support.http import Json
from tests.support.server import WEBHOOK_SECRET, eventually

PATH = "/v1/webhooks/stripe"


def notice_of(intent_id: str, **change: object) -> Json:
    event = {
        "id": f"evt_{new_id().replace('-', '')}",
        "object": "event",
        "api_version": "2025-01-01",
        "created": int(time.time()),
        "livemode": False,
        "type": "payment_intent.succeeded",
        "data": {"object": {"id": intent_id, "object": "payment_intent"}},
    }
    return {**event, **change}


@dataclass
class Signer:
    """Signs as Stripe does, or nearly so."""

    secret: str = WEBHOOK_SECRET
    age: int = 0
    scheme: str = "v1"

    def header(self, content: bytes) -> str:
        timestamp = int(time.time()) - self.age
        message = f"{timestamp}.".encode() + content
        digest = hmac.new(self.secret.encode(), message, hashlib.sha256).hexdigest()
        return f"t={timestamp},{self.scheme}={digest}"


def deliver(world: World, notice: Json, signer: Signer | None = None) -> httpx.Response:
    content = json.dumps(notice).encode()
    headers = {"Stripe-Signature": (signer or Signer()).header(content)}
    return world.nobody.send("POST", PATH, content=content, headers=headers)


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize(
    "signer",
    [Signer(secret="whsec_of_somebody_else"), Signer(age=3600), Signer(scheme="v0"), Signer("")],
    ids=["secret", "old", "scheme", "empty"],
)
def test_a_notice_that_is_not_genuine_is_refused_and_not_kept(seat: Seat, signer: Signer) -> None:
    answer = deliver(seat.shared.world, notice_of("pi_forged"), signer)

    assert (answer.status_code, answer.json()["code"]) == (422, "bad_notice")


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize(
    "header", [None, "", "x", "t=,v1=", "t=1", "t=x,v1=y", "t=1,v1=" + "0" * 64]
)
def test_a_notice_without_a_signature_is_refused(seat: Seat, header: str | None) -> None:
    content = json.dumps(notice_of("pi_forged")).encode()
    headers = {} if header is None else {"Stripe-Signature": header}

    answer = seat.shared.world.nobody.send("POST", PATH, content=content, headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (422, "bad_notice")


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"5", b"null", b"{}", b'{"id": 5}', b"\xff\xfe", b'{"id": "evt_x"}',
     b'{"id": "evt_x", "livemode": false, "type": "x", "created": "now", "data": {}}'],
    ids=ascii,
)  # fmt: skip
def test_a_signed_notice_that_cannot_be_read_is_refused(seat: Seat, content: bytes) -> None:
    headers = {"Stripe-Signature": Signer().header(content)}

    answer = seat.shared.world.nobody.send("POST", PATH, content=content, headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (422, "bad_notice")


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize(
    ("plain", "rubbish"),
    [('"id": "evt_', '"id": "evt_\\ud800'), ('"id": "evt_', '"id": "evt_\\u0000'),
     ('"id": "pi_', '"id": "pi_\\udfff'), ('"type": "payment_', '"type": "\\ud800payment_'),
     ('"created": 1', '"created": 1e20, "was": 1'), ('"created": 1', '"created": -1e20, "was": 1'),
     ('"created": 1', '"created": Infinity, "was": 1'),
     ('"created": 1', '"created": NaN, "was": 1'),
     ('"created": 1', f'"created": {"9" * 5000}, "was": 1'), ('{"id"', "[" * 100_000 + '{"id"'),
     ('{"id"', '{"a": ' * 100_000 + '{"id"')],
    ids=lambda text: text[:20],
)  # fmt: skip
def test_a_signed_notice_with_rubbish_in_it_is_refused(
    seat: Seat, plain: str, rubbish: str
) -> None:
    """None of it is Stripe's; but no signature is a reason to fail."""
    sound = json.dumps(notice_of("pi_1"))
    assert plain in sound
    content = sound.replace(plain, rubbish, 1).encode()
    headers = {"Stripe-Signature": Signer().header(content)}

    answer = seat.shared.world.nobody.send("POST", PATH, content=content, headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (422, "bad_notice")


@pytest.mark.parametrize("created", [0, -1, 253_402_300_799, -62_135_596_800])
def test_a_genuine_notice_of_any_year_is_taken(world: World, created: int) -> None:
    assert deliver(world, notice_of("pi_of_another_system", created=created)).status_code == 204
    eventually(lambda: is_quiet(world), what="all notices were acted upon")


@pytest.mark.usefixtures("unchanged")
def test_a_notice_of_the_live_mode_does_not_reach_a_sandbox(seat: Seat) -> None:
    answer = deliver(seat.shared.world, notice_of("pi_live", livemode=True))

    assert (answer.status_code, answer.json()["code"]) == (422, "bad_notice")


def test_a_lie_in_a_genuine_notice_moves_nothing(world: World) -> None:
    shared, giver = world.shared(price=5000), world.guest()
    body = pledge_of(payment_method="pm_card_authenticationRequired")
    waiting = giver.post(shared.pledges, body, status=202)
    intent_id = waiting["next_action"]["client_secret"].partition("_secret_")[0]

    for kind in ("payment_intent.succeeded", "charge.refunded", "payment_intent.canceled"):
        for _ in range(2):
            assert deliver(world, notice_of(intent_id, type=kind)).status_code == 204
    eventually(lambda: is_quiet(world), what="all notices were acted upon")

    assert giver.get(f"/v1/pledges/{body['id']}")["state"] == "action_required"
    assert shared.charged(body["id"]) == 0


def test_a_notice_that_comes_ten_times_is_one(world: World) -> None:
    shared, giver = world.shared(price=5000), world.guest()
    made = shared.paid(giver, 1000)
    (row,) = world.sandbox.payments("pledge", made["id"])
    notice = notice_of(str(row["id"]))

    answers = [deliver(world, notice) for _ in range(10)]
    eventually(lambda: is_quiet(world), what="all notices were acted upon")

    assert {answer.status_code for answer in answers} == {204}
    assert giver.get(f"/v1/pledges/{made['id']}") == made
    assert shared.funding(giver)["pledged"]["amount_minor"] == 1000


@pytest.mark.parametrize("kind", ["payout.paid", "x" * 100, "payment_intent.succeeded"])
def test_a_genuine_notice_of_what_we_do_not_know_is_taken(world: World, kind: str) -> None:
    assert deliver(world, notice_of("pi_of_another_system", type=kind)).status_code == 204
    eventually(lambda: is_quiet(world), what="all notices were acted upon")
