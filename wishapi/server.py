"""The process that serves the API."""

import logging
from contextlib import AsyncExitStack
from typing import Final

from sanic import Sanic
from sanic.worker.loader import AppLoader

from wishapi.callers import PRINCIPALS
from wishapi.http import About, App, StrictProtocol, build, configure_logging
from wishapi.resources import (
    accounts,
    follows,
    items,
    links,
    lists,
    oauth,
    pledges,
    sessions,
    shared_lists,
    sign_in_example,
    sign_in_pages,
    sign_up_pages,
    tokens,
    visitors,
    webhooks,
)
from wishcore import db
from wishcore.frontends import registered_origins
from wishcore.settings import Settings, load
from wishcore.times import Clock
from wishcore.wiring import connected

ABOUT: Final = About(
    title="Wish",
    version="1",
    description=(
        "Gifts that several people pay for together. An owner makes a list with a deadline and "
        "shares its link; givers pledge all or part of an item's price by card; the owner never "
        "learns what is pledged; what is not fully paid at the deadline is refunded."
    ),
)
_log = logging.getLogger(__name__)
_TALKATIVE: Final = ("aiosqlite", "httpcore", "httpx", "stripe", "tortoise")
"""Libraries that log what they send or receive: addresses, payment methods, client secrets."""
_LOG_FORMATS: Final = {"auto": None, "json": True, "console": False}
RESOURCES: Final = (
    accounts.resource,
    tokens.resource,
    sessions.resource,
    follows.resource,
    oauth.resource,
    sign_in_pages.resource,
    sign_up_pages.resource,
    lists.resource,
    items.resource,
    links.resource,
    visitors.resource,
    shared_lists.resource,
    pledges.resource,
    webhooks.resource,
)


def create_app(settings: Settings, *, name: str = "wish") -> App:
    """Return the application; it opens the database and the adapters when it starts.

    A name is used once in a process; worker processes find their application by it.
    """
    app = build(
        name,
        (*RESOURCES, sign_in_example.resource) if settings.wish_docs else RESOURCES,
        about=ABOUT,
        clock=Clock(settings.clock_offset).now,
        ready=db.ping,
        principals=PRINCIPALS,
        context={"settings": settings},
        public_url=settings.wish_public_url,
        origins=settings.cors_origins,
        more_origins=registered_origins,
        docs=settings.wish_docs,
    )
    app.config.PROXIES_COUNT = settings.wish_proxies_count or None
    app.config.FORWARDED_SECRET = settings.wish_forwarded_secret.get_secret_value() or None

    async def start(app: App) -> None:
        stack = AsyncExitStack()
        app.ctx.integrations = await stack.enter_async_context(connected(settings))
        if not app.ctx.integrations.catalogue.marketplaces:
            _log.info("Amazon is not set up: prices are typed by hand (docs/amazon.md)")
        app.ctx.stack = stack

    async def stop(app: App) -> None:
        await app.ctx.stack.aclose()

    app.register_listener(start, "before_server_start")
    app.register_listener(stop, "after_server_stop")
    return app


def create_app_from_environment() -> App:
    """Return the application of a worker process, which reads the settings for itself."""
    settings = load()
    configure_logging(settings.wish_log_level, json=_LOG_FORMATS[settings.wish_log_format])
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    return create_app(settings)


def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT; requests in progress are finished first.

    One worker is one process without a manager: Sanic's manager never ends if it is told to stop
    while its workers start (sanic #2997).
    """
    loader = AppLoader(factory=create_app_from_environment)
    app = loader.load()
    is_single = settings.wish_workers == 1
    app.prepare(
        settings.wish_host,
        settings.wish_port,
        protocol=StrictProtocol,
        motd=False,
        access_log=False,
        single_process=is_single,
        workers=settings.wish_workers,
    )
    if is_single:
        Sanic.serve_single(primary=app)
    else:
        Sanic.serve(primary=app, app_loader=loader)
