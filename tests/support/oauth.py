"""A front end as its library sees us, and a browser that has no screen."""

import json
import re
import secrets
import subprocess
import sys
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final

import httpx

from tests.support.http import SECRETS
from tests.support.identity import form_of, query_of
from tests.support.planting import python_path
from tests.support.server import Server

SECRET_LENGTH_MIN: Final = 20
PASSWORD: Final = "wet paint on the garden bench"
Json = dict[str, Any]


def wish(server: Server, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """Run `wish` with the settings of a server."""
    return subprocess.run(
        [sys.executable, "-m", "wishcli", *words],
        cwd=server.folder,
        env={**python_path(), **server.environment},
        input=stdin,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def wish_json(server: Server, *words: str, stdin: str = "") -> Json:
    """Run `wish` and return what it prints as JSON."""
    done = wish(server, *words, "--json", stdin=stdin)
    assert done.returncode == 0, done.stderr
    found: Json = json.loads(done.stdout)
    return found


def new_verifier() -> str:
    """Return a PKCE verifier."""
    return secrets.token_urlsafe(48)


def challenge_of(verifier: str) -> str:
    """Return its S256 challenge."""
    return urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("=")


def new_browser(server: Server) -> httpx.Client:
    """Return a browser that nobody has used yet."""
    return httpx.Client(base_url=server.url, timeout=30)


@dataclass
class FrontEnd:
    """A registered front end."""

    server: Server
    client_id: str
    redirect_uri: str
    secret: str | None = field(default=None, repr=False)
    verifier: str = field(default_factory=new_verifier, repr=False)
    http: httpx.Client = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.http = new_browser(self.server)

    def question(self, **change: str | None) -> dict[str, str]:
        """Return a question, changed; `None` leaves a parameter out."""
        whole = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "state": "a state of the front end",
            "code_challenge": challenge_of(self.verifier),
            "code_challenge_method": "S256",
            **change,
        }
        return {name: value for name, value in whole.items() if value is not None}

    def ask(self, browser: httpx.Client, **change: str | None) -> httpx.Response:
        """Send the browser with a question."""
        return browser.get("/oauth/authorize", params=self.question(**change))

    def sign_in(
        self, browser: httpx.Client, login: str, *, password: str = PASSWORD, **change: str | None
    ) -> dict[str, str]:
        """Sign in on the page, and return what the browser brings back."""
        page = self.ask(browser, **change)
        assert page.status_code == 200, page.text
        answer = submit(browser, page, "Sign in", login=login, password=password)
        return self.came_back(answer)

    def came_back(self, answer: httpx.Response) -> dict[str, str]:
        """Return what the browser brings back to the front end."""
        assert answer.status_code == 303, f"{answer.status_code} {answer.text}"
        location = answer.headers["location"]
        assert location.partition("?")[0] == self.redirect_uri.partition("?")[0]
        given = query_of(location)
        SECRETS.update({given["code"]} if "code" in given else set())
        return given

    def post(self, path: str, form: dict[str, str], **more: Any) -> httpx.Response:
        """Ask the server directly, proved as this front end proves itself."""
        sent = (form.get(name, "") for name in ("code_verifier", "refresh_token", "password"))
        SECRETS.update(secret for secret in sent if len(secret) >= SECRET_LENGTH_MIN)
        if self.secret is not None:
            more.setdefault("auth", (self.client_id, self.secret))
        else:
            form = {"client_id": self.client_id, **form}
        answer = self.http.post(path, data=form, **more)
        if answer.status_code == 200 and answer.content:
            given = answer.json()
            SECRETS.update({given["access_token"], given["refresh_token"]})
        return answer

    def exchange(self, given: str, /, **change: str | None) -> httpx.Response:
        """Exchange a code; `None` leaves a parameter out."""
        whole = {
            "grant_type": "authorization_code",
            "code": given,
            "redirect_uri": self.redirect_uri,
            "code_verifier": self.verifier,
            **change,
        }
        form = {name: value for name, value in whole.items() if value is not None}
        return self.post("/oauth/token", form)

    def refresh(self, refresh_token: str, **more: str) -> httpx.Response:
        """Exchange a refresh token."""
        form = {"grant_type": "refresh_token", "refresh_token": refresh_token, **more}
        return self.post("/oauth/token", form)

    def tokens(self, login: str, *, scope: str | None = None) -> Json:
        """Sign in with a new browser, and return the tokens."""
        with new_browser(self.server) as browser:
            given = self.sign_in(browser, login, scope=scope)
        answer = self.exchange(given["code"])
        assert answer.status_code == 200, answer.text
        found: Json = answer.json()
        return found

    def me(self, access_token: str) -> httpx.Response:
        """Ask whose token this is."""
        return self.http.get("/v1/me", headers={"Authorization": f"Bearer {access_token}"})


def submit(
    browser: httpx.Client, page: httpx.Response, button: str, **typed: str
) -> httpx.Response:
    """Type into the form that has this button, and press it."""
    action, fields = form_of(page.text, button)
    SECRETS.update(
        value
        for name, value in typed.items()
        if "password" in name and len(value) >= SECRET_LENGTH_MIN
    )
    return browser.post(action, data=fields | typed, headers={"Sec-Fetch-Site": "same-origin"})


def problem_on(page: httpx.Response) -> str:
    """Return what a page says went wrong."""
    found = re.search(r'role="alert">([^<]*)<', page.text)
    assert found is not None, page.text
    return found[1]


def refusal(answer: httpx.Response) -> tuple[int, str]:
    """Return the status and the code of a refusal in the form of RFC 6749."""
    assert answer.headers["content-type"] == "application/json", answer.text
    assert answer.headers["cache-control"] == "no-store"
    given = answer.json()
    assert given["error_description"]
    return answer.status_code, given["error"]
