"""Posting movements of money, inside the transaction of what moved it."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from wishcore import db
from wishcore.ids import new_id
from wishcore.ledger.models import LedgerAccount, LedgerEntry


async def post(
    *,
    movement: str,
    list_id: UUID,
    subject_id: UUID,
    legs: Mapping[LedgerAccount, int],
    currency: str,
    now: datetime,
) -> None:
    """Write one movement: its legs, in minor units, add up to nothing.

    A movement whose name was posted before is posted once: a second post fails in the database
    and takes the caller's transaction with it.
    """
    db.require_transaction()
    assert sum(legs.values()) == 0, f"{movement} does not balance."
    await LedgerEntry.bulk_create(
        LedgerEntry(
            id=new_id(),
            list_id=list_id,
            movement=movement,
            subject_id=subject_id,
            account=account,
            amount_minor=amount_minor,
            currency=currency,
            created_at=now,
        )
        for account, amount_minor in legs.items()
    )
