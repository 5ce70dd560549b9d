"""Wish lists and their share links, for their owners."""

from typing import Annotated, cast
from uuid import UUID

import msgspec
from pydantic import Field

from wishapi.callers import Account
from wishapi.http import Answer, Body, Call, Instant, PageQuery, Patch, Resource, absent, answer
from wishapi.resources.fields import Currency
from wishcore import lists
from wishcore.errors import Invalid
from wishcore.money import UnknownCurrency
from wishcore.pages import Page

resource = Resource(
    "lists",
    tag="Lists",
    prefix="/v1",
    description=(
        "A list as its owner sees it. Nothing here depends on what givers do: not the answers, "
        "not which edits succeed, not a timestamp."
    ),
)

Title = Annotated[str, Field(min_length=1, max_length=200, examples=["Ada turns ten"])]
Description = Annotated[str, Field(max_length=5000, examples=["For the party in December"])]
Occasion = Annotated[str, Field(max_length=80, examples=["Birthday"])]
Deadline = Annotated[Instant, Field(description="One hour to 180 days ahead when it is set.")]


class NewList(Body):
    """A new list."""

    title: Title
    description: Description = ""
    occasion: Occasion = ""
    currency: Currency
    deadline: Deadline


class WholeList(Body):
    """All that can be changed about a list. Its currency stays what it is."""

    title: Title
    description: Description
    occasion: Occasion
    deadline: Deadline


class ListPatch(Patch):
    """Some of what can be changed about a list."""

    title: Title = absent()
    description: Description = absent()
    occasion: Occasion = absent()
    deadline: Deadline = absent()


class ShareLink(msgspec.Struct, frozen=True, kw_only=True):
    """The link that shows a list to givers."""

    token: str
    url: str


class NotShared(lists.ListNotFound):
    """The list has no share link at present."""

    code = "not_shared"
    title = "The list is not shared"


async def owned_list(caller: Account, list_id: UUID) -> lists.OwnedList:
    """Find the list before anything else is looked at; somebody else's is not there."""
    return await lists.as_owner(caller.account_id, list_id)


@resource.get("/lists", success={200: Page[lists.ListForOwner]}, refusals=(Invalid,))
async def own_lists(call: Call, caller: Account, query: PageQuery) -> Answer:
    """Return your lists, newest first."""
    return answer(
        await lists.own_lists(
            caller.account_id, now=call.now, limit=query.limit, cursor=query.cursor
        )
    )


@resource.post(
    "/lists",
    success={201: lists.ListForOwner},
    refusals=(lists.BadDeadline, lists.TooMany, UnknownCurrency, Invalid),
)
async def create_list(call: Call, caller: Account, body: NewList) -> Answer:
    """Make a list.

    It is active until its deadline, and nobody sees it before you make a share link.
    """
    created = await lists.create_list(
        owner_id=caller.account_id,
        content=lists.ListContent(
            title=body.title,
            description=body.description,
            occasion=body.occasion,
            deadline=body.deadline,
        ),
        currency=body.currency,
        now=call.now,
    )
    return answer(created, status=201, location=f"/v1/lists/{created.id}")


@resource.get(
    "/lists/{list_id}",
    success={200: lists.ListForOwner},
    refusals=(lists.ListNotFound,),
    precheck=owned_list,
)
async def own_list(call: Call, owned: lists.OwnedList) -> Answer:
    """Return one of your lists."""
    return answer(await lists.own_list(owned, now=call.now))


_EDIT = (lists.ListNotFound, lists.ListInactive, lists.BadDeadline, Invalid)


@resource.put(
    "/lists/{list_id}", success={200: lists.ListForOwner}, refusals=_EDIT, precheck=owned_list
)
async def replace_list(call: Call, owned: lists.OwnedList, body: WholeList) -> Answer:
    """Replace all that can be changed about a list."""
    changes = lists.ListChanges(
        title=body.title,
        description=body.description,
        occasion=body.occasion,
        deadline=body.deadline,
    )
    return answer(await lists.edit_list(owned, changes=changes, now=call.now))


@resource.patch(
    "/lists/{list_id}", success={200: lists.ListForOwner}, refusals=_EDIT, precheck=owned_list
)
async def edit_list(call: Call, owned: lists.OwnedList, body: ListPatch) -> Answer:
    """Change some of a list."""
    changes = cast("lists.ListChanges", body.changes())  # The patch has the same fields.
    return answer(await lists.edit_list(owned, changes=changes, now=call.now))


@resource.delete(
    "/lists/{list_id}",
    success={204: None},
    refusals=(lists.ListNotFound,),
    precheck=owned_list,
)
async def delete_list(call: Call, owned: lists.OwnedList) -> Answer:
    """Remove a list for everybody, at any time."""
    await lists.delete_list(owned, now=call.now)
    return answer(status=204)


@resource.get(
    "/lists/{list_id}/share",
    success={200: ShareLink},
    refusals=(lists.ListNotFound, lists.ShareLinkLost, NotShared),
    precheck=owned_list,
)
async def share_link(call: Call, owned: lists.OwnedList) -> Answer:
    """Return the present share link."""
    secret = call.app_ctx.integrations.server_secret
    token = await lists.find_share_token(owned, server_secret=secret)
    if token is None:
        raise NotShared
    return answer(_link(call, token))


@resource.post(
    "/lists/{list_id}/share",
    success={201: ShareLink},
    refusals=(lists.ListNotFound,),
    precheck=owned_list,
)
async def make_share_link(call: Call, owned: lists.OwnedList) -> Answer:
    """Make a share link.

    The one before stops working.
    """
    secret = call.app_ctx.integrations.server_secret
    token = await lists.share(owned, server_secret=secret, now=call.now)
    return answer(_link(call, token), status=201, location=f"/v1/lists/{owned.id}/share")


@resource.delete(
    "/lists/{list_id}/share",
    success={204: None},
    refusals=(lists.ListNotFound,),
    precheck=owned_list,
)
async def remove_share_link(call: Call, owned: lists.OwnedList) -> Answer:
    """Switch the share link off.

    What was pledged stays pledged.
    """
    await lists.unshare(owned, now=call.now)
    return answer(status=204)


def _link(call: Call, token: str) -> ShareLink:
    url: str = call.app_ctx.settings.share_url(token)
    return ShareLink(token=token, url=url)
