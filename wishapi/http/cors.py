"""Cross-origin requests: an exact list of origins, and no credentials."""

import re
from collections.abc import Awaitable, Callable, Container, Coroutine, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any, Final

from multidict import CIMultiDict
from sanic import Request

from wishcore.errors import WishError

EXPOSED: Final = (
    "location, ratelimit, ratelimit-limit, ratelimit-policy, ratelimit-remaining, "
    "ratelimit-reset, retry-after, www-authenticate, x-request-id"
)
# As browsers write it: lower case, and a port only where it is not the usual one.
_ORIGIN: Final = re.compile(r"https?://([a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(:\d{1,5})?")
_PREFLIGHT: Final = {
    "Access-Control-Allow-Headers": "authorization, content-type",
    "Access-Control-Max-Age": "600",
}


LoadOrigins = Callable[[], Awaitable[frozenset[str]]]
_FRESH_SECONDS: Final = 5.0
_LOOKED_SECONDS: Final = 1.0


class Origins:
    """The origins of the settings, and those that are registered while the server runs.

    They are looked up again when a page asks: at the earliest a second after the last look for an
    origin that is not known, and five for one that is. So no flood of foreign pages becomes a flood
    of statements.
    """

    def __init__(self, fixed: Sequence[str], load: LoadOrigins) -> None:
        self._fixed = frozenset(fixed)
        self._load = load
        self._loaded: frozenset[str] = frozenset()
        self._looked_at = float("-inf")

    def __contains__(self, origin: object) -> bool:
        """Say whether the pages of this origin may read our answers."""
        return origin in self._fixed or origin in self._loaded

    def look(self, request: Request) -> Coroutine[Any, Any, None] | None:
        """Look the origins up if this request needs it: middleware, before the handler."""
        origin = request.headers.get("origin")
        if origin is None or origin in self._fixed:
            return None
        seconds = _FRESH_SECONDS if origin in self._loaded else _LOOKED_SECONDS
        return self._refresh() if monotonic() - self._looked_at >= seconds else None

    async def _refresh(self) -> None:
        self._looked_at = monotonic()
        try:
            self._loaded = await self._load()
        except WishError:
            # Whoever asks for data is told that the database is gone; what was known stays.
            return


@dataclass(frozen=True, slots=True)
class Cors:
    """Which front ends' pages may read our answers."""

    origins: Container[str]

    def mark(self, request: Request, headers: CIMultiDict[str]) -> None:
        """Add what the browser looks for to an answer; a preflight finds the methods in `Allow`.

        An origin is compared as a whole, byte by byte: no patterns, and `null` is nobody. (Every
        answer says `Vary: Origin` already.)
        """
        if "origin" not in request.headers:
            return
        origins = request.headers.getall("origin")
        if len(origins) != 1 or origins[0] not in self.origins:
            return
        headers["Access-Control-Allow-Origin"] = origins[0]
        if request.method == "OPTIONS" and "access-control-request-method" in request.headers:
            headers.update(_PREFLIGHT)
            headers["Access-Control-Allow-Methods"] = headers.get("Allow", "")
        else:
            headers["Access-Control-Expose-Headers"] = EXPOSED


def cors_for(origins: Sequence[str], more: Origins | None = None) -> Cors | None:
    """Return the rule for these origins, such as `https://wish.example`; none of them: no rule.

    With `more` there is always one, which grows and shrinks.

    Raises:
        ValueError: one of them is not an origin, or stands for more than itself.
    """
    for origin in origins:
        default_port = ":443" if origin.startswith("https:") else ":80"
        if not _ORIGIN.fullmatch(origin) or origin.endswith(default_port):
            raise ValueError(f"{origin!r} is not an origin such as https://wish.example.")
    if more is not None:
        return Cors(more)
    return Cors(frozenset(origins)) if origins else None
