"""Texts that mean no good in the forms of OAuth and of the sign-in page, in every field of them.

No answer is a 5xx; none sends a browser to a place that nobody registered, or shows a text as a
part of the page; what is refused changes nothing; and a form that comes as anything but a form is
not read.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote_from_bytes

import httpx
import pytest

from tests.api.oauth.conftest import add_front_end
from tests.api.world import PASSWORD, dump, is_quiet, new_id
from tests.proof.bad_input.realm import Realm
from tests.proof.bad_input.words import hostile
from tests.support.identity import form_of
from tests.support.oauth import FrontEnd, new_browser
from tests.support.proof import Proof
from tests.support.server import eventually
from wishcore.frontends import Registration

pytestmark = [pytest.mark.nightly("postgres"), pytest.mark.slow]

CALLBACK: Final = "https://forms.example/cb"
FORM: Final = "application/x-www-form-urlencoded"
OTHER_TYPES: Final = (
    "application/json", "text/plain", "multipart/form-data; boundary=x", "multipart/form-data",
    "application/xml", "application/x-www-form-urlencoded2", f"{FORM}; charset=utf-16", "*/*", "x",
    ";", "\xe9",
)  # fmt: skip
READ_AS_FORMS: Final = (
    FORM, f"{FORM}; charset=utf-8", f"{FORM};;;", FORM.upper(),
)  # fmt: skip
DIRECT: Final = frozenset({"/oauth/token", "/oauth/revoke"})
"""What front ends ask themselves; the other forms are those of our page."""
COUNTED: Final = frozenset({"rate_limit", "security_event"})

PLAIN: Final[dict[str, dict[str, str]]] = {
    "/oauth/token": {
        "grant_type": "authorization_code", "code": "x" * 43, "redirect_uri": CALLBACK,
        "code_verifier": "x" * 43, "refresh_token": "wrt_" + "x" * 43, "scope": "read",
        "username": "ada@people.example", "password": PASSWORD, "client_secret": "",
    },
    "/oauth/revoke": {
        "token": "wrt_" + "x" * 43, "token_type_hint": "refresh_token", "client_secret": "",
    },
    "/oauth/authorize": {"login": "ada@people.example", "password": PASSWORD},
    "/oauth/reset": {"email": "ada@people.example"},
    "/oauth/reset/confirm": {
        "email": "ada@people.example", "confirmation": new_id(), "code": "AAAA-AAAA",
        "new_password": PASSWORD,
    },
    "/oauth/sign-up": {
        "email": "ada@people.example", "new_password": "short", "first_name": "Ada",
        "last_name": "Lovelace", "birthday": "1990-12-10",
    },
    "/oauth/sign-up/confirm": {
        "email": "ada@people.example", "confirmation": new_id(), "code": "AAAA-AAAA",
    },
}  # fmt: skip
"""What else is in each form: nothing of it leads anywhere by itself."""


@dataclass
class Desk:
    """A browser in front of the sign-in page, and the front end that sent it there."""

    front_end: FrontEnd
    browser: httpx.Client
    request: str

    def fields(self, path: str) -> dict[str, str]:
        """Return what a form has in it, as it should be."""
        own = {"client_id": self.front_end.client_id}
        return {
            **PLAIN[path],
            **(own if path in DIRECT else self._asked),
        }

    @property
    def _asked(self) -> dict[str, str]:
        return {"request": self.request}

    def send(self, path: str, form: bytes, *, content_type: str = FORM) -> httpx.Response:
        """Send a form as the page itself would."""
        headers = {
            b"Content-Type": content_type.encode("latin-1"),
            b"Sec-Fetch-Site": b"same-origin",
        }
        answer = self.browser.post(path, content=form, headers=list(headers.items()))
        return self.checked(answer)

    def checked(self, answer: httpx.Response) -> httpx.Response:
        """Check what holds for every answer."""
        told = (str(answer.request.url)[:300], answer.request.content[:300], answer.text[:300])
        assert answer.status_code < 500, told
        if "location" in answer.headers:
            assert re.match(rf"{re.escape(CALLBACK)}(\?|$)|/", answer.headers["location"]), told
            assert not answer.headers["location"].startswith("//"), told
        if answer.headers.get("content-type", "").startswith("text/html"):
            assert "<script" not in answer.text.lower(), told
            assert "onerror=alert" not in re.sub(r'"[^"]*"|>[^<]*<', "", answer.text), told
        return answer


@pytest.fixture
def desk(realm: Realm) -> Iterator[Desk]:
    server = realm.world.server
    client_id = f"forms-{new_id()[:8]}"
    add_front_end(server, Registration(client_id=client_id, name="Forms", redirect_uris=[CALLBACK]))
    front_end = FrontEnd(server, client_id, CALLBACK)
    with front_end.http, new_browser(server) as browser:
        _, hidden = form_of(front_end.ask(browser).text, "Sign in")
        yield Desk(front_end, browser, hidden["request"])


def encoded(text: str) -> str:
    """Return a text as a form has it; half characters are sent as the bytes that they would be."""
    return quote_from_bytes(text.encode("utf-8", "surrogatepass"))


def form(fields: dict[str, str]) -> bytes:
    """Return a whole form."""
    return "&".join(f"{encoded(name)}={encoded(text)}" for name, text in fields.items()).encode()


@pytest.mark.parts(10)
@pytest.mark.timeout(3600)
def test_hostile_texts_in_forms_are_refused(realm: Realm, desk: Desk, proof: Proof) -> None:
    refused: list[tuple[str, bytes]] = []
    for path in PLAIN:
        plain = desk.fields(path)
        size = proof.size(5, 10_000)
        for name in plain:
            for text in hostile(proof.random, size):
                sent = form({**plain, name: text})
                if desk.send(path, sent).status_code >= 400:
                    refused.append((path, sent))
            proof.inject(f"hostile texts in forms: {path}", size)
        for text in hostile(proof.random, size):  # a name that is none, and one that comes twice
            desk.send(path, form({**plain, text: "x"}))
            desk.send(path, form(plain) + b"&" + form({**plain, next(iter(plain)): text}))
            proof.inject(f"hostile texts in forms: {path}", 2)
    assert len({path for path, _ in refused}) == len(PLAIN)
    check_nothing_changes(realm, desk, refused)


def check_nothing_changes(realm: Realm, desk: Desk, refused: list[tuple[str, bytes]]) -> None:
    """Send what was refused again, and look at all rows before and after."""
    url = realm.world.server.environment["DATABASE_URL"]
    eventually(lambda: is_quiet(realm.world), what="all notices were acted upon")
    before = dump(url)
    for path, sent in refused:
        assert desk.send(path, sent).status_code >= 400, (path, sent)
    after = dump(url)
    assert {name for name in after if after[name] != before[name]} - COUNTED == set()


@pytest.mark.parts(5)
def test_hostile_questions_lead_nowhere(desk: Desk, proof: Proof) -> None:
    plain = desk.front_end.question(scope="read", prompt="login", nonce="x")
    for name in plain:
        size = proof.size(8, 10_000)
        for text in hostile(proof.random, size):
            query = form({**plain, name: text}).decode()[:7000].rstrip("%")
            desk.checked(desk.browser.get(f"/oauth/authorize?{query}"))
        proof.inject("hostile questions", size)


def test_what_is_no_form_is_not_read(realm: Realm, desk: Desk, proof: Proof) -> None:
    for path in PLAIN:
        plain = form(desk.fields(path))
        for content_type in OTHER_TYPES:
            answer = desk.send(path, plain, content_type=content_type)
            assert answer.status_code == 415, (path, content_type)
            proof.inject("forms of another type")
        for content_type in READ_AS_FORMS:
            answer = desk.send(path, plain, content_type=content_type)
            assert answer.status_code != 415, (path, content_type)
        for odd in (b"%", b"=", b"&&&", b"%zz=1", b"a=%ff%fe", b"\xff\xfe=\x00", b"a" * 70_000):
            answer = desk.send(path, odd)
            assert answer.status_code >= 400 or answer.status_code == 303, (path, odd)
            if path in DIRECT:
                realm.world.nobody.contract.check(answer)
            proof.inject("forms that cannot be read")
