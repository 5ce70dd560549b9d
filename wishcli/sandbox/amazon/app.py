"""The sandbox as a web application."""

import random
from collections import deque
from dataclasses import dataclass, field
from uuid import uuid4

import msgspec
from aiohttp import web

from wishcli.sandbox.amazon import admin, faults, items
from wishcli.sandbox.amazon.catalogue import Catalogue, made
from wishcli.sandbox.amazon.config import SandboxConfig
from wishcli.sandbox.amazon.faults import Faults
from wishcli.sandbox.amazon.journal import Entry
from wishcli.sandbox.amazon.limits import Limits
from wishcli.sandbox.amazon.refusals import (
    Json,
    Refusal,
    TokenRefusal,
    invalid_associate,
    not_eligible,
)
from wishcli.sandbox.amazon.tokens import Tokens

_ENCODER = msgspec.json.Encoder(decimal_format="number")
_JOURNAL_MAX = 10_000


@dataclass(slots=True, kw_only=True)
class Service:
    """One sandbox: what it has, and what it was asked."""

    config: SandboxConfig
    catalogue: Catalogue
    tokens: Tokens
    limits: Limits
    dice: random.Random
    faults: Faults = field(default_factory=Faults)
    journal: deque[Entry] = field(default_factory=lambda: deque(maxlen=_JOURNAL_MAX))
    standing: admin.Standing = field(default_factory=admin.Standing)


def create_app(config: SandboxConfig | None = None) -> web.Application:
    """Build a sandbox with a catalogue of its own."""
    chosen = config or SandboxConfig()
    service = Service(
        config=chosen,
        catalogue=made(chosen.products, seed=chosen.seed),
        tokens=Tokens(chosen),
        limits=Limits(chosen),
        dice=random.Random(chosen.seed),  # noqa: S311 - not a secret
    )
    app = web.Application()

    async def token_lwa(request: web.Request) -> web.StreamResponse:
        return await _give_token(service, request, is_lwa=True)

    async def token_cognito(request: web.Request) -> web.StreamResponse:
        return await _give_token(service, request, is_lwa=False)

    async def get_items(request: web.Request) -> web.StreamResponse:
        return await _get_items(service, request)

    async def let_go(_app: web.Application) -> None:
        service.faults.clear()

    app.router.add_post("/auth/o2/token", token_lwa)
    app.router.add_post("/oauth2/token", token_cognito)
    app.router.add_post("/catalog/v1/getItems", get_items)
    admin.add_routes(app, service)
    app.on_shutdown.append(let_go)
    return app


async def _give_token(
    service: Service, request: web.Request, *, is_lwa: bool
) -> web.StreamResponse:
    body = await request.read()
    rule = service.faults.meet(request.path)
    try:
        if rule is not None and (refusal := faults.refusal_of(rule)) is not None:
            raise refusal
        shown = service.tokens.give(body, content_type=request.content_type, is_lwa=is_lwa)
        response = _answer(200, shown)
    except (Refusal, TokenRefusal) as refusal:
        response = _answer(refusal.status, refusal.body)
    return await _ended(service, request, response, body=body, rule=rule)


async def _get_items(service: Service, request: web.Request) -> web.StreamResponse:
    body = await request.read()
    rule = service.faults.meet(request.path)
    try:
        response = _answer(200, _items(service, request, body, rule))
    except Refusal as refusal:
        response = _answer(refusal.status, refusal.body)
        response.headers.update(refusal.headers)
    if rule is not None and rule.action is faults.Action.HOLD:
        await service.faults.hold()
    return await _ended(service, request, response, body=body, rule=rule)


def _items(service: Service, request: web.Request, body: bytes, rule: faults.Rule | None) -> Json:
    credential = service.tokens.check(request)
    service.limits.take(credential.id)
    if rule is not None and (refusal := faults.refusal_of(rule)) is not None:
        raise refusal
    if not service.standing.is_eligible:
        raise not_eligible()
    if request.content_type != "application/json":
        raise Refusal("ValidationException", "Send JSON.", status=400, reason="CannotParse")
    marketplace = request.headers.get("x-marketplace")
    wanted = items.check(body, marketplace=marketplace, credential=credential)
    if wanted.partner_tag in service.standing.unlinked_tags:
        raise invalid_associate()
    return items.answer(
        wanted,
        marketplace=marketplace or "",
        catalogue=service.catalogue,
        root=service.standing.root,
        dice=service.dice,
    )


async def _ended(
    service: Service,
    request: web.Request,
    response: web.Response,
    *,
    body: bytes,
    rule: faults.Rule | None,
) -> web.StreamResponse:
    service.journal.append(
        Entry.of(request, body=body, status=response.status, at=service.config.clock())
    )
    return response if rule is None else await faults.spoil(rule, request, response)


def _answer(status: int, shown: Json) -> web.Response:
    return web.Response(
        status=status,
        body=_ENCODER.encode(shown),
        headers={"x-amzn-RequestId": str(uuid4())},
        content_type="application/json",
    )
