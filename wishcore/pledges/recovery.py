"""Ending what was left in progress. Recovery reads and cancels; it never creates or confirms."""

from collections.abc import AsyncIterator, Callable, Set
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from wishcore import db
from wishcore.errors import Conflict
from wishcore.payments import (
    Intent,
    IntentStatus,
    PaymentGateway,
    PaymentRefused,
    PaymentsUnavailable,
)
from wishcore.pledges.disputes import DISPUTE_QUIET_FOR
from wishcore.pledges.models import IN_FLIGHT, PledgeState
from wishcore.pledges.operations import PledgeNotFound, store_intent
from wishcore.pledges.settling import settle_intent
from wishcore.pledges.steps import (
    PLEDGE,
    PledgeRow,
    find_pledge,
    in_states,
    lock_funding,
    move,
    release,
)

QUIET_FOR: Final = timedelta(minutes=2)
"""How long a request is left to finish its own work, from its beginning: four calls that are as
slow as can be. One that is slower is overtaken, and then confirms nothing any more."""
HOLD_FOR: Final = timedelta(minutes=10)
"""How long room is kept for a giver whose payment could not even be begun."""
LOOK_EVERY: Final = timedelta(seconds=3)
"""How often Stripe is asked for a pledge whose giver polls."""
_POLLED_FOR_MAX: Final = timedelta(days=3650)
"""No clock of a server that is polled is as far ahead."""
ACTION_FOR: Final = timedelta(minutes=30)
"""How long a giver has for 3-D Secure."""


_LOOK_IS_DUE: Final = f"""
    WHERE id = :id AND intent_id IS NOT NULL AND state IN {in_states(IN_FLIGHT)}
      AND (lease_until IS NULL OR lease_until <= :now OR lease_until > :impossible)
"""
"""What is a lease of refunds says of a payment in progress when it was asked about."""
_DISPUTE_IS_DUE: Final = """
    state = 'disputed'
    AND (lease_until IS NULL OR lease_until <= :now OR lease_until > :impossible)
"""
_CANCELABLE: Final = frozenset(
    {
        IntentStatus.REQUIRES_PAYMENT_METHOD,
        IntentStatus.REQUIRES_CONFIRMATION,
        IntentStatus.REQUIRES_ACTION,
    }
)


class AbandonNotPossible(Conflict):
    """The pledge's payment has ended, or Stripe knows it: then it ends there, and by recovery."""

    code = "abandon_not_possible"
    title = "This pledge cannot be given up by hand"


async def refresh_pledge(pledge_id: UUID, *, payments: PaymentGateway, now: datetime) -> None:
    """Ask Stripe what became of a pledge's payment, and bring it here.

    A payment that nobody works at any more is canceled first, so that it cannot succeed later.

    Raises:
        PaymentsUnavailable: nobody knows; everything is as before.
    """
    await _fetch_intent(pledge_id, payments=payments, now=now)


async def look_up(pledge_id: UUID, *, payments: PaymentGateway, now: datetime) -> Intent | None:
    """Do what `refresh_pledge` does for a giver who waits, and return what Stripe said.

    However often givers ask, Stripe is asked once in three seconds for each pledge, by all
    processes together. Nothing is returned if it was not asked.

    Raises:
        PaymentsUnavailable, PaymentRefused: everything is as before.
    """
    # A statement of its own first: most of those who poll need not wait for SQLite's only writer.
    due = await db.rows(
        f"SELECT id FROM pledge {_LOOK_IS_DUE}",  # noqa: S608 - our own
        id=pledge_id,
        now=now,
        impossible=now + 2 * LOOK_EVERY,
    )
    if not due or not await _claim_look(pledge_id, now):
        return None
    return await _fetch_intent(pledge_id, payments=payments, now=now)


async def _fetch_intent(
    pledge_id: UUID, *, payments: PaymentGateway, now: datetime
) -> Intent | None:
    pledge = await find_pledge(pledge_id)
    if pledge is None or pledge.intent_id is None:
        return None
    intent = await payments.get_intent(pledge.intent_id)
    if _is_left_behind(pledge, intent, now):
        intent = await payments.cancel_intent(pledge.intent_id)
    await settle_intent(pledge, intent, now=now)
    return intent


