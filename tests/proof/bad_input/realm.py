"""A server, everybody who may knock, and things that belong to some of them."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Final, TypeVar
from uuid import UUID

from tests.api.oauth.conftest import add_front_end
from tests.api.world import PASSWORD, Shared, World, new_email, new_id, pledge_of
from tests.support.http import SECRETS, Api
from tests.support.oauth import FrontEnd
from wishcore import accounts, db, frontends

T = TypeVar("T")

PEOPLE: Final = (
    "anonymous", "stranger", "giver", "guest", "owner", "staff", "owner's reading front end",
    "owner's revoked token", "owner's expired token", "closed account",
)  # fmt: skip
"""Everybody: with no token, with a good one, with one for less, and with one that is none."""

THINGS: Final = ("own", "foreign", "deleted", "random")

READS_ONLY: Final = "owner's reading front end"
BAD_TOKENS: Final = frozenset(
    {"owner's revoked token", "owner's expired token", "closed account"}
)  # fmt: skip

_CALLBACK: Final = "https://reader.example/cb"


@dataclass
class Things:
    """The ids of one set of things, by the name of the parameter in a path."""

    list_id: str
    item_id: str
    token: str
    pledge_id: str
    account_id: str
    session_id: str
    role: str = "seller"
    code: str = "invalid"

    def fill(self, path: str) -> str:
        return path.format(**vars(self))


@dataclass
class Realm:
    """The people of a world; things are made when somebody wants to spend them."""

    world: World
    people: dict[str, Api] = field(default_factory=dict)
    accounts: dict[str, str] = field(default_factory=dict)
    """The ids of those who have one."""
    emails: dict[str, str] = field(default_factory=dict)

    def things(self) -> dict[str, Things]:
        """Make new things: the owner's and the giver's, those of others, removed ones, and none."""
        return {name: self.thing(name) for name in THINGS}

    def thing(self, name: str) -> Things:
        """Make one set of new things."""
        if name == "own":
            return self._made("owner", "giver")
        if name == "foreign":
            return self._made("other", "guest")
        if name == "deleted":
            return self._deleted()
        token = "wsl_" + secrets.token_urlsafe(32)
        return Things(new_id(), new_id(), token, new_id(), new_id(), new_id())

    def _deleted(self) -> Things:
        deleted = self._made("owner", "giver")
        owner = self.people["owner"]
        owner.delete(f"/v1/lists/{deleted.list_id}/items/{deleted.item_id}")
        owner.delete(f"/v1/lists/{deleted.list_id}")
        owner.delete(f"/v1/me/sessions/{deleted.session_id}")
        deleted.account_id = self.accounts["closed account"]
        # Nothing removes a pledge: it is kept for the books. So there is none to speak of here.
        deleted.pledge_id = new_id()
        return deleted

    def session_of(self, name: str) -> str:
        """Sign somebody in once more, and return the id of the session."""
        self.signed_in(name)
        newest = self.people[name].get("/v1/me/sessions", params={"limit": "1"})["items"][0]
        return str(newest["id"])

    def signed_in(self, name: str) -> Api:
        """Sign somebody in once more."""
        body = {"email": self.emails[name], "password": PASSWORD}
        tokens = self.world.nobody.post("/v1/auth/token", body, status=200)
        return self.world.nobody.signed(tokens["access_token"])

    def shared(self, owner: str = "owner", *, price: int = 10_000) -> Shared:
        """Make a shared list with an item."""
        world, api = self.world, self.people[owner]
        made = world.list(api)
        item = world.item(api, made["id"], price=price)
        token = api.post(f"/v1/lists/{made['id']}/share")["token"]
        # Who owns it is not asked of this one.
        return Shared(world, None, made["id"], item["id"], token)  # type: ignore[arg-type]

    def renew(self, token: str) -> None:
        """Sign whoever had this token in again, if their session was ended."""
        for name in self.emails:
            if self.people[name].token == token and not self.is_signed_in(name):
                self.people[name] = self.signed_in(name)

    def is_signed_in(self, name: str) -> bool:
        """Say whether somebody's token is still one."""
        return self.people[name].send("GET", "/v1/me").status_code == HTTPStatus.OK

    def join(self, name: str) -> None:
        """Make an account for somebody, another one if they have one."""
        person = self.world.account(name.partition(" ")[0])
        self.people[name] = person.api
        self.accounts[name] = person.profile["id"]
        self.emails[name] = person.email

    def _made(self, owner: str, giver: str) -> Things:
        shared = self.shared(owner, price=10_000_000)
        body = pledge_of(1000)
        self.people[giver].post(shared.pledges, body)
        return Things(
            shared.list_id, shared.item_id, shared.token, body["id"],
            self.accounts[owner], self.session_of(owner),
        )  # fmt: skip


def furnished(world: World) -> Realm:
    """Let everybody come in."""
    realm = Realm(world)
    realm.people["anonymous"] = world.nobody
    for name in ("stranger", "giver", "owner", "staff", "other", "closed account"):
        realm.join(name)
    realm.people["guest"] = world.guest("Guest")
    realm.people["closed account"].post("/v1/me/close", {"password": PASSWORD}, status=204)
    realm.people["owner's revoked token"] = realm.signed_in("owner")
    realm.people["owner's revoked token"].post("/v1/auth/revoke", status=204)
    inside(world, lambda now: _promote(UUID(realm.accounts["staff"]), now))
    expired = inside(world, lambda now: _sign_in(realm.emails["owner"], now - timedelta(hours=2)))
    realm.people["owner's expired token"] = world.nobody.signed(expired)
    realm.people[READS_ONLY] = world.nobody.signed(_token_to_read(world, realm.emails["owner"]))
    return realm


def inside(world: World, work: Callable[[datetime], Awaitable[T]]) -> T:
    """Do in the server's database what an operator would do by `wish`, which takes longer."""

    async def run() -> T:
        await db.connect(world.server.environment["DATABASE_URL"], pool_max=1)
        try:
            return await work(datetime.now(UTC))
        finally:
            await db.disconnect()

    return asyncio.run(run())


async def _promote(account_id: UUID, now: datetime) -> None:
    await accounts.give_role(account_id, "staff", by=None, now=now)


async def _sign_in(email: str, then: datetime) -> str:
    hasher = accounts.PasswordHasher(memory_kib=64)
    try:
        pair = await accounts.sign_in(email, password=PASSWORD, hasher=hasher, now=then)
    finally:
        hasher.close()
    SECRETS.update({pair.access_token, pair.refresh_token})
    return pair.access_token


def _token_to_read(world: World, email: str) -> str:
    client_id = f"reader-{secrets.token_hex(4)}"
    registration = frontends.Registration(
        client_id=client_id, name="Reader", redirect_uris=[_CALLBACK]
    )
    add_front_end(world.server, registration)
    front_end = FrontEnd(world.server, client_id, _CALLBACK)
    try:
        return str(front_end.tokens(email, scope="read")["access_token"])
    finally:
        front_end.http.close()


def newcomer() -> str:
    """Return an address that is nobody's."""
    return new_email("newcomer")
