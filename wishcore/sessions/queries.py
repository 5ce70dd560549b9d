"""Where somebody is signed in."""

from datetime import datetime
from uuid import UUID

import msgspec

from wishcore import db
from wishcore.errors import NotFound
from wishcore.pages import LIMIT_DEFAULT, Page, decode_cursor, page_of


class SessionNotFound(NotFound):
    """There is no such sign-in, or it is somebody else's, or it is over."""

    code = "session_not_found"
    title = "There is no such session"


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """One sign-in, as its person sees it."""

    id: UUID
    device: str | None
    """What the browser or app calls itself."""
    client_id: str | None
    """The front end that it was made for, if that is registered."""
    is_current: bool
    """Whether this request belongs to it."""
    refreshed_at: datetime
    created_at: datetime
    expires_at: datetime


async def own_sessions(
    account_id: UUID,
    *,
    current_id: UUID,
    limit: int = LIMIT_DEFAULT,
    cursor: str | None = None,
    now: datetime,
) -> Page[Session]:
    """Return a page of the account's sign-ins that are not over, newest first.

    Raises:
        Invalid: the cursor is not one of this collection.
    """
    before = decode_cursor(cursor, tuple[UUID])[0] if cursor is not None else UUID(int=2**128 - 1)
    found = await db.fetch_all(
        Session,
        """
        SELECT token_family.id, token_family.device, token_family.client_id,
               token_family.id = :current AS is_current, token_family.created_at,
               token_family.expires_at,
               COALESCE((SELECT MAX(token.created_at) FROM token
                         WHERE token.family_id = token_family.id), token_family.created_at)
                   AS refreshed_at
        FROM token_family
        WHERE account_id = :account AND revoked_at IS NULL AND expires_at > :now AND id < :before
        ORDER BY id DESC LIMIT :more
        """,
        account=account_id,
        current=current_id,
        before=before,
        now=now,
        more=limit + 1,
    )
    return page_of(found, limit=limit, position=lambda session: (session.id,))
