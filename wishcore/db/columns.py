"""What every table has."""

from typing import Any

from tortoise import fields
from tortoise.models import Model


class Row(Model):
    """A row whose id was made by us, and which knows when it was written."""

    id = fields.UUIDField(primary_key=True)
    created_at = fields.DatetimeField()
    updated_at = fields.DatetimeField()

    class Meta:
        """Not a table of its own."""

        abstract = True


def money_column(**options: Any) -> fields.BigIntField:
    """Return a column of minor units."""
    return fields.BigIntField(**options)


def currency_column() -> "fields.CharField[str]":
    """Return a column for an ISO 4217 code."""
    return fields.CharField(max_length=3)
