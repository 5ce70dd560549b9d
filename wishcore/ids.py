"""Ids: time-ordered UUIDs, made before the effect they name."""

from uuid import UUID

from uuid_utils import compat


def new_id() -> UUID:
    """Return a new UUID of version 7 (RFC 9562)."""
    return compat.uuid7()
