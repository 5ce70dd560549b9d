"""An operator buys a gift: from then on its pledges stay, whatever its owner removes."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import closing
from uuid import uuid4

import pytest

from tests.support.makers import DAY, Wish, World, refusal
from tests.support.outside import Session, waiting
from tests.support.server import eventually
from wishcore import administration, gifts, invariants, leaving, lists
from wishcore.pledges import Giver, own_pledge
from wishcore.pledges.models import FundingState, PledgeState

Remove = Callable[[World, Wish], Awaitable[None]]


async def _remove_item(world: World, wish: Wish) -> None:
    await lists.withdraw_item(wish.list, wish.item_id, now=world.now)


async def _remove_list(world: World, wish: Wish) -> None:
    await lists.delete_list(wish.list, now=world.now)


async def _close_account(world: World, wish: Wish) -> None:
    await leaving.close_account(wish.owner.account_id, now=world.now)


REMOVALS = pytest.mark.parametrize("remove", [_remove_item, _remove_list, _close_account])


@REMOVALS
async def test_what_was_bought_does_not_go_back(world: World, remove: Remove) -> None:
    wish = await world.wish(10_000)
    paid = [await world.pledge(wish, amount) for amount in (4_000, 6_000)]
    bought = await gifts.mark_bought(wish.item_id, now=world.now)
    assert (bought.bought_at, bought.paid.amount_minor) == (world.now, 10_000)

    await remove(world, wish)
    assert (await world.expire()).items_withdrawn == 0
    await world.close(wish)

    assert (await world.funding(wish)).state is FundingState.RESERVED
    for pledge in paid:
        assert await world.state(pledge) is PledgeState.PAID
        assert await world.sandbox.refunded(pledge) == 0
    assert await invariants.check(now=world.now + 2 * DAY) == []


@REMOVALS
async def test_what_was_removed_first_is_not_bought(world: World, remove: Remove) -> None:
    wish = await world.wish(10_000)
    pledge = await world.pledge(wish)
    await remove(world, wish)

    assert await refusal(gifts.mark_bought(wish.item_id, now=world.now)) == "gift_not_reserved"

    assert await gifts.gifts_to_buy() == []
    assert (await world.expire()).items_withdrawn == 1
    await world.refund()
    assert await world.sandbox.refunded(pledge) == 10_000
    assert await refusal(gifts.mark_bought(wish.item_id, now=world.now)) == "gift_not_reserved"
    assert (await world.funding(wish)).state is FundingState.WITHDRAWN


async def test_what_was_returned_goes_back_if_it_was_removed(world: World) -> None:
    wish, other = await world.wish(10_000), await world.wish(5_000)
    gone, kept = await world.pledge(wish), await world.pledge(other)
    for one in (wish, other):
        await gifts.mark_bought(one.item_id, now=world.now)
    await _remove_item(world, wish)

    for one in (wish, other):
        returned = await gifts.mark_returned(one.item_id, now=world.now)
        assert returned.bought_at is None
        assert await refusal(gifts.mark_returned(one.item_id, now=world.now)) == "gift_not_bought"

    assert [gift.item_id for gift in await gifts.gifts_to_buy()] == [other.item_id]
    assert (await world.expire()).items_withdrawn == 1
    await world.refund()
    assert await world.sandbox.refunded(gone) == 10_000
    assert await world.sandbox.refunded(kept) == 0


async def test_only_what_is_reserved_is_bought_and_once(world: World) -> None:
    wish = await world.wish(10_000)
    for _ in range(2):  # With no pledge at all, and with one.
        assert await refusal(gifts.mark_bought(wish.item_id, now=world.now)) == "gift_not_reserved"
        await world.pledge(wish, 4_000)
    assert await refusal(gifts.mark_bought(uuid4(), now=world.now)) == "item_not_found"
    assert await refusal(gifts.mark_returned(uuid4(), now=world.now)) == "item_not_found"
    assert await refusal(gifts.mark_returned(wish.item_id, now=world.now)) == "gift_not_bought"

    await world.pledge(wish)
    both = [refusal(gifts.mark_bought(wish.item_id, now=world.now)) for _ in range(2)]
    assert sorted(await asyncio.gather(*both)) == ["done", "gift_bought_already"]
    bought_at = world.now
    world.wait(DAY)
    await _remove_item(world, wish)
    assert await refusal(gifts.mark_bought(wish.item_id, now=world.now)) == "gift_bought_already"
    (item,) = (await administration.fundings_of(wish.list.id)).values()
    assert item.bought_at == bought_at


async def test_gifts_to_buy_are_those_that_are_reserved(world: World) -> None:
    late = await world.wish(10_000, quantity=2, open_for=20 * DAY)
    soon = await world.wish(3_000, open_for=10 * DAY)
    open_one, unfunded = await world.wish(5_000), await world.wish(5_000, open_for=DAY)
    for wish, amount in ((late, None), (soon, None), (open_one, 1_000), (unfunded, 1_000)):
        await world.pledge(wish, amount)
    await world.close(unfunded)

    found = await gifts.gifts_to_buy()

    assert [gift.item_id for gift in found] == [soon.item_id, late.item_id]
    assert (found[1].price.amount_minor, found[1].quantity) == (10_000, 2)
    assert found[1].target == found[1].paid
    assert found[1].target.amount_minor == 20_000
    assert [gift.item_id for gift in await gifts.gifts_to_buy(limit=1)] == [soon.item_id]
    await gifts.mark_bought(soon.item_id, now=world.now)
    assert [gift.item_id for gift in await gifts.gifts_to_buy()] == [late.item_id]


async def test_bought_gifts_are_found_also_when_they_were_removed(world: World) -> None:
    wishes = [await world.wish(5_000) for _ in range(4)]
    first, second, returned, never = wishes
    for wish in wishes:
        await world.pledge(wish)
    for wish in (first, second, returned):
        await gifts.mark_bought(wish.item_id, now=world.now)
        world.wait(DAY)
    await gifts.mark_returned(returned.item_id, now=world.now)
    await _remove_list(world, first)

    found = await gifts.gifts_bought()

    assert [gift.item_id for gift in found] == [second.item_id, first.item_id]
    assert await gifts.gifts_bought(limit=1) == found[:1]
    left = {gift.item_id for gift in await gifts.gifts_to_buy()}
    assert left == {returned.item_id, never.item_id}


async def test_givers_see_that_their_gift_was_bought(world: World) -> None:
    wish = await world.wish(10_000)
    giver, other = await world.guest(), await world.guest("Grace")
    taken_back = await world.pledge(wish, 1_000, giver=giver)
    await world.give_back(taken_back, giver)
    await world.refund()
    pledge = await world.pledge(wish, giver=giver)
    (item,) = (await world.seen_by(wish, other)).items
    assert item.funding.bought_at is None
    assert (await own_pledge(pledge, Giver.of(giver))).gift_bought_at is None

    await gifts.mark_bought(wish.item_id, now=world.now)

    (item,) = (await world.seen_by(wish, other)).items
    assert (item.funding.state, item.funding.bought_at) == (FundingState.RESERVED, world.now)
    assert (await own_pledge(pledge, Giver.of(giver))).gift_bought_at == world.now
    assert (await own_pledge(taken_back, Giver.of(giver))).gift_bought_at is None


async def test_a_bank_may_still_take_its_part_of_a_bought_gift(world: World) -> None:
    wish = await world.wish(10_000)
    pledge = await world.pledge(wish, 4_000, card="pm_card_createDispute")
    await world.pledge(wish)
    await gifts.mark_bought(wish.item_id, now=world.now)
    await world.hear()
    assert await world.state(pledge) is PledgeState.DISPUTED
    await _remove_item(world, wish)
    await world.sandbox.close_dispute(await world.intent_id(pledge), "won")
    await world.hear()

    await world.expire()
    await world.refund()

    assert await world.state(pledge) is PledgeState.PAID
    assert await world.sandbox.refunded(pledge) == 0
    assert await invariants.check(now=world.now + 2 * DAY) == []


async def test_a_disputed_pledge_that_went_back_before_is_no_part_of_the_gift(world: World) -> None:
    wish = await world.wish(10_000)
    giver = await world.guest()
    pledge = await world.pledge(wish, 4_000, giver=giver, card="pm_card_refundFail")
    await world.give_back(pledge, giver)
    await world.refund()
    await world.sandbox.settle()
    await world.hear("refund.failed")
    await world.pledge(wish)
    await gifts.mark_bought(wish.item_id, now=world.now)

    await world.sandbox.dispute(await world.intent_id(pledge))
    await world.hear()

    assert await world.state(pledge) is PledgeState.DISPUTED
    assert (await own_pledge(pledge, Giver.of(giver))).gift_bought_at is None


async def test_what_a_bank_kept_is_missing_to_buy_the_gift_with(world: World) -> None:
    wish = await world.wish(10_000)
    giver, other = await world.guest(), await world.guest()
    pledge = await world.pledge(wish, 4_000, giver=giver, card="pm_card_createDispute")
    rest = await world.pledge(wish, giver=other)
    await gifts.mark_bought(wish.item_id, now=world.now)
    await world.hear()
    assert await world.state(pledge) is PledgeState.DISPUTED
    assert (await own_pledge(pledge, Giver.of(giver))).gift_bought_at == world.now

    await world.sandbox.close_dispute(await world.intent_id(pledge), "lost")
    await world.hear()

    assert await world.state(pledge) is PledgeState.LOST
    assert (await own_pledge(pledge, Giver.of(giver))).gift_bought_at is None
    assert (await own_pledge(rest, Giver.of(other))).gift_bought_at == world.now
    returned = await gifts.mark_returned(wish.item_id, now=world.now)
    assert await gifts.gifts_to_buy() == [returned]
    assert (returned.paid.amount_minor, returned.target.amount_minor) == (6_000, 10_000)


async def test_what_a_bank_has_of_a_pledge_that_stays_buys_no_gift(world: World) -> None:
    wish = await world.wish(10_000)
    pledge = await world.pledge(wish, 4_000)
    await world.pledge(wish)
    intent = await world.intent_id(pledge)

    for outcome, left in (("won", 10_000), ("lost", 8_500)):
        opened = await world.sandbox.dispute(intent, amount=1_500)
        await world.hear()
        assert await world.state(pledge) is PledgeState.DISPUTED
        assert await _to_buy_with() == 8_500
        await world.sandbox.decide(opened, outcome)
        await world.hear()
        assert await world.state(pledge) is PledgeState.PAID
        assert await _to_buy_with() == left
    bought = await gifts.mark_bought(wish.item_id, now=world.now)
    assert bought.paid.amount_minor == 8_500


async def test_a_bank_takes_no_more_of_a_gift_than_was_paid(world: World) -> None:
    wish = await world.wish(10_000)
    pledge = await world.pledge(wish, 4_000)
    await world.pledge(wish)
    for _ in range(2):
        await world.sandbox.dispute(await world.intent_id(pledge), amount=3_000)
    await world.hear()
    assert await _to_buy_with() == 6_000


async def _to_buy_with() -> int:
    (gift,) = await gifts.gifts_to_buy()
    return gift.paid.amount_minor


@pytest.mark.only("postgres")
async def test_a_gift_that_is_bought_while_its_removal_is_followed_stays(
    world: World, db: str
) -> None:
    """Both wait for the same lock: who buys, and behind it the job that found it removed."""
    wish = await world.wish(10_000)
    pledge = await world.pledge(wish)
    with closing(Session(db)) as other, closing(Session(db)) as looking:
        other.execute("BEGIN")
        other.execute("SELECT 1 FROM funding FOR UPDATE")
        buying = asyncio.ensure_future(gifts.mark_bought(wish.item_id, now=world.now))
        await _until_waiting(looking, 1)
        await _remove_item(world, wish)
        following = asyncio.create_task(world.expire())
        await _until_waiting(looking, 2)
        other.execute("ROLLBACK")

        assert (await buying).bought_at == world.now
        assert (await following).items_withdrawn == 0
    await world.refund()
    assert await world.state(pledge) is PledgeState.PAID


async def _until_waiting(session: Session, count: int) -> None:
    what = f"{count} wait for the lock"
    await asyncio.to_thread(eventually, lambda: waiting(session) == count, what=what)
