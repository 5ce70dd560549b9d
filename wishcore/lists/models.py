"""The owner's side: wish lists and their items. No pledge ever writes or locks these rows."""

from enum import StrEnum

from tortoise import fields

from wishcore.db.columns import Row, currency_column, money_column
from wishcore.states import Moves


class ListState(StrEnum):
    """Whether a list still takes pledges."""

    ACTIVE = "active"
    INACTIVE = "inactive"


LIST_MOVES: Moves[ListState] = {
    ListState.ACTIVE: frozenset({ListState.INACTIVE}),
    ListState.INACTIVE: frozenset(),
}


class PriceSource(StrEnum):
    """Who says what an item costs."""

    MANUAL = "manual"
    """Its owner; nobody else changes it."""
    AMAZON = "amazon"
    """Amazon, as often as it is asked (docs/amazon.md)."""


class WishList(Row):
    """A list of wishes with a deadline, made by its owner."""

    owner_id = fields.UUIDField(db_index=True)
    title = fields.CharField(max_length=200)
    description = fields.TextField()
    occasion = fields.CharField(max_length=80)
    currency = currency_column()
    deadline = fields.DatetimeField()
    state = fields.CharEnumField(ListState, max_length=10)
    share_generation = fields.IntField()
    """How many share links the list has had. The present one is derived from it."""
    share_hash = fields.CharField(max_length=64, unique=True, null=True)
    deleted_at = fields.DatetimeField(null=True)

    class Meta:
        """The table."""

        table = "wish_list"


class Item(Row):
    """One wish on a list."""

    list_id = fields.UUIDField(db_index=True)
    title = fields.CharField(max_length=200)
    note = fields.TextField()
    url = fields.CharField(max_length=2000)
    price_minor = money_column()
    quantity = fields.IntField()
    priority = fields.IntField()
    withdrawn_at = fields.DatetimeField(null=True)
    marketplace = fields.CharField(max_length=24, null=True)
    asin = fields.CharField(max_length=10, null=True)
    """The product that the link leads to, where it is one of Amazon's."""
    price_source = fields.CharEnumField(PriceSource, max_length=10, default=PriceSource.MANUAL)
    link_due_at = fields.DatetimeField(null=True)
    """When a short link is to be followed, to find the product behind it."""

    class Meta:
        """The table."""

        table = "item"
