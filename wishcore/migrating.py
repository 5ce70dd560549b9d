"""Bringing a database up to date with the files of aerich that the package carries."""

import asyncio
import fcntl
import os
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import asyncpg
from aerich import Command
from tortoise.context import TortoiseContext
from tortoise.exceptions import BaseORMException, OperationalError

from wishcore.db import tortoise_config
from wishcore.db.transactions import is_collision

LOCATION: Final = Path(__file__).parent / "migrations"
ATTEMPTS_MAX: Final = 8
_APP: Final = "models"
_TURN_SECONDS: Final = 0.02
_LOCK: Final = 4_611_846_683_331_264_121
"""A number of ours: nobody else may lock it in the same PostgreSQL database."""


async def migrate(url: str) -> list[str]:
    """Apply every file that the database lacks, and return their names.

    Several processes may do so at once: each file is applied by one of them, and all of them
    return when the database is up to date. A file that fails leaves nothing behind.
    """
    config = _config(url)
    file = _sqlite_file(config)
    async with _alone_in(file.parent) if file else _alone(config):
        missing: list[str] = []
        for attempt in range(1, ATTEMPTS_MAX + 1):
            try:
                async with _command(config) as command:
                    missing = missing or await _missing(command)
                    if missing:
                        await command.upgrade()
                break
            except BaseORMException as error:
                # A server may be writing meanwhile; what was applied so far stays applied.
                if attempt == ATTEMPTS_MAX or not is_collision(error):
                    raise
            await asyncio.sleep(random.uniform(0.5, 1.5) * 0.01 * 2**attempt)  # noqa: S311
    return missing


async def pending(url: str) -> list[str]:
    """Return the names of the files that the database lacks, in their order."""
    async with _command(_config(url)) as command:
        return await _missing(command)


async def _missing(command: Command) -> list[str]:
    try:
        applied = await command.get_applied_migrations(_APP)
    except OperationalError as error:
        if is_collision(error):
            raise
        applied = []  # aerich's table comes with the first file.
    return [file for file in await command.history() if file not in applied]


def _config(url: str) -> dict[str, Any]:
    config = tortoise_config(url, pool_max=2)
    credentials = config["connections"]["default"]["credentials"]
    if file := _sqlite_file(config):
        file.parent.mkdir(parents=True, exist_ok=True)
    else:
        # To fill a new column may take its time; to wait for a lock may not: each file says so.
        credentials["command_timeout"] = None
        credentials["server_settings"]["statement_timeout"] = "0"
    return config


def _sqlite_file(config: dict[str, Any]) -> Path | None:
    path: str | None = config["connections"]["default"]["credentials"].get("file_path")
    return Path(path) if path is not None else None


@asynccontextmanager
async def _command(config: dict[str, Any]) -> AsyncIterator[Command]:
    # A context of its own: the process may be connected, to this database or to another.
    async with TortoiseContext() as context:
        await context.init(config=config)
        command = Command(config, app=_APP, location=str(LOCATION))
        await command.init()
        yield command


@asynccontextmanager
async def _alone_in(folder: Path) -> AsyncIterator[None]:
    """Wait until no other process migrates an SQLite file in this folder, and keep others waiting.

    The lock is the folder's own: it leaves no file behind, and ends with the process.
    """
    opened = os.open(folder, os.O_RDONLY)
    try:
        while not _is_locked(opened):  # noqa: ASYNC110 - another process ends the wait
            await asyncio.sleep(_TURN_SECONDS)
        yield
    finally:
        os.close(opened)


def _is_locked(opened: int) -> bool:
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@asynccontextmanager
async def _alone(config: dict[str, Any]) -> AsyncIterator[None]:
    """Wait until no other process migrates this PostgreSQL database, and keep others waiting.

    The lock belongs to a transaction of a connection of its own: it ends with the process.
    """
    known = ("host", "port", "user", "password", "database", "ssl")
    credentials = config["connections"]["default"]["credentials"]
    connection = await asyncpg.connect(
        **{name: credentials[name] for name in known if name in credentials},
        server_settings={"application_name": "wish migrate"},
    )
    try:
        async with connection.transaction():
            await connection.execute(f"SELECT pg_advisory_xact_lock({_LOCK})")
            yield
    finally:
        await connection.close()
