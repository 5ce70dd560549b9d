"""Writes on the giver's side, each inside its caller's transaction.

Locks are taken in one order: the funding first, then its pledges.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final, TypedDict, Unpack
from uuid import UUID

import msgspec

from wishcore import db, ledger
from wishcore.ids import new_id
from wishcore.ledger import LedgerAccount
from wishcore.money import Money
from wishcore.pledges.models import (
    PLEDGE_MOVES,
    FundingState,
    PledgeEvent,
    PledgeState,
    RefundReason,
)
from wishcore.states import check_move

_LETTERS: Final = frozenset({PledgeState.PAID, PledgeState.REFUNDED})
"""The moves that a giver is told of by mail."""


class PledgeRow(msgspec.Struct, frozen=True, kw_only=True):
    """A pledge as the operations work with it."""

    id: UUID
    list_id: UUID
    item_id: UUID
    amount_minor: int
    currency: str
    state: PledgeState
    version: int
    request_hash: str
    intent_id: str | None
    decline_code: str | None
    refund_reason: RefundReason | None
    holds_room: bool
    attempts: int
    updated_at: datetime
    paid_at: datetime | None

    @property
    def amount(self) -> Money:
        """What was pledged."""
        return Money(self.amount_minor, self.currency)


class Columns(TypedDict, total=False):
    """What a move may write beside the state."""

    intent_id: str
    decline_code: str | None
    refund_reason: RefundReason
    paid_at: datetime
    refunded_at: datetime
    lease_until: datetime | None


PLEDGE: Final = """
    SELECT id, list_id, item_id, amount_minor, currency, state, version, request_hash, intent_id,
           decline_code, refund_reason, holds_room, attempts, updated_at, paid_at
    FROM pledge
"""


def in_states(states: Iterable[PledgeState] | Iterable[FundingState]) -> str:
    """Return the states as a list for SQL. They are our own words, never a caller's text."""
    return "(" + ", ".join(f"'{state}'" for state in sorted(states)) + ")"


async def find_pledge(pledge_id: UUID) -> PledgeRow | None:
    """Return the pledge, if there is one."""
    return await db.fetch_one(PledgeRow, PLEDGE + "WHERE id = :id", id=pledge_id)


async def read_pledge(pledge_id: UUID) -> PledgeRow:
    """Return a pledge that there is: none is ever deleted."""
    pledge = await find_pledge(pledge_id)
    assert pledge is not None, "Pledges are never deleted."
    return pledge


async def lock_funding(item_id: UUID) -> FundingState:
    """Keep everybody else from changing the item's funding or pledges until the commit."""
    db.require_transaction()
    rows = await db.rows("SELECT state FROM funding WHERE item_id = :item FOR UPDATE", item=item_id)
    return FundingState(rows[0]["state"])


async def move(
    pledge_id: UUID,
    *,
    sources: Iterable[PledgeState],
    to: PledgeState,
    now: datetime,
    note: str = "",
    is_news: bool = True,
    **columns: Unpack[Columns],
) -> bool:
    """Bring a pledge to a state if it is in one of `sources`, and write the event.

    Returns whether it was: a webhook, a retry and a job may all bring the same news. What is no
    news to the giver, who was told of this state before, is not told by mail.
    """
    db.require_transaction()
    before = frozenset(sources)
    for source in before:
        check_move(PLEDGE_MOVES, source, to)
    settings = "".join(f", {name} = :{name}" for name in columns)
    moved = await db.rows(
        f"""
        UPDATE pledge SET state = :state, version = version + 1, updated_at = :now {settings}
        WHERE id = :id AND state IN {in_states(before)}
        RETURNING list_id, version
        """,  # noqa: S608 - composed of our own names; values are bound
        id=pledge_id,
        state=to,
        now=now,
        **columns,
    )
    if not moved:
        return False
    await PledgeEvent.bulk_create(
        [
            PledgeEvent(
                id=new_id(),
                list_id=moved[0]["list_id"],
                pledge_id=pledge_id,
                version=moved[0]["version"],
                state=to,
                note=note[:200],
                created_at=now,
                letter_due_at=now if is_news and to in _LETTERS else None,
            )
        ]
    )
    return True


