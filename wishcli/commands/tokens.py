# ruff: noqa: PLC0415 - see wishcli.commands
"""`wish tokens …`: what people carry to prove who they are."""

import typer

from wishcli.options import Json

app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Tokens, codes and passes of everybody."
)


@app.callback()
def tokens() -> None:
    """Keep `prune` a command of its own, though it is the only one."""


@app.command()
def prune(as_json: Json = False) -> None:
    """Remove what has expired: tokens, sessions, codes, passes, counts, old security events.

    Nothing of it is good for anything any more. `wish tick` does it, too.
    """
    from wishcli import scheduling

    scheduling.run_job("prune", as_json=as_json)
