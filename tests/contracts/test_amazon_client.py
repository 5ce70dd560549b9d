"""Our client of Amazon's Creators API against the stand-in: what it asks, reads and gives up."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest

from tests.support.amazon import DE, JP, US, AmazonSandbox, Turns, amazon_sandbox
from tests.support.embedded import empty_database
from wishcli.sandbox.amazon import SandboxConfig
from wishcli.sandbox.amazon.catalogue import asin_of
from wishcore.integrations.amazon import AmazonCatalogue
from wishcore.money import Money
from wishcore.prices import (
    Availability,
    CatalogueUnavailable,
    NotServed,
    Offer,
)

FAST = SandboxConfig(calls_per_second=None, calls_per_day=None)
ID = "PRODUCT001"


@pytest.fixture
async def amazon() -> AsyncIterator[AmazonSandbox]:
    async with empty_database(), amazon_sandbox(FAST) as sandbox:
        yield sandbox


@pytest.fixture
def turns() -> Turns:
    return Turns()


@asynccontextmanager
async def connected(
    amazon: AmazonSandbox, turns: Turns, **more: int
) -> AsyncIterator[AmazonCatalogue]:
    catalogue = amazon.catalogue(turns, **more)  # type: ignore[arg-type]
    try:
        yield catalogue
    finally:
        await catalogue.close()


@pytest.fixture
async def catalogue(amazon: AmazonSandbox, turns: Turns) -> AsyncIterator[AmazonCatalogue]:
    async with connected(amazon, turns) as found:
        yield found


async def offer(amazon: AmazonSandbox, catalogue: AmazonCatalogue, **product: object) -> Offer:
    await amazon.product(ID, **product)
    return (await catalogue.offers(str(product.get("marketplace", US)), [ID]))[ID]


async def test_an_offer(amazon: AmazonSandbox, catalogue: AmazonCatalogue) -> None:
    found = await offer(amazon, catalogue, title="Bicycle", amount="19.99", order_max=3)

    assert found.price == Money(1999, "USD")
    assert found.availability is Availability.AVAILABLE
    assert found.quantity_max == 3
    assert found.title == "Bicycle"
    assert found.page_url == f"https://{US}/dp/{ID}?tag=sandbox-20&linkCode=ogi&th=1&psc=1"
    assert found.image_url == f"https://m.media-amazon.com/{ID}.160.jpg"


async def test_currencies_without_minor_digits(
    amazon: AmazonSandbox, catalogue: AmazonCatalogue
) -> None:
    found = await offer(amazon, catalogue, marketplace=JP, amount="1980")

    assert found.price == Money(1980, "JPY")


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("IN_STOCK", Availability.AVAILABLE),
        ("IN_STOCK_SCARCE", Availability.AVAILABLE),
        ("LEADTIME", Availability.ORDERABLE_LATER),
        ("PREORDER", Availability.ORDERABLE_LATER),
        ("AVAILABLE_DATE", Availability.ORDERABLE_LATER),
        ("OUT_OF_STOCK", Availability.UNAVAILABLE),
        ("UNAVAILABLE", Availability.UNAVAILABLE),
        ("UNKNOWN", Availability.UNKNOWN),
        ("IN_STOCK_SOON", Availability.UNKNOWN),
        ("", Availability.UNKNOWN),
    ],
)
async def test_availability(
    amazon: AmazonSandbox, catalogue: AmazonCatalogue, kind: str, expected: Availability
) -> None:
    assert (await offer(amazon, catalogue, availability=kind)).availability is expected


@pytest.mark.parametrize("kind", ["out_of_stock", "without_price", "without_offer", "used_only"])
async def test_no_price_is_taken_from_elsewhere(
    amazon: AmazonSandbox, catalogue: AmazonCatalogue, kind: str
) -> None:
    assert (await offer(amazon, catalogue, kind=kind)).price is None


@pytest.mark.parametrize("amount", ["0", "-1", "19.999", "1000000", "1e400", "0.001"])
async def test_amounts_that_are_no_price(
    amazon: AmazonSandbox, catalogue: AmazonCatalogue, amount: str
) -> None:
    assert (await offer(amazon, catalogue, amount=amount)).price is None


async def test_products_are_found_by_id_whatever_the_order(
    amazon: AmazonSandbox, catalogue: AmazonCatalogue
) -> None:
    await amazon.product("SILENT0001", kind="silent")
    ids = [asin_of(n) for n in range(8)]

    found = await catalogue.offers(US, [*ids, "SILENT0001", "UNKNOWN001"])

    assert sorted(found) == ids
    assert all(each.product.asin == asin for asin, each in found.items())


async def test_the_other_root_is_read_as_well(
    amazon: AmazonSandbox, catalogue: AmazonCatalogue
) -> None:
    await amazon.control("standing", root="itemResults")

    assert await catalogue.offers(US, [asin_of(1)])


@pytest.mark.parametrize("generation", [2, 3])
async def test_a_token_is_used_until_shortly_before_its_end(
    amazon: AmazonSandbox, turns: Turns, generation: int
) -> None:
    path = "/auth/o2/token" if generation == 3 else "/oauth2/token"
    async with connected(amazon, turns, generation=generation) as catalogue:
        for wait in (0, 3569, 1, 0):
            await amazon.clock.sleep(wait)
            assert await catalogue.offers(US, [asin_of(1)])
    assert len(await amazon.requests(path)) == 2
    assert {entry["status"] for entry in await amazon.requests("")} == {200}


async def test_a_token_that_is_refused_is_renewed_once(
    amazon: AmazonSandbox, catalogue: AmazonCatalogue, turns: Turns
) -> None:
    await catalogue.offers(US, [asin_of(1)])
    await amazon.control("tokens/expire")

    assert await catalogue.offers(US, [asin_of(1)])

    assert [entry["status"] for entry in await amazon.requests()] == [200, 401, 200]
    assert turns.taken == 3


@pytest.mark.parametrize(
    "rule",
    [
        {"action": "status", "status": 500},
        {"action": "status", "status": 503},
        {"action": "status", "status": 429},
        {"action": "drop"},
        {"action": "truncate"},
        {"action": "html"},
        {"action": "status", "status": 500, "path": "/auth/o2/token"},
        {"action": "drop", "path": "/auth/o2/token"},
        {"action": "html", "path": "/auth/o2/token"},
    ],
)
async def test_what_passes_is_tried_again_with_longer_pauses(
    amazon: AmazonSandbox, catalogue: AmazonCatalogue, turns: Turns, rule: dict[str, object]
) -> None:
    await amazon.control("faults", **rule, times=3)

    assert await catalogue.offers(US, [asin_of(1)])

    # Whoever waits for a token takes no turn.
    assert turns.taken == (1 if "path" in rule else 4)
    assert [int(seconds) for seconds in amazon.clock.slept] == [1, 2, 4]


@pytest.mark.parametrize("action", ["drop", "html", "truncate", "status"])
async def test_what_does_not_pass_is_given_up(
    amazon: AmazonSandbox, catalogue: AmazonCatalogue, turns: Turns, action: str
) -> None:
    await amazon.fault(action, times=None)

    with pytest.raises(CatalogueUnavailable):
        await catalogue.offers(US, [asin_of(1)])

    assert turns.taken == 4
    assert turns.closed == []


async def test_nonsense_is_left_out(amazon: AmazonSandbox, catalogue: AmazonCatalogue) -> None:
    await amazon.fault("nonsense")

    assert await catalogue.offers(US, [asin_of(1)]) == {}


async def test_what_is_not_set_up_asks_nobody(amazon: AmazonSandbox, turns: Turns) -> None:
    catalogue = amazon.catalogue(turns, regions=["eu"])

    assert catalogue.marketplaces == {DE}
    for marketplace in (US, "www.amazon.fr", "www.amazon.co.za"):
        with pytest.raises(NotServed):
            await catalogue.offers(marketplace, [asin_of(1)])
    assert await amazon.requests("") == []


async def test_those_who_wait_are_served_together(
    amazon: AmazonSandbox, catalogue: AmazonCatalogue
) -> None:
    """Eleven callers while a request is on its way: two more requests for all of them."""
    await amazon.fault("hold")
    first = asyncio.create_task(_as_task(catalogue, US, asin_of(0)))
    await amazon.until_held()
    others = [asyncio.create_task(_as_task(catalogue, US, asin_of(n))) for n in range(1, 12)]
    same = asyncio.create_task(_as_task(catalogue, US, asin_of(1)))
    await asyncio.sleep(0)
    await amazon.http.delete("/_sandbox/faults")

    found = await asyncio.gather(first, *others, same)

    assert [list(each) for each in found] == [[asin_of(n)] for n in (*range(12), 1)]
    assert [len(entry["body"]["itemIds"]) for entry in await amazon.requests()] == [1, 10, 1]


async def test_marketplaces_are_not_mixed(
    amazon: AmazonSandbox, turns: Turns, catalogue: AmazonCatalogue
) -> None:
    found = await asyncio.gather(
        *(catalogue.offers(place, [asin_of(n)]) for place in (US, DE, JP) for n in range(3))
    )

    assert all(found)
    for entry in await amazon.requests():
        assert entry["status"] == 200
    assert turns.taken <= 9


async def test_whoever_gives_up_keeps_nobody_waiting(
    amazon: AmazonSandbox, catalogue: AmazonCatalogue
) -> None:
    await amazon.fault("hold")
    leader = asyncio.create_task(_as_task(catalogue, US, asin_of(0)))
    await amazon.until_held()
    waiting = asyncio.create_task(_as_task(catalogue, US, asin_of(0), asin_of(1)))
    gone = asyncio.create_task(_as_task(catalogue, US, asin_of(2)))
    await asyncio.sleep(0)
    for task in (gone, leader):
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    await amazon.http.delete("/_sandbox/faults")

    assert sorted(await waiting) == [asin_of(0), asin_of(1)]
    assert [entry["body"]["itemIds"] for entry in await amazon.requests()][-1] == [
        asin_of(0), asin_of(1)
    ]  # fmt: skip


async def _as_task(catalogue: AmazonCatalogue, marketplace: str, *asins: str) -> dict[str, Offer]:
    return dict(await catalogue.offers(marketplace, asins))
