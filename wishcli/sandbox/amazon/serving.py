"""Run a sandbox on this machine until it is told to stop."""

import asyncio
from collections.abc import Callable

from aiohttp import web

from wishcli.sandbox.amazon.app import create_app
from wishcli.sandbox.amazon.config import SandboxConfig

_SHUTDOWN_SECONDS = 2.0


async def serve(
    config: SandboxConfig | None = None,
    *,
    port: int = 0,
    ready: Callable[[str], None] | None = None,
) -> None:
    """Serve on 127.0.0.1 until cancelled.

    `ready` is told the base address once connections are accepted; port 0 takes any free port.

    Raises:
        OSError: the port is taken.
    """
    runner = web.AppRunner(create_app(config), access_log=None, shutdown_timeout=_SHUTDOWN_SECONDS)
    try:
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        if ready is not None:
            ready(f"http://127.0.0.1:{runner.addresses[0][1]}")
        await asyncio.Event().wait()
    finally:
        await runner.cleanup()
