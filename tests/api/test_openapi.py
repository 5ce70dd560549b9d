"""The document that the server publishes is whole, and says what the server does."""

import re
from typing import Any, Final

import httpx
import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator, validate

from tests.api.world import World
from tests.support.http import COUNTS, Contract, Json, Undeclared
from wishapi.server import RESOURCES
from wishcore import frontends

# Other tests send the same statements to PostgreSQL.
pytestmark = pytest.mark.nightly("postgres")

FORM: Final = "application/x-www-form-urlencoded"

OPEN_TO_ALL: Final = frozenset(
    {
        "sign_up", "confirm_sign_up", "issue_tokens", "revoke_token", "ask_to_reset",
        "reset_password", "ask_for_code", "confirm_code", "authorization_server",
        "exchange_for_tokens", "revoke_for_front_end",
        "stripe_notice", "get_liveness", "get_readiness", "get_problem",
    }
)  # fmt: skip
"""Operations that need no name; all others say which bearer they want."""


PAGES: Final = frozenset(
    {
        "/oauth/authorize", "/oauth/reset", "/oauth/reset/confirm", "/oauth/sign-up",
        "/oauth/sign-up/confirm", "/auth/{provider}/start",
        "/auth/{provider}/callback",
    }
)  # fmt: skip
"""Pages for people: no front end calls them, so the document is silent about them."""


@pytest.fixture
def contract(world: World) -> Contract:
    return world.nobody.contract


def test_the_document_is_openapi_3_1(contract: Contract) -> None:
    validate(contract.document, cls=OpenAPIV31SpecValidator)


def test_every_route_is_in_the_document_and_nothing_else(contract: Contract) -> None:
    declared = {
        (operation.method, operation.path)
        for resource in RESOURCES
        for operation in resource.operations
        if operation.documented
    }
    described = {(operation.method, operation.path) for operation in contract.operations}

    assert declared <= described
    assert {path for _, path in described - declared} == {
        "/health/live", "/health/ready", "/problems/{code}",
    }  # fmt: skip
    hidden = {o.path for r in RESOURCES for o in r.operations if not o.documented}
    assert hidden == PAGES


def test_every_operation_says_what_it_is_for_and_who_may_use_it(contract: Contract) -> None:
    tags = {tag["name"] for tag in contract.document["tags"]}
    for operation in contract.operations:
        spec = operation.spec
        assert re.fullmatch(r"[A-Z][^.]{3,80}", spec["summary"]), operation
        assert set(spec["tags"]) <= tags
        assert bool(spec["security"]) is (operation.name not in OPEN_TO_ALL), operation
        names = {p["name"] for p in spec.get("parameters", ()) if p["in"] == "path"}
        assert names == set(operation.parameters), operation
        assert any(status.startswith("2") for status in spec["responses"]), operation
    assert all(tag["description"] for tag in contract.document["tags"])


def test_every_tag_and_component_is_used(contract: Contract) -> None:
    text = str(contract.document)
    used = {tag for operation in contract.operations for tag in operation.spec["tags"]}

    assert {tag["name"] for tag in contract.document["tags"]} == used
    for kind in ("schemas", "responses", "headers"):
        for name in contract.document["components"][kind]:
            assert f"'#/components/{kind}/{name}'" in text, f"{kind}/{name}"


def test_every_code_is_explained_where_its_problems_point(contract: Contract, world: World) -> None:
    responses = str(contract.document["components"]["responses"])
    groups = re.findall(r"'enum': \[('[a-z_', ]+')\]", responses)
    names = {name for group in groups for name in re.findall(r"[a-z_]+", group)}
    assert len(names) > 30

    for name in names:
        explained = world.nobody.get(f"/problems/{name}")
        assert explained["code"] == name
        assert len(explained["explanation"]) > 20


def test_problems_say_what_else_they_carry(contract: Contract) -> None:
    responses = contract.document["components"]["responses"]
    carried: dict[str, set[str]] = {}
    for response in responses.values():
        schema = response["content"]["application/problem+json"]["schema"]
        for member, described in schema.get("properties", {}).items():
            if member not in {"code", "status"}:
                codes = set(re.findall("`([a-z_]+)`", described["description"]))
                carried.setdefault(member, set()).update(codes)

    assert carried == {
        "remaining": {"pledge_exceeds_remaining", "unpayable_rest"},
        "minimum": {"unpayable_rest"},
        "decline_code": {"card_declined"},
    }
    money = {"amount_minor": 1, "currency": "USD"}
    problem = {
        "type": "/problems/unpayable_rest", "title": "x", "status": 409, "detail": "x",
        "code": "unpayable_rest", "errors": [], "remaining": money, "minimum": money,
    }  # fmt: skip
    (schema,) = [
        response["content"]["application/problem+json"]["schema"]
        for name, response in responses.items()
        if "unpayable_rest" in name.split(".")
    ]
    checked = Draft202012Validator({**contract.document, **schema})
    checked.validate(problem)
    checked.validate({**problem, "code": "item_not_open"})
    for wrong in ({"minimum": 5}, {"remaining": None}):
        assert not checked.is_valid({**problem, **wrong}), wrong
    del problem["remaining"]
    assert not checked.is_valid(problem)


