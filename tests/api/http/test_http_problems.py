"""Everything that goes wrong has one shape."""

import json
import socket
from typing import Any

import httpx
import pytest

from tests.support.server import eventually
from wishapi import errors as api_errors
from wishapi.errors import status_of
from wishcore import errors

OLGA = {"Authorization": "Bearer olga"}
MEMBERS = {"type", "title", "status", "detail", "code", "errors"}


def problem(response: httpx.Response, status: int, code: str) -> dict[str, Any]:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    document: dict[str, Any] = response.json()
    assert document.keys() >= MEMBERS
    assert document["status"] == status
    assert document["code"] == code
    assert document["type"] == f"/problems/{code}"
    return document


def parsed(raw: bytes) -> tuple[int, dict[str, str], dict[str, Any]]:
    head, _, body = raw.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
    return int(first.split(" ")[1]), headers, json.loads(body) if body else {}


@pytest.mark.parametrize(
    ("what", "status"),
    [
        ("not_found", 404),
        ("forbidden", 403),
        ("unauthenticated", 401),
        ("invalid", 422),
        ("conflict", 409),
        ("declined", 402),
        ("unavailable", 503),
        ("too_many_requests", 429),
    ],
)
def test_each_kind_of_refusal_has_its_status(client: httpx.Client, what: str, status: int) -> None:
    problem(client.post("/v1/raise", json={"what": what}), status, what)


def test_a_refusal_says_what_is_wrong_where(client: httpx.Client) -> None:
    document = problem(client.post("/v1/raise", json={"what": "invalid"}), 422, "invalid")
    assert document["errors"] == [{"pointer": "/a", "message": "Is wrong."}]
    document = problem(client.post("/v1/raise", json={"what": "conflict"}), 409, "conflict")
    assert document["title"] == "The present state does not allow this"
    assert document["detail"] == "Later"
    assert document["errors"] == []


def test_headers_say_what_to_do_next(client: httpx.Client) -> None:
    def headers(what: str) -> httpx.Headers:
        return client.post("/v1/raise", json={"what": what}).headers

    assert headers("unauthenticated")["www-authenticate"] == "Bearer"
    assert headers("unavailable")["retry-after"] == "5"
    assert headers("too_many_requests")["retry-after"] == "7"
    assert "retry-after" not in headers("conflict")


def test_a_refusal_may_carry_more_but_replaces_nothing(client: httpx.Client) -> None:
    body = {
        "title": "too much",
        "price": {"amount_minor": 1, "currency": "USD"},
        "deadline": "2031-01-01T00:00:00Z",
    }
    response = client.post("/v1/things", json=body, headers=OLGA)
    document = problem(response, 409, "out_of_room")
    assert document["remaining"] == {"amount_minor": 5, "currency": "USD"}
    assert document["title"] == "There is not enough room"


@pytest.mark.parametrize("path", ["/nothing", "/v1", "//v1/things", "/V1/things", "/%00"])
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS", "TRACE", "MADEUP"])
def test_an_unknown_path_is_not_found(client: httpx.Client, path: str, method: str) -> None:
    url = f"http://127.0.0.1:{client.base_url.port}{path}"
    problem(client.request(method, url), 404, "not_found")


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "OPTIONS"])
def test_a_slash_at_the_end_makes_another_path(client: httpx.Client, method: str) -> None:
    assert client.request(method, "/v1/things/").status_code == 404


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "MADEUP", "get"])
def test_a_wrong_method_is_told_the_right_ones(server: Any, method: str) -> None:
    request = f"{method} /v1/things HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    status, headers, document = parsed(server.raw(request.encode()))
    assert (status, document["code"]) == (405, "method_not_allowed")
    assert headers["allow"] == "GET, HEAD, OPTIONS, POST"


def test_a_bug_tells_the_client_nothing(server: Any) -> None:
    response = server.client.post("/v1/raise", json={"what": "bug"})
    problem(response, 500, "internal_error")
    assert "secret" not in response.text
    request_id = response.headers["x-request-id"]

    def logged() -> list[dict[str, Any]]:
        return [
            line
            for line in server.lines()
            if line["event"] == "bug" and line.get("request_id") == request_id
        ]

    eventually(lambda: bool(logged()))
    assert logged()[0]["level"] == "error"
    assert "secret-in-a-bug" in logged()[0]["exception"]


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"GARBAGE\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nno colon\r\n\r\n",
        b"POST /v1/hooks HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n",
        b"POST /v1/hooks HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na",
        b"POST /v1/hooks HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"POST /v1/hooks HTTP/1.1\r\nHost: x\r\nExpect: miracles\r\nContent-Length: 1\r\n\r\na",
    ],
)
def test_malformed_requests_get_a_problem_too(server: Any, request_bytes: bytes) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        connection.sendall(request_bytes)
        connection.shutdown(socket.SHUT_WR)
        received = connection.recv(65536)
    status, headers, document = parsed(received)
    assert (status, document["code"]) == (400, "malformed_request")
    assert headers["content-type"] == "application/problem+json"
    assert headers["x-content-type-options"] == "nosniff"
    assert len(headers["x-request-id"]) == 24


def test_headers_that_are_too_large_are_refused(server: Any) -> None:
    status, _, document = parsed(server.raw(b"GET / HTTP/1.1\r\nX: " + b"x" * 20_000 + b"\r\n\r\n"))
    assert (status, document["code"]) == (431, "headers_too_large")


def test_a_body_of_one_mebibyte_is_read_and_more_is_refused(server: Any) -> None:
    whole = b" " * (2**20)
    assert server.client.post("/v1/hooks", content=whole, headers={"Content-Type": "text/plain"})
    for framing, ending in (
        (b"Content-Length: 1048577\r\n\r\n", b""),
        (b"Transfer-Encoding: chunked\r\n\r\n100001\r\n", b"\r\n0\r\n\r\n"),
    ):
        request = (
            b"POST /v1/hooks HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\n"
            b"Connection: close\r\n" + framing + whole + b"x" + ending
        )
        status, headers, document = parsed(server.raw(request))
        assert (status, document["code"]) == (413, "body_too_large"), framing
        assert headers["connection"] == "close"


def test_codes_are_explained(client: httpx.Client) -> None:
    response = client.get("/problems/out_of_room")
    assert response.status_code == 200
    assert response.json() == {
        "code": "out_of_room",
        "title": "There is not enough room",
        "status": 409,
        "explanation": "The amount is more than what remains.",
    }
    assert response.headers["cache-control"] == "public, max-age=300"
    for code in ("not_found", "malformed_json", "internal_error", "headers_too_large"):
        assert client.get(f"/problems/{code}").json()["code"] == code
    problem(client.get("/problems/unheard_of"), 404, "not_found")


def test_the_nearest_kind_decides_the_status() -> None:
    class Special(errors.Unavailable):
        code = "special"

    class Stray(errors.WishError):
        code = "stray"

    assert status_of(Special) == 503
    assert status_of(api_errors.NotReady) == 503
    assert status_of(Stray) == 500


def test_an_undeclared_refusal_is_logged(server: Any) -> None:
    response = server.client.post("/v1/raise", json={"what": "conflict"})
    request_id = response.headers["x-request-id"]
    eventually(
        lambda: any(
            line["event"] == "undeclared_refusal"
            and line["code"] == "conflict"
            and line["request_id"] == request_id
            for line in server.lines()
        )
    )
