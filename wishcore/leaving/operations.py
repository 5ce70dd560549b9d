"""Closing an account. It reads and writes the owner's side only, and always answers the same.

What the lists' givers paid goes back by the jobs that follow every deleted list, unless the gift
was bought. What the person gave elsewhere stays: money records outlive their people, without the
names (docs/privacy.md).
"""

from datetime import datetime
from uuid import UUID

from wishcore import accounts, db, follows, lists, security_events
from wishcore.limits import Client
from wishcore.mail import erased_address
from wishcore.security_events import SecurityEventKind


@db.transactional
async def close_account(account_id: UUID, *, client: Client | None = None, now: datetime) -> None:
    """Close the account: its tokens, lists, followers and personal data are gone at once.

    Raises:
        AccountNotFound: there is none, or it was closed before.
    """
    begun = await db.change(
        """
        INSERT INTO erasure (account_id, email, created_at, due_at)
        SELECT id, CASE WHEN email_confirmed_at IS NULL THEN NULL ELSE email END, :now, :now
        FROM account WHERE id = :id AND deleted_at IS NULL
        ON CONFLICT (account_id) DO NOTHING RETURNING account_id
        """,
        id=account_id,
        now=now,
    )
    if not begun:
        raise accounts.AccountNotFound
    await _erase_person(account_id, now)
    await _end_all_tokens(account_id, now)
    await db.change("DELETE FROM confirmation WHERE account_id = :id RETURNING id", id=account_id)
    await db.change(
        "DELETE FROM social_identity WHERE account_id = :id RETURNING id", id=account_id
    )
    await follows.forget_follows_of(account_id)
    await lists.erase_lists_of(account_id, now=now)
    await security_events.note(
        SecurityEventKind.ACCOUNT_CLOSED, account_id=account_id, client=client, now=now
    )


async def _erase_person(account_id: UUID, now: datetime) -> None:
    await db.change(
        """
        UPDATE account SET email = :nobody, email_confirmed_at = NULL, username = NULL,
            first_name = '', last_name = '', birthday = '1900-01-01', password_hash = '',
            display_name = NULL, picture_url = NULL, is_seller = FALSE, is_staff = FALSE,
            deleted_at = :now, updated_at = :now
        WHERE id = :id RETURNING id
        """,
        id=account_id,
        nobody=erased_address(account_id),
        now=now,
    )


async def _end_all_tokens(account_id: UUID, now: datetime) -> None:
    await accounts.end_families(account_id, now=now)
    await db.change(
        """
        UPDATE token_family SET device = NULL, network_hash = NULL WHERE account_id = :id
        RETURNING id
        """,
        id=account_id,
    )
    await db.change(
        """
        DELETE FROM token WHERE family_id IN (
            SELECT id FROM token_family WHERE account_id = :id
        ) RETURNING hash
        """,
        id=account_id,
    )
