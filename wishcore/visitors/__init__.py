"""Guests: people without an account who confirmed an e-mail address by a code.

The code (`confirmations`) is worth a visitor pass, which a guest shows instead of an access token.
"""

from wishcore.opaque import BadToken
from wishcore.visitors.operations import give_pass, revoke_pass
from wishcore.visitors.passes import PASS_PREFIX, NewPass
from wishcore.visitors.queries import Guest, guest_of_token

__all__ = [
    "PASS_PREFIX",
    "BadToken",
    "Guest",
    "NewPass",
    "give_pass",
    "guest_of_token",
    "revoke_pass",
]
