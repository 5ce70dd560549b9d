"""Everything that somebody gave us, for them to take away.

What others did is not theirs: no pledge for the person's own items is in it, nor anything that
follows from one.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec

from wishcore import accounts, db, follows, pledges, security_events, sessions
from wishcore.limits import Client, Count, policies, take
from wishcore.money import Money
from wishcore.security_events import SecurityEventKind

PAGE: Final = 100


class ExportedItem(msgspec.Struct, frozen=True, kw_only=True):
    """An item as its owner wrote it; also one that was withdrawn."""

    id: UUID
    title: str
    note: str
    url: str | None
    price: Money
    quantity: int
    priority: int
    created_at: datetime
    updated_at: datetime
    withdrawn_at: datetime | None


class ExportedList(msgspec.Struct, frozen=True, kw_only=True):
    """A list as its owner wrote it; also one that was deleted."""

    id: UUID
    title: str
    description: str
    occasion: str
    currency: str
    deadline: datetime
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None
    items: tuple[ExportedItem, ...] = ()


class ExportedIdentity(msgspec.Struct, frozen=True, kw_only=True):
    """Who the person is at a provider, as that described them."""

    provider: str
    subject: str
    email: str | None
    name: str | None
    first_name: str | None
    last_name: str | None
    picture_url: str | None
    locale: str | None
    claims: dict[str, Any]
    """Everything that it said, as it said it."""
    signed_in_at: datetime


class ExportedGuest(msgspec.Struct, frozen=True, kw_only=True):
    """The guest that the same person was before, known by the same confirmed address."""

    name: str
    """As it is on the newest of the pledges here that the guest made."""


class Export(msgspec.Struct, frozen=True, kw_only=True):
    """All of it."""

    exported_at: datetime
    profile: accounts.Profile
    identities: tuple[ExportedIdentity, ...]
    guest: ExportedGuest | None
    """Null as long as no pledge here is the guest's: others may have come with a shared address."""
    sessions: tuple[sessions.Session, ...]
    lists: tuple[ExportedList, ...]
    pledges: tuple[pledges.PledgeForGiver, ...]
    """Newest first, also those of the guest."""
    following: tuple[follows.Followed, ...]
    security_events: tuple[security_events.SecurityEventShown, ...]
    """The newest thousand."""


async def export_of(caller: accounts.SignedIn, *, client: Client, now: datetime) -> Export:
    """Return everything that the account's person gave.

    Raises:
        AccountNotFound: it was closed. TooManyRequests: it was asked for too often.
    """
    count = Count(policies.EXPORTS_OF_ACCOUNT, str(caller.account_id))
    await take(client, count, now=now)
    await security_events.record(
        SecurityEventKind.DATA_EXPORTED, account_id=caller.account_id, client=client, now=now
    )
    giver = pledges.Giver.of(caller)
    return Export(
        exported_at=now,
        profile=await accounts.own_profile(caller.account_id),
        identities=await _identities(caller.account_id),
        guest=await _guest(giver),
        sessions=await _sessions(caller, now),
        lists=await _lists(caller.account_id),
        pledges=await _pledges(giver),
        following=await _following(caller.account_id),
        security_events=tuple(await security_events.events_of(caller.account_id)),
    )


async def _identities(account_id: UUID) -> tuple[ExportedIdentity, ...]:
    found = await db.rows(
        """
        SELECT provider, subject, email, name, first_name, last_name, picture_url, locale,
               CAST(claims AS TEXT) AS claims, signed_in_at
        FROM social_identity WHERE account_id = :id ORDER BY provider, id
        """,
        id=account_id,
    )
    return tuple(
        msgspec.convert(
            {**row, "claims": json.loads(row["claims"])}, ExportedIdentity, strict=False
        )
        for row in found
    )


async def _guest(giver: pledges.Giver) -> ExportedGuest | None:
    name = await pledges.name_as_guest(giver)
    return ExportedGuest(name=name) if name is not None else None


async def _sessions(caller: accounts.SignedIn, now: datetime) -> tuple[sessions.Session, ...]:
    found: list[sessions.Session] = []
    cursor = None
    while True:
        page = await sessions.own_sessions(
            caller.account_id, current_id=caller.family_id, limit=PAGE, cursor=cursor, now=now
        )
        found += page.items
        if (cursor := page.next_cursor) is None:
            return tuple(found)


async def _lists(owner_id: UUID) -> tuple[ExportedList, ...]:
    found = await db.fetch_all(
        ExportedList,
        """
        SELECT id, title, description, occasion, currency, deadline, created_at, updated_at,
               deleted_at
        FROM wish_list WHERE owner_id = :owner ORDER BY id
        """,
        owner=owner_id,
    )
    items: dict[str, list[ExportedItem]] = {}
    for row in await db.rows(
        """
        SELECT item.list_id, item.id, item.title, item.note, item.url, item.price_minor,
               wish_list.currency, item.quantity, item.priority, item.created_at,
               item.updated_at, item.withdrawn_at
        FROM item JOIN wish_list ON wish_list.id = item.list_id
        WHERE wish_list.owner_id = :owner ORDER BY item.priority, item.id
        """,
        owner=owner_id,
    ):
        items.setdefault(str(row["list_id"]), []).append(_item(row))
    return tuple(
        msgspec.structs.replace(each, items=tuple(items.get(str(each.id), ()))) for each in found
    )


def _item(row: Mapping[str, Any]) -> ExportedItem:
    price = Money(int(row["price_minor"]), str(row["currency"]))
    shown = {**row, "price": price, "url": row["url"] or None}
    return msgspec.convert(shown, ExportedItem, strict=False)


async def _pledges(giver: pledges.Giver) -> tuple[pledges.PledgeForGiver, ...]:
    found: list[pledges.PledgeForGiver] = []
    cursor = None
    while True:
        page = await pledges.own_pledges(giver, limit=PAGE, cursor=cursor)
        found += page.items
        if (cursor := page.next_cursor) is None:
            return tuple(found)


async def _following(account_id: UUID) -> tuple[follows.Followed, ...]:
    found: list[follows.Followed] = []
    cursor = None
    while True:
        page = await follows.followed_by(account_id, limit=PAGE, cursor=cursor)
        found += page.items
        if (cursor := page.next_cursor) is None:
            return tuple(found)
