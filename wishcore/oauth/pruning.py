"""Throwing away what nobody can use any more."""

from datetime import datetime, timedelta
from typing import Final

import msgspec

from wishcore import db

BATCH: Final = 500
KEPT_FOR: Final = timedelta(days=1)
"""A used code is kept for a day, so that a second use is noticed."""


class PrunedRequests(msgspec.Struct, frozen=True, kw_only=True):
    """How many of each were deleted."""

    requests: int
    attempts: int
    codes: int


async def prune_requests(*, now: datetime) -> PrunedRequests:
    """Delete questions, visits to providers and codes whose time ended a day ago, in batches."""
    before = now - KEPT_FOR
    return PrunedRequests(
        requests=await _delete(_REQUESTS, before),
        attempts=await _delete(_ATTEMPTS, before),
        codes=await _delete(_CODES, before),
    )


_REQUESTS: Final = """
    DELETE FROM authorization_request WHERE id IN (
        SELECT id FROM authorization_request WHERE expires_at < :before ORDER BY id LIMIT :batch
    ) RETURNING id
"""
_ATTEMPTS: Final = """
    DELETE FROM provider_attempt WHERE state_hash IN (
        SELECT state_hash FROM provider_attempt WHERE expires_at < :before
        ORDER BY state_hash LIMIT :batch
    ) RETURNING state_hash
"""
_CODES: Final = """
    DELETE FROM authorization_code WHERE hash IN (
        SELECT hash FROM authorization_code WHERE expires_at < :before ORDER BY hash LIMIT :batch
    ) RETURNING hash
"""


async def _delete(statement: str, before: datetime) -> int:
    done = 0
    while count := await _delete_some(statement, before):
        done += count
    return done


@db.transactional
async def _delete_some(statement: str, before: datetime) -> int:
    return await db.change(statement, before=before, batch=BATCH)
