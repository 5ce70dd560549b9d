"""The surprise: what an owner sees, signed in or out, is the same whatever givers do.

Two servers with a database each live through the same script of an owner's requests. Givers act in
the second one only. Every answer of the two is compared, byte by byte, after ids, tokens and times
are replaced by the order in which they first appear; lengths stay. A giver's seat, watched in the
same way, must show a difference: that is how we know that the comparison sees something.
"""

import contextlib
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import httpx
import pytest

from tests.api.conftest import MakeDatabase, running_world
from tests.api.test_deadline import run_jobs
from tests.api.world import PASSWORD, World, in_days, new_email, pledge_of
from tests.support.http import Api
from tests.support.server import Sandbox

SCRIPTS: Final = 10
STEPS: Final = 12
DEADLINE: Final = in_days(30)
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")

CHANGING: Final = re.compile(
    r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"  # ids
    r"|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z"  # times
    r"|w[a-z]{2}_[\w-]{43}"  # tokens
    r'|(?<="next_cursor":")[\w-]+'
)


@dataclass
class Transcript:
    """What somebody observed, in a form in which two worlds can be equal."""

    names: dict[str, str] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)

    def write(self, answer: httpx.Response) -> None:
        request = answer.request
        path = self._shown(request.url.raw_path.decode())
        ignored = {"date", "x-request-id"}
        kept = [(n, v) for n, v in answer.headers.multi_items() if n not in ignored]
        body = self._shown(answer.text)
        headers = self._shown(str(kept))
        self.lines.append(f"{request.method} {path}: {answer.status_code} {headers} {body}")

    def _shown(self, text: str) -> str:
        return CHANGING.sub(self._name, text)

    def _name(self, match: re.Match[str]) -> str:
        found = match[0]
        number = len(self.names)
        return self.names.setdefault(found, f"<{number}:{len(found)}>")


@dataclass
class Place:
    """One of the two worlds, as far as one script has come in it."""

    world: World
    owner: Api
    givers: list[Api]
    list_id: str = ""
    token: str = ""
    items: list[str] = field(default_factory=list)
    pledges: list[tuple[Api, str]] = field(default_factory=list)
    seen: Transcript = field(default_factory=Transcript)
    seen_by_giver: Transcript = field(default_factory=Transcript)
    paid: int = 0

    def do(self, method: str, path: str, body: object = None, *, signed: bool = True) -> object:
        """Do something as the owner, or as the owner signed out, and write down what is seen."""
        api = self.owner if signed else self.world.nobody
        answer = api.send(method, path, body)
        self.seen.write(answer)
        return answer.json() if answer.content and answer.status_code < 300 else None

    def make(self, path: str, body: object = None) -> dict[str, str]:
        made = self.do("POST", path, body)
        assert isinstance(made, dict), self.seen.lines[-1]
        return made

    def look(self) -> None:
        """Read everything that there is to read, in every way."""
        path = f"/v1/lists/{self.list_id}"
        shared = f"/v1/shared/{self.token}"
        reads = ["/v1/me", "/v1/lists", "/v1/pledges", shared]
        reads += [path, f"{path}/share", f"{path}/items"]
        reads += [f"{path}/items/{item}" for item in self.items]
        reads += [f"{path}/items?limit=2", "/v1/lists?limit=1", "/v1/accounts?limit=100"]
        for one in reads:
            self.do("GET", one)
            self.do("HEAD", one)
            self.do("GET", one, signed=False)
        self.do("OPTIONS", f"{path}/items")
        self.do("OPTIONS", shared, signed=False)
        for item in self.items:
            pledges = f"{shared}/items/{item}/pledges"
            for signed in (True, False):
                self.do("POST", pledges, pledge_of(), signed=signed)
                self.do("POST", pledges, {}, signed=signed)
        for giver in self.givers:
            answer = giver.send("GET", shared)
            self.seen_by_giver.write(answer)


Draw = random.Random


