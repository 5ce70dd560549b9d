"""Giving back what did not become a gift: claimed row by row, sent once, written down.

Two processes at once, and one that is killed in the middle, give each pledge back once: a claim is
a lease on the pledge, the key that Stripe sees is made of the pledge's id and the refund's
generation, and Stripe itself refuses a second full refund of one payment. It does not refuse a
second one of a part: such a refund is always looked for before it is sent.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from wishcore import db, ledger
from wishcore.ledger import LedgerAccount
from wishcore.money import Money
from wishcore.payments import (
    CALL_SECONDS_MAX,
    CardDeclined,
    PaymentGateway,
    PaymentRefused,
    PaymentsUnavailable,
    RefundAtProvider,
    RefundStatus,
)
from wishcore.pledges.disputes import keep_disputed, was_disputed
from wishcore.pledges.models import PledgeState
from wishcore.pledges.recovery import refresh_pledge
from wishcore.pledges.steps import (
    PLEDGE,
    PledgeRow,
    lock_funding,
    move,
    read_pledge,
    release,
)
from wishcore.refunds.models import RefundState
from wishcore.refunds.steps import (
    RefundRow,
    change_key,
    give_up_refunds,
    insert_refund,
    newest_refund,
    write_refund,
)

CALLS_MAX: Final = 6
"""What a refund can take that is taken over: its refunds are listed, its payment is read (two
calls), it is sent, and because of a dispute its payment is read again (two). That its refunds are
then listed once more may outlast the lease: nothing is sent after it."""
_REST_SECONDS: Final = 30
"""For its turns, of which few wait at the same time, and for the database."""
LEASE: Final = timedelta(seconds=CALLS_MAX * CALL_SECONDS_MAX + _REST_SECONDS)
"""How long others leave a claimed refund alone, three minutes: the slowest one takes no longer."""

_OF_THE_CHARGE: Final = frozenset({"charge_already_refunded", "charge_not_refundable"})
"""Stripe's codes for what no other try can change, as it is this very charge that is refused.

