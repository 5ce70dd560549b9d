"""Prices from links at the moment they are asked for, and what an owner can tell by the sync."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import msgspec
import pytest

from tests.operations.pricing_world import Prices, prices_in
from tests.operations.test_surprise import blindfold
from tests.support.amazon import DE, US
from tests.support.makers import Wish, World, refusal
from wishcore import jobs, lists, pricing
from wishcore.lists import PriceSource
from wishcore.money import Money
from wishcore.pledges.models import FundingState
from wishcore.prices import ROUND, PageUnreadable

# Other tests send the same statements to PostgreSQL.
pytestmark = pytest.mark.nightly("postgres")

ID = "B0PRODUCT1"
URL = f"https://{US}/dp/{ID}"
COUNT = 12


@pytest.fixture
async def prices(world: World) -> AsyncIterator[Prices]:
    async with prices_in(world) as found:
        yield found


async def _offered(prices: Prices, base: int) -> None:
    """Let every product cost the same in both marketplaces, in the currency of the lists."""
    for number in range(COUNT):
        for place in (US, DE):
            await prices.amazon.product(
                f"B0000000{number:02}", marketplace=place, currency="USD",
                amount=f"{base + number}.00", order_max=1 + number,
            )  # fmt: skip


async def _items(prices: Prices, wish: Wish, place: str) -> list[UUID]:
    return [
        await prices.item(wish, f"https://{place}/dp/B0000000{number:02}", price=5_000)
        for number in range(COUNT)
    ]


async def _views(prices: Prices, wish: Wish, items: list[UUID]) -> list[object]:
    """Return what an owner sees of the items, without ids, addresses and the moment itself.

    Whether a moment is known at all, and whether it is the same as the last change, is kept.
    """
    views: list[object] = []
    for item_id in items:
        seen = await prices.seen(wish, item_id)
        shown = msgspec.structs.asdict(seen)
        for name in ("id", "url", "buy_url", "created_at"):
            del shown[name]
        shown["updated_at"] = seen.updated_at == seen.price_checked_at
        shown["price_checked_at"] = seen.price_checked_at is not None
        views.append(shown)
    return views


async def test_an_owner_cannot_tell_what_is_reserved_by_the_sync(prices: Prices) -> None:
    """Two lists alike but for what givers did: the same requests, and the same views."""
    world = prices.world
    left, right = await world.wish(), await world.wish()
    quiet, given = await _items(prices, left, US), await _items(prices, right, DE)
    for item_id in given[::2]:
        await world.pledge(right, item_id=item_id)
    await world.pledge(right, 1_000, item_id=given[1])
    for base in (30, 80, 20):
        await _offered(prices, base)
        synced = await prices.sync()
        assert synced.prices_changed == 2 * COUNT
        assert await _views(prices, left, quiet) == await _views(prices, right, given)
        world.wait(ROUND)
    asked = await prices.amazon.asked()
    rounds = [
        [sorted(asin for where, asin in asked[at : at + 2 * COUNT] if where == place)
         for at in range(0, len(asked), 2 * COUNT)] for place in (US, DE)
    ]  # fmt: skip
    assert rounds[0] == rounds[1]
    assert len(rounds[0]) == 3
    giver = await world.guest()
    states = {each.funding.state for each in (await world.seen_by(right, giver)).items}
    assert FundingState.RESERVED in states, "The lists do differ for a giver."


@pytest.mark.only("postgres")
async def test_the_sync_needs_nothing_of_the_givers_side(prices: Prices, db: str) -> None:
    """Every table of the givers is locked: prices are asked for, and reach the items."""
    world = prices.world
    wish = await world.wish()
    item_id = await prices.item(wish, URL)
    await world.pledge(wish, 4_000, item_id=item_id)
    await prices.amazon.product(ID, amount="120.00")
    async with blindfold(db), asyncio.timeout(3):
        synced = await pricing.sync_prices(
            catalogue=prices.catalogue, web=prices.web, clock=prices.amazon.clock.now,
            progress=jobs.silent,
        )  # fmt: skip
        assert (synced.products_checked, synced.prices_changed) == (1, 1)
        assert await prices.price(wish, item_id) == 12_000
        assert await _first(prices, URL) == (Money(12_000, "USD"), URL)
    # What it means for the target is found afterwards, by state.
    assert (await world.funding(wish, item_id)).target_minor == 10_000
    assert (await world.expire()).prices_followed == 1
    assert (await world.funding(wish, item_id)).target_minor == 12_000


async def test_an_owners_edits_succeed_alike_after_the_sync(prices: Prices) -> None:
    world = prices.world
    left, right = await world.wish(), await world.wish()
    quiet, given = await prices.item(left, URL), await prices.item(right, URL)
    await world.pledge(right, item_id=given)
    await prices.amazon.product(ID, amount="50.00")
    await prices.sync()
    answers = [
        [
            await refusal(lists.edit_item(wish.list, item_id, changes=changes, now=world.now))
            for changes in (
                lists.ItemChanges(price=Money(3_000, "USD")),
                lists.ItemChanges(price_source=PriceSource.AMAZON),
                lists.ItemChanges(url="https://shop.test/"),
                lists.ItemChanges(price_source=PriceSource.AMAZON),
            )
        ]
        for wish, item_id in ((left, quiet), (right, given))
    ]
    assert answers[0] == answers[1] == ["done", "done", "done", "invalid"]


async def test_the_first_price_of_a_link(prices: Prices) -> None:
    await prices.amazon.product(ID, amount="19.99")
    prices.web.hops = {"https://a.co/x": URL}
    for url in (URL, "https://a.co/x"):
        assert await _first(prices, url) == (Money(1999, "USD"), URL)


@pytest.mark.parametrize(
    ("url", "more"),
    [
        (URL, {"currency": "EUR"}),
        (URL, {"source": PriceSource.MANUAL}),
        ("", {}),
        ("https://shop.test/", {}),
        ("https://a.co/y", {}),
        (f"https://{US}/dp/B0PRODUCT2", {}),
        (f"https://{US}/dp/B0UNKNOWN1", {}),
        ("https://www.amazon.co.za/dp/B000000001", {}),
    ],
)
async def test_links_without_a_price(prices: Prices, url: str, more: dict[str, Any]) -> None:
    await prices.amazon.product(ID, amount="19.99")
    await prices.amazon.product("B0PRODUCT2", kind="out_of_stock")

    with pytest.raises(pricing.PriceNeeded) as needed:
        await _first(prices, url, **more)

    assert [fault.pointer for fault in needed.value.faults] == ["/price"]


async def _first(prices: Prices, url: str, **more: Any) -> tuple[Money, str]:
    given = {"source": None, "currency": "USD", **more}
    return await pricing.first_price(url, catalogue=prices.catalogue, web=prices.web, **given)


async def test_previews_of_amazons_links_come_from_its_service(prices: Prices) -> None:
    await prices.amazon.product(ID, amount="19.99", title="Bicycle")

    async def preview(url: str) -> Any:
        return await pricing.preview_link(url, catalogue=prices.catalogue, web=prices.web)

    found, product = await preview(f"{URL}?tag=somebody-20")
    assert (found.title, found.price, found.url) == ("Bicycle", Money(1999, "USD"), URL)
    assert product.asin == ID
    bare, product = await preview("https://www.amazon.co.za/dp/B000000001")
    assert (bare.title, bare.price, product.marketplace) == (None, None, "www.amazon.co.za")
    with pytest.raises(PageUnreadable):
        await preview("https://www.amazon.com/gp/bestsellers")
    assert prices.web.asked == [], "No page of Amazon's is read."
