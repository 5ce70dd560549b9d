"""Run one operation of the core, with everything open that it needs, and closed afterwards."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar
from urllib.parse import unquote

from wishcli import process
from wishcore import migrating, wiring
from wishcore.errors import Conflict, WishError
from wishcore.settings import Settings
from wishcore.times import Clock
from wishcore.wiring import Integrations

T = TypeVar("T")


class SchemaOutdated(Conflict):
    """The database lacks migrations that this version needs."""

    code = "schema_outdated"
    title = "The database is older than this program: run `wish migrate`"


class NoDatabase(Conflict):
    """The database is a file that was not made yet."""

    code = "no_database"
    title = "There is no database yet: run `wish migrate`"


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """What an operation needs, and the one moment at which it happens."""

    settings: Settings
    integrations: Integrations
    now: datetime
    clock: Callable[[], datetime]
    """For what takes long: a job claims its work at many moments."""


def run(work: Callable[[Session], Awaitable[T]]) -> T:
    """Run one operation with the database and the adapters open, and close them in any case.

    An open SQLite connection would keep the process from ending.

    Raises:
        BadSettings: one is unknown or cannot be right.
        NoDatabase: nothing was done.
        SchemaOutdated: the operation failed, and migrations are missing.
    """
    settings = process.read_settings()
    process.configure_logs()
    require_database(settings)
    return process.run_until_signalled(lambda: _work_connected(work, settings))


def require_database(settings: Settings) -> None:
    """Refuse to go on without the file of an SQLite database, which connecting would make, empty.

    Raises:
        NoDatabase: there is none.
    """
    path = settings.database.removeprefix("sqlite://").partition("?")[0]
    if settings.uses_sqlite and not Path(unquote(path)).exists():
        raise NoDatabase


async def _work_connected(work: Callable[[Session], Awaitable[T]], settings: Settings) -> T:
    async with wiring.connected(settings) as integrations:
        clock = Clock(settings.clock_offset).now
        session = Session(settings=settings, integrations=integrations, now=clock(), clock=clock)
        try:
            return await work(session)
        except WishError:
            raise
        except Exception as error:
            # A missing table or column looks like a bug, and is none.
            if await migrating.pending(settings.database):
                raise SchemaOutdated from error
            raise
