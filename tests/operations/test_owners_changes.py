"""Owners change prices and remove things; what that means for pledges is found afterwards."""

import pytest

from tests.support.makers import MINUTE, World, refusal
from wishcore import lists
from wishcore.lists.models import Item, WishList
from wishcore.money import Money
from wishcore.pledges.models import FundingState, PledgeState, RefundReason


async def test_a_price_that_falls_to_what_is_paid_reserves_the_item(world: World) -> None:
    wish = await world.wish(10_000)
    await world.pledge(wish, 4_000)
    await world.reprice(wish, 4_000)
    assert (await world.expire()).prices_followed == 1
    funding = await world.funding(wish)
    assert (funding.state, funding.target_minor) == (FundingState.RESERVED, 4_000)
    assert (await world.expire()).prices_followed == 0


async def test_a_price_below_what_is_paid_gives_nothing_back_in_part(world: World) -> None:
    wish = await world.wish(10_000)
    pledge = await world.pledge(wish, 4_000)
    await world.reprice(wish, 100)
    await world.expire()
    funding = await world.funding(wish)
    assert (funding.state, funding.target_minor) == (FundingState.RESERVED, 4_000)
    await world.close(wish)
    assert await world.state(pledge) is PledgeState.PAID
    assert await world.sandbox.refunded(pledge) == 0


async def test_a_price_that_rises_needs_more(world: World) -> None:
    wish = await world.wish(10_000)
    await world.pledge(wish, 4_000)
    await world.reprice(wish, 20_000)
    assert (await world.expire()).prices_followed == 1
    assert (await world.funding(wish)).target_minor == 20_000
    assert await world.sandbox.charged(await world.pledge(wish)) == 16_000


async def test_what_is_reserved_keeps_its_target(world: World) -> None:
    wish = await world.wish(10_000)
    await world.pledge(wish)
    for price in (20_000, 100):
        await world.reprice(wish, price)
        assert (await world.expire()).prices_followed == 0
        funding = await world.funding(wish)
        assert (funding.state, funding.target_minor) == (FundingState.RESERVED, 10_000)
    assert await refusal(world.pledge(wish, 50)) == "item_not_open"


async def test_a_price_cut_below_what_is_held_waits_for_the_payment(world: World) -> None:
    wish = await world.wish(10_000)
    await world.pledge(wish, 4_000)
    slow = await world.pledge(wish, 5_000, card="pm_sandbox_processing")
    await world.reprice(wish, 4_500)
    await world.expire()
    funding = await world.funding(wish)
    assert (funding.state, funding.target_minor) == (FundingState.OPEN, 9_000)
    assert await refusal(world.pledge(wish, 50)) == "pledge_exceeds_remaining"
    await world.sandbox.settle()
    world.wait(3 * MINUTE)
    await world.recover()
    funding = await world.funding(wish)
    assert (funding.state, funding.paid_minor) == (FundingState.RESERVED, 9_000)
    assert await world.state(slow) is PledgeState.PAID


async def test_a_price_cut_and_then_the_payment_fails(world: World) -> None:
    """What is left is enough by itself: the failing payment's end reserves the item."""
    wish = await world.wish(10_000)
    await world.pledge(wish, 4_000)
    await world.pledge(wish, 5_000, card="pm_sandbox_processingDeclined")
    await world.reprice(wish, 3_999)
    await world.sandbox.settle()
    world.wait(3 * MINUTE)
    await world.recover()
    funding = await world.funding(wish)
    assert (funding.state, funding.target_minor) == (FundingState.RESERVED, 4_000)


async def test_a_price_cut_is_known_to_the_next_pledge_at_once(world: World) -> None:
    wish = await world.wish(10_000)
    await world.pledge(wish, 4_000)
    await world.reprice(wish, 5_000)
    assert await refusal(world.pledge(wish, 1_001)) == "pledge_exceeds_remaining"
    await world.pledge(wish, 1_000)
    assert (await world.funding(wish)).state is FundingState.RESERVED


