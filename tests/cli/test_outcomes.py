"""Exit codes, and what stderr says with them."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

import pytest

from tests.cli.conftest import Ask
from tests.cli.runner import WAIT_SECONDS, Wish, ended

pytestmark = pytest.mark.slow


@pytest.fixture
def full() -> Iterator[TextIO]:
    """A file on a disk that is full."""
    with Path("/dev/full").open("w") as opened:
        yield opened


NOBODY_THERE = "postgres://wish:hunter2@127.0.0.1:9/wish"


def test_a_bad_setting_is_wrong_usage_and_named(bare: Wish) -> None:
    done = bare("expire", WISH_PORT="eighty")

    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("wish: bad settings: WISH_PORT: ")
    assert done.err.count("\n") == 1


def test_an_unknown_setting_is_wrong_usage_and_named(bare: Wish) -> None:
    assert bare("migrate", WISH_COLOUR="blue").err == (
        "wish: bad settings: WISH_COLOUR: unknown setting\n"
    )


def test_a_bad_setting_in_a_process_of_its_own(bare: Wish) -> None:
    done = bare.spawn("tick", "--json", DATABASE_URL="mysql://wish:hunter2@here/wish")

    assert (done.code, done.out) == (2, "")
    assert "DATABASE_URL: begins with sqlite:// or postgres://" in done.err


@pytest.mark.parametrize("command", ["expire", "migrate", "check"])
def test_an_absent_server_is_for_later(bare: Wish, command: str) -> None:
    done = bare(command, DATABASE_URL=NOBODY_THERE)

    assert (done.code, done.out) == (75, "")
    assert done.err.startswith("wish: ")
    assert "Traceback" not in done.err


def test_without_room_for_its_answer_it_is_for_later(bare: Wish, full: TextIO) -> None:
    with ended(bare.start_into(full, subprocess.PIPE, "migrate")) as process:
        _, said = process.communicate(timeout=WAIT_SECONDS)

    assert process.returncode == 75
    assert said.startswith("wish: unavailable: There is no room to write: ")
    assert said.count("\n") == 1
    assert bare.ok("migrate").out == "The database is up to date.\n", "Its work was done."


def test_without_room_for_its_complaints_it_goes_on(bare: Wish, full: TextIO) -> None:
    ahead = {"WISH_CLOCK_OFFSET_SECONDS": "60"}  # It warns of this first.
    with ended(bare.start_into(subprocess.PIPE, full, "migrate", **ahead)) as process:
        process.communicate(timeout=WAIT_SECONDS)

    assert process.returncode == 0
    assert bare.ok("migrate").out == "The database is up to date.\n"


@pytest.mark.parametrize("command", ["migrate", "check"])
def test_without_any_room_it_is_for_later(bare: Wish, full: TextIO, command: str) -> None:
    bare.ok("migrate")
    with ended(bare.start_into(full, full, command)) as process:
        assert process.wait(WAIT_SECONDS) == 75


def test_an_answer_that_nobody_reads_is_for_later(lonely: Wish) -> None:
    read, write = os.pipe()
    os.close(read)
    with ended(lonely.start_into(write, subprocess.PIPE, "recover")) as process:
        os.close(write)
        _, said = process.communicate(timeout=WAIT_SECONDS)

    assert process.returncode == 75
    assert said.startswith("wish: unavailable: Nobody reads the answer: ")
    assert said.count("\n") == 1


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&- >&- 2>&-"])
def test_without_an_answer_or_complaints_it_goes_on(bare: Wish, closed: str) -> None:
    """As daemons and some schedulers start their commands."""
    for command in ("migrate", "check"):
        words = ["/bin/sh", "-c", f'exec "$0" -m wishcli {command} {closed}', sys.executable]
        done = subprocess.run(
            words, cwd=bare.folder, env=bare.environment, capture_output=True, check=False,
            text=True, timeout=WAIT_SECONDS,
        )  # fmt: skip

        assert (done.returncode, done.stderr) == (0, "")
    assert bare.ok("migrate").out == "The database is up to date.\n"


def test_without_a_database_it_says_what_to_do(bare: Wish) -> None:
    done = bare("expire")

    assert (done.code, done.out) == (3, "")
    assert done.err == "wish: no_database: There is no database yet: run `wish migrate`\n"
    assert not (bare.folder / "var").exists()


@pytest.mark.only("sqlite")
def test_an_old_schema_says_what_to_do(bare: Wish) -> None:
    file = bare.folder / "old.sqlite3"
    file.touch()

    done = bare("expire", DATABASE_URL=f"sqlite://{file}")

    assert done.code == 3
    assert done.err.startswith("wish: schema_outdated: ")


def test_a_bug_shows_its_traceback(lonely: Wish, ask: Ask) -> None:
    ask("ALTER TABLE funding RENAME TO gone")
    try:
        done = lonely("expire", "--json")
    finally:
        ask("ALTER TABLE gone RENAME TO funding")

    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("Traceback")


def test_a_refusal_has_its_code(lonely: Wish) -> None:
    done = lonely("account", "show", "nobody@example.org")

    assert (done.code, done.out) == (3, "")
    assert done.err.startswith("wish: account_not_found: ")


def test_a_refusal_names_its_fields(lonely: Wish) -> None:
    done = lonely(
        "account", "create", "--email=nonsense", "--first-name=A", "--last-name=B",
        "--birthday=1990-01-01", "--password-stdin", stdin="nine-herons-by-the-pond\n",
    )  # fmt: skip

    assert done.code == 2
    assert "/email: This is not an e-mail address" in done.err


def test_a_clock_that_is_ahead_is_told(lonely: Wish) -> None:
    done = lonely.ok("expire", "--json", WISH_CLOCK_OFFSET_SECONDS="7200")

    assert done.err == "wish: warning: the clock is set ahead by 2:00:00\n"
    assert done.json["lists_closed"] == 0
