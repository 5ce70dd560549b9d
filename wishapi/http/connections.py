"""How one connection is read: in bounded time, and in one way only.

Sanic begins its timeouts anew with every byte, so whoever sends a byte now and then is served for
ever. It also passes over what it cannot read in the headers: a proxy before us that reads it
otherwise would take for a header what is a request to us (request smuggling, RFC 9112 §11.2).
"""

import asyncio
import re
from time import monotonic
from typing import Final

from sanic.exceptions import BadRequest, PayloadTooLarge
from sanic.http import Http, Stage
from sanic.server.protocols.http_protocol import HttpProtocol
from typing_extensions import override

BACKLOG: Final = 2048
"""How many connections may wait to be accepted (`app.prepare(backlog=BACKLOG)`).

Of a hundred at once, which is Sanic's, the next one's first packet is lost and comes again after a
second.
"""
DRAIN_SECONDS: Final = 2.0
"""How long the rest of a body is read whose request is answered already."""
_TOKEN: Final = rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_HEAD: Final = re.compile(
    rb"%b [!\"$-~]+ HTTP/1\.[01](?:\r\n%b:[^\x00\r\n]*+)*+" % (_TOKEN, _TOKEN)
)
"""A request line and headers: no folded line, no bare CR or LF, no space before a colon.

And no `#` in the target: some would end it there, to others it is a part of it.
"""
_ONCE: Final = ("host", "authorization", "content-type", "content-encoding")
"""Headers of which some take the first and others the last."""
_BREAK: Final = b"\r\n"
_DIGITS: Final = {10: re.compile("[0-9]{1,19}"), 16: re.compile("[0-9A-Fa-f]{1,16}")}


class StrictHttp(Http):
    """Refuses, and ends the connection after, what two servers might read differently."""

    @override
    async def http1_request_header(self) -> None:
        await super().http1_request_header()  # type: ignore[no-untyped-call]
        request = self.request
        headers = request.headers
        if not _HEAD.fullmatch(request.head):
            raise BadRequest("Bad headers")
        if "host" not in headers and request.version == "1.1":
            raise BadRequest("No host")
        if any(len(headers.getall(name, ())) > 1 for name in _ONCE):
            raise BadRequest("A header that may come once came again")
        if request.version == "1.0" and "transfer-encoding" in headers:
            raise BadRequest("HTTP/1.0 knows no transfer encoding")
        # The body and the answer have a time of their own.
        self.protocol._time = monotonic()

    @override
    async def http1_response_header(self, data: bytes, end_stream: bool) -> None:
        # A server that is told to end waits for its connections: this was the last answer here.
        if self.protocol.signal.stopped:
            self.keep_alive = False
        await super().http1_response_header(data, end_stream)

    @override
    async def read(self) -> bytes | None:
        if self.stage is not Stage.IDLE:
            return await self._read()
        # The answer is sent. Who is cut off while sending never sees it; but nobody sends for ever.
        try:
            async with asyncio.timeout(DRAIN_SECONDS - (monotonic() - self.protocol._time)):
                return await self._read()
        except TimeoutError:
            self.keep_alive = False
            raise PayloadTooLarge("The rest of the body took too long") from None

    async def _read(self) -> bytes | None:
        if isinstance(self.request_body, str) and not self.request_bytes_left:
            await self._end_chunk()
        return await super().read()

    async def _end_chunk(self) -> None:
        """Insist on the line break that Sanic only skips."""
        while len(self.recv_buffer) < len(_BREAK):
            await self._receive_more()
        if not self.recv_buffer.startswith(_BREAK):
            self.keep_alive = False
            raise BadRequest("Bad chunked encoding")

    @staticmethod
    @override
    def _safe_int(value: str, base: int = 10) -> int:
        # Around a header's value there may be spaces; around the size of a chunk there may not.
        text = value.strip(" \t") if base == 10 else value  # noqa: PLR2004
        if not _DIGITS[base].fullmatch(text):
            raise ValueError(text)
        return int(text, base)


class Connection(HttpProtocol):
    """The protocol to serve with (`app.prepare(protocol=Connection)`).

    `request_seconds` are for the headers, from their first byte to their last; `response_seconds`
    for the body and the answer together; `keep_alive_seconds` for the time in between.
    """

    HTTP_CLASS = StrictHttp

    @override
    def data_received(self, data: bytes) -> None:
        is_first = self._is_waiting()
        before = self._time
        super().data_received(data)
        if not is_first:
            self._time = before

    def _is_waiting(self) -> bool:
        """Say whether what comes now begins a request."""
        http = self.http
        # After an early refusal the rest of its body still comes in.
        return http is None or (http.stage is Stage.IDLE and not http.request_body)