Any other refusal is of the key, the account, its balance or our way of asking. It would meet every
refund alike and ends when somebody has mended that, so no refund is ended for it.
"""
_OF_A_DISPUTE: Final = frozenset({"charge_disputed", "refund_disputed_payment"})
_S = PledgeState


@db.transactional
async def claim_due(*, limit: int, now: datetime) -> list[UUID]:
    """Take some pledges that are due to go back, and write each refund before it is sent.

    The least tried come first: a few that are never answered hold up no others.
    """
    claimed = await db.fetch_all(
        PledgeRow,
        PLEDGE
        + """
        WHERE state = 'refund_due'
           OR (state = 'refunding' AND (lease_until <= :now OR lease_until > :impossible))
        ORDER BY attempts, id LIMIT :limit FOR UPDATE SKIP LOCKED
        """,
        limit=limit,
        now=now,
        # Claimed by a clock that was ahead: nobody has it for so long.
        impossible=now + 2 * LEASE,
    )
    until = now + LEASE
    for pledge in claimed:
        if pledge.state is _S.REFUND_DUE:
            sources = [_S.REFUND_DUE]
            await move(pledge.id, sources=sources, to=_S.REFUNDING, now=now, lease_until=until)
            await give_up_refunds(pledge, now)
            await insert_refund(pledge, now)
        await db.change(
            """
            UPDATE pledge SET lease_until = :until, attempts = attempts + 1
            WHERE id = :id RETURNING id
            """,
            id=pledge.id,
            until=until,
        )
    return [pledge.id for pledge in claimed]


async def send_refund(pledge_id: UUID, *, payments: PaymentGateway, now: datetime) -> PledgeState:
    """Give a claimed pledge back, and return what became of it.

    Raises:
        PaymentsUnavailable: nobody knows; it is claimed again when its lease has run out.
        PaymentRefused: nothing was sent, for a reason that is not this charge's; a person has to
            look, and it is claimed again, too.
    """
    pledge = await read_pledge(pledge_id)
    if pledge.state is not _S.REFUNDING:
        return pledge.state
    refund = await newest_refund(pledge.id)
    assert refund is not None, "A claim writes the refund."
    is_again = pledge.attempts > 1
    # Stripe would take a second part: one may have been sent since a backup that was restored.
    is_looked_for = is_again or refund.amount != pledge.amount
    sent = await _find_sent(pledge, refund, payments) if is_looked_for else None
    if sent is None and is_again:
        state = await _hear_of_dispute(pledge, payments, now)
        if state is not _S.REFUNDING:
            return state
    if sent is None:
        try:
            sent = await _ask_for(refund, pledge, payments, now)
        except CardDeclined as refusal:
            return await _fail(pledge, refusal.decline_code or refusal.code, now)
        except PaymentRefused as refused:
            return await _refused(pledge, refund, refused, payments, now)
    return await record_refund(pledge, sent, now=now)


async def _ask_for(
    refund: RefundRow, pledge: PledgeRow, payments: PaymentGateway, now: datetime
) -> RefundAtProvider:
    assert pledge.intent_id is not None, "A paid pledge has an intent."
    part = refund.amount if refund.amount != pledge.amount else None
    key = f"refund:{pledge.id}:{refund.generation}"
    try:
        sent = await payments.create_refund(key=key, intent_id=pledge.intent_id, part=part)
    except PaymentsUnavailable:
        if pledge.attempts > 1 and part is None:
            await change_key(refund, "unanswered", now)
        raise
    if sent.amount != refund.amount:
        return await _find_sent(pledge, refund, payments) or sent
    return sent


async def refresh_refund(
    pledge_id: UUID, *, payments: PaymentGateway, now: datetime
) -> PledgeState:
    """Ask Stripe what became of a refund that was sent, and write it down.

    Also of one whose answer was lost, if a dispute came meanwhile: Stripe may have taken both.

    Raises:
        PaymentsUnavailable: nobody knows; everything is as before.
    """
    pledge = await read_pledge(pledge_id)
    refund = await newest_refund(pledge.id)
    if refund is None or pledge.intent_id is None:
        return pledge.state
    is_unknown = pledge.state is _S.DISPUTED and refund.state is RefundState.REQUESTED
    if refund.provider_id is None and not is_unknown:
        return pledge.state
    found = await payments.refunds_of(pledge.intent_id)
    sent = next((one for one in found if one.id == refund.provider_id), None)
    if is_unknown and (sent := _whole_of(refund, found)) is None:
        await _give_up(pledge, now)
        return await _hear_of_dispute(pledge, payments, now)
    if sent is None:
        return pledge.state
    if sent.amount != refund.amount:
        sent = _whole_of(refund, found) or sent
    return await record_refund(pledge, sent, now=now)


@db.transactional
async def record_refund(pledge: PledgeRow, sent: RefundAtProvider, *, now: datetime) -> PledgeState:
    """Write down what Stripe says of a refund. It may be said many times, in any order."""
    await lock_funding(pledge.item_id)
    return await write_down(pledge, sent, now=now)


async def write_down(pledge: PledgeRow, sent: RefundAtProvider, *, now: datetime) -> PledgeState:
    """Do so inside the caller's transaction. The funding is locked."""
    if await _is_of_an_ended_try(pledge, sent):
        return (await read_pledge(pledge.id)).state
    match sent.status:
        case RefundStatus.SUCCEEDED:
            await _record_success(pledge, sent, now)
        case RefundStatus.PENDING | RefundStatus.REQUIRES_ACTION:
            sources = [_S.REFUNDING, _S.DISPUTED]
            if await move(pledge.id, sources=sources, to=_S.REFUND_PENDING, now=now):
                await write_refund(pledge, RefundState.PENDING, provider_id=sent.id, now=now)
        case RefundStatus.FAILED | RefundStatus.CANCELED:
            await _record_failure(pledge, sent.id, sent.failure or str(sent.status), now)
    return (await read_pledge(pledge.id)).state


