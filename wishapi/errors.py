"""The only place where a refusal becomes a status."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from wishcore import errors
from wishcore.db import DatabaseUnavailable
from wishcore.errors import WishError


class MalformedRequest(WishError):
    """The request is not HTTP as the standard has it: first line, headers or framing."""

    code = "malformed_request"
    title = "The request is malformed"


class MalformedJson(WishError):
    """The body is not JSON (RFC 8259, UTF-8): nothing in it could be read."""

    code = "malformed_json"
    title = "The body is not JSON"


class MethodNotAllowed(WishError):
    """The path exists, and does not know this method. The header `Allow` lists those it knows."""

    code = "method_not_allowed"
    title = "This method is not allowed here"

    def __init__(self, allowed: str) -> None:
        super().__init__(f"Allowed here: {allowed}" if allowed else "")
        self.allowed = allowed


class RequestTimedOut(WishError):
    """The request did not arrive completely in time."""

    code = "request_timeout"
    title = "The request took too long to arrive"


class BodyTooLarge(WishError):
    """The body has more bytes than the server reads."""

    code = "body_too_large"
    title = "The body is too large"


class UnsupportedMediaType(WishError):
    """The body is of a type that this operation does not read."""

    code = "unsupported_media_type"
    title = "This media type is not supported here"


class HeadersTooLarge(WishError):
    """The first line and the headers have more bytes than the server reads."""

    code = "headers_too_large"
    title = "The headers are too large"


class AnswerTimedOut(errors.Unavailable):
    """The server stopped working on the request. What it did until then may have been saved."""

    code = "timed_out"
    title = "The answer took too long"


class NotReady(errors.Unavailable):
    """This process cannot serve requests at present."""

    code = "not_ready"
    title = "The service is not ready"


class InternalError(WishError):
    """The server made a mistake. The request id leads the operator to what it was."""

    code = "internal_error"
    title = "Something went wrong on our side"


STATUS: Final[Mapping[type[WishError], int]] = MappingProxyType(
    {
        MalformedRequest: 400,
        MalformedJson: 400,
        errors.Unauthenticated: 401,
        errors.Declined: 402,
        errors.Forbidden: 403,
        errors.NotFound: 404,
        MethodNotAllowed: 405,
        RequestTimedOut: 408,
        errors.Conflict: 409,
        BodyTooLarge: 413,
        UnsupportedMediaType: 415,
        errors.Invalid: 422,
        errors.TooManyRequests: 429,
        HeadersTooLarge: 431,
        InternalError: 500,
        errors.Unavailable: 503,
    }
)
"""The status of each kind; the domain knows none of them."""


OF_ANY_REQUEST: Final = frozenset(
    {
        MalformedRequest,
        MalformedJson,
        MethodNotAllowed,
        RequestTimedOut,
        BodyTooLarge,
        UnsupportedMediaType,
        HeadersTooLarge,
        InternalError,
        AnswerTimedOut,
        DatabaseUnavailable,
    }
)
"""What no operation declares for itself: any request can end so."""


def status_of(kind: type[WishError]) -> int:
    """Return the status of the nearest kind in the ancestry of a refusal."""
    return next((STATUS[parent] for parent in kind.__mro__ if parent in STATUS), 500)
