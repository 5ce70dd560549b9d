"""The sandboxes, in the foreground: of payments, and of Amazon's prices where settings name one."""

import asyncio
import sys
from contextlib import AsyncExitStack
from pathlib import Path
from urllib.parse import urlsplit

import typer

from wishcli.leash import WEBHOOKS, CannotListen, SandboxNotInUse
from wishcli.outcomes import complain
from wishcli.sandbox import amazon, stripe
from wishcore.errors import Invalid
from wishcore.settings import Settings


class BadWebhookAddress(Invalid):
    """The sandbox reaches this machine only."""

    code = "bad_webhook_address"
    title = "The sandbox sends webhooks to this machine only: give --webhook-url"


def serve_sandbox(
    settings: Settings,
    *,
    port: int | None,
    webhook_url: str | None,
    state: Path | None,
    is_leashed: bool,
) -> None:
    """Run the sandbox until it is told to stop or, on a leash, until standard input ends.

    Raises:
        SandboxNotInUse, CannotListen, BadWebhookAddress: nothing was started.
    """
    if not settings.is_sandbox:
        raise SandboxNotInUse
    state_file = state or settings.wish_var / "sandbox.json"
    state_file.parent.mkdir(parents=True, exist_ok=True)
    config = stripe.SandboxConfig(
        webhook_url=webhook_url or settings.wish_public_url + WEBHOOKS,
        webhook_secret=settings.webhook_secret,
        state_file=state_file,
    )
    chosen = urlsplit(settings.stripe_base).port or 0 if port is None else port
    try:
        asyncio.run(_serve(settings, config, port=chosen, is_leashed=is_leashed))
    except stripe.NotLoopback as error:
        raise BadWebhookAddress(f"{BadWebhookAddress.title} ({error})") from error
    except OSError as error:
        raise CannotListen.at("127.0.0.1", chosen, error) from error


async def _serve(
    settings: Settings, config: stripe.SandboxConfig, *, port: int, is_leashed: bool
) -> None:
    serving = asyncio.ensure_future(_serve_all(settings, config, port=port))
    if is_leashed:
        asyncio.get_running_loop().add_reader(sys.stdin, serving.cancel)
    try:
        await serving
    except asyncio.CancelledError:
        if not is_leashed:
            raise


async def _serve_all(settings: Settings, config: stripe.SandboxConfig, *, port: int) -> None:
    async with AsyncExitStack() as stack:
        if settings.has_amazon_sandbox:
            amazon_port = urlsplit(settings.amazon_api_base).port or 80
            try:
                url = await stack.enter_async_context(amazon.running(port=amazon_port))
            except OSError as error:
                raise CannotListen.at("127.0.0.1", amazon_port, error) from error
            complain(f"the stand-in for Amazon is at {url}")
        await stripe.serve(config, port=port, ready=typer.echo)
