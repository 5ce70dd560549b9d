"""Telling givers by mail what became of their pledges: at least once, from the events."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec

from wishcore import db
from wishcore.mail import SEND_SECONDS_MAX, Letter, Mailer, MailNotSent, is_erased, letters
from wishcore.money import Money
from wishcore.pledges.models import PledgeState, RefundReason

RETRY_AFTER: Final = timedelta(minutes=10)
CLAIM: Final = 20
"""So few are claimed at once that the slowest answers to all of them come within their claim."""
GIVE_UP_AFTER: Final = timedelta(days=3)
_SENDING: Final = timedelta(seconds=SEND_SECONDS_MAX)


class DueLetter(msgspec.Struct, frozen=True, kw_only=True):
    """Something that a giver was not told yet."""

    event_id: UUID
    state: PledgeState
    pledge_id: UUID
    amount_minor: int
    refunded_minor: int | None
    """What its refund gives back, which is less where a bank has given back a part."""
    currency: str
    refund_reason: RefundReason | None
    to: str
    tried_again_at: datetime | None
    """When somebody else takes it, if it is not sent by then; nothing: nobody does."""


@db.transactional
async def claim_letters(*, limit: int, now: datetime) -> list[DueLetter]:
    """Take some letters to send. One that is not sent comes back after ten minutes.

    Of one pledge the later letter waits until the earlier one is sent or given up.
    """
    claimed = await db.rows(
        """
        WITH due AS MATERIALIZED (  -- else PostgreSQL may choose, and so limit, several times
            SELECT id FROM pledge_event
            WHERE letter_due_at <= :now AND NOT EXISTS (
                SELECT 1 FROM pledge_event earlier
                WHERE earlier.pledge_id = pledge_event.pledge_id
                  AND earlier.version < pledge_event.version AND earlier.letter_due_at IS NOT NULL)
            ORDER BY letter_due_at, id LIMIT :limit FOR UPDATE SKIP LOCKED
        )
        UPDATE pledge_event SET letter_due_at = CASE
            WHEN created_at <= :hopeless THEN NULL
            -- Always so; without a column among the branches PostgreSQL takes them for text.
            WHEN letter_due_at <= :now THEN :later
            ELSE letter_due_at END
        WHERE id IN (SELECT id FROM due) RETURNING id
        """,
        now=now,
        later=now + RETRY_AFTER,
        hopeless=now - GIVE_UP_AFTER,
        limit=limit,
    )
    # In the order of what happened, which an UPDATE does not keep: the ids tell it.
    due = [await _letter(event_id) for event_id in sorted(UUID(str(row["id"])) for row in claimed)]
    return [letter for letter in due if letter is not None]


async def send_letter(
    due: DueLetter, *, mailer: Mailer, link: Callable[[UUID], str], now: datetime
) -> bool:
    """Send a claimed letter; say whether it was taken.

    It is left alone if somebody else could take it before it is sent. Somebody who left has no
    address any more: there is nobody to tell, and nothing to try again.
    """
    if due.tried_again_at is not None and now + _SENDING > due.tried_again_at:
        return False
    try:
        if not is_erased(due.to):
            await mailer.send(_written(due, link(due.pledge_id)))
    except MailNotSent:
        return False
    await _end(due.event_id)
    return True


async def _letter(event_id: UUID) -> DueLetter | None:
    return await db.fetch_one(
        DueLetter,
        """
        SELECT pledge_event.id AS event_id, pledge_event.state, pledge.id AS pledge_id,
               pledge.amount_minor, pledge.currency, pledge.refund_reason,
               (SELECT refund.amount_minor FROM refund WHERE refund.pledge_id = pledge.id
                ORDER BY refund.generation DESC LIMIT 1) AS refunded_minor,
               COALESCE(account.email, visitor.email) AS "to",
               pledge_event.letter_due_at AS tried_again_at
        FROM pledge_event JOIN pledge ON pledge.id = pledge_event.pledge_id
        LEFT JOIN account ON account.id = pledge.account_id
        LEFT JOIN visitor ON visitor.id = pledge.visitor_id
        WHERE pledge_event.id = :id
        """,
        id=event_id,
    )


@db.transactional
async def _end(event_id: UUID) -> None:
    await db.change(
        "UPDATE pledge_event SET letter_due_at = NULL WHERE id = :id RETURNING id", id=event_id
    )


def _written(due: DueLetter, link: str) -> Letter:
    amount = Money(due.amount_minor, due.currency)
    if due.state is PledgeState.REFUNDED:
        back = Money(due.refunded_minor or due.amount_minor, due.currency)
        return letters.pledge_refunded(
            due.to,
            amount=back,
            is_whole=back == amount,
            pledge_id=due.pledge_id,
            reason=due.refund_reason or RefundReason.OPERATOR,
            link=link,
        )
    return letters.pledge_receipt(due.to, amount=amount, pledge_id=due.pledge_id, link=link)
