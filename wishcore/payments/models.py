"""What Stripe told us, before we act on it."""

from tortoise import fields
from tortoise.models import Model


class PaymentNotice(Model):
    """A notice of Stripe that was verified and stored: most are a hint to read an object again.

    `ignored` are those that are no hint, and those that name no payment.

    The id is Stripe's. It is the guard against replays. The notice's content is not kept: it may
    hold secrets, and it may be old by now.
    """

    id = fields.CharField(max_length=100, primary_key=True)
    kind = fields.CharField(max_length=100)
    intent_id = fields.CharField(max_length=100, null=True)
    created_at = fields.DatetimeField()
    next_try_at = fields.DatetimeField()
    tries = fields.IntField()
    handled_at = fields.DatetimeField(null=True)
    outcome = fields.CharField(max_length=20, null=True)

    class Meta:
        """The table."""

        table = "payment_notice"
