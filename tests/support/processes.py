"""What the system says of processes."""

from pathlib import Path


def workers_of(pid: int) -> list[int]:
    """Return the worker processes that a server has at present."""
    return [child for child in _children(pid) if "spawn_main" in _command(child)]


def is_running(pid: int) -> bool:
    """Say whether a process has not ended yet (a zombie has)."""
    stat = _text(pid, "stat")
    return bool(stat) and stat.rpartition(")")[2].split()[0] != "Z"


def resident_kilobytes(pid: int) -> int:
    """Return how much memory a process has at present."""
    (line,) = [line for line in _text(pid, "status").splitlines() if line.startswith("VmRSS")]
    return int(line.split()[1])


def _children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task")
    return [
        int(child)
        for task in (tasks.iterdir() if tasks.exists() else ())
        for child in _text(pid, f"task/{task.name}/children").split()
        if is_running(int(child))
    ]


def _command(pid: int) -> str:
    return _text(pid, "cmdline")


def _text(pid: int, name: str) -> str:
    try:
        return Path(f"/proc/{pid}/{name}").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""