async def test_the_quantity_counts(world: World) -> None:
    wish = await world.wish(1_000, quantity=3)
    await world.pledge(wish, 2_000)
    await lists.edit_item(wish.list, wish.item_id, changes={"quantity": 2}, now=world.now)
    await world.expire()
    assert (await world.funding(wish)).state is FundingState.RESERVED


async def test_a_withdrawn_item_gives_everything_back(world: World) -> None:
    wish = await world.wish(10_000)
    pledges = [await world.pledge(wish, 4_000), await world.pledge(wish, 6_000)]
    giver = await world.guest()
    await lists.withdraw_item(wish.list, wish.item_id, now=world.now)
    assert await refusal(world.pledge(wish, 50, giver=giver)) == "item_not_found"
    assert (await world.expire()).items_withdrawn == 1
    assert (await world.funding(wish)).state is FundingState.WITHDRAWN
    for pledge in pledges:
        assert (await world.row(pledge)).refund_reason is RefundReason.WITHDRAWN
    assert (await world.refund()).refunded == 2
    assert (await world.expire()).items_withdrawn == 0


async def test_a_deleted_list_gives_everything_back(world: World) -> None:
    wish = await world.wish(10_000)
    second = await world.item(wish.list, 5_000)
    pledges = [await world.pledge(wish, 4_000), await world.pledge(wish, item_id=second)]
    giver = await world.guest()
    await lists.delete_list(wish.list, now=world.now)
    assert await refusal(world.pledge(wish, 50, giver=giver)) == "list_not_found"
    assert (await world.expire()).items_withdrawn == 2
    await world.refund()
    assert [await world.state(pledge) for pledge in pledges] == [PledgeState.REFUNDED] * 2


@pytest.mark.parametrize("what", ["item", "list"])
async def test_removed_while_payments_are_in_progress(world: World, what: str) -> None:
    wish = await world.wish(10_000)
    slow = await world.pledge(wish, 4_000, card="pm_sandbox_processing")
    failing = await world.pledge(wish, 1_000, card="pm_sandbox_processingDeclined")
    waiting = await world.pledge(wish, 5_000, card="pm_card_authenticationRequired")
    if what == "item":
        await lists.withdraw_item(wish.list, wish.item_id, now=world.now)
    else:
        await lists.delete_list(wish.list, now=world.now)
    await world.expire()
    await world.challenge(waiting, "approve")
    await world.sandbox.settle()
    world.wait(3 * MINUTE)
    await world.recover()
    await world.refund()
    assert await world.state(slow) is PledgeState.REFUNDED
    assert await world.state(waiting) is PledgeState.REFUNDED
    assert await world.state(failing) is PledgeState.DECLINED
    assert (await world.funding(wish)).held_minor == 0


@pytest.mark.parametrize("state", [FundingState.RESERVED, FundingState.UNFUNDED])
async def test_removed_after_the_deadline(world: World, state: FundingState) -> None:
    wish = await world.wish(10_000)
    pledge = await world.pledge(wish, 10_000 if state is FundingState.RESERVED else 4_000)
    await world.close(wish)
    assert (await world.funding(wish)).state is state
    await lists.delete_list(wish.list, now=world.now)
    await world.expire()
    await world.refund()
    assert await world.sandbox.refunded(pledge) == await world.sandbox.charged(pledge)


async def test_edits_answer_the_same_whatever_was_pledged(world: World) -> None:
    quiet, busy = await world.wish(10_000), await world.wish(10_000)
    await world.pledge(busy)
    for wish in (quiet, busy):
        for price in (1, 99, 20_000, 100):
            item = await lists.edit_item(
                wish.list, wish.item_id, changes={"price": Money(price, "USD"), "quantity": 50},
                now=world.now,
            )  # fmt: skip
            assert item.price.amount_minor == price
        await lists.withdraw_item(wish.list, wish.item_id, now=world.now)
        with pytest.raises(lists.ItemNotFound):
            await lists.own_item(wish.list, wish.item_id, now=world.now)


