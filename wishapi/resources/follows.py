"""Following other accounts."""

from uuid import UUID

from wishapi.callers import Account
from wishapi.http import Answer, Call, PageQuery, Resource, answer
from wishcore import accounts, follows
from wishcore.errors import Invalid
from wishcore.pages import Page

resource = Resource(
    "follows",
    tag="Following",
    prefix="/v1",
    description="Who follows whom. Everybody who is signed in may see it.",
)


@resource.get(
    "/accounts/{account_id}/followers",
    success={200: Page[follows.Followed]},
    refusals=(accounts.AccountNotFound, Invalid),
)
async def followers(caller: Account, account_id: UUID, query: PageQuery) -> Answer:
    """Return who follows an account, newest first."""
    page = await follows.followers_of(account_id, limit=query.limit, cursor=query.cursor)
    return answer(page)


@resource.get(
    "/accounts/{account_id}/following",
    success={200: Page[follows.Followed]},
    refusals=(accounts.AccountNotFound, Invalid),
)
async def following(caller: Account, account_id: UUID, query: PageQuery) -> Answer:
    """Return whom an account follows, newest first."""
    page = await follows.followed_by(account_id, limit=query.limit, cursor=query.cursor)
    return answer(page)


@resource.put(
    "/me/following/{account_id}",
    success={204: None},
    refusals=(accounts.AccountNotFound, follows.OwnAccount, follows.TooManyFollowed),
)
async def follow(call: Call, caller: Account, account_id: UUID) -> Answer:
    """Follow an account.

    To follow it already is no error.
    """
    await follows.follow(caller.account_id, account_id, now=call.now)
    return answer(status=204)


@resource.delete("/me/following/{account_id}", success={204: None})
async def unfollow(caller: Account, account_id: UUID) -> Answer:
    """Follow an account no longer."""
    await follows.unfollow(caller.account_id, account_id)
    return answer(status=204)
