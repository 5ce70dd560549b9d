"""Who may sell, and who works for the operator. Everybody may buy."""

from datetime import datetime
from typing import Final
from uuid import UUID

from wishcore import db
from wishcore.accounts.models import Role
from wishcore.accounts.queries import AccountNotFound
from wishcore.errors import Forbidden, NotFound
from wishcore.security_events import SecurityEventKind, note

_COLUMNS: Final = {Role.SELLER: "is_seller", Role.STAFF: "is_staff"}


class RoleNotFound(NotFound):
    """There is no such role, or it is one that nobody gives: everybody is a buyer."""

    code = "role_not_found"
    title = "There is no such role to give or take"


class StaffOnly(Forbidden):
    """Only the operator's own people may do this."""

    code = "staff_only"
    title = "Only staff may do this"


async def give_role(account_id: UUID, role: str, *, by: UUID | None, now: datetime) -> None:
    """Let the account be a seller, or staff, from its next request on.

    `by` is the member of staff who gives it; an operator at the command line has no account.

    Raises:
        RoleNotFound: there is none to give; AccountNotFound: none, or closed. Nothing is changed.
    """
    await _set(account_id, role, is_held=True, by=by, now=now)


async def take_role(account_id: UUID, role: str, *, by: UUID | None, now: datetime) -> None:
    """Take a role away, from the account's next request on; one that it has not stays away.

    Raises:
        RoleNotFound: there is none to take; AccountNotFound: none, or closed. Nothing is changed.
    """
    await _set(account_id, role, is_held=False, by=by, now=now)


@db.transactional
async def _set(
    account_id: UUID, role: str, *, is_held: bool, by: UUID | None, now: datetime
) -> None:
    column = _COLUMNS.get(Role(role)) if role in set(Role) else None
    if column is None:
        raise RoleNotFound
    changed = await db.change(
        f"""
        UPDATE account SET {column} = :held, updated_at = :now
        WHERE id = :id AND deleted_at IS NULL AND {column} <> :held RETURNING id
        """,  # noqa: S608 - our own words
        id=account_id,
        held=is_held,
        now=now,
    )
    if changed:
        kind = SecurityEventKind.ROLE_GIVEN if is_held else SecurityEventKind.ROLE_TAKEN
        await note(kind, account_id=account_id, text=f"{role}, by {by or 'operator'}", now=now)
    elif not await db.rows(
        "SELECT id FROM account WHERE id = :id AND deleted_at IS NULL", id=account_id
    ):
        raise AccountNotFound
