"""What owners do. Every statement reads and writes the owner's side only.

The answers never depend on what givers did: what an edit or a removal means for pledges is found
later, by state, in `wishcore.closing`.
"""

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from functools import partial
from typing import Any, Final, TypedDict, TypeVar
from uuid import UUID

from wishcore import db
from wishcore.errors import Conflict, Fault, Unauthenticated, invalid
from wishcore.ids import new_id
from wishcore.lists.access import ListNotFound, OwnedList, locked_list
from wishcore.lists.content import (
    checked_deadline,
    checked_price,
    checked_priority,
    checked_text,
    checked_url,
)
from wishcore.lists.models import Item, ListState, PriceSource, WishList
from wishcore.lists.queries import ItemForOwner, ItemNotFound, ListForOwner, own_item, own_list
from wishcore.lists.visibility import shown_state
from wishcore.money import Money, UnknownCurrency, minimum_charge
from wishcore.prices.asin import find_asin, is_amazon, is_short_link

LISTS_MAX: Final = 200
ITEMS_MAX: Final = 200


class ListInactive(Conflict):
    """The deadline has passed: the list can be read and deleted, no longer changed."""

    code = "list_inactive"
    title = "The list's deadline has passed"


class TooMany(Conflict):
    """The account has as many lists, or the list as many items, as there may be."""

    code = "too_many"
    title = "There are as many as there may be"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListContent:
    """What an owner says about a list."""

    title: str
    description: str
    occasion: str
    deadline: datetime

    def checked(self, *, now: datetime, kept: Container[str] = ()) -> "ListContent":
        """Return it trimmed. What is kept as it was before is not judged again."""
        checked = _checked(self, _LIST_TEXTS, kept)
        if "deadline" in kept:
            return checked
        return replace(checked, deadline=checked_deadline(self.deadline, now=now))


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemContent:
    """What an owner says about an item."""

    title: str
    note: str
    url: str
    price: Money
    quantity: int
    priority: int
    price_source: PriceSource = PriceSource.MANUAL

    def checked(self, currency: str, *, kept: Container[str] = ()) -> "ItemContent":
        """Return it trimmed and with a price that can be paid. What is kept is not judged again."""
        if self.price_source is PriceSource.AMAZON and not is_amazon(self.url.strip()):
            raise invalid("/price_source", "Amazon prices its own products only")
        checked = _checked(self, _ITEM_MEMBERS, kept)
        if "price" in kept and "quantity" in kept:
            return checked
        price = checked_price(self.price, quantity=self.quantity, currency=currency)
        return replace(checked, price=price)


_Content = TypeVar("_Content", ListContent, ItemContent)
_title: Final = partial(checked_text, pointer="/title", length_max=200, is_required=True)
_LIST_TEXTS: Final[Mapping[str, Callable[[Any], object]]] = {
    "title": _title,
    "description": partial(checked_text, pointer="/description", length_max=5000),
    "occasion": partial(checked_text, pointer="/occasion", length_max=80),
}
_ITEM_MEMBERS: Final[Mapping[str, Callable[[Any], object]]] = {
    "title": _title,
    "note": partial(checked_text, pointer="/note", length_max=2000),
    "url": checked_url,
    "priority": checked_priority,
}


def _checked(
    content: _Content, rules: Mapping[str, Callable[[Any], object]], kept: Container[str]
) -> _Content:
    judged: dict[str, Any] = {
        name: rule(getattr(content, name)) for name, rule in rules.items() if name not in kept
    }
    return replace(content, **judged)


def _kept(content: _Content, changes: Container[str]) -> set[str]:
    """Return the members that an edit does not name."""
    return {field.name for field in fields(content) if field.name not in changes}


class ListChanges(TypedDict, total=False):
    """What an owner says anew about a list; what is absent stays."""

    title: str
    description: str
    occasion: str
    deadline: datetime


class ItemChanges(TypedDict, total=False):
    """What an owner says anew about an item; what is absent stays."""

    title: str
    note: str
    url: str
    price: Money
    quantity: int
    priority: int
    price_source: PriceSource


