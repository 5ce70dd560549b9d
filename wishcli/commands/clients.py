# ruff: noqa: PLC0415 - see wishcli.commands
"""`wish client …`: front ends that may sign people in."""

from typing import Annotated

import typer

from wishcli.options import Json

app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Front ends that may sign people in."
)

ClientId = Annotated[str, typer.Argument(help="The id under which the front end is registered.")]


@app.command()
def add(
    client_id: ClientId,
    *,
    name: Annotated[str, typer.Option(help="What people read on the sign-in page.")],
    redirect_uri: Annotated[
        list[str] | None,
        typer.Option(help="Where people go back to, exactly so. Can be given several times."),
    ] = None,
    origin: Annotated[
        list[str] | None,
        typer.Option(help="Whose pages may call the API (CORS). Can be given several times."),
    ] = None,
    scope: Annotated[
        list[str] | None,
        typer.Option(help="read, write, account; read and write unless given."),
    ] = None,
    confidential: Annotated[
        bool, typer.Option("--confidential", help="It has a server that can keep a secret.")
    ] = False,
    allow_password_grant: Annotated[
        bool,
        typer.Option(
            "--allow-password-grant",
            help="Let it handle passwords itself: against RFC 9700, for first-party use only.",
        ),
    ] = False,
    as_json: Json = False,
) -> None:
    """Register a front end. A confidential one gets a secret, which is shown once."""
    from wishcli import rendering, runtime
    from wishcore import frontends

    grants = frontends.GRANTS if allow_password_grant else frontends.USUAL_GRANTS
    registration = frontends.Registration(
        client_id=client_id,
        name=name,
        is_confidential=confidential,
        redirect_uris=redirect_uri or (),
        origins=origin or (),
        grants=grants,
        scopes=scope or frontends.USUAL_SCOPES,
    )
    made = runtime.run(lambda session: frontends.add_client(registration, now=session.now))
    rendering.show_client(made.client, secret=made.secret, as_json=as_json)


@app.command("list")
def list_(as_json: Json = False) -> None:
    """Show all front ends."""
    from wishcli import rendering, runtime
    from wishcore import frontends

    rendering.show_clients(runtime.run(lambda _: frontends.list_clients()), as_json=as_json)


@app.command()
def rotate(client_id: ClientId, as_json: Json = False) -> None:
    """Give a confidential front end another secret; the old one is worth nothing from now on."""
    from wishcli import output, runtime
    from wishcore import frontends

    secret = runtime.run(lambda session: frontends.rotate_secret(client_id, now=session.now))
    if as_json:
        output.print_json({"client_id": client_id, "client_secret": secret})
    else:
        output.print_line(secret)


@app.command()
def remove(client_id: ClientId, as_json: Json = False) -> None:
    """Remove a front end, and sign everybody out who came by it. Its id is not given again."""
    from wishcli import output, runtime
    from wishcore import frontends

    ended = runtime.run(lambda session: frontends.remove_client(client_id, now=session.now))
    if as_json:
        output.print_json({"client_id": client_id, "done": "removed", "signed_out": ended})
    else:
        output.print_line(f"removed: {client_id}; sign-ins ended: {ended}")
