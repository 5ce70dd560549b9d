"""What the server writes."""

import json
import resource

import pytest

from tests.api.conftest import StartWorld
from tests.api.world import PASSWORD, new_email, new_id, pledge_of
from tests.support.http import SECRETS
from tests.support.server import WEBHOOK_SECRET


@pytest.mark.slow
@pytest.mark.parametrize("level", ["info", "debug"])
def test_no_log_line_holds_what_is_nobody_elses_business(start: StartWorld, level: str) -> None:
    world = start(WISH_LOG_LEVEL=level)
    guest = new_email("canary")
    shared, giver = world.shared(), world.guest(address=guest)
    waiting = giver.post(
        shared.pledges, pledge_of(500, payment_method="pm_card_authenticationRequired"), status=202
    )
    token = pledge_of(500, token="tok_chargeDeclined")
    del token["payment_method"]
    giver.send("POST", shared.pledges, token)
    giver.send("POST", shared.pledges, pledge_of(500, payment_method="pm_canary_5f2c"))
    account = world.account("canary")
    renewed = world.nobody.post(
        "/v1/auth/token", {"refresh_token": account.tokens["refresh_token"]}, status=200
    )
    world.nobody.send("GET", f"/v1/shared/{shared.token}/", params="email=canary@query.example")
    world.nobody.send("PUT", f"/v1/shared/{shared.token}")
    world.nobody.send("POST", "/v1/accounts", {"email": "canary@bad", "password": "canary pass"})
    world.nobody.send("POST", "/v1/auth/token", content=b'{"password": "canary-in-pieces')
    world.nobody.send("GET", "/canary-path", headers={"User-Agent": "canary", "X-A": "canary"})
    assert world.server.stop() == 0

    log = world.server.log()
    canaries = {
        PASSWORD, giver.token, shared.token, shared.owner.email, account.email, account.api.token,
        renewed["access_token"], renewed["refresh_token"], waiting["next_action"]["client_secret"],
        "tok_chargeDeclined", "pm_canary_5f2c", "pm_card_", WEBHOOK_SECRET, "canary",
    }  # fmt: skip
    assert [canary for canary in canaries if str(canary) in log] == []
    assert [secret for secret in SECRETS if secret in log] == []
    assert world.code_for(guest) not in log


def test_every_request_has_one_line_that_says_who_asked_for_what(start: StartWorld) -> None:
    world = start()
    shared = world.shared()
    answers = [
        world.nobody.send("GET", f"/v1/shared/{shared.token}"),
        shared.owner.api.send("GET", f"/v1/lists/{new_id()}"),
        world.guest().send("GET", "/v1/pledges"),
    ]
    assert world.server.stop() == 0

    lines = [json.loads(line) for line in world.server.log().splitlines()]
    of = {line["request_id"]: line for line in lines if line["event"] == "request"}
    found = [of[answer.headers["x-request-id"]] for answer in answers]
    assert [(line["status"], line["route"]) for line in found] == [
        (200, "/v1/shared/{token}"),
        (404, "/v1/lists/{list_id}"),
        (200, "/v1/pledges"),
    ]
    assert [bool(line["principal"]) for line in found] == [False, True, True]


def test_a_log_that_cannot_be_written_stops_nobody(start: StartWorld) -> None:
    world = start()
    shared = world.shared()
    process, logged = world.server.process.pid, world.server.log()

    resource.prlimit(process, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
    try:
        assert world.nobody.get(f"/v1/shared/{shared.token}")["items"]
        assert world.nobody.get("/v1/nothing", status=404)["code"] == "not_found"
        assert world.server.log() == logged, "It could not be written."
    finally:
        resource.prlimit(process, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
    request_id = world.nobody.send("GET", "/v1/nothing").headers["x-request-id"]
    assert request_id in world.server.log()


def test_a_line_that_is_cut_off_does_not_take_the_next_one_with_it(start: StartWorld) -> None:
    world = start()
    process, logged = world.server.process.pid, world.server.log_file.stat().st_size

    resource.prlimit(process, resource.RLIMIT_FSIZE, (logged + 20, resource.RLIM_INFINITY))
    try:
        world.nobody.get("/v1/nothing", status=404)
        world.nobody.get("/v1/nothing", status=404)
        assert world.server.log_file.stat().st_size == logged + 20, "A part could be written."
    finally:
        resource.prlimit(process, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
    ids = [world.nobody.send("GET", "/v1/nothing").headers["x-request-id"] for _ in range(2)]

    *_, cut, first, second = world.server.log().splitlines()
    assert len(cut) == 20
    assert [json.loads(line)["request_id"] for line in (first, second)] == ids
