"""Giving back what an operator decides to give back."""

from datetime import datetime
from uuid import UUID

from wishcore import db
from wishcore.errors import Conflict
from wishcore.pledges.models import FundingState, PledgeState, RefundReason
from wishcore.pledges.operations import PledgeNotFound
from wishcore.pledges.steps import find_pledge, lock_funding, move, plan_refund


class RefundNotPossible(Conflict):
    """The pledge is not one that can be given back by hand in its present state."""

    code = "refund_not_possible"
    title = "This pledge cannot be refunded now"


@db.transactional
async def refund_by_hand(pledge_id: UUID, *, now: datetime) -> None:
    """Make one pledge due to go back because an operator decided so.

    A refund that failed may be tried again this way. A pledge for a reserved item is not
    refunded: the gift is promised.

    Raises:
        PledgeNotFound: there is none.
        RefundNotPossible: it is not paid, is on its way back already, or its item is reserved.
    """
    pledge = await find_pledge(pledge_id)
    if pledge is None:
        raise PledgeNotFound
    funding = await lock_funding(pledge.item_id)
    if funding is FundingState.RESERVED and pledge.state is not PledgeState.REFUND_FAILED:
        raise RefundNotPossible("The item is reserved: the gift is promised")
    reason = RefundReason.OPERATOR
    if await move(
        pledge.id,
        sources=[PledgeState.REFUND_FAILED],
        to=PledgeState.REFUND_DUE,
        now=now,
        note="tried again",
    ):
        return
    if not await plan_refund(pledge, reason=reason, now=now):
        raise RefundNotPossible(f"The pledge is {pledge.state}")
