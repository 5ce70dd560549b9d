"""A server with front ends, people, and the stand-ins of other companies."""

from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest

from tests.api.conftest import MakeDatabase, check_log
from tests.api.world import new_email
from tests.support.identity import IdentityChild, start_identity
from tests.support.oauth import PASSWORD, FrontEnd, new_browser, wish_json
from tests.support.server import Sandbox, Server, start_server

SHOP_URI = "https://shop.example/signed-in?from=wish"
BOOKS_URI = "http://127.0.0.1:9876/callback"


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

    def person(self) -> str:
        """Make another account, and return its address."""
        address = new_email("somebody")
        make_account(self.server, address)
        return address


def make_account(server: Server, address: str) -> None:
    wish_json(
        server,
        *("account", "create", "--email", address, "--first-name", "Ada"),
        *("--last-name", "Lovelace", "--birthday", "1990-12-10", "--password-stdin"),
        stdin=PASSWORD + "\n",
    )


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


def _furnished(server: Server, identity: IdentityChild) -> OAuthWorld:
    add = ("client", "add")
    shop = ("shop", "--name", "The <Shop> & Co", "--redirect-uri", SHOP_URI)
    wish_json(server, *add, *shop, "--origin", "https://shop.example")
    scopes = [word for scope in ("read", "write", "account") for word in ("--scope", scope)]
    books = ("books", "--name", "Books", "--redirect-uri", BOOKS_URI, "--confidential")
    made = wish_json(server, *add, *books, *scopes)
    legacy = ("legacy", "--name", "Legacy", "--redirect-uri", "app.legacy.wish:/cb")
    wish_json(server, *add, *legacy, "--allow-password-grant")
    ada = new_email("ada")
    make_account(server, ada)
    return OAuthWorld(
        server,
        identity,
        FrontEnd(server, "shop", SHOP_URI),
        FrontEnd(server, "books", BOOKS_URI, made["client_secret"]),
        FrontEnd(server, "legacy", "app.legacy.wish:/cb"),
        ada,
    )


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
