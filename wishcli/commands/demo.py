# ruff: noqa: PLC0415 - see wishcli.commands
"""`wish demo`."""

from typing import Annotated

import typer

from wishcli.options import Json


def demo(
    data: Annotated[
        bool, typer.Option("--data", help="Load lists, pledges and people to work with, instead.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Play a whole story against a running API and sandbox.

    Prints what happens, and exits with 0 only if every promise held. With `--data` it fills the
    configured database for people who build a front end, and prints passwords, tokens and links;
    it can be run again, and is refused where real money moves.
    """
    if data:
        from wishcli.demo import data as demo_data

        demo_data.load(as_json=as_json)
        return
    if as_json:
        raise typer.BadParameter("The story is told to people: --json goes with --data.")
    from rich.console import Console

    from wishcli import outcomes, process
    from wishcli.demo import story

    settings = process.read_settings()
    if not process.run_until_signalled(lambda: story.play(settings, Console())):
        outcomes.found()
