"""Giving up, by hand, a payment that Stripe does not know; and nothing else."""

import pytest

from tests.support.makers import MINUTE, World
from tests.support.sandbox import CONFIRM
from tests.support.snapshot import snapshot
from wishcore import pledges
from wishcore.ids import new_id
from wishcore.payments import PaymentsUnavailable
from wishcore.pledges import AbandonNotPossible, PledgeNotFound, PledgeState


@pytest.mark.parametrize("card", ["pm_card_authenticationRequired", "pm_sandbox_processing"])
async def test_its_room_is_free_again(world: World, card: str) -> None:
    wish = await world.wish(10_000)
    pledge = await world.pledge(wish, 4_000, card=card)
    await world.sandbox.tell("reset")
    world.wait(MINUTE * 31)
    refused = (await world.recover()).refused
    assert [(one.pledge_id, one.code) for one in refused] == [(pledge, "resource_missing")]
    assert (await world.funding(wish)).held_minor == 4_000

    await pledges.abandon_by_hand(pledge, payments=world.payments, now=world.now)
    assert await world.state(pledge) is PledgeState.ABANDONED
    assert (await world.funding(wish)).held_minor == 0
    assert (await world.recover()).refused == ()
    with pytest.raises(AbandonNotPossible):
        await pledges.abandon_by_hand(pledge, payments=world.payments, now=world.now)


async def test_what_stripe_knows_is_not_given_up(world: World) -> None:
    wish = await world.wish(10_000)
    paid = await world.pledge(wish, 1_000)
    waiting = await world.pledge(wish, 1_000, card="pm_card_authenticationRequired")
    await world.sandbox.fault("drop_after", CONFIRM)
    charged = await world.pledge(wish, 1_000)
    await world.sandbox.heal()
    before = await snapshot()
    for pledge in (paid, waiting, charged):
        with pytest.raises(AbandonNotPossible):
            await pledges.abandon_by_hand(pledge, payments=world.payments, now=world.now)
    with pytest.raises(PledgeNotFound):
        await pledges.abandon_by_hand(new_id(), payments=world.payments, now=world.now)
    await world.sandbox.break_down()
    with pytest.raises(PaymentsUnavailable):
        await pledges.abandon_by_hand(waiting, payments=world.payments, now=world.now)
    assert await snapshot() == before
