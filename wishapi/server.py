"""The process that serves the API."""

import asyncio
import logging
import signal
import socket
from contextlib import AsyncExitStack
from typing import Any, Final

from sanic import Sanic
from sanic.server import runners
from sanic.server.socket import bind_socket

from wishapi import workers
from wishapi.callers import PRINCIPALS
from wishapi.http import BACKLOG, About, App, Connection, build, configure_logging
from wishapi.resources import (
    accounts,
    follows,
    items,
    links,
    lists,
    oauth,
    pledges,
    reset_pages,
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
_TALKATIVE: Final = ("aiosqlite", "stripe", "tortoise")
"""Libraries that log what they send or receive: addresses, payment methods, client secrets."""
_STOP_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)
_LOG_FORMATS: Final = {"auto": None, "json": True, "console": False}
RESOURCES: Final = (
    accounts.resource,
    tokens.resource,
    sessions.resource,
    follows.resource,
    oauth.resource,
    sign_in_pages.resource,
    reset_pages.resource,
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


def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT; requests and payments in progress are finished first.

    With several workers this process only keeps them alive.

    Raises:
        OSError: it is not possible to listen there.
        WorkersKeepDying: no worker can be kept alive.
    """
    _configure_logs(settings)
    if settings.wish_workers == 1:
        _serve_alone(settings, host=settings.wish_host, port=settings.wish_port)
        return
    # What keeps every worker from starting is told once, as by a single process.
    asyncio.run(_reach_database(settings))
    listening = bind_socket(settings.wish_host, settings.wish_port, backlog=BACKLOG)
    workers.keep_serving(_serve_socket, listening, count=settings.wish_workers)


def _serve_socket(listening: socket.socket) -> None:
    """Serve in a worker process, which reads the settings for itself."""
    settings = load()
    _configure_logs(settings)
    _serve_alone(settings, sock=listening)


def _serve_alone(settings: Settings, **place: Any) -> None:
    app = create_app(settings)
    _stop_at_first_signal(app)
    app.prepare(
        **place,
        protocol=Connection,
        backlog=BACKLOG,
        motd=False,
        access_log=False,
        single_process=True,
    )
    Sanic.serve_single(primary=app)


def _stop_at_first_signal(app: App) -> None:
    """Let the first signal stop this process; those that come after it do nothing.

    Sanic lets go of both as soon as it begins to stop, so the next one would kill it in the middle
    of a payment. Service managers send theirs to every process, beside that of our `workers`.
    """
    is_told = False

    # Until this process listens they end it at once, as nothing is in progress. What Ctrl-C raises
    # otherwise would leave the database open, and SQLite's thread keeps a process from ending.
    for number in _STOP_SIGNALS:
        signal.signal(number, signal.SIG_DFL)

    def stop() -> None:
        if app.state.is_running:
            app.stop(terminate=False)
        else:  # It answers before its start is over: the loop must not be stopped in that.
            app.loop.call_soon(stop)

    # Not a handler of the loop's: uvloop runs none for a signal that comes between two of its runs,
    # of which Sanic's start has several.
    def tell(_number: int, _frame: object) -> None:
        nonlocal is_told
        if not is_told:
            is_told = True
            app.loop.call_soon_threadsafe(stop)

    async def listen(_app: App) -> None:
        for number in _STOP_SIGNALS:
            signal.signal(number, tell)

    app.register_listener(listen, "before_server_start")
    # Sanic would ignore both from when it listens until its own start is over: one is lost there.
    runners._setup_system_signals = _leave_signals


def _leave_signals(*_args: object, **_more: object) -> None:
    """Leave the signals to us."""


async def _reach_database(settings: Settings) -> None:
    await db.connect(settings.database, pool_max=1)
    await db.disconnect()


def _configure_logs(settings: Settings) -> None:
    configure_logging(settings.wish_log_level, json=_LOG_FORMATS[settings.wish_log_format])
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
