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
from wishcore.prices.catalogue import BATCH_MAX

BATCH: Final = 500
FOLLOW_AGAIN: Final = timedelta(days=1)

_ACTIVE: Final = """
    item.withdrawn_at IS NULL AND wish_list.deleted_at IS NULL
    AND wish_list.state = 'active' AND wish_list.deadline > :now
"""


_WANTED: Final = f"""
    EXISTS (
        SELECT 1 FROM item JOIN wish_list ON wish_list.id = item.list_id
        WHERE item.marketplace = product_quote.marketplace
          AND item.asin = product_quote.asin AND {_ACTIVE}
    )
"""  # noqa: S608 - our own words


class ShortLink(msgspec.Struct, frozen=True, kw_only=True):
    """An item whose link leads to a product by a redirect only."""

    id: UUID
    list_id: UUID
    url: str


class _Priced(msgspec.Struct, frozen=True, kw_only=True):
    """An item whose price is another one than its product's."""

    id: UUID
    list_id: UUID
    marketplace: str
    asin: str
    quantity: int
    currency: str
    price_minor: int
    """The product's."""


@db.transactional
async def note_wanted_products(*, now: datetime) -> int:
    """Give every product of an active list a row to be asked for, and drop what nobody wants."""
    await db.change(
        f"""
        DELETE FROM product_quote WHERE checked_at IS NULL AND NOT {_WANTED}
          AND (asked_at IS NULL OR asked_at <= :old) RETURNING id
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


async def wanted_products(*, now: datetime) -> dict[str, int]:
    """Return how many products of each marketplace are wanted on active lists."""
    rows = await db.rows(
        f"""
        SELECT marketplace, COUNT(*) AS products FROM (
            SELECT DISTINCT item.marketplace, item.asin FROM item
            JOIN wish_list ON wish_list.id = item.list_id WHERE item.asin IS NOT NULL AND {_ACTIVE}
        ) AS wanted GROUP BY marketplace
        """,  # noqa: S608 - our own words
        now=now,
    )
    return {str(row["marketplace"]): int(row["products"]) for row in rows}


async def due_products(marketplace: str, *, now: datetime, before: datetime) -> int:
    """Return how many wanted products of a marketplace were not asked for since a moment."""
    rows = await db.rows(
        f"""
        SELECT COUNT(DISTINCT item.asin) AS due FROM item
        JOIN wish_list ON wish_list.id = item.list_id
        LEFT JOIN product_quote ON product_quote.marketplace = item.marketplace
          AND product_quote.asin = item.asin
        WHERE item.marketplace = :marketplace AND {_ACTIVE}
          AND (product_quote.asked_at IS NULL OR product_quote.asked_at <= :before)
        """,  # noqa: S608 - our own words
        marketplace=marketplace,
        now=now,
        before=before,
    )
    return int(rows[0]["due"])


@db.transactional
async def claim_products(
    marketplace: str, *, now: datetime, before: datetime
) -> list[AmazonProduct]:
    """Take up to ten wanted products that were not asked for since a moment, the oldest first.

    Nobody else gets them in this round, also if the caller is killed before it asks.
    """
    # Chosen once: PostgreSQL may run a subquery for each row, and then the limit is none.
    claimed = await db.rows(
        f"""
        WITH due AS MATERIALIZED (
            SELECT id FROM product_quote WHERE marketplace = :marketplace
            AND (asked_at IS NULL OR asked_at <= :before) AND {_WANTED}
            ORDER BY asked_at IS NOT NULL, asked_at, id LIMIT :limit FOR UPDATE SKIP LOCKED
        )
        UPDATE product_quote SET asked_at = :asked_at WHERE id IN (SELECT id FROM due)
          AND (asked_at IS NULL OR asked_at <= :before) RETURNING asin
        """,  # noqa: S608 - our own words
        marketplace=marketplace,
        asked_at=now,
        now=now,
        before=before,
        limit=BATCH_MAX,
    )
    return [AmazonProduct(marketplace, str(row["asin"])) for row in claimed]


async def follow_quotes(*, now: datetime, checked_at: datetime | None = None) -> int:
    """Give what is known of products to the items that follow them; return how many changed.

    By state: also what a run recorded that was killed then, and items that follow since; or only
    what was recorded at one moment.

    Left as they are: prices of their owners, lists in another currency, and everything if there is
    no price or nobody knows whether the product can be bought.
    """
    changed, after = 0, UUID(int=0)
    which = "" if checked_at is None else "AND product_quote.checked_at = :checked_at"
    while True:
        items = await db.fetch_all(
            _Priced,
            f"""
            SELECT item.id, item.list_id, item.marketplace, item.asin, item.quantity,
                   wish_list.currency, product_quote.price_minor
            FROM product_quote JOIN item ON item.marketplace = product_quote.marketplace
              AND item.asin = product_quote.asin
            JOIN wish_list ON wish_list.id = item.list_id
            WHERE product_quote.expires_at > :now {which}
              AND product_quote.availability <> 'unknown'
              AND item.price_source = 'amazon' AND item.price_minor <> product_quote.price_minor
              AND wish_list.currency = product_quote.currency AND {_ACTIVE} AND item.id > :after
            ORDER BY item.id LIMIT :limit
            """,  # noqa: S608 - our own words
            now=now,
            checked_at=checked_at,
            after=after,
            limit=BATCH,
        )
        for item in items:
            if _may_cost(item):
                changed += await _set_price(item, now)
        if len(items) < BATCH:
            return changed
        after = items[-1].id


def _may_cost(item: _Priced) -> bool:
    price = Money(item.price_minor, item.currency)
    try:
        checked_price(price, quantity=item.quantity, currency=item.currency)
    except BadPrice:
        return False
    return True


@db.transactional
async def _set_price(item: _Priced, now: datetime) -> int:
    # The same lock as the owner's edits take, which read the item and write it back.
    await db.rows("SELECT id FROM wish_list WHERE id = :id FOR UPDATE", id=item.list_id)
    return await db.change(
        """
        UPDATE item SET price_minor = :price, updated_at = :now
        WHERE id = :id AND list_id = :list AND price_source = 'amazon' AND withdrawn_at IS NULL
          AND marketplace = :marketplace AND asin = :asin AND quantity = :quantity
          AND price_minor <> :price
        RETURNING id
        """,
        id=item.id,
        list=item.list_id,
        price=item.price_minor,
        now=now,
        marketplace=item.marketplace,
        asin=item.asin,
        quantity=item.quantity,
    )


@db.transactional
async def claim_short_links(*, now: datetime, limit: int) -> list[ShortLink]:
    """Take some items whose short link is to be followed; nobody else gets them for a day."""
    rows = await db.rows(
        f"""
        WITH due AS MATERIALIZED (
            SELECT item.id FROM item WHERE item.link_due_at <= :now AND EXISTS (
                SELECT 1 FROM wish_list WHERE wish_list.id = item.list_id AND {_ACTIVE})
            ORDER BY item.link_due_at, item.id LIMIT :limit FOR UPDATE SKIP LOCKED
        )
        UPDATE item SET link_due_at = :again WHERE id IN (SELECT id FROM due)
          AND link_due_at <= :now RETURNING id, list_id, url
        """,  # noqa: S608 - our own words
        now=now,
        again=now + FOLLOW_AGAIN,
        limit=limit,
    )
    return [msgspec.convert(row, ShortLink, strict=False) for row in rows]


@db.transactional
async def set_product(link: ShortLink, product: AmazonProduct | None) -> bool:
    """Write down where an item's short link leads to, or that it leads nowhere."""
    await db.rows("SELECT id FROM wish_list WHERE id = :id FOR UPDATE", id=link.list_id)
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
