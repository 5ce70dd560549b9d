"""Leaks, planted from outside into the processes of a test, and switched on one at a time.

Each is a mistake that somebody could make: a function of the product is replaced by one that knows
what givers did. A function that is no longer there ends the process, and so the test: the leak has
to be planted anew. What each leak is called says what the owner would see.
"""

import asyncio
import functools
import importlib
import os
from collections.abc import Callable
from dataclasses import replace as replaced
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import msgspec

from wishcore import db, lists, pledges
from wishcore.integrations.maildir import FolderMailer
from wishcore.mail import Letter
from wishcore.pages import Page

Truly = Callable[..., Any]
Leak = Callable[..., Any]
DELAY_SECONDS: Final = 0.003
OFTEN_MORE: Final = 1000
LOCKS: Final = {
    "a pledge locks the item before it reads": "funding",
    "a pledge locks the item when it takes room": "pledge",
    "a pledge locks the item when it is written": "pledge_event",
    "a payment locks the item": "ledger_entry",
    "a refund locks the item": "refund",
}
"""Locks, and the table that whoever has locked writes next: who is kept from that has the lock."""
A_LOOK: Final = "a read looks at the givers' side and says nothing"
A_DELAY: Final = "a read takes a little longer where somebody gave"
UNSEEN: Final = frozenset({*LOCKS, A_LOOK, A_DELAY})
"""Leaks that no answer shows: the blindfold and the clock find them."""

_planted: dict[str, tuple[str, str, Leak]] = {}
_given: list[UUID] = []
"""What this process took pledges for."""


def leak(name: str, module: str, function: str) -> Callable[[Leak], Leak]:
    """Declare a leak: what replaces a function, which is its first argument."""

    def register(made: Leak) -> Leak:
        assert name not in _planted, name
        _planted[name] = (module, function, made)
        return made

    return register


def names() -> list[str]:
    """Return the leaks in the order of their numbers, the first of which is 1."""
    return list(_planted)


def plant(active: Callable[[], int]) -> None:
    """Replace the functions in this process; `active` says which leak is switched on."""
    _remember_pledges()
    for number, (path, name, made) in enumerate(_planted.values(), start=1):
        module = importlib.import_module(path)
        before = getattr(module, name)
        setattr(
            module, name, _switched(before, made, functools.partial(_is_active, active, number))
        )


def _is_active(active: Callable[[], int], number: int) -> bool:
    return active() == number


def _switched(truly: Truly, made: Leak, is_on: Callable[[], bool]) -> Truly:
    if asyncio.iscoroutinefunction(truly):

        @functools.wraps(truly)
        async def either(*args: Any, **named: Any) -> Any:
            if is_on():
                return await made(truly, *args, **named)
            return await truly(*args, **named)

        return either

    @functools.wraps(truly)
    def plain(*args: Any, **named: Any) -> Any:
        return made(truly, *args, **named) if is_on() else truly(*args, **named)

    return plain


async def _held(where: str, value: UUID) -> int:
    rows = await db.rows(
        f"SELECT COALESCE(SUM(held_minor), 0) AS held FROM funding WHERE {where} = :value",
        value=value,
    )
    return int(rows[0]["held"])


@leak("an item that is pledged for cannot be withdrawn", "wishcore.lists", "withdraw_item")
async def _refuse_to_withdraw(truly: Truly, owned: Any, item_id: UUID, *, now: datetime) -> None:
    if await _held("item_id", item_id):
        raise lists.ListInactive
    await truly(owned, item_id, now=now)


@leak("a list that is pledged for cannot be edited", "wishcore.lists", "edit_list")
async def _refuse_to_edit(truly: Truly, owned: Any, **named: Any) -> Any:
    if await _held("list_id", owned.id):
        raise lists.ListInactive
    return await truly(owned, **named)


