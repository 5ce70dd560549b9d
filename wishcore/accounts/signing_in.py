"""Signing in, staying signed in, and signing out.

A sign-in is a family of tokens: one pair at a time is valid, and all end together.
"""

from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec
import structlog

from wishcore import db
from wishcore.accounts.passwords import PasswordHasher
from wishcore.accounts.tokens import SIGN_IN_LIFETIME, TokenPair, access_ends_at, new_pair
from wishcore.errors import Invalid, Unauthenticated
from wishcore.ids import new_id
from wishcore.mail import checked_address
from wishcore.opaque import BadToken, hash_secret

_LOG: Final = structlog.stdlib.get_logger(__name__)


class WrongCredentials(Unauthenticated):
    """No open account has this name and this password: which of them is wrong is not told."""

    code = "wrong_credentials"
    title = "The name or the password is wrong"


class _Found(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    password_hash: str


class _Family(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    account_id: UUID
    expires_at: datetime


async def sign_in(login: str, *, password: str, hasher: PasswordHasher, now: datetime) -> TokenPair:
    """Begin a new sign-in of the account with this e-mail address or username.

    Raises:
        WrongCredentials: unknown, closed, or another password; the work is the same for each.
        SignInBusy: too many passwords wait; nothing is known about this one.
    """
    found = await _find(_login_key(login))
    matches = await hasher.check_password(found.password_hash if found else None, password)
    if found is None or not matches:
        raise WrongCredentials
    fresh_hash = (
        await hasher.hash_password(password) if hasher.is_outdated(found.password_hash) else None
    )
    return await _begin(found, fresh_hash, now)


@db.transactional
async def _begin(found: _Found, fresh_hash: str | None, now: datetime) -> TokenPair:
    # The password was checked before this transaction: a change of it meanwhile ended all other
    # sign-ins, and must end this one too.
    unchanged = await db.change(
        """
        UPDATE account SET password_hash = :fresh
        WHERE id = :id AND password_hash = :checked AND deleted_at IS NULL RETURNING id
        """,
        id=found.id,
        checked=found.password_hash,
        fresh=fresh_hash or found.password_hash,
    )
    if not unchanged:
        raise WrongCredentials
    family = _Family(id=new_id(), account_id=found.id, expires_at=now + SIGN_IN_LIFETIME)
    await db.change(
        """
        INSERT INTO token_family (id, account_id, expires_at, created_at, updated_at)
        VALUES (:id, :account, :ends_at, :now, :now) RETURNING id
        """,
        id=family.id,
        account=family.account_id,
        ends_at=family.expires_at,
        now=now,
    )
    return await _issue(family, now)


async def refresh(refresh_token: str, *, now: datetime) -> TokenPair:
    """Exchange a refresh token for a new pair, once; the old access token ends when its hour does.

    Whoever brings it a second time, also at the same moment, is refused, and the whole sign-in
    ends, the pair of the first included: one of the two may be a thief, and nobody can say which
    (RFC 9700, 4.14.2). So a client sends one refresh at a time, and signs in anew when the answer
    to one was lost.

    Raises:
        BadToken: unknown, run out, revoked or used before, or the account is closed.
    """
    pair = await _exchange(hash_secret(refresh_token), now)
    if pair is None:
        raise BadToken
    return pair


@db.transactional
async def _exchange(token_hash: str, now: datetime) -> TokenPair | None:
    used = await db.change(
        """
        UPDATE token SET used_at = :now
        WHERE hash = :hash AND kind = 'refresh' AND used_at IS NULL AND expires_at > :now
          AND EXISTS (
            SELECT 1 FROM token_family JOIN account ON account.id = token_family.account_id
            WHERE token_family.id = token.family_id
              AND token_family.revoked_at IS NULL AND account.deleted_at IS NULL
          )
        RETURNING hash
        """,
        hash=token_hash,
        now=now,
    )
    if used:
        return await _issue(await _family_of(token_hash), now)
    # Returning, not raising: what follows from a second use has to be committed.
    ended = await db.change(
        """
        UPDATE token_family SET revoked_at = :now, updated_at = :now
        WHERE revoked_at IS NULL AND id = (
            SELECT family_id FROM token
            WHERE hash = :hash AND kind = 'refresh' AND used_at IS NOT NULL
        )
        RETURNING id
        """,
        hash=token_hash,
        now=now,
    )
    if ended:
        _LOG.warning("refresh_token_reused", token_hash=token_hash)
    return None


@db.transactional
async def revoke(token: str, *, now: datetime) -> None:
    """End the sign-in that this access or refresh token belongs to, if it does to one."""
    await db.change(
        """
        UPDATE token_family SET revoked_at = :now, updated_at = :now
        WHERE id = (SELECT family_id FROM token WHERE hash = :hash) AND revoked_at IS NULL
        RETURNING id
        """,
        hash=hash_secret(token),
        now=now,
    )


async def _find(login_key: str) -> _Found | None:
    # An address has an @ and a username has none: one row at most.
    return await db.fetch_one(
        _Found,
        """
        SELECT id, password_hash FROM account
        WHERE (email = :login OR username = :login) AND deleted_at IS NULL
        """,
        login=login_key,
    )


def _login_key(login: str) -> str:
    if "@" not in login:
        key = login.strip().lower()
        # What cannot be printed is in no username, and PostgreSQL takes no NUL at all.
        return key if key.isprintable() else ""
    try:
        return checked_address(login)
    except Invalid:
        return ""


async def _family_of(token_hash: str) -> _Family:
    found = await db.fetch_one(
        _Family,
        """
        SELECT token_family.id, token_family.account_id, token_family.expires_at
        FROM token_family JOIN token ON token.family_id = token_family.id
        WHERE token.hash = :hash
        """,
        hash=token_hash,
    )
    assert found is not None, "Every token has a family."
    return found


async def _issue(family: _Family, now: datetime) -> TokenPair:
    db.require_transaction()
    pair = new_pair(
        account_id=family.account_id,
        family_id=family.id,
        family_ends_at=family.expires_at,
        now=now,
    )
    await db.change(
        """
        INSERT INTO token (hash, family_id, kind, created_at, expires_at) VALUES
            (:access, :family, 'access', :now, :access_ends_at),
            (:refresh, :family, 'refresh', :now, :family_ends_at)
        RETURNING hash
        """,
        access=hash_secret(pair.access_token),
        refresh=hash_secret(pair.refresh_token),
        family=family.id,
        access_ends_at=access_ends_at(family.expires_at, now=now),
        family_ends_at=family.expires_at,
        now=now,
    )
    return pair
