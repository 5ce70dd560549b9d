"""Bytes that are no request, or could be two: answered by a declared refusal, or not at all.

What a proxy in front of us might read in another way must be refused, and its connection closed,
so that the rest of it never becomes somebody else's request.
"""

import gzip
import json
import socket
import string
from typing import Final

import pytest

from tests.api.world import in_days
from tests.proof.bad_input.realm import Realm
from tests.support.http import UNROUTED, Json
from tests.support.proof import Proof

pytestmark = [pytest.mark.nightly("postgres"), pytest.mark.slow]

LIST: Final = json.dumps(
    {"title": "Made by bytes", "currency": "USD", "deadline": in_days(30)}
).encode()
LENGTH: Final = b"Content-Length: %d" % len(LIST)
CHUNKED: Final = b"Transfer-Encoding: chunked"
JSON: Final = b"Content-Type: application/json"
SIZE: Final = b"%x" % len(LIST)
ANSWER_SECONDS: Final = 5.0


def chunks(size: bytes, end: bytes = b"0\r\n\r\n") -> bytes:
    return size + b"\r\n" + LIST + b"\r\n" + end


MADE: Final[dict[str, tuple[list[bytes], bytes]]] = {
    "plain": ([JSON, LENGTH], LIST),
    "chunked": ([JSON, CHUNKED], chunks(SIZE)),
    "chunked, in upper case": ([JSON, CHUNKED], chunks(SIZE.upper())),
    "chunk with an extension": ([JSON, CHUNKED], chunks(SIZE + b";a=b")),
    "spaces before a value": ([JSON, b"Content-Length: \t " + LENGTH[16:]], LIST),
}
"""Odd, and right: the list is made."""

POSTED: Final[dict[str, tuple[list[bytes], bytes]]] = {
    "two lengths": ([JSON, LENGTH, b"Content-Length: 5"], LIST),
    "one length twice": ([JSON, LENGTH, LENGTH], LIST),
    "length and chunks": ([JSON, LENGTH, CHUNKED], chunks(SIZE)),
    "chunks and length": ([JSON, CHUNKED, b"Content-Length: 0"], chunks(SIZE)),
    "chunked twice": ([JSON, CHUNKED, CHUNKED], chunks(SIZE)),
    "another coding": ([JSON, b"Transfer-Encoding: gzip, chunked"], chunks(SIZE)),
    "nearly chunked": ([JSON, b"Transfer-Encoding: xchunked"], chunks(SIZE)),
    "space before the colon": ([JSON, b"Content-Length : %d" % len(LIST)], LIST),
    "tab before the colon": ([JSON, b"Transfer-Encoding\t: chunked"], chunks(SIZE)),
    "folded line": ([JSON, b"X: a\r\n Content-Length: 5", LENGTH], LIST),
    "negative length": ([JSON, b"Content-Length: -5"], LIST),
    "length with a plus": ([JSON, b"Content-Length: +%d" % len(LIST)], LIST),
    "length in Arabic": ([JSON, "Content-Length: ٦٤".encode()], LIST),
    "length with an underscore": ([JSON, b"Content-Length: 6_4"], LIST),
    "length with a fraction": ([JSON, b"Content-Length: 5.0"], LIST),
    "list of lengths": ([JSON, b"Content-Length: 5, 5"], LIST),
    "empty length": ([JSON, b"Content-Length: "], LIST),
    "length of 5000 digits": ([JSON, b"Content-Length: " + b"9" * 5000], LIST),
    "length beyond memory": ([JSON, b"Content-Length: 9999999999999999999"], LIST),
    "chunk with a prefix": ([JSON, CHUNKED], chunks(b"0x" + SIZE)),
    "chunk with a plus": ([JSON, CHUNKED], chunks(b"+" + SIZE)),
    "chunk with an underscore": ([JSON, CHUNKED], chunks(b"4_1")),
    "chunk with a space": ([JSON, CHUNKED], chunks(b" " + SIZE)),
    "chunk in Arabic": ([JSON, CHUNKED], chunks("٤١".encode())),
    "negative chunk": ([JSON, CHUNKED], chunks(b"-1")),
    "chunk beyond memory": ([JSON, CHUNKED], chunks(b"F" * 16)),
    "chunk that is none": ([JSON, CHUNKED], chunks(b"zz")),
    "chunk without a size": ([JSON, CHUNKED], chunks(b"")),
    "chunk that goes on": ([JSON, CHUNKED], chunks(b"5")),
    "chunks with a trailer": ([JSON, CHUNKED], chunks(SIZE, b"0\r\nX: y\r\n\r\n")),
    "lines without returns": ([JSON, CHUNKED], SIZE + b"\n" + LIST + b"\n0\n\n"),
    "unknown expectation": ([JSON, LENGTH, b"Expect: a miracle"], LIST),
    "NUL in a value": ([JSON, LENGTH, b"X: a\x00b"], LIST),
    "a return in a value": ([JSON, LENGTH, b"X: a\rContent-Length: 5"], LIST),
    "a new line in a value": ([JSON, LENGTH, b"X: a\nContent-Length: 5"], LIST),
    "no name": ([JSON, LENGTH, b": a"], LIST),
    "name that is no token": ([JSON, LENGTH, b"\xff: a"], LIST),
    "no colon": ([JSON, LENGTH, b"oops"], LIST),
    "4,000 headers": ([JSON, LENGTH, *[b"X: a"] * 4000], LIST),
    "a header of 20,000": ([JSON, LENGTH, b"X: " + b"a" * 20_000], LIST),
}
"""A list that must not be made; and nobody knows where the next request begins."""

