"""The stand-ins as one web application, with its controls."""

from collections.abc import Awaitable, Callable

import msgspec
from aiohttp import web

from wishcli.sandbox.identity import graph, openid
from wishcli.sandbox.identity.config import IdentityConfig
from wishcli.sandbox.identity.lies import Orders, answer_wrongly
from wishcli.sandbox.identity.world import Person, World

_CONTROLS = "/_sandbox/"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Registration(msgspec.Struct, forbid_unknown_fields=True):
    """A server to which people may go back."""

    base: str


def create_app(config: IdentityConfig) -> web.Application:
    """Build the stand-ins."""
    world = World(
        config=config,
        google_redirect_uris=set(config.google_redirect_uris),
        facebook_redirect_uris=set(config.facebook_redirect_uris),
    )

    @web.middleware
    async def misbehave(request: web.Request, handler: Handler) -> web.StreamResponse:
        world.base_url = f"{request.scheme}://{request.host}"
        fault = world.lies.fault_at(request.path)
        if fault is None or request.path.startswith(_CONTROLS):
            return await handler(request)
        return await answer_wrongly(fault, request, world.lies)

    app = web.Application(middlewares=[misbehave])
    openid.add_routes(app, world)
    graph.add_routes(app, world)
    _add_controls(app, world)

    async def let_go(_: web.Application) -> None:
        world.lies.release.set()

    app.on_shutdown.append(let_go)
    return app


def _add_controls(app: web.Application, world: World) -> None:
    async def order(request: web.Request) -> web.Response:
        world.lies.obey(msgspec.json.decode(await request.read(), type=Orders))
        return web.json_response({})

    async def add_person(request: web.Request) -> web.Response:
        person = msgspec.json.decode(await request.read(), type=Person)
        world.people[person.subject] = person
        return web.json_response({})

    async def register(request: web.Request) -> web.Response:
        base = msgspec.json.decode(await request.read(), type=Registration).base
        world.google_redirect_uris.add(f"{base}/auth/google/callback")
        world.facebook_redirect_uris.add(f"{base}/auth/facebook/callback")
        return web.json_response({})

    async def rotate(_: web.Request) -> web.Response:
        world.rotate_key()
        return web.json_response({})

    async def ready(_: web.Request) -> web.Response:
        return web.json_response({"people": len(world.people)})

    app.router.add_get(_CONTROLS + "people", ready)
    app.router.add_post(_CONTROLS + "people", add_person)
    app.router.add_post(_CONTROLS + "orders", order)
    app.router.add_post(_CONTROLS + "servers", register)
    app.router.add_post(_CONTROLS + "rotate", rotate)
