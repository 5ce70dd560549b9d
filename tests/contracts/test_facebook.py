"""Our client of Facebook, against its stand-in."""

from collections.abc import AsyncIterator
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.support.identity import ADA, ALAN, FACEBOOK_ID, SECRET, Identity, running_identity
from wishcore.identities import (
    ProviderNotBelieved,
    ProviderRefused,
    ProviderUnavailable,
    Return,
    Start,
)
from wishcore.integrations.facebook import FacebookProvider, FacebookSettings

# Of the database it asks nothing that other operations do not ask.
pytestmark = [pytest.mark.usefixtures("db"), pytest.mark.nightly("postgres"), pytest.mark.slow]

CALLBACK = "http://127.0.0.1:8000/auth/facebook/callback"
START = Start(redirect_uri=CALLBACK, state="a-state", nonce="unused", code_challenge="unused")


def client_of(url: str, *, secret: str = SECRET, version: str = "v25.0") -> FacebookProvider:
    return FacebookProvider(
        FacebookSettings(
            app_id=FACEBOOK_ID,
            app_secret=secret,
            version=version,
            dialog_base=f"{url}/facebook",
            graph_base=f"{url}/graph",
            total_seconds=2,
        )
    )


@pytest.fixture
async def identity() -> AsyncIterator[Identity]:
    async with running_identity() as running:
        yield running


@pytest.fixture
async def facebook(identity: Identity) -> AsyncIterator[FacebookProvider]:
    provider = client_of(identity.url)
    yield provider
    await provider.close()


async def come_back(facebook: FacebookProvider, identity: Identity, who: str = ADA) -> Return:
    back = await identity.visit(await facebook.page(START), who)
    assert back["state"] == "a-state"
    return Return(redirect_uri=CALLBACK, code=back["code"], nonce="", code_verifier="")


async def test_who_signed_in_is_described(facebook: FacebookProvider, identity: Identity) -> None:
    found = await facebook.identify(await come_back(facebook, identity))

    assert (found.subject, found.name) == (ADA, "Ada Lovelace")
    assert found.email == "ada.lovelace@mail.example"
    assert found.email_verified is False
    assert found.picture_url == f"https://pictures.example/{ADA}.jpg"
    assert found.claims["first_name"] == "Ada"


async def test_an_address_may_be_missing(facebook: FacebookProvider, identity: Identity) -> None:
    found = await facebook.identify(await come_back(facebook, identity, ALAN))

    assert (found.subject, found.email) == (ALAN, None)


async def test_a_code_works_once(facebook: FacebookProvider, identity: Identity) -> None:
    back = await come_back(facebook, identity)
    await facebook.identify(back)

    with pytest.raises(ProviderRefused):
        await facebook.identify(back)


@pytest.mark.parametrize(
    "change", [{"redirect_uri": CALLBACK + "x"}, {"code": "never-given"}], ids=["uri", "code"]
)
async def test_what_differs_is_refused(
    facebook: FacebookProvider, identity: Identity, change: dict[str, str]
) -> None:
    back = await come_back(facebook, identity)

    with pytest.raises(ProviderRefused):
        await facebook.identify(replace(back, **change))


async def test_a_wrong_app_secret_is_refused(
    facebook: FacebookProvider, identity: Identity
) -> None:
    back = await come_back(facebook, identity)
    other = client_of(identity.url, secret="wrong")

    with pytest.raises(ProviderRefused):
        await other.identify(back)
    await other.close()


@pytest.mark.parametrize("lie", ["invalid_token", "other_app", "page_token", "other_user"])
async def test_a_token_that_is_not_for_us_is_not_believed(
    facebook: FacebookProvider, identity: Identity, lie: str
) -> None:
    await identity.order(lie)
    back = await come_back(facebook, identity)

    with pytest.raises(ProviderNotBelieved):
        await facebook.identify(back)


@pytest.mark.parametrize("path", ["access_token", "debug_token", "me"])
@pytest.mark.parametrize("fault", ["drop", "hold", "html", "status_500", "list", "huge"])
async def test_facebook_that_does_not_answer_is_unavailable(
    facebook: FacebookProvider, identity: Identity, path: str, fault: str
) -> None:
    back = await come_back(facebook, identity)
    await identity.order(**{path: fault})

    with pytest.raises(ProviderUnavailable):
        await facebook.identify(back)


async def test_the_dialog_has_the_version_and_asks_for_little(
    facebook: FacebookProvider,
) -> None:
    page = urlsplit(await facebook.page(START))

    assert page.path == "/facebook/v25.0/dialog/oauth"
    assert parse_qs(page.query) == {
        "client_id": [FACEBOOK_ID],
        "redirect_uri": [CALLBACK],
        "state": ["a-state"],
        "response_type": ["code"],
        "scope": ["public_profile,email"],
    }
