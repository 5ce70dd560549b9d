"""Cross-origin requests: an exact list of origins, and no credentials."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from multidict import CIMultiDict
from sanic import Request

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


@dataclass(frozen=True, slots=True)
class Cors:
    """Which front ends' pages may read our answers."""

    origins: frozenset[str]

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


def cors_for(origins: Sequence[str]) -> Cors | None:
    """Return the rule for these origins, such as `https://wish.example`; none of them: no rule.

    Raises:
        ValueError: one of them is not an origin, or stands for more than itself.
    """
    for origin in origins:
        default_port = ":443" if origin.startswith("https:") else ":80"
        if not _ORIGIN.fullmatch(origin) or origin.endswith(default_port):
            raise ValueError(f"{origin!r} is not an origin such as https://wish.example.")
    return Cors(frozenset(origins)) if origins else None
