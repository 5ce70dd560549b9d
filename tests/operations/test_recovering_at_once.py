"""Recoveries that meet, givers who poll, and clocks that differ: each walk ends."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

import pytest

from tests.support.makers import DAY, MINUTE, World
from wishcore import jobs, pledges
from wishcore.pledges.models import PledgeState

SECOND = timedelta(seconds=1)


async def waiting(world: World, count: int) -> set[UUID]:
    """Return pledges whose givers were asked by their banks five minutes ago."""
    wish, card = await world.wish(100_000), "pm_card_authenticationRequired"
    made = {await world.pledge(wish, 500, card=card) for _ in range(count)}
    world.wait(5 * MINUTE)
    return made


@pytest.mark.slow
@pytest.mark.parametrize("gap", [-300, 0, 3, 7, 60, 300])
async def test_two_walks_at_once_end_and_leave_nobody_out(world: World, gap: int) -> None:
    made = await waiting(world, 3)
    first = pledges.unfinished(clock=world.clock)
    second = pledges.unfinished(clock=lambda: world.now + gap * SECOND)
    met: list[UUID] = []
    while found := [pledge async for pledge in _one_each(first, second)]:
        met += found
        assert len(met) < 50, "A walk does not end."
        world.wait(SECOND)
    assert set(met) == made
    assert len(met) <= 2 * len(made)


async def _one_each(*walks: AsyncIterator[UUID]) -> AsyncIterator[UUID]:
    for walk in walks:
        with suppress(StopAsyncIteration):
            yield await anext(walk)


@pytest.mark.parametrize("gap", [0, 60])
async def test_two_jobs_at_once_end(world: World, gap: int) -> None:
    await waiting(world, 4)
    later = world.now + gap * SECOND
    async with asyncio.timeout(30):
        first, second = await asyncio.gather(
            jobs.recover(payments=world.payments, clock=world.clock),
            jobs.recover(payments=world.payments, clock=lambda: later),
        )
    assert first.looked_at + second.looked_at <= 8


async def test_givers_who_poll_keep_no_walk_from_ending_or_from_others(world: World) -> None:
    """Whoever polls is asked about by that."""
    made = sorted(await waiting(world, 12))
    met: list[UUID] = []
    async for pledge in pledges.unfinished(clock=world.clock):
        met.append(pledge)
        assert len(met) <= 2 * len(made), "The walk does not end."
        world.wait(SECOND)
        for polled in made[::2]:
            await pledges.look_up(polled, payments=world.payments, now=world.now)
    assert set(met) >= set(made[1::2])


async def meet_a_day_ahead(world: World, wanted: UUID) -> None:
    """Walk by a clock that is a day ahead, as far as this pledge."""
    async for pledge in pledges.unfinished(clock=lambda: world.now + DAY):
        if pledge == wanted:
            return


async def test_who_polls_hides_nobody_whom_a_clock_that_was_ahead_has_met(world: World) -> None:
    polls, waits = sorted(await waiting(world, 2))
    await meet_a_day_ahead(world, waits)
    met: list[UUID] = []
    async for pledge in pledges.unfinished(clock=world.clock):
        met.append(pledge)
        await pledges.look_up(polls, payments=world.payments, now=world.now)
    assert sorted(met) == [polls, waits]


async def test_those_who_poll_a_server_whose_clock_is_ahead_hide_nobody(world: World) -> None:
    first, second, waits = sorted(await waiting(world, 3))
    await meet_a_day_ahead(world, waits)
    met: list[UUID] = []
    async for pledge in pledges.unfinished(clock=world.clock):
        met.append(pledge)
        world.wait(SECOND)
        for polled in (first, second):
            await pledges.look_up(polled, payments=world.payments, now=world.now + MINUTE)
    assert sorted(met) == [first, second, waits]


async def test_who_polls_is_answered_after_a_recovery_whose_clock_is_ahead(world: World) -> None:
    (pledge,) = await waiting(world, 1)
    world.wait(5 * MINUTE)
    await world.recover()
    world.wait(-5 * MINUTE)
    await world.challenge(pledge, "approve")
    assert await pledges.look_up(pledge, payments=world.payments, now=world.now) is not None
    assert await world.state(pledge) is PledgeState.PAID
