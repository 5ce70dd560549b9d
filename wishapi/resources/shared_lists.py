"""A list as its share link shows it."""

from wishapi.callers import Anybody
from wishapi.http import Answer, Call, Resource, answer
from wishcore import lists, pledges

resource = Resource(
    "shared",
    tag="Shared lists",
    prefix="/v1",
    description=(
        "Whoever has the link sees the list. Funding is shown to identified givers only: a "
        "signed-in account that is not the owner, or a guest with a visitor pass."
    ),
)


@resource.get(
    "/shared/{token}",
    success={200: lists.SharedList | pledges.ListForGiver},
    refusals=(lists.ListNotFound,),
)
async def shared_list(call: Call, viewer: Anybody, token: str) -> Answer:
    """Return a shared list.

    Anonymous visitors and the owner get the list without any funding, byte for byte the same
    whatever was pledged.
    """
    access = await lists.by_share_link(token, viewer)
    if access.sees_funding:
        return answer(await pledges.list_for_giver(access, now=call.now))
    return answer(await lists.shared_list(access, now=call.now))
