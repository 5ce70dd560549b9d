"""Guests: people without an account who confirmed an e-mail address."""

from tortoise import fields
from tortoise.models import Model

from wishcore.db.columns import Row


class Visitor(Row):
    """A guest, known by a confirmed address."""

    email = fields.CharField(max_length=254, unique=True)
    """In lower case."""
    name = fields.CharField(max_length=80)

    class Meta:
        """The table."""

        table = "visitor"


class VisitorPass(Model):
    """What a guest shows instead of an access token, known to us only by its SHA-256 hash."""

    hash = fields.CharField(max_length=64, primary_key=True)
    visitor: fields.ForeignKeyRelation[Visitor] = fields.ForeignKeyField(
        "models.Visitor", related_name=False, on_delete=fields.RESTRICT, db_index=True
    )
    created_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()
    revoked_at = fields.DatetimeField(null=True)

    class Meta:
        """The table."""

        table = "visitor_pass"
