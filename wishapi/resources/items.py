"""The items of a list, for its owner."""

from typing import Annotated, Final, cast
from uuid import UUID

from pydantic import Field

from wishapi.http import Answer, Body, Call, PageQuery, Patch, Resource, absent, answer
from wishapi.resources.fields import MoneyIn
from wishapi.resources.links import count_lookup
from wishapi.resources.lists import owned_list
from wishcore import lists, prices, pricing
from wishcore.errors import Invalid, TooManyRequests
from wishcore.lists.content import QUANTITY_MAX, URL_LENGTH_MAX
from wishcore.money import UnknownCurrency
from wishcore.pages import Page

resource = Resource(
    "items",
    tag="Items",
    prefix="/v1",
    description="The wishes of a list. An owner may change or remove any of them at any time.",
)

Title = Annotated[str, Field(min_length=1, max_length=200, examples=["Bicycle"])]
Note = Annotated[str, Field(max_length=2000, examples=["24 inch, any colour but pink"])]
Url = Annotated[str | None, Field(max_length=URL_LENGTH_MAX, examples=["https://shop.example/b"])]
Price = Annotated[MoneyIn, Field(description="Of one piece, in the list's currency.")]
Quantity = Annotated[int, Field(ge=1, le=QUANTITY_MAX)]
PriceSource = Annotated[
    lists.PriceSource | None,
    Field(
        description=(
            "`manual`: the price stays as you set it. `amazon`: it follows Amazon's, for links to "
            "Amazon. Left out: `manual` where a price is given."
        )
    ),
]
Priority = Annotated[int, Field(ge=1, le=5, description="1 is wanted most.")]


_EXAMPLE: Final = {
    "title": "Bicycle",
    "note": "24 inch, any colour but pink",
    "url": "https://shop.example/b",
    "price": {"amount_minor": 24_000, "currency": "USD"},
    "quantity": 1,
    "priority": 1,
}
"""A link to a shop, with its price: no other than Amazon's is read for a list."""


class NewItem(Body):
    """A new item."""

    example = _EXAMPLE

    title: Title
    note: Note = ""
    url: Url = None
    price: Annotated[
        MoneyIn | None,
        Field(
            description=(
                "Of one piece, in the list's currency. May be left out for a link to Amazon, whose "
                "price is then followed."
            )
        ),
    ] = None
    price_source: PriceSource = None
    quantity: Quantity = 1
    priority: Priority = 3


class WholeItem(Body):
    """All that can be changed about an item."""

    title: Title
    note: Note
    url: Url
    price: Price
    price_source: PriceSource = None
    quantity: Quantity
    priority: Priority


class ItemPatch(Patch):
    """Some of what can be changed about an item. `null` removes the link."""

    example = _EXAMPLE

    title: Title = absent()
    note: Note = absent()
    url: Url = absent()
    price: Price = absent()
    price_source: lists.PriceSource = absent()
    quantity: Quantity = absent()
    priority: Priority = absent()


_EDIT = (
    lists.ListNotFound,
    lists.ItemNotFound,
    lists.ListInactive,
    lists.BadPrice,
    UnknownCurrency,
    Invalid,
)


@resource.get(
    "/lists/{list_id}/items",
    success={200: Page[lists.ItemForOwner]},
    refusals=(lists.ListNotFound, Invalid),
    precheck=owned_list,
)
async def own_items(call: Call, owned: lists.OwnedList, query: PageQuery) -> Answer:
    """Return the items of one of your lists, what is wanted most first."""
    return answer(
        await lists.own_items(owned, now=call.now, limit=query.limit, cursor=query.cursor)
    )


@resource.post(
    "/lists/{list_id}/items",
    success={201: lists.ItemForOwner},
    refusals=(
        lists.ListNotFound,
        lists.ListInactive,
        lists.BadPrice,
        pricing.PriceNeeded,
        lists.TooMany,
        TooManyRequests,
        UnknownCurrency,
        Invalid,
    ),
    precheck=owned_list,
    counted=True,
)
async def add_item(call: Call, owned: lists.OwnedList, body: NewItem) -> Answer:
    """Put an item on a list.

    Without a price, the link has to lead to a product of Amazon that has one in the list's currency
    at present. Amazon is asked so sixty times an hour, previews of links included.
    """
    content = await _content(call, owned, body)
    added = await lists.add_item(owned, content=content, now=call.now)
    return answer(added, status=201, location=f"/v1/lists/{owned.id}/items/{added.id}")


@resource.get(
    "/lists/{list_id}/items/{item_id}",
    success={200: lists.ItemForOwner},
    refusals=(lists.ListNotFound, lists.ItemNotFound),
    precheck=owned_list,
)
async def own_item(call: Call, owned: lists.OwnedList, item_id: UUID) -> Answer:
    """Return one item of one of your lists."""
    return answer(await lists.own_item(owned, item_id, now=call.now))


@resource.put(
    "/lists/{list_id}/items/{item_id}",
    success={200: lists.ItemForOwner},
    refusals=_EDIT,
    precheck=owned_list,
)
async def replace_item(
    call: Call, owned: lists.OwnedList, item_id: UUID, body: WholeItem
) -> Answer:
    """Replace all that can be changed about an item."""
    changes = _changes({name: getattr(body, name) for name in WholeItem.model_fields})
    return answer(await lists.edit_item(owned, item_id, changes=changes, now=call.now))


@resource.patch(
    "/lists/{list_id}/items/{item_id}",
    success={200: lists.ItemForOwner},
    refusals=_EDIT,
    precheck=owned_list,
)
async def edit_item(call: Call, owned: lists.OwnedList, item_id: UUID, body: ItemPatch) -> Answer:
    """Change some of an item.

    A new price counts for whoever pledges from now on; nobody is charged or refunded in part.
    """
    changes = _changes(body.changes())
    return answer(await lists.edit_item(owned, item_id, changes=changes, now=call.now))


@resource.delete(
    "/lists/{list_id}/items/{item_id}",
    success={204: None},
    refusals=(lists.ListNotFound, lists.ItemNotFound),
    precheck=owned_list,
)
async def withdraw_item(call: Call, owned: lists.OwnedList, item_id: UUID) -> Answer:
    """Remove an item for everybody, at any time."""
    await lists.withdraw_item(owned, item_id, now=call.now)
    return answer(status=204)


async def _content(call: Call, owned: lists.OwnedList, body: NewItem) -> lists.ItemContent:
    url, source = (body.url or "").strip(), body.price_source
    if body.price is not None:
        price = body.price.money()
        source = source or lists.PriceSource.MANUAL
    else:
        integrations = call.app_ctx.integrations
        if source is not lists.PriceSource.MANUAL and prices.is_amazon(url):
            await count_lookup(call, owned.owner_id)
        price, url = await pricing.first_price(
            url,
            source=source,
            currency=owned.currency,
            catalogue=integrations.catalogue,
            web=integrations.web,
        )
        source = lists.PriceSource.AMAZON
    return lists.ItemContent(
        title=body.title,
        note=body.note,
        url=url,
        price=price,
        quantity=body.quantity,
        priority=body.priority,
        price_source=source,
    )


def _changes(sent: dict[str, object]) -> lists.ItemChanges:
    changes = dict(sent)
    if isinstance(price := changes.get("price"), MoneyIn):
        changes["price"] = price.money()
    if changes.get("price_source", "") is None:
        del changes["price_source"]
    if "url" in changes:
        changes["url"] = changes["url"] or ""
    return cast("lists.ItemChanges", changes)  # The patch has the same fields.
