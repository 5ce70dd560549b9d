"""The inbox of Stripe's notices: stored first, acted upon later."""

from datetime import datetime, timedelta
from typing import Final

import msgspec

from wishcore import db
from wishcore.payments.gateway import Notice

RETRY_AFTER: Final = timedelta(minutes=1)
RETRY_LATER: Final = timedelta(hours=1)
TRIES_SOON: Final = 10
"""So many tries come a minute after each other, the later ones an hour."""
TRIES_MAX: Final = 10 + 7 * 24
"""A week: a dispute, or a refund that fails after it succeeded, is told by its notice alone."""


class DueNotice(msgspec.Struct, frozen=True, kw_only=True):
    """A stored notice that nobody has acted upon yet."""

    id: str
    kind: str
    intent_id: str | None


@db.transactional
async def store_notice(notice: Notice, *, now: datetime) -> bool:
    """Keep the notice, once; say whether it is to be acted upon. What is no hint is ended."""
    stored = await db.change(
        """
        INSERT INTO payment_notice
            (id, kind, intent_id, created_at, next_try_at, tries, handled_at, outcome)
        VALUES (:id, :kind, :intent, :created, :now, 0, :handled, :outcome)
        ON CONFLICT (id) DO NOTHING RETURNING id
        """,
        id=notice.id,
        kind=notice.kind,
        intent=notice.intent_id,
        created=notice.created_at,
        now=now,
        handled=None if notice.is_hint else now,
        outcome=None if notice.is_hint else "ignored",
    )
    return notice.is_hint and stored == 1


@db.transactional
async def claim_notices(*, limit: int, now: datetime) -> list[DueNotice]:
    """Take some notices to act upon, those first that were tried least.

    One that is not ended comes back, in a minute or an hour.
    """
    return await db.fetch_all(
        DueNotice,
        """
        WITH due AS MATERIALIZED (  -- else PostgreSQL may choose, and so limit, several times
            SELECT id FROM payment_notice
            WHERE handled_at IS NULL AND next_try_at <= :now AND tries < :most
            ORDER BY tries, created_at, id LIMIT :limit FOR UPDATE SKIP LOCKED
        )
        UPDATE payment_notice SET tries = tries + 1,
            -- A column among the branches: otherwise PostgreSQL takes the parameters for text.
            next_try_at = CASE WHEN tries < :tries_soon THEN :soon
                WHEN next_try_at <= :now THEN :later ELSE next_try_at END
        WHERE id IN (SELECT id FROM due) RETURNING id, kind, intent_id
        """,
        now=now,
        soon=now + RETRY_AFTER,
        later=now + RETRY_LATER,
        tries_soon=TRIES_SOON,
        most=TRIES_MAX,
        limit=limit,
    )


@db.transactional
async def end_notice(notice_id: str, *, outcome: str, now: datetime) -> None:
    """Write down what became of the notice."""
    await db.change(
        """
        UPDATE payment_notice SET handled_at = :now, outcome = :outcome
        WHERE id = :id AND handled_at IS NULL RETURNING id
        """,
        id=notice_id,
        outcome=outcome,
        now=now,
    )
