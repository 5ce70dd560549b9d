"""A bar on a terminal, nothing in a log."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich import progress
from rich.console import Console

from wishcore.closing import Progress
from wishcore.jobs import silent


@contextmanager
def shown(title: str) -> Iterator[Progress]:
    """Show on stderr how many things are done, if somebody watches."""
    if not sys.stderr.isatty():
        yield silent
        return
    columns = (
        progress.TextColumn("{task.description}"),
        progress.BarColumn(),
        progress.TextColumn("{task.completed}"),
        progress.TimeElapsedColumn(),
    )
    with progress.Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task(title, total=None)

        def advance(done: int = 1) -> None:
            bars.advance(task, done)

        yield advance
