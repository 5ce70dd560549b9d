"""No operation takes a member that is not its own: not an answer's, not another operation's.

Every name that stands anywhere in the document is tried in every body, at every depth, and in every
query, besides the columns of the database. (The forms of OAuth have to ignore what they do
not know: RFC 6749, 3.1 and 3.2.)
"""

import copy
from collections.abc import Iterator
from typing import Any, Final

import pytest

from tests.api.world import dump, is_quiet
from tests.proof.bad_input.doors import good_body, who_may
from tests.proof.bad_input.realm import Realm, inside
from tests.support import catalogue
from tests.support.http import Json, Operation
from tests.support.proof import Proof
from tests.support.server import eventually

pytestmark = [pytest.mark.nightly("postgres"), pytest.mark.slow]

NEVER: Final = (
    "owner_id", "account_id", "pledged", "held", "paid", "remaining", "target", "funding", "role",
    "roles", "is_staff", "is_admin", "status", "state", "deleted_at", "created_at", "updated_at",
    "withdrawn_at", "closed_at", "generation", "password_hash", "email_confirmed", "confirmed_at",
    "__proto__", "__class__", "constructor", "$where", "_method", "Title", " title", "title ", "",
)  # fmt: skip
AT_ONCE: Final = 40
"""So many names in one request: all of them are to be named in its refusal."""


def names_of(document: Json) -> set[str]:
    """Return the name of every member and parameter that the document knows."""
    found: set[str] = set()
    waiting: list[Any] = [document]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            if isinstance(properties := node.get("properties"), dict):
                found |= properties.keys()
            if "in" in node and isinstance(node.get("name"), str):
                found.add(node["name"])
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)
    return found


def every_name(realm: Realm) -> list[str]:
    """Return the names of the document, of the database, and of those who try their luck."""

    async def columns(_now: object) -> set[str]:
        return {name for table in (await catalogue.tables()).values() for name in table.columns}

    document = realm.world.nobody.contract.document
    return sorted(names_of(document) | inside(realm.world, columns) | set(NEVER))


def objects(body: Json, place: str = "") -> Iterator[tuple[str, list[str]]]:
    """Yield every object of a body: its pointer, and the way there."""
    yield place, place.split("/")[1:]
    for name, value in body.items():
        if isinstance(value, dict):
            yield from objects(value, f"{place}/{name}")


def known_at(realm: Realm, operation: Operation, way: list[str]) -> set[str]:
    """Return the members that an object of an operation's body may have."""
    document = realm.world.nobody.contract.document
    node: Json = next(iter(operation.spec["requestBody"]["content"].values()))["schema"]
    for step in ["", *way]:
        node = node["properties"][step] if step else node
        while "properties" not in node:
            if "$ref" in node:
                node = document["components"]["schemas"][node["$ref"].rpartition("/")[2]]
            else:
                node = next(b for b in node.get("anyOf") or node["allOf"] if "$ref" in b)
    return set(node["properties"])


def pointer_of(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def test_every_other_member_is_refused_by_name(realm: Realm, proof: Proof) -> None:
    every = every_name(realm)
    assert len(every) > 200
    own = realm.thing("own")
    eventually(lambda: is_quiet(realm.world), what="all notices were acted upon")
    url = realm.world.server.environment["DATABASE_URL"]
    before = dump(url)
    for operation in realm.world.nobody.contract.operations:
        if (body := good_body(realm, operation)) is None:
            continue
        api, path = realm.people[who_may(operation)], own.fill(operation.path)
        for place, way in objects(body):
            strange = [name for name in every if name not in known_at(realm, operation, way)]
            for start in range(0, len(strange), AT_ONCE):
                some = strange[start : start + AT_ONCE]
                changed = copy.deepcopy(body)
                holder = changed
                for step in way:
                    holder = holder[step]
                holder.update(dict.fromkeys(some, proof.random.choice((1, "x", None, {}, True))))
                faults = api.refused(422, "invalid", operation.method, path, changed)
                wanted = {f"{place}/{pointer_of(name)}" for name in some}
                assert wanted == set(faults), (operation.name, place)
                proof.inject("a member of something else", len(some))
    assert dump(url) == before


def test_every_other_parameter_is_refused_by_name(realm: Realm, proof: Proof) -> None:
    every = every_name(realm)
    own = realm.thing("own")
    eventually(lambda: is_quiet(realm.world), what="all notices were acted upon")
    url = realm.world.server.environment["DATABASE_URL"]
    before = dump(url)
    for operation in realm.world.nobody.contract.operations:
        if operation.name == "stripe_notice":
            continue  # An unsigned notice is refused before all else.
        known = {p["name"] for p in operation.spec.get("parameters", ()) if p["in"] == "query"}
        strange = [name for name in every if name not in known]
        some = proof.random.sample(strange, AT_ONCE)
        query = "&".join(f"{name.replace(' ', '%20')}=1" for name in some)
        answer = realm.people[who_may(operation)].send(
            operation.method, own.fill(operation.path), good_body(realm, operation), params=query
        )
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid"), operation.name
        pointers = {fault["pointer"] for fault in answer.json()["errors"]}
        assert pointers == {f"/{pointer_of(name)}" for name in some}, operation.name
        proof.inject("a parameter of something else", len(some))
    assert dump(url) == before
