"""A thousand items in three marketplaces, at the limits of the real service."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from datetime import timedelta
from itertools import pairwise
from typing import Final

import pytest

from tests.operations.pricing_world import Prices, connected, prices_in
from tests.support.amazon import DE, JP, US, AmazonSandbox
from tests.support.forking import forker
from tests.support.makers import World
from wishcli.sandbox.amazon import SandboxConfig
from wishcli.sandbox.amazon.catalogue import asin_of
from wishcore import db, pricing
from wishcore.ids import new_id
from wishcore.prices import ROUND

pytestmark = [pytest.mark.nightly("postgres"), pytest.mark.slow]

ITEMS: Final = 1000
PLACES: Final = (US, DE, JP)
BATCHES: Final = 3 * 34
"""A third of the items each, ten in a request."""
REAL: Final = SandboxConfig(products=340)


@pytest.fixture
async def prices(world: World) -> AsyncIterator[Prices]:
    async with prices_in(world, REAL) as found:
        found.amazon.clock.is_shared = True
        yield found


async def wished(world: World, count: int = ITEMS) -> list[tuple[str, str]]:
    """Put so many different products on lists of 200 items."""
    products = [(PLACES[number % 3], asin_of(number // 3)) for number in range(count)]
    for begin in range(0, count, 200):
        wish = await world.wish()
        await _insert(wish.list.id, products[begin : begin + 200], world)
    return products


async def _insert(list_id: object, products: Sequence[tuple[str, str]], world: World) -> None:
    rows = ", ".join(
        f"('{new_id()}', :now, :now, '{list_id}', 'Thing', '', 'https://{place}/dp/{asin}', 5000,"
        f" 1, 3, '{place}', '{asin}', 'amazon')"
        for place, asin in products
    )
    await db.rows(
        f"""
        INSERT INTO item (id, created_at, updated_at, list_id, title, note, url, price_minor,
                          quantity, priority, marketplace, asin, price_source)
        VALUES {rows} RETURNING id
        """,
        now=world.now,
    )


async def spacing(amazon: AmazonSandbox) -> float:
    """Return the least time between two requests with one credential."""
    by_place: dict[str, list[float]] = {}
    for entry in await amazon.requests():
        by_place.setdefault(entry["headers"]["x-marketplace"], []).append(entry["at"])
    return min(later - earlier for times in by_place.values() for earlier, later in pairwise(times))


async def test_everything_is_checked_within_the_hour(prices: Prices) -> None:
    products = await wished(prices.world)
    began_at = prices.amazon.clock.now()

    synced = await prices.sync()

    assert synced.products_checked == ITEMS
    assert await prices.amazon.refused() == 0
    assert Counter(await prices.amazon.asked()) == Counter(products)
    assert len(await prices.amazon.requests()) == BATCHES
    assert await spacing(prices.amazon) >= 1.0
    # Three credentials at once: the largest share has 34 requests.
    assert prices.amazon.clock.now() - began_at < timedelta(minutes=2)
    assert await pricing.due_products(catalogue=prices.catalogue, now=prices.world.now) == 0
    prices.world.now = began_at + ROUND
    assert await pricing.due_products(catalogue=prices.catalogue, now=prices.world.now) > 0


async def test_a_run_that_is_killed_is_gone_on_with(prices: Prices) -> None:
    products = await wished(prices.world)
    for answered in (6, 11, 20):
        await prices.amazon.fault("hold", after=answered)
        run = asyncio.create_task(prices.sync())
        held = asyncio.create_task(prices.amazon.until_held())
        await asyncio.wait({held, run}, return_when=asyncio.FIRST_COMPLETED)
        assert not run.done(), run
        await held
        run.cancel()
        with suppress(asyncio.CancelledError):
            await run
        await prices.amazon.http.delete("/_sandbox/faults")

    await prices.sync()

    asked = Counter(await prices.amazon.asked())
    assert max(asked.values()) == 1, "Nothing is asked for twice in a round."
    # What was claimed and not asked for when the run died waits for the next round.
    assert len(asked) >= ITEMS - 3 * 3 * 10
    assert await prices.amazon.refused() == 0
    prices.world.wait(ROUND)
    await prices.sync()
    assert set(await prices.amazon.asked()) == set(products)
    assert await prices.amazon.refused() == 0


async def test_two_runs_at_once_share_the_work(prices: Prices) -> None:
    products = await wished(prices.world)
    async with connected(prices.amazon) as catalogue:
        second = Prices(prices.world, prices.amazon, catalogue)
        runs = await asyncio.gather(prices.sync(), second.sync())

    assert sum(run.products_checked for run in runs) == ITEMS
    assert all(run.products_checked for run in runs)
    assert Counter(await prices.amazon.asked()) == Counter(products)
    assert await prices.amazon.refused() == 0
    assert await spacing(prices.amazon) >= 1.0


async def test_a_tick_takes_its_share_only(prices: Prices) -> None:
    await wished(prices.world)
    began_at = prices.amazon.clock.now()

    synced = await prices.sync(seconds_max=20)

    assert 0 < synced.products_checked < ITEMS
    assert prices.amazon.clock.now() - began_at < timedelta(seconds=25)
    rest = 0
    while (more := (await prices.sync(seconds_max=20)).products_checked) > 0:
        rest += more
    assert synced.products_checked + rest == ITEMS
    assert max(Counter(await prices.amazon.asked()).values()) == 1


async def test_the_day_has_an_end(world: World) -> None:
    config = SandboxConfig(products=340, calls_per_day=20)
    async with prices_in(world, config, calls_per_day=20) as prices:
        prices.amazon.clock.is_shared = True
        products = await wished(world)

        synced = await prices.sync()

        assert synced.products_checked == 3 * 20 * 10
        assert len(await prices.amazon.requests()) == 3 * 20
        world.now = world.now.replace(hour=0, minute=0) + timedelta(days=1, minutes=1)
        await prices.sync()
        assert set(await prices.amazon.asked()) == set(products)
        assert await prices.amazon.refused() == 0


_TAKER: Final = """
import asyncio, sys
from datetime import datetime
from wishcore import db
from wishcore.prices import SharedAllowance

async def main():
    await db.connect(sys.argv[1], pool_max=2)
    allowance = SharedAllowance(calls_per_second=1, calls_per_day=100)
    now = datetime.fromisoformat(sys.argv[2])
    for _ in range(25):
        print((await allowance.take_turn("one", marketplace="x", now=now)).timestamp())
    await db.disconnect()

asyncio.run(main())
"""


async def test_processes_never_get_the_same_turn(db: str, world: World) -> None:
    words = [db, world.now.isoformat()]
    three = [asyncio.to_thread(forker().run, _TAKER, words) for _ in range(3)]
    done = await asyncio.gather(*three)

    turns = sorted(float(line) for one in done for line in one.out.split())
    assert len(turns) == 75
    assert all(later - earlier >= 1.0 for earlier, later in pairwise(turns))
