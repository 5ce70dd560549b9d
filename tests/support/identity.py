"""Google's and Facebook's stand-ins, and a person who visits them without a screen."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl, urljoin, urlsplit

import httpx

from tests.support.server import Child, answers, launch, started
from wishcli.sandbox.identity import IdentityConfig, running

GOOGLE_ID: Final = "sandbox-google-client"
FACEBOOK_ID: Final = "1234567890"
SECRET: Final = "the_secret_of_the_identity_sandbox"
CALLBACK: Final = "http://127.0.0.1:8000/auth/google/callback"
ADA: Final = "100000000000000000001"
GRACE: Final = "100000000000000000002"
ALAN: Final = "100000000000000000003"


def config(base: str = "http://127.0.0.1:8000") -> IdentityConfig:
    """Return what the stand-ins of a server at this address know."""
    return IdentityConfig(
        google_client_id=GOOGLE_ID,
        facebook_app_id=FACEBOOK_ID,
        secret=SECRET,
        google_redirect_uris=(f"{base}/auth/google/callback",),
        facebook_redirect_uris=(f"{base}/auth/facebook/callback",),
    )


@dataclass(frozen=True)
class Identity:
    """The running stand-ins and their controls."""

    url: str
    http: httpx.AsyncClient

    async def order(self, *lies: str, **faults: str) -> None:
        """Let it lie, and let requests go wrong whose path ends so (`token="html"`)."""
        orders = {"lies": lies, "faults": {f"/{end}": fault for end, fault in faults.items()}}
        await self._control("orders", orders)

    async def rotate(self) -> None:
        """Let it sign with another key."""
        await self._control("rotate", {})

    async def visit(self, page: str, subject: str | None = ADA) -> dict[str, str]:
        """Choose who to be on its page, or cancel, and return what the browser brings back."""
        shown = await self.http.get(page)
        assert shown.status_code == 200, f"{shown.status_code} {shown.text}"
        action, fields = form_of(shown.text)
        chosen = {"cancel": "1"} if subject is None else {"subject": subject}
        answer = await self.http.post(urljoin(page, action), data=fields | chosen)
        assert answer.status_code == 303, answer.text
        return query_of(answer.headers["location"])

    async def _control(self, path: str, order: object) -> None:
        answer = await self.http.post(f"{self.url}/_sandbox/{path}", json=order)
        assert answer.status_code == 200, answer.text


@asynccontextmanager
async def running_identity(base: str = "http://127.0.0.1:8000") -> AsyncIterator[Identity]:
    """Run the stand-ins for a server at this address."""
    async with running(config(base)) as url, httpx.AsyncClient(timeout=10) as http:
        yield Identity(url, http)


def form_of(html: str, containing: str = "") -> tuple[str, dict[str, str]]:
    """Return where the first form with this text leads, and its hidden fields."""
    forms = re.findall(r"<form\b(.*?)</form>", html, re.DOTALL)
    form = next(form for form in forms if containing in form)
    action = re.search(r'action="([^"]+)"', form)
    assert action is not None
    fields = {}
    for tag in re.findall(r"<input\b[^>]*>", form):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if 'type="hidden"' in tag and name and value:
            fields[unescape(name[1])] = unescape(value[1])
    return unescape(action[1]), fields


def query_of(location: str) -> dict[str, str]:
    """Return the parameters of an address, each of which is there once."""
    pairs = parse_qsl(urlsplit(location).query, keep_blank_values=True)
    assert len(dict(pairs)) == len(pairs)
    return dict(pairs)


class IdentityChild(Child):
    """The stand-ins as a process."""

    def order(self, *lies: str, **faults: str) -> None:
        """Let it lie, and let requests go wrong whose path ends so."""
        orders = {"lies": lies, "faults": {f"/{end}": fault for end, fault in faults.items()}}
        self._control("orders", orders)

    def register(self, base: str) -> None:
        """Let people go back to the server at this address."""
        self._control("servers", {"base": base})

    def add_person(self, subject: str, **facts: object) -> None:
        """Let somebody have accounts there."""
        person = {"subject": subject, "first_name": "Ada", "last_name": "Lovelace", **facts}
        self._control("people", person)

    def visit(self, page: str, subject: str | None = ADA) -> str:
        """Choose who to be on its page, or cancel, and return where the browser is sent."""
        shown = httpx.get(page)
        assert shown.status_code == 200, f"{shown.status_code} {shown.text}"
        action, fields = form_of(shown.text)
        chosen = {"cancel": "1"} if subject is None else {"subject": subject}
        answer = httpx.post(urljoin(page, action), data=fields | chosen)
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]

    def _control(self, path: str, order: object) -> None:
        answer = httpx.post(f"{self.url}/_sandbox/{path}", json=order)
        assert answer.status_code == 200, answer.text


_PROGRAM: Final = """
import asyncio, sys
from tests.support.identity import config
from wishcli.sandbox.identity import running

async def main():
    async with running(config("http://nowhere.invalid"), port=int(sys.argv[1])):
        await asyncio.Event().wait()

asyncio.run(main())
"""


def start_identity(folder: Path) -> IdentityChild:
    """Start the stand-ins as a process; servers are registered there with `register`."""
    folder.mkdir(parents=True, exist_ok=True)

    def launch_at(port: int) -> IdentityChild:
        process, log_file = launch(folder, _PROGRAM, [str(port)], {})
        return IdentityChild(process, port, log_file)

    return started(launch_at, lambda child: answers(child, "/_sandbox/people") is not None)