def begin(place: Place, number: int) -> None:
    body = {"title": f"Script {number}", "currency": "USD", "deadline": DEADLINE}
    place.list_id = place.make("/v1/lists", body)["id"]
    for n in range(3):
        price = {"amount_minor": 1000 * (n + 1), "currency": "USD"}
        item = {"title": f"Item {n}", "price": price, "priority": 3 - n}
        place.items.append(place.make(f"/v1/lists/{place.list_id}/items", item)["id"])
    place.token = place.make(f"/v1/lists/{place.list_id}/share")["token"]


def edit(place: Place, draw: Draw) -> None:
    """One step of the owner's script."""
    item = f"/v1/lists/{place.list_id}/items/{draw.choice(place.items)}"
    draw.choice([edit_item, edit_item, edit_list])(place, item, draw)


def edit_item(place: Place, item: str, draw: Draw) -> None:
    price = {"amount_minor": draw.choice([50, 100, 500, 1000, 5000]), "currency": "USD"}
    whole = {"title": "W", "note": "", "url": None, "price": price, "quantity": 1, "priority": 5}
    match draw.randrange(7):
        case 0 | 1 | 2:
            place.do("PATCH", item, {"price": price})
        case 3:
            place.do("PATCH", item, {"title": "Other", "quantity": draw.randint(1, 3)})
        case 4:
            place.do("PUT", item, whole)
        case 5:
            place.do("DELETE", item)
        case _:
            place.do("PATCH", item, {"price": {"amount_minor": 0}, "pledged": 1})


def edit_list(place: Place, item: str, draw: Draw) -> None:
    path = f"/v1/lists/{place.list_id}"
    match draw.randrange(5):
        case 0:
            body = {"title": f"New {draw.randrange(100)}", "url": "https://a.example"}
            price = {"amount_minor": draw.choice([50, 3000]), "currency": "USD"}
            place.items.append(place.make(f"{path}/items", {**body, "price": price})["id"])
        case 1:
            place.do("PATCH", path, {"title": f"Title {draw.randrange(100)}"})
        case 2:
            place.do("PATCH", path, {"deadline": draw.choice(["2020-01-01T00:00:00Z", DEADLINE])})
        case 3:
            place.token = place.make(f"{path}/share")["token"]
        case _:
            place.do("DELETE", item.replace(place.list_id, "0" * 36))


CARDS: Final = ["pm_card_visa"] * 5 + [
    "pm_card_visa_chargeDeclined", "pm_card_authenticationRequired", "pm_nobody"
]  # fmt: skip


def give(place: Place, draw: Draw) -> None:
    """One step of the givers, whose success is not the owner's business."""
    giver = draw.choice(place.givers)
    item = draw.choice(place.items)
    if place.pledges and draw.random() < 0.2:
        whose, pledge_id = draw.choice(place.pledges)
        whose.send("DELETE", f"/v1/pledges/{pledge_id}")
        return
    amount = draw.choice([None, None, 50, 100, 450, 10_000])
    body = pledge_of(amount, payment_method=draw.choice(CARDS), show_name=True, message="Hush")
    answer = giver.send("POST", f"/v1/shared/{place.token}/items/{item}/pledges", body)
    if answer.status_code == 201:
        place.paid += 1
        place.pledges.append((giver, body["id"]))


@pytest.fixture(scope="module")
def worlds(
    make_database: MakeDatabase, sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[World, World]]:
    """A quiet world and a busy one, alike in everything else."""
    with contextlib.ExitStack() as stack:
        opened = [
            stack.enter_context(
                running_world(
                    tmp_path_factory.mktemp(name),
                    sandbox,
                    database_url=make_database(name),
                    WISH_PUBLIC_URL="https://wish.example",
                )
            )
            for name in ("quiet", "busy")
        ]
        yield opened[0], opened[1]