@pytest.mark.parametrize(("currency", "held", "price", "least"), [
    ("USD", 5_000, 5_020, 50),
    ("JPY", 5_000, 5_001, 50),
])  # fmt: skip
async def test_a_price_that_leaves_less_than_a_card_can_pay_asks_for_the_least(
    world: World, currency: str, held: int, price: int, least: int
) -> None:
    wish = await world.wish(10_000, currency=currency)
    giver = await world.guest()
    await world.pledge(wish, held, giver=giver)
    await world.reprice(wish, price)
    await world.expire()
    assert (await world.funding(wish)).state is FundingState.OPEN

    (item,) = (await world.seen_by(wish, giver)).items
    assert item.funding.remaining == Money(least, currency)
    assert item.funding.target == Money(held + least, currency)
    for wrong in (price - held, least - 1, least + 1):
        assert await refusal(world.pledge(wish, wrong, giver=giver)) in {
            "amount_too_small", "pledge_exceeds_remaining",
        }  # fmt: skip

    last = await world.pledge(wish, giver=giver)
    assert await world.sandbox.charged(last) == least
    funding = await world.funding(wish)
    assert (funding.state, funding.target_minor, funding.paid_minor) == (
        FundingState.RESERVED, held + least, held + least,
    )  # fmt: skip
    assert (await world.expire()).prices_followed == 0
    await world.close(wish)
    assert await world.state(last) is PledgeState.PAID


async def test_the_raised_rest_is_taken_back_again(world: World) -> None:
    wish = await world.wish(10_000)
    await world.pledge(wish, 5_000)
    await world.reprice(wish, 5_020)
    last = await world.pledge(wish, card="pm_card_authenticationRequired")
    funding = await world.funding(wish)
    assert (funding.held_minor, funding.target_minor) == (5_050, 5_050)
    assert await refusal(world.pledge(wish)) == "pledge_exceeds_remaining"
    world.wait(31 * MINUTE)
    await world.recover()
    assert await world.state(last) is PledgeState.ABANDONED
    funding = await world.funding(wish)
    assert (funding.held_minor, funding.target_minor) == (5_000, 5_020)
    assert (await world.expire()).prices_followed == 0
    await world.reprice(wish, 10_000)
    assert await world.sandbox.charged(await world.pledge(wish)) == 5_000


@pytest.mark.parametrize("title", ["🩷", "🛜", "🫨", "\ue000"])
async def test_a_sign_that_python_does_not_know_is_a_title(world: World, title: str) -> None:
    wish = await world.wish()
    named = await lists.edit_list(wish.list, changes={"title": title}, now=world.now)
    item = await lists.edit_item(wish.list, wish.item_id, changes={"title": title}, now=world.now)
    assert (named.title, item.title) == (title, title)
    assert await refusal(world.guest(title, address="g@example.org")) == "done"


async def test_a_stored_title_from_before_refuses_no_other_edit(world: World) -> None:
    wish = await world.wish()
    await WishList.filter(id=wish.list.id).update(title="\u200b", description="\a")
    await Item.filter(id=wish.item_id).update(title="\u200b", note="\a", url="ftp://shop.example")

    changed = await lists.edit_list(wish.list, changes={"occasion": "Tea"}, now=world.now)
    price = Money(500, "USD")
    item = await lists.edit_item(wish.list, wish.item_id, changes={"price": price}, now=world.now)

    assert (changed.title, changed.occasion) == ("\u200b", "Tea")
    assert (item.title, item.price) == ("\u200b", price)
    for edit in (
        lists.edit_list(wish.list, changes={"title": "\u200b"}, now=world.now),
        lists.edit_item(wish.list, wish.item_id, changes={"title": "\u200b"}, now=world.now),
    ):
        assert await refusal(edit) == "invalid"


async def test_a_stored_price_from_before_refuses_no_other_edit(world: World) -> None:
    wish = await world.wish()
    await Item.filter(id=wish.item_id).update(price_minor=1)

    item = await lists.edit_item(wish.list, wish.item_id, changes={"note": "red"}, now=world.now)

    assert (item.note, item.price.amount_minor) == ("red", 1)
    more = lists.edit_item(wish.list, wish.item_id, changes={"quantity": 2}, now=world.now)
    assert await refusal(more) == "bad_price"
