"""What must hold of the whole book at every commit: statements that return no rows."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

import msgspec

from wishcore import db

STUCK_AFTER: Final = timedelta(hours=24)

INVARIANTS: Final[Mapping[str, str]] = {
    "movements balance": """
        SELECT movement AS what, CAST(SUM(amount_minor) AS BIGINT) AS amount FROM ledger_entry
        GROUP BY list_id, movement, currency HAVING SUM(amount_minor) <> 0
    """,
    "held is the sum of the pledges that hold room": """
        SELECT funding.item_id AS what, funding.held_minor AS amount FROM funding
        WHERE funding.held_minor <> COALESCE((
            SELECT SUM(amount_minor) FROM pledge
            WHERE pledge.item_id = funding.item_id AND holds_room = TRUE), 0)
    """,
    "paid is the sum of the pledges that are paid and stay": """
        SELECT funding.item_id AS what, funding.paid_minor AS amount FROM funding
        WHERE funding.paid_minor <> COALESCE((
            SELECT SUM(amount_minor) FROM pledge
            WHERE pledge.item_id = funding.item_id AND refund_reason IS NULL
              AND state IN ('paid', 'disputed')), 0)
    """,
    "no item is over-funded": """
        SELECT item_id AS what, held_minor AS amount FROM funding
        WHERE held_minor > target_minor OR paid_minor > held_minor OR paid_minor < 0
    """,
    "what is reserved is paid, or lost to a dispute": """
        SELECT funding.item_id AS what, funding.paid_minor AS amount FROM funding
        WHERE funding.state = 'reserved' AND (
            funding.paid_minor > funding.target_minor
            -- A pledge may be lost before the item is reserved, too: others paid in its place.
            OR funding.paid_minor + COALESCE((
                SELECT SUM(amount_minor) FROM pledge
                WHERE pledge.item_id = funding.item_id AND state = 'lost'
                  AND refund_reason IS NULL), 0) < funding.target_minor)
    """,
    "a decided item keeps no paid pledge that is not for a gift": """
        SELECT pledge.id AS what, pledge.amount_minor AS amount FROM pledge
        JOIN funding ON funding.item_id = pledge.item_id
        WHERE funding.state IN ('unfunded', 'withdrawn') AND pledge.state = 'paid'
    """,
    "what a giver is owed is what the ledger says": """
        SELECT pledge.id AS what, pledge.amount_minor AS amount FROM pledge
        WHERE COALESCE((
            SELECT -SUM(ledger_entry.amount_minor) FROM ledger_entry
            WHERE ledger_entry.subject_id = pledge.id AND ledger_entry.account = 'givers'), 0)
        <> CASE WHEN pledge.state IN ('paid', 'refund_due', 'refunding', 'refund_pending',
                                      'refund_failed', 'disputed')
                THEN pledge.amount_minor - COALESCE((
                    SELECT SUM(ledger_entry.amount_minor) FROM ledger_entry
                    WHERE ledger_entry.subject_id = pledge.id
                      AND ledger_entry.account = 'givers'
                      AND ledger_entry.movement LIKE 'dispute_lost:%'), 0)
                ELSE 0 END
    """,
    "no more is lost to a bank than was charged, and not all of what stays": """
        SELECT pledge.id AS what, CAST(SUM(ledger_entry.amount_minor) AS BIGINT) AS amount
        FROM pledge JOIN ledger_entry ON ledger_entry.subject_id = pledge.id
        WHERE ledger_entry.account = 'givers' AND ledger_entry.movement LIKE 'dispute_lost:%'
        GROUP BY pledge.id, pledge.amount_minor, pledge.state
        HAVING SUM(ledger_entry.amount_minor) < 0
            OR SUM(ledger_entry.amount_minor) > pledge.amount_minor
            OR (SUM(ledger_entry.amount_minor) = pledge.amount_minor) <> (pledge.state = 'lost')
    """,
    "a refunded pledge has exactly one refund that succeeded": """
        SELECT pledge.id AS what, pledge.amount_minor AS amount FROM pledge
        WHERE (pledge.state = 'refunded') <> ((
            SELECT COUNT(*) FROM refund
            WHERE refund.pledge_id = pledge.id AND refund.state = 'succeeded') = 1)
    """,
    "a charged pledge has its intent": """
        SELECT id AS what, amount_minor AS amount FROM pledge
        WHERE intent_id IS NULL AND state NOT IN ('held', 'declined', 'abandoned')
    """,
    "a pledge has one event for each move": """
        SELECT pledge.id AS what, pledge.version AS amount FROM pledge
        WHERE pledge.version <> (
            SELECT COUNT(*) FROM pledge_event WHERE pledge_event.pledge_id = pledge.id)
    """,
    "pledges are in the currency of their item": """
        SELECT pledge.id AS what, pledge.amount_minor AS amount FROM pledge
        JOIN funding ON funding.item_id = pledge.item_id
        WHERE pledge.currency <> funding.currency OR pledge.list_id <> funding.list_id
    """,
    "a funding belongs to an item of its list": """
        SELECT funding.item_id AS what, funding.held_minor AS amount FROM funding
        LEFT JOIN item ON item.id = funding.item_id AND item.list_id = funding.list_id
        WHERE item.id IS NULL
    """,
}
"""Each is a fact, and a statement that finds what breaks it."""

STUCK: Final[Mapping[str, str]] = {
    "payments end within a day": """
        SELECT id AS what, amount_minor AS amount FROM pledge
        WHERE state IN ('held', 'confirming', 'requires_action', 'processing')
          AND updated_at <= :before
    """,
    "refunds end within a day": """
        SELECT id AS what, amount_minor AS amount FROM pledge
        WHERE state IN ('refund_due', 'refunding', 'refund_pending') AND updated_at <= :before
    """,
    "failed refunds are looked at by somebody": """
        SELECT id AS what, amount_minor AS amount FROM pledge
        WHERE state = 'refund_failed' AND updated_at <= :before
    """,
    "open disputes are asked about every day": """
        SELECT id AS what, amount_minor AS amount FROM pledge
        WHERE state = 'disputed' AND COALESCE(lease_until, updated_at) <= :before
    """,
    "items are decided within a day of their deadline": """
        SELECT funding.item_id AS what, funding.held_minor AS amount FROM funding
        JOIN wish_list ON wish_list.id = funding.list_id
        WHERE funding.state IN ('open', 'closing') AND funding.updated_at <= :before
          AND (wish_list.deadline <= :before OR wish_list.state = 'inactive')
    """,
}
"""What should not last; the jobs or an operator end it (docs/runbook.md)."""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """A row that breaks a fact."""

    fact: str
    what: str
    amount_minor: int


async def check(*, now: datetime) -> list[Finding]:
    """Return everything that breaks a fact, or has waited too long. Nothing is changed."""
    found: list[Finding] = []
    for fact, sql in INVARIANTS.items():
        found += [_finding(fact, row) for row in await db.rows(sql)]
    for fact, sql in STUCK.items():
        found += [_finding(fact, row) for row in await db.rows(sql, before=now - STUCK_AFTER)]
    return found


def _finding(fact: str, row: Mapping[str, object]) -> Finding:
    return Finding(fact=fact, what=str(row["what"]), amount_minor=int(str(row["amount"])))
