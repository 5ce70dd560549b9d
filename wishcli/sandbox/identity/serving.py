"""Run the stand-ins on this machine for as long as somebody needs them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from wishcli.sandbox.identity.app import create_app
from wishcli.sandbox.identity.config import IdentityConfig

_SHUTDOWN_SECONDS = 2.0


@asynccontextmanager
async def running(config: IdentityConfig, *, port: int = 0) -> AsyncIterator[str]:
    """Serve on this machine only, and give the base address; port 0 takes any free one.

    Raises:
        OSError: the port is taken.
    """
    runner = web.AppRunner(create_app(config), access_log=None, shutdown_timeout=_SHUTDOWN_SECONDS)
    try:
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
