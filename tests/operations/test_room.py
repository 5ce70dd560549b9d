"""Taking room: the statement that decides says the same as the rule that explains."""

import random
from uuid import UUID

import pytest

from tests.support.makers import World
from wishcore import db
from wishcore.errors import WishError
from wishcore.ids import new_id
from wishcore.money import Money
from wishcore.pledges.funding import Room
from wishcore.pledges.holding import _take_room

CASES = 400


class NotTaken(Exception):
    """Nothing of a case may stay."""


@db.transactional
async def case(world: World, item_id: UUID, values: tuple[int, int, int], whole: bool) -> bool:
    price, held, amount = values
    await db.rows(
        "UPDATE item SET price_minor = :price WHERE id = :item RETURNING id",
        price=price,
        item=item_id,
    )
    await db.rows(
        """
        UPDATE funding SET held_minor = :held, target_minor = :target WHERE item_id = :item
        RETURNING item_id
        """,
        held=held,
        target=max(price, held, 1),
        item=item_id,
    )
    taken = await _take_room(item_id, Money(amount, "USD"), is_whole=whole, now=world.now)
    raise NotTaken(taken)


async def decided(world: World, item_id: UUID, values: tuple[int, int, int], whole: bool) -> bool:
    try:
        await case(world, item_id, values, whole)
    except NotTaken as outcome:
        return bool(outcome.args[0])
    raise AssertionError("A case raises.")


def ruled(price: int, held: int, amount: int | None) -> int | None:
    room = Room(price=Money(price, "USD"), held=Money(held, "USD"))
    try:
        return room.accept(None if amount is None else Money(amount, "USD")).amount_minor
    except WishError:
        return None


@pytest.mark.slow
async def test_the_statement_and_the_rule_agree(world: World) -> None:
    wish = await world.wish(10_000)
    giver = await world.guest()
    await world.pledge(wish, 50, giver=giver, card="pm_card_authenticationRequired")
    chance = random.Random(20)
    taken = 0
    for _ in range(CASES):
        price = chance.randint(50, 400)
        held = chance.choice([0, chance.randint(0, 450), max(0, price - chance.randint(0, 120))])
        left = price - held
        amount = chance.choice([left, left - 50, left - 49, left + 1, chance.randint(50, 400)])
        amount = max(amount, 50)
        is_taken = await decided(world, wish.item_id, (price, held, amount), False)
        assert is_taken is (ruled(price, held, amount) == amount), (price, held, amount)
        taken += is_taken
        whole = ruled(price, held, None)
        is_taken = await decided(world, wish.item_id, (price, held, amount), True)
        assert is_taken is (whole == amount), (price, held, amount, whole)
    assert CASES / 10 < taken < CASES * 9 / 10, "All or nothing shows nothing."


async def test_an_amount_of_all_that_was_left_a_moment_ago(world: World) -> None:
    """Whoever wants all that is left never leaves a rest when some of it was freed meanwhile."""
    wish = await world.wish(10_000)
    giver = await world.guest()
    await world.pledge(wish, 50, giver=giver, card="pm_card_authenticationRequired")
    assert not await decided(world, wish.item_id, (10_000, 1_000, 6_000), True)
    assert await decided(world, wish.item_id, (10_000, 4_000, 6_000), True)
    assert not await decided(world, new_id(), (10_000, 4_000, 6_000), True)
