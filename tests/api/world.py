"""People and things for the tests: made by the API, as its users would."""

import asyncio
import contextlib
import email
import email.policy
import json
import re
import sqlite3
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import httpx

from tests.support.forking import WISH, forker
from tests.support.http import SECRETS, Api, Json
from tests.support.mailbox import CODE
from tests.support.server import Sandbox, Server, eventually

PASSWORD = "wet paint on the garden bench"

_numbers = count(1)


def new_email(who: str = "somebody") -> str:
    """Return an address that nobody else in this test run has."""
    return f"{who}.{next(_numbers)}.{uuid4().hex[:8]}@people.example"


def in_days(days: float, *, now: datetime | None = None) -> str:
    """Return a time so many days ahead."""
    # Whole seconds, so that it reads the same when it comes back.
    moment = (now or datetime.now(UTC)).replace(microsecond=0) + timedelta(days=days)
    return moment.isoformat().replace("+00:00", "Z")


def new_id() -> str:
    """Return an id as a front end makes it."""
    return str(uuid4())


@dataclass
class Person:
    """Somebody with an account."""

    api: Api
    email: str
    tokens: Json
    profile: Json


@dataclass
class World:
    """A server with its surroundings, and what can be made there."""

    server: Server
    sandbox: Sandbox
    nobody: Api

    @classmethod
    def around(cls, server: Server, sandbox: Sandbox) -> "World":
        """Return the world of a server, to which the sandbox sends its notices from now on."""
        sandbox.notify(server)
        return cls(server, sandbox, Api(server.url))

    def sign_up(self, who: str = "ada", *, address: str = "", **more: object) -> Json:
        """Make an account and return its profile."""
        body = {
            "email": address or new_email(who),
            "password": PASSWORD,
            "first_name": who.title(),
            "last_name": "Lovelace",
            "birthday": "1990-12-10",
            **more,
        }
        asked = self.nobody.post("/v1/accounts", body, status=202)
        made: Json = self.nobody.post(
            "/v1/accounts/confirm", {"id": asked["id"], "code": self.code_for(body["email"])}
        )
        return made

    def account(self, who: str = "ada", *, address: str = "") -> Person:
        """Make an account and sign in."""
        profile = self.sign_up(who, address=address)
        credentials = {"email": profile["email"], "password": PASSWORD}
        tokens = self.nobody.post("/v1/auth/token", credentials, status=200)
        api = self.nobody.signed(tokens["access_token"])
        return Person(api, profile["email"], tokens, profile)

    def staff(self) -> Person:
        """Make an account that the operator gave the role of staff."""
        made = self.account("staff")
        self.command("account", "give-role", made.email, "staff")
        return made

    def command(self, *words: str, code: int = 0) -> Any:
        """Run a command of the operator's on this world's database.

        Return what it printed as JSON, or its error as text.
        """
        done = forker().run(
            WISH,
            [*words, "--json"],
            folder=self.server.folder,
            environment=self.server.environment,
        )
        assert done.code == code, done.err
        return json.loads(done.out) if done.out else done.err

    def guest(self, name: str = "Grace", *, address: str = "") -> Api:
        """Confirm an address by the code from the letter, and return who has the pass."""
        address = address or new_email(name.lower())
        asked = self.nobody.post("/v1/visitors", {"name": name, "email": address}, status=202)
        confirmation = {"id": asked["id"], "code": self.code_for(address)}
        made = self.nobody.post("/v1/visitors/confirm", confirmation, status=200)
        return self.nobody.signed(made["visitor_token"])

    def letters(self, address: str) -> list[str]:
        """Return the texts of all letters to an address, oldest first."""
        folder = self.server.mail_folder
        files = sorted(folder.glob(f"*-{address}-*.eml")) if folder.exists() else []
        return [_text(file) for file in files]

    def code_for(self, address: object) -> str:
        """Return the code of the newest letter to an address."""
        (found,) = CODE.findall(self.letters(str(address).lower())[-1])
        SECRETS.add(found)
        return str(found)

    def list(self, owner: Api, **more: object) -> Json:
        """Make a list."""
        body = {"title": "Ten years", "currency": "USD", "deadline": in_days(30), **more}
        made: Json = owner.post("/v1/lists", body)
        return made

    def item(self, owner: Api, list_id: str, *, price: int = 10_000, **more: object) -> Json:
        """Put an item on a list."""
        body = {
            "title": "Bicycle",
            "price": {"amount_minor": price, "currency": "USD"},
            **more,
        }
        made: Json = owner.post(f"/v1/lists/{list_id}/items", body)
        return made

    def shared(self, *, price: int = 10_000, **more: object) -> "Shared":
        """Make an owner with a list, an item and a share link."""
        owner = self.account("olga")
        made = self.list(owner.api, **more)
        item = self.item(owner.api, made["id"], price=price)
        link = owner.api.post(f"/v1/lists/{made['id']}/share")
        return Shared(self, owner, made["id"], item["id"], link["token"])


