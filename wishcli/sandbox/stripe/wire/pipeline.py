"""The way of every request: key, limit, parameters, idempotency, execution, faults."""

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass

from aiohttp import web
from msgspec import json

from wishcli.sandbox.stripe.model import expansion, schedule
from wishcli.sandbox.stripe.model.ids import new_id
from wishcli.sandbox.stripe.model.objects import StoredAnswer
from wishcli.sandbox.stripe.model.refusals import Refusal, unsupported
from wishcli.sandbox.stripe.model.world import Cause, World
from wishcli.sandbox.stripe.wire import broken, faults, forms, params, striking
from wishcli.sandbox.stripe.wire.arguments import Arguments
from wishcli.sandbox.stripe.wire.faults import Action, Faults, Strike
from wishcli.sandbox.stripe.wire.idempotency import Keys, fingerprint
from wishcli.sandbox.stripe.wire.journal import Entry, Journal, without_card_data
from wishcli.sandbox.stripe.wire.keys import authenticate
from wishcli.sandbox.stripe.wire.limits import Bucket
from wishcli.sandbox.stripe.wire.routes import Call, Route

BODY_BYTES_MAX = 1024 * 1024
NOTICE_SECONDS_MAX = 10.0
_NOTICE_POLL_SECONDS = 0.005

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """What every request passes."""

    world: World
    faults: Faults
    journal: Journal
    keys: Keys
    bucket: Bucket


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request on its way."""

    route: Route
    request: web.Request
    request_id: str
    key: str | None
    entry: Entry
    fault: Strike | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What will be answered, and whether the operation had begun."""

    status: int
    body: bytes
    began: bool = True
    replay_of: str | None = None


async def answer(gate: Gate, *, route: Route, request: web.Request) -> web.StreamResponse:
    """Answer one request, with the fault that was ordered for it."""
    exchange = _open(gate, route=route, request=request)
    strike = exchange.fault
    if strike is not None:
        instead = await striking.before_reading(gate.faults, strike, request)
        if instead is not None:
            return instead
    reply = await _reply(gate, exchange)
    exchange.entry.status = reply.status
    exchange.entry.is_replay = reply.replay_of is not None
    response = _response(gate, exchange, reply)
    if strike is None:
        return response
    if strike.action is Action.NOTICE_FIRST:
        await _until_notified(gate.world, exchange.request_id)
    return await striking.after_booking(gate.faults, strike, request, response)


def unrecognized(request: web.Request) -> web.Response:
    """Answer a path that is no operation."""
    refusal = Refusal(
        f"Unrecognized request URL ({request.method}: {request.path}). Please see "
        "https://stripe.com/docs or we can help at https://support.stripe.com/.",
        status=404,
    )
    body = json.encode(refusal.body(new_id("req", length=14)))
    return web.Response(status=404, body=body, content_type="application/json")


def _open(gate: Gate, *, route: Route, request: web.Request) -> Exchange:
    request_id = new_id("req", length=14)
    key = request.headers.get("Idempotency-Key") if request.method == "POST" else None
    fault = gate.faults.meet(request)
    entry = gate.journal.open(
        request_id=request_id,
        method=request.method,
        path=request.path,
        idempotency_key=key,
        stripe_version=request.headers.get("Stripe-Version"),
    )
    entry.fault = faults.action_of(fault)
    return Exchange(
        route=route, request=request, request_id=request_id, key=key, entry=entry, fault=fault
    )


async def _reply(gate: Gate, exchange: Exchange) -> Reply:
    try:
        authenticate(exchange.request)
        if not gate.bucket.take():
            raise broken.status_refusal(429)
        tree = forms.decode(await _text(exchange.request))
        exchange.entry.params = without_card_data(tree)
        if exchange.fault is not None and exchange.fault.action is Action.STATUS:
            raise broken.status_refusal(exchange.fault.rule.status)
        if exchange.request.method == "POST":
            return await _once(gate, exchange, tree)
        return await _execute(gate, exchange, tree)
    except Refusal as refusal:
        return _refused(exchange, refusal)


async def _text(request: web.Request) -> str:
    if request.method != "POST":
        return request.rel_url.raw_query_string
    if request.can_read_body and request.content_type != "application/x-www-form-urlencoded":
        raise Refusal(
            "Invalid request (check that your POST content type is "
            "application/x-www-form-urlencoded)."
        )
    try:
        return (await request.read()).decode()
    except web.HTTPRequestEntityTooLarge as problem:
        raise Refusal("The request body is too large.", status=413) from problem
    except UnicodeDecodeError as problem:
        raise Refusal("The request body is not valid UTF-8.") from problem


