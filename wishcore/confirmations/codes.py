"""Codes for the mailbox: forty random bits, of a few minutes, with five tries."""

import secrets
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec

from wishcore import db
from wishcore.confirmations.models import Purpose
from wishcore.errors import Invalid
from wishcore.ids import new_id
from wishcore.opaque import hash_subject, is_same

CODE_LIFETIME: Final = timedelta(minutes=30)
TRIES_MAX: Final = 5
_LETTERS: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without those that look like another."""
_HALF: Final = 4


class CodeNotValid(Invalid):
    """No code that is still valid reads so: mistyped, too old, used, or tried out."""

    code = "code_not_valid"
    title = "The code is wrong or no longer valid"


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """That a code may be on its way: the same answer for every address."""

    id: UUID
    """Goes back with the code from the letter: a code that others asked for does nothing here."""
    expires_in: int
    """Seconds."""


class Redeemed(msgspec.Struct, frozen=True, kw_only=True):
    """What a code confirmed."""

    email: str
    account_id: UUID | None
    sign_up: str | None
    guest_name: str | None
    code_hash: str


def new_code() -> str:
    """Return a code as it stands in a letter."""
    halves = ("".join(secrets.choice(_LETTERS) for _ in range(_HALF)) for _ in range(2))
    return "-".join(halves)


def asked(code_id: UUID) -> Asked:
    """Return the answer to whoever asked."""
    return Asked(id=code_id, expires_in=int(CODE_LIFETIME.total_seconds()))


async def put_code(
    purpose: Purpose,
    *,
    email: str,
    code: str,
    account_id: UUID | None = None,
    sign_up: str | None = None,
    guest_name: str | None = None,
    server_secret: str,
    now: datetime,
) -> UUID:
    """Write a code, or one that nobody is told, and return its id. A step."""
    code_id = new_id()
    await db.change(
        """
        INSERT INTO confirmation (id, purpose, email, account_id, sign_up, guest_name, code_hash,
                                  expires_at, tries, created_at, updated_at)
        VALUES (:id, :purpose, :email, :account, :sign_up, :guest_name, :hash, :ends_at, 0, :now,
                :now)
        RETURNING id
        """,
        id=code_id,
        purpose=purpose,
        email=email,
        account=account_id,
        sign_up=sign_up,
        guest_name=guest_name,
        hash=_hash(server_secret, code_id, code),
        ends_at=now + CODE_LIFETIME,
        now=now,
    )
    return code_id


async def redeem(
    purpose: Purpose, code_id: UUID, code: str, *, server_secret: str, now: datetime
) -> Redeemed | None:
    """Use a code up, once. A step; `None` counts as a try, so the caller must commit it."""
    # The try is counted before the code is compared, under the row's lock: twenty guesses at once
    # are twenty tries.
    found = await db.fetch_one(
        Redeemed,
        """
        UPDATE confirmation SET tries = tries + 1, updated_at = :now
        WHERE id = :id AND purpose = :purpose AND used_at IS NULL AND expires_at > :now
          AND tries < :tries_max
        RETURNING email, account_id, sign_up, guest_name, code_hash
        """,
        id=code_id,
        purpose=purpose,
        tries_max=TRIES_MAX,
        now=now,
    )
    if found is None or not is_same(found.code_hash, _hash(server_secret, code_id, code)):
        return None
    # The details of a sign-up are in the account now.
    await db.change(
        """
        UPDATE confirmation SET used_at = :now, sign_up = CASE WHEN sign_up IS NULL
            THEN NULL ELSE '' END
        WHERE id = :id RETURNING id
        """,
        id=code_id,
        now=now,
    )
    return found


def _hash(server_secret: str, code_id: UUID, code: str) -> str:
    # Typed by hand: in any case, with or without the hyphen.
    typed = "".join(char for char in code[:100].upper() if char.isalnum())
    return hash_subject(server_secret, "confirmation", f"{code_id} {typed}")
