"""Secrets that people carry: tokens, passes, share links and codes. We keep only their hashes."""

import hmac
import secrets
from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import Final
from uuid import UUID

from wishcore.errors import Unauthenticated

ENTROPY_BYTES: Final = 32
SHARE_LINK_PREFIX: Final = "wsl_"


class BadToken(Unauthenticated):
    """The token is not one of ours, has run out, or was revoked: which of them is not told."""

    code = "bad_token"
    title = "This token is not valid"


def new_secret(prefix: str) -> str:
    """Return a new secret of 256 bits that nobody can guess.

    The prefix says what it is good for, so that one that leaked is recognised where it turns up.
    """
    return prefix + secrets.token_urlsafe(ENTROPY_BYTES)


def hash_secret(secret: str) -> str:
    """Return what is stored, and looked up, in place of the secret.

    A plain fast hash is enough for 256 random bits: there is nothing to guess.
    """
    return sha256(_bytes(secret)).hexdigest()


def derive_share_token(server_secret: str, list_id: UUID, generation: int) -> str:
    """Return the token of a list's share link: the same one each time, and no other server's.

    A new generation gives a token that has nothing in common with the one before.
    """
    message = list_id.bytes + generation.to_bytes(8, "big")
    digest = _keyed(server_secret, "share-link", message).digest()
    return SHARE_LINK_PREFIX + urlsafe_b64encode(digest).decode().rstrip("=")


def derive_secret(server_secret: str, purpose: str, secret: str) -> str:
    """Return a second secret that only who has the first one and the server's can know.

    So neither has to be stored: the one comes back from outside, and gives the other.
    """
    digest = _keyed(server_secret, purpose, _bytes(secret)).digest()
    return urlsafe_b64encode(digest).decode().rstrip("=")


def hash_subject(server_secret: str, purpose: str, subject: str) -> str:
    """Return what is stored in place of who or what is counted: an address, a name, a network.

    Keyed, because there are so few addresses that a plain hash hides none of them.
    """
    return _keyed(server_secret, purpose, _bytes(subject)).hexdigest()


def is_same(one: str, other: str) -> bool:
    """Say whether two hashes are equal, in a time that does not tell where they differ."""
    return hmac.compare_digest(_bytes(one), _bytes(other))


def _keyed(server_secret: str, purpose: str, message: bytes) -> "hmac.HMAC":
    # The purpose keeps what is made for one use from being valid for another.
    return hmac.new(_bytes(server_secret), _bytes(purpose) + b"\0" + message, sha256)


def _bytes(text: str) -> bytes:
    # JSON may carry half a surrogate pair, which is nobody's token and no reason to fail.
    return text.encode("utf-8", "surrogatepass")
