"""Reading it again: one's own, or as an operator."""

from datetime import datetime
from uuid import UUID

import msgspec

from wishcore import db
from wishcore.security_events.models import SecurityEventKind

EVENTS_MAX = 1000


class SecurityEventShown(msgspec.Struct, frozen=True, kw_only=True):
    """One event."""

    id: UUID
    kind: SecurityEventKind
    account_id: UUID | None
    note: str
    created_at: datetime


async def events_of(account_id: UUID, *, limit: int = EVENTS_MAX) -> list[SecurityEventShown]:
    """Return the newest events of one account, newest first."""
    return await db.fetch_all(
        SecurityEventShown,
        """
        SELECT id, kind, account_id, note, created_at FROM security_event
        WHERE account_id = :account ORDER BY id DESC LIMIT :limit
        """,
        account=account_id,
        limit=limit,
    )


async def find_events(
    kind: SecurityEventKind | None = None, *, limit: int
) -> list[SecurityEventShown]:
    """Return the newest events, of one kind or of all, newest first; for operators."""
    return await db.fetch_all(
        SecurityEventShown,
        """
        SELECT id, kind, NULLIF(account_id, :nobody) AS account_id, note, created_at
        FROM security_event WHERE kind = COALESCE(:wanted, kind) ORDER BY id DESC LIMIT :limit
        """,
        wanted=kind,
        nobody=UUID(int=0),  # A refusal for a name that nobody has.
        limit=limit,
    )