BOMB: Final = gzip.compress(b"[" * 2**22)
UNREAD: Final[dict[str, tuple[list[bytes], bytes]]] = {
    "a bomb": ([JSON, b"Content-Encoding: gzip", b"Content-Length: %d" % len(BOMB)], BOMB),
    "bytes for a coding": ([JSON, b"Content-Encoding: \xff", LENGTH], LIST),
    "bytes for a type": ([b"Content-Type: \xff\xfe", LENGTH], LIST),
    "bytes for a charset": ([b"Content-Type: application/json; charset=\xff", LENGTH], LIST),
    "another charset": ([b"Content-Type: application/json; charset=utf-7", LENGTH], LIST),
    "a form": ([b"Content-Type: multipart/form-data", LENGTH], LIST),
}
"""What is told apart by its headers, and not looked at."""

HEADS: Final = (
    b"GET /health/live HTTP/1.1\r\n\r\n",
    b"GET /health/live HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    *(
        b"GET /health/live HTTP/1.1\r\nHost: a\r\n" + b": a\r\n".join([name, name]) + b": b\r\n\r\n"
        for name in (b"Authorization", b"Content-Type", b"Content-Encoding")
    ),
    b"GET /health/live HTTP/1.1\r\nHost: a\r\nauthorization: a\r\nAUTHORIZATION: a\r\n\r\n",
    b"GET /health/live#x HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET /health/live?#x HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET /health/live HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    b"GET /health/live\r\n\r\n",
    b"GET /health/live HTTP/2.0\r\nHost: a\r\n\r\n",
    b"GET /health/live HTTP/x\r\nHost: a\r\n\r\n",
    b"GET  HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET health/live HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET /health/\x00live HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET /health/\xff\xfe HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
    b"G@T /health/live HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET\x1b[31m /health/live HTTP/1.1\r\nHost: a\r\n\r\n",
    b"CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03aaaaaa\r\n\r\n",
    b"\r\n\r\nGET /health/live HTTP/1.1\r\nHost: a\r\n\r\n",
)  # fmt: skip
"""What is refused before its path is looked at."""


def exchange(realm: Realm, content: bytes) -> bytes:
    """Send bytes, and return what comes until the server closes, or has answered with a body."""
    port = realm.world.server.port
    received = b""
    with socket.create_connection(("127.0.0.1", port), timeout=ANSWER_SECONDS) as connection:
        try:
            connection.sendall(content)
            while received_now := connection.recv(65_536):
                received += received_now
                if received.startswith(b"HTTP/1.1 2"):
                    break
        except ConnectionError:
            pass  # It was closed while we were still sending: as good as an answer.
    return received


def posted(realm: Realm, headers: list[bytes], body: bytes) -> bytes:
    token = realm.people["owner"].token
    head = [b"POST /v1/lists HTTP/1.1", b"Host: a", b"Authorization: Bearer %s" % token.encode()]  # type: ignore[union-attr]
    return exchange(realm, b"\r\n".join([*head, *headers, b"", b""]) + body)


def refusal(answer: bytes) -> tuple[int, Json]:
    """Return the status and the problem of one answer, after which nothing came."""
    head, _, body = answer.partition(b"\r\n\r\n")
    assert answer.count(b"HTTP/1.1 ") == 1, answer
    return int(head.split(b" ")[1]), json.loads(body)


def lists_made(realm: Realm) -> int:
    found = realm.people["owner"].pages("/v1/lists", limit=100)
    return sum(one["title"] == "Made by bytes" for one in found)


@pytest.mark.parametrize("name", MADE)
def test_what_is_odd_and_right_is_done(realm: Realm, name: str) -> None:
    assert posted(realm, *MADE[name]).startswith(b"HTTP/1.1 201 ")


def test_a_body_of_which_it_is_not_clear_where_it_ends_does_nothing(
    realm: Realm, proof: Proof
) -> None:
    before = lists_made(realm)
    for name, (headers, body) in POSTED.items():
        status, problem = refusal(posted(realm, headers, body))
        assert status in {400, 413, 415, 431}, (name, problem)
        assert problem["code"] in UNROUTED, name
        proof.inject("a body in two readings")
    for name, (headers, body) in UNREAD.items():
        status, problem = refusal(posted(realm, [*headers, b"Connection: close"], body))
        assert (status, problem["code"]) == (415, "unsupported_media_type"), name
        proof.inject("a body of another type")
    assert lists_made(realm) == before


def test_what_is_no_request_is_told_so(realm: Realm, proof: Proof) -> None:
    for head in HEADS:
        status, problem = refusal(exchange(realm, head))
        assert (status in {400, 431}, problem["code"] in UNROUTED) == (True, True), head
        proof.inject("a head that is none")


@pytest.mark.parts(10)
def test_random_bytes_do_no_harm(realm: Realm, proof: Proof) -> None:
    letters = string.printable.encode() + bytes(range(256))
    whole = b"\r\n".join(
        [b"POST /v1/lists HTTP/1.1", b"Host: a", JSON, LENGTH, b"Connection: close", b"", LIST]
    )
    # So that nothing waits for more: if the request goes on, it goes on with this.
    rest = b"\r\n\r\n" + b"x" * 20_000 + b"\r\n\r\n"
    for _ in range(proof.size(300, 50_000)):
        content = bytearray(whole)
        for _ in range(proof.random.randrange(1, 6)):
            place = proof.random.randrange(len(content))
            content[place : place + proof.random.randrange(3)] = bytes(
                proof.random.choices(letters, k=proof.random.randrange(4))
            )
        answer = exchange(realm, bytes(content) + rest)
        assert answer == b"" or 400 <= int(answer.split(b" ")[1]) < 500, (content, answer)
        proof.inject("a request with damaged bytes")
