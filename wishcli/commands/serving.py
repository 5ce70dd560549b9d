# ruff: noqa: PLC0415 - see wishcli.commands
"""`wish serve` and `wish sandbox`."""

from pathlib import Path
from typing import Annotated

import typer


def serve(
    host: Annotated[str | None, typer.Option(help="Where to listen (WISH_HOST).")] = None,
    port: Annotated[int | None, typer.Option(help="Where to listen (WISH_PORT).")] = None,
    workers: Annotated[int | None, typer.Option(help="How many processes (WISH_WORKERS).")] = None,
    with_sandbox: Annotated[
        bool,
        typer.Option("--with-sandbox", help="Start and stop the payment sandbox with the API."),
    ] = False,
) -> None:
    """Serve the API until SIGTERM or Ctrl-C.

    Requests in progress are finished first. It needs no setting at all: the default is a SQLite
    database under var/, which is made and migrated if it has to be, and the payment sandbox. A
    database of your own (DATABASE_URL) is left to `wish migrate`.
    """
    from wishcli import serving

    overrides = {"WISH_HOST": host, "WISH_PORT": port, "WISH_WORKERS": workers}
    settings = serving.read_settings(overrides)
    serving.serve_api(settings, with_sandbox=with_sandbox)


def sandbox(
    port: Annotated[
        int | None,
        typer.Option(min=0, max=65535, help="Where to listen; 12111 unless STRIPE_API_BASE says."),
    ] = None,
    identity_port: Annotated[
        int | None,
        typer.Option(
            min=0, max=65535, help="Where Google's and Facebook's stand-ins listen; 12112."
        ),
    ] = None,
    webhook_url: Annotated[
        str | None,
        typer.Option(help="Where to send webhooks; <WISH_PUBLIC_URL>/v1/webhooks/stripe."),
    ] = None,
    state: Annotated[
        Path | None, typer.Option(help="The file to keep its books in; <WISH_VAR>/sandbox.json.")
    ] = None,
    leash: Annotated[bool, typer.Option("--leash", hidden=True)] = False,
) -> None:
    """Run the local stand-ins for Stripe, Google, Facebook and Amazon until SIGTERM or Ctrl-C.

    They listen on this machine only and speak the wire formats of the real ones. Stripe's keeps
    books, and knows Stripe's test cards (pm_card_visa, tok_chargeDeclined, …): no real money is
    involved. At Google's and Facebook's people sign in who do not exist: no account is needed
    anywhere. Amazon's runs where AMAZON_API_BASE names this machine.
    """
    from wishcli import process, sandboxing

    settings = process.read_settings()
    sandboxing.serve_sandbox(
        settings,
        port=port,
        identity_port=identity_port,
        webhook_url=webhook_url,
        state=state,
        is_leashed=leash,
    )
