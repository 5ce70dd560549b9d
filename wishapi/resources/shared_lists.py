"""A list as its share link shows it."""

from wishapi.callers import Anybody
from wishapi.doors import client_of
from wishapi.http import Answer, Call, Resource, answer
from wishcore import accounts, limits, lists, pledges, visitors
from wishcore.errors import TooManyRequests
from wishcore.limits import Count, policies

resource = Resource(
    "shared",
    tag="Shared lists",
    prefix="/v1",
    description=(
        "Whoever has the link sees the list. Funding is shown to identified givers only: a "
        "signed-in account that is not the owner, or a guest with a visitor pass."
    ),
)


async def found_by_link(call: Call, viewer: Anybody, token: str) -> lists.SharedAccess:
    """Find the list of a share link; links that lead nowhere are counted, for whoever guesses.

    A link that leads somewhere never counts, so that nobody's visit can be seen in what is left.
    """
    try:
        return await lists.by_share_link(token, viewer)
    except lists.ListNotFound:
        client = client_of(call)
        whose = client.network if viewer is None else viewer_id(viewer)
        await limits.take(client, Count(policies.SHARE_MISSES, whose), now=call.now)
        raise


def viewer_id(viewer: accounts.SignedIn | visitors.Guest) -> str:
    """Return one text for one person who is known."""
    return str(viewer.account_id if isinstance(viewer, accounts.SignedIn) else viewer.visitor_id)


@resource.get(
    "/shared/{token}",
    success={200: lists.SharedList | pledges.ListForGiver},
    refusals=(lists.ListNotFound, TooManyRequests),
)
async def shared_list(call: Call, viewer: Anybody, token: str) -> Answer:
    """Return a shared list.

    Anonymous visitors and the owner get the list without any funding, byte for byte the same
    whatever was pledged.
    """
    access = await found_by_link(call, viewer, token)
    if access.sees_funding:
        return answer(await pledges.list_for_giver(access, now=call.now))
    return answer(await lists.shared_list(access, now=call.now))
