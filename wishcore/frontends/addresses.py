"""Where a front end may be: its redirect URIs and origins. Pure rules."""

import re
from typing import Final
from urllib.parse import urlsplit

from wishcore.errors import invalid

URI_LENGTH_MAX: Final = 2000
_LOOPBACK: Final = frozenset({"127.0.0.1", "[::1]", "localhost"})
_HOST: Final = r"([a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])"
_AUTHORITY: Final = re.compile(rf"(?P<host>{_HOST})(:[1-9]\d{{0,4}})?")
_OF_AN_APP: Final = re.compile(r"[a-z][a-z0-9+-]*(\.[a-z0-9+-]+)+")
"""A scheme of a native app: a domain name backwards (RFC 8252, 7.1)."""
_USUAL_PORTS: Final = {"https": ":443", "http": ":80"}


def checked_redirect_uri(uri: str) -> str:
    """Return the address if people may be sent there with a code.

    It is https, or http on this machine, or an app's own scheme; compared later as a whole, byte
    by byte, it is neither pattern nor prefix.

    Raises:
        Invalid: it is none of these, or has a fragment, a user or a blank.
    """
    pointer = "/redirect_uris"
    if len(uri) > URI_LENGTH_MAX or not uri.isascii() or not uri.isprintable() or " " in uri:
        raise invalid(pointer, "A redirect URI has at most 2000 ASCII characters and no blanks")
    if "#" in uri or "*" in uri or "\\" in uri:
        raise invalid(pointer, f"{uri} has a fragment, a star or a backslash")
    parts = urlsplit(uri)
    if _OF_AN_APP.fullmatch(parts.scheme) and not parts.netloc and parts.path.startswith("/"):
        return uri
    if not _is_web(parts.scheme, parts.netloc):
        raise invalid(pointer, f"{uri} is neither https nor http on this machine")
    return uri


def checked_origin(origin: str) -> str:
    """Return the origin as browsers write it.

    Raises:
        Invalid: it is none, such as `https://wish.example`.
    """
    scheme, separator, authority = origin.partition("://")
    if not separator or not _is_web(scheme, authority):
        raise invalid("/origins", f"{origin} is not an origin such as https://wish.example")
    if authority.endswith(_USUAL_PORTS[scheme]):
        raise invalid("/origins", f"{origin}: browsers leave out the usual port")
    return origin


def origin_of(uri: str) -> str:
    """Return what a page's policy names to let a form lead to this address."""
    parts = urlsplit(uri)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else f"{parts.scheme}:"


def _is_web(scheme: str, authority: str) -> bool:
    found = _AUTHORITY.fullmatch(authority)
    if found is None:
        return False
    return scheme == "https" or (scheme == "http" and found["host"] in _LOOPBACK)
