"""What an exit code of `wish` means, and the one place where an error becomes one."""

import errno
import socket
import traceback
from collections.abc import Callable
from contextlib import suppress
from typing import Final, NoReturn

import typer

from wishcore.db.transactions import DatabaseUnavailable, raise_if_unavailable
from wishcore.errors import Invalid, Unavailable, WishError
from wishcore.payments import PaymentRefused
from wishcore.settings import BadSettings

FOUND: Final = 1
"""A bug, or something that a check found."""
WRONG_USAGE: Final = 2
"""What was typed or set can never be right, whatever there is; Typer's answer, too."""
REFUSED: Final = 3
"""It was understood: there is no such thing, or the present state does not allow it."""
TRY_LATER: Final = 75
"""EX_TEMPFAIL of sysexits.h: schedulers know it."""

_NO_CONNECTION: Final = (ConnectionError, TimeoutError, socket.gaierror)
_NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_NO_ADMISSION: Final = frozenset({"28", "3D"})
"""Classes of SQLSTATE: wrong user or password, no such database."""


def report(error: Exception) -> int:
    """Say on stderr why the command was not done, and return the exit code for it.

    Nothing but a bug shows a traceback.
    """
    if isinstance(error, BadSettings):
        complain(f"bad settings: {error}")
        return WRONG_USAGE
    if isinstance(error, WishError):
        return _report_refusal(error)
    if isinstance(error, PaymentRefused):
        complain(f"Stripe refuses what was asked ({error.code})")
        return FOUND
    if str(getattr(error, "sqlstate", ""))[:2] in _NO_ADMISSION:
        complain(f"bad settings: DATABASE_URL: {error}")
        return WRONG_USAGE
    if isinstance(error, OSError) and error.errno in _NO_ROOM:
        complain(f"unavailable: There is no room to write: {error}")
        return TRY_LATER
    if isinstance(error, _NO_CONNECTION):
        complain(f"unavailable: Something that is needed cannot be reached: {error}")
        return TRY_LATER
    try:
        raise_if_unavailable(error)
    except DatabaseUnavailable as unavailable:
        return _report_refusal(unavailable)
    with suppress(OSError):
        typer.echo("".join(traceback.format_exception(error)), nl=False, err=True)
    return FOUND


def complain(text: str) -> None:
    """Write one line to stderr, of which nothing moves the cursor of a terminal.

    It is lost where stderr cannot be written: what there is to do goes on.
    """
    plain = "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)
    with suppress(OSError):
        typer.echo(f"wish: {plain}", err=True)


def answer(tell: Callable[[], None]) -> int:
    """Print the command's answer; return the exit code if it cannot be written, and otherwise 0.

    Its work is done: what else there is to say is still said.
    """
    try:
        tell()
    except BrokenPipeError as error:
        complain(f"unavailable: Nobody reads the answer: {error}")
        return TRY_LATER
    except OSError as error:
        return report(error)
    return 0


def end(*codes: int) -> None:
    """End the command with the first code that says something; go on if none does.

    Raises:
        typer.Exit: with that code.
    """
    for code in codes:
        if code:
            raise typer.Exit(code)


def found() -> NoReturn:
    """End the command: it found something that somebody has to look at."""
    raise typer.Exit(FOUND)


def _report_refusal(error: WishError) -> int:
    cause = f" ({error.__cause__})" if isinstance(error, DatabaseUnavailable) else ""
    complain(f"{error.code}: {error.detail}{cause}")
    for fault in error.faults:
        complain(f"  {fault.pointer}: {fault.message}")
    match error:
        case Unavailable():
            return TRY_LATER
        case Invalid():
            return WRONG_USAGE
        case _:
            return REFUSED
