"""Clients that go away at every stage of a request leave a server that lacks nothing."""

import random
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from functools import partial
from typing import Final

import pytest

from tests.api.conftest import StartWorld
from tests.api.world import Shared, World, in_days, pledge_of
from tests.conftest import Engine
from tests.proof.staying_up.alive import assert_alive
from tests.support.http import Api, Json
from tests.support.load import PRICE
from tests.support.outside import held
from tests.support.proof import Proof
from tests.support.rude import Pace, Rude, request_of
from tests.support.server import eventually
from tests.support.slowness import ENDS_SECONDS, slow_sqlite, slow_wire

POOL: Final = 3
AT_ONCE: Final[dict[Engine, int]] = {"sqlite": 3, "postgres": 5}
"""More than there are connections; too many would all be cut off while they wait for one."""
IN_PROGRESS: Final = frozenset({"processing", "action_required"})

pytestmark = pytest.mark.timeout(1200)


@pytest.fixture
def world(
    start: StartWorld, engine: Engine, database_url: str, request: pytest.FixtureRequest
) -> Iterator[World]:
    """A server with a small pool, whose database answers slowly."""
    settings = {"DATABASE_POOL_MAX": str(POOL), "WISH_RATE_LIMITS": "false"}
    is_long = bool(request.config.getoption("--long"))
    if engine == "sqlite":
        yield start(program=slow_sqlite(1 if is_long else 0.5), **settings)
    else:
        ends = ENDS_SECONDS if is_long else 0
        with slow_wire(database_url, ends_seconds=ends) as wire:
            yield start(url=wire.url, **settings)


@pytest.mark.slow("postgres")
@pytest.mark.parts(20)
def test_clients_who_go_away_leave_a_whole_server(
    world: World, proof: Proof, engine: Engine
) -> None:
    shared, giver = world.shared(price=PRICE), world.guest()
    begun: dict[str, Json] = {}
    wanted = proof.size(600, 20_000)
    titles = [f"Made once {number}" for number in range(wanted * 10 // 7)]
    pace = Pace()

    def abort(title: str, seed: float) -> str:
        draw = random.Random(seed)
        request = _request(shared, giver, begun, title, draw)
        return Rude(world.server.port, draw, pace).abort(request)

    seeds = [proof.random.random() for _ in titles]
    with ThreadPoolExecutor(AT_ONCE[engine]) as pool:
        stages = Counter(pool.map(abort, titles, seeds))
    for stage, times in stages.items():
        answered = pace.answered.total() if stage == "sent" else 0
        proof.inject(f"client gone: {stage}", times - answered)

    assert len(titles) - pace.answered.total() >= wanted, "Who is answered has aborted nothing."
    _reach_both(pace, proof)
    _assert_whole_pool(shared)
    assert_alive(shared, giver)
    _assert_ended(shared, giver, begun)
    _assert_made_once(shared)


def _reach_both(pace: Pace, proof: Proof) -> None:
    """Insist that many were answered, and more were not because nobody was there any more.

    The first of each kind waits for its answer: they are not looked at.
    """
    answered, gone = pace.answered.total() - len(pace.answered), pace.gone.total()
    proof.reach("gone just after the answer", answered, of=answered + gone, share=0.15)
    proof.reach("gone before the answer", gone, of=answered + gone, share=0.4)


def _request(
    shared: Shared, giver: Api, begun: dict[str, Json], title: str, draw: random.Random
) -> bytes:
    pledge = pledge_of(50 + draw.randrange(50))
    a_list = {"title": title, "currency": "USD", "deadline": in_days(30)}
    bad = {"email": "nobody@people.example", "password": "no password of anybody"}
    link, item = f"/v1/shared/{shared.token}", f"/v1/lists/{shared.list_id}/items/{shared.item_id}"
    owner = shared.owner.api.token
    requests: list[tuple[int, tuple[str, str, str | None, Json | None]]] = [
        (1, ("GET", link, giver.token, None)),
        (1, ("GET", "/openapi.json", None, None)),
        (1, ("GET", "/v1/lists", owner, None)),
        (5, ("POST", "/v1/lists", owner, a_list)),
        (1, ("PATCH", f"/v1/lists/{shared.list_id}", owner, {"title": title})),
        (2, ("PATCH", item, owner, {"title": title})),
        (4, ("POST", shared.pledges, giver.token, pledge)),
        (1, ("DELETE", f"/v1/pledges/{draw.choice([*begun, pledge['id']])}", giver.token, None)),
        (1, ("POST", "/v1/auth/token", None, bad)),
    ]
    weights, choices = zip(*requests, strict=True)
    (chosen,) = draw.choices(choices, weights)
    if pledge in chosen:
        begun[pledge["id"]] = pledge
    return request_of(*chosen)


def _assert_ended(shared: Shared, giver: Api, begun: dict[str, Json]) -> None:
    """Insist that each pledge that arrived has ended, as Stripe's book says."""
    mine = giver.pages("/v1/pledges", limit=100)
    arrived = [one for one in mine if one["id"] in begun]
    assert arrived, "Some pledges were sent completely."
    for pledge in arrived:
        eventually(partial(_has_ended, giver, f"/v1/pledges/{pledge['id']}"), what="it has ended")
    kept: Counter[str] = Counter()
    for row in shared.world.sandbox.book():
        kept[row["metadata"]["pledge"]] += row["charged_total"] - row["refunded_total"]
    for pledge in giver.pages("/v1/pledges", limit=100):
        amount = pledge["amount"]["amount_minor"]
        assert kept.pop(pledge["id"], 0) == (amount if pledge["state"] == "paid" else 0), pledge
    assert not +kept, "Nobody paid for a pledge that is not there."


def _has_ended(giver: Api, path: str) -> bool:
    return giver.get(path)["state"] not in IN_PROGRESS


def _assert_made_once(shared: Shared) -> None:
    """Insist that no list was made twice, and that some were."""
    made = Counter(one["title"] for one in shared.owner.api.pages("/v1/lists", limit=100))
    assert set(made.values()) == {1}, made.most_common(3)
    assert sum(title.startswith("Made once") for title in made) > 1, made


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
