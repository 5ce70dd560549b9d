"""Broken answers: none, half of one, somebody else's, one that cannot be read."""

from collections.abc import Awaitable, Callable

from aiohttp import web

from wishcli.sandbox.stripe.model.refusals import INVALID_REQUEST, Refusal
from wishcli.sandbox.stripe.wire import callers

_CHUNK_BYTES = 1024 * 1024


def status_refusal(status: int) -> Refusal:
    """Make the refusal that belongs to a status."""
    kind, code, message = {
        409: (INVALID_REQUEST, "lock_timeout", "This object cannot be accessed right now."),
        429: (INVALID_REQUEST, "rate_limit", "Request rate limit exceeded."),
    }.get(status, ("api_error", None, "An unknown error occurred."))
    return Refusal(message, status=status, kind=kind, code=code, began=True)


def html_page() -> web.Response:
    """Make the answer of a proxy in between."""
    return web.Response(
        status=502,
        text="<html><body><h1>502 Bad Gateway</h1></body></html>",
        content_type="text/html",
    )


def malformed(text: str) -> web.Response:
    """Make an answer that claims to be in order."""
    return web.Response(status=200, text=text, content_type="application/json")


def drop(request: web.Request) -> web.Response:
    """Cut the connection; the response only satisfies the caller."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=499)


async def send_half(
    request: web.Request, response: web.Response, *, is_reset: bool
) -> web.StreamResponse:
    """Send the head and half of the body, then end or reset the connection."""
    body = response.body
    assert isinstance(body, bytes)
    partial = web.StreamResponse(status=response.status, headers=response.headers)
    partial.content_length = len(body)
    await partial.prepare(request)
    await partial.write(body[: len(body) // 2])
    if is_reset:
        callers.reset(request)
    else:
        drop(request)
    return partial


async def send_much(
    request: web.Request, response: web.Response, *, body_bytes: int
) -> web.StreamResponse:
    """Send the right answer after very much of nothing, in chunks and without a length."""
    much = web.StreamResponse(status=response.status, headers=response.headers)
    much.headers.pop("Content-Length", None)
    await much.prepare(request)
    try:
        for _ in range(body_bytes // _CHUNK_BYTES):
            await much.write(b" " * _CHUNK_BYTES)
        assert isinstance(response.body, bytes)
        await much.write(response.body)
    except ConnectionError:  # The caller has had enough.
        return much
    await much.write_eof()
    return much


async def drip(
    request: web.Request, response: web.Response, *, pause: Callable[[], Awaitable[None]]
) -> web.StreamResponse:
    """Send the right answer byte by byte, with a pause before each."""
    body = response.body
    assert isinstance(body, bytes)
    dripping = web.StreamResponse(status=response.status, headers=response.headers)
    dripping.content_length = len(body)
    await dripping.prepare(request)
    try:
        for byte in body:
            await pause()
            await dripping.write(bytes([byte]))
    except ConnectionError:  # The caller has had enough.
        return dripping
    await dripping.write_eof()
    return dripping
