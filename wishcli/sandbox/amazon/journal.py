"""What was asked of the sandbox, without secrets."""

import re

import msgspec
from aiohttp import web
from msgspec import Struct

_SECRET = re.compile("(client_secret=)[^&]*")
_SHOWN = ("content-type", "x-marketplace", "accept")


class Entry(Struct, kw_only=True):
    """One request, and how it was answered."""

    method: str
    path: str
    headers: dict[str, str]
    authorization: str
    """Its form: the token is blotted out."""
    body: object
    status: int
    at: float

    @classmethod
    def of(cls, request: web.Request, *, body: bytes, status: int, at: float) -> "Entry":
        """Write a request down."""
        headers = {name.lower(): value for name, value in request.headers.items()}
        kind, _, rest = headers.get("authorization", "").partition(" ")
        version = rest.partition(", ")[2]
        return cls(
            method=request.method,
            path=request.path,
            headers={name: headers[name] for name in _SHOWN if name in headers},
            authorization=f"{kind} …" + (f", {version}" if version else "") if kind else "",
            body=_readable(body),
            status=status,
            at=at,
        )


def _readable(body: bytes) -> object:
    try:
        read = msgspec.json.decode(body)
    except msgspec.DecodeError:
        return _SECRET.sub(r"\1…", body.decode("utf-8", "replace"))
    is_token = isinstance(read, dict) and "client_secret" in read
    return {**read, "client_secret": "…"} if is_token else read
