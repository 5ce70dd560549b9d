"""Clients without manners, on raw sockets: they send parts, hang up, and never read."""

import json
import random
import socket
import struct
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

STAGES: Final = ("connected", "in the headers", "in the body", "sent", "in the answer")
"""Where a client goes away."""
WEIGHTS: Final = (1, 2, 2, 10, 3)
"""How often: most is going on while the server works."""


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


@dataclass
class Rude:
    """Somebody who begins requests and goes away."""

    port: int
    draw: random.Random

    def abort(self, request: bytes) -> str:
        """Go away at some stage of a request, politely or with a reset; return the stage."""
        (stage,) = self.draw.choices(STAGES, WEIGHTS)
        with socket.socket() as connection:
            if stage == "in the answer":
                # So small that the server cannot write all of a long answer.
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
            connection.settimeout(5)
            connection.connect(("127.0.0.1", self.port))
            if self.draw.random() < 0.5:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            sent = request[: self._length(stage, request)]
            half = len(sent) // 2
            connection.sendall(sent[:half])
            connection.sendall(sent[half:])
            if stage == "in the answer":
                connection.recv(self.draw.choice([1, 100, 1000]))
            elif stage == "sent":
                self._linger(connection)
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

    def _linger(self, connection: socket.socket) -> None:
        """Wait for as long as the work may take, or not at all."""
        if self.draw.random() < 0.2:
            connection.shutdown(socket.SHUT_WR)
        connection.settimeout(self.draw.choice([0.0001, 0.001, 0.002, 0.003, 0.005, 0.01, 0.02]))
        with suppress(OSError):
            connection.recv(1)
