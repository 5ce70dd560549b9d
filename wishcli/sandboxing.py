"""The sandbox, in the foreground: Stripe's stand-in, and those of Google and Facebook."""

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import typer

from wishcli.leash import WEBHOOKS, SandboxNotInUse
from wishcli.sandbox import identity, stripe
from wishcore.errors import Conflict, Invalid
from wishcore.settings import (
    SANDBOX_FACEBOOK_ID,
    SANDBOX_GOOGLE_ID,
    SANDBOX_IDENTITY_SECRET,
    Settings,
)


class AddressTaken(Conflict):
    """Another program listens on the port."""

    code = "address_taken"
    title = "Something listens there already"


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
        SandboxNotInUse, AddressTaken, BadWebhookAddress: nothing was started.
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
            _serve(
                config,
                _identity(settings),
                ports=(chosen, chosen_identity),
                is_leashed=is_leashed,
            )
        )
    except stripe.NotLoopback as error:
        raise BadWebhookAddress(f"{BadWebhookAddress.title} ({error})") from error
    except OSError as error:
        raise AddressTaken(f"127.0.0.1:{chosen} or {chosen_identity}: {error.strerror}") from error


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
    config: stripe.SandboxConfig,
    people: identity.IdentityConfig,
    *,
    ports: tuple[int, int],
    is_leashed: bool,
) -> None:
    port, identity_port = ports
    async with identity.running(people, port=identity_port) as identity_url:

        def ready(url: str) -> None:
            typer.echo(url)
            typer.echo(f"{identity_url} (Google, Facebook)")

        await _serve_stripe(config, ready, port=port, is_leashed=is_leashed)


async def _serve_stripe(
    config: stripe.SandboxConfig, ready: Callable[[str], None], *, port: int, is_leashed: bool
) -> None:
    serving = asyncio.ensure_future(stripe.serve(config, port=port, ready=ready))
    if is_leashed:
        asyncio.get_running_loop().add_reader(sys.stdin, serving.cancel)
    try:
        await serving
    except asyncio.CancelledError:
        if not is_leashed:
            raise
