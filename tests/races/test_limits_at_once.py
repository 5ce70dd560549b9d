"""How much an account may have holds, however many requests ask for more at the same moment."""

from collections import Counter
from typing import TypeVar
from uuid import UUID

from tests.support.actor import NewItem, NewList
from tests.support.crowd import at_once
from tests.support.makers import World, new_list
from wishcore import db as database
from wishcore.ids import new_id
from wishcore.lists.models import Item, WishList
from wishcore.lists.operations import ITEMS_MAX, LISTS_MAX

M = TypeVar("M", WishList, Item)

ROOM = 2
AT_ONCE = 12


@database.transactional
async def copy(kind: type[M], row_id: UUID, times: int) -> None:
    """Write a row that an operation made again, under other ids: in one commit."""
    row = await kind.get(id=row_id)
    await kind.bulk_create(row.clone(pk=new_id()) for _ in range(times))


async def test_lists_of_an_account(world: World, db: str) -> None:
    owner = await world.account()
    made = await new_list(owner.account_id, now=world.now)
    await copy(WishList, made.id, LISTS_MAX - ROOM - 1)
    orders = [NewList(owner_id=owner.account_id, now=world.now) for _ in range(AT_ONCE)]
    answers = Counter(await at_once(world, db, orders))
    assert answers == {"done": ROOM, "too_many": AT_ONCE - ROOM}
    rows = await database.rows("SELECT COUNT(*) AS made FROM wish_list")
    assert rows[0]["made"] == LISTS_MAX


async def test_items_of_a_list(world: World, db: str) -> None:
    wish = await world.wish()
    await copy(Item, wish.item_id, ITEMS_MAX - ROOM - 1)
    orders = [NewItem(owned=wish.list, now=world.now) for _ in range(AT_ONCE)]
    answers = Counter(await at_once(world, db, orders))
    assert answers == {"done": ROOM, "too_many": AT_ONCE - ROOM}
    rows = await database.rows("SELECT COUNT(*) AS made FROM item")
    assert rows[0]["made"] == ITEMS_MAX
