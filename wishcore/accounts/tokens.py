"""The tokens of a signed-in account: opaque, short-lived, and exchanged in pairs."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from wishcore.opaque import new_secret

ACCESS_PREFIX: Final = "wat_"
REFRESH_PREFIX: Final = "wrt_"
ACCESS_LIFETIME: Final = timedelta(hours=1)
SIGN_IN_LIFETIME: Final = timedelta(days=30)
"""Absolute: no refresh leads past it, however often it is done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenPair:
    """What somebody who signed in gets, and what each refresh replaces.

    The secrets are here and nowhere else: only their hashes are stored, and `repr` hides them.
    """

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_in: int
    """Seconds until the access token has to be refreshed."""
    account_id: UUID
    family_id: UUID


def new_pair(
    *, account_id: UUID, family_id: UUID, family_ends_at: datetime, now: datetime
) -> TokenPair:
    """Make two new tokens of a sign-in, neither of which outlives it."""
    return TokenPair(
        access_token=new_secret(ACCESS_PREFIX),
        refresh_token=new_secret(REFRESH_PREFIX),
        expires_in=int((access_ends_at(family_ends_at, now=now) - now).total_seconds()),
        account_id=account_id,
        family_id=family_id,
    )


def access_ends_at(family_ends_at: datetime, *, now: datetime) -> datetime:
    """Return when an access token made now stops being valid."""
    return min(now + ACCESS_LIFETIME, family_ends_at)
