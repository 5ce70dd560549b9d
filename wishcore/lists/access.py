"""The only ways to a list: as its owner, or by its share link."""

from uuid import UUID

import msgspec

from wishcore import accounts, db, visitors
from wishcore.errors import Forbidden, NotFound
from wishcore.lists.models import WishList
from wishcore.lists.visibility import is_owner, may_see_funding
from wishcore.opaque import hash_secret

Viewer = accounts.SignedIn | visitors.Guest | None
"""Whoever looks at a list; `None` is somebody anonymous."""


class ListNotFound(NotFound):
    """There is no such list, or it is somebody else's, or its link was switched off."""

    code = "list_not_found"
    title = "There is no such list"


class OwnItem(Forbidden):
    """Owners cannot give to their own lists: the answer would tell them what is left."""

    code = "own_item"
    title = "This list is your own"


class OwnedList(msgspec.Struct, frozen=True, kw_only=True):
    """A list in the hands of its owner."""

    id: UUID
    owner_id: UUID
    currency: str


class SharedAccess(msgspec.Struct, frozen=True, kw_only=True):
    """A list as somebody reached it by its share link."""

    list_id: UUID
    is_owner: bool
    sees_funding: bool


class _Shared(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    owner_id: UUID
    owner_email: str


async def as_owner(account_id: UUID, list_id: UUID) -> OwnedList:
    """Return the list if it is this account's own.

    Raises:
        ListNotFound: there is none, it was deleted, or it is somebody else's.
    """
    owned = await db.fetch_one(
        OwnedList,
        """
        SELECT id, owner_id, currency FROM wish_list
        WHERE id = :id AND owner_id = :owner AND deleted_at IS NULL
        """,
        id=list_id,
        owner=account_id,
    )
    if owned is None:
        raise ListNotFound
    return owned


async def by_share_link(token: str, viewer: Viewer) -> SharedAccess:
    """Return how this viewer may look at the list that the link leads to.

    Raises:
        ListNotFound: the link is unknown or switched off, or the list was deleted.
    """
    shared = await db.fetch_one(
        _Shared,
        """
        SELECT wish_list.id, wish_list.owner_id, account.email AS owner_email
        FROM wish_list JOIN account ON account.id = wish_list.owner_id
        WHERE wish_list.share_hash = :hash AND wish_list.deleted_at IS NULL
        """,
        hash=hash_secret(token),
    )
    if shared is None:
        raise ListNotFound
    owns = is_owner(
        viewer_id=viewer.account_id if isinstance(viewer, accounts.SignedIn) else None,
        viewer_email=viewer.email if viewer is not None else None,
        owner_id=shared.owner_id,
        owner_email=shared.owner_email,
    )
    sees = may_see_funding(is_identified=viewer is not None, is_owner=owns)
    return SharedAccess(list_id=shared.id, is_owner=owns, sees_funding=sees)


async def locked_list(owned: OwnedList) -> WishList:
    """Return the row of the list, which nobody else changes until the transaction ends.

    Raises:
        ListNotFound: it was deleted.
    """
    db.require_transaction()
    row = await WishList.filter(id=owned.id, deleted_at=None).select_for_update().get_or_none()
    if row is None:
        raise ListNotFound
    return row
