"""Refunds: each an attempt to give one pledge back: all that we owe of it."""

from enum import StrEnum
from typing import Final

from tortoise import fields

from wishcore.db.columns import Row, currency_column, money_column
from wishcore.states import Moves


class RefundState(StrEnum):
    """What Stripe says of a refund."""

    REQUESTED = "requested"
    """Written before Stripe is asked; Stripe may or may not know of it yet."""
    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


REFUND_MOVES: Final[Moves[RefundState]] = {
    RefundState.REQUESTED: frozenset(
        {RefundState.PENDING, RefundState.SUCCEEDED, RefundState.FAILED}
    ),
    RefundState.PENDING: frozenset({RefundState.SUCCEEDED, RefundState.FAILED}),
    RefundState.SUCCEEDED: frozenset({RefundState.FAILED}),
    RefundState.FAILED: frozenset(),
}


class Refund(Row):
    """One refund of one pledge; another follows only after the last one failed.

    The generation is part of the key that Stripe sees. It rises with each refund, and when Stripe
    refused one that is to be tried again.
    """

    list_id = fields.UUIDField()
    pledge_id = fields.UUIDField()
    generation = fields.IntField()
    state = fields.CharEnumField(RefundState, max_length=20)
    amount_minor = money_column()
    currency = currency_column()
    provider_id = fields.CharField(max_length=100, null=True, unique=True)
    failure = fields.CharField(max_length=100, null=True)

    class Meta:
        """The table."""

        table = "refund"
        unique_together = (("list_id", "pledge_id", "generation"),)
