"""A signature decides what a handler gets, and in which order a request is checked."""

import uuid
from datetime import UTC, datetime

import httpx
import pytest

from wishapi.http import About, Answer, Body, Call, Query, Resource, answer, build

THING = "/v1/things/0190a000-0000-7000-8000-000000000001"
OTHER = "/v1/things/0190a000-0000-7000-8000-000000000002"
OLGA = {"Authorization": "Bearer olga"}
OSCAR = {"Authorization": "Bearer oscar"}


def test_a_handler_gets_the_call_with_its_clock_and_context(client: httpx.Client) -> None:
    response = client.get("/v1/plain")
    seen = response.json()["seen"]
    assert seen["now"] == "2030-01-01T00:00:00+00:00"
    assert seen["greeting"] == "hello"
    assert seen["id"] == response.headers["x-request-id"]


def test_an_answer_has_its_status_location_and_body(client: httpx.Client) -> None:
    body = {
        "title": "Bicycle",
        "price": {"amount_minor": 1, "currency": "USD"},
        "deadline": "2031-01-01T00:00:00+02:00",
        "tags": ["a", "b"],
    }
    response = client.post("/v1/things", json=body, headers=OLGA)
    assert response.status_code == 201
    assert response.headers["location"] == THING
    assert response.json() == {
        "id": "0190a000-0000-7000-8000-000000000001",
        "title": "Bicycle",
        "price": {"amount_minor": 2500, "currency": "USD"},
        "kind": "bike",
        "deadline": "2030-12-31T22:00:00.000000Z",
        "created_at": "2030-01-01T00:00:00.000007Z",
        "gone_at": None,
        "tags": ["a", "b"],
    }


def test_what_the_precheck_found_is_handed_to_the_handler(client: httpx.Client) -> None:
    response = client.get(THING, headers=OLGA)
    assert (response.status_code, response.json()["title"]) == (200, "Bicycle")


def test_no_content_has_no_body(client: httpx.Client) -> None:
    response = client.delete(THING, headers=OLGA)
    assert (response.status_code, response.content) == (204, b"")
    assert "content-type" not in response.headers


def test_the_principal_is_found_before_the_body_is_looked_at(client: httpx.Client) -> None:
    for content in (b"{", b"", b"[]", b"\xff"):
        response = client.post("/v1/things", content=content)
        assert response.status_code == 401, content
        assert client.patch(THING, content=content).status_code == 401, content


def test_the_precheck_runs_before_the_body_is_looked_at(client: httpx.Client) -> None:
    for content in (b"{", b"", b'{"unknown": 1}', b"\xff"):
        missing = client.patch(OTHER, content=content, headers=OLGA)
        assert (missing.status_code, missing.json()["code"]) == (404, "thing_missing"), content
        denied = client.patch(THING, content=content, headers=OSCAR)
        assert (denied.status_code, denied.json()["code"]) == (403, "forbidden"), content


def test_the_precheck_runs_before_the_query_is_looked_at(client: httpx.Client) -> None:
    assert client.get(f"{OTHER}?x=1", headers=OLGA).status_code == 404
    assert client.get(f"{THING}?x=1", headers=OLGA).status_code == 422


def test_an_optional_principal_may_be_nobody(client: httpx.Client) -> None:
    assert client.get("/v1/shared/abc").json()["seen"]["visitor"] == ""
    vera = {"Authorization": "bearer vera"}
    assert client.get("/v1/shared/abc", headers=vera).json()["seen"]["visitor"] == "vera"
    wrong = {"Authorization": "Bearer who"}
    assert client.get("/v1/shared/abc", headers=wrong).status_code == 401


@pytest.mark.parametrize(
    "header",
    ["olga", "Basic olga", "Bearer", "Bearer,", "Bearer \u00e9", "Bearer ol ga"],
)
def test_what_is_no_bearer_token_is_nobody(client: httpx.Client, header: str) -> None:
    sent = {b"Authorization": header.encode("latin-1")}
    assert client.get("/v1/things", headers=sent).status_code == 401


@pytest.mark.parametrize(
    "bad",
    [
        "1",
        "x" * 10_000,
        "0190a000-0000-7000-8000-00000000000",
        "0190a000-0000-7000-8000-0000000000010",
        "0190a00000007000800000000000000 1",
        "0190a000000070008000000000000001",
        "{0190a000-0000-7000-8000-000000000001}",
        "0190a000-0000-7000-8000-00000000000%00",
        "..%2f..",
    ],
)
def test_what_is_no_uuid_is_not_there(client: httpx.Client, bad: str) -> None:
    response = client.get(f"/v1/things/{bad}", headers=OLGA)
    assert (response.status_code, response.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("bad", ["x" * 129, "x" * 10_000, "a%00b", "a%20b", "%C3%A9", "a%2Fb"])
def test_a_text_in_a_path_is_bounded(client: httpx.Client, bad: str) -> None:
    response = client.get(f"/v1/shared/{bad}")
    assert (response.status_code, response.json()["code"]) == (404, "not_found")


def test_a_text_in_a_path_may_have_128_characters(client: httpx.Client) -> None:
    assert client.get(f"/v1/shared/{'a-_.~Z9' + 'x' * 121}").status_code == 200


def test_raw_content_comes_as_it_was_sent(client: httpx.Client) -> None:
    kinds = {"Content-Type": "application/json"}
    response = client.post("/v1/hooks", content=b'{"a": 1, "a": \xff', headers=kinds)
    assert response.json()["seen"] == {"length": "15"}
    assert client.post("/v1/hooks", content=b"").json()["seen"] == {"length": "0"}
    wrong = client.post("/v1/hooks", content=b"x", headers={"Content-Type": "image/png"})
    assert wrong.status_code == 415


def test_a_body_may_be_optional(client: httpx.Client) -> None:
    assert client.post("/v1/optional").json()["seen"] == {"what": "nothing"}
    assert client.post("/v1/optional", json={"what": "x"}).json()["seen"] == {"what": "x"}
    assert client.post("/v1/optional", json={}).status_code == 422
    assert client.post("/v1/optional", json=None, content=b" ").status_code == 415


def test_an_undeclared_status_is_a_bug(client: httpx.Client) -> None:
    assert client.get("/v1/lying").status_code == 500


class Input(Body):
    text: str


class Where(Query):
    text: str


def test_a_declaration_that_cannot_be_kept_fails_at_start() -> None:
    resource = Resource("r", tag="R")

    async def both(body: Input, query: Where) -> Answer:
        return answer()

    async def number(thing_id: int) -> Answer:
        return answer()

    async def without(call: Call) -> Answer:
        return answer()

    async def other_name(what: Call) -> Answer:
        return answer()

    async def no_body(body: int) -> Answer:
        return answer()

    async def two_names(one: uuid.UUID, two: uuid.UUID) -> Answer:
        return answer()

    for path, handler in (
        ("/a", both),
        ("/a/{thing_id}", number),
        ("/a/{thing_id}", without),
        ("/a", other_name),
        ("/a", no_body),
        ("/a", two_names),
    ):
        with pytest.raises(TypeError):
            resource.post(path, success={204: None})(handler)


def test_nobody_provides_an_unknown_principal() -> None:
    resource = Resource("r", tag="R")

    @resource.get("/a", success={204: None})
    async def ask(caller: uuid.UUID) -> Answer:
        return answer(status=204)

    async def ready() -> None:
        return

    with pytest.raises(TypeError, match="nobody provides caller"):
        build(
            "unknown_principal",
            [resource],
            about=About(title="t", version="1"),
            clock=lambda: datetime.now(UTC),
            ready=ready,
        )
