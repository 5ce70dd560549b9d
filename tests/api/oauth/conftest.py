"""A server with front ends, people, and the stand-ins of other companies."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TypeVar

import httpx
import pytest

from tests.api.conftest import MakeDatabase, check_log
from tests.api.world import new_email
from tests.support.identity import IdentityChild, start_identity
from tests.support.oauth import PASSWORD, FrontEnd, new_browser
from tests.support.server import Sandbox, Server, start_server
from wishcore import accounts, db, frontends
from wishcore.frontends import Registration

SHOP_URI = "https://shop.example/signed-in?from=wish"
BOOKS_URI = "http://127.0.0.1:9876/callback"
LEGACY_URI = "app.legacy.wish:/cb"
T = TypeVar("T")


@dataclass
class OAuthWorld:
    """The server and everybody around it."""

    server: Server
    identity: IdentityChild
    shop: FrontEnd
    """Public; `read` and `write`."""
    books: FrontEnd
    """Confidential; every scope."""
    legacy: FrontEnd
    """Public, with the password grant."""
    ada: str
    """The address of somebody with a password."""

    def inside(self, work: Callable[[datetime], Awaitable[T]]) -> T:
        """Do something in the server's database."""
        return asyncio.run(_inside(self.server, work))

    def person(self) -> str:
        """Make another account, and return its address."""
        address = new_email("somebody")
        make_account(self.server, address)
        return address


def make_account(server: Server, address: str) -> None:
    """Make an account with a confirmed address."""
    asyncio.run(_inside(server, lambda now: _register(address, now)))


async def _inside(server: Server, work: Callable[[datetime], Awaitable[T]]) -> T:
    """Do in the server's database what an operator would do by `wish`, which takes longer."""
    await db.connect(server.environment["DATABASE_URL"], pool_max=1)
    try:
        return await work(datetime.now(UTC))
    finally:
        await db.disconnect()


async def _register(address: str, now: datetime) -> None:
    hasher = accounts.PasswordHasher(memory_kib=64)
    try:
        await accounts.register(
            email=address,
            password=PASSWORD,
            first_name="Ada",
            last_name="Lovelace",
            birthday=date(1990, 12, 10),
            confirmed_at=now,
            hasher=hasher,
            now=now,
        )
    finally:
        hasher.close()


@pytest.fixture(scope="session")
def identity_child(tmp_path_factory: pytest.TempPathFactory) -> Iterator[IdentityChild]:
    started = start_identity(tmp_path_factory.mktemp("identity"))
    try:
        yield started
    finally:
        started.end()


@pytest.fixture(scope="session")
def oauth_world(
    make_database: MakeDatabase,
    sandbox: Sandbox,
    identity_child: IdentityChild,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[OAuthWorld]:
    """One for most tests; each makes its own people where it changes them."""
    server = start_server(
        tmp_path_factory.mktemp("oauth"),
        database_url=make_database("oauth"),
        stripe_url=sandbox.url,
        # They have tests of their own, and count what all tests here do.
        WISH_RATE_LIMITS="false",
        GOOGLE_ISSUER=f"{identity_child.url}/google",
        FACEBOOK_DIALOG_BASE=f"{identity_child.url}/facebook",
        FACEBOOK_GRAPH_BASE=f"{identity_child.url}/graph",
    )
    try:
        identity_child.register(server.url)
        world = _furnished(server, identity_child)
        yield world
        for front_end in (world.shop, world.books, world.legacy):
            front_end.http.close()
        assert server.stop() == 0
        check_log(server)
    finally:
        server.end()


def add_front_end(server: Server, registration: Registration) -> None:
    """Register a front end."""
    asyncio.run(_inside(server, lambda now: frontends.add_client(registration, now=now)))


def _furnished(server: Server, identity: IdentityChild) -> OAuthWorld:
    ada = new_email("ada")
    secret = asyncio.run(_inside(server, lambda now: _furnish(ada, now)))
    return OAuthWorld(
        server,
        identity,
        FrontEnd(server, "shop", SHOP_URI),
        FrontEnd(server, "books", BOOKS_URI, secret),
        FrontEnd(server, "legacy", LEGACY_URI),
        ada,
    )


async def _furnish(ada: str, now: datetime) -> str | None:
    shop = Registration(
        client_id="shop",
        name="The <Shop> & Co",
        redirect_uris=[SHOP_URI],
        origins=["https://shop.example"],
    )
    books = Registration(
        client_id="books",
        name="Books",
        redirect_uris=[BOOKS_URI],
        is_confidential=True,
        scopes=frontends.SCOPES,
    )
    legacy = Registration(
        client_id="legacy", name="Legacy", redirect_uris=[LEGACY_URI], grants=frontends.GRANTS
    )
    made = [await frontends.add_client(one, now=now) for one in (shop, books, legacy)]
    await _register(ada, now)
    return made[1].secret


@pytest.fixture
def here(oauth_world: OAuthWorld) -> Iterator[OAuthWorld]:
    """The world, with nothing going wrong elsewhere."""
    oauth_world.identity.order()
    yield oauth_world
    oauth_world.identity.order()


@pytest.fixture
def browser(oauth_world: OAuthWorld) -> Iterator[httpx.Client]:
    """A browser that nobody has used yet."""
    with new_browser(oauth_world.server) as opened:
        yield opened
