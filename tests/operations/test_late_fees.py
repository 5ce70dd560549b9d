"""Stripe captures asynchronously: up to an hour later a charge reaches the balance, with its fee.

What is paid is paid at once; nobody waits for the fee, and nobody is alarmed because it is missing.
"""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from tests.support.books import reconciled
from tests.support.makers import World
from tests.support.sandbox import CONFIG, Sandbox, running_sandbox
from wishcore import db
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
