"""Removing what has expired: tokens, codes, passes, counts, and events that were kept long enough.

Nothing that is removed here was good for anything any more. In batches, by state: it may run at any
time, twice, in parallel, or be killed.
"""

from datetime import datetime, timedelta
from typing import Final

import msgspec

from wishcore import db, identities, oauth

BATCH: Final = 500
GRACE: Final = timedelta(days=1)
"""So that whoever signs out with a token that has just run out still ends the session."""
EVENTS_KEPT: Final = timedelta(days=400)
"""More than a year, for whoever has to look back."""


class Pruned(msgspec.Struct, frozen=True, kw_only=True):
    """How much was removed."""

    tokens: int
    sessions: int
    codes: int
    visitor_passes: int
    sign_in_requests: int
    identities: int
    counts: int
    security_events: int


async def prune(*, now: datetime) -> Pruned:
    """Remove everything that has expired."""
    before = now - GRACE
    tokens = await _delete("token", "hash", "expires_at <= :before", before)
    # A used refresh token stays as long as its family: its second use gives a thief away.
    ended = """
        SELECT id FROM token_family WHERE expires_at <= :before OR revoked_at <= :before
    """
    tokens += await _delete("token", "hash", f"family_id IN ({ended})", before)
    sessions = await _delete(
        "token_family",
        "id",
        """
        (expires_at <= :before OR revoked_at <= :before)
        AND NOT EXISTS (SELECT 1 FROM token WHERE token.family_id = token_family.id)
        """,
        before,
    )
    codes = await _delete("confirmation", "id", "expires_at <= :before", before)
    passes = await _delete(
        "visitor_pass", "hash", "expires_at <= :before OR revoked_at <= :before", before
    )
    requests = await oauth.prune_requests(now=now)
    return Pruned(
        tokens=tokens,
        sessions=sessions,
        codes=codes,
        visitor_passes=passes,
        sign_in_requests=sum(msgspec.structs.astuple(requests)),
        identities=await identities.forget_identities(now=now),
        counts=await _delete("rate_limit", "key", "ends_at <= :before", now),
        security_events=await _delete(
            "security_event", "id", "created_at <= :before", now - EVENTS_KEPT
        ),
    )


async def _delete(table: str, key: str, what: str, before: datetime) -> int:
    done = 0
    while count := await _delete_some(table, key, what, before):
        done += count
    return done


@db.transactional
async def _delete_some(table: str, key: str, what: str, before: datetime) -> int:
    return await db.change(
        f"""
        WITH due AS MATERIALIZED (  -- else PostgreSQL may choose, and so limit, several times
            SELECT {key} FROM {table} WHERE {what} ORDER BY {key} LIMIT :limit
            FOR UPDATE SKIP LOCKED
        )
        DELETE FROM {table} WHERE {key} IN (SELECT {key} FROM due) RETURNING {key}
        """,  # noqa: S608 - our own words
        before=before,
        limit=BATCH,
    )