async def pending_refunds(*, after: UUID | None, limit: int) -> list[UUID]:
    """Return some pledges whose refund Stripe has not finished, in order of their ids.

    Or may have made, though a dispute came between the refund and its answer. Givers choose the
    ids, and may choose only zeros: the first of all come after `None`.
    """
    beyond = "" if after is None else "AND id > :after"
    rows = await db.fetch_all(
        PledgeRow,
        f"""
        {PLEDGE}
        WHERE (
            state = 'refund_pending'
            OR (state = 'disputed' AND EXISTS (
                SELECT 1 FROM refund
                WHERE refund.pledge_id = pledge.id AND refund.state = 'requested'))) {beyond}
        ORDER BY id LIMIT :limit
        """,  # noqa: S608 - our own words
        after=after,
        limit=limit,
    )
    return [row.id for row in rows]


async def _find_sent(
    pledge: PledgeRow, refund: RefundRow, payments: PaymentGateway
) -> RefundAtProvider | None:
    """Return what gives the pledge back already, such as what a process sent before it died.

    What was sent may have failed since. Then it is this that is told, as Stripe itself would repeat
    its first answer under the refund's key, or take the next one for another try.
    """
    assert pledge.intent_id is not None, "A paid pledge has an intent."
    return await _among(await payments.refunds_of(pledge.intent_id), pledge, refund)


async def _among(
    found: Sequence[RefundAtProvider], pledge: PledgeRow, refund: RefundRow
) -> RefundAtProvider | None:
    if (whole := _whole_of(refund, found)) is not None:
        return whole
    rows = await db.rows(
        "SELECT provider_id FROM refund WHERE pledge_id = :pledge", pledge=pledge.id
    )
    known = {row["provider_id"] for row in rows}
    unknown = (one for one in found if one.id not in known)
    return next((one for one in unknown if one.amount == refund.amount), None)


def _whole_of(refund: RefundRow, found: Sequence[RefundAtProvider]) -> RefundAtProvider | None:
    """Return the refund of all that goes back; parts that make the whole count as one.

    We give it back at once, but somebody may give a part at Stripe itself: then ours is the rest.
    """
    live = [one for one in found if one.status.is_live]
    if len(live) > 1 and all(one.status is RefundStatus.SUCCEEDED for one in live):
        total = sum(one.amount.amount_minor for one in live)
        # The oldest was made by hand: ours takes the rest, so nothing can follow it.
        whole = replace(live[-1], amount=Money(total, refund.currency))
        return whole if total == refund.amount_minor else None
    return next((one for one in live if one.amount == refund.amount), None)


async def _refused(
    pledge: PledgeRow,
    refund: RefundRow,
    refused: PaymentRefused,
    payments: PaymentGateway,
    now: datetime,
) -> PledgeState:
    if refused.code == "charge_already_refunded" and pledge.intent_id is not None:
        found = await payments.refunds_of(pledge.intent_id)
        if (sent := await _among(found, pledge, refund)) is not None:
            return await record_refund(pledge, sent, now=now)
        if any(one.status.is_live and one.status is not RefundStatus.SUCCEEDED for one in found):
            raise PaymentsUnavailable("Stripe has not ended the parts that make the whole")
    if refused.code in _OF_A_DISPUTE:
        state = await _hear_of_dispute(pledge, payments, now)
        if state is not _S.REFUNDING:
            return state
        if await was_disputed(pledge):
            # The dispute is over, or Stripe does not give the rest back: a person has to look.
            return await _fail(pledge, refused.code, now)
        raise PaymentsUnavailable("The dispute cannot be read yet")
    if refused.code in _OF_THE_CHARGE:
        return await _fail(pledge, refused.code, now)
    await change_key(refund, refused.code, now)
    raise refused


