"""Stripe captures asynchronously: up to an hour later a charge reaches the balance, with its fee.

What is paid is paid at once; nobody waits for the fee, and nobody is alarmed because it is missing.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from typing_extensions import override

from tests.support.books import reconciled
from tests.support.makers import MINUTE, World
from tests.support.pausing import PausingGateway
from tests.support.sandbox import CONFIG, Sandbox, running_sandbox
from wishcore import closing, db
from wishcore.pledges.models import PledgeState
from wishcore.reconciliation.differences import REACHES_BALANCE_WITHIN

HOUR = timedelta(hours=1)
FEE = 146
"""Of 40 dollars: 2.9 % and thirty cents."""


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """Stripe, which takes its hour."""
    async with running_sandbox(replace(CONFIG, balance_after_seconds=3600.0)) as sandbox:
        yield sandbox


async def fees_of(pledge: UUID) -> list[int]:
    rows = await db.rows(
        "SELECT amount_minor FROM ledger_entry WHERE subject_id = :pledge AND account = 'fees'",
        pledge=pledge,
    )
    return [int(row["amount_minor"]) for row in rows]


async def kinds(world: World, *, apply: bool = False) -> set[str]:
    return {drift.kind for drift in await reconciled(world, apply=apply)}


async def test_the_fee_is_booked_when_it_is_told(world: World) -> None:
    wish = await world.wish(10_000)
    pledge = await world.pledge(wish, 4_000)
    await world.hear()
    assert (await world.state(pledge), await fees_of(pledge)) == (PledgeState.PAID, [])
    await world.sandbox.settle()
    assert [one.kind for one in await world.take_notices()] == ["charge.updated"]
    for _ in range(2):
        await world.hear()
        assert await fees_of(pledge) == [FEE]


async def test_what_went_back_before_still_costs_its_fee(world: World) -> None:
    wish = await world.wish(10_000)
    pledge = await world.pledge(wish, 4_000)
    await world.close(wish)
    assert (await world.state(pledge), await fees_of(pledge)) == (PledgeState.REFUNDED, [])
    await world.sandbox.settle()
    await world.hear()
    assert (await world.state(pledge), await fees_of(pledge)) == (PledgeState.REFUNDED, [FEE])


async def test_a_dispute_comes_first(world: World) -> None:
    wish = await world.wish(10_000)
    pledge = await world.pledge(wish, 4_000, card="pm_card_createDispute")
    await world.hear()
    assert await world.state(pledge) is PledgeState.DISPUTED
    of_dispute = await fees_of(pledge)
    await world.sandbox.settle()
    await world.hear()
    assert await fees_of(pledge) == [*of_dispute, FEE]


async def test_what_may_still_reach_the_balance_is_not_missed(world: World) -> None:
    wish = await world.wish(10_000)
    await world.pledge(wish, 4_000)
    await world.hear()
    world.wait(HOUR)
    assert await world.payments.available_balance() == {"USD": 0}
    assert await kinds(world) == set()
    world.wait(HOUR)
    assert await kinds(world) == {"balance too low for refunds"}
    await world.sandbox.settle()
    await world.hear()
    assert await world.payments.available_balance() == {"USD": 4_000 - FEE}
    assert await kinds(world) == set()


@pytest.mark.slow
@pytest.mark.parametrize("how", ["taken back", "disputed", "pending"])
async def test_what_leaves_the_balance_before_it_came_is_not_missed(world: World, how: str) -> None:
    """The young charge lowers the balance; of what others paid nothing is missing."""
    old, gift, young = [await world.wish(price) for price in (10_000, 5_000, 10_000)]
    await world.pledge(old, 9_000)
    await world.pledge(gift)
    await world.sandbox.settle()
    await world.hear()
    world.wait(REACHES_BALANCE_WITHIN)
    assert await kinds(world) == set()

    card = {"disputed": "pm_card_createDispute", "pending": "pm_card_pendingRefund"}.get(how)
    for _ in range(3):  # The gift's money does not cover so much.
        await world.pledge(young, 3_000, card=card or "pm_card_visa")
    await world.hear()
    if how != "disputed":
        await closing.close_list(young.list.id, now=world.now)
        await world.expire()
        await world.refund()
    world.wait(3 * MINUTE)
    there = (await world.payments.available_balance())["USD"]
    assert there < 8_000, "It covers what the others may get back."
    assert await kinds(world) == set()

    world.wait(REACHES_BALANCE_WITHIN)
    assert "balance too low for refunds" in await kinds(world), "By now it should be there."


async def test_a_fee_that_becomes_known_while_it_is_compared(world: World) -> None:
    """The balance was read before the charge reached it."""

    class Slow(PausingGateway):
        @override
        async def available_balance(self) -> Mapping[str, int]:
            found = await super().available_balance()
            await world.sandbox.settle()
            assert await world.hear() == 1
            return found

    wish = await world.wish(10_000)
    pledge = await world.pledge(wish, 4_000)
    await world.hear()
    world.wait(HOUR)
    assert await reconciled(world, payments=Slow(world.payments)) == ()
    assert await fees_of(pledge) == [FEE]


async def test_a_fee_whose_notice_is_lost_is_found(world: World) -> None:
    wish = await world.wish(10_000)
    pledge = await world.pledge(wish, 4_000)
    await world.hear()
    await world.sandbox.settle()
    assert await kinds(world) == set(), "Its notice gets its time."
    world.wait(REACHES_BALANCE_WITHIN)
    assert await kinds(world) == {"fee not booked", "balance too low for refunds"}
    assert await kinds(world, apply=True) == set()
    assert await fees_of(pledge) == [FEE]