def examples(schema: Any) -> list[tuple[Json, object]]:
    found: list[tuple[Json, object]] = []
    if isinstance(schema, dict):
        if isinstance(schema.get("examples"), list):
            found += [(schema, example) for example in schema["examples"]]
        for inner in schema.values():
            found += examples(inner)
    elif isinstance(schema, list):
        for inner in schema:
            found += examples(inner)
    return found


def test_every_example_is_one(contract: Contract) -> None:
    found = examples(contract.document)
    assert len(found) > 15
    for schema, example in found:
        Draft202012Validator({**contract.document, **schema}).validate(example)


def test_a_guests_example_is_not_the_address_that_signs_up(contract: Contract) -> None:
    """An address of an account gets a letter without a code."""
    bodies = contract.document["components"]["schemas"]
    shown = {
        bodies[name]["properties"]["email"]["examples"][0] for name in ("CodeRequest", "NewAccount")
    }
    assert len(shown) == 2


def test_bodies_forbid_what_they_do_not_name(contract: Contract) -> None:
    schemas = contract.document["components"]["schemas"]
    bodies = {
        media["schema"]["$ref"].rpartition("/")[2]
        for operation in contract.operations
        for kind, media in operation.spec.get("requestBody", {}).get("content", {}).items()
        if "schema" in media and kind != FORM
    }

    assert len(bodies) >= 10
    assert all(schemas[name]["additionalProperties"] is False for name in bodies | {"MoneyIn"})


def test_forms_name_their_members_and_take_others(contract: Contract) -> None:
    """Of what they do not know they have to take no notice (RFC 6749, 3.2)."""
    schemas = contract.document["components"]["schemas"]
    forms = {
        operation.path: schemas[content[FORM]["schema"]["$ref"].rpartition("/")[2]]
        for operation in contract.operations
        if FORM in (content := operation.spec.get("requestBody", {}).get("content", {}))
    }

    assert {path: set(form["properties"]) for path, form in forms.items()} == {
        "/oauth/token": {
            "grant_type", "client_id", "client_secret", "code", "redirect_uri", "code_verifier",
            "refresh_token", "scope", "username", "password",
        },
        "/oauth/revoke": {"token", "client_id", "client_secret"},
    }  # fmt: skip
    assert forms["/oauth/token"]["properties"]["grant_type"]["enum"] == list(frontends.GRANTS)
    assert {path: form["required"] for path, form in forms.items()} == {
        "/oauth/token": ["grant_type"],
        "/oauth/revoke": ["token"],
    }
    assert not [form for form in forms.values() if "additionalProperties" in form]


def test_answers_tell_of_limits_where_somebody_has_one_alone(contract: Contract) -> None:
    document = contract.document
    telling = {
        operation.name
        for operation in contract.operations
        for status, answer in operation.spec["responses"].items()
        if status.startswith("2") and answer["headers"].keys() >= COUNTS
    }

    assert telling == {
        "issue_tokens", "exchange_for_tokens", "change_password", "ask_to_change_email",
        "close_account", "export_account", "make_pledge", "preview_link", "add_item",
    }  # fmt: skip
    limited = [
        response
        for response in document["components"]["responses"].values()
        if response["description"].startswith("`too_many_requests`")
    ]
    assert len(limited) == 2
    assert all(response["headers"].keys() >= COUNTS for response in limited)


def test_the_owners_shapes_have_no_word_for_what_givers_do(contract: Contract) -> None:
    schemas = contract.document["components"]["schemas"]
    hidden = re.compile("pledge|fund|held|paid|target|remaining|reserved|giver|unfunded")

    for name in ("ListForOwner", "ItemForOwner", "SharedList", "SharedItem", "ShareLink"):
        members = schemas[name]["properties"]
        assert [member for member in members if hidden.search(member)] == []
    assert set(schemas["ListState"]["enum"]) == {"active", "inactive"}


def test_the_client_of_these_tests_believes_nothing(contract: Contract) -> None:
    headers = {"X-Request-Id": "0" * 24, "Content-Type": "application/json"}
    profile = {
        "id": "7b6f6f3e-6f55-4c38-a1e3-0a1c3f0c1f2a",
        "display_name": "Ada L.",
        "picture_url": None,
    }
    request = httpx.Request("GET", "http://x/v1/accounts/7b6f6f3e-6f55-4c38-a1e3-0a1c3f0c1f2a")

    contract.check(httpx.Response(200, json=profile, headers=headers, request=request))
    for status, body, extra in (
        (200, {**profile, "email": "ada@example.org"}, {}),
        (200, {**profile, "id": "x"}, {}),
        (200, {"id": profile["id"]}, {}),
        (201, profile, {}),
        (204, None, {}),
        (200, profile, {"Content-Type": "text/html"}),
        (200, profile, {"X-Request-Id": ""}),
        (401, {"code": "bad_token"}, {"Content-Type": "application/problem+json"}),
        (418, {"code": "teapot"}, {"Content-Type": "application/problem+json"}),
    ):
        answer = httpx.Response(status, json=body, headers={**headers, **extra}, request=request)
        with pytest.raises(Undeclared):
            contract.check(answer)


def test_what_a_front_end_needs_first_is_there(world: World) -> None:
    page = world.nobody.client.get("/docs")
    root = world.nobody.client.get("/")

    assert page.status_code == 200
    assert "text/html" in page.headers["content-type"]
    assert (root.status_code, root.headers["location"]) == (302, "/docs")
