"""Backups of an SQLite database, by the lines of the runbook, while somebody works with it."""

import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Final

import pytest

from tests.cli.runner import WAIT_SECONDS, Wish
from tests.cli.test_accounts import create
from tests.support.planting import ROOT

pytestmark = pytest.mark.only("sqlite")

NAMES: Final = ("--first-name=A", "--last-name=B", "--birthday=1990-01-01")
SQLITE3: Final = f"""#!{sys.executable}
import sqlite3, sys
_, option, file, sql = sys.argv
assert option == "-readonly"
sqlite3.connect(f"file:{{file}}?mode=ro", uri=True).execute(sql)
"""
"""In place of SQLite's own command, which not every machine has."""


@contextmanager
def served(place: Wish) -> Iterator[None]:
    """Have the database open, as a server has.

    Its files are only touched by other processes meanwhile: SQLite's locks end when their own
    process closes the file, however it was opened.
    """
    with closing(sqlite3.connect(place.folder / "var" / "wish.sqlite3")) as server:
        server.execute("SELECT id FROM account").fetchall()
        yield


def lines(number: int) -> str:
    """Return what the runbook says to type: to make a backup, or to restore it."""
    text = (ROOT / "docs" / "runbook.md").read_text()
    section = text.partition("## Backups")[2].partition("\n## ")[0]
    found: list[str] = re.findall(r"^```\n(.+?)^```", section, flags=re.MULTILINE | re.DOTALL)
    return found[number]


def type_in(place: Wish, typed: str) -> None:
    tools = place.folder / "bin"
    tools.mkdir(exist_ok=True)
    (tools / "sqlite3").write_text(SQLITE3)
    (tools / "sqlite3").chmod(0o755)
    subprocess.run(
        ["/bin/sh", "-ec", typed], cwd=place.folder, check=True, timeout=WAIT_SECONDS,
        env={"PATH": f"{tools}:{os.environ['PATH']}"},
    )  # fmt: skip


def people(place: Wish) -> list[str]:
    found = place.ok("account", "search", "", "--json").json["items"]
    return sorted(account["email"] for account in found)


def test_a_backup_is_whole_and_a_restored_one_stays(bare: Wish) -> None:
    bare.ok("migrate")
    with served(bare):
        create(bare, "--email=ada@example.org", *NAMES)
        type_in(bare, "cp var/wish.sqlite3 plain.sqlite3")
        type_in(bare, lines(0))
        create(bare, "--email=bob@example.org", *NAMES)
        type_in(bare, "mkdir killed; cp var/wish.sqlite3* killed")
    with closing(sqlite3.connect(bare.folder / "plain.sqlite3")) as plain:
        assert plain.execute("SELECT id FROM account").fetchall() == [], "As the runbook warns."
    with pytest.raises(subprocess.CalledProcessError):
        type_in(bare, lines(0))  # It is there already.
    type_in(bare, "cp killed/* var")  # So the server leaves them when it is killed.

    type_in(bare, lines(1))

    assert people(bare) == ["ada@example.org"]
    bare.ok("check")


def test_no_backup_is_made_of_a_database_that_is_not_there(bare: Wish) -> None:
    type_in(bare, "mkdir -p var")
    with pytest.raises(subprocess.CalledProcessError):
        type_in(bare, lines(0))
    assert [found.name for found in bare.folder.rglob("*.sqlite3")] == []
