"""What commands print on stdout: one JSON object for machines; lines and tables for people."""

import sys
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec
import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from wishcore.money import Money

WIDTH_WITHOUT_TERMINAL: Final = 200
"""So that a pipe does not cut ids."""


def print_json(value: object) -> None:
    """Print one JSON object: money in minor units, times in UTC."""
    typer.echo(msgspec.json.encode(value).decode())


def print_line(text: str) -> None:
    """Print one line."""
    typer.echo(text)


def print_counts(title: str, counts: msgspec.Struct | Mapping[str, int]) -> None:
    """Print one line: what was done, and how often."""
    print_line(f"{title}: {in_words(counts)}")


def in_words(counts: msgspec.Struct | Mapping[str, object]) -> str:
    """Return the names and numbers of a job's result as a line."""
    found = counts if isinstance(counts, Mapping) else msgspec.structs.asdict(counts)
    return ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in found.items())


def print_table(
    columns: Sequence[str], rows: Iterable[Collection[object]], *, title: str = ""
) -> None:
    """Print a table with a heading for each column."""
    table = Table(title=title or None, title_justify="left")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(_cell(value) for value in row))
    _console().print(table)


def print_fields(fields: Mapping[str, object], *, title: str = "") -> None:
    """Print one thing as lines of names and values."""
    table = Table(title=title or None, title_justify="left", show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in fields.items():
        table.add_row(Text(name), _cell(value))
    _console().print(table)


def print_done(what: str, thing_id: UUID, *, as_json: bool) -> None:
    """Print that something was done to one thing."""
    if as_json:
        print_json({"id": thing_id, "done": what})
    else:
        print_line(f"{what}: {thing_id}")


def shown_time(moment: datetime) -> str:
    """Return a time as people read it; all times are in UTC."""
    return f"{moment:%Y-%m-%d %H:%M:%S}Z"


def _cell(value: object) -> Text:
    # A Text, never markup: titles and names are other people's words.
    match value:
        case None:
            return Text("")
        case bool():
            return Text("yes" if value else "no")
        case datetime():
            return Text(shown_time(value))
        case Money():
            return Text(str(value), justify="right")
        case _:
            return Text(str(value))


def _console() -> Console:
    is_terminal = sys.stdout.isatty()
    return Console(file=sys.stdout, width=None if is_terminal else WIDTH_WITHOUT_TERMINAL)
