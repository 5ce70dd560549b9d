"""Put resources together into a Sanic application."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from sanic import Sanic
from sanic.config import Config

from wishapi.http.calls import ApiRequest, App
from wishapi.http.cors import Cors, LoadOrigins, Origins, cors_for
from wishapi.http.docs import document_resource, pages_resource, problems_resource
from wishapi.http.endpoints import Endpoint, endpoint_of, refusals_of
from wishapi.http.headers import Reply, finisher
from wishapi.http.health import Check, health_resource
from wishapi.http.openapi import About, document_of
from wishapi.http.operations import Operation, Resource
from wishapi.http.paths import add_patterns, route_of
from wishapi.http.principals import Principals
from wishapi.http.problems import Problems
from wishapi.http.tasks import keep_tasks

NOTHING: Final[Mapping[str, object]] = MappingProxyType({})
_ERRORS: Final = "json"
"""The format of Sanic's own errors; without one it reads the source of each handler to guess it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much, and for how long."""

    body_bytes: int = 2**20
    header_bytes: int = 16_384
    request_seconds: float = 15
    response_seconds: float = 30
    keep_alive_seconds: float = 75
    graceful_seconds: float = 15
    drain_seconds: float = 20


def build(
    name: str,
    resources: Sequence[Resource],
    *,
    about: About,
    clock: Callable[[], datetime],
    ready: Check,
    principals: Principals = MappingProxyType({}),
    context: Mapping[str, object] = NOTHING,
    public_url: str = "http://127.0.0.1:8000",
    origins: Sequence[str] = (),
    more_origins: LoadOrigins | None = None,
    docs: bool = True,
    limits: Limits | None = None,
) -> App:
    """Return the application. `context` is what handlers find on `call.app_ctx`.

    `more_origins` are looked up now and then, besides the fixed `origins`.

    Raises:
        TypeError: a declaration cannot be kept; it says which one.
        ValueError: one of the origins is none.
    """
    limits = limits or Limits()
    served = [*resources, health_resource(ready)]
    refusals = [r for s in served for o in s.operations for r in refusals_of(o, principals)]
    served.append(problems_resource(refusals))
    document = document_of(about, served, principals, now=clock())
    served.append(document_resource(document))
    if docs:
        served.append(pages_resource())
    app: App = Sanic(
        name,
        config=_config(limits),
        error_handler=Problems(),
        request_class=ApiRequest,
        configure_logging=False,
        strict_slashes=True,
    )
    for key, value in context.items():
        setattr(app.ctx, key, value)
    app.ctx.clock = clock
    app.ctx.document = document
    add_patterns(app)
    _add_routes(app, [o for s in served for o in s.operations], principals)
    cors = _cors(app, origins, more_origins)
    finish = finisher(https=public_url.startswith("https://"), cors=cors)
    app.register_middleware(finish, "response")
    keep_tasks(app, drain_seconds=limits.drain_seconds)
    return app


def _cors(app: App, origins: Sequence[str], load: LoadOrigins | None) -> Cors | None:
    if load is None:
        return cors_for(origins)
    more = Origins(origins, load)
    app.register_middleware(more.look, "request")
    return cors_for(origins, more)


def _config(limits: Limits) -> Config:
    config = Config(env_prefix="")  # settings come from one place, and SANIC_… is not it
    config.update(
        ACCESS_LOG=False,
        AUTO_EXTEND=False,
        MOTD=False,
        REQUEST_MAX_SIZE=limits.body_bytes,
        REQUEST_MAX_HEADER_SIZE=limits.header_bytes,
        REQUEST_TIMEOUT=limits.request_seconds,
        RESPONSE_TIMEOUT=limits.response_seconds,
        KEEP_ALIVE_TIMEOUT=limits.keep_alive_seconds,
        GRACEFUL_SHUTDOWN_TIMEOUT=limits.graceful_seconds,
    )
    return config


def _add_routes(app: App, operations: list[Operation], principals: Principals) -> None:
    by_path: defaultdict[str, list[Operation]] = defaultdict(list)
    for operation in operations:
        by_path[route_of(operation)].append(operation)
    for path, here in by_path.items():
        methods = {o.method for o in here} | {"OPTIONS"}
        allow = ", ".join(sorted(methods | ({"HEAD"} if "GET" in methods else set())))
        for operation in here:
            app.add_route(
                endpoint_of(operation, principals),
                path,
                methods=["GET", "HEAD"] if operation.method == "GET" else [operation.method],
                name=operation.name,
                error_format=_ERRORS,
                ctx_template=operation.path,
                ctx_codes=frozenset(r.code for r in refusals_of(operation, principals)),
            )
        app.add_route(
            _options(allow, here),
            path,
            methods=["OPTIONS"],
            error_format=_ERRORS,
            name=f"options_{here[0].name}",
            ctx_template=here[0].path,
        )


def _options(allow: str, operations: list[Operation]) -> Endpoint:
    headers = {"Allow": allow}
    patches = [o.body for o in operations if o.method == "PATCH" and o.body is not None]
    if patches:
        headers["Accept-Patch"] = ", ".join(getattr(patches[0], "media_types", ()))

    async def options(_: ApiRequest, **__: Any) -> Reply:
        return Reply(status=204, headers=headers)

    return options
