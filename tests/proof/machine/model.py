"""What must be true of lists, pledges and money, in plain words: no rows, no processes, no Stripe.

It says what a pledge must be answered, which pledges may go back and which must, and what becomes
of an item. It believes only what it was told: what owners and givers did, and what was answered.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

MINIMUM: Final = 50
"""The least that a card can be charged, in cents."""


@dataclass
class Item:
    """A wish, and every price that it ever had."""

    id: str
    prices: list[int]
    is_withdrawn: bool = False
    is_bought: bool = False
    """Whether an operator said so: from then on a removal gives nothing back."""

    def room(self, held: int) -> int:
        """Return what is left to pledge; a rest of the price that no card can be charged grows."""
        rest = self.prices[-1] - held
        return max(rest, MINIMUM) if rest > 0 else 0


@dataclass
class Pledge:
    """What a giver asked for, and what they were answered."""

    id: str
    giver: str
    item: Item
    card: str
    body: Mapping[str, Any]
    amount: int | None
    """`None`: all that is left, which only the answer says."""
    is_known: bool = False
    """Whether an answer said that the pledge is there: it must never be lost."""
    is_charged: bool | None = None
    """What an answer said of the charge; `None`: nothing yet."""
    may_return: bool = False
    must_return: bool = False
    """The giver asked for it back; and was answered that it goes back."""
    is_operators: bool = False
    """Whether an operator decided that it goes back."""
    retries: int = 0
    """How often an operator sent it back anew after its refund had failed: its room is free."""


@dataclass
class Model:
    """One list."""

    deadline: datetime
    items: list[Item] = field(default_factory=list)
    pledges: dict[str, Pledge] = field(default_factory=dict)
    is_deleted: bool = False

    def is_removed(self, item: Item) -> bool:
        """Say whether the owner took the item away."""
        return self.is_deleted or item.is_withdrawn

    def refusal(
        self, item: Item, amount: int | None, *, held: int, state: str, now: datetime
    ) -> str:
        """Return the code that a pledge must be refused with; empty: the card decides."""
        if self.is_deleted:
            return "list_not_found"
        if item.is_withdrawn:
            return "item_not_found"
        if now >= self.deadline or state != "open":
            return "item_not_open"
        room = item.room(held)
        wanted = room if amount is None else amount
        if wanted < MINIMUM and amount is not None:
            return "amount_too_small"
        if room < max(wanted, MINIMUM):
            return "pledge_exceeds_remaining"
        return "unpayable_rest" if 0 < room - wanted < MINIMUM else ""

    def why_back(self, pledge: Pledge, state: str, *, now: datetime) -> set[str]:
        """Return the reasons for which a pledge may go back, its item being in this state."""
        reasons = {"giver"} if pledge.may_return else set()
        if pledge.is_operators:
            reasons.add("operator")
        if self.is_removed(pledge.item) and not pledge.item.is_bought:
            reasons.add("withdrawn")
        if now >= self.deadline and state == "unfunded":
            reasons.add("unfunded")
        return reasons

    def fate(self, item: Item, *, kept: int, lost: Iterable[int], target: int) -> set[str]:
        """Return what may have become of an item in the end, for what givers left with us.

        What a bank took back later was paid, too, unless others could pay in its place.
        """
        if item.is_bought:
            return {"reserved"}
        if self.is_removed(item):
            return {"withdrawn", "unfunded"}  # It may have been decided before.
        most = max(item.prices) + MINIMUM - 1
        paid = {kept}
        for amount in lost:
            paid |= {amount + total for total in paid}
        if target in paid and min(item.prices) <= target <= most:
            return {"reserved"} if kept == target else {"reserved", "unfunded"}
        return {"unfunded"} if kept < item.prices[-1] else set()
