"""The share link of a list: made, read and switched off by its owner."""

from datetime import datetime

from wishcore import db
from wishcore.errors import Conflict
from wishcore.lists.access import OwnedList, locked_list
from wishcore.lists.models import WishList
from wishcore.opaque import derive_share_token, hash_secret, is_same


class ShareLinkLost(Conflict):
    """The present link was made with another secret of the server. It works, and nobody knows it.

    Only a hash of it is stored: with that secret it is known again; otherwise make a new one.
    """

    code = "share_link_lost"
    title = "The share link was made with another secret of the server: a new one can be made"


@db.transactional
async def share(owned: OwnedList, *, server_secret: str, now: datetime) -> str:
    """Make a new share link and switch off the one before; return its token."""
    row = await locked_list(owned)
    generation = row.share_generation + 1
    token = derive_share_token(server_secret, owned.id, generation)
    await WishList.filter(id=owned.id).update(
        share_generation=generation, share_hash=hash_secret(token), updated_at=now
    )
    return token


async def find_share_token(owned: OwnedList, *, server_secret: str) -> str | None:
    """Return the token of the present share link, if there is one.

    Raises:
        ShareLinkLost: the server's secret is not the one that it was made with.
    """
    rows = await db.rows(
        """
        SELECT share_generation, share_hash FROM wish_list
        WHERE id = :id AND deleted_at IS NULL AND share_hash IS NOT NULL
        """,
        id=owned.id,
    )
    if not rows:
        return None
    token = derive_share_token(server_secret, owned.id, int(rows[0]["share_generation"]))
    if not is_same(hash_secret(token), str(rows[0]["share_hash"])):
        raise ShareLinkLost
    return token


@db.transactional
async def unshare(owned: OwnedList, *, now: datetime) -> None:
    """Switch the share link off, if there is one; pledges stay as they are."""
    await WishList.filter(id=owned.id, share_hash__not_isnull=True).update(
        share_hash=None, updated_at=now
    )
