"""The sync where something is the matter: what it costs, whom it stops, and what is not lost."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import timedelta
from typing import Final

import pytest
from typing_extensions import override

from tests.operations.pricing_world import Prices, prices_in
from tests.support.amazon import DE, JP, US, FakeClock, Redirects
from tests.support.makers import MINUTE, Wish, World
from tests.support.snapshot import snapshot
from wishcli.sandbox.amazon import SandboxConfig
from wishcore import jobs, lists, pricing
from wishcore import prices as stored
from wishcore.integrations.amazon import AmazonCatalogue
from wishcore.money import Money
from wishcore.prices import KEPT, ROUND, AmazonProduct, Availability, Offer
from wishcore.prices.web import PageUnreadable

pytestmark = pytest.mark.nightly("postgres")

ID = "B0PRODUCT1"
URL = f"https://{US}/dp/{ID}"
HOUR: Final = timedelta(hours=1)
FAST: Final = SandboxConfig(calls_per_second=None, calls_per_day=None)


@pytest.fixture
async def prices(world: World) -> AsyncIterator[Prices]:
    async with prices_in(world) as found:
        yield found


async def test_what_nobody_wants_any_more_is_not_asked_for_again(prices: Prices) -> None:
    world = prices.world
    wish = await world.wish()
    item_id = await prices.item(wish, URL)
    kept = await prices.item(wish, f"https://{US}/dp/B0PRODUCT2")
    await prices.sync()
    await lists.withdraw_item(wish.list, item_id, now=world.now)
    for _ in range(26):
        world.wait(ROUND)
        await prices.sync()

    asked = [asin for _, asin in await prices.amazon.asked()]
    assert asked.count(ID) == 1
    assert asked.count("B0PRODUCT2") == 27
    assert ID not in str((await snapshot())["product_quote"]), "Nothing of it is kept for ever."
    assert (await prices.seen(wish, kept)).availability is not None


async def test_a_wish_that_comes_back_is_not_asked_for_twice_in_a_round(prices: Prices) -> None:
    world = prices.world
    wish = await world.wish()
    item_id = await prices.item(wish, URL)
    await prices.sync()
    await lists.withdraw_item(wish.list, item_id, now=world.now)
    world.wait(MINUTE)
    await prices.sync()
    await prices.item(wish, URL)
    await prices.sync()
    assert await prices.amazon.asked() == [(US, ID)]


async def test_what_a_killed_run_recorded_is_followed_by_the_next(prices: Prices) -> None:
    """The answer was written down, and the process died before any item followed."""
    world = prices.world
    wish = await world.wish()
    item_id = await prices.item(wish, URL)
    await prices.amazon.product(ID, amount="19.99")
    await prices.sync()
    product = AmazonProduct(US, ID)
    offer = Offer(
        product=product, price=Money(4_200, "USD"), availability=Availability.AVAILABLE,
        quantity_max=None, page_url=URL,
    )  # fmt: skip
    world.wait(MINUTE)
    await stored.record_offers([product], {ID: offer}, now=world.now)

    synced = await prices.sync()

    assert (synced.products_checked, synced.prices_changed) == (0, 1)
    assert await prices.price(wish, item_id) == 4_200


async def test_an_item_that_begins_to_follow_does_so_at_once(prices: Prices) -> None:
    """What was said within the day counts: its moment is shown beside the price."""
    world = prices.world
    wish = await world.wish()
    manual = await prices.item(wish, URL, price=5_000, source=lists.PriceSource.MANUAL)
    await prices.amazon.product(ID, amount="19.99")
    await prices.sync()
    late = await prices.item(wish, URL, price=7_000)
    await lists.edit_item(
        wish.list, manual, changes={"price_source": lists.PriceSource.AMAZON}, now=world.now
    )

    assert (await prices.sync()).prices_changed == 2

    assert [await prices.price(wish, each) for each in (manual, late)] == [1999, 1999]
    assert await prices.amazon.asked() == [(US, ID)]
    world.wait(KEPT)
    old = await prices.item(wish, URL, price=8_000)
    await prices.amazon.fault("drop", times=None)
    assert (await prices.sync()).prices_changed == 0
    assert await prices.price(wish, old) == 8_000, "What was said a day ago counts no more."


async def test_one_product_that_spoils_the_request_does_not_cost_the_others(
    prices: Prices,
) -> None:
    world = prices.world
    wish = await world.wish()
    items = [await prices.item(wish, f"https://{US}/dp/B0000000{n:02}") for n in range(10)]
    for number in range(10):
        await prices.amazon.product(
            f"B0000000{number:02}", amount="19.99", kind="refused" if number == 6 else "usual"
        )

    synced = await prices.sync()

    assert (synced.products_checked, synced.prices_changed, synced.unanswered) == (10, 9, 0)
    assert [await prices.price(wish, each) for each in items].count(1999) == 9
    assert (await prices.seen(wish, items[6])).availability is Availability.UNKNOWN
    assert len(await prices.amazon.requests()) <= 9, "It is found by halves."
    assert await prices.amazon.refused() == 0


class Broken(AmazonCatalogue):
    """A client with a bug, for one marketplace."""

    @override
    async def offers(self, marketplace: str, asins: Sequence[str]) -> Mapping[str, Offer]:
        if marketplace == DE:
            raise KeyError(marketplace)
        return await super().offers(marketplace, asins)


async def test_a_bug_in_one_marketplace_does_not_stop_the_others(prices: Prices) -> None:
    wish = await prices.world.wish()
    for place in (DE, US):
        await prices.item(wish, f"https://{place}/dp/{ID}")
    await prices.amazon.product(ID)
    assert isinstance(prices.catalogue, AmazonCatalogue)
    prices.catalogue.__class__ = Broken

    with pytest.raises(KeyError):
        await prices.sync()

    assert await prices.amazon.asked() == [(US, ID)]
    assert [each for each in (await snapshot())["product_quote"] if "available" in each]


async def test_who_is_closed_is_left_alone_and_nothing_is_called_unanswered(
    prices: Prices,
) -> None:
    world = prices.world
    wish = await world.wish()
    for number in range(15):
        await prices.item(wish, f"https://{US}/dp/B0000000{number:02}")
    await prices.amazon.control("standing", is_eligible=False)
    first = await prices.sync()
    assert (first.unanswered, first.marketplaces_closed) == (10, 1)
    await prices.amazon.control("tokens/expire")
    before = len(await prices.amazon.requests(""))
    for _ in range(5):
        world.wait(HOUR)
        synced = await prices.sync()
        assert (synced.unanswered, synced.marketplaces_closed) == (0, 1)
    assert len(await prices.amazon.requests("")) == before, "Not even for a token."
    world.wait(HOUR)
    await prices.amazon.control("standing")
    assert (await prices.sync()).products_checked == 15


async def test_a_wrong_secret_is_tried_once_an_hour(prices: Prices) -> None:
    world = prices.world
    wish = await world.wish()
    await prices.item(wish, URL)
    assert isinstance(prices.catalogue, AmazonCatalogue)
    object.__setattr__(prices.catalogue._queue(US).credential, "secret", "wrong")
    for minutes in range(59):
        await prices.sync()
        world.wait(MINUTE)
        assert len(await prices.amazon.requests("")) == 1, minutes
    world.wait(MINUTE)
    await prices.sync()
    assert len(await prices.amazon.requests("")) == 2


class Slow(Redirects):
    """A web in which every short link takes its five seconds and leads nowhere."""

    clock: FakeClock

    @override
    async def find_redirect(self, url: str) -> str | None:
        self.asked.append(url)
        await self.clock.sleep(5)
        raise PageUnreadable


async def test_short_links_that_lead_nowhere_leave_time_for_prices(prices: Prices) -> None:
    wish = await prices.world.wish()
    for number in range(150):
        await prices.item(wish, f"https://amzn.to/{number}")
    await prices.item(wish, URL)
    prices.web = Slow()
    prices.web.clock = prices.amazon.clock
    began_at = prices.world.now

    synced = await prices.sync(seconds_max=40)

    assert synced.products_checked == 1
    assert prices.world.now - began_at <= timedelta(seconds=40)
    asked = len(prices.web.asked)
    assert 10 <= asked < 150
    while len(prices.web.asked) < 150:
        await prices.sync(seconds_max=40)
    assert len(set(prices.web.asked)) == 150, "The others had their turn in later runs."


async def test_short_links_are_followed_without_access_to_prices(prices: Prices) -> None:
    wish = await prices.world.wish()
    item_id = await prices.item(wish, "https://amzn.to/3xYz12A")
    prices.web.hops = {"https://amzn.to/3xYz12A": URL}
    prices.catalogue = prices.amazon.catalogue(regions=())

    assert (await prices.sync()).links_followed == 1

    (row,) = [each for each in (await snapshot())["item"] if str(item_id) in each]
    assert f"('asin', '{ID}')" in row


async def test_the_dry_run_counts_what_this_installation_can_ask_for(prices: Prices) -> None:
    wish = await prices.world.wish()
    for place in (US, JP, "www.amazon.co.za", "www.amazon.fr"):
        await prices.item(wish, f"https://{place}/dp/{ID}")
    now = prices.world.now
    assert (await jobs.due(now=now, catalogue=prices.catalogue)).products_to_check == 2
    without = prices.amazon.catalogue(regions=())
    assert (await jobs.due(now=now, catalogue=without)).products_to_check == 0


async def _wish_for(prices: Prices, wish: Wish, count: int) -> None:
    for number in range(count):
        await prices.item(wish, f"https://{US}/dp/B0000000{number:02}")


@pytest.mark.slow
async def test_more_products_than_an_hour_allows_make_the_round_longer(world: World) -> None:
    """Requests are spread over the day; the last ones are not spent long before its end."""
    config = SandboxConfig(products=0, calls_per_second=None, calls_per_day=50)
    async with prices_in(world, config, calls_per_day=50) as prices:
        # 45 requests a day are planned. Each round needs 3 of them: it takes 96 minutes.
        wish = await world.wish()
        await _wish_for(prices, wish, 30)
        asked: list[tuple[str, str]] = []
        began_at = world.now
        oldest = timedelta()
        for _ in range(48 * 6):
            synced = await prices.sync()
            assert (synced.unanswered, synced.marketplaces_closed) == (0, 0), world.now - began_at
            asked = await prices.amazon.asked()
            for item in (await lists.own_items(wish.list, now=world.now, limit=100)).items:
                assert item.price_checked_at is not None or "B0000000" not in str(item.url)
                if item.price_checked_at is not None:
                    oldest = max(oldest, world.now - item.price_checked_at)
            world.wait(timedelta(minutes=10))
        assert await prices.amazon.refused() == 0
        assert {asked.count((US, f"B0000000{n:02}")) for n in range(30)} <= {29, 30}
        assert timedelta(minutes=90) <= oldest <= timedelta(minutes=110)
        due = await pricing.due_products(catalogue=prices.catalogue, now=world.now)
        assert due in {0, 30}


async def test_a_round_is_an_hour_where_that_is_allowed(world: World) -> None:
    async with prices_in(world, FAST) as prices:
        assert isinstance(prices.catalogue, AmazonCatalogue)
        times = prices.catalogue.time_for({US: 3_240, DE: 32_400})
        assert times[US] <= ROUND + timedelta(seconds=1)
        assert times[DE] == 10 * times[US]
        assert times[JP] == timedelta()
