"""Reads and writes of the rows of refunds, inside the transaction of whoever calls."""

from datetime import datetime
from uuid import UUID

import msgspec

from wishcore import db
from wishcore.ids import new_id
from wishcore.money import Money
from wishcore.pledges.steps import PledgeRow
from wishcore.refunds.models import RefundState


class RefundRow(msgspec.Struct, frozen=True, kw_only=True):
    """The newest refund of a pledge."""

    id: UUID
    generation: int
    state: RefundState
    amount_minor: int
    currency: str
    provider_id: str | None

    @property
    def amount(self) -> Money:
        """What goes back: all that we owe, which is less where a bank has given a part back."""
        return Money(self.amount_minor, self.currency)


async def give_up_refunds(pledge: PledgeRow, now: datetime) -> None:
    """End the refund that a dispute came before: the next one has another key.

    Under the old one Stripe would repeat for a day that the charge is disputed. If it was made all
    the same, Stripe refuses the next one, and the first is found.
    """
    db.require_transaction()
    await db.change(
        """
        UPDATE refund SET state = 'failed', failure = 'charge_disputed', updated_at = :now
        WHERE pledge_id = :pledge AND state = 'requested' RETURNING id
        """,
        pledge=pledge.id,
        now=now,
    )


async def insert_refund(pledge: PledgeRow, now: datetime, *, first: int = 1) -> None:
    """Write a refund of all that we owe, unless there is one; the pledge's first is this try."""
    db.require_transaction()
    await db.change(
        """
        INSERT INTO refund (id, list_id, pledge_id, generation, state, amount_minor, currency,
                            created_at, updated_at)
        SELECT :id, pledge.list_id, pledge.id,
               COALESCE((SELECT MAX(generation) + 1 FROM refund
                         WHERE refund.pledge_id = pledge.id), :first),
               'requested',
               -(SELECT SUM(amount_minor) FROM ledger_entry
                 WHERE subject_id = pledge.id AND account = 'givers'),
               pledge.currency, :now, :now
        FROM pledge
        WHERE pledge.id = :pledge AND NOT EXISTS (
            SELECT 1 FROM refund
            WHERE refund.pledge_id = pledge.id AND refund.state <> 'failed'
        )
        RETURNING id
        """,
        id=new_id(),
        pledge=pledge.id,
        first=first,
        now=now,
    )


@db.transactional
async def change_key(refund: RefundRow, refusal: str, now: datetime) -> None:
    """Give the next try a key of its own.

    Under this one Stripe may repeat its refusal, or an error of its own, for a day, whatever was
    mended meanwhile. Nothing is sent twice: the next try looks first, and Stripe refuses a second
    full refund.
    """
    await db.change(
        """
        UPDATE refund SET generation = generation + 1, failure = :refusal, updated_at = :now
        WHERE id = :id AND generation = :generation AND state = 'requested' RETURNING id
        """,
        id=refund.id,
        generation=refund.generation,
        refusal=refusal[:100],
        now=now,
    )


async def newest_refund(pledge_id: UUID) -> RefundRow | None:
    """Return the refund that counts, if the pledge was ever to go back."""
    return await db.fetch_one(
        RefundRow,
        """
        SELECT id, generation, state, amount_minor, currency, provider_id FROM refund
        WHERE pledge_id = :pledge ORDER BY generation DESC LIMIT 1
        """,
        pledge=pledge_id,
    )


async def write_refund(
    pledge: PledgeRow,
    state: RefundState,
    *,
    provider_id: str | None,
    failure: str | None = None,
    now: datetime,
) -> RefundRow:
    """Write down what became of the newest refund, and return it."""
    db.require_transaction()
    refund = await newest_refund(pledge.id)
    assert refund is not None, "A claim writes the refund."
    await db.change(
        """
        UPDATE refund SET state = :state, provider_id = COALESCE(:provider, provider_id),
                          failure = :failure, updated_at = :now
        WHERE id = :id RETURNING id
        """,
        id=refund.id,
        state=state,
        provider=provider_id,
        failure=failure[:100] if failure else None,
        now=now,
    )
    return refund
