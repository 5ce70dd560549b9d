"""Paths: what may stand in them, and how Sanic's router reads that."""

import re
import uuid
from typing import Final

from wishapi.http.calls import App
from wishapi.http.operations import Operation

TEXT_PATTERN: Final = "[A-Za-z0-9._~-]{1,128}"
"""A text in a path: the characters that need no escaping in a URL (RFC 3986)."""

_UUID_PATTERN: Final = r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"

_is_text = re.compile(TEXT_PATTERN).fullmatch
_is_uuid = re.compile(_UUID_PATTERN).fullmatch


def add_patterns(app: App) -> None:
    """Teach the router our two kinds of parameter; anything else in their place is a 404."""
    app.router.register_pattern("wish_uuid", read_uuid, f"^{_UUID_PATTERN}$")
    app.router.register_pattern("wish_text", read_text, f"^{TEXT_PATTERN}$")


def route_of(operation: Operation) -> str:
    """Return the path as Sanic writes it."""
    kinds = {p.name: "text" if p.kind is str else "uuid" for p in operation.path_parameters}
    return re.sub(r"\{(\w+)\}", lambda m: f"<{m[1]}:wish_{kinds[m[1]]}>", operation.path)


def read_uuid(segment: str) -> uuid.UUID:
    """Read the canonical form only: Python's `UUID` also takes braces, a prefix, and no hyphens."""
    if not _is_uuid(segment):
        raise ValueError(segment)
    return uuid.UUID(segment)


def read_text(segment: str) -> str:
    """Read a text, or raise `ValueError`."""
    if not _is_text(segment):
        raise ValueError(segment)
    return segment
