"""Fields that several resources take."""

import re
from typing import Annotated, Final
from uuid import UUID

from pydantic import BeforeValidator, Field, WithJsonSchema

from wishapi.http import Body
from wishcore.money import AMOUNT_MINOR_MAX, MINIMUM_CHARGE, Money

_UUID: Final = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")


def _read_id(value: object) -> UUID:
    # pydantic by itself also takes braces, a prefix, and no hyphens: what no path would take.
    if not isinstance(value, str) or not _UUID.fullmatch(value):
        raise ValueError("Must be a UUID.")
    return UUID(value)


Id = Annotated[
    UUID, BeforeValidator(_read_id), WithJsonSchema({"type": "string", "format": "uuid"})
]
"""An id that the client made, in the one form in which paths have it."""

Currency = Annotated[
    str,
    Field(
        pattern="^[A-Z]{3}$",
        description=f"An ISO 4217 code; one of {', '.join(sorted(MINIMUM_CHARGE))}.",
        examples=["USD"],
    ),
]


Email = Annotated[str, Field(min_length=3, max_length=254, examples=["lovelace@example.org"])]
Code = Annotated[
    str,
    Field(min_length=1, max_length=40, examples=["K7QM-3XRT"], description="In any case."),
]


class AddressConfirmation(Body):
    """The id that asking answered, and the code from the letter."""

    id: Annotated[UUID, Field(strict=False)]
    code: Code


class MoneyIn(Body):
    """An amount in whole minor units (cents) of a currency."""

    amount_minor: Annotated[int, Field(ge=1, le=AMOUNT_MINOR_MAX, examples=[2500])]
    currency: Currency

    def money(self) -> Money:
        """Return the amount as the domain knows it."""
        return Money(self.amount_minor, self.currency)
