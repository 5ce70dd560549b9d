"""Run a sandbox on this machine until it is told to stop."""

import asyncio
import ipaddress
import signal
from collections.abc import Callable

from aiohttp import web

from wishcli.sandbox.stripe.app import create_app
from wishcli.sandbox.stripe.config import SandboxConfig

_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_SHUTDOWN_SECONDS = 2.0


async def serve(
    config: SandboxConfig,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    ready: Callable[[str], None] | None = None,
) -> None:
    """Serve until cancelled, SIGINT or SIGTERM; then save the state and end cleanly.

    `ready` is told the base address once connections are accepted; port 0 takes any free port.

    Raises:
        ValueError: the host is not a loopback address.
        OSError: the port is taken.
    """
    address = "127.0.0.1" if host == "localhost" else host
    if not ipaddress.ip_address(address).is_loopback:
        raise ValueError(f"The sandbox only listens on this machine, not on {host}.")
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in _STOP_SIGNALS:
        loop.add_signal_handler(number, stop.set)
    runner = web.AppRunner(create_app(config), access_log=None, shutdown_timeout=_SHUTDOWN_SECONDS)
    try:
        await runner.setup()
        await web.TCPSite(runner, address, port).start()
        if ready is not None:
            ready(_base_url(runner))
        await stop.wait()
    finally:
        await runner.cleanup()
        for number in _STOP_SIGNALS:
            loop.remove_signal_handler(number)


def _base_url(runner: web.AppRunner) -> str:
    host, port = runner.addresses[0][:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
