"""Fields that several resources take."""

from typing import Annotated

from pydantic import Field

from wishapi.http import Body
from wishcore.money import AMOUNT_MINOR_MAX, MINIMUM_CHARGE, Money

Currency = Annotated[
    str,
    Field(
        pattern="^[A-Z]{3}$",
        description=f"An ISO 4217 code; one of {', '.join(sorted(MINIMUM_CHARGE))}.",
        examples=["USD"],
    ),
]


Email = Annotated[str, Field(min_length=3, max_length=254, examples=["ada@example.org"])]
Code = Annotated[
    str,
    Field(min_length=1, max_length=40, examples=["K7QM-3XRT"], description="In any case."),
]


class MoneyIn(Body):
    """An amount in whole minor units (cents) of a currency."""

    amount_minor: Annotated[int, Field(ge=1, le=AMOUNT_MINOR_MAX, examples=[2500])]
    currency: Currency

    def money(self) -> Money:
        """Return the amount as the domain knows it."""
        return Money(self.amount_minor, self.currency)
