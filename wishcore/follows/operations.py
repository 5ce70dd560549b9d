"""Following somebody, and no longer."""

from datetime import datetime
from typing import Final
from uuid import UUID

from wishcore import accounts, db
from wishcore.errors import Conflict, Invalid, Unauthenticated
from wishcore.ids import new_id

FOLLOWING_MAX: Final = 5000


class OwnAccount(Invalid):
    """Nobody follows themselves."""

    code = "own_account"
    title = "This is your own account"


class TooManyFollowed(Conflict):
    """The account follows as many as it may."""

    code = "too_many_followed"
    title = f"An account follows {FOLLOWING_MAX} others at most"


@db.transactional
async def follow(follower_id: UUID, account_id: UUID, *, now: datetime) -> None:
    """Follow an account; following it already is no error.

    Raises:
        AccountNotFound: there is none, or it was closed. OwnAccount, TooManyFollowed.
        Unauthenticated: one's own was closed meanwhile.
    """
    if follower_id == account_id:
        raise OwnAccount
    # One's own row first: so follows by one account come one after the other, and the limit holds.
    # The other's row is only read.
    if not await db.rows(
        "SELECT id FROM account WHERE id = :id AND deleted_at IS NULL FOR NO KEY UPDATE",
        id=follower_id,
    ):
        raise Unauthenticated("The account was closed")
    written = await db.change(
        """
        INSERT INTO follow (id, follower_id, followed_id, created_at)
        SELECT :id, :follower, account.id, :now FROM account
        WHERE account.id = :followed AND account.deleted_at IS NULL
        ON CONFLICT (follower_id, followed_id) DO NOTHING RETURNING id
        """,
        id=new_id(),
        follower=follower_id,
        followed=account_id,
        now=now,
    )
    if not written:
        await accounts.public_profile(account_id)
    elif await _count(follower_id) > FOLLOWING_MAX:
        raise TooManyFollowed


@db.transactional
async def unfollow(follower_id: UUID, account_id: UUID) -> None:
    """Follow an account no longer; one that was not followed stays so."""
    await db.change(
        "DELETE FROM follow WHERE follower_id = :follower AND followed_id = :followed RETURNING id",
        follower=follower_id,
        followed=account_id,
    )


async def forget_follows_of(account_id: UUID) -> None:
    """Remove an account that is closed from all that follow it, and that it follows. A step."""
    await db.change(
        "DELETE FROM follow WHERE follower_id = :id OR followed_id = :id RETURNING id",
        id=account_id,
    )


async def _count(follower_id: UUID) -> int:
    found = await db.rows(
        "SELECT COUNT(*) AS number FROM follow WHERE follower_id = :id", id=follower_id
    )
    return int(found[0]["number"])