@db.transactional
async def _claim_look(pledge_id: UUID, now: datetime) -> bool:
    claimed = await db.change(
        f"UPDATE pledge SET lease_until = :until {_LOOK_IS_DUE} RETURNING id",  # noqa: S608 - our own
        id=pledge_id,
        now=now,
        impossible=now + 2 * LOOK_EVERY,  # More was said by a clock that was ahead.
        until=now + LOOK_EVERY,
    )
    return claimed == 1


@db.transactional
async def _claim_unfinished(
    began: datetime, now: datetime, *, polled_for: timedelta
) -> UUID | None:
    # What is later than now was said by a clock that is ahead, or by a giver's poll: it comes last.
    claimed = await db.rows(
        f"""
        UPDATE pledge SET lease_until = :now
        WHERE id = (
            SELECT id FROM pledge
            WHERE state IN {in_states(IN_FLIGHT)} AND updated_at <= :quiet
              AND (lease_until IS NULL OR lease_until < :began OR lease_until > :later)
            ORDER BY lease_until NULLS FIRST, id LIMIT 1 FOR UPDATE SKIP LOCKED
        )
        RETURNING id
        """,  # noqa: S608 - our own words
        began=began,
        now=now,
        later=now + polled_for,
        quiet=began - QUIET_FOR,
    )
    return UUID(str(claimed[0]["id"])) if claimed else None


@db.transactional
async def _claim_dispute(now: datetime) -> UUID | None:
    claimed = await db.rows(
        f"""
        UPDATE pledge SET lease_until = :until
        WHERE id = (
            SELECT id FROM pledge WHERE {_DISPUTE_IS_DUE}
            ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
        )
        RETURNING id
        """,  # noqa: S608 - our own words
        now=now,
        impossible=_impossible(now),
        until=now + DISPUTE_QUIET_FOR,
    )
    return UUID(str(claimed[0]["id"])) if claimed else None


def _impossible(now: datetime) -> datetime:
    """Return until when a dispute may be left alone: more was said by a clock that was ahead."""
    return now + 2 * DISPUTE_QUIET_FOR


async def find_named_pledge(intent: Intent) -> PledgeRow | None:
    """Return the pledge that the intent was created for, as its metadata says, if it is here."""
    try:
        return await find_pledge(UUID(intent.pledge_id))
    except ValueError:
        return None


async def adopt_intent(pledge: PledgeRow, intent: Intent, *, now: datetime) -> bool:
    """Store an intent that is being paid, or is, if its pledge has none; say whether it was stored.

    Only the stored intent is ever confirmed: so the pledge had it, and a restored backup has not.
    But the ids of pledges are their givers' choice: one that was used for something else since the
    backup is another pledge.
    """
    wanted = (pledge.amount, str(pledge.item_id), str(pledge.list_id))
    is_for_it = (intent.amount, intent.item_id, intent.list_id) == wanted
    return is_for_it and await store_intent(pledge.id, intent.id, now=now)


async def find_pledge_of(intent_id: str) -> UUID | None:
    """Return the pledge that is paid by this intent, if there is one."""
    rows = await db.fetch_all(PledgeRow, PLEDGE + "WHERE intent_id = :intent", intent=intent_id)
    return rows[0].id if rows else None


async def unfinished(*, clock: Callable[[], datetime]) -> AsyncIterator[UUID]:
    """Walk over the pledges whose payment was left in progress, the longest unasked first.

    So a few that are never answered keep no others from being asked, run after run. None is met
    twice, whoever walks or polls at the same time, by whatever clock.
    """
    began = clock()
    met: set[UUID] = set()
    polled_for = timedelta(0)
    while True:
        pledge_id = await _claim_unfinished(began, clock(), polled_for=polled_for)
        if pledge_id is None or polled_for > _POLLED_FOR_MAX:
            return  # The rest was asked about since this walk began, by others.
        if pledge_id in met:
            # Its giver polls: those who do are left to that from now; others as well if one is met
            # once more, as the clock of the server that is polled may be ahead.
            polled_for = max(2 * LOOK_EVERY, 2 * polled_for)
            continue
        met.add(pledge_id)
        yield pledge_id


