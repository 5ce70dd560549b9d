"""Accounts, and the tokens that prove who somebody is."""

from enum import StrEnum

from tortoise import fields
from tortoise.models import Model

from wishcore.db.columns import Row


class Role(StrEnum):
    """What an account may do. Everybody is a buyer."""

    BUYER = "buyer"
    SELLER = "seller"
    STAFF = "staff"


class Account(Row):
    """A person who signed up. The same account may own lists and give."""

    email = fields.CharField(max_length=254, unique=True)
    """In lower case: one person does not become two by a shift key."""
    username = fields.CharField(max_length=40, unique=True, null=True)
    first_name = fields.CharField(max_length=80)
    last_name = fields.CharField(max_length=80)
    birthday = fields.DateField()
    password_hash = fields.CharField(max_length=200)
    email_confirmed_at = fields.DatetimeField(null=True)
    """When the address was last proved to be the person's own."""
    display_name = fields.CharField(max_length=80, null=True)
    """What others see in place of the first name and one letter."""
    picture_url = fields.CharField(max_length=2000, null=True)
    is_seller = fields.BooleanField(default=False)
    is_staff = fields.BooleanField(default=False)
    deleted_at = fields.DatetimeField(null=True)

    class Meta:
        """The table."""

        table = "account"


class TokenFamily(Row):
    """One sign-in: every pair of tokens that was refreshed from it, revoked together."""

    account: fields.ForeignKeyRelation[Account] = fields.ForeignKeyField(
        "models.Account", related_name=False, on_delete=fields.RESTRICT, db_index=True
    )
    expires_at = fields.DatetimeField()
    """The absolute end: no refresh leads past it."""
    revoked_at = fields.DatetimeField(null=True)
    client_id = fields.CharField(max_length=64, null=True)
    """The registered front end that it was made for; none: our own way in."""
    scope = fields.CharField(max_length=200, null=True)
    """What its tokens may do; none: everything."""
    device = fields.CharField(max_length=200, null=True)
    """What the browser or app calls itself, for the person to recognise it."""
    network_hash = fields.CharField(max_length=64, null=True)
    """Where it began, as a keyed hash: from there the account is not locked by strangers."""

    class Meta:
        """The table."""

        table = "token_family"


class TokenKind(StrEnum):
    """What a token is good for."""

    ACCESS = "access"
    REFRESH = "refresh"


class Token(Model):
    """One opaque token, known to us only by its SHA-256 hash (it has 256 bits of entropy)."""

    hash = fields.CharField(max_length=64, primary_key=True)
    family: fields.ForeignKeyRelation[TokenFamily] = fields.ForeignKeyField(
        "models.TokenFamily", related_name=False, on_delete=fields.RESTRICT, db_index=True
    )
    kind = fields.CharEnumField(TokenKind, max_length=10)
    created_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()
    used_at = fields.DatetimeField(null=True)
    """When a refresh token was exchanged. A second use gives it away as stolen."""
    scope = fields.CharField(max_length=200, null=True)
    """Less than its family may do, if an access token was asked for so."""

    class Meta:
        """The table."""

        table = "token"
