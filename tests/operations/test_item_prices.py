"""What an owner says about links and prices, and what is stored of it."""

from typing import Any
from uuid import UUID

import msgspec
import pytest

from tests.support.makers import Wish, World, refusal
from tests.support.snapshot import snapshot
from wishcore import db, lists
from wishcore.lists import PriceSource
from wishcore.money import Money

AMAZON = "https://www.amazon.de/-/en/dp/B0916J478T?tag=x"


class Stored(msgspec.Struct, frozen=True):
    """What an item's row holds of its product."""

    url: str
    marketplace: str | None
    asin: str | None
    price_source: PriceSource
    is_due: bool


async def stored(item_id: UUID) -> Stored:
    found = await db.fetch_one(
        Stored,
        """
        SELECT url, marketplace, asin, price_source, link_due_at IS NOT NULL AS is_due
        FROM item WHERE id = :id
        """,
        id=item_id,
    )
    assert found is not None
    return found


def content(**more: Any) -> lists.ItemContent:
    fields = {"title": "Thing", "note": "", "url": "", "price": Money(5_000, "USD"),
              "quantity": 1, "priority": 3, **more}  # fmt: skip
    return lists.ItemContent(**fields)


async def added(world: World, wish: Wish, **more: Any) -> UUID:
    return (await lists.add_item(wish.list, content=content(**more), now=world.now)).id


async def edited(world: World, wish: Wish, item_id: UUID, **changes: Any) -> Stored:
    await lists.edit_item(wish.list, item_id, changes=lists.ItemChanges(**changes), now=world.now)  # type: ignore[typeddict-item]
    return await stored(item_id)


@pytest.mark.parametrize(
    ("url", "marketplace", "asin", "is_due"),
    [
        (AMAZON, "www.amazon.de", "B0916J478T", False),
        (f"  {AMAZON} ", "www.amazon.de", "B0916J478T", False),
        ("https://shop.test/dp/B0916J478T", None, None, False),
        ("https://www.amazon.com/gp/bestsellers", None, None, False),
        ("https://amzn.to/3xYz12A", None, None, True),
        ("", None, None, False),
    ],
)
async def test_a_link_is_read_when_it_is_set(
    world: World, url: str, marketplace: str | None, asin: str | None, is_due: bool
) -> None:
    wish = await world.wish()
    expected = Stored(url.strip(), marketplace, asin, PriceSource.MANUAL, is_due)

    assert await stored(await added(world, wish, url=url)) == expected
    assert await edited(world, wish, wish.item_id, url=url) == expected


async def test_who_says_the_price(world: World) -> None:
    wish = await world.wish()
    item_id = await added(world, wish, url=AMAZON)
    assert (await stored(item_id)).price_source is PriceSource.MANUAL

    async def source(**changes: Any) -> PriceSource:
        return (await edited(world, wish, item_id, **changes)).price_source

    assert await source(price_source=PriceSource.AMAZON) is PriceSource.AMAZON
    assert await source(note="x", quantity=2) is PriceSource.AMAZON
    assert await source(price=Money(6_000, "USD")) is PriceSource.MANUAL
    both = {"price": Money(7_000, "USD"), "price_source": PriceSource.AMAZON}
    assert await source(**both) is PriceSource.AMAZON
    assert await source(url="https://amzn.to/3xYz12A") is PriceSource.AMAZON
    assert await source(url="https://shop.test/") is PriceSource.MANUAL
    assert await source(url=AMAZON) is PriceSource.MANUAL


async def test_amazon_prices_its_own_products_only(world: World) -> None:
    wish = await world.wish()
    before = await snapshot()
    amazon = PriceSource.AMAZON
    for url in ("", "https://shop.test/", "https://evil.test/https://www.amazon.de/dp/B0916J478T"):
        assert await refusal(added(world, wish, url=url, price_source=amazon)) == "invalid"
        assert await refusal(
            edited(world, wish, wish.item_id, url=url, price_source=amazon)
        ) == "invalid"  # fmt: skip
    assert await snapshot() == before
