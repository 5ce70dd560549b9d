"""What can be known about accounts: by their own people, by everybody, by operators."""

from datetime import date, datetime
from typing import Final
from uuid import UUID

import msgspec

from wishcore import db
from wishcore.accounts.models import Role
from wishcore.accounts.profile import shown_name
from wishcore.errors import NotFound
from wishcore.opaque import BadToken, hash_secret
from wishcore.pages import LIMIT_DEFAULT, Page, decode_cursor, page_of

_PROFILE: Final = """
    SELECT id, email, email_confirmed_at IS NOT NULL AS email_confirmed, username, first_name,
           last_name, birthday, display_name, picture_url, is_seller, is_staff, created_at,
           updated_at
    FROM account
"""
_PUBLIC: Final = "SELECT id, first_name, last_name, display_name, picture_url FROM account"


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
    is_seller: bool = False
    is_staff: bool = False


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """An account as its own person sees it."""

    id: UUID
    email: str
    email_confirmed: bool
    """Whether it was proved that letters to it reach this person."""
    username: str | None
    first_name: str
    last_name: str
    birthday: date
    display_name: str
    """What others see."""
    picture_url: str | None
    roles: tuple[Role, ...]
    created_at: datetime
    updated_at: datetime


class PublicProfile(msgspec.Struct, frozen=True, kw_only=True):
    """An account as everybody sees it: nothing private."""

    id: UUID
    display_name: str
    picture_url: str | None


class _Own(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    email: str
    email_confirmed: bool
    username: str | None
    first_name: str
    last_name: str
    birthday: date
    display_name: str | None
    picture_url: str | None
    is_seller: bool
    is_staff: bool
    created_at: datetime
    updated_at: datetime

    def as_profile(self) -> Profile:
        held = {Role.BUYER: True, Role.SELLER: self.is_seller, Role.STAFF: self.is_staff}
        return Profile(
            id=self.id,
            email=self.email,
            email_confirmed=self.email_confirmed,
            username=self.username,
            first_name=self.first_name,
            last_name=self.last_name,
            birthday=self.birthday,
            display_name=shown_name(self.display_name, self.first_name, self.last_name),
            picture_url=self.picture_url,
            roles=tuple(role for role, is_held in held.items() if is_held),
            created_at=self.created_at,
            updated_at=self.updated_at,
        )


class _Named(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    first_name: str
    last_name: str
    display_name: str | None
    picture_url: str | None

    def as_public(self) -> PublicProfile:
        return PublicProfile(
            id=self.id,
            display_name=shown_name(self.display_name, self.first_name, self.last_name),
            picture_url=self.picture_url,
        )


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
               coalesce(token.scope, token_family.scope) AS scope,
               account.is_seller, account.is_staff
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
        _Own, f"{_PROFILE} WHERE id = :id AND deleted_at IS NULL", id=account_id
    )
    if found is None:
        raise AccountNotFound
    return found.as_profile()


async def public_profile(account_id: UUID) -> PublicProfile:
    """Return what everybody may see of the account.

    Raises:
        AccountNotFound: there is none, or it was closed.
    """
    found = await db.fetch_one(
        _Named,
        f"{_PUBLIC} WHERE id = :id AND deleted_at IS NULL",
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
        f"{_PUBLIC} WHERE id > :after AND deleted_at IS NULL ORDER BY id LIMIT :more",
        after=after,
        more=limit + 1,
    )
    shown = [row.as_public() for row in found]
    return page_of(shown, limit=limit, position=lambda profile: (profile.id,))


async def find_accounts(text: str, *, limit: int = LIMIT_DEFAULT) -> list[Profile]:
    """Return accounts whose address, username, name or id has this text in it; for operators."""
    found = await db.fetch_all(
        _Own,
        rf"""
        {_PROFILE}
        WHERE deleted_at IS NULL AND (
            email LIKE :pattern ESCAPE '\' OR username LIKE :pattern ESCAPE '\'
            OR lower(first_name || ' ' || last_name) LIKE :pattern ESCAPE '\'
            OR CAST(id AS TEXT) LIKE :pattern ESCAPE '\'
        )
        ORDER BY email LIMIT :limit
        """,
        pattern=db.containing(text),
        limit=limit,
    )
    return [row.as_profile() for row in found]
