"""Writing down what happened."""

from datetime import datetime
from typing import Final
from uuid import UUID

import structlog

from wishcore import db
from wishcore.ids import new_id
from wishcore.limits import Client
from wishcore.security_events.models import SecurityEventKind

_LOG: Final = structlog.stdlib.get_logger("wish.security")
_ALARMING: Final = frozenset(
    {
        SecurityEventKind.REFRESH_TOKEN_REUSED,
        SecurityEventKind.CODE_REUSED,
        SecurityEventKind.LIMIT_REACHED,
    }
)


async def note(
    kind: SecurityEventKind,
    *,
    account_id: UUID | None,
    client: Client | None = None,
    text: str = "",
    now: datetime,
) -> None:
    """Write an event with the change that it tells of. A step."""
    await db.change(
        """
        INSERT INTO security_event (id, kind, account_id, network_hash, note, created_at)
        VALUES (:id, :kind, :account, :network, :note, :now) RETURNING id
        """,
        id=new_id(),
        kind=kind,
        account=account_id,
        network=client.network if client is not None else None,
        note=text,
        now=now,
    )
    log = _LOG.warning if kind in _ALARMING else _LOG.info
    log(
        "security_event",
        kind=kind.value,
        account_id=_shown(account_id),
        note=text,
    )


@db.transactional
async def record(
    kind: SecurityEventKind,
    *,
    account_id: UUID | None,
    client: Client | None = None,
    text: str = "",
    now: datetime,
) -> None:
    """Write an event that tells of no change: a refusal."""
    await note(kind, account_id=account_id, client=client, text=text, now=now)


def _shown(account_id: UUID | None) -> str:
    # Zeros stand for a name that nobody has. The work is the same.
    text = str(account_id)
    return text if text[:8] != "00000000" else "nobody"
