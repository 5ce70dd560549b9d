"""What banks take and give back because of disputes: booked as Stripe says it, then judged.

Each movement of Stripe's balance is booked once, under its own id: of however many disputes, of a
part or of more than the charge, in whatever order it is told. What that means for the pledge
follows from the sums: while a dispute is open the bank decides; afterwards what it kept is lost to
the giver, who has it.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec

from wishcore import db
from wishcore.ledger import LedgerAccount, post
from wishcore.payments import Dispute
from wishcore.pledges.models import FundingState, PledgeState, RefundReason
from wishcore.pledges.steps import (
    PLEDGE,
    Columns,
    PledgeRow,
    lock_funding,
    move,
    plan_refund,
    post_fee,
    read_pledge,
    release,
    shift,
    take_room_again,
)

_S = PledgeState
_DISPUTABLE: Final = (_S.PAID, _S.REFUND_DUE, _S.REFUNDING, _S.REFUND_FAILED)
"""What Stripe keeps, or will: the bank decides whose it is. What went back, or is on its way, stays
where it is: its dispute is in the ledger alone."""
_GONE: Final = frozenset({_S.REFUND_PENDING, _S.REFUNDED})
"""What goes back is decided: what a bank returns besides stays in the ledger's `disputes`."""

DISPUTE_QUIET_FOR: Final = timedelta(days=1)
"""How long a dispute, which lasts for weeks, is left to its notices before Stripe is asked."""


class _Booked(msgspec.Struct, frozen=True, kw_only=True):
    """What the ledger says of a pledge's disputes, in minor units."""

    with_banks: int
    """What banks have that is not counted as the giver's."""
    lost: int
    """What banks kept, and the giver therefore has."""
    losses: int
    """How often that was booked."""


async def settle_disputes(pledge: PledgeRow, disputes: Sequence[Dispute], *, now: datetime) -> None:
    """Book what banks took and gave back, and bring what follows to the pledge.

    The funding is locked.
    """
    if pledge.paid_at is None:
        return  # Charged, but not here: `wish reconcile` says so.
    pledge = await _lock(pledge)
    is_news = await _book_takings(pledge, disputes, now)
    if not is_news and await _is_older(pledge, disputes):
        return
    booked = await _booked(pledge)
    is_back = booked.with_banks < 0 and booked.lost and pledge.state not in _GONE
    if is_back and not await _may_have_gone_back(pledge):
        # What the giver was thought to have: the bank gave it back to us after all.
        await _post_loss(pledge, -min(-booked.with_banks, booked.lost), now)
        await _revive(pledge, now)
    if any(dispute.is_open for dispute in disputes):
        until = now + DISPUTE_QUIET_FOR
        await move(pledge.id, sources=_DISPUTABLE, to=_S.DISPUTED, now=now, lease_until=until)
        return
    if booked.with_banks > 0:
        await move(pledge.id, sources=_DISPUTABLE, to=_S.DISPUTED, now=now)
    elif is_news:
        # Its refund may have been refused, and Stripe repeats that: the next one has another key.
        await move(pledge.id, sources=[_S.REFUNDING], to=_S.DISPUTED, now=now)
    await _judge(pledge, now)


async def keep_disputed(pledge: PledgeRow, *, now: datetime) -> None:
    """Leave a pledge whose refund has failed to the bank, if that has its money.

    Nobody gives it back beside the bank. The funding is locked.
    """
    if (await _booked(pledge)).with_banks > 0:
        # Without a lease: how the bank has decided is asked at once.
        await move(pledge.id, sources=[_S.REFUND_FAILED], to=_S.DISPUTED, now=now, lease_until=None)


async def was_disputed(pledge: PledgeRow) -> bool:
    """Say whether a bank has ever taken money of a pledge."""
    return bool(await _movements(pledge))


async def _book_takings(pledge: PledgeRow, disputes: Sequence[Dispute], now: datetime) -> bool:
    """Book what was not booked before, and say whether there was anything."""
    known, is_news = await _movements(pledge), False
    for taking in (one for dispute in disputes for one in dispute.takings):
        # One in another currency than the charge's is named by `wish reconcile`, for ever.
        is_ours = taking.amount.currency == pledge.currency
        amount = taking.amount.amount_minor
        if is_ours and amount and (movement := f"dispute:{taking.id}") not in known:
            legs = {LedgerAccount.STRIPE: -amount, LedgerAccount.DISPUTES: amount}
            await _post(movement, pledge, legs, now)
            is_news = True
        if (movement := f"dispute_fee:{taking.id}") not in known:
            await post_fee(pledge, taking.fee, movement=movement, now=now)
    return is_news


async def _is_older(pledge: PledgeRow, disputes: Sequence[Dispute]) -> bool:
    """Say whether Stripe was asked before others were who settled first: it lacks what is booked.

    It does not know which banks decide now.
    """
    told = {taking.id for dispute in disputes for taking in dispute.takings}
    return any(name.partition(":")[2] not in told for name in await _movements(pledge))


