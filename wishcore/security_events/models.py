"""What is kept of it: no name, no address, no secret."""

from enum import StrEnum

from tortoise import fields
from tortoise.models import Model


class SecurityEventKind(StrEnum):
    """What happened."""

    SIGNED_UP = "signed_up"
    SIGNED_IN = "signed_in"
    SIGN_IN_REFUSED = "sign_in_refused"
    LIMIT_REACHED = "limit_reached"
    REFRESH_TOKEN_REUSED = "refresh_token_reused"
    CODE_REUSED = "code_reused"
    IDENTITY_LINKED = "identity_linked"
    SESSION_ENDED = "session_ended"
    SIGNED_OUT_EVERYWHERE = "signed_out_everywhere"
    PASSWORD_REFUSED = "password_refused"
    PASSWORD_CHANGED = "password_changed"
    RESET_ASKED = "reset_asked"
    PASSWORD_RESET = "password_reset"
    EMAIL_CHANGED = "email_changed"
    ROLE_GIVEN = "role_given"
    ROLE_TAKEN = "role_taken"
    DATA_EXPORTED = "data_exported"
    ACCOUNT_CLOSED = "account_closed"


class SecurityEvent(Model):
    """One event. It has no foreign key: it outlives whom it speaks of."""

    id = fields.UUIDField(primary_key=True)
    kind = fields.CharEnumField(SecurityEventKind, max_length=40)
    account_id = fields.UUIDField(null=True)
    network_hash = fields.CharField(max_length=64, null=True)
    """Where it came from, as a keyed hash: two events of one network can be told to be so."""
    note = fields.CharField(max_length=200)
    created_at = fields.DatetimeField(db_index=True)

    class Meta:
        """The table."""

        table = "security_event"
        indexes = (("account_id", "id"),)
