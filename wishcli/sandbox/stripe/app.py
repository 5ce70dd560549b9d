"""The sandbox as a web application."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress

import stripe
from aiohttp import web

from wishcli.sandbox.stripe import admin, pages
from wishcli.sandbox.stripe.config import SandboxConfig
from wishcli.sandbox.stripe.model import schedule, storage
from wishcli.sandbox.stripe.model.world import State, World
from wishcli.sandbox.stripe.resources import (
    balance,
    charges,
    disputes,
    events,
    payment_intents,
    payment_methods,
    refunds,
)
from wishcli.sandbox.stripe.webhooks import Webhooks
from wishcli.sandbox.stripe.wire import pipeline
from wishcli.sandbox.stripe.wire.faults import Faults
from wishcli.sandbox.stripe.wire.idempotency import Keys
from wishcli.sandbox.stripe.wire.journal import Journal
from wishcli.sandbox.stripe.wire.limits import Bucket
from wishcli.sandbox.stripe.wire.pipeline import BODY_BYTES_MAX, Gate
from wishcli.sandbox.stripe.wire.routes import Route

_TICK_SECONDS = 0.25

_ROUTES = (
    *payment_methods.ROUTES,
    *payment_intents.ROUTES,
    *refunds.ROUTES,
    *charges.ROUTES,
    *disputes.ROUTES,
    *balance.ROUTES,
    *events.ROUTES,
)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def create_app(config: SandboxConfig) -> web.Application:
    """Build a sandbox; it loads its state file now and works from the application's start on.

    Raises:
        NotLoopback: the webhook address is not on this machine.
        msgspec.DecodeError: the state file is not one.
    """
    world = World(
        config=config,
        api_version=config.api_version or stripe.api_version,
        state=State() if config.state_file is None else storage.load(config.state_file),
    )
    webhooks = Webhooks(world)
    world.event_listener = webhooks.enqueue
    gate = Gate(
        world=world,
        faults=Faults(),
        journal=Journal(),
        keys=Keys(world),
        bucket=Bucket(config.rate_limit_per_second),
    )
    app = web.Application(client_max_size=BODY_BYTES_MAX)
    _add_operations(app, gate)
    _add_pages(app, world)
    admin.add_routes(app, admin.Controls(gate=gate, webhooks=webhooks))
    app.cleanup_ctx.append(_background(world, webhooks))
    app.on_shutdown.append(_letting_go(gate))
    return app


def _add_operations(app: web.Application, gate: Gate) -> None:
    for route in _ROUTES:
        app.router.add_route(route.method, route.path, _operation(gate, route))

    async def unrecognized(request: web.Request) -> web.StreamResponse:
        return pipeline.unrecognized(request)

    app.router.add_route("*", "/v1/{tail:.*}", unrecognized)


def _operation(gate: Gate, route: Route) -> Handler:
    async def run(request: web.Request) -> web.StreamResponse:
        return await pipeline.answer(gate, route=route, request=request)

    return run


def _add_pages(app: web.Application, world: World) -> None:
    def page(act: Callable[[World, str], web.Response]) -> Handler:
        async def run(request: web.Request) -> web.StreamResponse:
            return act(world, request.match_info["name"])

        return run

    app.router.add_get("/3ds/{name}", page(pages.show), allow_head=False)
    app.router.add_post("/3ds/{name}/approve", page(pages.approve))
    app.router.add_post("/3ds/{name}/refuse", page(pages.refuse))


def _background(
    world: World, webhooks: Webhooks
) -> Callable[[web.Application], AsyncIterator[None]]:
    async def run(_app: web.Application) -> AsyncIterator[None]:
        webhooks.resume()
        tasks = [asyncio.create_task(webhooks.run()), asyncio.create_task(_keep_time(world))]
        if world.config.state_file is not None:
            saving = storage.keep_saved(world, world.config.state_file)
            tasks.append(asyncio.create_task(saving))
        yield
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task

    return run


def _letting_go(gate: Gate) -> Callable[[web.Application], Awaitable[None]]:
    """Let go the requests that a fault holds, so that they do not delay the end."""

    async def run(_app: web.Application) -> None:
        gate.faults.clear()

    return run


async def _keep_time(world: World) -> None:
    while True:
        await asyncio.sleep(_TICK_SECONDS)
        schedule.run_due(world)
