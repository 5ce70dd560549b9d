"""Front ends of the list may read our answers, and no others."""

from typing import Any

import httpx
import pytest

from wishapi.http.cors import cors_for

GOOD = "https://wish.example"
THING = "/v1/things/0190a000-0000-7000-8000-000000000001"


@pytest.mark.parametrize("origin", [GOOD, "http://localhost:3000"])
@pytest.mark.parametrize("path", ["/v1/plain", "/nothing", "/v1/things", "/v1/plain?x=1"])
def test_a_listed_origin_may_read_every_answer(
    client: httpx.Client, path: str, origin: str
) -> None:
    response = client.get(path, headers={"Origin": origin})
    assert response.headers["access-control-allow-origin"] == origin
    exposed = response.headers["access-control-expose-headers"].split(", ")
    assert {"location", "retry-after", "x-request-id", "www-authenticate"} <= set(exposed)
    assert "ratelimit-remaining" in exposed
    assert "access-control-allow-credentials" not in response.headers
    assert response.headers["vary"] == "Origin"


@pytest.mark.parametrize(
    "origin",
    [
        "null",
        "",
        "*",
        "https://wish.example.evil.example",
        "https://evil-wish.example",
        "https://evil.example/https://wish.example",
        "https://wish.example:443",
        "https://wish.example:8443",
        "http://wish.example",
        "HTTPS://WISH.EXAMPLE",
        "https://Wish.example",
        "https://wish.example/",
        "https://wish.example.",
        "https://wish.exampl",
        "https://wish.example, https://evil.example",
        "http://localhost",
        "http://localhost:30000",
        "https://api.wish.example",
    ],
)
def test_any_other_origin_may_not(client: httpx.Client, origin: str) -> None:
    for response in (
        client.get("/v1/plain", headers={"Origin": origin}),
        client.options(
            "/v1/plain", headers={"Origin": origin, "Access-Control-Request-Method": "GET"}
        ),
    ):
        assert not [name for name in response.headers if name.startswith("access-control")]
        assert response.headers["vary"] == "Origin"


def test_two_origins_are_nobody(server: Any) -> None:
    raw = server.raw(
        b"GET /v1/plain HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        b"Origin: https://wish.example\r\nOrigin: https://evil.example\r\n\r\n"
    )
    assert b"access-control" not in raw.lower()


def test_without_an_origin_the_answer_still_varies(client: httpx.Client) -> None:
    response = client.get("/v1/plain")
    assert response.headers["vary"] == "Origin"
    assert "access-control-allow-origin" not in response.headers


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("/v1/things", "GET, HEAD, OPTIONS, POST"),
        (THING, "DELETE, GET, HEAD, OPTIONS, PATCH"),
        ("/v1/raise", "OPTIONS, POST"),
    ],
)
def test_a_preflight_learns_what_the_route_knows(
    client: httpx.Client, path: str, methods: str
) -> None:
    headers = {
        "Origin": GOOD,
        "Access-Control-Request-Method": "PATCH",
        "Access-Control-Request-Headers": "authorization, x-other",
    }
    response = client.options(path, headers=headers)
    assert (response.status_code, response.content) == (204, b"")
    assert response.headers["access-control-allow-origin"] == GOOD
    assert response.headers["access-control-allow-methods"] == methods
    assert response.headers["access-control-allow-headers"] == "authorization, content-type"
    assert response.headers["access-control-max-age"] == "600"
    assert "access-control-allow-credentials" not in response.headers


def test_a_preflight_for_nothing_allows_nothing(client: httpx.Client) -> None:
    headers = {"Origin": GOOD, "Access-Control-Request-Method": "GET"}
    response = client.options("/nothing", headers=headers)
    assert response.status_code == 404
    assert response.headers.get("access-control-allow-methods", "") == ""


def test_without_a_list_there_is_no_cors(start: Any) -> None:
    client = start().client
    response = client.get("/v1/plain", headers={"Origin": GOOD})
    assert "vary" not in response.headers
    assert not [name for name in response.headers if name.startswith("access-control")]


@pytest.mark.parametrize(
    "origin",
    [
        "*",
        "null",
        "",
        "wish.example",
        "https://",
        "https://wish.example/",
        "https://*.wish.example",
        "ftp://wish.example",
        "https://a.example,https://b.example",
        "https://Wish.example",
        "https://wish.example:443",
        "http://wish.example:80",
    ],
)
def test_only_an_origin_as_browsers_send_it_can_be_listed(origin: str) -> None:
    with pytest.raises(ValueError, match="is not an origin"):
        cors_for([origin])
