"""What an operator is asked, and what is read from standard input instead."""

import sys

import typer


def read_password(*, from_stdin: bool) -> str:
    """Ask for a new password, twice, or read it from the first line of standard input."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    asked: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    return asked


def confirm(question: str, *, is_sure: bool) -> None:
    """Ask before something that cannot be undone.

    Raises:
        typer.Abort: the answer is no, or there is nobody to ask.
    """
    if not is_sure:
        typer.confirm(question, abort=True, err=True)
