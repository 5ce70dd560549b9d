"""Signing in, staying signed in, and signing out.

A sign-in is a family of tokens: one pair at a time is valid, and all end together.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from wishcore import db, security_events
from wishcore.accounts.families import Family, begin_family, issue_pair
from wishcore.accounts.passwords import NO_PASSWORD, PasswordHasher
from wishcore.accounts.tokens import SIGN_IN_LIFETIME, TokenPair
from wishcore.errors import Invalid, Unauthenticated
from wishcore.mail import checked_address
from wishcore.opaque import BadToken, hash_secret
from wishcore.security_events import SecurityEventKind

NOBODY: Final = UUID(int=0)
"""Stands for the account of a name that nobody has."""


class WrongCredentials(Unauthenticated):
    """No open account has this name and this password: which of them is wrong is not told."""

    code = "wrong_credentials"
    title = "The name or the password is wrong"


class _Found(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    password_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """That somebody knew an account's password, a moment ago."""

    account_id: UUID
    checked_hash: str = field(repr=False)
    fresh_hash: str | None = field(repr=False)


async def sign_in(login: str, *, password: str, hasher: PasswordHasher, now: datetime) -> TokenPair:
    """Begin a new sign-in of the account with this e-mail address or username.

    Raises:
        WrongCredentials: unknown, closed, or another password; the work is the same for each.
        SignInBusy: too many passwords wait; nothing is known about this one.
    """
    return await _begin(await prove(login, password=password, hasher=hasher), now)


async def prove(login: str, *, password: str, hasher: PasswordHasher) -> Proof:
    """Check a password, and return what `accept_proof` takes in a transaction.

    Raises:
        WrongCredentials: unknown, closed, or another password; the work is the same for each.
        SignInBusy: too many passwords wait; nothing is known about this one.
    """
    found = await _find(login_key(login))
    if not await hasher.check_password(found.password_hash, password):
        raise WrongCredentials
    fresh_hash = (
        await hasher.hash_password(password) if hasher.is_outdated(found.password_hash) else None
    )
    return Proof(account_id=found.id, checked_hash=found.password_hash, fresh_hash=fresh_hash)


async def accept_proof(proof: Proof) -> None:
    """Insist, inside the caller's transaction, that the checked password is still the password.

    It was checked before this transaction: a change of it meanwhile ended all other sign-ins, and
    must end this one too.

    Raises:
        WrongCredentials: it was changed, or the account was closed.
    """
    unchanged = await db.change(
        """
        UPDATE account SET password_hash = :fresh
        WHERE id = :id AND password_hash = :checked AND deleted_at IS NULL RETURNING id
        """,
        id=proof.account_id,
        checked=proof.checked_hash,
        fresh=proof.fresh_hash or proof.checked_hash,
    )
    if not unchanged:
        raise WrongCredentials


@db.transactional
async def _begin(proof: Proof, now: datetime) -> TokenPair:
    await accept_proof(proof)
    family = await begin_family(proof.account_id, expires_at=now + SIGN_IN_LIFETIME, now=now)
    return await issue_pair(family, now=now)


async def refresh(
    refresh_token: str,
    *,
    client_id: str | None = None,
    access_scope: str | None = None,
    now: datetime,
) -> TokenPair:
    """Exchange a refresh token for a new pair, once; the old access token ends when its hour does.

    Whoever brings it a second time, also at the same moment, is refused, and the whole sign-in
    ends, the pair of the first included: one of the two may be a thief, and nobody can say which
    (RFC 9700, 4.14.2). So a client sends one refresh at a time, and signs in anew when the answer
    to one was lost. Only the front end that the sign-in was made for may refresh it.

    Raises:
        BadToken: unknown, run out, revoked or used before, another front end's, or the account is
            closed.
    """
    pair = await _exchange(hash_secret(refresh_token), client_id, access_scope, now)
    if pair is None:
        raise BadToken
    return pair


@db.transactional
async def _exchange(
    token_hash: str, client_id: str | None, access_scope: str | None, now: datetime
) -> TokenPair | None:
    used = await db.change(
        """
        UPDATE token SET used_at = :now
        WHERE hash = :hash AND kind = 'refresh' AND used_at IS NULL AND expires_at > :now
          AND EXISTS (
            SELECT 1 FROM token_family JOIN account ON account.id = token_family.account_id
            WHERE token_family.id = token.family_id
              AND coalesce(token_family.client_id, '') = :client
              AND token_family.revoked_at IS NULL AND account.deleted_at IS NULL
          )
        RETURNING hash
        """,
        hash=token_hash,
        client=client_id or "",
        now=now,
    )
    if used:
        return await issue_pair(await _family_of(token_hash), access_scope=access_scope, now=now)
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
        family = await _family_of(token_hash)
        await security_events.note(
            SecurityEventKind.REFRESH_TOKEN_REUSED, account_id=family.account_id, now=now
        )
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


async def find_account_id(login: str) -> UUID:
    """Return whose name this is, or `NOBODY`. Never tell it to whoever asks to sign in."""
    return (await _find(login_key(login))).id


async def _find(key: str) -> _Found:
    # An address has an @ and a username has none: one row at most. There is always one, with the
    # same work to read it: what is saved for an unknown name could be measured.
    found = await db.fetch_one(
        _Found,
        """
        SELECT COALESCE(account.id, :nobody) AS id,
               COALESCE(account.password_hash, :no_password) AS password_hash
        FROM (SELECT 1 AS one) AS always
        LEFT JOIN account
            ON (account.email = :login OR account.username = :login) AND account.deleted_at IS NULL
        """,
        login=key,
        nobody=NOBODY,
        no_password=NO_PASSWORD,
    )
    assert found is not None, "There is always one."
    return found


def login_key(login: str) -> str:
    """Return the name in the one form in which it is looked up; empty: nobody has such a name."""
    if "@" not in login:
        key = login.strip().lower()
        # What cannot be printed is in no username, and PostgreSQL takes no NUL at all.
        return key if key.isprintable() else ""
    try:
        return checked_address(login)
    except Invalid:
        return ""


async def _family_of(token_hash: str) -> Family:
    found = await db.fetch_one(
        Family,
        """
        SELECT token_family.id, token_family.account_id, token_family.expires_at
        FROM token_family JOIN token ON token.family_id = token_family.id
        WHERE token.hash = :hash
        """,
        hash=token_hash,
    )
    assert found is not None, "Every token has a family."
    return found