async def create_list(
    *, owner_id: UUID, content: ListContent, currency: str, now: datetime
) -> ListForOwner:
    """Make a list, which is active and not yet shared.

    Raises:
        Invalid: a field is not right; nothing was made.
        TooMany: the account has 200 lists. Unauthenticated: it was closed meanwhile.
    """
    _check_currency(currency)
    wanted = content.checked(now=now)
    created = await _insert_list(owner_id, wanted, currency, now)
    return await own_list(created, now=now)


async def edit_list(owned: OwnedList, *, changes: ListChanges, now: datetime) -> ListForOwner:
    """Change the named fields of `ListContent` and leave the others as they are, unjudged.

    Raises:
        Invalid: a field is not right; ListInactive: the deadline has passed. Nothing is changed.
        ListNotFound: the list was deleted.
    """
    await _update_list(owned, changes, now)
    return await own_list(owned, now=now)


@db.transactional
async def delete_list(owned: OwnedList, *, now: datetime) -> None:
    """Remove the list for everybody, at any time; pledges for its items go back later.

    Raises:
        ListNotFound: it was deleted before, perhaps a moment ago.
    """
    deleted = await db.change(
        "UPDATE wish_list SET deleted_at = :now WHERE id = :id AND deleted_at IS NULL RETURNING id",
        id=owned.id,
        now=now,
    )
    if not deleted:
        raise ListNotFound


async def erase_lists_of(owner_id: UUID, *, now: datetime) -> None:
    """Remove all lists of somebody who leaves, with every word that was written there. A step.

    Pledges for their items go back later, as for any list that is deleted.
    """
    await db.change(
        """
        UPDATE wish_list SET deleted_at = COALESCE(deleted_at, :now), share_hash = NULL,
            title = '-', description = '', occasion = ''
        WHERE owner_id = :owner RETURNING id
        """,
        owner=owner_id,
        now=now,
    )
    await db.change(
        """
        UPDATE item SET title = '-', note = '', url = '', marketplace = NULL, asin = NULL,
            link_due_at = NULL
        WHERE list_id IN (SELECT id FROM wish_list WHERE owner_id = :owner) RETURNING id
        """,
        owner=owner_id,
    )


async def add_item(owned: OwnedList, *, content: ItemContent, now: datetime) -> ItemForOwner:
    """Put an item on the list.

    Raises:
        Invalid, BadPrice: a field is not right; ListInactive: the deadline has passed; TooMany:
            the list has 200 items. Nothing is made.
    """
    item_id = await _insert_item(owned, content.checked(owned.currency), now)
    return await own_item(owned, item_id, now=now)


async def edit_item(
    owned: OwnedList, item_id: UUID, *, changes: ItemChanges, now: datetime
) -> ItemForOwner:
    """Change the named fields of `ItemContent` and leave the others as they are, unjudged.

    Raises:
        Invalid, BadPrice: a field is not right; ListInactive: the deadline has passed. Nothing is
            changed.
        ItemNotFound: it is not on this list, or was withdrawn.
    """
    await _update_item(owned, item_id, changes, now)
    return await own_item(owned, item_id, now=now)


@db.transactional
async def withdraw_item(owned: OwnedList, item_id: UUID, *, now: datetime) -> None:
    """Remove the item for everybody, at any time; pledges for it go back later.

    Raises:
        ItemNotFound: it is not on this list, or was withdrawn before.
    """
    withdrawn = await db.change(
        """
        UPDATE item SET withdrawn_at = :now
        WHERE id = :id AND list_id = :list AND withdrawn_at IS NULL RETURNING id
        """,
        id=item_id,
        list=owned.id,
        now=now,
    )
    if not withdrawn:
        raise ItemNotFound


@db.transactional
async def _insert_list(
    owner_id: UUID, content: ListContent, currency: str, now: datetime
) -> OwnedList:
    # Lists of one account are made one after the other: so the limit holds, and none is made by
    # a request that was on its way when the account was closed.
    if not await db.rows(
        "SELECT id FROM account WHERE id = :id AND deleted_at IS NULL FOR NO KEY UPDATE",
        id=owner_id,
    ):
        raise Unauthenticated("The account was closed")
    if await WishList.filter(owner_id=owner_id, deleted_at=None).count() >= LISTS_MAX:
        raise TooMany(f"An account has {LISTS_MAX} lists at most")
    row = await WishList.create(
        id=new_id(),
        owner_id=owner_id,
        title=content.title,
        description=content.description,
        occasion=content.occasion,
        currency=currency,
        deadline=content.deadline,
        state=ListState.ACTIVE,
        share_generation=0,
        created_at=now,
        updated_at=now,
    )
    return OwnedList(id=row.id, owner_id=owner_id, currency=currency)


