"""Requests as bytes on a connection, and everything that comes back but `Date`."""

import contextlib
import http.client
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from typing_extensions import override

SECONDS_MAX: Final = 30.0


@dataclass(frozen=True, kw_only=True)
class Request:
    """What somebody sends."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes | None = None
    operation: str = ""
    """The operation that it is meant for."""
    spoiled: str = ""
    """What is wrong with it on purpose."""

    @override
    def __str__(self) -> str:
        shown = (self.body or b"").decode(errors="replace")[:200]
        return f"{self.method} {self.path} {shown} [{self.operation} {self.spoiled}]"


@dataclass(frozen=True)
class Seen:
    """An answer as its reader sees it: status, headers in their order, and the body's bytes."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def is_done(self) -> bool:
        """Whether it was not refused."""
        return 200 <= self.status < 300

    def header(self, name: str) -> str | None:
        """Return a header's value."""
        return next((value for found, value in self.headers if found.lower() == name), None)


class Line:
    """A connection to a server, opened again when the server closed it."""

    def __init__(self, url: str, *, timeout: float = SECONDS_MAX) -> None:
        parts = urlsplit(url)
        assert parts.hostname is not None
        self._connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=timeout)

    def send(self, request: Request) -> None:
        """Send it; `receive` returns what is answered."""
        for is_last in (False, True):
            try:
                self._connection.request(
                    request.method, request.path, request.body, request.headers
                )
            except OSError:
                self.close()
                if is_last:
                    raise
            else:
                return

    def receive(self) -> Seen:
        """Return the answer to what was sent last."""
        answer = self._connection.getresponse()
        body = answer.read()
        # The order of headers is the server's; only the time of the day is left out.
        headers = tuple(pair for pair in answer.getheaders() if pair[0].lower() != "date")
        return Seen(answer.status, headers, body)

    def ask(self, request: Request) -> Seen:
        """Send it and return the answer."""
        self.send(request)
        return self.receive()

    def close(self) -> None:
        """Close the connection; the next request opens another."""
        with contextlib.suppress(OSError):
            self._connection.close()