async def disputed(*, now: datetime, limit: int) -> AsyncIterator[UUID]:
    """Walk over some disputed pledges of which Stripe was not asked for a day.

    Each is left to the caller for the next day, whatever Stripe says or does not say.
    """
    for _ in range(limit):
        pledge_id = await _claim_dispute(now)
        if pledge_id is None:
            return
        yield pledge_id


async def due_disputes(*, now: datetime) -> int:
    """Count the disputed pledges of which Stripe was not asked for a day."""
    found = await db.rows(
        f"SELECT COUNT(*) AS due FROM pledge WHERE {_DISPUTE_IS_DUE}",  # noqa: S608 - our own
        now=now,
        impossible=_impossible(now),
    )
    return int(found[0]["due"])


async def recover_pledge(
    pledge_id: UUID, *, payments: PaymentGateway, now: datetime
) -> PledgeState | None:
    """End the pledge if its payment or dispute has ended or can be ended; return what it became.

    Nothing is returned if nothing changed.

    Raises:
        PaymentsUnavailable: nobody knows; everything is as before.
    """
    before = await find_pledge(pledge_id)
    if before is None:
        return None
    if before.intent_id is None:
        await _abandon_hold(before, now)
    else:
        await refresh_pledge(pledge_id, payments=payments, now=now)
    after = await find_pledge(pledge_id)
    return after.state if after is not None and after.version != before.version else None


async def abandon_by_hand(pledge_id: UUID, *, payments: PaymentGateway, now: datetime) -> None:
    """Give up a payment in progress that Stripe does not know, because an operator decided so.

    Only a person can tell whether the key is that of the right account.

    Raises:
        PledgeNotFound, AbandonNotPossible, PaymentsUnavailable: nothing is changed.
    """
    pledge = await find_pledge(pledge_id)
    if pledge is None:
        raise PledgeNotFound
    if pledge.intent_id is None or pledge.state not in IN_FLIGHT:
        raise AbandonNotPossible(f"The pledge is {pledge.state}")
    try:
        intent = await payments.get_intent(pledge.intent_id)
    except PaymentRefused as refused:
        if not refused.is_unknown:
            raise PaymentsUnavailable from refused
    else:
        is_authorized = intent.status is IntentStatus.REQUIRES_CAPTURE
        end = "cancel it at Stripe, then `wish recover`" if is_authorized else "`wish recover`"
        raise AbandonNotPossible(f"At Stripe it is {intent.status}: {end} ends it")
    await _abandon(pledge, sources=IN_FLIGHT, note="unknown to the payment service", now=now)


async def _abandon_hold(pledge: PledgeRow, now: datetime) -> None:
    """Give room back that was taken for a payment of which no intent was ever stored.

    Whoever still works at it will find that its intent's id cannot be stored any more, and
    confirms nothing.
    """
    if pledge.updated_at <= now - HOLD_FOR:
        await _abandon(pledge, sources={PledgeState.HELD}, note="no payment", now=now)


@db.transactional
async def _abandon(
    pledge: PledgeRow, *, sources: Set[PledgeState], note: str, now: datetime
) -> None:
    await lock_funding(pledge.item_id)
    if await move(pledge.id, sources=sources, to=PledgeState.ABANDONED, now=now, note=note):
        await release(pledge, now=now)


def _is_left_behind(pledge: PledgeRow, intent: Intent, now: datetime) -> bool:
    if pledge.state not in IN_FLIGHT or intent.status not in _CANCELABLE:
        return False
    age = now - pledge.updated_at
    if intent.status is IntentStatus.REQUIRES_ACTION:
        return age >= ACTION_FOR
    if pledge.state is PledgeState.REQUIRES_ACTION:
        return True  # 3-D Secure failed: nobody may try another card with the same secret.
    return age >= QUIET_FOR
