"""Front ends that may sign people in."""

from tortoise import fields
from tortoise.models import Model


class OAuthClient(Model):
    """A registered front end. Lists are words separated by blanks, which none of them contains."""

    client_id = fields.CharField(max_length=64, primary_key=True)
    name = fields.CharField(max_length=80)
    secret_hash = fields.CharField(max_length=64, null=True)
    """Of a confidential one; a public one, whose code everybody can read, has no secret."""
    redirect_uris = fields.TextField()
    origins = fields.TextField()
    grants = fields.CharField(max_length=200)
    scopes = fields.CharField(max_length=200)
    created_at = fields.DatetimeField()
    updated_at = fields.DatetimeField()
    removed_at = fields.DatetimeField(null=True)

    class Meta:
        """The table."""

        table = "oauth_client"
