"""The people of the story, each with a front end of their own: plain HTTP, nothing else."""

import asyncio
import re
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import httpx

DOMAIN: Final = "demo.example.org"
PASSWORD_BYTES: Final = 18
_CODE: Final = re.compile(r"\b([2-9A-Z]{4}-[2-9A-Z]{4})\b")


def client(api: str, token: str | None = None) -> httpx.AsyncClient:
    """Return somebody's front end."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return httpx.AsyncClient(base_url=api, headers=headers, timeout=60)


def address(name: str, run: str) -> str:
    """Return an address that no other run of the story uses."""
    return f"{name.lower()}.{run}@{DOMAIN}"


@dataclass(slots=True, kw_only=True)
class Person:
    """Somebody with a front end, and the pledges that were made there."""

    name: str
    api: str
    web: httpx.AsyncClient
    refresh_token: str | None = None
    pledges: dict[str, Any] = field(default_factory=dict)

    async def get(self, path: str) -> Any:
        """Fetch something that must be there."""
        answer = await self.web.get(path)
        return answer.raise_for_status().json()

    async def pledge(self, place: str, **content: Any) -> httpx.Response:
        """Pledge for an item under a new id, and remember what came of it."""
        body = {"id": str(uuid4()), **content}
        answer = await self.web.post(place, json=body)
        if answer.is_success:
            self.pledges[body["id"]] = answer.json()
        return answer

    async def refresh(self) -> None:
        """Exchange the refresh token for new tokens, as a front end does every hour."""
        if self.refresh_token is None:
            return
        answer = await self.web.post("/v1/auth/token", json={"refresh_token": self.refresh_token})
        tokens = answer.raise_for_status().json()
        self.refresh_token = tokens["refresh_token"]
        self.web.headers["Authorization"] = f"Bearer {tokens['access_token']}"


async def signed_up(api: str, name: str, run: str, *, mail: Path) -> Person:
    """Sign up, confirm the address by the code from the letter, and sign in."""
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    email = address(name, run)
    async with client(api) as web:
        about = {
            "email": email,
            "password": password,
            "first_name": name,
            "last_name": "Demo",
            "birthday": "1990-12-24",
        }
        asked = await web.post("/v1/accounts", json=about)
        code = _code_from(mail, email)
        confirmation = {"id": asked.raise_for_status().json()["id"], "code": code}
        (await web.post("/v1/accounts/confirm", json=confirmation)).raise_for_status()
        answer = await web.post("/v1/auth/token", json={"email": email, "password": password})
        tokens = answer.raise_for_status().json()
    return Person(
        name=name,
        api=api,
        web=client(api, tokens["access_token"]),
        refresh_token=tokens["refresh_token"],
    )


async def confirmed_guest(api: str, name: str, run: str, *, mail: Path) -> Person:
    """Come as a guest: name, address, the code from the letter."""
    email = address(name, run)
    async with client(api) as web:
        asked = await web.post("/v1/visitors", json={"name": name, "email": email})
        code = _code_from(mail, email)
        confirmation = {"id": asked.raise_for_status().json()["id"], "code": code}
        answer = await web.post("/v1/visitors/confirm", json=confirmation)
        token = answer.raise_for_status().json()["visitor_token"]
    return Person(name=name, api=api, web=client(api, token))


async def torn_off(person: Person, place: str, body: dict[str, Any]) -> None:
    """Send a pledge and hang up before the answer: the request arrives, the answer is lost."""
    request = person.web.build_request("POST", place, json=body)
    head = [f"POST {request.url.raw_path.decode()} HTTP/1.1"]
    head += [f"{name}: {value}" for name, value in request.headers.items()]
    host, port = str(request.url.host), request.url.port or 80
    _, writer = await asyncio.open_connection(host, port)
    writer.write("\r\n".join(head).encode() + b"\r\n\r\n" + request.content)
    await writer.drain()
    writer.close()
    await writer.wait_closed()


def iso(moment: datetime) -> str:
    """Return the moment as the API takes it."""
    return moment.isoformat().replace("+00:00", "Z")


def _code_from(mail: Path, email: str) -> str:
    letters = sorted(mail.glob(f"*{email}*.eml"))
    if not letters:
        raise RuntimeError(f"There is no letter to {email} in {mail}.")
    message = message_from_bytes(letters[-1].read_bytes())
    payload = message.get_payload(decode=True)
    found = _CODE.search(payload.decode() if isinstance(payload, bytes) else "")
    if found is None:
        raise RuntimeError(f"There is no code in {letters[-1].name}.")
    return found.group(1)
