"""What the server writes, and what clients that go away leave behind."""

import json
import random
import re
import socket
import struct
import time
from dataclasses import dataclass
from functools import partial
from typing import Final

import httpx
import pytest

from tests.api.conftest import StartWorld
from tests.api.world import PASSWORD, World, in_days, new_email, new_id, pledge_of
from tests.support.http import SECRETS, Api
from tests.support.server import WEBHOOK_SECRET, eventually

ABORTS: Final = 600


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
    code = world.code_for(guest)
    assert not re.search(rf"(?<![\d.]){code}(?![\d+])", log)  # not the end of a time


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


@dataclass
class Rude:
    """Somebody who sends part of a request and goes away."""

    port: int
    draw: random.Random

    def abort(self, request: bytes) -> None:
        """Send a part and close at a random point: politely, or with a reset."""
        sent = request[: self.draw.choice([0, 1, self.draw.randrange(len(request)), len(request)])]
        with socket.create_connection(("127.0.0.1", self.port), timeout=5) as connection:
            if self.draw.random() < 0.5:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            half = len(sent) // 2
            connection.sendall(sent[:half])
            connection.sendall(sent[half:])
            if self.draw.random() < 0.2:
                connection.shutdown(socket.SHUT_WR)
            if self.draw.random() < 0.3:
                connection.settimeout(self.draw.choice([0.001, 0.02]))
                try:
                    connection.recv(self.draw.choice([1, 100_000]))
                except OSError:
                    return


def request_of(method: str, path: str, token: str | None, body: object = None) -> bytes:
    content = json.dumps(body).encode() if body is not None else b""
    head = f"{method} {path} HTTP/1.1\r\nHost: wish\r\nContent-Length: {len(content)}\r\n"
    if token:
        head += f"Authorization: Bearer {token}\r\n"
    if content:
        head += "Content-Type: application/json\r\n"
    return head.encode() + b"\r\n" + content


def test_six_hundred_clients_who_go_away_leave_a_server_that_works(start: StartWorld) -> None:
    world = start()
    shared, giver = world.shared(price=99_999_999), world.guest()
    owner = shared.owner.api
    draw = random.Random(20)
    rude = Rude(world.server.port, draw)
    begun: list[str] = []
    for _ in range(ABORTS):
        pledge = pledge_of(50)
        begun.append(pledge["id"])
        a_list = {"title": "Never", "currency": "USD", "deadline": in_days(30)}
        bad = {"username": "nobody-at-all", "password": "no password of anybody"}
        request = draw.choice(
            [
                request_of("GET", f"/v1/shared/{shared.token}", giver.token),
                request_of("GET", "/v1/lists", owner.token),
                request_of("POST", "/v1/lists", owner.token, a_list),
                request_of("PATCH", f"/v1/lists/{shared.list_id}", owner.token, {"title": "New"}),
                request_of("POST", shared.pledges, giver.token, pledge),
                request_of("POST", "/v1/auth/token", None, bad),
                b"POST /v1/lists HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\n{",
            ]
        )
        rude.abort(request)

    began = time.monotonic()
    assert httpx.get(f"{world.server.url}/health/live", timeout=5).status_code == 200
    assert time.monotonic() - began < 1
    assert httpx.get(f"{world.server.url}/health/ready", timeout=5).status_code == 200
    _works(world, shared.token)
    settled = {"paid", "declined", "abandoned"}
    mine = giver.pages("/v1/pledges", limit=100)
    assert mine, "Some pledges were sent completely."
    for pledge in mine:
        path = f"/v1/pledges/{pledge['id']}"
        is_settled = partial(_is_in, giver, path, settled)
        eventually(is_settled, what="it is settled")
    charges = world.sandbox.payments("item", shared.item_id)
    assert all(row["charged_count"] <= 1 for row in charges)
    paid = [one for one in giver.pages("/v1/pledges", limit=100) if one["state"] == "paid"]
    assert len(paid) == sum(row["charged_count"] for row in charges)
    assert {pledge["id"] for pledge in mine} <= set(begun)


def _is_in(giver: Api, path: str, states: set[str]) -> bool:
    return giver.get(path)["state"] in states


def _works(world: World, token: str) -> None:
    """Insist that the database can be read and written, with all its connections."""
    owner = world.account("later").api
    for _ in range(20):
        world.list(owner)
        assert world.nobody.get(f"/v1/shared/{token}")["view"] == "public"
