"""Gifts that an operator buys with what was paid for reserved items. Only the giver's side changes.

Whoever buys says so first, and then pays the shop: from that moment on nothing that the owner
removes gives the money back. A gift that was removed before is refused, so it is not bought.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from wishcore import db, lists
from wishcore.errors import Conflict
from wishcore.money import Money

LIMIT_DEFAULT: Final = 50


class GiftNotReserved(Conflict):
    """Nobody may buy it: not all of it is paid, or its owner removed it."""

    code = "gift_not_reserved"
    title = "This gift cannot be bought now"


class GiftBoughtAlready(Conflict):
    """Somebody said so before: whoever hears this does not buy it a second time."""

    code = "gift_bought_already"
    title = "This gift was bought before"


class GiftNotBought(Conflict):
    """It was not bought, so it cannot be returned."""

    code = "gift_not_bought"
    title = "This gift was not bought"


class Gift(msgspec.Struct, frozen=True, kw_only=True):
    """A reserved item: what is wished for, and what there is to buy it with."""

    item_id: UUID
    list_id: UUID
    title: str
    url: str
    price: Money
    """Of one piece, as the owner asks for now."""
    quantity: int
    target: Money
    """The whole price when the item was reserved."""
    paid: Money
    """What of it was paid, and is not with a bank that took it, for a while or for good."""
    deadline: datetime
    bought_at: datetime | None


_GIFT: Final = """
    SELECT item.id AS item_id, item.list_id, item.title, item.url, item.price_minor, item.quantity,
           wish_list.currency, funding.target_minor, wish_list.deadline, funding.bought_at,
           -- The funding counts what is disputed, and the whole of what was lost in part.
           CAST(funding.paid_minor - COALESCE((
               SELECT SUM(CASE WHEN taken.amount_minor > taken.paid_minor THEN taken.paid_minor
                          ELSE taken.amount_minor END)
               FROM (
                   SELECT pledge.amount_minor AS paid_minor,
                          SUM(ledger_entry.amount_minor) AS amount_minor
                   FROM pledge JOIN ledger_entry ON ledger_entry.subject_id = pledge.id
                   WHERE pledge.item_id = funding.item_id AND pledge.refund_reason IS NULL
                     AND pledge.state IN ('paid', 'disputed')
                     AND ledger_entry.account = 'disputes'
                     AND ledger_entry.movement LIKE 'dispute:%'
                   GROUP BY pledge.id, pledge.amount_minor
               ) AS taken
           ), 0) AS BIGINT) AS paid_minor
    FROM funding JOIN item ON item.id = funding.item_id
    JOIN wish_list ON wish_list.id = funding.list_id
"""


async def gifts_to_buy(*, limit: int = LIMIT_DEFAULT) -> list[Gift]:
    """Return gifts that are reserved, still wished for and not bought, the first deadline first."""
    rows = await db.rows(
        _GIFT
        + """
        WHERE funding.state = 'reserved' AND funding.bought_at IS NULL
          AND item.withdrawn_at IS NULL AND wish_list.deleted_at IS NULL
        ORDER BY wish_list.deadline, item.id LIMIT :limit
        """,
        limit=limit,
    )
    return [_gift(row) for row in rows]


async def gifts_bought(*, limit: int = LIMIT_DEFAULT) -> list[Gift]:
    """Return gifts that were bought, also if their owners removed them since, the newest first."""
    rows = await db.rows(
        _GIFT
        + """
        WHERE funding.state = 'reserved' AND funding.bought_at IS NOT NULL
        ORDER BY funding.bought_at DESC, item.id LIMIT :limit
        """,
        limit=limit,
    )
    return [_gift(row) for row in rows]


@db.transactional
async def mark_bought(item_id: UUID, *, now: datetime) -> Gift:
    """Note that a gift is being bought: its pledges stay, whatever its owner removes from now on.

    Of two who say so one is refused: each would pay the shop.

    Raises:
        ItemNotFound: there never was one.
        GiftNotReserved, GiftBoughtAlready: do not buy it; nothing is changed.
    """
    marked = await db.change(
        """
        UPDATE funding SET bought_at = :now, updated_at = :now
        WHERE item_id = :item AND state = 'reserved' AND bought_at IS NULL AND EXISTS (
            SELECT 1 FROM item JOIN wish_list ON wish_list.id = item.list_id
            WHERE item.id = :item AND item.withdrawn_at IS NULL AND wish_list.deleted_at IS NULL)
        RETURNING item_id
        """,
        item=item_id,
        now=now,
    )
    gift = await _find(item_id)
    if not marked:
        await _require_item(item_id)
        if gift is not None and gift.bought_at is not None:
            raise GiftBoughtAlready(f"Since {gift.bought_at:%Y-%m-%d %H:%M:%SZ}: do not buy it")
        raise GiftNotReserved("Not all of it is paid, or its owner removed it: do not buy it")
    assert gift is not None, "It was marked."
    return gift


@db.transactional
async def mark_returned(item_id: UUID, *, now: datetime) -> Gift:
    """Note that a gift was not bought after all, or is back in its shop.

    It is reserved as before: if its owner removed it meanwhile, the jobs give its pledges back.

    Raises:
        ItemNotFound: there never was one.
        GiftNotBought: nothing is changed.
    """
    returned = await db.change(
        """
        UPDATE funding SET bought_at = NULL, updated_at = :now
        WHERE item_id = :item AND bought_at IS NOT NULL RETURNING item_id
        """,
        item=item_id,
        now=now,
    )
    gift = await _find(item_id)
    if not returned or gift is None:
        await _require_item(item_id)
        raise GiftNotBought
    return gift


async def _find(item_id: UUID) -> Gift | None:
    rows = await db.rows(_GIFT + "WHERE funding.item_id = :item", item=item_id)
    return _gift(rows[0]) if rows else None


def _gift(row: Mapping[str, object]) -> Gift:
    return db.with_money(Gift, row, "price", "target", "paid")


async def _require_item(item_id: UUID) -> None:
    if not await db.rows("SELECT id FROM item WHERE id = :item", item=item_id):
        raise lists.ItemNotFound
