"""Many commands of `wish` at once, each in a process of its own."""

import os
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.forking import END_SECONDS_MAX, WISH, Process, forker


@dataclass(frozen=True)
class Command:
    """A `wish` that was started."""

    process: Process
    log: Path

    @property
    def pid(self) -> int:
        """Its number."""
        return self.process.pid

    def send(self, number: signal.Signals) -> None:
        """Send it a signal; whoever has ended hears nothing."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def code(self) -> int:
        """Wait until it has ended; return its exit code, negative for a signal's."""
        return self.process.wait(END_SECONDS_MAX)

    def output(self) -> str:
        """Return what it wrote, errors included."""
        return self.log.read_text()


@dataclass
class Commands:
    """Starts commands in one folder, with settings that they share."""

    folder: Path
    environment: Mapping[str, str]
    started: list[Command] = field(default_factory=list)

    def start(self, *words: str, **settings: str) -> Command:
        """Start a command; it runs beside the others."""
        log = self.folder / f"command-{len(self.started)}"
        process = forker().start_logged(
            WISH, words, folder=self.folder, environment={**self.environment, **settings}, log=log
        )
        self.started.append(Command(process, log))
        return self.started[-1]


@contextmanager
def commands(folder: Path, environment: Mapping[str, str]) -> Iterator[Commands]:
    """Give the commands of a folder, with these settings; none stays behind."""
    made = Commands(folder, environment)
    try:
        yield made
    finally:
        for command in made.started:
            command.process.kill()
