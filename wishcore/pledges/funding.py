"""How much of an item may still be pledged. Pure: no rows, no clock, no network."""

from dataclasses import dataclass
from types import MappingProxyType

from wishcore.errors import Conflict, Invalid, invalid
from wishcore.money import Money, minimum_charge


class AmountTooSmall(Invalid):
    """No card can be charged so little."""

    code = "amount_too_small"
    title = "The amount is less than a card can be charged"


class WrongCurrency(Invalid):
    """The pledge is in another currency than the list."""

    code = "wrong_currency"
    title = "The list is in another currency"


class PledgeExceedsRemaining(Conflict):
    """Nobody may be charged for more than the gift."""

    code = "pledge_exceeds_remaining"
    title = "Less than this is left to pledge"
    members = MappingProxyType({"remaining": Money})

    def __init__(self, remaining: Money) -> None:
        super().__init__(f"{remaining} is left to pledge")
        self.remaining = remaining


class UnpayableRest(Conflict):
    """The pledge would leave less than any card can be charged, so the gift could never happen."""

    code = "unpayable_rest"
    title = "The pledge would leave a rest that nobody can pay"
    members = MappingProxyType({"remaining": Money, "minimum": Money})

    def __init__(self, remaining: Money, minimum: Money) -> None:
        super().__init__(f"Pledge all of {remaining}, or leave {minimum} at least")
        self.remaining = remaining
        self.minimum = minimum


@dataclass(frozen=True, slots=True)
class Room:
    """What an item costs, and what is taken of it."""

    price: Money
    held: Money

    @property
    def remaining(self) -> Money:
        """What is left to pledge: nothing, if the price fell below what is held.

        A changed price may leave less than a card can be charged. Then the least that it can is
        left, so that somebody can still complete the gift.
        """
        if self.price <= self.held:
            return Money(0, self.price.currency)
        return max(self.price - self.held, self.minimum)

    @property
    def minimum(self) -> Money:
        """The least that a card can be charged."""
        currency = self.price.currency
        return Money(minimum_charge(currency), currency)

    def accept(self, amount: Money | None) -> Money:
        """Return the amount to hold: the given one, or all that is left for `None`.

        Raises:
            WrongCurrency, AmountTooSmall: can never be right for this item.
            PledgeExceedsRemaining: less than this is left, or nothing.
            UnpayableRest: what would be left is below the least that a card can be charged.
        """
        currency = self.price.currency
        wanted = self.remaining if amount is None else amount
        if wanted.currency != currency:
            raise WrongCurrency(
                faults=invalid("/amount/currency", f"This list is in {currency}").faults
            )
        if amount is not None and amount < self.minimum:
            text = f"A card can be charged {self.minimum} at least"
            raise AmountTooSmall(text, faults=invalid("/amount/amount_minor", text).faults)
        if self.remaining < max(wanted, self.minimum):
            raise PledgeExceedsRemaining(self.remaining)
        rest = self.remaining - wanted
        if rest.amount_minor and rest < self.minimum:
            raise UnpayableRest(self.remaining, self.minimum)
        return wanted
