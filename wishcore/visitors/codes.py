"""The rules for codes, and the places in which an address keeps its letters.

Every address has five places, and each letter takes one for an hour. So five letters an hour is
not a count that two requests could read at once, but the number of rows there are.
"""

import secrets
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid5

from wishcore import db

CODE_DIGITS: Final = 6
CODE_LIFETIME: Final = timedelta(minutes=15)
TRIES_MAX: Final = 5
LETTERS_MAX: Final = 5
LETTERS_WINDOW: Final = timedelta(hours=1)

_PLACES: Final = UUID("7ac1ff5e-3c0e-4b62-9a3e-0d6a2f3d1c55")
"""The namespace of the places' ids, which follow from the address: no row is needed to find one."""


def new_code() -> str:
    """Return six random digits."""
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"


def read_code(text: str) -> str:
    """Return the code as it was sent, however it was pasted."""
    return "".join(text[:100].split())


async def take_place(*, email: str, name: str, code_hash: str, now: datetime) -> UUID | None:
    """Put a code into a free place of the address; return `None` if all five are taken.

    A step. It begins with the first place every time, and even a taken one is locked until the
    transaction ends: so two askers for one address come one after the other.
    """
    db.require_transaction()
    for number in range(LETTERS_MAX):
        place = uuid5(_PLACES, f"{number} {email}")
        taken = await db.change(
            """
            INSERT INTO visitor_code
                (id, email, name, code_hash, expires_at, tries, used_at, created_at, updated_at)
            VALUES (:id, :email, :name, :hash, :ends_at, 0, NULL, :now, :now)
            ON CONFLICT (id) DO UPDATE SET
                name = excluded.name, code_hash = excluded.code_hash,
                expires_at = excluded.expires_at, tries = 0, used_at = NULL,
                created_at = excluded.created_at, updated_at = excluded.updated_at
            WHERE visitor_code.created_at <= :free_since
            RETURNING id
            """,
            id=place,
            email=email,
            name=name,
            hash=code_hash,
            ends_at=now + CODE_LIFETIME,
            now=now,
            free_since=now - LETTERS_WINDOW,
        )
        if taken:
            return place
    return None
