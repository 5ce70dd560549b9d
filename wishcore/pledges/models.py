"""The giver's side: the funding of items, and pledges towards it. No owner request touches it."""

from enum import StrEnum
from typing import Final

from tortoise import fields
from tortoise.models import Model

from wishcore.db.columns import Row, currency_column, money_column
from wishcore.states import Moves


class FundingState(StrEnum):
    """How far the funding of an item is."""

    OPEN = "open"
    RESERVED = "reserved"
    CLOSING = "closing"
    """The deadline has passed while a payment is still in progress."""
    UNFUNDED = "unfunded"
    WITHDRAWN = "withdrawn"


FUNDING_MOVES: Final[Moves[FundingState]] = {
    FundingState.OPEN: frozenset(
        {FundingState.RESERVED, FundingState.CLOSING, FundingState.WITHDRAWN}
    ),
    FundingState.CLOSING: frozenset(
        {FundingState.RESERVED, FundingState.UNFUNDED, FundingState.WITHDRAWN}
    ),
    FundingState.RESERVED: frozenset({FundingState.WITHDRAWN}),
    FundingState.UNFUNDED: frozenset(),
    FundingState.WITHDRAWN: frozenset(),
}


class PledgeState(StrEnum):
    """Where a giver's money is. Each state is explained in docs/states.md."""

    HELD = "held"
    CONFIRMING = "confirming"
    REQUIRES_ACTION = "requires_action"
    PROCESSING = "processing"
    PAID = "paid"
    DECLINED = "declined"
    ABANDONED = "abandoned"
    REFUND_DUE = "refund_due"
    REFUNDING = "refunding"
    REFUND_PENDING = "refund_pending"
    REFUNDED = "refunded"
    REFUND_FAILED = "refund_failed"
    DISPUTED = "disputed"
    LOST = "lost"


_P = PledgeState
PLEDGE_MOVES: Final[Moves[PledgeState]] = {
    _P.HELD: frozenset({_P.CONFIRMING, _P.DECLINED, _P.ABANDONED}),
    _P.CONFIRMING: frozenset(
        {_P.REQUIRES_ACTION, _P.PROCESSING, _P.PAID, _P.DECLINED, _P.ABANDONED}
    ),
    _P.REQUIRES_ACTION: frozenset({_P.PROCESSING, _P.PAID, _P.DECLINED, _P.ABANDONED}),
    _P.PROCESSING: frozenset({_P.REQUIRES_ACTION, _P.PAID, _P.DECLINED, _P.ABANDONED}),
    _P.PAID: frozenset({_P.REFUND_DUE, _P.DISPUTED}),
    _P.DECLINED: frozenset(),
    _P.ABANDONED: frozenset(),
    _P.REFUND_DUE: frozenset({_P.REFUNDING, _P.DISPUTED}),
    _P.REFUNDING: frozenset({_P.REFUND_PENDING, _P.REFUNDED, _P.REFUND_FAILED, _P.DISPUTED}),
    _P.REFUND_PENDING: frozenset({_P.REFUNDED, _P.REFUND_FAILED}),
    _P.REFUNDED: frozenset({_P.REFUND_FAILED}),
    _P.REFUND_FAILED: frozenset({_P.REFUND_DUE, _P.DISPUTED}),
    _P.DISPUTED: frozenset(
        {_P.PAID, _P.REFUND_DUE, _P.REFUND_PENDING, _P.REFUNDED, _P.REFUND_FAILED, _P.LOST}
    ),
    _P.LOST: frozenset({_P.DISPUTED}),
}

IN_FLIGHT: Final = frozenset({_P.HELD, _P.CONFIRMING, _P.REQUIRES_ACTION, _P.PROCESSING})
"""A payment may still succeed."""


class RefundReason(StrEnum):
    """Why a pledge goes back."""

    UNFUNDED = "unfunded"
    """The deadline passed before the whole price was paid."""
    WITHDRAWN = "withdrawn"
    """The item or its list was removed."""
    GIVER = "giver"
    """The giver took the pledge back."""
    OPERATOR = "operator"
    """An operator refunded it by hand."""


class Funding(Model):
    """How much of an item's price is taken and paid; made by the first pledge for the item."""

    item_id = fields.UUIDField(primary_key=True)
    list_id = fields.UUIDField(db_index=True)
    currency = currency_column()
    target_minor = money_column()
    """The price as the last hold or payment saw it; frozen when the item is reserved."""
    held_minor = money_column()
    """All that is charged or may still be charged."""
    paid_minor = money_column()
    """All that is charged and not on its way back."""
    state = fields.CharEnumField(FundingState, max_length=20)
    bought_at = fields.DatetimeField(null=True)
    """When an operator bought the gift: it stays reserved, whatever its owner removes."""
    created_at = fields.DatetimeField()
    updated_at = fields.DatetimeField()

    class Meta:
        """The table."""

        table = "funding"


class Pledge(Row):
    """A giver's payment towards an item: one Stripe PaymentIntent, at most one live refund."""

    list_id = fields.UUIDField()
    funding: fields.ForeignKeyRelation[Funding] = fields.ForeignKeyField(
        "models.Funding",
        related_name=False,
        on_delete=fields.RESTRICT,
        source_field="item_id",
        db_index=True,
    )
    account_id = fields.UUIDField(null=True, db_index=True)
    visitor_id = fields.UUIDField(null=True, db_index=True)
    amount_minor = money_column()
    currency = currency_column()
    state = fields.CharEnumField(PledgeState, max_length=20)
    version = fields.IntField()
    """How many moves the pledge has made; numbers its events."""
    request_hash = fields.CharField(max_length=64)
    """What the giver asked for, so that an id used for something else is noticed."""
    intent_id = fields.CharField(max_length=100, null=True, unique=True)
    message = fields.CharField(max_length=500)
    show_name = fields.BooleanField()
    giver_name = fields.CharField(max_length=80)
    item_title = fields.CharField(max_length=200)
    item_url = fields.CharField(max_length=2000)
    item_price_minor = money_column()
    decline_code = fields.CharField(max_length=60, null=True)
    refund_reason = fields.CharEnumField(RefundReason, max_length=20, null=True)
    holds_room = fields.BooleanField()
    """Whether the amount is part of what is held of the item."""
    lease_until = fields.DatetimeField(null=True)
    """Until when others leave its refund, or looking its payment or dispute up, to somebody.

    Of a payment in progress also when recovery asked: the longest unasked comes first.
    """
    attempts = fields.IntField()
    """How often its refunds were claimed: the least tried comes first."""
    paid_at = fields.DatetimeField(null=True)
    refunded_at = fields.DatetimeField(null=True)

    class Meta:
        """The table."""

        table = "pledge"


class PledgeEvent(Model):
    """One move of a pledge: what became of it, when, and whether the giver was told."""

    id = fields.UUIDField(primary_key=True)
    list_id = fields.UUIDField()
    pledge: fields.ForeignKeyRelation[Pledge] = fields.ForeignKeyField(
        "models.Pledge", related_name=False, on_delete=fields.RESTRICT
    )
    version = fields.IntField()
    state = fields.CharEnumField(PledgeState, max_length=20)
    note = fields.CharField(max_length=200)
    created_at = fields.DatetimeField()
    letter_due_at = fields.DatetimeField(null=True)
    """When the giver is to be told by mail (again); empty: nothing to tell, or told."""

    class Meta:
        """The table."""

        table = "pledge_event"
        unique_together = (("list_id", "pledge_id", "version"),)
