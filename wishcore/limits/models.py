"""How often something was done in the present window of its limit."""

from tortoise import fields
from tortoise.models import Model


class RateLimit(Model):
    """One count. The key hides whose it is: a keyed hash."""

    key = fields.CharField(max_length=120, primary_key=True)
    used = fields.IntField()
    ends_at = fields.DatetimeField(db_index=True)
    """When the window is over and the count begins anew."""

    class Meta:
        """The table."""

        table = "rate_limit"
