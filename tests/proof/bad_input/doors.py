"""Every place of every operation into which a text can be put, made from the served document."""

import copy
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote
from uuid import uuid4

import httpx

from tests.api.world import PASSWORD, in_days, new_email, pledge_of
from tests.proof.bad_input.realm import Realm, Things
from tests.support.http import Json, Operation

LEFT_OUT: Final = {
    "issue_tokens": {"username", "refresh_token"},
    "make_pledge": {"whole", "token"},
}
"""Members that do not go together with the others of their body."""

_OTHER_WAYS: Final[dict[str, tuple[Json, ...]]] = {
    "issue_tokens": (
        {"username": "nobody", "password": PASSWORD},
        {"refresh_token": "wrt_" + "x" * 43},
    ),
    "make_pledge": ({"amount": {"amount_minor": 500, "currency": "USD"}, "token": "tok_visa"},),
}
"""Bodies with those members instead, so that a text is put there, too."""

_GOOD: Final[dict[str, Any]] = {
    "deadline": in_days(30),
    "password": PASSWORD,
    "old": "not the password of anybody",
    "new": "some other words of nobody",
    "price_source": "manual",
    "username": None,
}


@dataclass(frozen=True)
class Door:
    """One place: in the path, the query or the body of an operation, as somebody who may use it."""

    operation: Operation
    who: str
    path: str
    body: Json | None
    kind: str
    place: tuple[str, ...]

    @property
    def name(self) -> str:
        """Where it is, for people."""
        return f"{self.operation.name} {self.kind} /{'/'.join(self.place)}"

    def put(self, realm: Realm, text: str) -> httpx.Response:
        """Send the text there; the answer is held against the document."""
        api = realm.people[self.who]
        path, body = self.path, copy.deepcopy(self.body)
        if self.kind == "path":
            path = path.replace("\x00", _quoted(text))
        elif self.kind == "query":
            path = f"{path}?{self.place[0]}={_quoted(text)}"
        elif body is not None:
            if self.operation.name == "make_pledge":
                body["id"] = str(uuid4())  # The same one would be answered as it was before.
            holder = body
            for step in self.place[:-1]:
                holder = holder[step]
            holder[self.place[-1]] = text
        # As bytes: what is put into a secret's place is in other places as well, and no secret.
        content = json.dumps(body).encode() if body is not None else None
        return api.send(self.operation.method, path, content=content)


def _quoted(text: str) -> str:
    # Longer than the server reads, and not longer than the client sends.
    return quote(text.encode("utf-8", "surrogatepass"), safe="")[:60_000].rstrip("%")


def doors(realm: Realm, things: Things) -> list[Door]:
    """Return all of them, but for those of signed notices."""
    found: list[Door] = []
    for operation in realm.world.nobody.contract.operations:
        if operation.name == "stripe_notice":
            continue  # Whatever is in there, the signature is looked at first.
        who = who_may(operation)
        body = good_body(realm, operation)
        # What is pledged for is nothing whose price the other texts come with.
        about = realm.thing("own") if operation.name == "make_pledge" else things
        path = about.fill(operation.path)
        queried = [p for p in operation.spec.get("parameters", ()) if p["in"] == "query"]
        holes = {n: operation.path.replace(f"{{{n}}}", "\x00") for n in operation.parameters}
        found += [
            *(Door(operation, who, about.fill(holes[n]), body, "path", (n,)) for n in holes),
            *(Door(operation, who, path, None, "query", (p["name"],)) for p in queried),
            *(Door(operation, who, path, body, "body", place) for place in _texts(body or {})),
            *(
                Door(operation, who, path, other, "body", place)
                for other in _OTHER_WAYS.get(operation.name, ())
                for place in _texts(other)
                if place[0] in LEFT_OUT[operation.name]
            ),
        ]
    return found


def who_may(operation: Operation) -> str:
    """Return somebody who may use an operation."""
    if not operation.spec["security"]:
        return "anonymous"
    if "/roles/" in operation.path:
        return "staff"
    return "giver" if "pledge" in operation.path else "owner"


def good_body(realm: Realm, operation: Operation) -> Json | None:
    """Return a body that fits the document, with every member that goes together."""
    media = operation.spec.get("requestBody", {}).get("content", {}).get("application/json", {})
    if "schema" not in media:
        return None
    if operation.name == "make_pledge":
        return pledge_of(500, message="For you")
    document = realm.world.nobody.contract.document
    made = _example(document, media["schema"])
    left_out = LEFT_OUT.get(operation.name, set())
    return {name: value for name, value in made.items() if name not in left_out}


def _example(document: Json, schema: Json, name: str = "") -> Any:
    schema = resolved(document, schema)
    if name in _GOOD:
        return _GOOD[name]
    if name == "email":
        return new_email()
    if "properties" in schema:
        members = schema["properties"].items()
        return {member: _example(document, inner, member) for member, inner in members}
    for key in ("examples", "enum"):
        if key in schema:
            return schema[key][0]
    if "anyOf" in schema:
        return _example(document, schema["anyOf"][0], name)
    if schema.get("format") == "uuid":
        return str(uuid4())
    return {"integer": 1, "boolean": False, "string": "Some text"}[schema["type"]]


def resolved(document: Json, schema: Json) -> Json:
    """Return a schema itself, not where it is."""
    while "$ref" in schema or len(schema.get("allOf", ())) == 1:
        if "$ref" not in schema:
            schema = schema["allOf"][0]
            continue
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


def _texts(body: Json, place: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield where a text belongs, or nothing where one could be."""
    for name, value in body.items():
        if isinstance(value, dict):
            yield from _texts(value, (*place, name))
        elif isinstance(value, str) or value is None:
            yield (*place, name)
