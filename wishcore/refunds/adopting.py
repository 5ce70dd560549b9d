"""Adopting a refund that was made since the backup which was restored."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from wishcore import db
from wishcore.payments import RefundAtProvider
from wishcore.pledges.models import FundingState, PledgeState, RefundReason
from wishcore.pledges.steps import PledgeRow, lock_funding, move, plan_refund, read_pledge
from wishcore.refunds.operations import LEASE, write_down
from wishcore.refunds.steps import insert_refund

_KEY: Final = re.compile("refund:(.*):([1-9][0-9]{0,8})")


@db.transactional
async def adopt_refund(
    pledge_id: UUID, there: Sequence[RefundAtProvider], *, now: datetime
) -> bool:
    """Write down the refund of a paid pledge that our book lacks; say whether there was one.

    A paid pledge was never claimed to be given back, as far as our book knows. So a refund under
    the pledge's own key, which nobody but a claim of ours has, was made in a time that was lost.
    Nothing is sent, and nothing is left to be sent. What one cannot be sure of is left to a person:
    a refund by hand, of another amount or pledge, beside another one, or for a reserved item.
    """
    pledge = await read_pledge(pledge_id)
    live = (refund for refund in there if refund.status.is_live)
    whole = next((refund for refund in live if refund.amount == pledge.amount), None)
    generation = _generation_of(whole, pledge) if whole is not None else None
    if whole is None or generation is None:
        return False
    if await lock_funding(pledge.item_id) is FundingState.RESERVED:
        return False
    # Why it went back was lost, too.
    if not await plan_refund(pledge, reason=RefundReason.OPERATOR, now=now):
        return False
    await move(
        pledge.id,
        sources=[PledgeState.REFUND_DUE],
        to=PledgeState.REFUNDING,
        now=now,
        note="made before the backup was restored",
        lease_until=now + LEASE,
    )
    await insert_refund(pledge, now, first=generation)
    await write_down(pledge, whole, now=now)
    return True


def _generation_of(refund: RefundAtProvider, pledge: PledgeRow) -> int | None:
    """Return which try of ours to give the pledge back this was; nothing, if it was none."""
    key = _KEY.fullmatch(refund.key)
    return int(key[2]) if key is not None and key[1] == str(pledge.id) else None
