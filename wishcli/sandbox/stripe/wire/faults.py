"""Faults on demand: a small table of rules, asked once for each request."""

import asyncio
from enum import StrEnum
from fnmatch import fnmatchcase

from aiohttp import web
from msgspec import Struct, field

from wishcli.sandbox.stripe.model.refusals import INVALID_REQUEST, Refusal


class Action(StrEnum):
    """What a fault does; "before" is before anything is booked, "after" is afterwards."""

    DELAY = "delay"
    HOLD_BEFORE = "hold_before"
    HOLD_AFTER = "hold_after"
    DROP_BEFORE = "drop_before"
    DROP_AFTER = "drop_after"
    STATUS = "status"
    STATUS_AFTER = "status_after"
    TRUNCATE = "truncate"
    HTML = "html"


class Rule(Struct, kw_only=True, forbid_unknown_fields=True):
    """Which requests a fault meets: from the nth that matches, a number of times.

    `times` of nothing means all from the nth on.
    """

    action: Action
    path: str = "*"
    method: str | None = None
    nth: int = 1
    times: int | None = 1
    seconds: float = 0.0
    status: int = 500


class Watched(Struct, kw_only=True):
    """A rule with the number of requests that matched it, and of those now held by it."""

    rule: Rule
    seen: int = 0
    met: int = 0
    holding: int = 0
    release: asyncio.Event = field(default_factory=asyncio.Event)


class Faults:
    """The table of rules."""

    def __init__(self) -> None:
        self._watched: list[Watched] = []

    def add(self, rule: Rule) -> None:
        """Add a rule; it counts matching requests from now on."""
        self._watched.append(Watched(rule=rule))

    def clear(self) -> None:
        """Drop all rules and let go whatever they hold."""
        self.release()
        self._watched.clear()

    def release(self) -> None:
        """Let go the requests that are held now and will be."""
        for watched in self._watched:
            watched.release.set()

    def listed(self) -> list[dict[str, object]]:
        """Show the rules with their counts."""
        return [
            {
                "action": watched.rule.action,
                "path": watched.rule.path,
                "method": watched.rule.method,
                "nth": watched.rule.nth,
                "times": watched.rule.times,
                "seen": watched.seen,
                "met": watched.met,
                "holding": watched.holding,
            }
            for watched in self._watched
        ]

    def meet(self, method: str, path: str) -> "Watched | None":
        """Count the request against every rule, and give the first that strikes."""
        striking: Watched | None = None
        for watched in self._watched:
            rule = watched.rule
            if rule.method not in {None, method} or not fnmatchcase(path, rule.path):
                continue
            watched.seen += 1
            is_due = watched.seen >= rule.nth and (
                rule.times is None or watched.seen < rule.nth + rule.times
            )
            if is_due and striking is None:
                watched.met += 1
                striking = watched
        return striking


def action_of(fault: Watched | None) -> Action | None:
    """Give the action of a fault, if there is one."""
    return None if fault is None else fault.rule.action


async def wait(fault: Watched, *, action: Action) -> None:
    """Delay or hold the request, if this is what the fault does."""
    rule = fault.rule
    if rule.action is not action:
        return
    if action is Action.DELAY:
        await asyncio.sleep(rule.seconds)
        return
    fault.holding += 1
    try:
        await fault.release.wait()
    finally:
        fault.holding -= 1


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


def drop(request: web.Request) -> web.Response:
    """Cut the connection; the response only satisfies the caller."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=499)


async def send_half(request: web.Request, response: web.Response) -> web.StreamResponse:
    """Send the head and half of the body, then cut the connection."""
    body = response.body
    assert isinstance(body, bytes)
    partial = web.StreamResponse(status=response.status, headers=response.headers)
    partial.content_length = len(body)
    await partial.prepare(request)
    await partial.write(body[: len(body) // 2])
    drop(request)
    return partial
