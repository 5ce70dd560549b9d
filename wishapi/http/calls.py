"""What a handler gets (`Call`) and what it gives (`Answer`)."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any, Final, TypeAlias

from sanic import Request, Sanic
from sanic.compat import Header
from sanic.config import Config
from typing_extensions import override

App: TypeAlias = Sanic[Config, SimpleNamespace]


class ApiRequest(Request[App, SimpleNamespace]):
    """A request with an id of our own. What a client sends as `X-Request-ID` never becomes it."""

    principal: str = ""
    """The kind of whoever is calling, for the log."""

    finished: bool = False
    """Whether its log line is written."""

    client: object = None
    """Whoever sends it, once somebody has asked."""

    def __init__(self, url_bytes: bytes, headers: Header, version: str, method: str, **more: Any):
        """Take what Sanic read.

        Raises:
            BadRequest: the target is no path.
        """
        if not more.get("head"):
            # Sanic makes a request up to answer one that could not be read. What stood there for a
            # path would break this one too, and nobody would be answered.
            url_bytes = b"*"
        super().__init__(url_bytes, headers, version, method, **more)

    late_headers: Callable[[], Mapping[str, str]] = staticmethod(dict)
    """What the answer's headers say of it, refusals included, when all is done."""

    @property
    @override
    def id(self) -> str:
        if self._id is None:
            self._id = os.urandom(12).hex()
        return str(self._id)


def current_request_id() -> str | None:
    """Return the id of the request that this task, or the one that started it, works for."""
    request = ApiRequest._current.get(None)
    return request.id if isinstance(request, ApiRequest) else None


@dataclass(frozen=True, slots=True)
class Call:
    """One request, as handlers, prechecks and resolvers of principals see it."""

    request: ApiRequest
    now: datetime

    @property
    def app_ctx(self) -> SimpleNamespace:
        """What the application holds for its whole life: adapters, settings, the database."""
        return self.request.app.ctx

    @property
    def bearer_token(self) -> str | None:
        """The token of an `Authorization: Bearer` header (RFC 6750), of at most 512 characters.

        It is `None` as well when there is a header that holds no such token.
        """
        header = self.request.headers.get("authorization", "")
        scheme, _, token = header.partition(" ")
        token = token.strip()
        if scheme.lower() != "bearer" or not token.isascii() or not 0 < len(token) <= _TOKEN_MAX:
            return None
        return token


_TOKEN_MAX: Final = 512


@dataclass(frozen=True, slots=True)
class Answer:
    """What a handler answers. Made by `answer` and `raw_answer`."""

    value: object
    status: int = 200
    headers: Mapping[str, str] | None = None
    media_type: str = "application/json"


def answer(
    value: object = None,
    *,
    status: int = 200,
    location: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """Answer with a read model as JSON; without one when the status is 204."""
    if location is not None:
        headers = {"Location": location, **(headers or {})}
    return Answer(value, status, headers)


def raw_answer(
    content: bytes,
    *,
    media_type: str,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """Answer with bytes as they are: a page, an image, a text."""
    return Answer(content, status, headers, media_type)
