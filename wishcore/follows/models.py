"""Who follows whom."""

from tortoise import fields
from tortoise.models import Model

from wishcore.accounts.models import Account


class Follow(Model):
    """One account that wants to hear of another."""

    id = fields.UUIDField(primary_key=True)
    follower: fields.ForeignKeyRelation[Account] = fields.ForeignKeyField(
        "models.Account", related_name=False, on_delete=fields.RESTRICT, db_index=True
    )
    followed: fields.ForeignKeyRelation[Account] = fields.ForeignKeyField(
        "models.Account", related_name=False, on_delete=fields.RESTRICT, db_index=True
    )
    created_at = fields.DatetimeField()

    class Meta:
        """The table."""

        table = "follow"
        unique_together = (("follower", "followed"),)
