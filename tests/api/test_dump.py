"""Whoever steals the database can open nothing with it."""

import json
from collections.abc import Iterator

import pytest

from tests.api.conftest import StartWorld
from tests.api.world import PASSWORD, Shared, World, new_email, rows
from tests.support.http import Api

pytestmark = pytest.mark.slow

CONFIRM = ("/v1/accounts/confirm", "/v1/auth/reset/confirm", "/v1/visitors/confirm")
PREFIXES = ("", "wat_", "wrt_", "wvp_", "wsl_", "wac_")


@pytest.mark.nightly("postgres")  # What is stored is the same on both.
def test_no_string_of_a_dump_is_a_token_a_code_or_a_link(
    start: StartWorld, database_url: str
) -> None:
    world = start(WISH_RATE_LIMITS="false")
    shared, guest, pending = _filled(world)

    texts = _texts(database_url)

    owner = shared.owner
    secrets = {PASSWORD, owner.tokens["access_token"], owner.tokens["refresh_token"], shared.token}
    secrets |= {str(guest.token), *pending.values()}
    assert len(texts) > 80
    assert [secret for secret in secrets if any(secret in text for text in texts)] == []
    for text in texts:
        for prefix in PREFIXES if len(text) >= 32 and "." not in text else ("",):
            _opens_nothing(world, prefix + text)
    for asked, code in pending.items():
        for text in (text for text in texts if 4 <= len(text) <= 40):
            for path in CONFIRM:
                body = {"id": asked, "code": text}
                if path == "/v1/auth/reset/confirm":
                    body["password"] = "dry paint on the fence"
                # Past the client that keeps what it sends as secrets: these are words of a log.
                assert world.nobody.client.post(path, json=body).status_code == 422, code
    # The real ones do, so nothing above was refused for another reason.
    owner.api.get("/v1/me")
    guest.get("/v1/pledges")
    world.nobody.get(f"/v1/shared/{shared.token}")
    exchange = {"refresh_token": owner.tokens["refresh_token"]}
    world.nobody.post("/v1/auth/token", exchange, status=200)


def _filled(world: World) -> tuple[Shared, Api, dict[str, str]]:
    """Return what was made, and the codes on their way by the ids of what asked for them."""
    shared, guest = world.shared(), world.guest()
    shared.paid(guest, 2_500)
    address = new_email()
    person = {
        "email": address,
        "password": PASSWORD,
        "first_name": "Ada",
        "last_name": "Lovelace",
        "birthday": "1990-12-10",
    }
    signing = world.nobody.post("/v1/accounts", person, status=202)["id"]
    codes = {signing: world.code_for(address)}
    email = {"email": shared.owner.email}
    reset = world.nobody.post("/v1/auth/reset", email, status=202)["id"]
    codes[reset] = world.code_for(shared.owner.email)
    coming = {"name": "Grace", "email": new_email()}
    visit = world.nobody.post("/v1/visitors", coming, status=202)["id"]
    codes[visit] = world.code_for(coming["email"])
    return shared, guest, codes


def _opens_nothing(world: World, text: str) -> None:
    if not text.isascii() or not text.isprintable() or not 0 < len(text) <= 500:
        return
    nobody = world.nobody
    if " " not in text:
        for path in ("/v1/me", "/v1/pledges"):
            answer = nobody.signed(text).client.get(
                path, headers={"Authorization": f"Bearer {text}"}
            )
            assert answer.status_code == 401, text
        if text.replace("-", "").replace("_", "").isalnum() and len(text) <= 128:
            assert nobody.client.get(f"/v1/shared/{text}").status_code == 404, text
    answer = nobody.client.post("/v1/auth/token", json={"refresh_token": text})
    assert answer.status_code == 401, text


def _texts(url: str) -> set[str]:
    """Return every value of every row as a text, and the texts within those that are JSON."""
    found: set[str] = set()
    for name, table in rows(url).items():
        for row in table if name != "aerich" else ():
            for value in row:
                found.update(_within(value))
    return found


def _within(value: object) -> Iterator[str]:
    if isinstance(value, str) and value[:1] in {"{", "["}:
        value = json.loads(value)
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _within(inner)
    elif value is not None:
        yield str(value)
