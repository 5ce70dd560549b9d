"""What every answer carries, whatever it says."""

import re
from typing import Any

import httpx
import pytest

OLGA = {"Authorization": "Bearer olga"}
CONSTANT = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "x-robots-tag": "noindex",
    "cache-control": "no-store",
}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/plain", 200),
        ("HEAD", "/v1/plain", 200),
        ("OPTIONS", "/v1/plain", 204),
        ("POST", "/v1/things", 401),
        ("GET", "/nothing", 404),
        ("PUT", "/v1/plain", 405),
        ("GET", "/v1/plain?x=1", 422),
        ("POST", "/v1/raise", 422),
        ("GET", "/v1/lying", 500),
        ("GET", "/health/live", 200),
    ],
)
def test_every_answer_is_guarded(client: httpx.Client, method: str, path: str, status: int) -> None:
    response = client.request(method, path)
    assert response.status_code == status
    assert {name: response.headers.get(name) for name in CONSTANT} == CONSTANT
    assert "server" not in response.headers
    assert "strict-transport-security" not in response.headers
    assert re.fullmatch("[0-9a-f]{24}", response.headers["x-request-id"])


def test_https_is_kept_when_the_public_address_has_it(start: Any) -> None:
    client = start(public_url="https://api.wish.example").client
    for path in ("/v1/plain", "/nothing"):
        kept = client.get(path).headers["strict-transport-security"]
        assert kept == "max-age=31536000; includeSubDomains"


def test_request_ids_are_ours_and_differ(client: httpx.Client) -> None:
    sent = "f" * 24
    first, second = (
        client.get("/v1/plain", headers={"X-Request-ID": sent}).headers["x-request-id"]
        for _ in range(2)
    )
    assert len({first, second, sent}) == 3


def test_an_operation_may_say_how_long_it_is_kept(client: httpx.Client) -> None:
    assert client.get("/v1/shared/a").headers["cache-control"] == "public, max-age=60"
    refused = client.get("/v1/shared/a", headers={"Authorization": "Bearer who"})
    assert refused.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["/v1/plain", "/health/live", "/docs", "/openapi.json"])
def test_head_is_get_without_the_body(client: httpx.Client, path: str) -> None:
    get, head = client.get(path), client.head(path)
    assert (head.status_code, head.content) == (200, b"")
    for name in ("content-type", "content-length", "cache-control", "content-security-policy"):
        assert head.headers[name] == get.headers[name]


def test_head_of_a_problem_has_no_body(client: httpx.Client) -> None:
    response = client.head("/v1/things")
    assert (response.status_code, response.content) == (401, b"")
    assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("path", "allow"),
    [
        ("/v1/things", "GET, HEAD, OPTIONS, POST"),
        ("/v1/things/0190a000-0000-7000-8000-000000000001", "DELETE, GET, HEAD, OPTIONS, PATCH"),
        ("/v1/raise", "OPTIONS, POST"),
        ("/health/live", "GET, HEAD, OPTIONS"),
        ("/", "GET, HEAD, OPTIONS"),
    ],
)
def test_options_lists_the_methods(client: httpx.Client, path: str, allow: str) -> None:
    response = client.options(path)
    assert (response.status_code, response.content) == (204, b"")
    assert response.headers["allow"] == allow
    accepted = response.headers.get("accept-patch")
    assert accepted == (
        "application/merge-patch+json, application/json" if "PATCH" in allow else None
    )
