"""Whose account is it? The rules by which somebody at a provider becomes somebody of ours."""

import json
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec

from wishcore import db, security_events
from wishcore.errors import Invalid
from wishcore.identities.gateway import Described, IdentityProvider
from wishcore.ids import new_id
from wishcore.mail import checked_address
from wishcore.security_events import SecurityEventKind

UNCLAIMED_LIFETIME: Final = timedelta(days=1)
_TEXT_MAX: Final = 200
_URL_MAX: Final = 2000
_LOCALE_MAX: Final = 35


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody at a provider, and their account here if they have one."""

    id: UUID
    provider: str
    subject: str
    account_id: UUID | None
    email: str | None
    email_verified: bool
    name: str | None
    first_name: str | None
    last_name: str | None
    picture_url: str | None


class Recognized(msgspec.Struct, frozen=True, kw_only=True):
    """An identity that came back, and whose account it turned out to be."""

    identity: Identity
    account_id: UUID | None
    was_linked_now: bool
    """By the address: its owner has to hear of it."""


_IDENTITY: Final = """
    SELECT id, provider, subject, account_id, email, email_verified, name, first_name, last_name,
           picture_url
    FROM social_identity
"""


async def recognize(
    provider: IdentityProvider, described: Described, *, now: datetime
) -> Recognized:
    """Write down who came, inside the caller's transaction, and find their account.

    Provider and subject say whose account it is. An address does so only where the provider
    verifies addresses, says that it verified this one, and we did too (so never at Facebook): else
    whoever gets hold of an address at a provider, or took it here before its owner, gets in.
    """
    identity = await _remember(provider.name, described, now)
    if identity.account_id is not None:
        return Recognized(identity=identity, account_id=identity.account_id, was_linked_now=False)
    if not (provider.vouches_for_addresses and identity.email_verified):
        return Recognized(identity=identity, account_id=None, was_linked_now=False)
    owner = await _owner_of_verified(identity.email or "")
    if owner is not None:
        await link_identity(identity.id, owner, now=now)
    return Recognized(identity=identity, account_id=owner, was_linked_now=owner is not None)


async def link_identity(identity_id: UUID, account_id: UUID, *, now: datetime) -> bool:
    """Connect an identity with an account, unless it is somebody else's by now. A step."""
    db.require_transaction()
    linked = await db.rows(
        """
        UPDATE social_identity SET account_id = :account, updated_at = :now
        WHERE id = :id AND account_id IS NULL RETURNING provider
        """,
        id=identity_id,
        account=account_id,
        now=now,
    )
    if linked:
        await security_events.note(
            SecurityEventKind.IDENTITY_LINKED,
            account_id=account_id,
            text=str(linked[0]["provider"]),
            now=now,
        )
    return bool(linked)


async def find_identity(identity_id: UUID) -> Identity | None:
    """Return an identity, if it is still remembered."""
    return await db.fetch_one(Identity, f"{_IDENTITY} WHERE id = :id", id=identity_id)


async def identities_of(account_id: UUID) -> list[Identity]:
    """Return at which providers the account's person signs in."""
    return await db.fetch_all(
        Identity,
        f"{_IDENTITY} WHERE account_id = :id ORDER BY provider, id",
        id=account_id,
    )


@db.transactional
async def forget_identities(*, now: datetime) -> int:
    """Forget who came and did not sign up, and whose account is closed; return how many."""
    return await db.change(
        """
        DELETE FROM social_identity
        WHERE (account_id IS NULL AND signed_in_at < :before) OR account_id IN (
            SELECT id FROM account WHERE deleted_at IS NOT NULL
        )
        RETURNING id
        """,
        before=now - UNCLAIMED_LIFETIME,
    )


async def _remember(provider: str, described: Described, now: datetime) -> Identity:
    db.require_transaction()
    # Somebody whose account was closed is somebody new.
    await db.change(
        """
        UPDATE social_identity SET account_id = NULL
        WHERE provider = :provider AND subject = :subject AND account_id IN (
            SELECT id FROM account WHERE deleted_at IS NOT NULL
        )
        RETURNING id
        """,
        provider=provider,
        subject=described.subject,
    )
    email = _address(described.email)
    found = await db.fetch_one(
        Identity,
        """
        INSERT INTO social_identity (id, provider, subject, email, email_verified, name, first_name,
                                     last_name, picture_url, locale, claims, signed_in_at,
                                     created_at, updated_at)
        VALUES (:id, :provider, :subject, :email, :verified, :name, :first, :last, :picture,
                :locale, :claims, :now, :now, :now)
        ON CONFLICT (provider, subject) DO UPDATE SET
            email = excluded.email, email_verified = excluded.email_verified, name = excluded.name,
            first_name = excluded.first_name, last_name = excluded.last_name,
            picture_url = excluded.picture_url, locale = excluded.locale,
            claims = excluded.claims, signed_in_at = excluded.signed_in_at,
            updated_at = excluded.updated_at
        RETURNING id, provider, subject, account_id, email, email_verified, name, first_name,
                  last_name, picture_url
        """,
        id=new_id(),
        provider=provider,
        subject=described.subject,
        email=email,
        verified=described.email_verified and email is not None,
        name=_text(described.name, _TEXT_MAX),
        first=_text(described.first_name, _TEXT_MAX),
        last=_text(described.last_name, _TEXT_MAX),
        picture=_text(described.picture_url, _URL_MAX),
        locale=_text(described.locale, _LOCALE_MAX),
        claims=_storable(described),
        now=now,
    )
    assert found is not None, "It was inserted or updated."
    return found


async def _owner_of_verified(email: str) -> UUID | None:
    found = await db.rows(
        """
        SELECT id FROM account
        WHERE email = :email AND email_confirmed_at IS NOT NULL AND deleted_at IS NULL
        """,
        email=email,
    )
    return UUID(str(found[0]["id"])) if found else None


def _address(text: str | None) -> str | None:
    if text is None:
        return None
    try:
        return checked_address(text)
    except Invalid:
        return None


def _text(text: str | None, length_max: int) -> str | None:
    # A foreign text is clipped, not refused: it is for showing, and nobody is kept out by it.
    clean = "".join(char for char in text or "" if char.isprintable()).strip()
    return clean[:length_max] or None


def _storable(described: Described) -> str:
    text = json.dumps(described.claims, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:  # Half a surrogate pair, which PostgreSQL's JSON does not take.
        return "{}"
    return "{}" if "\\u0000" in text else text
