"""A world with Amazon in it: its stand-in, and items that lead there."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from uuid import UUID

from tests.support.amazon import AmazonSandbox, Redirects, amazon_sandbox
from tests.support.makers import Wish, World
from wishcli.sandbox.amazon import SandboxConfig
from wishcore import jobs, lists
from wishcore.money import Money
from wishcore.prices import PriceCatalogue, SharedAllowance
from wishcore.pricing import Synced


@dataclass
class Prices:
    """The sync, and what it needs."""

    world: World
    amazon: AmazonSandbox
    catalogue: PriceCatalogue
    web: Redirects = field(default_factory=Redirects)

    async def item(
        self,
        wish: Wish,
        url: str,
        *,
        price: int = 10_000,
        source: lists.PriceSource = lists.PriceSource.AMAZON,
        quantity: int = 1,
    ) -> UUID:
        """Put an item on the list whose price follows Amazon's."""
        content = lists.ItemContent(
            title="Thing", note="", url=url, price=Money(price, wish.list.currency),
            quantity=quantity, priority=3, price_source=source,
        )  # fmt: skip
        return (await lists.add_item(wish.list, content=content, now=self.world.now)).id

    async def sync(self, *, seconds_max: float | None = None) -> Synced:
        """Sync once; the world's time goes on to where the sync ended."""
        clock = self.amazon.clock
        clock.moment = max(clock.moment, self.world.now)
        synced = await jobs.sync_prices(
            catalogue=self.catalogue, web=self.web, clock=clock.now, seconds_max=seconds_max
        )
        self.world.now = clock.moment
        return synced

    async def seen(self, wish: Wish, item_id: UUID) -> lists.ItemForOwner:
        return await lists.own_item(wish.list, item_id, now=self.world.now)

    async def price(self, wish: Wish, item_id: UUID) -> int:
        return (await self.seen(wish, item_id)).price.amount_minor


@asynccontextmanager
async def prices_in(
    world: World, config: SandboxConfig | None = None, *, calls_per_day: int = 8640
) -> AsyncIterator[Prices]:
    """Run Amazon's stand-in beside the world."""
    async with amazon_sandbox(config) as amazon:
        amazon.clock.moment = world.now
        allowance = SharedAllowance(calls_per_second=1, calls_per_day=calls_per_day)
        async with connected(amazon, allowance) as catalogue:
            yield Prices(world, amazon, catalogue)


@asynccontextmanager
async def connected(
    amazon: AmazonSandbox, allowance: SharedAllowance | None = None
) -> AsyncIterator[PriceCatalogue]:
    """Connect a client of its own, as every process has one."""
    catalogue = amazon.catalogue(allowance)
    try:
        yield catalogue
    finally:
        await catalogue.close()
