"""Signatures of notices, right ones and wrong ones."""

import hashlib
import hmac
import time
from typing import Final

from msgspec import json

from wishcli.sandbox.stripe.model import views
from wishcli.sandbox.stripe.model.ids import new_id
from wishcli.sandbox.stripe.model.objects import Event

KINDS: Final = ("secret", "old", "future", "changed", "unsigned")
"""How a notice can be forged: each must be refused by whoever receives it."""

_HOUR_SECONDS = 3600


def sign(body: bytes, *, secret: str, timestamp: int) -> str:
    """Make the `Stripe-Signature` header for a body.

    The time is the real one, not the sandbox clock's, because the receiver compares it with its
    own.
    """
    signed = str(timestamp).encode() + b"." + body
    digest = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    return f"t={timestamp},v1={digest}"


def forge(event: Event, *, kind: str, secret: str) -> tuple[bytes, str]:
    """Make a notice that never happened, and a signature that does not fit it.

    Only `old` and `future` know the secret, as somebody does who kept or prepared a notice.
    """
    now = int(time.time())
    lie = {**views.event(event), "id": new_id("evt"), "type": "payment_intent.succeeded"}
    body = json.encode(lie)
    match kind:
        case "secret":
            return body, sign(body, secret=f"{secret} of somebody else", timestamp=now)
        case "old":
            return body, sign(body, secret=secret, timestamp=now - _HOUR_SECONDS)
        case "future":
            return body, sign(body, secret=secret, timestamp=now + _HOUR_SECONDS)
        case "changed":
            genuine = json.encode(views.event(event))
            return body, sign(genuine, secret=secret, timestamp=now)
    return body, ""
