"""Sending the same pledge again: the card is charged once, and the answer is the same."""

import pytest

from tests.support.makers import MINUTE, World, refusal
from tests.support.snapshot import snapshot
from wishcore import lists, pledges
from wishcore.ids import new_id
from wishcore.pledges.models import PledgeState


async def test_the_same_id_again_charges_once(world: World) -> None:
    wish = await world.wish()
    giver, pledge = await world.guest(), new_id()
    await world.pledge(wish, 4_000, giver=giver, pledge_id=pledge)
    before = await snapshot()
    for _ in range(3):
        world.wait(MINUTE)
        await world.pledge(wish, 4_000, giver=giver, pledge_id=pledge)
    assert await snapshot() == before
    assert await world.sandbox.charged(pledge) == 4_000
    assert len(await world.sandbox.intents()) == 1


async def test_it_is_said_whether_a_pledge_is_new(world: World) -> None:
    wish = await world.wish()
    giver = await world.guest()
    request = pledges.PledgeRequest(
        id=new_id(), item_id=wish.item_id, amount=None, payment_method="pm_card_visa", token=None
    )
    access = await lists.by_share_link(wish.token, giver)
    said = [
        (
            await pledges.make_pledge(
                request=request,
                access=access,
                giver=pledges.Giver.of(giver),
                payments=world.payments,
                return_url="https://wish.test",
                now=world.now,
            )
        ).is_new
        for _ in range(2)
    ]
    assert said == [True, False]


async def test_again_when_the_item_is_gone(world: World) -> None:
    """What was paid is answered, whatever happened to the item since."""
    wish = await world.wish()
    giver, pledge = await world.guest(), new_id()
    await world.pledge(wish, giver=giver, pledge_id=pledge)
    await lists.withdraw_item(wish.list, wish.item_id, now=world.now)
    assert await world.pledge(wish, giver=giver, pledge_id=pledge) == pledge
    world.now = wish.deadline
    assert await world.pledge(wish, giver=giver, pledge_id=pledge) == pledge
    assert await world.sandbox.charged(pledge) == 10_000


async def test_a_declined_one_stays_declined(world: World) -> None:
    wish = await world.wish()
    giver, pledge = await world.guest(), new_id()
    card = "pm_card_chargeDeclinedLostCard"
    said = [
        await refusal(world.pledge(wish, giver=giver, card=card, pledge_id=pledge))
        for _ in range(2)
    ]
    assert said == ["card_declined", "card_declined"]
    said = [await refusal(world.pledge(wish, giver=giver, card="pm_no", pledge_id=new_id()))]
    assert said == ["bad_payment_method"]
    assert len(await world.sandbox.intents_of(pledge)) == 1


async def test_a_bad_payment_method_stays_bad(world: World) -> None:
    wish = await world.wish()
    giver, pledge = await world.guest(), new_id()
    for _ in range(2):
        again = world.pledge(wish, giver=giver, card="tok_unknown", pledge_id=pledge)
        assert await refusal(again) == "bad_payment_method"


async def test_the_id_of_another_pledge(world: World) -> None:
    wish = await world.wish(10_000)
    other_item = await world.item(wish.list, 10_000)
    giver, other, pledge = await world.guest(), await world.guest(), new_id()
    await world.pledge(wish, 4_000, giver=giver, pledge_id=pledge, message="Hello")
    before = await snapshot()
    different = {
        "amount": world.pledge(wish, 4_001, giver=giver, pledge_id=pledge, message="Hello"),
        "whole": world.pledge(wish, giver=giver, pledge_id=pledge, message="Hello"),
        "message": world.pledge(wish, 4_000, giver=giver, pledge_id=pledge),
        "giver": world.pledge(wish, 4_000, giver=other, pledge_id=pledge, message="Hello"),
        "item": world.pledge(
            wish, 4_000, giver=giver, pledge_id=pledge, message="Hello", item_id=other_item
        ),
        "card": world.pledge(
            wish, 4_000, giver=giver, pledge_id=pledge, message="Hello", card="pm_card_mastercard"
        ),
        "name": world.pledge(
            wish, 4_000, giver=giver, pledge_id=pledge, message="Hello", show_name=True
        ),
    }
    for what, work in different.items():
        assert await refusal(work) == "id_reused", what
    assert await snapshot() == before
    assert len(await world.sandbox.intents()) == 1


async def test_again_while_3d_secure_waits(world: World) -> None:
    wish = await world.wish()
    giver, pledge = await world.guest(), new_id()
    card = "pm_card_authenticationRequired"
    for _ in range(2):
        await world.pledge(wish, giver=giver, card=card, pledge_id=pledge)
    assert await world.state(pledge) is PledgeState.REQUIRES_ACTION
    assert len(await world.sandbox.intents()) == 1


@pytest.mark.parametrize("card", ["pm_card_visa", "tok_visa"])
async def test_again_when_stripe_has_forgotten_its_keys(world: World, card: str) -> None:
    wish = await world.wish()
    giver, pledge = await world.guest(), new_id()
    for _ in range(3):
        await world.pledge(wish, giver=giver, card=card, pledge_id=pledge)
        await world.sandbox.forget_keys()
    assert await world.sandbox.charged(pledge) == 10_000
