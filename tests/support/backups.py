"""A backup of the test's database, as an operator makes it, and the return to it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.support import postgres, sqlite
from wishcore import db as database


@dataclass(frozen=True)
class Backup:
    """Another database, which takes the place of the test's when it is restored."""

    source: str
    copy: str

    async def take(self) -> None:
        """Copy everything that is committed now."""
        if self.source.startswith("sqlite"):
            with (
                closing(sqlite3.connect(_file(self.source))) as source,
                closing(sqlite3.connect(_file(self.copy))) as copy,
            ):
                source.backup(copy)
            return
        await database.disconnect()
        postgres.copy_database(self.source, _name(self.copy))
        await database.connect(self.source, pool_max=8)

    async def restore(self) -> None:
        """Go on with the copy: what was written since is gone."""
        await database.disconnect()
        await database.connect(self.copy, pool_max=8)


@pytest.fixture
def backup(database_url: str) -> Iterator[Backup]:
    """Ask for it before `world`, whose books are looked at in the restored database."""
    if database_url.startswith("sqlite"):
        copy = f"{database_url}-backup"
        yield Backup(database_url, copy)
        sqlite.remove(_file(copy))
    else:
        copy = postgres.named(database_url, f"{_name(database_url)}_backup")
        yield Backup(database_url, copy)
        postgres.drop(copy)


def _file(url: str) -> Path:
    return Path(url.removeprefix("sqlite://"))


def _name(url: str) -> str:
    return urlsplit(url).path.removeprefix("/")
