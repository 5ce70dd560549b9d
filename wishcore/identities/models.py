"""Who people are at other companies."""

from tortoise import fields

from wishcore.accounts.models import Account
from wishcore.db.columns import Row


class SocialIdentity(Row):
    """Somebody at a provider, as it described them last.

    Provider and subject say who it is; an e-mail address never does (ASVS 6.8.1). Without
    an account it is somebody who came from the provider and has not signed up yet.
    """

    provider = fields.CharField(max_length=20)
    subject = fields.CharField(max_length=255)
    account: fields.ForeignKeyNullableRelation[Account] = fields.ForeignKeyField(
        "models.Account", related_name=False, on_delete=fields.RESTRICT, db_index=True, null=True
    )
    email = fields.CharField(max_length=254, null=True)
    email_verified = fields.BooleanField()
    name = fields.CharField(max_length=200, null=True)
    first_name = fields.CharField(max_length=200, null=True)
    last_name = fields.CharField(max_length=200, null=True)
    picture_url = fields.CharField(max_length=2000, null=True)
    locale = fields.CharField(max_length=35, null=True)
    claims: dict[str, object] = fields.JSONField()
    """Everything that the provider said, as it said it."""
    signed_in_at = fields.DatetimeField()
    """When the provider vouched for them last."""

    class Meta:
        """The table."""

        table = "social_identity"
        unique_together = (("provider", "subject"),)