def places(worlds: tuple[World, World], number: int) -> list[Place]:
    """The same people in both worlds."""
    addresses = {who: new_email(who) for who in ("olga", "ada", "grace")}
    found = []
    for world in worlds:
        owner = world.account("olga", address=addresses["olga"]).api
        ada = world.account("ada", address=addresses["ada"]).api
        grace = world.guest("Grace", address=addresses["grace"])
        found.append(Place(world, owner, [ada, grace]))
        begin(found[-1], number)
    return found


@pytest.mark.parametrize("seed", range(SCRIPTS))
async def test_owners_and_strangers_see_the_same_whatever_givers_do(
    worlds: tuple[World, World], seed: int
) -> None:
    worlds[1].sandbox.notify(worlds[1].server)
    quiet, busy = places(worlds, seed)
    draw = random.Random(seed)
    for step in range(STEPS):
        for _ in range(3):
            give(busy, draw)
        choices = draw.getstate()
        for place in (quiet, busy):
            draw.setstate(choices)
            edit(place, draw)
        if step == STEPS // 2:
            for place in (quiet, busy):
                place.look()
    for place in (quiet, busy):
        await run_jobs(place.world)
        place.look()
        place.do("DELETE", f"/v1/lists/{place.list_id}")
        place.do("GET", "/v1/lists")
        place.do("GET", f"/v1/shared/{place.token}", signed=False)

    assert busy.paid > 0, "Nothing happened that could have been seen."
    assert quiet.seen.lines == busy.seen.lines
    assert quiet.seen_by_giver.lines != busy.seen_by_giver.lines, "The comparison is blind."


async def test_the_end_of_a_list_looks_the_same_whatever_was_given(
    worlds: tuple[World, World], tmp_path_factory: pytest.TempPathFactory, sandbox: Sandbox
) -> None:
    both = places(worlds, 100)
    addresses = [giver.get("/v1/me")["email"] for giver in (both[0].owner, both[0].givers[0])]
    both[1].givers[0].post(
        f"/v1/shared/{both[1].token}/items/{both[1].items[0]}/pledges", pledge_of()
    )
    both[1].givers[1].post(
        f"/v1/shared/{both[1].token}/items/{both[1].items[1]}/pledges", pledge_of(500)
    )
    for place in both:
        with running_world(
            tmp_path_factory.mktemp("later"),
            sandbox,
            database_url=place.world.server.environment["DATABASE_URL"],
            ahead_seconds=31 * 86_400,
            WISH_PUBLIC_URL="https://wish.example",
        ) as later:
            place.world, place.givers[1] = later, later.nobody.signed(place.givers[1].token)
            place.owner, place.givers[0] = (_signed_in(later, one) for one in addresses)
            place.look()
            await run_jobs(later)
            place.look()

    assert both[0].seen.lines == both[1].seen.lines
    assert both[0].seen_by_giver.lines != both[1].seen_by_giver.lines
    assert any('"state":"inactive"' in line for line in both[0].seen.lines)


def _signed_in(world: World, address: str) -> Api:
    credentials = {"email": address, "password": PASSWORD}
    tokens = world.nobody.post("/v1/auth/token", credentials, status=200)
    return world.nobody.signed(tokens["access_token"])


def test_the_comparison_sees_a_changed_byte_a_moved_time_and_another_order() -> None:
    request = httpx.Request("GET", "http://x/v1/lists")
    one, two = "2026-01-01T00:00:00.000000Z", "2026-01-02T00:00:00.000000Z"

    def line(body: str, **headers: str) -> list[str]:
        transcript = Transcript()
        transcript.write(httpx.Response(200, text=body, headers=headers, request=request))
        return transcript.lines

    assert line(f"[{one},{one}]", date="a") == line(f"[{two},{two}]", date="b")
    assert line(f"[{one},{one}]") != line(f"[{one},{two}]")
    assert line('{"a":1}') != line('{"a":2}')
    assert line("x", etag="1") != line("x", etag="2")
    assert line("x", etag="1") != line("x")
