"""Visitor passes: given to whoever confirmed an address, and revoked."""

from datetime import datetime
from uuid import UUID

from wishcore import db
from wishcore.ids import new_id
from wishcore.opaque import hash_secret, new_secret
from wishcore.visitors.passes import PASS_LIFETIME, PASS_PREFIX, NewPass


async def give_pass(address: str, *, name: str, now: datetime) -> NewPass:
    """Give a pass to the guest who has this address and has just confirmed it. A step.

    Who was a guest before is the same guest, by the new name.
    """
    db.require_transaction()
    visitor_token = new_secret(PASS_PREFIX)
    visitor_id = await _known_visitor(address, name, now)
    await db.change(
        """
        INSERT INTO visitor_pass (hash, visitor_id, created_at, expires_at)
        VALUES (:hash, :visitor, :now, :ends_at) RETURNING hash
        """,
        hash=hash_secret(visitor_token),
        visitor=visitor_id,
        now=now,
        ends_at=now + PASS_LIFETIME,
    )
    return NewPass(
        visitor_token=visitor_token,
        expires_in=int(PASS_LIFETIME.total_seconds()),
        visitor_id=visitor_id,
    )


@db.transactional
async def revoke_pass(visitor_token: str, *, now: datetime) -> None:
    """End the visitor pass; one that is not valid stays so. The guest may confirm anew."""
    await db.change(
        """
        UPDATE visitor_pass SET revoked_at = :now
        WHERE hash = :hash AND revoked_at IS NULL RETURNING hash
        """,
        hash=hash_secret(visitor_token),
        now=now,
    )


async def _known_visitor(address: str, name: str, now: datetime) -> UUID:
    (row,) = await db.rows(
        """
        INSERT INTO visitor (id, email, name, created_at, updated_at)
        VALUES (:id, :email, :name, :now, :now)
        ON CONFLICT (email) DO UPDATE SET name = excluded.name, updated_at = excluded.updated_at
        RETURNING id
        """,
        id=new_id(),
        email=address,
        name=name,
        now=now,
    )
    return UUID(str(row["id"]))
