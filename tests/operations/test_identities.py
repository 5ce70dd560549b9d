"""Whose account is it? On both databases, and for whoever comes at the same moment."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest

from tests.support.mailbox import Mailbox
from wishcore import accounts, db, frontends, oauth
from wishcore.errors import TooManyRequests
from wishcore.identities import (
    Described,
    Recognized,
    Return,
    Start,
    forget_identities,
    identities_of,
    link_identity,
    recognize,
)
from wishcore.limits import Client, Count, policies, take

pytestmark = pytest.mark.usefixtures("db")

ADDRESS = "ada@people.example"


@dataclass
class Company:
    """A company that says what it is told to."""

    described: Described
    name: str = "google"
    title: str = "Google"
    issuer: str | None = None
    origins: tuple[str, ...] = ()
    vouches_for_addresses: bool = True

    async def page(self, start: Start) -> str:
        return f"https://company.example/?state={start.state}"

    async def identify(self, back: Return) -> Described:
        return self.described


def google(subject: str = "1", *, verified: bool = True) -> Company:
    return Company(Described(subject=subject, email=ADDRESS, email_verified=verified))


@pytest.fixture
async def hasher() -> AsyncIterator[accounts.PasswordHasher]:
    cheap = accounts.PasswordHasher(memory_kib=64, passes=1)
    yield cheap
    cheap.close()


async def register(
    hasher: accounts.PasswordHasher, now: datetime, *, confirmed: bool, email: str = ADDRESS
) -> UUID:
    profile = await accounts.register(
        email=email,
        password="correct horse",
        first_name="Ada",
        last_name="Lovelace",
        birthday=date(1990, 12, 10),
        confirmed_at=now if confirmed else None,
        hasher=hasher,
        now=now,
    )
    return profile.id


async def come(company: Company, now: datetime) -> Recognized:
    return await db.transactional(recognize)(company, company.described, now=now)


async def test_both_sides_have_verified_the_address(
    hasher: accounts.PasswordHasher, now: datetime
) -> None:
    account = await register(hasher, now, confirmed=True)

    first, second = await come(google(), now), await come(google(), now)

    assert (first.account_id, first.was_linked_now) == (account, True)
    assert (second.account_id, second.was_linked_now) == (account, False)
    assert [one.subject for one in await identities_of(account)] == ["1"]


@pytest.mark.parametrize(
    ("confirmed", "verified", "vouches"),
    [(False, True, True), (True, False, True), (True, True, False)],
    ids=["not here", "not there", "by a company that verifies nothing"],
)
async def test_an_address_that_one_side_did_not_verify_opens_nothing(
    hasher: accounts.PasswordHasher,
    now: datetime,
    *,
    confirmed: bool,
    verified: bool,
    vouches: bool,
) -> None:
    account = await register(hasher, now, confirmed=confirmed)
    company = google(verified=verified)
    company.vouches_for_addresses = vouches

    found = await come(company, now)

    assert (found.account_id, found.was_linked_now) == (None, False)
    assert await identities_of(account) == []


async def test_an_identity_stays_with_its_account(
    hasher: accounts.PasswordHasher, now: datetime
) -> None:
    ada = await register(hasher, now, confirmed=True)
    found = await come(google(), now)
    eve = await register(hasher, now, confirmed=True, email="eve@people.example")

    moved = await db.transactional(link_identity)(found.identity.id, eve, now=now)

    assert not moved
    assert (await come(google(), now)).account_id == ada


async def test_the_same_subject_elsewhere_is_somebody_else(
    hasher: accounts.PasswordHasher, now: datetime
) -> None:
    await register(hasher, now, confirmed=True)
    here = await come(google(), now)
    other = google()
    other.name, other.vouches_for_addresses = "facebook", False

    assert (await come(other, now)).identity.id != here.identity.id
    assert (await come(other, now)).account_id is None


async def test_the_profile_is_kept_in_columns_and_whole(now: datetime) -> None:
    claims = {"sub": "1", "hd": "people.example", "name": "Ada 😀"}
    described = Described(
        subject="1", email=ADDRESS, email_verified=True, name="Ada 😀", first_name="Ada",
        last_name="Lovelace", picture_url="https://pictures.example/1", locale="en", claims=claims,
    )  # fmt: skip

    await come(Company(described), now)

    (row,) = await db.rows(
        """
        SELECT provider, subject, email, email_verified, name, first_name, last_name, picture_url,
               locale, CAST(claims AS TEXT) AS claims FROM social_identity
        """
    )
    kept = dict(row)
    assert json.loads(kept.pop("claims")) == claims
    assert bool(kept.pop("email_verified")) is True
    assert kept == {
        "provider": "google", "subject": "1", "email": ADDRESS, "name": "Ada 😀",
        "first_name": "Ada", "last_name": "Lovelace", "locale": "en",
        "picture_url": "https://pictures.example/1",
    }  # fmt: skip


async def test_who_comes_twice_at_once_is_one(now: datetime) -> None:
    found = await asyncio.gather(*[come(google(verified=False), now) for _ in range(6)])

    assert len({one.identity.id for one in found}) == 1


async def test_what_a_company_says_is_clipped_and_kept(now: datetime) -> None:
    described = Described(
        subject="1",
        name="A\u0000d\u202ea" + "x" * 300,
        first_name=" ",
        locale="e" * 99,
        email="not an address",
        email_verified=True,
        claims={"half": "\ud800", "nul": "\u0000"},
    )
    company = Company(described)

    found = (await come(company, now)).identity

    assert found.name is not None
    assert found.name.startswith("Ada")
    assert len(found.name) == 200
    assert (found.first_name, found.email, found.email_verified) == (None, None, False)


async def test_who_did_not_sign_up_is_forgotten(
    hasher: accounts.PasswordHasher, now: datetime
) -> None:
    await register(hasher, now, confirmed=True)
    await come(google("linked"), now)
    await come(google("passing", verified=False), now)

    assert await forget_identities(now=now + timedelta(hours=23)) == 0
    assert await forget_identities(now=now + timedelta(hours=25)) == 1
    assert await forget_identities(now=now + timedelta(hours=25)) == 0


async def opened(now: datetime, client_id: str = "shop") -> tuple[oauth.OpenRequest, oauth.Page]:
    """Put a question, and open its page."""
    if not await frontends.find_client(client_id):
        await frontends.add_client(
            frontends.Registration(
                client_id=client_id, name="Shop", redirect_uris=["https://shop.example/cb"]
            ),
            now=now,
        )
    question = await oauth.read_question(
        [
            ("response_type", "code"),
            ("client_id", client_id),
            ("redirect_uri", "https://shop.example/cb"),
            ("code_challenge", "x" * 43),
            ("code_challenge_method", "S256"),
        ]
    )
    page = await oauth.open_page(question, browser=None, now=now)
    return await oauth.find_open(page.token, browser=page.browser, now=now), page


@pytest.fixture
def client() -> Client:
    return Client.at("127.0.0.1", server_secret="s" * 32)


async def visit(
    page: oauth.Page, request: oauth.OpenRequest, company: Company, client: Client, now: datetime
) -> oauth.Visit:
    """Leave for a company; return how the browser comes back."""
    there = await oauth.leave(
        request,
        company,
        browser=page.browser,
        redirect_uri="https://wish.example/cb",
        client=client,
        now=now,
    )
    state = there.partition("state=")[2]
    return oauth.Visit(
        provider=company, state=state, browser=page.browser, redirect_uri="https://wish.example/cb"
    )


async def test_who_was_never_confirmed_is_not_given_away_by_joining(
    hasher: accounts.PasswordHasher, client: Client, now: datetime
) -> None:
    await register(hasher, now, confirmed=False)
    request, page = await opened(now)
    back = await visit(page, request, google(), client, now)
    request_id = await oauth.take_visit(back, issuer=None, now=now)
    came = await oauth.arrive(
        request_id, back, code="any", client=client, mailer=Mailbox(), now=now
    )
    assert came.approval is None
    request = await oauth.find_open(page.token, browser=page.browser, now=now)
    newcomer = oauth.Newcomer(first_name="Eve", last_name="E", birthday=date(1990, 1, 1))

    with pytest.raises(accounts.EmailTaken):
        await oauth.join(request, newcomer, client=client, now=now)


async def test_a_page_and_a_visit_last_ten_minutes(client: Client, now: datetime) -> None:
    request, page = await opened(now)
    back = await visit(page, request, google(), client, now)
    late = now + timedelta(minutes=10)

    with pytest.raises(oauth.PageOutOfDate):
        await oauth.find_open(page.token, browser=page.browser, now=late)
    with pytest.raises(oauth.PageOutOfDate):
        await oauth.take_visit(back, issuer=None, now=late)
    await oauth.take_visit(back, issuer=None, now=late - timedelta(seconds=1))


async def test_a_page_waits_for_a_letter(now: datetime) -> None:
    request, page = await opened(now)
    until = now + timedelta(minutes=30)
    await oauth.keep_open(request, until=until, now=now)
    await oauth.keep_open(request, until=now, now=now)

    late = until - timedelta(seconds=1)
    assert await oauth.find_open(page.token, browser=page.browser, now=late) == request
    with pytest.raises(oauth.PageOutOfDate):
        await oauth.find_open(page.token, browser=page.browser, now=until)
    await oauth.keep_open(request, until=until + timedelta(days=1), now=until)
    with pytest.raises(oauth.PageOutOfDate):
        await oauth.find_open(page.token, browser=page.browser, now=until)


async def test_a_network_opens_so_many_pages(client: Client, now: datetime) -> None:
    await opened(now)
    question = await oauth.read_question(
        [
            ("response_type", "code"),
            ("client_id", "shop"),
            ("redirect_uri", "https://shop.example/cb"),
            ("code_challenge", "x" * 43),
            ("code_challenge_method", "S256"),
        ]
    )
    most = policies.PAGES_OF_NETWORK.most

    for _ in range(most):
        await take(client, Count(policies.PAGES_OF_NETWORK, client.network), now=now)
    with pytest.raises(TooManyRequests):
        await oauth.open_page(question, browser=None, client=client, now=now)
    later = now + policies.PAGES_OF_NETWORK.window
    assert (await oauth.open_page(question, browser=None, client=client, now=later)).token


async def test_of_callbacks_at_once_one_wins(client: Client, now: datetime) -> None:
    request, page = await opened(now)
    back = await visit(page, request, google(), client, now)

    found = await asyncio.gather(
        *[oauth.take_visit(back, issuer=None, now=now) for _ in range(6)], return_exceptions=True
    )

    assert [type(one) for one in found if isinstance(one, Exception)] == [oauth.PageOutOfDate] * 5


async def test_a_code_lasts_a_minute_and_leaves_no_sign_in_behind(
    hasher: accounts.PasswordHasher, client: Client, now: datetime
) -> None:
    await register(hasher, now, confirmed=True)
    request, _ = await opened(now)
    approval = await oauth.sign_in(
        request,
        ADDRESS,
        password="correct horse",
        hasher=hasher,
        mailer=Mailbox(),
        client=client,
        now=now,
    )
    front_end = await frontends.get_client("shop")
    form: Mapping[str, str] = {
        "grant_type": "authorization_code",
        "code": approval.code,
        "redirect_uri": approval.redirect_uri,
        "code_verifier": "v" * 43,
    }

    with pytest.raises(oauth.OAuthRefused) as refusal:
        await oauth.grant_tokens(
            form,
            front_end=front_end,
            hasher=hasher,
            client=client,
            now=now + timedelta(seconds=60),
        )

    assert refusal.value.reason is oauth.Reason.INVALID_GRANT
    ends = await db.rows("SELECT id FROM token_family WHERE expires_at > :now", now=now)
    assert len(ends) == 1
    late = now + timedelta(seconds=61)
    assert await db.rows("SELECT id FROM token_family WHERE expires_at > :now", now=late) == []


async def test_what_is_over_is_thrown_away_a_day_later(client: Client, now: datetime) -> None:
    request, page = await opened(now)
    await visit(page, request, google(), client, now)

    kept = await oauth.prune_requests(now=now + timedelta(hours=24))
    gone = await oauth.prune_requests(now=now + timedelta(hours=25))
    again = await oauth.prune_requests(now=now + timedelta(hours=25))

    assert (kept.requests, kept.attempts) == (0, 0)
    assert (gone.requests, gone.attempts) == (1, 1)
    assert (again.requests, again.attempts) == (0, 0)
