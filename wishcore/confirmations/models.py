"""Codes that went out by mail, and what they confirm."""

from enum import StrEnum

from tortoise import fields

from wishcore.db.columns import Row


class Purpose(StrEnum):
    """What a code is good for."""

    SIGN_UP = "sign_up"
    RESET = "reset"
    NEW_EMAIL = "new_email"
    GUEST = "guest"


class Confirmation(Row):
    """A code on its way. Whoever asked knows its id, whoever reads the mailbox the code.

    There is a row also where no code was sent, so that the work says nothing about the address.
    """

    purpose = fields.CharEnumField(Purpose, max_length=20)
    email = fields.CharField(max_length=254)
    account_id = fields.UUIDField(null=True)
    sign_up = fields.TextField(null=True)
    """Who signs up, as JSON with the hash of the password, until it is an account."""
    guest_name = fields.CharField(max_length=80, null=True)
    """By which name whoever asked wants to be a guest."""
    code_hash = fields.CharField(max_length=64)
    """An HMAC bound to this row."""
    expires_at = fields.DatetimeField(db_index=True)
    tries = fields.IntField()
    used_at = fields.DatetimeField(null=True)

    class Meta:
        """The table."""

        table = "confirmation"
        indexes = (("account_id",),)
