"""Whose visitor pass it is."""

from datetime import datetime
from uuid import UUID

import msgspec

from wishcore import db
from wishcore.opaque import BadToken, hash_secret


class Guest(msgspec.Struct, frozen=True, kw_only=True):
    """A person without an account, as a visitor pass proves it."""

    visitor_id: UUID
    email: str
    name: str


async def guest_of_token(visitor_token: str, *, now: datetime) -> Guest:
    """Return whose visitor pass this is.

    Raises:
        BadToken: unknown, run out or revoked, or not a visitor pass.
    """
    found = await db.fetch_one(
        Guest,
        """
        SELECT visitor.id AS visitor_id, visitor.email, visitor.name
        FROM visitor_pass JOIN visitor ON visitor.id = visitor_pass.visitor_id
        WHERE visitor_pass.hash = :hash AND visitor_pass.expires_at > :now
          AND visitor_pass.revoked_at IS NULL
        """,
        hash=hash_secret(visitor_token),
        now=now,
    )
    if found is None:
        raise BadToken
    return found
