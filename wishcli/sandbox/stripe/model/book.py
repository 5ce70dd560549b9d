"""A double-entry book of every movement of money in the sandbox.

It is kept apart from the objects so that a test can ask what was really charged and given back,
whatever the objects or anybody else's tables say.
"""

from enum import StrEnum

from msgspec import Struct, field


class Account(StrEnum):
    """Where money can be."""

    CARDHOLDERS = "cardholders"
    BALANCE = "balance"
    FEES = "fees"


class PostingKind(StrEnum):
    """Why money moved."""

    CHARGE = "charge"
    REFUND = "refund"
    REFUND_FAILURE = "refund_failure"
    DISPUTE = "dispute"
    DISPUTE_REVERSAL = "dispute_reversal"


class Posting(Struct, kw_only=True, frozen=True):
    """One balanced movement, unique by name."""

    name: str
    kind: PostingKind
    payment_intent: str
    currency: str
    created: int
    entries: dict[Account, int]

    @property
    def gross(self) -> int:
        """What moved at the cardholders' side, as a positive number."""
        return abs(self.entries[Account.CARDHOLDERS])


class Book(Struct, kw_only=True):
    """All postings, and the balance of each account in each currency."""

    postings: dict[str, Posting] = field(default_factory=dict)
    balances: dict[str, dict[Account, int]] = field(default_factory=dict)

    def post(self, posting: Posting) -> None:
        """Add a posting; it must balance and be new, and so must the whole currency after it."""
        assert posting.name not in self.postings, f"{posting.name} is already in the book"
        assert sum(posting.entries.values()) == 0, f"{posting.name} does not balance"
        self.postings[posting.name] = posting
        accounts = self.balances.setdefault(posting.currency, dict.fromkeys(Account, 0))
        for account, amount in posting.entries.items():
            accounts[account] += amount
        assert sum(accounts.values()) == 0, f"{posting.currency} does not balance"

    def is_balanced(self) -> bool:
        """Add everything up again from the postings and compare with the running balances."""
        recount: dict[str, dict[Account, int]] = {}
        for posting in self.postings.values():
            accounts = recount.setdefault(posting.currency, dict.fromkeys(Account, 0))
            for account, amount in posting.entries.items():
                accounts[account] += amount
        return recount == self.balances and all(
            sum(accounts.values()) == 0 for accounts in recount.values()
        )
