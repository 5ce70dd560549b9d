"""What can be read of lists. Nothing here knows that pledges exist."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec

from wishcore import db
from wishcore.errors import NotFound
from wishcore.lists.access import ListNotFound, OwnedList, SharedAccess
from wishcore.lists.content import PRIORITIES
from wishcore.lists.models import ListState, PriceSource
from wishcore.lists.visibility import shown_state
from wishcore.money import Money
from wishcore.pages import LIMIT_DEFAULT, Page, decode_cursor, page_of
from wishcore.prices.catalogue import Availability


class ItemNotFound(NotFound):
    """There is no such item on this list, or it was withdrawn."""

    code = "item_not_found"
    title = "There is no such item"


class ListForOwner(msgspec.Struct, frozen=True, kw_only=True):
    """A list as its owner sees it. It has no field for anything that givers do."""

    id: UUID
    title: str
    description: str
    occasion: str
    currency: str
    deadline: datetime
    state: ListState
    created_at: datetime
    updated_at: datetime


class ItemForOwner(msgspec.Struct, frozen=True, kw_only=True):
    """An item as its owner sees it. It has no field for anything that givers do."""

    id: UUID
    title: str
    note: str
    url: str | None
    price: Money
    quantity: int
    priority: int
    price_source: PriceSource
    availability: Availability | None
    """As Amazon said within the last day; `null` where nothing is known."""
    quantity_available: int | None
    """How many may be ordered at once, where Amazon says so."""
    price_checked_at: datetime | None
    """When Amazon was last asked about the product."""
    buy_url: str | None
    """Where it can be bought, to be used as it is."""
    created_at: datetime
    updated_at: datetime


class SharedItem(msgspec.Struct, frozen=True, kw_only=True):
    """An item as everybody with the share link sees it."""

    id: UUID
    title: str
    note: str
    url: str | None
    price: Money
    quantity: int
    priority: int
    price_source: PriceSource
    availability: Availability | None
    """As Amazon said within the last day; `null` where nothing is known."""
    quantity_available: int | None
    """How many may be ordered at once, where Amazon says so."""
    price_checked_at: datetime | None
    """When Amazon was last asked about the product."""
    buy_url: str | None
    """Where it can be bought, to be used as it is."""


class SharedList(msgspec.Struct, frozen=True, kw_only=True, tag_field="view", tag="public"):
    """A list as everybody with the share link sees it: the same whatever was pledged."""

    id: UUID
    title: str
    description: str
    occasion: str
    currency: str
    deadline: datetime
    state: ListState
    owner_name: str
    items: tuple[SharedItem, ...]


class _ListRow(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    title: str
    description: str
    occasion: str
    currency: str
    deadline: datetime
    state: ListState
    created_at: datetime
    updated_at: datetime
    owner_name: str = ""

    def for_owner(self, now: datetime) -> ListForOwner:
        return ListForOwner(
            id=self.id,
            title=self.title,
            description=self.description,
            occasion=self.occasion,
            currency=self.currency,
            deadline=self.deadline,
            state=shown_state(self.state, self.deadline, now=now),
            created_at=self.created_at,
            updated_at=self.updated_at,
        )


class _ItemRow(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    title: str
    note: str
    url: str
    price_minor: int
    currency: str
    quantity: int
    priority: int
    created_at: datetime
    updated_at: datetime

    price_source: PriceSource
    availability: Availability | None
    quantity_available: int | None
    price_checked_at: datetime | None
    buy_url: str | None

    def for_owner(self) -> ItemForOwner:
        return ItemForOwner(
            id=self.id,
            title=self.title,
            note=self.note,
            url=self.url or None,
            price=Money(self.price_minor, self.currency),
            quantity=self.quantity,
            priority=self.priority,
            price_source=self.price_source,
            availability=self.availability,
            quantity_available=self.quantity_available,
            price_checked_at=self.price_checked_at,
            buy_url=self.buy_url,
            created_at=self.created_at,
            updated_at=self.updated_at,
        )

    def shared(self) -> SharedItem:
        return SharedItem(
            id=self.id,
            title=self.title,
            note=self.note,
            url=self.url or None,
            price=Money(self.price_minor, self.currency),
            quantity=self.quantity,
            priority=self.priority,
            price_source=self.price_source,
            availability=self.availability,
            quantity_available=self.quantity_available,
            price_checked_at=self.price_checked_at,
            buy_url=self.buy_url,
        )


_Priority = Annotated[int, msgspec.Meta(ge=PRIORITIES.start, lt=PRIORITIES.stop)]
"""Whoever writes a cursor by hand must not get past what the database can compare."""

_LIST = """
    SELECT id, title, description, occasion, currency, deadline, state, created_at, updated_at
    FROM wish_list