@leak("another reason for a refused price", "wishcore.lists", "edit_item")
async def _explain(truly: Truly, owned: Any, item_id: UUID, *, changes: Any, now: datetime) -> Any:
    price = changes.get("price")
    if price is not None and await _held("item_id", item_id) and price.amount_minor < OFTEN_MORE:
        raise lists.BadPrice("There are pledges of more than that")
    return await truly(owned, item_id, changes=changes, now=now)


@leak("what is gone answers 409 where somebody gave, not 404", "wishcore.lists", "own_item")
async def _gone(truly: Truly, owned: Any, item_id: UUID, *, now: datetime) -> Any:
    try:
        return await truly(owned, item_id, now=now)
    except lists.ItemNotFound:
        if await db.rows("SELECT item_id FROM funding WHERE item_id = :id", id=item_id):
            raise lists.ListInactive from None
        raise


@leak("the quantity that is left", "wishcore.lists", "own_items")
async def _quantity(truly: Truly, owned: Any, **named: Any) -> Any:
    page = await truly(owned, **named)
    items = [
        msgspec.structs.replace(one, quantity=0) if await _held("item_id", one.id) else one
        for one in page.items
    ]
    return Page(tuple(items), page.next_cursor)


@leak("items in the order of what was given", "wishcore.lists", "shared_list")
async def _order(truly: Truly, access: Any, *, now: datetime) -> Any:
    shown = await truly(access, now=now)
    held = {one.id: await _held("item_id", one.id) for one in shown.items}
    ordered = sorted(shown.items, key=lambda one: -held[one.id])
    return msgspec.structs.replace(shown, items=tuple(ordered))


@leak("a cursor that knows", "wishcore.lists", "own_items")
async def _cursor(truly: Truly, owned: Any, **named: Any) -> Any:
    page = await truly(owned, **named)
    if page.next_cursor is None or not await _held("list_id", owned.id):
        return page
    return Page(page.items, page.next_cursor + "x")


@leak("a list that stays active until its refunds are done", "wishcore.lists", "own_list")
async def _stays_active(truly: Truly, owned: Any, *, now: datetime) -> Any:
    shown = await truly(owned, now=now)
    if not await _held("list_id", owned.id):
        return shown
    return msgspec.structs.replace(shown, state=lists.ListState.ACTIVE)


@leak("funding for anonymous visitors", "wishcore.lists.access", "may_see_funding")
def _for_everybody(_: Truly, *, is_identified: bool, is_owner: bool) -> bool:
    del is_identified
    return not is_owner


@leak("a pledge touches the item", "wishcore.pledges.holding", "_take_room")
async def _touch(truly: Truly, item_id: UUID, *args: Any, now: datetime, **named: Any) -> Any:
    await db.change(
        "UPDATE item SET updated_at = :now WHERE id = :id RETURNING id", id=item_id, now=now
    )
    return await truly(item_id, *args, now=now, **named)


@leak("a visit checks the price", "wishcore.pledges", "list_for_giver")
async def _check_price(truly: Truly, access: Any, *, now: datetime) -> Any:
    await _write_price(access.list_id, now)
    return await truly(access, now=now)


@db.transactional
async def _write_price(list_id: UUID, now: datetime) -> None:
    await db.change(
        "UPDATE item SET price_minor = price_minor + 1, updated_at = :now"
        " WHERE list_id = :id RETURNING id",
        id=list_id,
        now=now,
    )


@leak("a letter to the owner", "wishcore.pledges", "make_pledge")
async def _tell(truly: Truly, *, access: Any, **named: Any) -> Any:
    made = await truly(access=access, **named)
    (row,) = await db.rows(
        "SELECT email FROM account JOIN wish_list ON owner_id = account.id"
        " WHERE wish_list.id = :id",
        id=access.list_id,
    )
    folder = Path(os.environ["WISH_VAR"]) / "mail"
    mailer = FolderMailer(folder=folder, sender="Wish <wish@localhost>")
    await mailer.send(Letter(to=str(row["email"]), subject="Good news", text="Somebody gave."))
    return made


