"""Registering front ends, and CORS that follows them."""

import httpx
import pytest

from tests.api.oauth.conftest import OAuthWorld
from tests.support.oauth import wish, wish_json
from tests.support.server import eventually

# The database's part is tested by operations.
pytestmark = pytest.mark.nightly("postgres")

ADD = ("client", "add")
GOOD = ("--redirect-uri", "https://fine.example/cb")


def allowed(here: OAuthWorld, origin: str) -> str | None:
    answer = here.shop.http.get("/health/live", headers={"Origin": origin})
    found: str | None = answer.headers.get("access-control-allow-origin")
    return found


def test_front_ends_are_listed_without_their_secrets(here: OAuthWorld) -> None:
    found = {one["client_id"]: one for one in wish_json(here.server, "client", "list")["items"]}

    assert found["shop"]["kind"] == "public"
    assert found["books"]["kind"] == "confidential"
    assert found["books"]["scopes"] == "read write account"
    assert found["legacy"]["grants"] == "authorization_code refresh_token password"
    assert found["shop"]["grants"] == "authorization_code refresh_token"
    assert not [one for one in found.values() if "secret" in str(one)]
    assert "shop" in wish(here.server, "client", "list").out


@pytest.mark.parametrize(
    "words",
    [
        ("x", "--name", "X", *GOOD),
        ("fine", "--name", "X", "--redirect-uri", "http://fine.example/cb"),
    ],
)
def test_what_is_no_front_end_is_refused(here: OAuthWorld, words: tuple[str, ...]) -> None:
    done = wish(here.server, *ADD, *words)

    assert done.code == 2, done.out
    assert done.err.startswith("wish: invalid: ")


@pytest.mark.slow
def test_cors_follows_the_registered_origins(here: OAuthWorld) -> None:
    origin = "https://pages.example"
    assert allowed(here, "https://shop.example") == "https://shop.example"
    assert allowed(here, origin) is None

    words = ("pages", "--name", "Pages", "--redirect-uri", f"{origin}/cb", "--origin", origin)
    wish_json(here.server, *ADD, *words)
    eventually(lambda: allowed(here, origin) == origin, what="the origin is known")
    headers = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    preflight = here.shop.http.options("/oauth/token", headers=headers)
    assert preflight.status_code == 204
    assert preflight.headers["access-control-allow-origin"] == origin
    assert "POST" in preflight.headers["access-control-allow-methods"]

    wish_json(here.server, "client", "remove", "pages")
    eventually(lambda: allowed(here, origin) is None, what="the origin is forgotten")


@pytest.mark.parametrize(
    "origin",
    ["null", "https://shop.example.evil.example", "http://shop.example", "https://SHOP.example",
     "https://shop.example:8443", "https://shop.example/", "https://evil.example"],
)  # fmt: skip
def test_no_other_origin_may_read(here: OAuthWorld, origin: str) -> None:
    assert allowed(here, origin) is None
    refused = here.shop.http.post("/oauth/token", data={}, headers={"Origin": origin})
    assert not [name for name in refused.headers if name.startswith("access-control")]
    assert refused.headers["vary"] == "Origin"


def test_credentials_are_never_allowed(here: OAuthWorld) -> None:
    answer = httpx.get(f"{here.server.url}/v1/me", headers={"Origin": "https://shop.example"})

    assert answer.headers["access-control-allow-origin"] == "https://shop.example"
    assert "access-control-allow-credentials" not in answer.headers
