"""Whoever reads the database gets in nowhere: not with a code, a page, a visit, nor a secret."""

from base64 import b64encode
from collections.abc import AsyncIterator
from datetime import date, datetime

import pytest

from tests.support.mailbox import Mailbox
from tests.support.snapshot import strings
from wishcore import accounts, frontends, oauth
from wishcore.identities import Described, Return, Start
from wishcore.limits import Client
from wishcore.oauth import OAuthRefused, PageOutOfDate

pytestmark = pytest.mark.usefixtures("db")

ADDRESS = "ada@people.example"
PASSWORD = "wet paint on the garden bench"
URI = "https://shop.example/cb"
VERIFIER = "v" * 43
CHALLENGE = oauth.challenge_of(VERIFIER) or ""
PREFIXES = ("", "wac_", "wpg_", "wbr_", "wst_", "wcs_", "wat_", "wrt_")


class Company:
    """Keeps what it was given, so that the test knows all secrets."""

    name = "google"
    title = "Google"
    issuer = None
    origins = ()
    vouches_for_addresses = True
    started: Start

    async def page(self, start: Start) -> str:
        self.started = start
        return "https://company.example/"

    async def identify(self, back: Return) -> Described:
        return Described(subject="1")


@pytest.fixture
async def hasher() -> AsyncIterator[accounts.PasswordHasher]:
    cheap = accounts.PasswordHasher(memory_kib=64, passes=1)
    yield cheap
    cheap.close()


@pytest.fixture
def client() -> Client:
    return Client.at("127.0.0.1", server_secret="s" * 32)


async def open_page(now: datetime) -> tuple[oauth.Page, oauth.OpenRequest]:
    question = await oauth.read_question(
        [
            ("response_type", "code"),
            ("client_id", "shop"),
            ("redirect_uri", URI),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ]
    )
    page = await oauth.open_page(question, browser=None, now=now)
    return page, await oauth.find_open(page.token, browser=page.browser, now=now)


@pytest.fixture
async def secret(hasher: accounts.PasswordHasher, now: datetime) -> str:
    """Somebody with a password, and a front end with this secret."""
    await accounts.register(
        email=ADDRESS,
        password=PASSWORD,
        first_name="Ada",
        last_name="Lovelace",
        birthday=date(1990, 12, 10),
        confirmed_at=now,
        hasher=hasher,
        now=now,
    )
    shop = frontends.Registration(
        client_id="shop", name="Shop", redirect_uris=[URI], is_confidential=True
    )
    return str((await frontends.add_client(shop, now=now)).secret)


async def test_nothing_in_a_dump_opens_anything(
    secret: str, hasher: accounts.PasswordHasher, client: Client, now: datetime
) -> None:
    company = Company()
    page, request = await open_page(now)
    await oauth.leave(
        request, company, browser=page.browser, redirect_uri=URI, client=client, now=now
    )
    _, answered = await open_page(now)
    approval = await oauth.sign_in(
        answered,
        ADDRESS,
        password=PASSWORD,
        hasher=hasher,
        mailer=Mailbox(),
        client=client,
        now=now,
    )
    state, nonce = company.started.state, company.started.nonce
    secrets = {secret, page.token, page.browser, approval.code, state, nonce}

    dump = await strings()

    assert len(dump) > 20
    assert not [known for known in secrets if any(known in text for text in dump)]
    for text in dump:
        for candidate in (prefix + text for prefix in PREFIXES):
            await _opens_nothing(candidate, page, company, now)
    # The real ones do, so nothing above was refused for another reason.
    found = await oauth.find_open(page.token, browser=page.browser, now=now)
    assert found.id == request.id
    visit = oauth.Visit(provider=company, state=state, browser=page.browser, redirect_uri=URI)
    assert await oauth.take_visit(visit, issuer=None, now=now) == request.id
    came = await oauth.arrive(
        request.id, visit, code="any", client=client, mailer=Mailbox(), now=now
    )
    assert came.approval is None
    await _exchange(approval.code, secret, hasher, client, now)


async def _exchange(
    code: str, secret: str, hasher: accounts.PasswordHasher, client: Client, now: datetime
) -> None:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": URI,
        "code_verifier": VERIFIER,
    }
    basic = b64encode(f"shop:{secret}".encode()).decode()
    front_end = await oauth.authenticate(form, authorization=f"Basic {basic}")
    granted = await oauth.grant_tokens(
        form, front_end=front_end, hasher=hasher, client=client, now=now
    )
    assert granted.scope == "read write"


async def _opens_nothing(text: str, page: oauth.Page, company: Company, now: datetime) -> None:
    redeemed = await oauth.redeem(
        text, client_id="shop", redirect_uri=URI, code_challenge=CHALLENGE, now=now
    )
    assert redeemed is None
    for token, browser in ((text, page.browser), (page.token, text)):
        with pytest.raises(PageOutOfDate):
            await oauth.find_open(token, browser=browser, now=now)
    visit = oauth.Visit(provider=company, state=text, browser=page.browser, redirect_uri=URI)
    with pytest.raises(PageOutOfDate):
        await oauth.take_visit(visit, issuer=None, now=now)
    with pytest.raises(OAuthRefused):
        await oauth.authenticate({"client_id": "shop", "client_secret": text}, authorization=None)
    with pytest.raises(accounts.BadToken):
        await accounts.refresh(text, client_id="shop", now=now)
    with pytest.raises(accounts.BadToken):
        await accounts.account_of_token(text, now=now)
