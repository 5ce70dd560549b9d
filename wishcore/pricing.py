"""Keep prices and availability fresh: from Amazon to every item of an active list.

The sync finds its work by state, takes no more than what is due, and may run twice at once, or be
killed: no product is asked for twice in one round, which is an hour, or longer where there are more
products than an hour's requests.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

import msgspec

from wishcore import prices
from wishcore.closing import Progress
from wishcore.errors import invalid
from wishcore.lists import BadPrice, PriceSource
from wishcore.lists import pricing as lists_pricing
from wishcore.lists.pricing import (
    ShortLink,
    claim_products,
    claim_short_links,
    follow_quotes,
    note_wanted_products,
    set_product,
    wanted_products,
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
    ProductsRefused,
    Web,
)

T = TypeVar("T")

FAILURES_MAX: Final = 3
"""After so many requests without an answer the rest keeps until the next run."""
LINKS_AT_ONCE: Final = 10
LOOKUP_SECONDS_MAX: Final = 8
"""How long somebody who waits for an answer waits for a price."""


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
    marketplaces_closed: int
    """Those that nobody may be asked about for some time: `wish doctor` says why."""


class _Tally(msgspec.Struct, kw_only=True):
    checked: int = 0
    changed: int = 0
    unanswered: int = 0
    is_closed: bool = False


async def due_products(*, catalogue: PriceCatalogue, now: datetime) -> int:
    """Return how many products of active lists are to be asked for."""
    rounds = await _rounds(catalogue, now)
    return sum(
        [
            await lists_pricing.due_products(marketplace, now=now, before=now - rounds[marketplace])
            for marketplace in sorted(rounds)
        ]
    )


async def _rounds(catalogue: PriceCatalogue, now: datetime) -> Mapping[str, timedelta]:
    """Return for each marketplace how long a product is not asked for again.

    An hour; or longer where there are more products than may be asked for in an hour. So a round
    is spread over the day, and the day's last request is not spent long before its end.
    """
    needed = catalogue.time_for(await wanted_products(now=now))
    return {marketplace: max(prices.ROUND, time) for marketplace, time in needed.items()}


async def sync_prices(
    *,
    catalogue: PriceCatalogue,
    web: Web,
    clock: Callable[[], datetime],
    progress: Progress,
    seconds_max: float | None = None,
) -> Synced:
    """Ask for every product that is due, the longest not asked for first, and follow its price.

    With a limit of time the rest keeps until the next run. Without any credential short links are
    followed, and what was said a day ago is forgotten.
    """
    began_at = clock()
    run = _Run(
        catalogue=catalogue,
        clock=clock,
        progress=progress,
        began_at=began_at,
        seconds_max=seconds_max,
    )
    expired = await prices.expire_quotes(now=began_at)
    followed = await run.follow_links(web)
    tallies: list[_Tally] = []
    changed = 0
    if catalogue.marketplaces:
        await note_wanted_products(now=began_at)
        changed = await follow_quotes(now=began_at)
        rounds = await _rounds(catalogue, began_at)
        tallies = await _all(
            [run.sync_marketplace(marketplace, rounds[marketplace]) for marketplace in rounds]
        )
    return Synced(
        products_checked=sum(tally.checked for tally in tallies),
        prices_changed=changed + sum(tally.changed for tally in tallies),
        links_followed=followed,
        quotes_expired=expired,
        unanswered=sum(tally.unanswered for tally in tallies),
        marketplaces_closed=sum(tally.is_closed for tally in tallies),
    )


async def _all(works: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """Do all of it at once, and come back when the last one has ended, also if one has a bug."""
    done = await asyncio.gather(*works, return_exceptions=True)
    for result in done:
        if isinstance(result, BaseException):
            raise result
    return [result for result in done if not isinstance(result, BaseException)]


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
        async with asyncio.timeout(LOOKUP_SECONDS_MAX):
            offers = await catalogue.offers(product.marketplace, [product.asin])
    except (prices.NotServed, CatalogueClosed, CatalogueUnavailable, TimeoutError):
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
    seconds_max: float | None

    def has_time(self, *, share: float = 1.0) -> bool:
        """Say whether this share of the time is not over."""
        spent = self.clock() - self.began_at
        return self.seconds_max is None or spent < timedelta(seconds=self.seconds_max * share)

    async def sync_marketplace(self, marketplace: str, each_round: timedelta) -> _Tally:
        """Ask for what is due in one marketplace, ten products at a time."""
        tally = _Tally()
        failures = 0
        try:
            await self.catalogue.check_open(marketplace)
            while failures < FAILURES_MAX and self.has_time():
                asked_at = self.clock()
                products = await claim_products(
                    marketplace, now=asked_at, before=self.began_at - each_round
                )
                if not products:
                    break
                try:
                    await self._check(products, asked_at, tally)
                except (CatalogueClosed, CatalogueUnavailable) as error:
                    again_at = asked_at + prices.RETRY
                    await prices.return_products(products, asked_at=again_at - each_round)
                    tally.unanswered += len(products)
                    failures += 1
                    if isinstance(error, CatalogueClosed):
                        raise
        except CatalogueClosed:
            # It has said until when: nothing else is to be learned by asking.
            tally.is_closed = True
        return tally

    async def _check(
        self, products: Sequence[AmazonProduct], asked_at: datetime, tally: _Tally
    ) -> None:
        offers = await self._ask(products)
        await prices.record_offers(products, offers, now=asked_at)
        tally.changed += await follow_quotes(now=asked_at, checked_at=asked_at)
        tally.checked += len(products)
        self.progress(len(products))

    async def _ask(self, products: Sequence[AmazonProduct]) -> Mapping[str, Offer]:
        asins = [each.asin for each in products]
        try:
            return await self.catalogue.offers(products[0].marketplace, asins)
        except ProductsRefused:
            if len(products) == 1:
                raise
        # One of them spoils the answer for all: it is found by halves.
        half = len(products) // 2
        return {**await self._ask(products[:half]), **await self._ask(products[half:])}

    async def follow_links(self, web: Web) -> int:
        """Find the products behind short links; prices keep half of the time."""
        followed = 0
        while self.has_time(share=0.5):
            links = await claim_short_links(now=self.clock(), limit=LINKS_AT_ONCE)
            followed += sum(await _all([_follow_link(link, web) for link in links]))
            if len(links) < LINKS_AT_ONCE:
                break
        return followed


async def _follow_link(link: ShortLink, web: Web) -> bool:
    try:
        product = await prices.find_product(link.url, web=web)
    except prices.PageUnreadable:
        return False  # It is tried again tomorrow.
    return await set_product(link, product)
