"""What a handler gets (`Call`) and what it gives (`Answer`)."""

import os
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from time import perf_counter
from types import SimpleNamespace
from typing import Any, Final, TypeAlias

from sanic import Request, Sanic
from sanic.config import Config

App: TypeAlias = Sanic[Config, SimpleNamespace]

REQUEST_ID: Final[ContextVar[str]] = ContextVar("request_id", default="")
"""The id of the request that this task works for; log lines carry it."""


class ApiRequest(Request[App, SimpleNamespace]):
    """A request with an id of our own. What a client sends as `X-Request-ID` never becomes it."""

    __slots__ = ("finished", "principal", "started")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._id = os.urandom(12).hex()
        REQUEST_ID.set(self._id)
        self.started = perf_counter()
        self.principal = ""
        self.finished = False


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
        """The token of an `Authorization: Bearer` header (RFC 6750), of at most 512 characters."""
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
