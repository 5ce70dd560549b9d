"""Clients that go away at every stage of a request leave a server that lacks nothing."""

import random
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from functools import partial
from typing import Final

import pytest

from tests.api.conftest import StartWorld
from tests.api.world import Shared, in_days, pledge_of
from tests.proof.staying_up.alive import assert_alive
from tests.support.http import Api, Json
from tests.support.load import PRICE
from tests.support.outside import held
from tests.support.proof import Proof
from tests.support.rude import Rude, request_of
from tests.support.server import eventually

POOL: Final = 5
AT_ONCE: Final = 6
IN_PROGRESS: Final = frozenset({"processing", "action_required"})

pytestmark = pytest.mark.timeout(1200)


@pytest.mark.parts(20)
def test_clients_who_go_away_leave_a_whole_server(start: StartWorld, proof: Proof) -> None:
    world = start(DATABASE_POOL_MAX=str(POOL), WISH_RATE_LIMITS="false")
    shared, giver = world.shared(price=PRICE), world.guest()
    begun: dict[str, Json] = {}

    def abort(seed: float) -> str:
        draw = random.Random(seed)
        return Rude(world.server.port, draw).abort(_request(shared, giver, begun, draw))

    seeds = [proof.random.random() for _ in range(proof.size(600, 20_000))]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for stage in pool.map(abort, seeds):
            proof.inject(f"client gone: {stage}")

    _assert_whole_pool(shared)
    assert_alive(shared, giver)
    _assert_ended(shared, giver, begun)


def _request(shared: Shared, giver: Api, begun: dict[str, Json], draw: random.Random) -> bytes:
    pledge = pledge_of(50 + draw.randrange(50))
    a_list = {"title": "Never", "currency": "USD", "deadline": in_days(30)}
    bad = {"email": "nobody@people.example", "password": "no password of anybody"}
    link, item = f"/v1/shared/{shared.token}", f"/v1/lists/{shared.list_id}/items/{shared.item_id}"
    owner = shared.owner.api.token
    requests: list[tuple[str, str, str | None, Json | None]] = [
        ("GET", link, giver.token, None),
        ("GET", "/openapi.json", None, None),
        ("GET", "/v1/lists", owner, None),
        ("POST", "/v1/lists", owner, a_list),
        ("PATCH", f"/v1/lists/{shared.list_id}", owner, {"title": f"New {draw.random()}"}),
        ("PATCH", item, owner, {"title": f"New {draw.random()}"}),
        ("PATCH", item, owner, {"note": f"New {draw.random()}"}),
        ("POST", shared.pledges, giver.token, pledge),
        ("POST", shared.pledges, giver.token, pledge),
        ("DELETE", f"/v1/pledges/{draw.choice([*begun, pledge['id']])}", giver.token, None),
        ("POST", "/v1/auth/token", None, bad),
    ]
    chosen = draw.choice(requests)
    if pledge in chosen:
        begun[pledge["id"]] = pledge
    return request_of(*chosen)


def _assert_ended(shared: Shared, giver: Api, begun: dict[str, Json]) -> None:
    """Insist that each pledge that arrived has ended, as Stripe's book says."""
    mine = giver.pages("/v1/pledges", limit=100)
    arrived = [one for one in mine if one["id"] in begun]
    assert arrived, "Some pledges were sent completely."
    for pledge in arrived:
        path = f"/v1/pledges/{pledge['id']}"
        eventually(partial(_has_ended, giver, path), what="it has ended")
        shown = giver.get(path)
        rows = shared.world.sandbox.payments("pledge", pledge["id"])
        kept = sum(row["charged_total"] - row["refunded_total"] for row in rows)
        amount = begun[pledge["id"]]["amount"]["amount_minor"]
        assert kept == (amount if shown["state"] == "paid" else 0), shown


def _has_ended(giver: Api, path: str) -> bool:
    return giver.get(path)["state"] not in IN_PROGRESS


def _assert_whole_pool(shared: Shared) -> None:
    """Insist that as many requests as the pool has connections are in the database at once."""
    url, path = shared.world.server.environment["DATABASE_URL"], f"/v1/lists/{shared.list_id}"
    with ExitStack() as stack:
        pool = stack.enter_context(ThreadPoolExecutor(POOL))
        own = [stack.enter_context(closing(_apart(shared.owner.api))) for _ in range(POOL)]
        with held(url) as wait:
            answers = [pool.submit(api.patch, path, {"title": "All at once"}) for api in own]
            wait(POOL)
        assert [answer.result()["title"] for answer in answers] == ["All at once"] * POOL


def _apart(api: Api) -> Api:
    return Api(api.url, token=api.token, contract=api.contract)
