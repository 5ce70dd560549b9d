"""Who gives: an account or a guest, never somebody anonymous."""

from dataclasses import dataclass
from uuid import UUID

from wishcore import accounts, visitors


@dataclass(frozen=True, slots=True, kw_only=True)
class Giver:
    """An identified person who may pledge. Exactly one of the two ids is set."""

    account_id: UUID | None = None
    visitor_id: UUID | None = None
    name: str

    @classmethod
    def of(cls, viewer: accounts.SignedIn | visitors.Guest) -> "Giver":
        """Return the giver that an account or a guest is."""
        if isinstance(viewer, accounts.SignedIn):
            return cls(account_id=viewer.account_id, name=viewer.first_name)
        return cls(visitor_id=viewer.visitor_id, name=viewer.name)

    @property
    def id(self) -> str:
        """One text for one giver."""
        return f"account:{self.account_id}" if self.account_id else f"visitor:{self.visitor_id}"
