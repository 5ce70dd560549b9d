"""What lies between a front end's question and our tokens."""

from tortoise import fields
from tortoise.models import Model

from wishcore.db.columns import Row


class AuthorizationRequest(Row):
    """A front end's wish to have somebody signed in, while the person is on our page."""

    token_hash = fields.CharField(max_length=64, unique=True)
    """Of the secret in the page's form: only this page can answer."""
    browser_hash = fields.CharField(max_length=64, db_index=True)
    """Of the secret in the browser's cookie: only this browser can answer."""
    client_id = fields.CharField(max_length=64)
    redirect_uri = fields.CharField(max_length=2000)
    scope = fields.CharField(max_length=200)
    state = fields.CharField(max_length=1000, null=True)
    """The front end's own, given back as it came."""
    code_challenge = fields.CharField(max_length=43)
    identity_id = fields.UUIDField(null=True)
    """Who a provider says it is, as long as that is not yet an account."""
    expires_at = fields.DatetimeField()
    used_at = fields.DatetimeField(null=True)

    class Meta:
        """The table."""

        table = "authorization_request"


class ProviderAttempt(Model):
    """Somebody went to a provider; known to us by the hash of the `state` that comes back."""

    state_hash = fields.CharField(max_length=64, primary_key=True)
    provider = fields.CharField(max_length=20)
    request_id = fields.UUIDField()
    browser_hash = fields.CharField(max_length=64)
    created_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()
    used_at = fields.DatetimeField(null=True)

    class Meta:
        """The table."""

        table = "provider_attempt"


class AuthorizationCode(Model):
    """What a front end exchanges, once, for the tokens of a sign-in; known by its hash."""

    hash = fields.CharField(max_length=64, primary_key=True)
    client_id = fields.CharField(max_length=64)
    redirect_uri = fields.CharField(max_length=2000)
    code_challenge = fields.CharField(max_length=43)
    family_id = fields.UUIDField()
    """The sign-in, which has no tokens before the exchange. A second use ends it."""
    created_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()
    used_at = fields.DatetimeField(null=True)

    class Meta:
        """The table."""

        table = "authorization_code"
