"""Texts that mean no good, in every place where a text can stand.

Each is answered as the document says, never with 5xx; a refusal changes nothing; what is taken
comes back as it was sent, but for white space around it, the composed form of names, the small
letters of user names, and an empty address, which is none; and a line of the log stays a line.
"""

import json
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import httpx
import pytest

from tests.api.world import PASSWORD, dump, is_quiet
from tests.proof.bad_input.doors import Door, doors, resolved
from tests.proof.bad_input.realm import Realm
from tests.proof.bad_input.words import hostile
from tests.support.http import Json
from tests.support.proof import Proof
from tests.support.server import eventually

pytestmark = [pytest.mark.nightly("postgres"), pytest.mark.slow]

COUNTED: Final = frozenset({"rate_limit", "security_event"})
"""Tables that note refusals, as they should."""

MISSING: Final = object()
NAMES: Final = frozenset({"first_name", "last_name", "display_name"})
KEEPS: Final = (
    "edit_profile", "create_list", "replace_list", "edit_list", "add_item", "replace_item",
    "edit_item", "make_pledge",
)  # fmt: skip
"""Operations that answer with what they keep."""
KEPT_SHARE: Final = 0.03
"""Of the texts for their bodies; most do not fit there."""

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
    sent, compared = Counter[str](), Counter[str]()
    for door in all_doors:
        size = proof.size(12, 10_000)
        shown = put_all(realm, door, hostile(proof.random, size), refused)
        proof.inject(f"hostile texts: {door.kind}", size)
        if shown:
            check_kept(realm, door, shown, proof)
        if door.kind == "body":
            sent[door.operation.name] += size
            compared[door.operation.name] += len(shown)
    for name in KEEPS:
        proof.reach(f"text compared: {name}", compared[name], of=sent[name], share=KEPT_SHARE)
    check_nothing_changes(realm, refused)


def put_all(
    realm: Realm, door: Door, texts: Iterable[str], refused: list[tuple[Door, str]]
) -> list[tuple[str, httpx.Response]]:
    """Send the texts; add those that were refused, and return what was shown of the others."""
    shown: list[tuple[str, httpx.Response]] = []
    for text in texts:
        answer = door.put(realm, text)  # It insists on what the document declares.
        assert answer.status_code < 500, (door.name, text, answer.text)
        if answer.status_code >= 400:
            refused.append((door, text))
        elif door.kind == "body" and is_shown(door, answer):
            if shown and answer.status_code == 201 and door.who == "owner":
                # Nobody has more than two hundred lists, or items on one.
                realm.people["owner"].delete(shown[-1][1].headers["location"])
            shown.append((text, answer))
    return shown


def is_shown(door: Door, answer: httpx.Response) -> bool:
    """Say whether an answer has the member in it that the text was sent as."""
    return answer.status_code in {200, 201} and found(door, answer) is not MISSING


def found(door: Door, answer: httpx.Response) -> Any:
    """Return what an answer has in the text's place."""
    shown: Any = answer.json()
    for step in door.place:
        if not isinstance(shown, dict) or step not in shown:
            return MISSING
        shown = shown[step]
    return shown


def check_kept(
    realm: Realm, door: Door, shown: Sequence[tuple[str, httpx.Response]], proof: Proof
) -> None:
    """Check that answers show the texts that were sent, and that the last one is stored so."""
    for text, answer in shown:
        assert found(door, answer) == as_kept(door, text), (door.name, text, answer.text)
    text, answer = shown[-1]
    path = answer.headers.get("location", door.path)
    again = realm.people[door.who].send("GET", path)
    assert again.status_code == 200, (door.name, again.text)
    assert found(door, again) == as_kept(door, text), (door.name, text, again.text)
    proof.inject("stored text compared")


def as_kept(door: Door, text: str) -> str | None:
    """Return as what a text has to come back."""
    member, kept = door.place[-1], text.strip()
    if member in NAMES:
        return unicodedata.normalize("NFC", kept)
    if member == "username":
        return kept.lower()
    return None if member == "url" and not kept else kept


def check_nothing_changes(realm: Realm, refused: list[tuple[Door, str]]) -> None:
    """Send what was refused again, and look at all rows before and after."""
    url = realm.world.server.environment["DATABASE_URL"]
    eventually(lambda: is_quiet(realm.world), what="all notices were acted upon")
    before = dump(url)
    for door, text in refused:
        assert door.put(realm, text).status_code >= 400, (door.name, text)
    after = dump(url)
    assert {name for name in after if after[name] != before[name]} - COUNTED == set()


def test_every_place_that_takes_a_text_has_a_door(realm: Realm, all_doors: list[Door]) -> None:
    assert len(all_doors) > 100
    found = {(door.operation.name, door.kind, door.place) for door in all_doors}
    document = realm.world.nobody.contract.document
    for operation in realm.world.nobody.contract.operations:
        if operation.name == "stripe_notice":
            continue
        places: set[tuple[str, tuple[str, ...]]] = {
            (p["in"], (p["name"],))
            for p in operation.spec.get("parameters", ())
            if p["in"] in {"path", "query"}
        }
        media = operation.spec.get("requestBody", {}).get("content", {})
        if "application/json" in media:
            schema = media["application/json"]["schema"]
            places |= {("body", place) for place in texts_in(document, schema)}
        missing = {one for one in places if (operation.name, *one) not in found}
        assert missing == set(), operation.name


def texts_in(
    document: Json, schema: Json, place: tuple[str, ...] = ()
) -> Iterator[tuple[str, ...]]:
    """Yield where a body may have a text, by its schema."""
    for one in resolved(document, schema).get("anyOf", (schema,)):
        member = resolved(document, one)
        if member.get("type") == "string":
            yield place
        for name, inner in member.get("properties", {}).items():
            yield from texts_in(document, inner, (*place, name))


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
