"""Our client of OpenID providers, against our stand-in and against a strict one of others."""

import asyncio
import time
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from hashlib import sha256

import pytest

from tests.contracts import oidc_provider
from tests.support.identity import (
    ADA,
    CALLBACK,
    GOOGLE_ID,
    GRACE,
    SECRET,
    Identity,
    running_identity,
)
from wishcore.identities import (
    ProviderNotBelieved,
    ProviderRefused,
    ProviderUnavailable,
    Return,
    Start,
)
from wishcore.integrations.openid import OpenIdProvider, OpenIdSettings

# Of the database it asks nothing that other operations do not ask.
pytestmark = [pytest.mark.usefixtures("db"), pytest.mark.nightly("postgres"), pytest.mark.slow]

STATE = "a-state-that-nobody-else-has"
NONCE = "a-nonce-that-nobody-else-has"
VERIFIER = "v" * 43
CHALLENGE = urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
START = Start(redirect_uri=CALLBACK, state=STATE, nonce=NONCE, code_challenge=CHALLENGE)


@dataclass
class Clock:
    """The time, moved at will."""

    ahead: float = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead


@dataclass
class Target:
    """A provider, and how somebody signs in on its pages."""

    provider: OpenIdProvider
    visit: Callable[[str], Awaitable[dict[str, str]]]
    clock: Clock = field(default_factory=Clock)

    async def come_back(self) -> Return:
        back = await self.visit(await self.provider.page(START))
        assert back["state"] == STATE
        return Return(redirect_uri=CALLBACK, code=back["code"], nonce=NONCE, code_verifier=VERIFIER)


@asynccontextmanager
async def client_of(
    issuer: str, client_id: str, secret: str, clock: Clock, *, seconds: float = 10
) -> AsyncIterator[OpenIdProvider]:
    provider = OpenIdProvider(
        OpenIdSettings(
            name="google",
            title="Google",
            issuer=issuer,
            client_id=client_id,
            client_secret=secret,
            total_seconds=seconds,
        ),
        clock=clock,
    )
    try:
        yield provider
    finally:
        await provider.close()


@pytest.fixture
async def identity() -> AsyncIterator[Identity]:
    async with running_identity() as running:
        yield running


@pytest.fixture
async def google(identity: Identity) -> AsyncIterator[Target]:
    """Our stand-in."""
    clock = Clock()
    async with client_of(f"{identity.url}/google", GOOGLE_ID, SECRET, clock, seconds=2) as provider:
        yield Target(provider, identity.visit, clock)


@pytest.fixture(params=["sandbox", "oidc-provider"])
async def target(request: pytest.FixtureRequest) -> AsyncIterator[Target]:
    """Our stand-in, and the strict one."""
    if request.param == "sandbox":
        async with (
            running_identity() as identity,
            client_of(f"{identity.url}/google", GOOGLE_ID, SECRET, Clock()) as provider,
        ):
            yield Target(provider, identity.visit)
        return
    async with (
        oidc_provider.running_strict(CALLBACK) as issuer,
        client_of(issuer, oidc_provider.CLIENT_ID, oidc_provider.SECRET, Clock()) as provider,
    ):
        yield Target(provider, oidc_provider.visit_strict)


async def test_who_signed_in_is_described(target: Target) -> None:
    found = await target.provider.identify(await target.come_back())

    assert found.subject in {ADA, "ada"}
    assert found.email in {"ada.lovelace@mail.example", "ada@strict.example"}
    assert found.email_verified is True
    assert (found.first_name, found.last_name) == ("Ada", "Lovelace")
    assert found.claims["sub"] == found.subject


async def test_a_code_works_once(target: Target) -> None:
    back = await target.come_back()
    await target.provider.identify(back)

    with pytest.raises(ProviderRefused):
        await target.provider.identify(back)


@pytest.mark.parametrize(
    "change",
    [{"code_verifier": "w" * 43}, {"redirect_uri": CALLBACK + "x"}, {"code": "never-given"}],
    ids=lambda change: next(iter(change)),
)
async def test_what_differs_is_refused(target: Target, change: dict[str, str]) -> None:
    back = await target.come_back()

    with pytest.raises(ProviderRefused):
        await target.provider.identify(replace(back, **change))


