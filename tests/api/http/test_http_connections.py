"""Connections of the slow, the idle and the cunning: others are served, and nobody smuggles."""

import re
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, Final

import pytest

PLAIN: Final = b"GET /v1/plain HTTP/1.1\r\nHost: x\r\n"
HIDDEN: Final = b"GET /v1/hidden HTTP/1.1\r\nHost: x\r\n\r\n"
"""What must never be taken for a request: it came as somebody's body or header."""


@contextmanager
def slow(server: Any, begin: bytes, rest: bytes, *, seconds: float) -> Iterator[bytearray]:
    """Send something byte by byte until the server closes; give what it answered."""
    answer = bytearray()
    with socket.create_connection(("127.0.0.1", server.port), timeout=0.02) as connection:
        connection.sendall(begin)
        end = time.monotonic() + seconds
        for byte in rest:
            assert time.monotonic() < end, "It is still served."
            try:
                connection.send(bytes([byte]))
                if not (chunk := connection.recv(65536)):
                    break
                answer += chunk
            except TimeoutError:
                continue
            except OSError:
                break
        yield answer


@pytest.mark.slow
@pytest.mark.parametrize(
    ("begin", "status"),
    [
        (b"GET /v1/plain HTTP/1.1\r\nHost: x\r\nX-Slow: ", b"408"),
        (b"POST /v1/hooks HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n", b"503"),
        (b"POST /v1/none HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n", b"404"),
    ],
    ids=["headers", "body", "body of a refused request"],
)
def test_who_sends_byte_by_byte_is_given_up(start: Any, begin: bytes, status: bytes) -> None:
    own = start(limits={"request_seconds": 0.6, "response_seconds": 0.6, "keep_alive_seconds": 0.6})
    with slow(own, begin, b"a" * 100_000, seconds=5) as answer:
        assert answer.startswith(b"HTTP/1.1 " + status), answer
        assert answer.count(b"HTTP/1.1 ") == 1


def test_requests_sent_at_once_are_answered_in_order(server: Any) -> None:
    codes = [b"not_found", b"malformed_json", b"conflict", b"internal_error"]
    asking = b"".join(b"GET /problems/%b HTTP/1.1\r\nHost: x\r\n\r\n" % code for code in codes)
    answer = server.raw(asking + PLAIN + b"Connection: close\r\n\r\n")
    assert re.findall(rb'"code":"(\w+)"', answer) == codes
    assert answer.count(b"HTTP/1.1 200 ") == len(codes) + 1


SMUGGLED: Final = {
    "both lengths": PLAIN + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "both lengths, turned round": PLAIN
    + b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n",
    "two lengths": PLAIN + b"Content-Length: 0\r\nContent-Length: 9\r\n\r\n",
    "the same length twice": PLAIN + b"Content-Length: 0\r\nContent-Length: 0\r\n\r\n",
    "a list of lengths": PLAIN + b"Content-Length: 0, 0\r\n\r\n",
    "a space before the colon": PLAIN + b"Content-Length : 0\r\n\r\n",
    "a tab before the colon": PLAIN + b"Transfer-Encoding\t: chunked\r\n\r\n",
    "a folded line": PLAIN + b"X-A: b\r\n Content-Length: 0\r\n\r\n",
    "a folded line without a colon": PLAIN + b"X-A: b\r\n\tc\r\n\r\n",
    "a bare LF in the headers": PLAIN + b"X-A: b\nContent-Length: 0\r\n\r\n",
    "a bare CR in the headers": PLAIN + b"X-A: b\rContent-Length: 0\r\n\r\n",
    "a NUL in the headers": PLAIN + b"X-A: b\0\r\n\r\n",
    "no name": PLAIN + b": b\r\n\r\n",
    "no colon": PLAIN + b"Nothing\r\n\r\n",
    "a sign": PLAIN + b"Content-Length: +0\r\n\r\n",
    "other digits": PLAIN + "Content-Length: \uff10\r\n\r\n".encode(),
    "an unknown coding": PLAIN + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "a bare LF after the first line": b"GET /v1/plain HTTP/1.1\nHost: x\r\n\r\n",
    "two hosts": PLAIN + b"Host: y\r\n\r\n",
    "two tokens": PLAIN + b"Authorization: Bearer a\r\nAuthorization: Bearer b\r\n\r\n",
    "the same token twice": PLAIN + b"Authorization: Bearer a\r\nauthorization: Bearer a\r\n\r\n",
    "two media types": PLAIN + b"Content-Type: text/plain\r\nContent-Type: text/html\r\n\r\n",
    "two codings": PLAIN + b"Content-Encoding: identity\r\nContent-Encoding: gzip\r\n\r\n",
    "a fragment": b"GET /v1/plain#x HTTP/1.1\r\nHost: x\r\n\r\n",
    "a fragment of a query": b"GET /v1/plain?#x HTTP/1.1\r\nHost: x\r\n\r\n",
    "two spaces": b"GET  /v1/plain HTTP/1.1\r\nHost: x\r\n\r\n",
    "a tab in the first line": b"GET\t/v1/plain HTTP/1.1\r\nHost: x\r\n\r\n",
    "HTTP/0.9": b"GET /v1/plain\r\n\r\n",
}
CHUNKS: Final = {
    "a size in another notation": b"0x0\r\n\r\n",
    "a size with an underline": b"0_0\r\n\r\n",
    "a size with other digits": "\uff10\r\n\r\n".encode(),
    "a trailer": b"0\r\nX: y\r\n\r\n",
    "a chunk that is longer than it says": b"1\r\nabc\r\n0\r\n\r\n",
}
_CHUNKED: Final = b"POST /v1/hooks HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    "request_bytes",
    [*SMUGGLED.values(), *(_CHUNKED + chunks for chunks in CHUNKS.values())],
    ids=[*SMUGGLED, *CHUNKS],
)
def test_what_two_servers_might_read_differently_is_refused_and_ends_the_connection(
    server: Any, request_bytes: bytes
) -> None:
    answer = server.raw(request_bytes + HIDDEN)
    assert answer.startswith(b"HTTP/1.1 400 "), answer[:200]
    assert answer.count(b"HTTP/1.1 ") == 1, answer
    assert b"connection: close" in answer.lower()


def test_a_chunked_body_and_what_follows_it_are_read(server: Any) -> None:
    body = b"2;x=y\r\n{}\r\n0\r\n\r\n"
    answer = server.raw(_CHUNKED + body + PLAIN + b"Connection: close\r\n\r\n")
    assert answer.count(b"HTTP/1.1 ") == 2, answer
    assert answer.rpartition(b"HTTP/1.1 ")[2].startswith(b"200 ")


@pytest.mark.slow
def test_thousands_of_idle_connections_keep_nobody_out(start: Any) -> None:
    own = start(limits={"keep_alive_seconds": 2})
    began = time.monotonic()
    with ExitStack() as stack:
        idle = [
            stack.enter_context(socket.create_connection(("127.0.0.1", own.port), timeout=10))
            for _ in range(2000)
        ]
        assert own.client.get("/v1/plain").status_code == 200
        assert [connection.recv(1) for connection in idle] == [b""] * len(idle)
        assert time.monotonic() - began < 10  # Two, and some for a busy machine.
