"""Throwing away what nobody can use any more."""

from datetime import datetime, timedelta
from typing import Final

import msgspec

from wishcore import db

KEPT_FOR: Final = timedelta(days=1)
"""A used code is kept for a day, so that a second use is noticed."""


class PrunedRequests(msgspec.Struct, frozen=True, kw_only=True):
    """How many of each were deleted."""

    requests: int
    attempts: int
    codes: int


@db.transactional
async def prune_requests(*, now: datetime) -> PrunedRequests:
    """Delete questions, visits to providers and codes whose time ended a day ago."""
    before = now - KEPT_FOR
    return PrunedRequests(
        requests=await db.change(
            "DELETE FROM authorization_request WHERE expires_at < :before RETURNING id",
            before=before,
        ),
        attempts=await db.change(
            "DELETE FROM provider_attempt WHERE expires_at < :before RETURNING state_hash",
            before=before,
        ),
        codes=await db.change(
            "DELETE FROM authorization_code WHERE expires_at < :before RETURNING hash",
            before=before,
        ),
    )
