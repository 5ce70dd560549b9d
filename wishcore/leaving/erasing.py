"""The job that follows closed accounts to the givers' side. Found by state, in batches.

An owner's request never touches what givers do, so closing an account leaves two things there: the
names on its own pledges for other people's items, and the guest that the same person once was.
"""

from datetime import datetime, timedelta
from typing import Final, Protocol
from uuid import UUID

import msgspec

from wishcore import db, lists
from wishcore.mail import erased_address

BATCH: Final = 50
AFTERMATH: Final = timedelta(hours=1)
"""How long a request that was under way at the closing may still write something."""


class Progress(Protocol):
    """Hears of each thing that is done."""

    def __call__(self, done: int = 1) -> None:
        """Count it."""
        ...


class Erased(msgspec.Struct, frozen=True, kw_only=True):
    """What the job did."""

    accounts_erased: int


class _Begun(msgspec.Struct, frozen=True, kw_only=True):
    account_id: UUID
    email: str | None
    created_at: datetime


class _Guest(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    came_again: bool
    """Whether a code was confirmed since the closing."""


async def erase(*, now: datetime, progress: Progress) -> Erased:
    """Erase what is left of closed accounts; each is looked at again an hour after its closing."""
    done, after = 0, UUID(int=0)
    while True:
        begun = await db.fetch_all(
            _Begun,
            """
            SELECT account_id, email, created_at FROM erasure
            WHERE due_at <= :now AND account_id > :after
            ORDER BY account_id LIMIT :limit
            """,
            now=now,
            after=after,
            limit=BATCH,
        )
        for one in begun:
            after = one.account_id
            await _erase(one, now)
            done += 1
            progress()
        if len(begun) < BATCH:
            return Erased(accounts_erased=done)


@db.transactional
async def _erase(begun: _Begun, now: datetime) -> None:
    await lists.erase_lists_of(begun.account_id, now=now)  # Made by a request under way.
    await _erase_names("account_id", begun.account_id)
    if begun.email is not None:
        await _erase_guest(begun.email, begun.created_at, now)
    if begun.created_at + AFTERMATH <= now:
        await db.change(
            "DELETE FROM erasure WHERE account_id = :id RETURNING account_id", id=begun.account_id
        )
    else:
        await db.change(
            """
            UPDATE erasure SET email = NULL, due_at = :later WHERE account_id = :id
            RETURNING account_id
            """,
            id=begun.account_id,
            later=begun.created_at + AFTERMATH,
        )


async def _erase_guest(email: str, closed_at: datetime, now: datetime) -> None:
    # From the closing on the address is free: who becomes a guest with it then gave it anew.
    await db.change(
        """
        DELETE FROM confirmation
        WHERE email = :email AND purpose = 'guest' AND created_at <= :closed_at RETURNING id
        """,
        email=email,
        closed_at=closed_at,
    )
    # A code that is confirmed at this moment writes to the same row, before its pass.
    guest = await db.fetch_one(
        _Guest,
        """
        SELECT id, updated_at > :closed_at AS came_again FROM visitor WHERE email = :email
        FOR UPDATE
        """,
        email=email,
        closed_at=closed_at,
    )
    if guest is None:
        return
    await db.change(
        """
        DELETE FROM visitor_pass WHERE visitor_id = :id AND created_at <= :closed_at RETURNING hash
        """,
        id=guest.id,
        closed_at=closed_at,
    )
    await _erase_names("visitor_id", guest.id, until=closed_at if guest.came_again else None)
    if not guest.came_again:
        await _forget(guest.id, now)


async def _forget(visitor_id: UUID, now: datetime) -> None:
    await db.change(
        """
        UPDATE visitor SET email = :nobody, name = '', updated_at = :now WHERE id = :id
        RETURNING id
        """,
        id=visitor_id,
        nobody=erased_address(visitor_id),
        now=now,
    )


async def _erase_names(whose: str, person_id: UUID, *, until: datetime | None = None) -> None:
    # `updated_at` stays: it says when something became of the money.
    only = "AND created_at <= :until" if until is not None else ""
    await db.change(
        f"""
        UPDATE pledge SET giver_name = '', message = '', show_name = FALSE
        WHERE {whose} = :id {only} AND (giver_name <> '' OR message <> '') RETURNING id
        """,  # noqa: S608 - our own words
        id=person_id,
        until=until,
    )
