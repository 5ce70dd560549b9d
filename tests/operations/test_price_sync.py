"""The sync: what it asks for, what follows, what stays, and what nobody can tell by it."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from tests.operations.pricing_world import Prices, prices_in
from tests.support.amazon import DE, TAGS, US
from tests.support.makers import DAY, MINUTE, World
from tests.support.snapshot import snapshot
from wishcore import db as database
from wishcore import jobs, lists, pricing
from wishcore.lists import PriceSource
from wishcore.money import Money
from wishcore.pledges.models import FundingState
from wishcore.prices import KEPT, ROUND, Availability

ID = "B0PRODUCT1"
URL = f"https://{US}/dp/{ID}"
HOUR = timedelta(hours=1)


@pytest.fixture
async def prices(world: World) -> AsyncIterator[Prices]:
    async with prices_in(world) as found:
        yield found


async def test_price_availability_and_quantity_reach_every_reader(prices: Prices) -> None:
    world = prices.world
    wish = await world.wish()
    item_id = await prices.item(wish, URL)
    await prices.amazon.product(ID, amount="19.99", order_max=3)
    before = await prices.seen(wish, item_id)
    assert (before.availability, before.price_checked_at) == (None, None)

    synced = await prices.sync()

    assert (synced.products_checked, synced.prices_changed, synced.unanswered) == (1, 1, 0)
    seen = await prices.seen(wish, item_id)
    assert seen.price == Money(1999, "USD")
    assert (seen.availability, seen.quantity_available) == (Availability.AVAILABLE, 3)
    assert seen.price_checked_at == seen.updated_at == world.now
    assert seen.buy_url is not None
    assert seen.buy_url.startswith(f"{URL}?tag={TAGS[US]}&")
    shared = await lists.shared_list(await lists.by_share_link(wish.token, None), now=world.now)
    (for_giver,) = [
        each
        for each in (await world.seen_by(wish, await world.guest())).items
        if each.id == item_id
    ]
    for reader in (next(each for each in shared.items if each.id == item_id), for_giver):
        assert reader.price == seen.price
        assert reader.availability is seen.availability
        assert reader.quantity_available == 3
        assert reader.price_checked_at == seen.price_checked_at


@pytest.mark.parametrize(
    "product",
    [
        {"kind": "without_offer"},
        {"kind": "used_only"},
        {"kind": "out_of_stock", "availability": "OUT_OF_STOCK"},
        {"kind": "silent"},
        {"availability": "UNKNOWN"},
        {"availability": "SOMETHING_NEW"},
        {"currency": "EUR"},
        {"amount": "0.10"},
        {"amount": "999999.99", "currency": "JPY"},
    ],
)
async def test_what_never_changes_a_price(prices: Prices, product: dict[str, Any]) -> None:
    wish = await prices.world.wish()
    item_id = await prices.item(wish, URL, price=5_000)
    await prices.amazon.product(ID, **product)

    synced = await prices.sync()

    assert (synced.products_checked, synced.prices_changed) == (1, 0)
    seen = await prices.seen(wish, item_id)
    assert seen.price == Money(5_000, "USD")
    assert seen.updated_at < prices.world.now or seen.updated_at == seen.created_at
    assert seen.price_checked_at is not None


async def test_a_price_that_cannot_be_paid_for_all_pieces_is_left(prices: Prices) -> None:
    wish = await prices.world.wish()
    item_id = await prices.item(wish, URL, price=100, quantity=999)
    await prices.amazon.product(ID, amount="2000.00")

    assert (await prices.sync()).prices_changed == 0
    assert await prices.price(wish, item_id) == 100


async def test_an_owners_price_is_never_overwritten(prices: Prices) -> None:
    world = prices.world
    wish = await world.wish()
    manual = await prices.item(wish, URL, price=5_000, source=PriceSource.MANUAL)
    typed = await prices.item(wish, URL)
    await lists.edit_item(wish.list, typed, changes={"price": Money(7_000, "USD")}, now=world.now)
    await prices.amazon.product(ID, amount="19.99")

    assert (await prices.sync()).prices_changed == 0

    for item_id, price in ((manual, 5_000), (typed, 7_000)):
        seen = await prices.seen(wish, item_id)
        assert (seen.price_source, seen.price.amount_minor) == (PriceSource.MANUAL, price)
        assert seen.availability is Availability.AVAILABLE
    await lists.edit_item(
        wish.list, typed, changes={"price_source": PriceSource.AMAZON}, now=world.now
    )
    world.wait(ROUND)
    assert (await prices.sync()).prices_changed == 1
    assert await prices.price(wish, typed) == 1999


async def test_one_product_on_many_lists_is_asked_for_once(prices: Prices) -> None:
    wishes = [await prices.world.wish() for _ in range(3)]
    items = [await prices.item(wish, URL) for wish in wishes]
    await prices.amazon.product(ID, amount="19.99")

    assert (await prices.sync()).prices_changed == 3

    assert await prices.amazon.asked() == [(US, ID)]
    assert [await prices.price(*each) for each in zip(wishes, items, strict=True)] == [1999] * 3


async def test_only_active_lists_are_asked_for(prices: Prices) -> None:
    world = prices.world
    gone, over, deleted = [await world.wish(open_for=2 * HOUR) for _ in range(3)]
    item_id = await prices.item(gone, f"https://{US}/dp/B000000001")
    await prices.item(over, f"https://{US}/dp/B000000002")
    await prices.item(deleted, f"https://{US}/dp/B000000003")
    alive = await world.wish(open_for=3 * DAY)
    await prices.item(alive, f"https://{US}/dp/B000000004")
    await lists.withdraw_item(gone.list, item_id, now=world.now)
    await lists.delete_list(deleted.list, now=world.now)
    world.wait(2 * HOUR)

    await prices.sync()

    assert await prices.amazon.asked() == [(US, "B000000004")]


async def test_a_round_is_an_hour_and_the_oldest_comes_first(prices: Prices) -> None:
    world = prices.world
    wish = await world.wish()
    await prices.item(wish, f"https://{US}/dp/B000000001")
    await prices.sync()
    world.wait(30 * MINUTE)
    await prices.item(wish, f"https://{US}/dp/B000000002")
    assert await pricing.due_products(catalogue=prices.catalogue, now=world.now) == 1
    await prices.sync()
    assert (await prices.sync()).products_checked == 0
    assert [asin for _, asin in await prices.amazon.asked()] == ["B000000001", "B000000002"]
    world.wait(ROUND)
    assert await pricing.due_products(catalogue=prices.catalogue, now=world.now) == 2
    for number in range(3, 12):
        await prices.item(wish, f"https://{US}/dp/B0000000{number:02}")
    await prices.sync()
    # What was never asked for is the oldest, then in the order of asking.
    asked = [asin for _, asin in await prices.amazon.asked()][2:]
    assert set(asked[:10]) == {f"B0000000{number:02}" for number in (1, *range(3, 12))}
    assert asked[10:] == ["B000000002"]


async def test_what_was_said_is_forgotten_after_a_day(prices: Prices) -> None:
    world = prices.world
    wish = await world.wish()
    item_id = await prices.item(wish, URL)
    await prices.amazon.product(ID, amount="19.99")
    await prices.sync()
    checked_at = world.now
    world.now = checked_at + KEPT - timedelta(seconds=1)
    assert (await prices.seen(wish, item_id)).availability is Availability.AVAILABLE
    world.now = checked_at + KEPT
    seen = await prices.seen(wish, item_id)
    assert (seen.availability, seen.quantity_available) == (None, None)
    assert (seen.price_checked_at, seen.buy_url) == (None, None)
    assert seen.price == Money(1999, "USD"), "The list's own goal stays."
    await prices.amazon.fault("drop", times=None)

    synced = await prices.sync()

    assert (synced.quotes_expired, synced.unanswered) == (1, 1)
    (row,) = (await snapshot())["product_quote"]
    assert "1999" not in row
    assert "tag=" not in row


async def test_nothing_is_kept_of_what_nobody_wants(prices: Prices) -> None:
    world = prices.world
    wish = await world.wish()
    item_id = await prices.item(wish, URL)
    await prices.amazon.product(ID)
    await prices.sync()
    await lists.withdraw_item(wish.list, item_id, now=world.now)
    world.wait(KEPT + DAY)
    await prices.sync()
    assert (await snapshot())["product_quote"] == []


async def test_without_access_all_else_works(world: World) -> None:
    async with prices_in(world) as prices:
        prices.catalogue = prices.amazon.catalogue(regions=())
        wish = await world.wish()
        item_id = await prices.item(wish, URL, price=5_000)
        before = await snapshot()
        synced = await prices.sync()
        assert not any(msgspec.structs.astuple(synced))
        assert await snapshot() == before
        assert (await prices.seen(wish, item_id)).price == Money(5_000, "USD")
        assert await prices.amazon.requests("") == []


async def test_where_nobody_answers_the_rest_keeps(prices: Prices) -> None:
    world = prices.world
    wish = await world.wish()
    for number in range(50):
        await prices.item(wish, f"https://{US}/dp/B0000000{number:02}")
    await prices.amazon.fault("status", times=None)

    synced = await prices.sync()

    assert (synced.products_checked, synced.unanswered) == (0, 30)
    await prices.amazon.http.delete("/_sandbox/faults")
    assert (await prices.sync()).products_checked == 20
    world.wait(10 * MINUTE)
    assert (await prices.sync()).products_checked == 30


async def test_a_partner_without_sales_stops_for_hours(prices: Prices) -> None:
    world = prices.world
    wish = await world.wish()
    await prices.item(wish, URL)
    await prices.item(wish, f"https://{DE}/dp/{ID}")
    await prices.amazon.control("standing", is_eligible=False)
    await prices.sync()
    assert len(await prices.amazon.requests()) == 2, "One for each credential."
    for _ in range(5):
        world.wait(HOUR)
        await prices.sync()
    assert len(await prices.amazon.requests()) == 2
    await prices.amazon.control("standing")
    world.wait(HOUR)
    assert (await prices.sync()).products_checked == 2


async def test_a_short_link_finds_its_product(prices: Prices) -> None:
    world = prices.world
    wish = await world.wish()
    item_id = await prices.item(wish, "http://amzn.to/3xYz12A")
    dead = await prices.item(wish, "https://a.co/d/dead")
    odd = await prices.item(wish, "https://amzn.eu/d/odd")
    prices.web.hops = {"https://amzn.to/3xYz12A": f"{URL}?tag=x", "https://amzn.eu/d/odd": None}
    await prices.amazon.product(ID, amount="19.99")

    synced = await prices.sync()

    assert (synced.links_followed, synced.products_checked, synced.prices_changed) == (2, 1, 1)
    seen = await prices.seen(wish, item_id)
    assert (seen.price.amount_minor, seen.url) == (1999, "http://amzn.to/3xYz12A")
    await prices.sync()
    assert len(prices.web.asked) == 3, "Nobody is asked again before tomorrow."
    world.wait(DAY)
    await prices.sync()
    assert prices.web.asked[3:] == ["https://a.co/d/dead"]
    # An edit that keeps the link keeps the product; another link does not.
    await lists.edit_item(wish.list, item_id, changes={"note": "x"}, now=world.now)
    assert await _products() == {item_id: (US, ID), dead: (None, None), odd: (None, None)}
    await lists.edit_item(wish.list, item_id, changes={"url": "https://shop.test/"}, now=world.now)
    assert (await _products())[item_id] == (None, None)


async def _products() -> dict[Any, tuple[str | None, str | None]]:
    rows = await database.rows("SELECT id, marketplace, asin FROM item WHERE title = 'Thing'")
    return {
        msgspec.convert(row["id"], type=lists.ItemForOwner.__annotations__["id"], strict=False): (
            row["marketplace"], row["asin"]
        )
        for row in rows
    }  # fmt: skip


async def test_targets_follow_but_those_of_reserved_items(prices: Prices) -> None:
    world = prices.world
    wish = await world.wish()
    half, full = await prices.item(wish, URL), await prices.item(wish, URL)
    await world.pledge(wish, 4_000, item_id=half)
    await world.pledge(wish, item_id=full)
    assert (await world.funding(wish, full)).state is FundingState.RESERVED
    await prices.amazon.product(ID, amount="120.00")

    await prices.sync()

    assert await prices.price(wish, half) == await prices.price(wish, full) == 12_000
    assert (await world.funding(wish, half)).target_minor == 12_000
    assert (await world.funding(wish, full)).target_minor == 10_000
    await prices.amazon.product(ID, amount="39.00")
    world.wait(ROUND)
    await prices.sync()
    reserved = await world.funding(wish, half)
    assert (reserved.state, reserved.target_minor) == (FundingState.RESERVED, 4_000)
    assert (await world.funding(wish, full)).target_minor == 10_000
    assert await prices.price(wish, half) == await prices.price(wish, full) == 3_900


async def test_the_dry_run_counts_what_is_due(prices: Prices) -> None:
    wish = await prices.world.wish()
    await prices.item(wish, URL)
    await prices.item(wish, URL)
    before = await snapshot()
    assert (await jobs.due(now=prices.world.now, catalogue=prices.catalogue)).products_to_check == 1
    assert await snapshot() == before
