"""Signing in at another company: there, and back to the same browser."""

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Final
from uuid import UUID

import msgspec

from wishcore import accounts, db, limits
from wishcore.identities import (
    Described,
    IdentityProvider,
    ProviderNotBelieved,
    ProviderRefused,
    Return,
    Start,
    UnknownProvider,
    recognize,
)
from wishcore.mail import Mailer, letters, tell
from wishcore.oauth.codes import Approval, approve
from wishcore.oauth.questions import PAGE_PREFIX, REQUEST_LIFETIME, OpenRequest
from wishcore.oauth.refusals import PageOutOfDate
from wishcore.opaque import derive_secret, hash_secret, new_secret

STATE_PREFIX: Final = "wst_"

Providers = Mapping[str, IdentityProvider]


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What came back from a provider, with the browser."""

    provider: IdentityProvider
    state: str = field(repr=False)
    browser: str = field(repr=False)
    redirect_uri: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """Somebody came back: signed in, or not yet somebody of ours."""

    request_id: UUID
    approval: Approval | None
    linked_account_id: UUID | None
    """The account that was connected just now by its address: its owner has to hear of it."""


class _Attempt(msgspec.Struct, frozen=True, kw_only=True):
    request_id: UUID


def provider_named(name: str, providers: Providers) -> IdentityProvider:
    """Return a provider.

    Raises:
        UnknownProvider: it is not offered.
    """
    if name not in providers:
        raise UnknownProvider
    return providers[name]


async def leave(
    request: OpenRequest,
    provider: IdentityProvider,
    *,
    browser: str,
    redirect_uri: str,
    client: limits.Client,
    now: datetime,
) -> str:
    """Return the address at the provider to which the browser goes, bound to this browser.

    The nonce and the verifier are derived from the `state`, which is not stored either: nobody who
    reads the database could finish the visit.

    Raises:
        ProviderUnavailable: it does not say where its page is.
    """
    state = new_secret(STATE_PREFIX)
    verifier = derive_secret(client.server_secret, "pkce-verifier", state)
    challenge = urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("=")
    page = await provider.page(
        Start(
            redirect_uri=redirect_uri,
            state=state,
            nonce=derive_secret(client.server_secret, "openid-nonce", state),
            code_challenge=challenge,
        )
    )
    await _insert(request.id, provider.name, state=state, browser=browser, now=now)
    return page


async def take_visit(visit: Visit, *, issuer: str | None, now: datetime) -> UUID:
    """Accept, once, that a browser came back to where it set out; return the question's id.

    Raises:
        PageOutOfDate: nobody set out so, or another browser, or to another provider, or too long
            ago; or somebody came back before.
        ProviderNotBelieved: another issuer answered (RFC 9207).
    """
    attempt = await _take(visit, now)
    if attempt is None:
        raise PageOutOfDate
    if issuer is not None and issuer != visit.provider.issuer:
        raise ProviderNotBelieved
    return attempt.request_id


async def arrive(
    request_id: UUID,
    visit: Visit,
    *,
    code: str,
    client: limits.Client,
    mailer: Mailer,
    now: datetime,
) -> Came:
    """Ask the provider who it is, and sign them in if they are somebody of ours.

    Raises:
        ProviderRefused, ProviderNotBelieved, ProviderUnavailable: nobody is signed in.
        PageOutOfDate: the question was answered meanwhile.
    """
    if not code:
        raise ProviderRefused
    described = await visit.provider.identify(
        Return(
            redirect_uri=visit.redirect_uri,
            code=code,
            nonce=derive_secret(client.server_secret, "openid-nonce", visit.state),
            code_verifier=derive_secret(client.server_secret, "pkce-verifier", visit.state),
        )
    )
    came = await _recognize(request_id, visit.provider, described, client, now)
    if came.linked_account_id is not None:
        await _tell_owner(came.linked_account_id, visit.provider.title, mailer)
    return came


@db.transactional
async def renew_page(request_id: UUID, *, now: datetime) -> str:
    """Return a new secret for the question's page, in place of the one that is on the old page.

    Raises:
        PageOutOfDate: the question was answered, or is too old.
    """
    token = new_secret(PAGE_PREFIX)
    renewed = await db.change(
        """
        UPDATE authorization_request SET token_hash = :token, updated_at = :now
        WHERE id = :id AND used_at IS NULL AND expires_at > :now RETURNING id
        """,
        id=request_id,
        token=hash_secret(token),
        now=now,
    )
    if not renewed:
        raise PageOutOfDate
    return token


async def _tell_owner(account_id: UUID, company: str, mailer: Mailer) -> None:
    profile = await accounts.own_profile(account_id)
    letter = letters.identity_linked(profile.email, company=company, by_password=False)
    await tell(letter, mailer=mailer)


@db.transactional
async def _recognize(
    request_id: UUID,
    provider: IdentityProvider,
    described: Described,
    client: limits.Client,
    now: datetime,
) -> Came:
    recognized = await recognize(provider, described, now=now)
    account_id = recognized.account_id
    if account_id is not None:
        approval = await approve(request_id, account_id, client=client, now=now)
        linked = account_id if recognized.was_linked_now else None
        return Came(request_id=request_id, approval=approval, linked_account_id=linked)
    await db.change(
        """
        UPDATE authorization_request SET identity_id = :identity, updated_at = :now
        WHERE id = :id AND used_at IS NULL RETURNING id
        """,
        id=request_id,
        identity=recognized.identity.id,
        now=now,
    )
    return Came(request_id=request_id, approval=None, linked_account_id=None)


@db.transactional
async def _take(visit: Visit, now: datetime) -> _Attempt | None:
    return await db.fetch_one(
        _Attempt,
        """
        UPDATE provider_attempt SET used_at = :now
        WHERE state_hash = :state AND provider = :provider AND browser_hash = :browser
          AND used_at IS NULL AND expires_at > :now
        RETURNING request_id
        """,
        state=hash_secret(visit.state),
        provider=visit.provider.name,
        browser=hash_secret(visit.browser),
        now=now,
    )


@db.transactional
async def _insert(
    request_id: UUID, provider: str, *, state: str, browser: str, now: datetime
) -> None:
    await db.change(
        """
        INSERT INTO provider_attempt (state_hash, provider, request_id, browser_hash, created_at,
                                      expires_at)
        VALUES (:state, :provider, :request, :browser, :now, :ends_at) RETURNING state_hash
        """,
        state=hash_secret(state),
        provider=provider,
        request=request_id,
        browser=hash_secret(browser),
        now=now,
        ends_at=now + REQUEST_LIFETIME,
    )
