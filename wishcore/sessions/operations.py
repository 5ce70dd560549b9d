"""What becomes of a sign-in: it is marked for its person to recognise, and ended."""

from datetime import datetime
from uuid import UUID

from wishcore import accounts, db, security_events
from wishcore.limits import Client
from wishcore.security_events import SecurityEventKind
from wishcore.sessions.queries import SessionNotFound

DEVICE_LENGTH_MAX = 200


async def mark_session(family_id: UUID, *, account_id: UUID, client: Client, now: datetime) -> None:
    """Write down where a new sign-in comes from, inside the transaction that begins it. A step."""
    device = "".join(char for char in client.device if char.isprintable()).strip()
    await db.change(
        """
        UPDATE token_family SET device = :device, network_hash = :network WHERE id = :id
        RETURNING id
        """,
        id=family_id,
        device=device[:DEVICE_LENGTH_MAX] or None,
        network=client.network,
    )
    await security_events.note(
        SecurityEventKind.SIGNED_IN, account_id=account_id, client=client, now=now
    )


@db.transactional
async def end_session(account_id: UUID, session_id: UUID, *, now: datetime) -> None:
    """End one of the account's own sign-ins.

    Raises:
        SessionNotFound: it is over, somebody else's, or never was.
    """
    ended = await db.change(
        """
        UPDATE token_family SET revoked_at = :now, updated_at = :now
        WHERE id = :id AND account_id = :account AND revoked_at IS NULL AND expires_at > :now
        RETURNING id
        """,
        id=session_id,
        account=account_id,
        now=now,
    )
    if not ended:
        raise SessionNotFound
    await security_events.note(SecurityEventKind.SESSION_ENDED, account_id=account_id, now=now)


@db.transactional
async def sign_out_everywhere(account_id: UUID, *, now: datetime) -> None:
    """End every sign-in of the account, the one that asks for it too."""
    await accounts.end_families(account_id, now=now)
    await security_events.note(
        SecurityEventKind.SIGNED_OUT_EVERYWHERE, account_id=account_id, now=now
    )
