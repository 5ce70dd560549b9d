"""The examples of the served document are taken as they stand, as far as anything permits it."""

from copy import deepcopy
from typing import Any, Final
from uuid import uuid4

import pytest

from tests.api.world import new_email
from tests.proof.bad_input.doors import LEFT_OUT, good_body, resolved, who_may
from tests.proof.bad_input.realm import Realm
from tests.support.http import Json, Operation
from tests.support.proof import Proof

pytestmark = [pytest.mark.nightly("postgres"), pytest.mark.slow]

LEADS_NOWHERE: Final = {
    "confirm_sign_up": "code_not_valid",
    "change_email": "code_not_valid",
    "reset_password": "code_not_valid",
    "confirm_code": "code_not_valid",
    "change_password": "wrong_password",
    "preview_link": "page_unreadable",
}
"""Operations that want what is in a letter, a password that is one, or a shop that is one."""
PROVES_NOTHING: Final = {
    "ask_to_change_email": "wrong_password",
    "close_account": "wrong_password",
}
"""What is pre-filled for somebody's password is nobody's."""
TAKEN: Final = "username_taken"
"""A name is somebody's: generated requests have sent the same example before."""


def examples_of(document: Json, operation: Operation) -> Json:
    """Return the members of an operation's body that have an example, with the first of them."""
    content = operation.spec.get("requestBody", {}).get("content", {})
    schema = content.get("application/json", {}).get("schema", {})
    members = resolved(document, schema).get("properties", {})
    shown = {name: resolved(document, member).get("examples") for name, member in members.items()}
    left_out = LEFT_OUT.get(operation.name, ())
    return {n: values[0] for n, values in shown.items() if values and n not in left_out}


def test_what_the_document_shows_is_taken(realm: Realm, proof: Proof) -> None:
    document, refused = realm.world.nobody.contract.document, {}
    own = realm.thing("own")
    for operation in realm.world.nobody.contract.operations:
        if not (shown := examples_of(document, operation)):
            continue
        answer = realm.people[who_may(operation)].send(
            operation.method,
            own.fill(operation.path),
            {**(good_body(realm, operation) or {}), **shown},
        )
        proof.inject("examples of the document", len(shown))
        code = "" if answer.status_code < 300 else answer.json()["code"]
        if code not in {"", TAKEN}:
            refused[operation.name] = code
    assert refused == LEADS_NOWHERE


def prefilled(document: Json, schema: Json) -> Any:
    """Return what Swagger UI puts in for a body: an example, else what may stand there."""
    schema = resolved(document, schema)
    for key in ("examples", "enum"):
        if key in schema:
            return schema[key][0]
    if "default" in schema:
        return schema["default"]
    if "properties" in schema:
        return {name: prefilled(document, one) for name, one in schema["properties"].items()}
    if "anyOf" in schema:
        return prefilled(document, schema["anyOf"][0])
    if schema.get("format") == "uuid":
        return str(uuid4())
    return {"integer": schema.get("minimum", 0), "boolean": True, "string": "string"}[
        schema["type"]
    ]


def test_what_the_page_of_the_document_fills_in_is_taken(realm: Realm, proof: Proof) -> None:
    document, refused = deepcopy(realm.world.nobody.contract.document), {}
    own = realm.thing("own")
    bodies = {
        operation: prefilled(document, media["schema"])
        for operation in realm.world.nobody.contract.operations
        for kind, media in operation.spec.get("requestBody", {}).get("content", {}).items()
        if kind.endswith("json") and "schema" in media
    }
    signed_up = new_email("example")  # Not the example's own: others here count on its absence.
    for operation, body in bodies.items():
        if operation.name == "issue_tokens":
            realm.world.sign_up(address=signed_up, password=body["password"])
            body["email"] = signed_up
        if operation.name == "make_pledge":
            body["id"] = str(uuid4())  # "A new one each time", as its description says.
        answer = realm.people[who_may(operation)].send(
            operation.method, own.fill(operation.path), body
        )
        proof.inject("bodies as they are filled in")
        code = "" if answer.status_code < 300 else answer.json()["code"]
        if code not in {"", TAKEN}:
            refused[operation.name] = code
    assert refused == LEADS_NOWHERE | PROVES_NOTHING
