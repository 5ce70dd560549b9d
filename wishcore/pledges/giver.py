"""Who gives: an account or a guest, never somebody anonymous."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from wishcore import accounts, visitors

_OF_GUEST: Final = "visitor_id = :giver"
# Of the guest's, none for the account's own lists: whoever shared the address with the owner, and
# gave to the owner, may have been somebody else.
_OF_ACCOUNT: Final = """
    (account_id = :giver OR (
        visitor_id = (
            SELECT visitor.id FROM visitor JOIN account ON account.email = visitor.email
            WHERE account.id = :giver AND account.email_confirmed_at IS NOT NULL)
        AND NOT EXISTS (
            SELECT 1 FROM wish_list
            WHERE wish_list.id = pledge.list_id AND wish_list.owner_id = :giver)))
"""


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

    @property
    def key(self) -> UUID:
        """The one id that is set; `:giver` in what `whose` returns."""
        found = self.account_id or self.visitor_id
        assert found is not None, "Nobody gives who is not known."
        return found


def whose(giver: Giver) -> str:
    """Return the condition, in SQL, under which a row of `pledge` is this giver's own.

    An account is the same person as the guest with its confirmed address: what somebody gave
    before they signed up stays theirs to see and to take back.
    """
    return _OF_GUEST if giver.account_id is None else _OF_ACCOUNT
