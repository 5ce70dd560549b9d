"""The bar that shows how far a job is."""

import contextlib
import io

import pytest
from typing_extensions import override

from wishcli import progress


class Terminal(io.StringIO):
    """Somebody watches."""

    @override
    def isatty(self) -> bool:
        return True


def shown_on(stderr: io.StringIO) -> str:
    with contextlib.redirect_stderr(stderr), progress.shown("refund") as advance:
        advance()
        advance(3)
    return stderr.getvalue()


def test_on_a_terminal_there_is_a_bar(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TERM", "xterm")

    shown = shown_on(Terminal())

    assert "refund" in shown
    assert " 4 " in shown
    assert capsys.readouterr().out == ""


def test_in_a_log_there_is_none() -> None:
    assert shown_on(io.StringIO()) == ""