@dataclass
class Shared:
    """A shared list with one item."""

    world: World
    owner: Person
    list_id: str
    item_id: str
    token: str

    @property
    def pledges(self) -> str:
        """The path to pledge at."""
        return f"/v1/shared/{self.token}/items/{self.item_id}/pledges"

    def pledge(self, giver: Api, amount: int | None = None, **more: Any) -> httpx.Response:
        """Pledge an amount, or all that is left, and return the answer."""
        return giver.send("POST", self.pledges, pledge_of(amount, **more))

    def paid(self, giver: Api, amount: int | None = None, **more: Any) -> Json:
        """Pledge, insist that it is paid at once, and return it."""
        answer = self.pledge(giver, amount, **more)
        assert answer.status_code == 201, answer.text
        made: Json = answer.json()
        return made

    def funding(self, giver: Api) -> Json:
        """Return the item's funding as a giver sees it."""
        shown = giver.get(f"/v1/shared/{self.token}")
        (found,) = [item for item in shown["items"] if item["id"] == self.item_id]
        funding: Json = found["funding"]
        return funding

    def charged(self, pledge_id: str) -> int:
        """Return what Stripe took for a pledge, and insist that it was once at most."""
        rows = self.world.sandbox.payments("pledge", pledge_id)
        assert sum(row["charged_count"] for row in rows) <= 1, rows
        return sum(row["charged_total"] for row in rows)

    def becomes(self, giver: Api, pledge_id: str, state: str) -> Json:
        """Wait until a pledge has a state, and return it."""
        path = f"/v1/pledges/{pledge_id}"
        eventually(lambda: giver.get(path)["state"] == state, what=f"the pledge is {state}")
        found: Json = giver.get(path)
        return found


@dataclass
class Seat:
    """A giver in front of an item of 100.00 of which 90.00 are paid, and its owner."""

    shared: Shared
    giver: Api

    @property
    def owner(self) -> Api:
        """Whoever made the list."""
        return self.shared.owner.api

    @property
    def items(self) -> str:
        """The path of the list's items."""
        return f"/v1/lists/{self.shared.list_id}/items"


def pledge_of(amount: int | None = None, **more: object) -> Json:
    """Return the body of a pledge."""
    what: Json = {"whole": True}
    if amount is not None:
        what = {"amount": {"amount_minor": amount, "currency": "USD"}}
    return {"id": new_id(), **what, "payment_method": "pm_card_visa", **more}


def press(world: World, url: str, button: str) -> None:
    """Open the bank's page and press a button of its form."""
    page = httpx.get(url)
    (action,) = re.findall(rf'action="([^"]+/{button})"', page.text)
    answer = httpx.post(f"{world.sandbox.url}{action}")
    assert answer.status_code in {200, 302, 303}, answer.text


def _text(file: Path) -> str:
    letter = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    content = letter.get_body(("plain",))
    assert content is not None
    return str(content.get_content())


def dump(url: str, *, without: Collection[str] = ()) -> dict[str, list[str]]:
    """Return all rows of all tables, but those that are named, as texts, sorted."""
    return {name: sorted(map(repr, found)) for name, found in rows(url, without=without).items()}


def rows(url: str, *, without: Collection[str] = ()) -> dict[str, list[tuple[object, ...]]]:
    """Return all rows of all tables, but those that are named."""
    schema = (
        "SELECT name FROM sqlite_master WHERE type = 'table'"
        if url.startswith("sqlite")
        else "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'"
    )
    names = [str(name) for (name,) in _select(url, schema)[0] if name not in without]
    found = _select(url, *(f'SELECT * FROM "{name}"' for name in names))
    return dict(zip(names, found, strict=True))


def is_quiet(world: World) -> bool:
    """Say whether every notice of the sandbox came, and was acted upon."""
    return is_all_heard(world.sandbox, world.server.environment["DATABASE_URL"])


def is_all_heard(sandbox: Sandbox, url: str) -> bool:
    """Say whether a server with this database has acted upon every notice of the sandbox."""
    unhandled = "SELECT id FROM payment_notice WHERE handled_at IS NULL"
    return not sandbox.queued() and not any(_select(url, unhandled))


def _select(url: str, *statements: str) -> list[list[tuple[object, ...]]]:
    if url.startswith("sqlite://"):
        with contextlib.closing(sqlite3.connect(url.removeprefix("sqlite://"))) as connection:
            return [connection.execute(statement).fetchall() for statement in statements]
    with ThreadPoolExecutor(max_workers=1) as thread:  # The caller may run a loop.
        return thread.submit(asyncio.run, _select_there(url, statements)).result()


async def _select_there(url: str, statements: tuple[str, ...]) -> list[list[tuple[object, ...]]]:
    connection = await asyncpg.connect(url)
    try:
        return [
            [tuple(row.values()) for row in await connection.fetch(statement)]
            for statement in statements
        ]
    finally:
        await connection.close()
