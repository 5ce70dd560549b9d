"""Who follows whom."""

from tortoise import fields
from tortoise.models import Model


class Follow(Model):
    """One account that wants to hear of another."""

    id = fields.UUIDField(primary_key=True)
    follower_id = fields.UUIDField()
    followed_id = fields.UUIDField()
    created_at = fields.DatetimeField()

    class Meta:
        """The table."""

        table = "follow"
        unique_together = (("follower_id", "followed_id"),)
        indexes = (("follower_id", "id"), ("followed_id", "id"))