async def test_the_nonce_of_another_visit_is_not_believed(target: Target) -> None:
    back = await target.come_back()

    with pytest.raises(ProviderNotBelieved):
        await target.provider.identify(replace(back, nonce="of-another-visit"))


async def test_a_wrong_secret_is_refused(target: Target) -> None:
    back = await target.come_back()
    issuer, client_id = target.provider.issuer or "", target.provider._settings.client_id
    async with client_of(issuer, client_id, "wrong", Clock()) as other:
        with pytest.raises(ProviderRefused):
            await other.identify(back)


@pytest.mark.parametrize(
    "lie",
    [
        "expired", "old", "from_the_future", "unsigned", "symmetric", "foreign_key", "unknown_key",
        "foreign_issuer", "wrong_audience", "shared_audience", "wrong_nonce", "no_nonce",
        "no_subject", "wrong_at_hash", "no_id_token",
    ],
)  # fmt: skip
async def test_an_id_token_that_lies_is_not_believed(
    google: Target, identity: Identity, lie: str
) -> None:
    await identity.order(lie)
    back = await google.come_back()

    with pytest.raises(ProviderNotBelieved):
        await google.provider.identify(back)
    await identity.order()
    assert (await google.provider.identify(await google.come_back())).subject == ADA


async def test_discovery_of_another_issuer_is_not_believed(
    google: Target, identity: Identity
) -> None:
    await identity.order("other_discovered_issuer")

    with pytest.raises(ProviderNotBelieved):
        await google.provider.page(START)


@pytest.mark.parametrize("path", ["openid-configuration", "token", "keys"])
@pytest.mark.parametrize(
    "fault", ["drop", "hold", "html", "status_500", "list", "redirect", "huge"]
)
async def test_a_provider_that_does_not_answer_is_unavailable(
    google: Target, identity: Identity, path: str, fault: str
) -> None:
    if path == "openid-configuration":
        await identity.order(**{path: fault})
        with pytest.raises(ProviderUnavailable):
            await google.provider.page(START)
        await identity.order()
    back = await google.come_back()
    if path != "openid-configuration":
        await identity.order(**{path: fault})
        with pytest.raises(ProviderUnavailable):
            await google.provider.identify(back)
        await identity.order()
        back = await google.come_back()

    assert (await google.provider.identify(back)).subject == ADA


async def test_who_waits_for_a_slow_provider_waits_once(google: Target, identity: Identity) -> None:
    await identity.order(**{"openid-configuration": "hold"})
    began = time.monotonic()

    found = await asyncio.gather(
        *(google.provider.page(START) for _ in range(8)), return_exceptions=True
    )

    assert {type(one) for one in found} == {ProviderUnavailable}
    # Two seconds for all of them; one after the other it would be sixteen.
    assert time.monotonic() - began < 8
    await identity.order()
    assert await google.provider.page(START)


async def test_a_provider_that_is_gone_is_unavailable() -> None:
    async with client_of("http://127.0.0.1:9", GOOGLE_ID, SECRET, Clock()) as provider:
        with pytest.raises(ProviderUnavailable) as refusal:
            await provider.page(START)
    assert "127.0.0.1" not in str(refusal.value)


async def test_new_keys_are_fetched_at_most_once_a_minute(
    google: Target, identity: Identity
) -> None:
    await google.provider.identify(await google.come_back())
    await identity.rotate()

    with pytest.raises(ProviderNotBelieved):
        await google.provider.identify(await google.come_back())
    google.clock.ahead = 61
    assert (await google.provider.identify(await google.come_back())).subject == ADA


async def test_verified_is_only_what_says_so_in_json(google: Target, identity: Identity) -> None:
    await identity.order("verified_as_text")
    assert (await google.provider.identify(await google.come_back())).email_verified is False

    await identity.order()
    back = await identity.visit(await google.provider.page(START), GRACE)
    found = await google.provider.identify(
        Return(redirect_uri=CALLBACK, code=back["code"], nonce=NONCE, code_verifier=VERIFIER)
    )
    assert (found.email, found.email_verified) == ("grace.hopper@mail.example", False)


async def test_the_question_has_all_its_parts(google: Target) -> None:
    page = await google.provider.page(START)

    for part in (
        "response_type=code", "scope=openid+email+profile", f"state={STATE}", f"nonce={NONCE}",
        f"code_challenge={CHALLENGE}", "code_challenge_method=S256",
    ):  # fmt: skip
        assert part in page