@leak("the export tells who gave", "wishcore.exports", "_lists")
async def _export(truly: Truly, owner_id: UUID) -> Any:
    shown = await truly(owner_id)
    given = [one.id for one in shown if await _held("list_id", one.id)]
    return tuple(
        msgspec.structs.replace(one, description="Reserved") if one.id in given else one
        for one in shown
    )


@leak("the sync leaves out what is reserved", "wishcore.lists.pricing", "_set_price")
async def _leave_out(truly: Truly, item: Any, now: datetime) -> Any:
    rows = await db.rows(
        "SELECT item_id FROM funding WHERE item_id = :id AND state = 'reserved'", id=item.id
    )
    return 0 if rows else await truly(item, now)


@leak("closing marks the list", "wishcore.closing", "_plan_refunds")
async def _mark(truly: Truly, item_id: UUID, *args: Any) -> Any:
    await db.change(
        "UPDATE wish_list SET updated_at = created_at WHERE id ="
        " (SELECT list_id FROM item WHERE id = :id) RETURNING id",
        id=item_id,
    )
    return await truly(item_id, *args)


@leak("the owner's own try tells what is left", "wishapi.resources.pledges", "found_by_link")
async def _own_try(truly: Truly, call: Any, viewer: Any, token: str) -> Any:
    access = await truly(call, viewer, token)
    if access.is_owner and await _held("list_id", access.list_id):
        raise pledges.ItemNotOpen
    return access


@leak("a count of pledges in a header", "wishapi.resources.lists", "answer")
def _header(truly: Truly, *args: Any, **named: Any) -> Any:
    return replaced(truly(*args, **named), headers={"X-Served": str(_count())})


@leak("an ETag of the whole table", "wishapi.resources.items", "answer")
def _etag(truly: Truly, *args: Any, **named: Any) -> Any:
    made = truly(*args, **named)
    return replaced(made, headers={**(made.headers or {}), "ETag": f'"{_count()}"'})


@leak("an answer of another length", "wishapi.resources.shared_lists", "answer")
def _length(truly: Truly, shown: Any) -> Any:
    return truly(msgspec.structs.replace(shown, title=shown.title + " " * (_count() % 7)))


def _count() -> int:
    return len(_given)


def _remember_pledges() -> None:
    """Let this process count the pledges that it takes, for leaks that are a count."""
    truly = pledges.make_pledge

    async def counted(**named: Any) -> Any:
        made = await truly(**named)
        _given.append(made.id)
        return made

    setattr(pledges, truly.__name__, counted)


# These show in no answer: the blindfold and the clock have to find them.


async def _lock(item_id: UUID) -> None:
    await db.rows("SELECT id FROM item WHERE id = :id FOR UPDATE", id=item_id)


@leak("a pledge locks the item before it reads", "wishcore.pledges.holding", "_context")
@leak("a pledge locks the item when it takes room", "wishcore.pledges.holding", "_take_room")
async def _lock_first(truly: Truly, item_id: UUID, *args: Any, **named: Any) -> Any:
    await _lock(item_id)
    return await truly(item_id, *args, **named)


@leak("a pledge locks the item when it is written", "wishcore.pledges.holding", "_insert_pledge")
@leak("a payment locks the item", "wishcore.pledges.settling", "post_charge")
@leak("a refund locks the item", "wishcore.refunds.operations", "give_up_refunds")
async def _lock_late(truly: Truly, pledged: Any, *args: Any, **named: Any) -> Any:
    await _lock(pledged.item_id)
    return await truly(pledged, *args, **named)


@leak(A_LOOK, "wishcore.lists", "find_share_token")
async def _look(truly: Truly, owned: Any, **named: Any) -> Any:
    await _held("list_id", owned.id)
    return await truly(owned, **named)


@leak(A_DELAY, "wishcore.lists", "own_items")
async def _delay(truly: Truly, owned: Any, **named: Any) -> Any:
    if await _held("list_id", owned.id):
        await asyncio.sleep(DELAY_SECONDS)
    return await truly(owned, **named)
