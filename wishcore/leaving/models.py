"""Accounts that were closed, and of which something personal is left on the giver's side."""

from tortoise import fields
from tortoise.models import Model


class Erasure(Model):
    """One closed account, until the job has been everywhere."""

    account_id = fields.UUIDField(primary_key=True)
    email = fields.CharField(max_length=254, null=True)
    """The address, if it was confirmed: guests with it are the same person. Gone after one run."""
    created_at = fields.DatetimeField()
    due_at = fields.DatetimeField(db_index=True)
    """When the job looks at it: at once, and when no request of before can be under way."""

    class Meta:
        """The table."""

        table = "erasure"
