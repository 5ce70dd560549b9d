"""Our client of Amazon's Creators API where it is refused: pauses, circuits, and whom to blame."""

from datetime import datetime, timedelta

import pytest
from typing_extensions import override

from tests.contracts.test_amazon_client import ID, amazon, catalogue, connected, turns
from tests.support.amazon import DE, US, AmazonSandbox, Turns
from wishcli.sandbox.amazon.catalogue import asin_of
from wishcore.integrations.amazon import AmazonCatalogue
from wishcore.prices import CatalogueClosed, CatalogueUnavailable, Closure, ProductsRefused

__all__ = ["amazon", "catalogue", "turns"]


async def test_amazons_own_pause_is_kept(amazon: AmazonSandbox, catalogue: AmazonCatalogue) -> None:
    await amazon.fault("status", status=429, retry_after=17)

    assert await catalogue.offers(US, [asin_of(1)])

    assert [17 <= seconds <= 17 * 1.25 for seconds in amazon.clock.slept] == [True]


async def test_a_pause_in_the_body_is_kept_as_well(
    amazon: AmazonSandbox, catalogue: AmazonCatalogue
) -> None:
    await amazon.fault("status", status=429, pause=23)

    assert await catalogue.offers(US, [asin_of(1)])

    assert [23 <= seconds <= 23 * 1.25 for seconds in amazon.clock.slept] == [True]


@pytest.mark.parametrize("pause", [{"retry_after": 900}, {"pause": 900}])
async def test_nobody_waits_for_a_long_pause_and_it_is_kept_by_all(
    amazon: AmazonSandbox, catalogue: AmazonCatalogue, turns: Turns, pause: dict[str, int]
) -> None:
    await amazon.fault("status", status=429, times=None, **pause)
    begin = amazon.clock.now()

    with pytest.raises(CatalogueClosed) as refusal:
        await catalogue.offers(US, [asin_of(1)])

    assert refusal.value.until - begin == timedelta(seconds=900)
    assert turns.closed == [("sandbox-na-v3", Closure.THROTTLED, None)]
    assert (turns.taken, amazon.clock.slept) == (1, [])


async def test_a_closed_one_is_not_even_asked_for_a_token(amazon: AmazonSandbox) -> None:
    class Closed(Turns):
        @override
        async def check_open(self, credential: str, *, marketplace: str, now: datetime) -> None:
            raise CatalogueClosed(Closure.NOT_ELIGIBLE, until=now + timedelta(hours=1))

    async with connected(amazon, Closed()) as catalogue:
        for ask in (catalogue.offers(US, [asin_of(1)]), catalogue.check_open(US)):
            with pytest.raises(CatalogueClosed):
                await ask
    assert await amazon.requests("") == []


async def test_one_refused_product_is_told_from_a_refused_request(
    amazon: AmazonSandbox, catalogue: AmazonCatalogue, turns: Turns
) -> None:
    await amazon.product(ID, kind="refused")
    with pytest.raises(ProductsRefused):
        await catalogue.offers(US, [asin_of(1), ID])
    assert await catalogue.offers(US, [ID]) == {}
    assert await catalogue.offers(US, [asin_of(1)])
    # Nothing like this comes from the service: a proxy has lost it.
    await amazon.fault("status", status=404)
    with pytest.raises(CatalogueUnavailable) as lost:
        await catalogue.offers(US, [asin_of(1), ID])
    assert not isinstance(lost.value, ProductsRefused)
    assert turns.closed == []


async def test_a_request_that_is_wrong_in_itself_is_a_wrong_setting(
    amazon: AmazonSandbox, catalogue: AmazonCatalogue, turns: Turns
) -> None:
    """As a marketplace that the API does not serve: nobody asks again for an hour."""
    catalogue._tags["www.amazon.ie"] = "x" * 65
    catalogue._tags[DE] = "x" * 65
    for place in ("www.amazon.ie", DE):
        with pytest.raises(CatalogueClosed):
            await catalogue.offers(place, [asin_of(1), asin_of(2)])
    assert turns.closed == [
        ("sandbox-eu-v3", Closure.MISCONFIGURED, place) for place in ("www.amazon.ie", DE)
    ]


async def test_a_machine_that_is_always_late_asks_nothing(amazon: AmazonSandbox) -> None:
    """Better no price than more requests than are allowed."""

    class Late(Turns):
        @override
        async def take_turn(
            self, credential: str, *, marketplace: str, now: datetime, is_missed: bool = False
        ) -> datetime:
            turn = await super().take_turn(
                credential, marketplace=marketplace, now=now, is_missed=is_missed
            )
            return turn - timedelta(seconds=1)

    turns = Late()
    async with connected(amazon, turns) as catalogue:
        with pytest.raises(CatalogueUnavailable):
            await catalogue.offers(US, [asin_of(1)])
    assert turns.taken == 1, "It counts once, however often it was missed."
    assert await amazon.requests() == []


@pytest.mark.parametrize(
    ("standing", "closed"),
    [
        ({"is_eligible": False}, (Closure.NOT_ELIGIBLE, None)),
        ({"unlinked_tags": ["sandbox-20"]}, (Closure.MISCONFIGURED, US)),
    ],
)
async def test_a_circuit_is_broken(
    amazon: AmazonSandbox,
    catalogue: AmazonCatalogue,
    turns: Turns,
    standing: dict[str, object],
    closed: tuple[Closure, str | None],
) -> None:
    await amazon.control("standing", **standing)

    with pytest.raises(CatalogueClosed) as refusal:
        await catalogue.offers(US, [asin_of(1)])

    assert refusal.value.closure is closed[0]
    assert refusal.value.until > amazon.clock.now()
    assert turns.closed == [("sandbox-na-v3", *closed)]
    assert len(await amazon.requests()) == 1


async def test_throttling_that_goes_on_closes_for_minutes(
    amazon: AmazonSandbox, catalogue: AmazonCatalogue, turns: Turns
) -> None:
    await amazon.fault("status", status=429, times=None)

    with pytest.raises(CatalogueClosed):
        await catalogue.offers(US, [asin_of(1)])

    assert turns.closed == [("sandbox-na-v3", Closure.THROTTLED, None)]


async def test_a_wrong_secret_is_a_wrong_setting(amazon: AmazonSandbox, turns: Turns) -> None:
    async with connected(amazon, turns) as catalogue:
        queue = catalogue._find_queue(US)
        assert queue is not None
        object.__setattr__(queue.credential, "secret", "wrong")
        with pytest.raises(CatalogueClosed) as refusal:
            await catalogue.offers(US, [asin_of(1)])
    assert refusal.value.closure is Closure.MISCONFIGURED
    assert [entry["path"] for entry in await amazon.requests("")] == ["/auth/o2/token"]
