"""`wish`: the operator's and the clock's way in."""

import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NoReturn

import typer

from wishcli.commands import (
    accounts,
    checking,
    clients,
    database,
    demo,
    gifts,
    items,
    jobs,
    lists,
    pledges,
    serving,
    tokens,
)

_HALF_CHARACTER: Final = re.compile("[\ud800-\udfff]").search
_WRONG_USAGE: Final = 2

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    # Plain help is ready in half the time.
    rich_markup_mode=None,
    help="Wish: gifts that several people pay for together.",
    epilog=(
        "Exit codes: 0 done (also when there was nothing to do), 1 a bug or something found, "
        "2 typed or set wrongly, 3 refused, 75 try again later."
    ),
)

app.command()(serving.serve)
app.command()(serving.sandbox)
app.command()(database.migrate)
app.command()(jobs.tick)
app.command()(jobs.expire)
app.command()(jobs.recover)
app.command()(jobs.refund)
app.command()(jobs.notify)
app.command()(jobs.sync_prices)
app.command()(jobs.erase)
app.command()(checking.check)
app.command()(checking.reconcile)
app.command()(checking.doctor)
app.command()(demo.demo)
app.add_typer(accounts.app, name="account")
app.add_typer(clients.app, name="client")
app.add_typer(lists.app, name="list")
app.add_typer(items.app, name="item")
app.add_typer(gifts.app, name="gift")
app.add_typer(pledges.app, name="pledge")
app.add_typer(tokens.app, name="tokens")

wish: Final = typer.main.get_command(app)
"""`wish`, all of it: made once, also for processes that are forked."""


def run(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run one command and end the process with its exit code."""
    _open_what_is_closed()
    given = sys.argv[1:] if arguments is None else arguments
    if any(_HALF_CHARACTER(argument) for argument in given):
        # Bytes that are not UTF-8: nothing of ours is called so, and nothing could be stored.
        typer.echo("wish: an argument is not UTF-8", err=True)
        sys.exit(_WRONG_USAGE)
    try:
        wish.main(args=arguments, prog_name="wish")
    except Exception as error:
        # Loaded late, as in wishcli.commands.
        from wishcli import outcomes  # noqa: PLC0415

        sys.exit(outcomes.report(error))
    finally:
        _forget_what_cannot_be_written()
    sys.exit(0)


def _open_what_is_closed() -> None:
    """Let streams that the caller has closed lead nowhere: Python has `None` in their place."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115


def _forget_what_cannot_be_written() -> None:
    """Keep the exit code though a disk is full: Python would try once more, and end with 120."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
