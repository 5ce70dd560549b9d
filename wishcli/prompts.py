"""What an operator is asked, and what is read from standard input instead."""

import sys

import typer

from wishcore.errors import Conflict


class NotConfirmed(Conflict):
    """The operator did not say yes."""

    code = "not_confirmed"
    title = "Nothing was done: answer yes, or give --yes"


def read_password(*, from_stdin: bool) -> str:
    """Ask for a new password, twice, or read it from the first line of standard input."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    asked: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    return asked


def confirm(question: str, *, is_sure: bool) -> None:
    """Ask before something that cannot be undone, on stderr: stdout belongs to the answer.

    Raises:
        NotConfirmed: the answer is not yes, or there is nobody to ask.
    """
    if is_sure:
        return
    typer.echo(f"{question} [y/N] ", nl=False, err=True)
    answer = sys.stdin.readline()
    if not sys.stdin.isatty():
        typer.echo(err=True)  # Nobody pressed return there.
    if answer.strip().lower() not in {"y", "yes"}:
        raise NotConfirmed