async def _hear_of_dispute(
    pledge: PledgeRow, payments: PaymentGateway, now: datetime
) -> PledgeState:
    """Read the payment again; while a dispute is open nothing goes back beside it.

    If it is disputed, what became of this refund is asked, too: the bank's word waits for that.
    """
    await refresh_pledge(pledge.id, payments=payments, now=now)
    return await refresh_refund(pledge.id, payments=payments, now=now)


@db.transactional
async def _fail(pledge: PledgeRow, failure: str, now: datetime) -> PledgeState:
    await lock_funding(pledge.item_id)
    await _record_failure(pledge, None, failure, now)
    return (await read_pledge(pledge.id)).state


async def _is_of_an_ended_try(pledge: PledgeRow, sent: RefundAtProvider) -> bool:
    """Say whether news are older than what we know: a refund that has failed stays so."""
    found = await db.rows(
        """
        SELECT id FROM refund
        WHERE pledge_id = :pledge AND provider_id = :provider AND (
            state = 'failed'
            OR generation < (
                SELECT MAX(newer.generation) FROM refund newer WHERE newer.pledge_id = :pledge))
        """,
        pledge=pledge.id,
        provider=sent.id,
    )
    return bool(found)


async def _record_success(pledge: PledgeRow, sent: RefundAtProvider, now: datetime) -> None:
    refund = await newest_refund(pledge.id)
    assert refund is not None, "A claim writes the refund."
    if sent.amount != refund.amount:
        # A part was given back at Stripe itself and is not finished: an operator has to look at
        # it, and the other refunds go on.
        await _record_failure(pledge, sent.id, f"Only {sent.amount} was left", now)
        return
    sources = [_S.REFUNDING, _S.REFUND_PENDING, _S.DISPUTED]
    if not await move(
        pledge.id, sources=sources, to=_S.REFUNDED, now=now, refunded_at=now, lease_until=None
    ):
        return
    await write_refund(pledge, RefundState.SUCCEEDED, provider_id=sent.id, now=now)
    legs = {LedgerAccount.STRIPE: -refund.amount_minor, LedgerAccount.GIVERS: refund.amount_minor}
    await _post(f"refund:{pledge.id}:{refund.generation}", pledge, legs, now)
    await release(pledge, now=now)


async def _record_failure(
    pledge: PledgeRow, provider_id: str | None, failure: str, now: datetime
) -> None:
    current = await read_pledge(pledge.id)
    sources = [_S.REFUNDING, _S.REFUND_PENDING, _S.REFUNDED]
    if not await move(
        pledge.id, sources=sources, to=_S.REFUND_FAILED, now=now, note=failure, lease_until=None
    ):
        return
    refund = await write_refund(
        pledge, RefundState.FAILED, provider_id=provider_id, failure=failure, now=now
    )
    if current.state is _S.REFUNDED:
        legs = {
            LedgerAccount.STRIPE: refund.amount_minor,
            LedgerAccount.GIVERS: -refund.amount_minor,
        }
        await _post(f"refund_failed:{pledge.id}:{refund.generation}", pledge, legs, now)
    await release(pledge, now=now)
    await keep_disputed(pledge, now=now)


@db.transactional
async def _give_up(pledge: PledgeRow, now: datetime) -> None:
    """End a refund that Stripe, asked since the dispute, has not made: it makes none any more."""
    await lock_funding(pledge.item_id)
    if (await read_pledge(pledge.id)).state is _S.DISPUTED:
        await give_up_refunds(pledge, now)


async def _post(
    movement: str, pledge: PledgeRow, legs: dict[LedgerAccount, int], now: datetime
) -> None:
    await ledger.post(
        movement=movement,
        list_id=pledge.list_id,
        subject_id=pledge.id,
        legs=legs,
        currency=pledge.currency,
        now=now,
    )
