"""The processes that call: who sent a request, and signals to them. Linux only.

A process is signalled only if a rule names it, and killed or stopped only while the very request
that the rule meets is on a connection of its own. So no rule can hit a stranger, not even one who
got the number of a process that ended.
"""

import asyncio
import os
import signal
import socket
import struct
from contextlib import suppress
from pathlib import Path
from weakref import WeakKeyDictionary

from aiohttp import web

_PROC = Path("/proc")
_LOCAL, _REMOTE, _INODE = 1, 2, 9
"""The columns of `/proc/net/tcp` that matter here."""
_INODES: WeakKeyDictionary[asyncio.Transport, str | None] = WeakKeyDictionary()
"""The callers' ends of the open connections."""


def check_may_be_signalled(pid: int) -> None:
    """Refuse to watch what is no process of this user, or is the sandbox itself.

    Raises:
        ValueError: it must not, or cannot be signalled.
    """
    if pid <= 1 or pid == os.getpid():
        raise ValueError(f"{pid} is not a process to signal.")
    if not (_PROC / "net" / "tcp").exists():
        raise ValueError("Callers are known by /proc, which this system does not have.")
    try:
        owner = (_PROC / str(pid)).stat().st_uid
    except FileNotFoundError as gone:
        raise ValueError(f"There is no process {pid}.") from gone
    if owner != os.getuid():
        raise ValueError(f"The process {pid} is somebody else's.")


def is_from(request: web.Request, pid: int) -> bool:
    """Say whether the process has the other end of the request's connection."""
    transport = request.transport
    if transport is None:
        return False
    if transport not in _INODES:  # The table is read once for a connection: it may be long.
        here, there = transport.get_extra_info("sockname"), transport.get_extra_info("peername")
        _INODES[transport] = _inode(local_port=there[1], remote_port=here[1])
    inode = _INODES[transport]
    with suppress(OSError):  # It has just ended.
        for entry in (_PROC / str(pid) / "fd").iterdir():
            with suppress(FileNotFoundError):
                if os.readlink(entry) == f"socket:[{inode}]":
                    return True
    return False


def kill(pid: int) -> None:
    """End the process as if the power was cut."""
    _signal(pid, signal.SIGKILL)


def stop(pid: int) -> None:
    """Let the process sleep in the middle of whatever it does."""
    _signal(pid, signal.SIGSTOP)


def wake(pid: int) -> None:
    """Let the process go on."""
    _signal(pid, signal.SIGCONT)


def reset(request: web.Request) -> None:
    """Cut the request's connection with a reset instead of an orderly end."""
    transport = request.transport
    if transport is None:
        return
    sock = transport.get_extra_info("socket")
    # Lingering for no time at all: what was sent may be lost, and the other end is told so.
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


def _signal(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)


def _inode(*, local_port: int, remote_port: int) -> str | None:
    for table in ("tcp", "tcp6"):
        with suppress(FileNotFoundError):
            for line in (_PROC / "net" / table).read_text().splitlines()[1:]:
                columns = line.split()
                if (_port(columns[_LOCAL]), _port(columns[_REMOTE])) == (local_port, remote_port):
                    return columns[_INODE]
    return None


def _port(address: str) -> int:
    return int(address.rpartition(":")[2], 16)