@db.transactional
async def _update_list(owned: OwnedList, changes: ListChanges, now: datetime) -> None:
    row = await locked_list(owned)
    _check_active(row, now)
    before = ListContent(
        title=row.title,
        description=row.description,
        occasion=row.occasion,
        deadline=row.deadline,
    )
    kept = _kept(before, changes)
    if changes.get("deadline") == row.deadline:
        kept.add("deadline")  # It may have come near.
    wanted = replace(before, **changes).checked(now=now, kept=kept)
    await WishList.filter(id=owned.id).update(
        title=wanted.title,
        description=wanted.description,
        occasion=wanted.occasion,
        deadline=wanted.deadline,
        updated_at=now,
    )


@db.transactional
async def _insert_item(owned: OwnedList, content: ItemContent, now: datetime) -> UUID:
    _check_active(await locked_list(owned), now)
    if await Item.filter(list_id=owned.id, withdrawn_at=None).count() >= ITEMS_MAX:
        raise TooMany(f"A list has {ITEMS_MAX} items at most")
    row = await Item.create(
        id=new_id(),
        list_id=owned.id,
        title=content.title,
        note=content.note,
        url=content.url,
        price_minor=content.price.amount_minor,
        quantity=content.quantity,
        priority=content.priority,
        price_source=content.price_source,
        **_link(content.url, now),
        created_at=now,
        updated_at=now,
    )
    return row.id


@db.transactional
async def _update_item(
    owned: OwnedList, item_id: UUID, changes: ItemChanges, now: datetime
) -> None:
    locked = await locked_list(owned)
    row = await Item.filter(id=item_id, list_id=owned.id, withdrawn_at=None).get_or_none()
    if row is None:
        raise ItemNotFound
    _check_active(locked, now)
    before = ItemContent(
        title=row.title,
        note=row.note,
        url=row.url,
        price=Money(row.price_minor, owned.currency),
        quantity=row.quantity,
        priority=row.priority,
        price_source=row.price_source,
    )
    wanted = _edited(before, changes).checked(owned.currency, kept=_kept(before, changes))
    await Item.filter(id=item_id).update(
        title=wanted.title,
        note=wanted.note,
        url=wanted.url,
        price_minor=wanted.price.amount_minor,
        quantity=wanted.quantity,
        priority=wanted.priority,
        price_source=wanted.price_source,
        updated_at=now,
        # A short link that was followed keeps what was found, also at this very moment.
        **(_link(wanted.url, now) if wanted.url != row.url else {}),
    )


def _edited(before: ItemContent, changes: ItemChanges) -> ItemContent:
    """Return the content with its changes: a price that its owner types is the owner's."""
    wanted = replace(before, **changes)
    follows = "price" not in changes and is_amazon(wanted.url.strip())
    if "price_source" in changes or follows:
        return wanted
    return replace(wanted, price_source=PriceSource.MANUAL)


class _Link(TypedDict, total=False):
    marketplace: str | None
    asin: str | None
    link_due_at: datetime | None


def _link(url: str, now: datetime) -> _Link:
    """Return what is known of the product behind a link; a short one is followed by a job."""
    product = find_asin(url)
    return _Link(
        marketplace=product.marketplace if product is not None else None,
        asin=product.asin if product is not None else None,
        link_due_at=now if is_short_link(url) else None,
    )


def _check_currency(currency: str) -> None:
    try:
        minimum_charge(currency)
    except UnknownCurrency as error:
        faults = [Fault("/currency", UnknownCurrency.title)]
        raise UnknownCurrency(error.detail, faults=faults) from None


def _check_active(row: WishList, now: datetime) -> None:
    if shown_state(row.state, row.deadline, now=now) is ListState.INACTIVE:
        raise ListInactive
