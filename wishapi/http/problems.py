"""Problem documents (RFC 9457): the one shape of everything that goes wrong."""

import asyncio
import contextlib
from typing import Final

import structlog
from sanic import HTTPResponse, Request
from sanic import exceptions as sanic_errors
from sanic.constants import HTTP_METHODS
from sanic.handlers import ErrorHandler
from sanic.http import Http
from typing_extensions import override

from wishapi import errors
from wishapi.errors import status_of
from wishapi.http.calls import ApiRequest
from wishapi.http.encoding import encode_json
from wishapi.http.headers import Reply
from wishcore.errors import NotFound, Unauthenticated, WishError

MEDIA_TYPE: Final = "application/problem+json"
TYPE_PATH: Final = "/problems/"

_DRAINED_MAX: Final = 8 * 2**20
_DRAINED_SECONDS: Final = 2

_log = structlog.stdlib.get_logger("wish.http")


def problem_response(error: WishError) -> Reply:
    """Render a refusal."""
    kind = type(error)
    status = status_of(kind)
    members = {
        **error.extra,
        "type": TYPE_PATH + kind.code,
        "title": kind.title,
        "status": status,
        "detail": error.detail,
        "code": kind.code,
        "errors": error.faults,
    }
    return Reply(encode_json(members), status, headers=_headers(error), media_type=MEDIA_TYPE)


class Problems(ErrorHandler):
    """Turns whatever a request ended with into a problem document."""

    def __init__(self) -> None:
        super().__init__()
        self.add(sanic_errors.PayloadTooLarge, self.too_large)

    async def too_large(self, request: Request, exception: Exception) -> HTTPResponse:
        """Read on for a while: who is cut off while sending never sees the answer."""
        stream = request.stream
        if isinstance(stream, Http) and stream.request_body:
            stream.request_max_size = _DRAINED_MAX
            with contextlib.suppress(sanic_errors.SanicException, TimeoutError):
                async with asyncio.timeout(_DRAINED_SECONDS):
                    while await stream.read():
                        pass
        return self.default(request, exception)

    @override
    def default(self, request: Request, exception: Exception) -> HTTPResponse:
        """Render it; a bug is logged with its trace and tells the client nothing."""
        refusal = _refusal(request, exception)
        if isinstance(refusal, errors.InternalError):
            _log.error("bug", exc_info=exception)
        else:
            _report_undeclared(request, refusal)
        return problem_response(refusal)


def _headers(error: WishError) -> dict[str, str]:
    headers = {}
    if isinstance(error, Unauthenticated):
        headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, errors.MethodNotAllowed):
        headers["Allow"] = error.allowed
    if retry_after_seconds := getattr(error, "retry_after_seconds", None):
        headers["Retry-After"] = str(retry_after_seconds)
    return headers


_OF_SANIC: Final[tuple[tuple[type[BaseException], type[WishError]], ...]] = (
    (sanic_errors.NotFound, NotFound),
    (sanic_errors.PayloadTooLarge, errors.BodyTooLarge),
    (sanic_errors.URITooLong, errors.HeadersTooLarge),
    (sanic_errors.RequestTimeout, errors.RequestTimedOut),
    (asyncio.CancelledError, errors.AnswerTimedOut),
    (sanic_errors.ServiceUnavailable, errors.AnswerTimedOut),
    (sanic_errors.BadRequest, errors.MalformedRequest),
    (sanic_errors.ExpectationFailed, errors.MalformedRequest),
)
"""What Sanic raises by itself, most special first, and what it means here."""


def _refusal(request: Request, exception: BaseException) -> WishError:
    if isinstance(exception, WishError):
        return exception
    if isinstance(exception, sanic_errors.MethodNotAllowed):
        return errors.MethodNotAllowed(", ".join(_methods_of(request)))
    if isinstance(exception, sanic_errors.PayloadTooLarge) and request.method == "NONE":
        # Sanic made this request up: the real one was given up before its first line was read.
        return errors.HeadersTooLarge()
    kinds = (ours for theirs, ours in _OF_SANIC if isinstance(exception, theirs))
    return next(kinds, errors.InternalError)()


def _methods_of(request: Request) -> list[str]:
    """Return the methods that the path knows. Sanic's own list is empty for paths with ids."""
    known = []
    for method in sorted(HTTP_METHODS):
        with contextlib.suppress(sanic_errors.SanicException):
            request.app.router.get(request.path, method, request.headers.get("host"))
            known.append(str(method))
    return known


def _report_undeclared(request: Request, refusal: WishError) -> None:
    """Say that the document lies: the operation did not declare this refusal."""
    if request.route is None or not isinstance(request, ApiRequest):
        return
    declared = getattr(request.route.ctx, "codes", None)
    if type(refusal) in errors.OF_ANY_REQUEST or declared is None:
        return
    if refusal.code not in declared:
        _log.warning("undeclared_refusal", code=refusal.code, route=request.route.ctx.template)
