"""What every answer carries, and the one log line of its request."""

import re
from collections.abc import Callable, Iterator, Mapping
from time import perf_counter
from types import MappingProxyType
from typing import Final

import structlog
from sanic import HTTPResponse
from sanic.http import Http
from sanic.response import BaseHTTPResponse
from typing_extensions import override

from wishapi.http.calls import ApiRequest
from wishapi.http.cors import Cors

NO_HEADERS: Final[Mapping[str, str]] = MappingProxyType({})
_CLIENT_ID: Final = re.compile(r"[\w.:/+=-]{1,64}", re.ASCII)
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"})

_log = structlog.stdlib.get_logger("wish.http")


class Reply(HTTPResponse):
    """A response that may end its headers with a block that is already bytes.

    Sanic spends more than a microsecond on each header; most of ours are always the same.
    """

    __slots__ = ("block",)

    def __init__(
        self,
        body: bytes = b"",
        status: int = 200,
        *,
        headers: Mapping[str, str] = NO_HEADERS,
        media_type: str = "application/json",
    ) -> None:
        super().__init__(body, status, dict(headers), media_type)
        self.block: tuple[bytes, bytes] | None = None

    @property
    @override
    def processed_headers(self) -> Iterator[tuple[bytes, bytes]]:
        yield from super().processed_headers
        if self.block is not None:
            yield self.block


def finisher(*, https: bool, cors: Cors | None) -> Callable[[ApiRequest, BaseHTTPResponse], None]:
    """Return the one middleware: headers of every answer, errors included, and the log line."""
    constant = {
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Robots-Tag": "noindex",
    }
    if https:
        constant["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    if cors is not None:
        constant["Vary"] = "Origin"
    changing = {
        "Cache-Control": "no-store",
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    }
    prepared = _block({**constant, **changing})

    def finish(request: ApiRequest, response: BaseHTTPResponse) -> None:
        headers = response.headers
        request_id = request.id
        if (
            isinstance(response, Reply)
            and isinstance(response.stream, Http)  # no other protocol takes headers as a block
            and headers.keys().isdisjoint(changing)
        ):
            response.block = (b"X-Request-Id", request_id.encode() + prepared)
        else:
            headers["X-Request-Id"] = request_id
            headers.update(constant)
            for name, value in changing.items():
                headers.setdefault(name, value)
        headers.update(request.late_headers())
        if cors is not None:
            cors.mark(request, headers)
        if not request.finished:
            # Sanic answers twice when the client hung up while the first answer was written.
            request.finished = True
            _log_request(request, response.status)

    return finish


def _block(headers: Mapping[str, str]) -> bytes:
    return "".join(f"\r\n{name}: {value}" for name, value in headers.items()).encode("ascii")


def _log_request(request: ApiRequest, status: int) -> None:
    """Write who asked for what, and never a path: share links are secrets, and stand in paths."""
    route = request.route
    lost = request.conn_info is not None and request.conn_info.lost
    _log.info(
        "request",
        method=request.method if request.method in _METHODS else "other",
        route=route.ctx.template if route is not None else "-",
        status=499 if lost else status,
        duration_ms=_milliseconds(request),
        principal=request.principal,
        request_id=request.id,
        **_client_id(request),
    )


def _milliseconds(request: ApiRequest) -> float:
    """Return the time since the request was read; Sanic keeps it with the connection."""
    began = getattr(request.stream, "perft0", None)
    return 0.0 if began is None else round((perf_counter() - began) * 1000, 2)


def _client_id(request: ApiRequest) -> dict[str, str]:
    sent = request.headers.get("x-request-id")
    if sent is None:
        return {}
    clean = _CLIENT_ID.match(sent)
    return {"client_request_id": clean[0] if clean else ""}
