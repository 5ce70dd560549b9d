"""What the clock and the owners decided, brought to the giver's side. Found by state.

An owner's request never touches the giver's side, and a deadline passes without anybody's doing.
These jobs find what that means: lists to close, items to decide, removed items whose pledges go
back, prices that changed. Each may run twice, or twice at once, or be killed anywhere.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Final, Protocol
from uuid import UUID

import msgspec

from wishcore import db, lists
from wishcore.bugs import Bugs
from wishcore.errors import Conflict
from wishcore.pledges.models import FUNDING_MOVES, IN_FLIGHT, FundingState, PledgeState
from wishcore.pledges.policy import outcome_at_deadline, refund_reason
from wishcore.pledges.steps import (
    PLEDGE,
    PledgeRow,
    in_states,
    lock_funding,
    plan_refund,
    shift,
)
from wishcore.states import check_move

BATCH: Final = 200


class ListClosedAlready(Conflict):
    """The list takes no pledges any more: it was closed before, or its deadline has passed."""

    code = "list_closed_already"
    title = "The list is inactive already"


class Progress(Protocol):
    """Hears of each thing that is done."""

    def __call__(self, done: int = 1) -> None:
        """Count it."""
        ...


class _Standing(msgspec.Struct, frozen=True, kw_only=True):
    held_minor: int
    paid_minor: int
    state: FundingState
    price_minor: int
    in_flight: int


@db.transactional
async def close_due_lists(*, now: datetime, limit: int = BATCH) -> int:
    """Make some lists inactive whose deadline has passed; return how many.

    `updated_at` stays: the owner did nothing, and when this job ran must not show.
    """
    return await db.change(
        """
        WITH due AS MATERIALIZED (  -- else PostgreSQL may choose, and so limit, several times
            SELECT id FROM wish_list WHERE state = 'active' AND deadline <= :now
            ORDER BY deadline, id LIMIT :limit FOR UPDATE SKIP LOCKED
        )
        UPDATE wish_list SET state = 'inactive'
        WHERE id IN (SELECT id FROM due) AND state = 'active' RETURNING id
        """,
        now=now,
        limit=limit,
    )


@db.transactional
async def close_list(list_id: UUID, *, now: datetime) -> None:
    """Make one active list inactive before its deadline, which stays; an operator decided so.

    The jobs then do what they do for every inactive list: what is not fully paid goes back.

    Raises:
        ListNotFound: there is none, or it was deleted.
        ListClosedAlready: nothing is changed.
    """
    closed = await db.change(
        """
        UPDATE wish_list SET state = 'inactive'
        WHERE id = :id AND state = 'active' AND deadline > :now AND deleted_at IS NULL RETURNING id
        """,
        id=list_id,
        now=now,
    )
    if closed:
        return
    if await db.rows("SELECT id FROM wish_list WHERE id = :id AND deleted_at IS NULL", id=list_id):
        raise ListClosedAlready
    raise lists.ListNotFound


async def decide_items(*, now: datetime, progress: Progress) -> int:
    """Decide the items of inactive lists, and plan the refunds of those not fully funded.

    An item whose payment is still in progress waits for its end. Returns how many were decided.
    """
    return await _for_each_item(
        """
        SELECT funding.item_id FROM funding JOIN wish_list ON wish_list.id = funding.list_id
        WHERE funding.state IN ('open', 'closing') AND wish_list.state = 'inactive'
          AND funding.item_id > :after
        ORDER BY funding.item_id LIMIT :limit
        """,
        lambda item_id: _decide_item(item_id, now),
        progress,
    )


async def follow_withdrawals(*, now: datetime, progress: Progress) -> int:
    """Plan the refunds of items that their owners removed, alone or with their list.

    Of a gift that was bought nothing goes back.
    """
    return await _for_each_item(
        """
        SELECT funding.item_id FROM funding
        JOIN item ON item.id = funding.item_id
        JOIN wish_list ON wish_list.id = funding.list_id
        WHERE funding.state IN ('open', 'closing', 'reserved') AND funding.bought_at IS NULL
          AND (item.withdrawn_at IS NOT NULL OR wish_list.deleted_at IS NOT NULL)
          AND funding.item_id > :after
        ORDER BY funding.item_id LIMIT :limit
        """,
        lambda item_id: _withdraw_item(item_id, now),
        progress,
    )


async def follow_prices(*, now: datetime, progress: Progress) -> int:
    """Let targets follow the owners' prices; an item whose price fell to what is paid is reserved.

    Returns how many targets changed. What is already reserved keeps its target.
    """
    return await _for_each_item(
        """
        SELECT funding.item_id FROM funding JOIN item ON item.id = funding.item_id
        WHERE funding.state = 'open' AND funding.item_id > :after
          AND funding.target_minor <> CASE
              WHEN item.price_minor * item.quantity > funding.held_minor
              THEN item.price_minor * item.quantity ELSE funding.held_minor END
        ORDER BY funding.item_id LIMIT :limit
        """,
        lambda item_id: _follow_price(item_id, now),
        progress,
    )


async def _for_each_item(
    sql: str, do: Callable[[UUID], Awaitable[bool]], progress: Progress
) -> int:
    done, after, bugs = 0, UUID(int=0), Bugs()
    while True:
        rows = await db.rows(sql, after=after, limit=BATCH)
        for row in rows:
            after = UUID(str(row["item_id"]))
            with bugs.of(after):
                if await do(after):
                    done += 1
                    progress()
        if len(rows) < BATCH:
            break
    bugs.raise_if_any()
    return done


@db.transactional
async def _decide_item(item_id: UUID, now: datetime) -> bool:
    # A statement of its own: what is read afterwards includes whoever held the lock before.
    await lock_funding(item_id)
    standing = await _standing(item_id)
    if standing.state not in {FundingState.OPEN, FundingState.CLOSING}:
        return False
    outcome = outcome_at_deadline(
        price_minor=standing.price_minor,
        held_minor=standing.held_minor,
        paid_minor=standing.paid_minor,
        in_flight=standing.in_flight,
    )
    if standing.state is FundingState.OPEN:
        await _set_state(item_id, FundingState.OPEN, FundingState.CLOSING, now)
    if outcome is FundingState.RESERVED:
        return await shift(item_id, now=now) is FundingState.RESERVED
    if outcome is FundingState.UNFUNDED:
        await _set_state(item_id, FundingState.CLOSING, FundingState.UNFUNDED, now)
        await _plan_refunds(item_id, FundingState.UNFUNDED, now)
        return True
    return False


@db.transactional
async def _withdraw_item(item_id: UUID, now: datetime) -> bool:
    state = await lock_funding(item_id)
    if FundingState.WITHDRAWN not in FUNDING_MOVES[state] or await _is_bought(item_id):
        return False
    await _set_state(item_id, state, FundingState.WITHDRAWN, now)
    await _plan_refunds(item_id, FundingState.WITHDRAWN, now)
    return True


async def _is_bought(item_id: UUID) -> bool:
    # It may have been bought since it was found.
    return bool(
        await db.rows(
            "SELECT item_id FROM funding WHERE item_id = :item AND bought_at IS NOT NULL",
            item=item_id,
        )
    )


@db.transactional
async def _follow_price(item_id: UUID, now: datetime) -> bool:
    await lock_funding(item_id)
    await shift(item_id, now=now)
    return True


async def _standing(item_id: UUID) -> _Standing:
    standing = await db.fetch_one(
        _Standing,
        f"""
        SELECT funding.held_minor, funding.paid_minor, funding.state,
               item.price_minor * item.quantity AS price_minor,
               (SELECT COUNT(*) FROM pledge WHERE pledge.item_id = funding.item_id
                AND pledge.state IN {in_states(IN_FLIGHT)}) AS in_flight
        FROM funding JOIN item ON item.id = funding.item_id WHERE funding.item_id = :item
        """,  # noqa: S608 - our own words
        item=item_id,
    )
    assert standing is not None, "It was locked."
    return standing


async def _set_state(
    item_id: UUID, before: FundingState, after: FundingState, now: datetime
) -> None:
    check_move(FUNDING_MOVES, before, after)
    changed = await db.change(
        """
        UPDATE funding SET state = :after, updated_at = :now
        WHERE item_id = :item AND state = :before RETURNING item_id
        """,
        item=item_id,
        before=before,
        after=after,
        now=now,
    )
    assert changed == 1, "The funding is locked."


async def _plan_refunds(item_id: UUID, state: FundingState, now: datetime) -> None:
    reason = refund_reason(state)
    assert reason is not None, "Only decided items give pledges back."
    pledges = await db.fetch_all(
        PledgeRow, PLEDGE + "WHERE item_id = :item AND state IN ('paid', 'disputed')", item=item_id
    )
    for pledge in pledges:
        if pledge.state is PledgeState.PAID:
            await plan_refund(pledge, reason=reason, now=now)
        elif pledge.refund_reason is None:
            # The bank decides first; if the dispute is won, the pledge goes back then.
            await db.change(
                "UPDATE pledge SET refund_reason = :reason WHERE id = :id RETURNING id",
                id=pledge.id,
                reason=reason,
            )
            await shift(item_id, paid_minor=-pledge.amount_minor, now=now)
