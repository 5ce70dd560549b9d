"""What Sanic lets through that the standard does not (RFC 9110 and 9112): two meanings of one text.

A proxy in front of us may read a doubtful request in another way than we do, and then the end of
one request becomes the beginning of somebody else's. So whatever is doubtful is refused, and its
connection is closed.
"""

import re
from typing import Final

from multidict import CIMultiDict
from sanic.exceptions import BadRequest
from sanic.http import Http
from sanic.server import HttpProtocol
from typing_extensions import override

_TOKEN: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+").fullmatch
_FORBIDDEN: Final = re.compile(rb"[\x00\r\n]").search
_DIGITS: Final = {10: re.compile("[0-9]{1,19}"), 16: re.compile("[0-9A-Fa-f]{1,16}")}


class StrictHttp(Http):
    """Sanic's reader of requests, with lengths in the one spelling that they have."""

    @staticmethod
    @override
    def _safe_int(value: str, base: int = 10) -> int:
        """Read a Content-Length or a chunk's size; Sanic's takes `0x5`, and all scripts' digits."""
        if not _DIGITS[base].fullmatch(value):
            raise ValueError(value)
        return int(value, base)


class StrictProtocol(HttpProtocol):
    """One connection; to be given to `Sanic.prepare`."""

    HTTP_CLASS = StrictHttp


def check_head(head: bytes, *, method: str, version: str, headers: CIMultiDict[str]) -> None:
    """Refuse a first line and headers that somebody else could read in another way.

    Raises:
        BadRequest: a name or the method is no token (a space before the colon is the classic), a
            value has a control character that ends lines elsewhere, or it is not clear which host
            is meant.
    """
    if _FORBIDDEN(head.replace(b"\r\n", b"")):
        raise BadRequest("A control character")
    if not _TOKEN(method) or not all(map(_TOKEN, headers)):
        raise BadRequest("A name that is no token")
    hosts = len(headers.getall("host", ()))
    if hosts > 1 or (not hosts and version == "1.1"):
        raise BadRequest("One host")
    if version == "1.0" and "transfer-encoding" in headers:
        raise BadRequest("HTTP/1.0 knows no transfer encoding")
