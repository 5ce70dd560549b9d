"""Quotes: what the catalogue said of products, for a day.

Every product has a row that says when it was last asked for. Whoever asks claims the rows first
(`wishcore.lists.pricing`, which knows what is wanted), so that no product is asked for twice in a
round, by however many processes, and whatever is killed.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from wishcore import db
from wishcore.prices.asin import AmazonProduct
from wishcore.prices.catalogue import Availability, Offer

ROUND: Final = timedelta(hours=1)
"""How long a product that was asked for is not asked for again, at least."""
RETRY: Final = timedelta(minutes=10)
"""How long one is left alone when nobody answered."""
KEPT: Final = timedelta(hours=24)
"""How long Amazon's licence allows to keep what it says of a product."""

_EMPTY: Final = """
    checked_at = NULL, expires_at = NULL, availability = NULL, price_minor = NULL,
    currency = NULL, quantity_max = NULL, page_url = NULL
"""


@db.transactional
async def expire_quotes(*, now: datetime) -> int:
    """Forget what was said a day ago; return of how many products."""
    return await db.change(
        f"UPDATE product_quote SET {_EMPTY} WHERE expires_at <= :now RETURNING id",  # noqa: S608
        now=now,
    )


@db.transactional
async def return_products(products: Sequence[AmazonProduct], *, asked_at: datetime) -> None:
    """Let products count as asked for at another time: nobody answered."""
    for product in products:
        await db.change(
            """
            UPDATE product_quote SET asked_at = :at
            WHERE marketplace = :marketplace AND asin = :asin RETURNING id
            """,
            at=asked_at,
            marketplace=product.marketplace,
            asin=product.asin,
        )


@db.transactional
async def record_offers(
    products: Sequence[AmazonProduct], offers: Mapping[str, Offer], *, now: datetime
) -> None:
    """Keep for a day what was answered; a product without an answer is `unknown`."""
    for product in sorted(products):
        offer = offers.get(product.asin)
        price = offer.price if offer is not None else None
        await db.change(
            """
            UPDATE product_quote
            SET checked_at = :now, expires_at = :end, updated_at = :now,
                availability = :availability, price_minor = :price, currency = :currency,
                quantity_max = :quantity, page_url = :page
            WHERE marketplace = :marketplace AND asin = :asin RETURNING id
            """,
            now=now,
            end=now + KEPT,
            availability=offer.availability if offer is not None else Availability.UNKNOWN,
            price=price.amount_minor if price is not None else None,
            currency=price.currency if price is not None else None,
            quantity=offer.quantity_max if offer is not None else None,
            page=(offer.page_url or None) if offer is not None else None,
            marketplace=product.marketplace,
            asin=product.asin,
        )
