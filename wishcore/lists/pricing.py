"""What the price catalogue means for items: which products are wanted, and whose price follows.

Nothing here looks at the giver's side. Reserved items are treated as all others are: a price that
stopped moving would tell the owner.
"""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec

from wishcore import db
from wishcore.ids import new_id
from wishcore.lists.content import BadPrice, checked_price
from wishcore.money import Money
from wishcore.prices.asin import AmazonProduct
from wishcore.prices.catalogue import Availability, Offer

BATCH: Final = 500
FOLLOW_AGAIN: Final = timedelta(days=1)

_ACTIVE: Final = """
    item.withdrawn_at IS NULL AND wish_list.deleted_at IS NULL
    AND wish_list.state = 'active' AND wish_list.deadline > :now
"""


class ShortLink(msgspec.Struct, frozen=True, kw_only=True):
    """An item whose link leads to a product by a redirect only."""

    id: UUID
    url: str


class _Priced(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    list_id: UUID
    quantity: int
    currency: str


@db.transactional
async def note_wanted_products(*, now: datetime) -> int:
    """Give every product of an active list a row to be asked for, and drop what nobody wants."""
    await db.change(
        f"""
        DELETE FROM product_quote WHERE checked_at IS NULL AND NOT EXISTS (
            SELECT 1 FROM item JOIN wish_list ON wish_list.id = item.list_id
            WHERE item.marketplace = product_quote.marketplace
              AND item.asin = product_quote.asin AND {_ACTIVE}
        ) AND (asked_at IS NULL OR asked_at <= :old) RETURNING id
        """,  # noqa: S608 - our own words
        now=now,
        old=now - timedelta(days=1),
    )
    noted = 0
    while rows := await db.rows(
        f"""
        SELECT DISTINCT item.marketplace, item.asin FROM item
        JOIN wish_list ON wish_list.id = item.list_id
        WHERE item.asin IS NOT NULL AND {_ACTIVE} AND NOT EXISTS (
            SELECT 1 FROM product_quote WHERE product_quote.marketplace = item.marketplace
            AND product_quote.asin = item.asin)
        ORDER BY item.marketplace, item.asin LIMIT :limit
        """,  # noqa: S608 - our own words
        now=now,
        limit=BATCH,
    ):
        for row in rows:
            noted += await _note(AmazonProduct(str(row["marketplace"]), str(row["asin"])), now)
    return noted


async def _note(product: AmazonProduct, now: datetime) -> int:
    return await db.change(
        """
        INSERT INTO product_quote (id, created_at, updated_at, marketplace, asin)
        VALUES (:id, :now, :now, :marketplace, :asin)
        ON CONFLICT (marketplace, asin) DO NOTHING RETURNING id
        """,
        id=new_id(),
        now=now,
        marketplace=product.marketplace,
        asin=product.asin,
    )


async def follow_offer(offer: Offer, *, now: datetime) -> int:
    """Give the offer's price to the items that follow it; return how many changed.

    Left as they are: prices of their owners, lists in another currency, and everything if the
    offer has no price or nobody knows whether it can be bought.
    """
    if offer.price is None or offer.availability is Availability.UNKNOWN:
        return 0
    items = await db.fetch_all(
        _Priced,
        f"""
        SELECT item.id, item.list_id, item.quantity, wish_list.currency FROM item
        JOIN wish_list ON wish_list.id = item.list_id
        WHERE item.marketplace = :marketplace AND item.asin = :asin
          AND item.price_source = 'amazon' AND item.price_minor <> :price
          AND wish_list.currency = :currency AND {_ACTIVE}
        ORDER BY item.id
        """,  # noqa: S608 - our own words
        marketplace=offer.product.marketplace,
        asin=offer.product.asin,
        price=offer.price.amount_minor,
        currency=offer.price.currency,
        now=now,
    )
    changed = 0
    for item in items:
        if _may_cost(offer.price, item):
            changed += await _set_price(item, offer, offer.price, now)
    return changed


def _may_cost(price: Money, item: _Priced) -> bool:
    try:
        checked_price(price, quantity=item.quantity, currency=item.currency)
    except BadPrice:
        return False
    return True


@db.transactional
async def _set_price(item: _Priced, offer: Offer, price: Money, now: datetime) -> int:
    # The same lock as the owner's edits take, which read the item and write it back.
    await db.rows("SELECT id FROM wish_list WHERE id = :id FOR UPDATE", id=item.list_id)
    return await db.change(
        """
        UPDATE item SET price_minor = :price, updated_at = :now
        WHERE id = :id AND list_id = :list AND price_source = 'amazon' AND withdrawn_at IS NULL
          AND marketplace = :marketplace AND asin = :asin AND quantity = :quantity
        RETURNING id
        """,
        id=item.id,
        list=item.list_id,
        price=price.amount_minor,
        now=now,
        marketplace=offer.product.marketplace,
        asin=offer.product.asin,
        quantity=item.quantity,
    )


@db.transactional
async def claim_short_links(*, now: datetime, limit: int) -> list[ShortLink]:
    """Take some items whose short link is to be followed; nobody else gets them for a day."""
    rows = await db.rows(
        f"""
        UPDATE item SET link_due_at = :again WHERE id IN (
            SELECT item.id FROM item WHERE item.link_due_at <= :now AND EXISTS (
                SELECT 1 FROM wish_list WHERE wish_list.id = item.list_id AND {_ACTIVE})
            ORDER BY item.link_due_at, item.id LIMIT :limit FOR UPDATE SKIP LOCKED
        ) AND link_due_at <= :now RETURNING id, url
        """,  # noqa: S608 - our own words
        now=now,
        again=now + FOLLOW_AGAIN,
        limit=limit,
    )
    return [msgspec.convert(row, ShortLink, strict=False) for row in rows]


@db.transactional
async def set_product(link: ShortLink, product: AmazonProduct | None) -> bool:
    """Write down where an item's short link leads to, or that it leads nowhere."""
    return bool(
        await db.change(
            """
            UPDATE item SET marketplace = :marketplace, asin = :asin, link_due_at = NULL
            WHERE id = :id AND url = :url RETURNING id
            """,
            id=link.id,
            url=link.url,
            marketplace=product.marketplace if product is not None else None,
            asin=product.asin if product is not None else None,
        )
    )
