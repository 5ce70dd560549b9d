"""Who may reach what: every operation with an id, for everybody, made from the served document.

Somebody else's thing and a thing that does not exist give the same answer.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import pytest

from tests.api.conftest import MakeDatabase, running_world
from tests.api.world import PASSWORD, Person, World, in_days, new_id, pledge_of
from tests.support.http import Api, Json, Operation
from tests.support.server import Sandbox

pytestmark = pytest.mark.nightly("postgres")

PEOPLE: Final = ("anonymous", "stranger", "giver", "guest", "owner", "staff")
THINGS: Final = ("own", "foreign", "deleted", "random")
IDS: Final = frozenset(
    {"list_id", "item_id", "pledge_id", "account_id", "session_id", "token", "role"}
)

# What the owner may do with the own things; all others are answered 404, or 401 without a name.
OWNERS: Final = frozenset({"list_id", "item_id"})


@dataclass
class Things:
    """The ids of one set of things, by the name of the parameter in a path."""

    list_id: str
    item_id: str
    token: str
    pledge_id: str
    account_id: str
    session_id: str
    role: str = "seller"

    def fill(self, path: str) -> str:
        return path.format(**vars(self))


@dataclass
class Cast:
    """Everybody, and their things: those of `owner`, and those of somebody else."""

    people: dict[str, Api]
    things: dict[str, Things]


@pytest.fixture(scope="module")
def world(
    make_database: MakeDatabase, sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """A server that lets people ask as often as this takes."""
    folder, url = tmp_path_factory.mktemp("matrix"), make_database("matrix")
    with running_world(folder, sandbox, database_url=url, WISH_RATE_LIMITS="false") as opened:
        yield opened


@pytest.fixture(scope="module")
def make_cast(world: World) -> Callable[[], Cast]:
    """Make people once, and new things for each request: some requests remove what they reach."""
    world.sandbox.notify(None)
    owner, other = world.account("owner"), world.account("other")
    people = {
        "anonymous": world.nobody,
        "stranger": world.account("stranger").api,
        "giver": world.account("giver").api,
        "guest": world.guest("Guest"),
        "owner": owner.api,
        "staff": world.staff().api,
    }
    gone = world.account("gone")
    gone.api.post("/v1/me/close", {"password": PASSWORD}, status=204)

    def make() -> Cast:
        own = _things(world, owner, people["giver"])
        foreign = _things(world, other, people["guest"])
        deleted = _things(world, owner, people["giver"])
        owner.api.delete(f"/v1/lists/{deleted.list_id}/items/{deleted.item_id}")
        owner.api.delete(f"/v1/lists/{deleted.list_id}")
        owner.api.delete(f"/v1/me/sessions/{deleted.session_id}")
        deleted.account_id, deleted.pledge_id = gone.profile["id"], new_id()
        random = Things(new_id(), new_id(), "wsl_" + "A" * 43, new_id(), new_id(), new_id())
        things = {"own": own, "foreign": foreign, "deleted": deleted, "random": random}
        return Cast(people, things)

    return make


def _things(world: World, owner: Person, giver: Api) -> Things:
    list_id = world.list(owner.api)["id"]
    item_id = world.item(owner.api, list_id)["id"]
    token = owner.api.post(f"/v1/lists/{list_id}/share")["token"]
    body = pledge_of(1000)
    giver.post(f"/v1/shared/{token}/items/{item_id}/pledges", body)
    credentials = {"email": owner.email, "password": PASSWORD}
    world.nobody.post("/v1/auth/token", credentials, status=200)
    session_id = owner.api.get("/v1/me/sessions")["items"][0]["id"]
    return Things(list_id, item_id, token, body["id"], owner.profile["id"], session_id)


def body_for(operation: Operation) -> Json | None:
    """Return a body that is right, so that a refusal is not one of its shape."""
    price = {"amount_minor": 5000, "currency": "USD"}
    a_list = {"title": "Ten", "description": "", "occasion": "", "deadline": in_days(30)}
    item = {"title": "Car", "note": "", "url": None, "price": price, "quantity": 1, "priority": 1}
    known: dict[str, Json] = {
        "replace_list": a_list,
        "edit_list": {"title": "Ten"},
        "add_item": item,
        "replace_item": item,
        "edit_item": {"title": "Car"},
        "make_pledge": pledge_of(100),
    }
    return known.get(operation.name)


def expected(operation: Operation, person: str, thing: str) -> set[tuple[int, str]]:
    """Return status and code by rule alone."""
    ok = {(int(s), "") for s in operation.spec["responses"] if s != "default" and int(s) < 300}
    if not operation.spec["security"]:
        return ok
    is_public = {} in operation.spec["security"]
    if person == "anonymous" and not is_public:
        return {(401, "unauthenticated")}
    if person == "guest" and {"visitor_pass": []} not in operation.spec["security"]:
        return {(401, "bad_token")}
    names = set(operation.parameters)
    if "token" in names:
        return _expected_of_shared(operation, person, thing, ok)
    if "account_id" in names:
        return _expected_of_people(operation, person, thing, ok)
    if "pledge_id" in names:
        is_givers = (person, thing) in {("giver", "own"), ("guest", "foreign")}
        return ok if is_givers else {(404, "pledge_not_found")}
    is_owners = (person, thing) == ("owner", "own")
    if "session_id" in names:
        return ok if is_owners else {(404, "session_not_found")}
    assert names <= OWNERS, f"{operation.name}: write down who may reach it."
    return ok if is_owners else {(404, "list_not_found")}


def _expected_of_people(
    operation: Operation, person: str, thing: str, ok: set[tuple[int, str]]
) -> set[tuple[int, str]]:
    """Everybody sees everybody; roles are for staff, and nobody follows themselves."""
    if "role" in operation.parameters and person != "staff":
        return {(403, "staff_only")}
    if operation.name == "unfollow":
        return ok  # Whoever it is, they are not followed any more.
    if operation.name == "follow" and (person, thing) == ("owner", "own"):
        return {(422, "own_account")}
    return ok if thing in {"own", "foreign"} else {(404, "account_not_found")}


def _expected_of_shared(
    operation: Operation, person: str, thing: str, ok: set[tuple[int, str]]
) -> set[tuple[int, str]]:
    """Whoever has the link sees the list; only its owner must not give."""
    if thing in {"deleted", "random"}:
        return {(404, "list_not_found")}
    is_own = (person, thing) == ("owner", "own")
    if "item_id" in operation.parameters and is_own:
        return {(403, "own_item")}
    return ok


def operations_with_ids(api: Api) -> Iterator[Operation]:
    for operation in api.contract.operations:
        if IDS & set(operation.parameters):
            yield operation


def test_every_operation_answers_everybody_by_the_rules(make_cast: Callable[[], Cast]) -> None:
    cast = make_cast()
    wrong: list[str] = []
    reached: set[str] = set()
    for operation in operations_with_ids(cast.people["owner"]):
        for thing in THINGS:
            for person in PEOPLE:
                answer = cast.people[person].send(
                    operation.method, cast.things[thing].fill(operation.path), body_for(operation)
                )
                code = answer.json()["code"] if answer.status_code >= 400 else ""
                wanted = expected(operation, person, thing)
                if (answer.status_code, code) not in wanted:
                    wrong.append(f"{operation.name} {person} {thing}: {answer.text} ≠ {wanted}")
                if answer.status_code < 300:
                    reached.add(operation.name)
                    if operation.method != "GET" and "account_id" not in operation.parameters:
                        cast = make_cast()
    assert wrong == []
    assert {o.name for o in operations_with_ids(cast.people["owner"])} == reached


def test_what_is_somebody_elses_is_answered_byte_for_byte_like_what_does_not_exist(
    make_cast: Callable[[], Cast],
) -> None:
    cast = make_cast()
    compared = 0
    for operation in operations_with_ids(cast.people["owner"]):
        for person in PEOPLE:
            body = body_for(operation)
            refusals = {}
            for thing in THINGS:
                wanted = expected(operation, person, thing)
                if any(status < 400 for status, _ in wanted):
                    continue
                answer = cast.people[person].send(
                    operation.method, cast.things[thing].fill(operation.path), body
                )
                if answer.status_code == 404:
                    refusals[thing] = (answer.content, _headers_of(answer.headers.multi_items()))
            assert len(set(refusals.values())) <= 1, (operation.name, person, refusals)
            compared += len(refusals)
    assert compared > 100


def _headers_of(items: list[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in items if name not in {"date", "x-request-id"})


@pytest.mark.parametrize("body", [{}, {"unknown": 1}, {"title": 5}, []], ids=repr)
def test_nothing_of_the_body_is_looked_at_before_the_thing_is_found(
    make_cast: Callable[[], Cast], body: object
) -> None:
    cast = make_cast()
    for operation in operations_with_ids(cast.people["owner"]):
        if "requestBody" not in operation.spec or "pledges" in operation.path:
            continue
        for thing in ("foreign", "deleted", "random"):
            path = cast.things[thing].fill(operation.path)
            for person in ("stranger", "owner"):
                answer = cast.people[person].send(operation.method, path, body)
                assert answer.json()["code"] == "list_not_found", (operation.name, answer.text)


def test_a_list_of_ones_own_does_not_lead_to_an_item_of_another(
    make_cast: Callable[[], Cast],
) -> None:
    cast = make_cast()
    own, owner = cast.things["own"], cast.people["owner"]
    for operation in operations_with_ids(owner):
        if not {"list_id", "item_id"} <= set(operation.parameters):
            continue
        answers = set()
        for thing in ("foreign", "deleted", "random"):
            path = operation.path.format(list_id=own.list_id, item_id=cast.things[thing].item_id)
            answer = owner.send(operation.method, path, body_for(operation))
            answers.add((answer.status_code, answer.content))
        assert len(answers) == 1, operation.name
        assert {status for status, _ in answers} == {404}
