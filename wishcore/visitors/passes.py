"""What a guest shows instead of an access token."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final
from uuid import UUID

PASS_PREFIX: Final = "wvp_"
PASS_LIFETIME: Final = timedelta(days=180)
"""As long as a list can be open: a giver comes back with the pass that paid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPass:
    """A visitor pass on its way to the guest. Only its hash is stored, and `repr` hides it."""

    visitor_token: str = field(repr=False)
    expires_in: int
    """Seconds."""
    visitor_id: UUID
