"""The ledger: every movement of money, in two legs or more that add up to nothing."""

from enum import StrEnum

from tortoise import fields
from tortoise.models import Model

from wishcore.db.columns import currency_column, money_column


class LedgerAccount(StrEnum):
    """Where money is, or whose it is."""

    STRIPE = "stripe"
    """What Stripe holds for us."""
    GIVERS = "givers"
    """What we hold for givers: negative, because we owe it."""
    FEES = "fees"
    """What Stripe kept for its work. It may not come back with a refund."""
    DISPUTES = "disputes"
    """What a card's bank took back while a dispute is open; for good, where a pledge had gone back
    already, or a bank took more than was charged: that is the operator's loss."""


class LedgerEntry(Model):
    """One leg of one movement. Rows are written once and never changed."""

    id = fields.UUIDField(primary_key=True)
    list_id = fields.UUIDField()
    movement = fields.CharField(max_length=120)
    """The movement's name, such as `charge:<pledge id>`: whatever happens twice is posted once."""
    subject_id = fields.UUIDField(db_index=True)
    """What the money moved for: the pledge."""
    account = fields.CharEnumField(LedgerAccount, max_length=20)
    amount_minor = money_column()
    currency = currency_column()
    created_at = fields.DatetimeField()

    class Meta:
        """The table."""

        table = "ledger_entry"
        unique_together = (("list_id", "movement", "account"),)
