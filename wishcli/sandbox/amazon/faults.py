"""Faults on demand, asked once for each request."""

import asyncio
from enum import StrEnum
from typing import Annotated

from aiohttp import web
from msgspec import Meta, Struct, field

from wishcli.sandbox.amazon.refusals import Refusal, internal, not_eligible, throttled


class Action(StrEnum):
    """What a fault does."""

    STATUS = "status"
    DROP = "drop"
    TRUNCATE = "truncate"
    HTML = "html"
    NONSENSE = "nonsense"
    HOLD = "hold"
    NOT_ELIGIBLE = "not_eligible"


class Rule(Struct, kw_only=True, forbid_unknown_fields=True):
    """Which requests a fault meets: the next ones at a path; `times` of nothing means all."""

    action: Action
    path: str = "/catalog/v1/getItems"
    times: int | None = 1
    after: Annotated[int, Meta(ge=0)] = 0
    """So many requests that it would meet pass first."""
    status: int = 500
    retry_after: int | None = None
    """In the header."""
    pause: int | None = None
    """In the body."""


class Faults(Struct, kw_only=True):
    """The rules that are set."""

    rules: list[Rule] = field(default_factory=list)
    holding: int = 0
    held: asyncio.Event = field(default_factory=asyncio.Event)
    """Set while `holding` is not zero."""
    release: asyncio.Event = field(default_factory=asyncio.Event)

    def meet(self, path: str) -> Rule | None:
        """Return the first rule for this path, and count it."""
        for rule in self.rules:
            if rule.path != path or rule.times == 0:
                continue
            if rule.after:
                rule.after -= 1
            else:
                rule.times = None if rule.times is None else rule.times - 1
                return rule
        return None

    def clear(self) -> None:
        """Drop the rules, and let go what they hold."""
        self.rules.clear()
        self.release.set()
        self.release = asyncio.Event()

    async def hold(self) -> None:
        """Wait until the rules are cleared."""
        self.holding += 1
        self.held.set()
        try:
            await self.release.wait()
        finally:
            self.holding -= 1
            if not self.holding:
                self.held.clear()


def refusal_of(rule: Rule) -> Refusal | None:
    """Return the refusal that a rule stands for, if it is one."""
    if rule.action is Action.NOT_ELIGIBLE:
        return not_eligible()
    if rule.action is not Action.STATUS:
        return None
    if rule.status == web.HTTPTooManyRequests.status_code:
        return throttled(rule.retry_after, rule.pause)
    refusal = internal()
    refusal.status = rule.status
    return refusal


async def spoil(rule: Rule, request: web.Request, response: web.Response) -> web.StreamResponse:
    """Return the response as the rule spoils it."""
    if rule.action is Action.HTML:
        return web.Response(status=502, text="<h1>502 Bad Gateway</h1>", content_type="text/html")
    if rule.action is Action.NONSENSE:
        return web.json_response({"itemsResult": {"items": [{"asin": 7, "offersV2": []}, None]}})
    if rule.action is Action.TRUNCATE:
        assert isinstance(response.body, bytes), "Answers are made whole."
        partial = web.StreamResponse(status=response.status, headers=response.headers)
        partial.content_length = len(response.body)
        await partial.prepare(request)
        await partial.write(response.body[: len(response.body) // 2])
        _cut(request)
        return partial
    if rule.action is Action.DROP:
        _cut(request)
    return response


def _cut(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.abort()
