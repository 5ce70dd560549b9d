"""While Stripe is slow: a call has an end, and there are not too many at once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from tests.support.makers import MINUTE, World
from tests.support.sandbox import CONFIRM, INTENTS, REFUNDS, gateway_to
from wishcore.integrations.stripe import CALLS_AT_ONCE_MAX
from wishcore.payments import PaymentsUnavailable
from wishcore.pledges.models import PledgeState
from wishcore.refunds import operations

# What Stripe answers decides here, and other tests send the same statements to PostgreSQL.
pytestmark = pytest.mark.nightly("postgres")

BYTE_SECONDS = 0.02
"""No read is silent for long, and an answer of a thousand bytes takes twenty seconds."""
CALL_SECONDS = 0.5
LONGEST = 10.0
"""Far more than what a test waits for, and less than one answer that drips."""
LOOKS = 20
"""So many answers of the sandbox take longer than a request on its way to it."""


@asynccontextmanager
async def hasty(world: World) -> AsyncIterator[World]:
    """Give the same world, where each call to Stripe ends soon."""
    async with (
        asyncio.timeout(LONGEST),
        gateway_to(world.sandbox.url, call_seconds_max=CALL_SECONDS) as payments,
    ):
        yield replace(world, payments=payments)


async def test_what_drips_is_not_answered(world: World) -> None:
    wish = await world.wish()
    await world.sandbox.fault("drip", INTENTS, seconds=BYTE_SECONDS)
    async with hasty(world) as soon:
        with pytest.raises(PaymentsUnavailable):
            await soon.pledge(wish, 4_000)
    assert await world.sandbox.met() == 1, "Once it is given up it is not tried again."


async def test_a_confirmation_that_drips_is_an_unknown_outcome(world: World) -> None:
    wish = await world.wish()
    await world.sandbox.fault("drip", CONFIRM, seconds=BYTE_SECONDS)
    async with hasty(world) as soon:
        pledge = await soon.pledge(wish, 4_000)
    assert await world.state(pledge) is PledgeState.CONFIRMING
    await world.sandbox.heal()
    world.wait(2 * MINUTE)
    await world.recover()
    assert await world.state(pledge) is PledgeState.PAID
    assert await world.sandbox.charged(pledge) == 4_000


async def test_a_refund_that_drips_is_sent_once(world: World) -> None:
    wish = await world.wish()
    giver = await world.guest()
    pledge = await world.pledge(wish, 4_000, giver=giver)
    await world.give_back(pledge, giver)
    await world.sandbox.fault("drip", REFUNDS, seconds=BYTE_SECONDS)
    async with hasty(world) as soon:
        assert (await soon.refund()).unanswered == 1
    assert await world.state(pledge) is PledgeState.REFUNDING
    await world.sandbox.heal()
    world.wait(operations.LEASE)
    assert (await world.refund()).refunded == 1
    (intent,) = await world.sandbox.intents_of(pledge)
    assert intent["refunded_count"] == 1


async def test_recovery_goes_on_past_an_answer_that_drips(world: World) -> None:
    wish = await world.wish()
    slow, other = [
        await world.pledge(wish, 1_000, card="pm_card_authenticationRequired") for _ in range(2)
    ]
    path = f"/v1/payment_intents/{await world.intent_id(slow)}"
    await world.sandbox.fault("drip", path, method="GET", seconds=BYTE_SECONDS)
    world.wait(31 * MINUTE)
    async with hasty(world) as soon:
        recovered = await soon.recover()
    assert (recovered.ended, recovered.unanswered) == (1, 1)
    assert await world.state(slow) is PledgeState.REQUIRES_ACTION
    assert await world.state(other) is PledgeState.ABANDONED
    await world.sandbox.heal()
    world.wait(MINUTE)
    assert (await world.recover()).ended == 1


async def test_calls_that_pile_up_wait_for_room(world: World) -> None:
    pledge = await world.pledge(await world.wish(), 4_000)
    intent = await world.intent_id(pledge)
    await world.sandbox.fault("hold_before", f"/v1/payment_intents/{intent}", method="GET")
    calls = [
        asyncio.create_task(world.payments.get_intent(intent)) for _ in range(CALLS_AT_ONCE_MAX + 5)
    ]
    async with asyncio.timeout(LONGEST):
        while await world.sandbox.met() < CALLS_AT_ONCE_MAX:
            assert not any(call.done() for call in calls)
        for _ in range(LOOKS):
            assert await world.sandbox.met() == CALLS_AT_ONCE_MAX
        await world.sandbox.heal()
        answers = await asyncio.gather(*calls)
    assert {answer.id for answer in answers} == {intent}