async def _judge(pledge: PledgeRow, now: datetime) -> None:
    """End a pledge's dispute, now that no bank decides any more."""
    pledge = await read_pledge(pledge.id)
    if pledge.state is not _S.DISPUTED or await _may_have_gone_back(pledge):
        return
    booked = await _booked(pledge)
    owed = pledge.amount_minor - booked.lost
    # A bank may take more than was charged: the operator bears that.
    if (lost := min(booked.with_banks, owed)) > 0:
        await _post_loss(pledge, lost, now)
        owed -= lost
    if owed == 0:
        await _lose(pledge, now)
    elif not pledge.holds_room:
        # Its refund had failed: an operator may have paid it back in another way since.
        await _let_go(pledge, _S.REFUND_FAILED, now)
    elif pledge.refund_reason is not None:
        await _let_go(pledge, _S.REFUND_DUE, now)
    elif owed < pledge.amount_minor and not await _is_promised(pledge):
        # A part of a pledge completes nothing: its giver, who took the other one, gets it back.
        await plan_refund(pledge, sources=[_S.DISPUTED], reason=RefundReason.GIVER, now=now)
    else:
        await _let_go(pledge, _S.PAID, now)


async def _let_go(pledge: PledgeRow, to: PledgeState, now: datetime) -> None:
    await move(
        pledge.id,
        sources=[_S.DISPUTED],
        to=to,
        now=now,
        note="dispute over",
        is_news=False,
        lease_until=None,
    )


async def _lose(pledge: PledgeRow, now: datetime) -> None:
    await move(
        pledge.id,
        sources=[_S.DISPUTED],
        to=_S.LOST,
        now=now,
        note="dispute lost",
        lease_until=None,
    )
    if pledge.refund_reason is None:
        await shift(pledge.item_id, paid_minor=-pledge.amount_minor, now=now)
    await release(pledge, now=now)


async def _revive(pledge: PledgeRow, now: datetime) -> None:
    """Bring a lost pledge, of which a bank gave something back after all, to its dispute again.

    If the gift still lacks it, it is part of the gift again; otherwise it is to go back.
    """
    if pledge.state is not _S.LOST:
        return
    columns: Columns = {"lease_until": None}
    if pledge.refund_reason is None and not (
        await _is_promised(pledge) and await take_room_again(pledge, now=now)
    ):
        columns["refund_reason"] = RefundReason.GIVER
    note = "the bank gave back"
    await move(pledge.id, sources=[_S.LOST], to=_S.DISPUTED, now=now, note=note, **columns)


async def _may_have_gone_back(pledge: PledgeRow) -> bool:
    """Say whether a refund was sent whose answer nobody has: Stripe may have taken it, too.

    The job that sends refunds asks. What the bank kept is then lost to us, not to the giver.
    """
    return bool(
        await db.rows(
            "SELECT id FROM refund WHERE pledge_id = :pledge AND state = 'requested'",
            pledge=pledge.id,
        )
    )


async def _is_promised(pledge: PledgeRow) -> bool:
    return await lock_funding(pledge.item_id) is FundingState.RESERVED


async def _lock(pledge: PledgeRow) -> PledgeRow:
    """Read a pledge again, and keep its refund from being claimed until the commit.

    A claim takes no lock of the funding: it would give back what was owed before.
    """
    locked = await db.fetch_one(PledgeRow, PLEDGE + "WHERE id = :id FOR UPDATE", id=pledge.id)
    assert locked is not None, "Pledges are never deleted."
    return locked


async def _movements(pledge: PledgeRow) -> set[str]:
    rows = await db.rows(
        """
        SELECT DISTINCT movement FROM ledger_entry
        WHERE subject_id = :pledge AND (movement LIKE 'dispute:%' OR movement LIKE 'dispute_fee:%')
        """,
        pledge=pledge.id,
    )
    return {str(row["movement"]) for row in rows}


async def _booked(pledge: PledgeRow) -> _Booked:
    found = await db.fetch_one(
        _Booked,
        """
        SELECT
        CAST(COALESCE(SUM(CASE WHEN account = 'disputes' THEN amount_minor END), 0) AS BIGINT)
            AS with_banks,
        CAST(COALESCE(SUM(CASE WHEN account = 'givers' THEN amount_minor END), 0) AS BIGINT)
            AS lost,
        COUNT(CASE WHEN account = 'givers' THEN 1 END) AS losses
        FROM ledger_entry
        WHERE subject_id = :pledge
          AND (movement LIKE 'dispute:%' OR movement LIKE 'dispute_lost:%')
        """,
        pledge=pledge.id,
    )
    assert found is not None, "A sum is one row."
    return found


async def _post_loss(pledge: PledgeRow, amount_minor: int, now: datetime) -> None:
    legs = {LedgerAccount.GIVERS: amount_minor, LedgerAccount.DISPUTES: -amount_minor}
    number = (await _booked(pledge)).losses + 1
    await _post(f"dispute_lost:{pledge.id}:{number}", pledge, legs, now)


async def _post(
    movement: str, pledge: PledgeRow, legs: dict[LedgerAccount, int], now: datetime
) -> None:
    await post(
        movement=movement,
        list_id=pledge.list_id,
        subject_id=pledge.id,
        legs=legs,
        currency=pledge.currency,
        now=now,
    )
