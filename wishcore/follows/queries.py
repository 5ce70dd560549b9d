"""Who follows whom, as everybody sees it."""

from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from wishcore import accounts, db
from wishcore.accounts.profile import shown_name
from wishcore.pages import LIMIT_DEFAULT, Page, decode_cursor, page_of

_LAST: Final = UUID(int=2**128 - 1)


class Followed(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who follows, or is followed, and since when."""

    account: accounts.PublicProfile
    since: datetime


class _Row(msgspec.Struct, frozen=True, kw_only=True):
    follow_id: UUID
    since: datetime
    id: UUID
    first_name: str
    last_name: str
    display_name: str | None
    picture_url: str | None

    def shown(self) -> Followed:
        name = shown_name(self.display_name, self.first_name, self.last_name)
        profile = accounts.PublicProfile(
            id=self.id, display_name=name, picture_url=self.picture_url
        )
        return Followed(account=profile, since=self.since)


async def followers_of(
    account_id: UUID, *, limit: int = LIMIT_DEFAULT, cursor: str | None = None
) -> Page[Followed]:
    """Return a page of those who follow the account, newest first.

    Raises:
        AccountNotFound: there is none, or it was closed. Invalid: the cursor is of another list.
    """
    return await _page(account_id, "followed_id", "follower_id", limit=limit, cursor=cursor)


async def followed_by(
    account_id: UUID, *, limit: int = LIMIT_DEFAULT, cursor: str | None = None
) -> Page[Followed]:
    """Return a page of those whom the account follows, newest first.

    Raises:
        AccountNotFound: there is none, or it was closed. Invalid: the cursor is of another list.
    """
    return await _page(account_id, "follower_id", "followed_id", limit=limit, cursor=cursor)


async def _page(
    account_id: UUID, of: str, shown: str, *, limit: int, cursor: str | None
) -> Page[Followed]:
    await accounts.public_profile(account_id)
    before = decode_cursor(cursor, tuple[UUID])[0] if cursor is not None else _LAST
    rows = await db.fetch_all(
        _Row,
        f"""
        SELECT follow.id AS follow_id, follow.created_at AS since, account.id, account.first_name,
               account.last_name, account.display_name, account.picture_url
        FROM follow JOIN account ON account.id = follow.{shown}
        WHERE follow.{of} = :account AND follow.id < :before AND account.deleted_at IS NULL
        ORDER BY follow.id DESC LIMIT :more
        """,  # noqa: S608 - our own words
        account=account_id,
        before=before,
        more=limit + 1,
    )
    page = page_of(rows, limit=limit, position=lambda row: (row.follow_id,))
    return Page(tuple(row.shown() for row in page.items), page.next_cursor)
