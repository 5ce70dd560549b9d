"""Clients without manners, on raw sockets: they send parts, hang up, and never read."""

import json
import random
import socket
import struct
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

STAGES: Final = ("connected", "in the headers", "in the body", "sent", "in the answer")
"""Where a client goes away."""
WEIGHTS: Final = (1, 2, 2, 10, 3)
"""How often: most is going on while the server works."""
HALF_CLOSED: Final = 0.2
"""How many say that they will send no more, before they are gone."""
HALF_CLOSED_SECONDS: Final = 0.05
SECONDS_MAX: Final = 5.0
"""So long the first of a kind waits for its answer."""


class Unanswered(AssertionError):
    """Somebody who waited for an answer got none: it is others who go away."""


def request_of(method: str, path: str, token: str | None, body: object = None) -> bytes:
    """Return the bytes of a request."""
    content = json.dumps(body).encode() if body is not None else b""
    head = f"{method} {path} HTTP/1.1\r\nHost: wish\r\nContent-Length: {len(content)}\r\n"
    if token:
        head += f"Authorization: Bearer {token}\r\n"
    if content:
        kind = "application/merge-patch+json" if method == "PATCH" else "application/json"
        head += f"Content-Type: {kind}\r\n"
    return head.encode() + b"\r\n" + content


class Pace:
    """How long requests of each kind take, as far as it is known: so long somebody may wait.

    The first of a kind waits for its answer. Then a moment is drawn up to so late that one in three
    is answered before: so the others go away anywhere in the middle, however fast this machine is.
    """

    def __init__(self) -> None:
        self.answered: Counter[str] = Counter()
        self.gone: Counter[str] = Counter()
        self._latest: dict[str, float] = {}

    def moment(self, kind: str, draw: random.Random) -> float:
        """Return when to go away, in seconds after the request was sent."""
        if kind not in self._latest:
            return SECONDS_MAX
        return max(0.0001, draw.uniform(0, self._latest[kind]))

    def is_answered(self, kind: str, seconds: float) -> None:
        """Take note that the answer came before somebody went away."""
        self.answered[kind] += 1
        self._latest[kind] = self._latest.get(kind, 1.5 * seconds) * 0.87

    def is_gone(self, kind: str) -> None:
        """Take note that somebody went away before the answer came."""
        self.gone[kind] += 1
        self._latest[kind] = self._latest.get(kind, SECONDS_MAX) * 1.07


@dataclass
class Rude:
    """Somebody who begins requests and goes away."""

    port: int
    draw: random.Random
    pace: "Pace"

    def abort(self, request: bytes) -> str:
        """Go away at some stage of a request, politely or with a reset; return the stage."""
        (stage,) = self.draw.choices(STAGES, WEIGHTS)
        with socket.socket() as connection:
            if stage == "in the answer":
                # So small that the server cannot write all of a long answer.
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
            connection.settimeout(SECONDS_MAX)
            connection.connect(("127.0.0.1", self.port))
            if self.draw.random() < 0.5:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            sent = request[: self._length(stage, request)]
            half = len(sent) // 2
            connection.sendall(sent[:half])
            connection.sendall(sent[half:])
            if stage == "in the answer":
                try:
                    connection.recv(self.draw.choice([1, 100, 1000]))
                except TimeoutError:
                    raise Unanswered(f"No answer for {SECONDS_MAX} s: {request[:80]!r}") from None
            elif stage == "sent":
                self._linger(connection, request)
        return stage

    def _length(self, stage: str, request: bytes) -> int:
        head = request.index(b"\r\n\r\n") + 4
        if stage == "connected":
            return 0
        if stage == "in the headers":
            return self.draw.randrange(1, head)
        if stage == "in the body" and head < len(request):
            return self.draw.randrange(head, len(request))
        return len(request)

    def _linger(self, connection: socket.socket, request: bytes) -> None:
        """Go away at any moment of the work, or just after it."""
        kind = _kind_of(request)
        connection.settimeout(self.pace.moment(kind, self.draw))
        began = time.monotonic()
        with suppress(OSError):
            try:
                assert connection.recv(1), "Who is still there gets an answer."
                self.pace.is_answered(kind, time.monotonic() - began)
            except TimeoutError:
                self.pace.is_gone(kind)
            if self.draw.random() < HALF_CLOSED:
                connection.shutdown(socket.SHUT_WR)
                connection.settimeout(HALF_CLOSED_SECONDS)
                connection.recv(1)


def _kind_of(request: bytes) -> str:
    """Return what is alike in the requests that take equally long."""
    method, path, _ = request.decode().split(" ", 2)
    names = path.split("/")
    return f"{method} {names[1:3]} {len(names)}"
