"""The sandboxes, in the foreground: of payments, of Google and Facebook, of Amazon's prices."""

import asyncio
import sys
from contextlib import AsyncExitStack
from pathlib import Path
from urllib.parse import urlsplit

import typer

from wishcli.leash import WEBHOOKS, CannotListen, SandboxNotInUse
from wishcli.outcomes import complain
from wishcli.sandbox import amazon, identity, stripe
from wishcore.errors import Invalid
from wishcore.settings import (
    SANDBOX_FACEBOOK_ID,
    SANDBOX_GOOGLE_ID,
    SANDBOX_IDENTITY_SECRET,
    Settings,
)


class BadWebhookAddress(Invalid):
    """The sandbox reaches this machine only."""

    code = "bad_webhook_address"
    title = "The sandbox sends webhooks to this machine only: give --webhook-url"


def serve_sandbox(
    settings: Settings,
    *,
    port: int | None,
    identity_port: int | None,
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
    chosen_identity = _identity_port(settings) if identity_port is None else identity_port
    try:
        asyncio.run(
            _serve(settings, config, ports=(chosen, chosen_identity), is_leashed=is_leashed)
        )
    except stripe.NotLoopback as error:
        raise BadWebhookAddress(f"{BadWebhookAddress.title} ({error})") from error
    except OSError as error:
        raise CannotListen.at("127.0.0.1", chosen, error) from error


def _identity_port(settings: Settings) -> int:
    return urlsplit(settings.google.base if settings.google else "").port or 0


def _identity(settings: Settings) -> identity.IdentityConfig:
    return identity.IdentityConfig(
        google_client_id=SANDBOX_GOOGLE_ID,
        facebook_app_id=SANDBOX_FACEBOOK_ID,
        secret=SANDBOX_IDENTITY_SECRET,
        google_redirect_uris=(f"{settings.wish_public_url}/auth/google/callback",),
        facebook_redirect_uris=(f"{settings.wish_public_url}/auth/facebook/callback",),
        facebook_version=settings.facebook_graph_version,
    )


async def _serve(
    settings: Settings, config: stripe.SandboxConfig, *, ports: tuple[int, int], is_leashed: bool
) -> None:
    serving = asyncio.ensure_future(_serve_all(settings, config, ports=ports))
    if is_leashed:
        asyncio.get_running_loop().add_reader(sys.stdin, serving.cancel)
    try:
        await serving
    except asyncio.CancelledError:
        if not is_leashed:
            raise


async def _serve_all(
    settings: Settings, config: stripe.SandboxConfig, *, ports: tuple[int, int]
) -> None:
    port, identity_port = ports
    async with AsyncExitStack() as stack:
        people = identity.running(_identity(settings), port=identity_port)
        try:
            people_url = await stack.enter_async_context(people)
        except OSError as error:
            raise CannotListen.at("127.0.0.1", identity_port, error) from error
        if settings.has_amazon_sandbox:
            amazon_port = urlsplit(settings.amazon_api_base).port or 80
            try:
                url = await stack.enter_async_context(amazon.running(port=amazon_port))
            except OSError as error:
                raise CannotListen.at("127.0.0.1", amazon_port, error) from error
            complain(f"the stand-in for Amazon is at {url}")

        def ready(url: str) -> None:
            typer.echo(url)
            typer.echo(f"{people_url} (Google, Facebook)")

        await stripe.serve(config, port=port, ready=ready)