async def _once(gate: Gate, exchange: Exchange, tree: forms.Tree) -> Reply:
    key = exchange.key
    if key is None:
        if gate.world.config.require_idempotency_key:
            raise Refusal("This sandbox requires an Idempotency-Key header on every POST.")
        return await _execute(gate, exchange, tree)
    print_ = fingerprint(tree)
    path = exchange.request.path
    stored = gate.keys.begin(key, endpoint=path, fingerprint=print_)
    if stored is not None:
        return Reply(status=stored.status, body=stored.body.encode(), replay_of=stored.request_id)
    try:
        reply = await _execute(gate, exchange, tree)
        if reply.began:
            answer = StoredAnswer(
                endpoint=path,
                fingerprint=print_,
                request_id=exchange.request_id,
                status=reply.status,
                body=reply.body.decode(),
                created=gate.world.time(),
            )
            gate.keys.keep(key, answer)
    finally:
        gate.keys.release(key)
    return reply


async def _execute(gate: Gate, exchange: Exchange, tree: forms.Tree) -> Reply:
    fault = exchange.fault
    if fault is not None:
        await striking.before_booking(gate.faults, fault)
        if fault.action is Action.STATUS_KEPT:
            return _refused(exchange, broken.status_refusal(fault.rule.status))
    try:
        reply = _run(gate, exchange, tree)
    except Refusal as refusal:
        reply = _refused(exchange, refusal)
    except Exception:
        # The edge of the sandbox: its own bug is a 500 to the client, as one of Stripe's would be.
        # Nothing is hidden: the log has the trace.
        _log.exception("%s failed inside the sandbox", exchange.request_id)
        reply = _refused(exchange, broken.status_refusal(500))
    if fault is not None and fault.action is Action.STATUS_AFTER:
        return _refused(exchange, broken.status_refusal(fault.rule.status))
    return reply


def _run(gate: Gate, exchange: Exchange, tree: forms.Tree) -> Reply:
    """Run the operation in one step, so that nothing else happens in between."""
    route, world = exchange.route, gate.world
    values = params.check(*route.params, tree)
    for name in values.keys() - route.supported:
        raise unsupported(f"The parameter {name}", param=name)
    arguments = Arguments(values)
    paths = arguments.texts("expand")
    expansion.check(route.produces, paths, is_list=route.is_list)
    schedule.run_due(world)
    call = Call(
        world=world,
        arguments=arguments,
        object_id=exchange.request.match_info.get("id", ""),
        base_url=str(exchange.request.url.origin()),
    )
    with world.caused_by(Cause(exchange.request_id, exchange.key)):
        shown = route.run(call)
    expansion.expand(world, shown, paths)
    if route.method == "POST":
        world.changed.set()
    return Reply(status=200, body=json.encode(shown))


async def _until_notified(world: World, request_id: str) -> None:
    """Wait until the events of this request were delivered, or given up."""
    with suppress(TimeoutError):
        async with asyncio.timeout(NOTICE_SECONDS_MAX):
            while any(  # noqa: ASYNC110 - deliveries end in many ways, and tests alone wait here
                event.pending_webhooks
                for event in world.state.events.values()
                if event.request_id == request_id
            ):
                await asyncio.sleep(_NOTICE_POLL_SECONDS)


def _refused(exchange: Exchange, refusal: Refusal) -> Reply:
    body = json.encode(refusal.body(exchange.request_id))
    return Reply(status=refusal.status, body=body, began=refusal.began)


def _response(gate: Gate, exchange: Exchange, reply: Reply) -> web.Response:
    headers = {
        "Cache-Control": "no-cache, no-store",
        "Request-Id": exchange.request_id,
        "Stripe-Version": exchange.entry.stripe_version or gate.world.api_version,
    }
    if exchange.key is not None:
        headers["Idempotency-Key"] = exchange.key
        headers["Original-Request"] = reply.replay_of or exchange.request_id
    if reply.replay_of is not None:
        headers["Idempotent-Replayed"] = "true"
    return web.Response(
        status=reply.status, body=reply.body, headers=headers, content_type="application/json"
    )
