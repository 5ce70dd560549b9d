"""Texts that mean no good, in every place where a text can stand.

Each is answered as the document says, never with 5xx; a refusal changes nothing; what is taken
comes back as it was sent, but for white space around it and the composed form of names; and a line
of the log stays a line.
"""

import json
import unicodedata
from typing import Any, Final

import httpx
import pytest

from tests.api.world import PASSWORD, dump, is_quiet
from tests.proof.bad_input.doors import Door, doors
from tests.proof.bad_input.realm import Realm
from tests.proof.bad_input.words import hostile
from tests.support.proof import Proof
from tests.support.server import eventually

pytestmark = pytest.mark.nightly("postgres")

COUNTED: Final = frozenset({"rate_limit", "security_event"})
"""Tables that note refusals, as they should."""

HASHED: Final = frozenset({"sign_up", "change_password", "ask_to_change_email", "issue_tokens",
                           "reset_password"})  # fmt: skip
"""Operations that spend 50 ms on a password: fewer texts for each of their places."""

HEADERS: Final = (
    "Authorization", "User-Agent", "Origin", "Referer", "Cookie", "Accept", "Accept-Language",
    "Accept-Encoding", "If-None-Match", "If-Modified-Since", "Range", "Forwarded",
    "X-Forwarded-For", "X-Forwarded-Host",
    "X-Forwarded-Proto", "X-Real-IP", "X-Request-Id", "Idempotency-Key",
    "Sec-Fetch-Site", "Stripe-Signature", "X-HTTP-Method-Override", "Access-Control-Request-Method",
)  # fmt: skip


@pytest.fixture(scope="module")
def all_doors(realm: Realm) -> list[Door]:
    return doors(realm, realm.thing("own"))


@pytest.mark.parts(40)
@pytest.mark.timeout(3600)
def test_hostile_texts_are_refused_or_kept_as_they_are(
    realm: Realm, all_doors: list[Door], proof: Proof
) -> None:
    refused: list[tuple[Door, str]] = []
    for door in all_doors:
        size = proof.size(2, 1000) if door.operation.name in HASHED else proof.size(12, 10_000)
        for text in hostile(proof.random, size):
            answer = door.put(realm, text)  # It insists on what the document declares.
            assert answer.status_code < 500, (door.name, text, answer.text)
            if answer.status_code >= 400:
                refused.append((door, text))
            elif door.kind == "body":
                check_kept(door, text, answer)
        proof.inject(f"hostile texts: {door.kind}", size)
    check_nothing_changes(realm, refused)


def check_kept(door: Door, text: str, answer: httpx.Response) -> None:
    """Check that an answer that shows the member shows this text."""
    if answer.status_code not in {200, 201}:
        return
    shown: Any = answer.json()
    for step in door.place:
        if not isinstance(shown, dict) or step not in shown:
            return
        shown = shown[step]
    kept = text.strip()
    expected = {kept, unicodedata.normalize("NFC", kept), kept.lower(), kept or None}
    assert shown in expected, (door.name, text, shown)


def check_nothing_changes(realm: Realm, refused: list[tuple[Door, str]]) -> None:
    """Send what was refused again, and look at all rows before and after."""
    url = realm.world.server.environment["DATABASE_URL"]
    eventually(lambda: is_quiet(realm.world), what="all notices were acted upon")
    before = dump(url)
    for door, text in refused:
        assert door.put(realm, text).status_code >= 400, (door.name, text)
    after = dump(url)
    assert {name for name in after if after[name] != before[name]} - COUNTED == set()


def test_a_place_is_found_in_every_operation_that_takes_texts(all_doors: list[Door]) -> None:
    assert len(all_doors) > 100
    assert {door.kind for door in all_doors} == {"path", "query", "body"}


@pytest.mark.parts(10)
def test_hostile_headers_change_no_answer(realm: Realm, proof: Proof) -> None:
    credentials = json.dumps({"email": realm.emails["owner"], "password": PASSWORD}).encode()
    for header in HEADERS:
        for text in hostile(proof.random, proof.size(8, 10_000)):
            value = _header_value(text)
            for method, path, content in (
                ("GET", "/v1/lists", None),
                ("GET", "/oauth/authorize", None),
                ("POST", "/v1/webhooks/stripe", b"{}"),
            ):
                _ask(realm, method, path, content=content, header=header, value=value)
        # A sign-in keeps what its device says of itself.
        for text in hostile(proof.random, proof.size(1, 200)):
            value = _header_value(text)
            answer = _ask(
                realm, "POST", "/v1/auth/token", content=credentials, header=header, value=value
            )
            assert answer.status_code == 200 or header == "Sec-Fetch-Site", (header, answer.text)
            proof.inject("hostile headers", 4)
    realm.people["owner"].pages("/v1/me/sessions", limit=100)


def _header_value(text: str) -> bytes:
    """Return what a client can send at all: no end of a line, and not too long."""
    cleaned = "".join(letter for letter in text if letter not in "\r\n\x00")
    return cleaned.encode("utf-8", "surrogatepass")[:2000].strip() or b"x"


def _ask(
    realm: Realm, method: str, path: str, *, content: bytes | None, header: str, value: bytes
) -> httpx.Response:
    token = realm.people["owner"].token
    sent = {b"Authorization": f"Bearer {token}".encode(), b"Content-Type": b"application/json"}
    sent = {**sent, b"X-Forwarded-For": b"198.18.7.7", header.encode(): value}
    answer = realm.world.nobody.client.request(
        method, path, content=content, headers=list(sent.items())
    )
    assert answer.status_code < 500, (path, header, value, answer.text)
    return answer
