"""What can be known about accounts: by their own people, by everybody, by operators."""

from datetime import date, datetime
from typing import Final
from uuid import UUID

import msgspec

from wishcore import db
from wishcore.accounts.profile import display_name
from wishcore.errors import NotFound
from wishcore.opaque import BadToken, hash_secret
from wishcore.pages import LIMIT_DEFAULT, Page, decode_cursor, page_of

_PROFILE: Final = """
    SELECT id, email, username, first_name, last_name, birthday, created_at, updated_at
    FROM account
"""


class AccountNotFound(NotFound):
    """There is no such account, or it was closed."""

    code = "account_not_found"
    title = "There is no such account"


class SignedIn(msgspec.Struct, frozen=True, kw_only=True):
    """Who asks, as an access token proves it."""

    account_id: UUID
    family_id: UUID
    """The sign-in that the token belongs to."""
    email: str
    first_name: str
    last_name: str
    scope: str | None = None
    """What the token may do, in words separated by blanks; none: everything."""


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """An account as its own person sees it."""

    id: UUID
    email: str
    username: str | None
    first_name: str
    last_name: str
    birthday: date
    created_at: datetime
    updated_at: datetime


class PublicProfile(msgspec.Struct, frozen=True, kw_only=True):
    """An account as everybody sees it: nothing private."""

    id: UUID
    display_name: str


class _Named(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    first_name: str
    last_name: str

    def as_public(self) -> PublicProfile:
        return PublicProfile(id=self.id, display_name=display_name(self.first_name, self.last_name))


async def account_of_token(access_token: str, *, now: datetime) -> SignedIn:
    """Return whose access token this is.

    Raises:
        BadToken: unknown, run out or revoked, not an access token, or the account is closed.
    """
    found = await db.fetch_one(
        SignedIn,
        """
        SELECT account.id AS account_id, token_family.id AS family_id, account.email,
               account.first_name, account.last_name,
               coalesce(token.scope, token_family.scope) AS scope
        FROM token
        JOIN token_family ON token_family.id = token.family_id
        JOIN account ON account.id = token_family.account_id
        WHERE token.hash = :hash AND token.kind = 'access' AND token.expires_at > :now
          AND token_family.revoked_at IS NULL AND account.deleted_at IS NULL
        """,
        hash=hash_secret(access_token),
        now=now,
    )
    if found is None:
        raise BadToken
    return found


async def own_profile(account_id: UUID) -> Profile:
    """Return all that the account says about its person.

    Raises:
        AccountNotFound: there is none, or it was closed.
    """
    found = await db.fetch_one(
        Profile, f"{_PROFILE} WHERE id = :id AND deleted_at IS NULL", id=account_id
    )
    if found is None:
        raise AccountNotFound
    return found


async def public_profile(account_id: UUID) -> PublicProfile:
    """Return what everybody may see of the account.

    Raises:
        AccountNotFound: there is none, or it was closed.
    """
    found = await db.fetch_one(
        _Named,
        "SELECT id, first_name, last_name FROM account WHERE id = :id AND deleted_at IS NULL",
        id=account_id,
    )
    if found is None:
        raise AccountNotFound
    return found.as_public()


async def public_profiles(
    *, limit: int = LIMIT_DEFAULT, cursor: str | None = None
) -> Page[PublicProfile]:
    """Return a page of what everybody may see, oldest accounts first.

    Raises:
        Invalid: the cursor is not one of this collection.
    """
    (after,) = decode_cursor(cursor, tuple[UUID]) if cursor is not None else (UUID(int=0),)
    found = await db.fetch_all(
        _Named,
        """
        SELECT id, first_name, last_name FROM account
        WHERE id > :after AND deleted_at IS NULL ORDER BY id LIMIT :more
        """,
        after=after,
        more=limit + 1,
    )
    shown = [row.as_public() for row in found]
    return page_of(shown, limit=limit, position=lambda profile: (profile.id,))


async def find_accounts(text: str, *, limit: int = LIMIT_DEFAULT) -> list[Profile]:
    """Return accounts whose address, username, name or id has this text in it; for operators."""
    literal = text.strip().lower().replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    return await db.fetch_all(
        Profile,
        rf"""
        {_PROFILE}
        WHERE deleted_at IS NULL AND (
            email LIKE :pattern ESCAPE '\' OR username LIKE :pattern ESCAPE '\'
            OR lower(first_name || ' ' || last_name) LIKE :pattern ESCAPE '\'
            OR CAST(id AS TEXT) LIKE :pattern ESCAPE '\'
        )
        ORDER BY email LIMIT :limit
        """,
        pattern=f"%{literal}%",
        limit=limit,
    )