"""
_ITEM = """
    SELECT item.id, item.title, item.note, item.url, item.price_minor, wish_list.currency,
           item.quantity, item.priority, item.created_at, item.updated_at, item.price_source,
           quote.availability, quote.quantity_max AS quantity_available,
           quote.checked_at AS price_checked_at, quote.page_url AS buy_url
    FROM item JOIN wish_list ON wish_list.id = item.list_id
    LEFT JOIN product_quote AS quote ON quote.marketplace = item.marketplace
      AND quote.asin = item.asin AND quote.expires_at > :now
"""


async def own_list(owned: OwnedList, *, now: datetime) -> ListForOwner:
    """Return the list as its owner sees it.

    Raises:
        ListNotFound: it was deleted in the meantime.
    """
    row = await db.fetch_one(_ListRow, _LIST + "WHERE id = :id AND deleted_at IS NULL", id=owned.id)
    if row is None:
        raise ListNotFound
    return row.for_owner(now)


async def own_lists(
    account_id: UUID, *, now: datetime, limit: int = LIMIT_DEFAULT, cursor: str | None = None
) -> Page[ListForOwner]:
    """Return a page of the account's lists, newest first.

    Raises:
        Invalid: the cursor is not one of this collection.
    """
    after = decode_cursor(cursor, tuple[UUID]) if cursor is not None else None
    rows = await db.fetch_all(
        _ListRow,
        _LIST
        + f"""
        WHERE owner_id = :owner AND deleted_at IS NULL {"AND id < :after" if after else ""}
        ORDER BY id DESC LIMIT :limit
        """,
        owner=account_id,
        after=after[0] if after else None,
        limit=limit + 1,
    )
    page = page_of(rows, limit=limit, position=lambda row: (row.id,))
    return Page(tuple(row.for_owner(now) for row in page.items), page.next_cursor)


async def own_item(owned: OwnedList, item_id: UUID, *, now: datetime) -> ItemForOwner:
    """Return one item as its owner sees it.

    Raises:
        ItemNotFound: it is not on this list, or was withdrawn.
    """
    row = await db.fetch_one(
        _ItemRow,
        _ITEM + "WHERE item.id = :id AND item.list_id = :list AND item.withdrawn_at IS NULL",
        id=item_id,
        list=owned.id,
        now=now,
    )
    if row is None:
        raise ItemNotFound
    return row.for_owner()


async def own_items(
    owned: OwnedList, *, now: datetime, limit: int = LIMIT_DEFAULT, cursor: str | None = None
) -> Page[ItemForOwner]:
    """Return a page of the list's items: what is wanted most first, then in order of making.

    Raises:
        Invalid: the cursor is not one of this collection.
    """
    after = decode_cursor(cursor, tuple[_Priority, UUID]) if cursor is not None else None
    onwards = "AND (item.priority, item.id) > (:priority, :after)" if after else ""
    rows = await db.fetch_all(
        _ItemRow,
        _ITEM
        + f"""
        WHERE item.list_id = :list AND item.withdrawn_at IS NULL {onwards}
        ORDER BY item.priority, item.id LIMIT :limit
        """,
        list=owned.id,
        now=now,
        priority=after[0] if after else None,
        after=after[1] if after else None,
        limit=limit + 1,
    )
    page = page_of(rows, limit=limit, position=lambda row: (row.priority, row.id))
    return Page(tuple(row.for_owner() for row in page.items), page.next_cursor)


async def shared_list(access: SharedAccess, *, now: datetime) -> SharedList:
    """Return the list with all its items, without anything that was pledged.

    Raises:
        ListNotFound: it was deleted in the meantime.
    """
    row = await db.fetch_one(
        _ListRow,
        """
        SELECT wish_list.id, title, description, occasion, currency, deadline, state,
               wish_list.created_at, wish_list.updated_at, account.first_name AS owner_name
        FROM wish_list JOIN account ON account.id = wish_list.owner_id
        WHERE wish_list.id = :id AND wish_list.deleted_at IS NULL
        """,
        id=access.list_id,
    )
    if row is None:
        raise ListNotFound
    items = await db.fetch_all(
        _ItemRow,
        _ITEM
        + """
        WHERE item.list_id = :list AND item.withdrawn_at IS NULL
        ORDER BY item.priority, item.id
        """,
        list=access.list_id,
        now=now,
    )
    return SharedList(
        id=row.id,
        title=row.title,
        description=row.description,
        occasion=row.occasion,
        currency=row.currency,
        deadline=row.deadline,
        state=shown_state(row.state, row.deadline, now=now),
        owner_name=row.owner_name,
        items=tuple(item.shared() for item in items),
    )
