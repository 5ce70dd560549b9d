"""What the system says of processes."""

import os
from pathlib import Path

from tests.support.server import STOP_SECONDS_MAX, eventually


def workers_of(pid: int) -> list[int]:
    """Return the worker processes that a server has at present."""
    return [child for child in children_of(pid) if "spawn_main" in _command(child)]


def is_running(pid: int) -> bool:
    """Say whether a process has not ended yet (a zombie has)."""
    return _state(pid) not in {"", "Z"}


def until_stopped(pid: int) -> None:
    """Wait until a process sleeps by SIGSTOP."""
    eventually(lambda: _state(pid) == "T", seconds=STOP_SECONDS_MAX, what=f"{pid} sleeps")


def gone(pid: int) -> None:
    """Wait until a process has ended."""
    eventually(lambda: not is_running(pid), seconds=STOP_SECONDS_MAX, what=f"{pid} is gone")


def resident_kilobytes(pid: int) -> int:
    """Return how much memory a process has at present."""
    (line,) = [line for line in _text(pid, "status").splitlines() if line.startswith("VmRSS")]
    return int(line.split()[1])


def children_of(pid: int) -> list[int]:
    """Return the processes that this one started, and that run."""
    tasks = Path(f"/proc/{pid}/task")
    return [
        int(child)
        for task in (tasks.iterdir() if tasks.exists() else ())
        for child in _text(pid, f"task/{task.name}/children").split()
        if is_running(int(child))
    ]


def users_of(file: Path) -> list[int]:
    """Return the processes that have a file open: whoever writes to it, and its children."""
    opened = Path("/proc").glob("[0-9]*/fd/*")
    return [int(link.parts[2]) for link in opened if _target(link) == str(file)]


def _target(link: Path) -> str:
    try:
        return os.readlink(link)
    except OSError:  # The process has ended, or is somebody else's.
        return ""


def _state(pid: int) -> str:
    """Return the letter of its state in /proc; nothing where there is no such process."""
    after_name = _text(pid, "stat").rpartition(")")[2].split()
    return after_name[0] if after_name else ""


def _command(pid: int) -> str:
    return _text(pid, "cmdline")


def _text(pid: int, name: str) -> str:
    try:
        return Path(f"/proc/{pid}/{name}").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""
