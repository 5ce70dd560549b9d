"""Keep prices and availability fresh: from Amazon to every item of an active list.

The sync finds its work by state, takes no more than what is due, and may run twice at once, or be
killed: no product is asked for twice in one round.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import msgspec

from wishcore import db, prices
from wishcore.closing import Progress
from wishcore.errors import invalid
from wishcore.lists import BadPrice, PriceSource
from wishcore.lists.pricing import (
    claim_short_links,
    follow_offer,
    note_wanted_products,
    set_product,
)
from wishcore.money import Money
from wishcore.prices import (
    AmazonProduct,
    Availability,
    CatalogueClosed,
    CatalogueUnavailable,
    LinkPreview,
    Offer,
    PriceCatalogue,
    Web,
)

FAILURES_MAX: Final = 3
"""After so many requests without an answer the rest keeps until the next run."""
LINKS_AT_ONCE: Final = 10


class PriceNeeded(BadPrice):
    """No price was given, and none can be had from the link."""

    code = "price_needed"
    title = "Type a price: the link gives none at present"


class Synced(msgspec.Struct, frozen=True, kw_only=True):
    """What the sync did."""

    products_checked: int
    prices_changed: int
    links_followed: int
    quotes_expired: int
    unanswered: int


class _Tally(msgspec.Struct, kw_only=True):
    checked: int = 0
    changed: int = 0
    unanswered: int = 0


async def due_products(*, now: datetime) -> int:
    """Return how many products of active lists are to be asked for."""
    counted = await db.rows(
        """
        SELECT COUNT(*) AS due FROM (
            SELECT DISTINCT item.marketplace, item.asin FROM item
            JOIN wish_list ON wish_list.id = item.list_id
            LEFT JOIN product_quote ON product_quote.marketplace = item.marketplace
              AND product_quote.asin = item.asin
            WHERE item.asin IS NOT NULL AND item.withdrawn_at IS NULL
              AND wish_list.deleted_at IS NULL AND wish_list.state = 'active'
              AND wish_list.deadline > :now
              AND (product_quote.asked_at IS NULL OR product_quote.asked_at <= :before)
        ) AS wanted
        """,
        now=now,
        before=now - prices.ROUND,
    )
    return int(counted[0]["due"])


async def sync_prices(
    *,
    catalogue: PriceCatalogue,
    web: Web,
    clock: Callable[[], datetime],
    progress: Progress,
    seconds_max: float | None = None,
) -> Synced:
    """Ask for every product that is due, the longest not asked for first, and follow its price.

    With a limit of time the rest keeps until the next run. Without any credential only what was
    said a day ago is forgotten.
    """
    began_at = clock()
    run = _Run(
        catalogue=catalogue,
        clock=clock,
        progress=progress,
        began_at=began_at,
        until=began_at + timedelta(seconds=seconds_max) if seconds_max is not None else None,
    )
    expired = await prices.expire_quotes(now=began_at)
    followed = 0
    tallies: list[_Tally] = []
    if catalogue.marketplaces:
        followed = await run.follow_links(web)
        await note_wanted_products(now=began_at)
        tallies = await asyncio.gather(
            *(run.sync_marketplace(marketplace) for marketplace in sorted(catalogue.marketplaces))
        )
    return Synced(
        products_checked=sum(tally.checked for tally in tallies),
        prices_changed=sum(tally.changed for tally in tallies),
        links_followed=followed,
        quotes_expired=expired,
        unanswered=sum(tally.unanswered for tally in tallies),
    )


async def first_price(
    url: str,
    *,
    source: PriceSource | None,
    currency: str,
    catalogue: PriceCatalogue,
    web: Web,
) -> tuple[Money, str]:
    """Return the present price behind a link, and the link: a short one is followed.

    Raises:
        PriceNeeded: the link is not Amazon's, Amazon tells no price in this currency now, or the
            price is to be its owner's.
    """
    if source is PriceSource.MANUAL:
        raise _price_needed()
    try:
        product = await prices.find_product(url, web=web)
    except prices.PageUnreadable:
        raise _price_needed() from None
    offer = await _find_offer(product, catalogue) if product is not None else None
    if product is None or offer is None or offer.availability is Availability.UNKNOWN:
        raise _price_needed()
    if offer.price is None or offer.price.currency != currency:
        raise _price_needed()
    is_short = prices.find_asin(url) is None
    return offer.price, prices.product_url(product) if is_short else url


async def preview_link(
    url: str, *, catalogue: PriceCatalogue, web: Web
) -> tuple[LinkPreview, AmazonProduct | None]:
    """Return what is known of the product behind a link, and Amazon's id of it.

    Amazon's own pages are not read: its terms forbid it.

    Raises:
        PageUnreadable: the page could not be read.
    """
    if not prices.is_amazon(url):
        return await prices.preview_page(url, web=web), None
    product = await prices.find_product(url, web=web)
    if product is None:
        raise prices.PageUnreadable
    offer = await _find_offer(product, catalogue)
    return LinkPreview(
        url=prices.product_url(product),
        title=(offer.title or None) if offer is not None else None,
        price=offer.price if offer is not None else None,
        image_url=(offer.image_url or None) if offer is not None else None,
    ), product


async def _find_offer(product: AmazonProduct, catalogue: PriceCatalogue) -> Offer | None:
    try:
        offers = await catalogue.offers(product.marketplace, [product.asin])
    except (prices.NotServed, CatalogueClosed, CatalogueUnavailable):
        return None
    return offers.get(product.asin)


def _price_needed() -> PriceNeeded:
    return PriceNeeded(faults=invalid("/price", PriceNeeded.title).faults)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """One run of the sync, and what it needs."""

    catalogue: PriceCatalogue
    clock: Callable[[], datetime]
    progress: Progress
    began_at: datetime
    until: datetime | None

    @property
    def has_time(self) -> bool:
        return self.until is None or self.clock() < self.until

    async def sync_marketplace(self, marketplace: str) -> _Tally:
        """Ask for what is due in one marketplace, ten products at a time."""
        tally = _Tally()
        failures = 0
        while failures < FAILURES_MAX and self.has_time:
            asked_at = self.clock()
            products = await prices.claim_products(
                marketplace, now=asked_at, round_began_at=self.began_at
            )
            if not products:
                break
            try:
                await self._check(products, asked_at, tally)
            except (CatalogueClosed, CatalogueUnavailable) as error:
                await prices.return_products(products, now=asked_at)
                tally.unanswered += len(products)
                # A closed one has said until when: nothing else is to be learned by asking.
                failures += FAILURES_MAX if isinstance(error, CatalogueClosed) else 1
        return tally

    async def _check(
        self, products: list[AmazonProduct], asked_at: datetime, tally: _Tally
    ) -> None:
        marketplace = products[0].marketplace
        offers = await self.catalogue.offers(marketplace, [each.asin for each in products])
        await prices.record_offers(products, offers, now=asked_at)
        for offer in offers.values():
            tally.changed += await follow_offer(offer, now=asked_at)
        tally.checked += len(products)
        self.progress(len(products))

    async def follow_links(self, web: Web) -> int:
        """Find the products behind short links."""
        followed = 0
        while self.has_time:
            links = await claim_short_links(now=self.clock(), limit=LINKS_AT_ONCE)
            for link in links:
                try:
                    product = await prices.find_product(link.url, web=web)
                except prices.PageUnreadable:
                    continue  # It is tried again tomorrow.
                followed += await set_product(link, product)
            if len(links) < LINKS_AT_ONCE:
                break
        return followed
