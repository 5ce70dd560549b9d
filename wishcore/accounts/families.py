"""Sign-ins as families of tokens: steps in the transaction of whoever vouches for somebody."""

from datetime import datetime
from uuid import UUID

import msgspec

from wishcore import db
from wishcore.accounts.tokens import TokenPair, access_ends_at, new_pair
from wishcore.ids import new_id
from wishcore.opaque import hash_secret


class Family(msgspec.Struct, frozen=True, kw_only=True):
    """One sign-in, of which one pair of tokens at a time is valid."""

    id: UUID
    account_id: UUID
    expires_at: datetime


async def begin_family(
    account_id: UUID,
    *,
    expires_at: datetime,
    client_id: str | None = None,
    scope: str | None = None,
    now: datetime,
) -> Family:
    """Write a new sign-in, as yet without tokens.

    `client_id` names the registered front end that it is for, and `scope` what its tokens may do;
    without them it is one of ours and may do everything.
    """
    db.require_transaction()
    family = Family(id=new_id(), account_id=account_id, expires_at=expires_at)
    await db.change(
        """
        INSERT INTO token_family
            (id, account_id, expires_at, client_id, scope, created_at, updated_at)
        VALUES (:id, :account, :ends_at, :client, :scope, :now, :now) RETURNING id
        """,
        id=family.id,
        account=family.account_id,
        ends_at=family.expires_at,
        client=client_id,
        scope=scope,
        now=now,
    )
    return family


async def issue_pair(
    family: Family, *, access_scope: str | None = None, now: datetime
) -> TokenPair:
    """Write the next pair of tokens of a sign-in, and return them.

    `access_scope` narrows what this access token may do (RFC 6749, 6); the refresh token keeps all.
    """
    db.require_transaction()
    pair = new_pair(
        account_id=family.account_id,
        family_id=family.id,
        family_ends_at=family.expires_at,
        now=now,
    )
    await db.change(
        """
        INSERT INTO token (hash, family_id, kind, scope, created_at, expires_at) VALUES
            (:access, :family, 'access', :scope, :now, :access_ends_at),
            (:refresh, :family, 'refresh', NULL, :now, :family_ends_at)
        RETURNING hash
        """,
        access=hash_secret(pair.access_token),
        refresh=hash_secret(pair.refresh_token),
        family=family.id,
        scope=access_scope,
        access_ends_at=access_ends_at(family.expires_at, now=now),
        family_ends_at=family.expires_at,
        now=now,
    )
    return pair


async def end_all_ways_in(account_id: UUID, *, now: datetime) -> None:
    """End every sign-in, and disconnect the other companies. A step.

    For another password: whoever knew the old one may have connected an identity of their own.
    """
    await end_families(account_id, now=now)
    await db.change(
        "DELETE FROM social_identity WHERE account_id = :id RETURNING id", id=account_id
    )


async def end_families(account_id: UUID, *, now: datetime) -> int:
    """End every sign-in of the account; return how many. A step."""
    return await db.change(
        """
        UPDATE token_family SET revoked_at = :now, updated_at = :now
        WHERE account_id = :id AND revoked_at IS NULL RETURNING id
        """,
        id=account_id,
        now=now,
    )