async def shift(
    item_id: UUID, *, held_minor: int = 0, paid_minor: int = 0, now: datetime
) -> FundingState:
    """Change what is held and paid of an item, and return the state that follows.

    The target follows the owner's price, which is only read, until the item is reserved, but
    never falls below what is held: nothing is refunded in part. The item is reserved when all of
    its target is paid.
    """
    db.require_transaction()
    rows = await db.rows(
        """
        UPDATE funding SET
            held_minor = held_minor + :held,
            paid_minor = paid_minor + :paid,
            target_minor = CASE
                WHEN state NOT IN ('open', 'closing') THEN target_minor
                WHEN wanted.price_minor > held_minor + :held THEN wanted.price_minor
                ELSE held_minor + :held END,
            state = CASE
                WHEN state IN ('open', 'closing') AND paid_minor + :paid > 0
                    AND paid_minor + :paid = held_minor + :held
                    AND paid_minor + :paid >= wanted.price_minor THEN 'reserved'
                ELSE state END,
            updated_at = :now
        FROM (SELECT id, price_minor * quantity AS price_minor FROM item WHERE id = :item) AS wanted
        WHERE funding.item_id = wanted.id
        RETURNING funding.state
        """,
        item=item_id,
        held=held_minor,
        paid=paid_minor,
        now=now,
    )
    return FundingState(rows[0]["state"])


async def release(pledge: PledgeRow, *, now: datetime) -> None:
    """Give the pledge's room back to the item, once. The funding is locked."""
    released = await db.change(
        "UPDATE pledge SET holds_room = FALSE WHERE id = :id AND holds_room = TRUE RETURNING id",
        id=pledge.id,
    )
    if released:
        await shift(pledge.item_id, held_minor=-pledge.amount_minor, now=now)


async def take_room_again(pledge: PledgeRow, *, now: datetime) -> bool:
    """Let a pledge be part of its gift again, if the gift still lacks it; say whether it is.

    The funding is locked, and reserved.
    """
    taken = await db.change(
        """
        UPDATE pledge SET holds_room = TRUE
        WHERE id = :id AND holds_room = FALSE AND EXISTS (
            SELECT 1 FROM funding WHERE funding.item_id = pledge.item_id
              AND funding.held_minor + pledge.amount_minor <= funding.target_minor)
        RETURNING id
        """,
        id=pledge.id,
    )
    if taken:
        amount = pledge.amount_minor
        await shift(pledge.item_id, held_minor=amount, paid_minor=amount, now=now)
    return taken == 1


async def plan_refund(
    pledge: PledgeRow,
    *,
    sources: Iterable[PledgeState] = (PledgeState.PAID,),
    reason: RefundReason,
    now: datetime,
) -> bool:
    """Make a paid pledge due to go back. The funding is locked."""
    moved = await move(
        pledge.id,
        sources=sources,
        to=PledgeState.REFUND_DUE,
        now=now,
        note=reason,
        refund_reason=reason,
    )
    if moved:
        await shift(pledge.item_id, paid_minor=-pledge.amount_minor, now=now)
    return moved


async def post_charge(pledge: PledgeRow, *, now: datetime) -> None:
    """Book a charge: Stripe holds the money for us, and we owe it to the giver."""
    await ledger.post(
        movement=f"charge:{pledge.id}",
        list_id=pledge.list_id,
        subject_id=pledge.id,
        legs={
            LedgerAccount.STRIPE: pledge.amount_minor,
            LedgerAccount.GIVERS: -pledge.amount_minor,
        },
        currency=pledge.currency,
        now=now,
    )


async def post_fee(pledge: PledgeRow, fee: Money | None, *, movement: str, now: datetime) -> None:
    """Book what Stripe kept of a charge or for a dispute, if it said so; or gave back of it."""
    if fee is None or not fee.amount_minor:
        return
    await ledger.post(
        movement=movement,
        list_id=pledge.list_id,
        subject_id=pledge.id,
        legs={LedgerAccount.STRIPE: -fee.amount_minor, LedgerAccount.FEES: fee.amount_minor},
        currency=fee.currency,
        now=now,
    )
