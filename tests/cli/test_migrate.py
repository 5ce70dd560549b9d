"""`wish migrate`."""

import pytest

from tests.cli.runner import Wish
from tests.support import postgres


@pytest.mark.only("sqlite")
def test_a_first_database(bare: Wish) -> None:
    dry = bare.ok("migrate", "--dry-run", "--json").json
    assert len(dry["pending"]) >= 1
    assert bare("expire").code == 3

    assert bare.ok("migrate", "--json").json == {"applied": dry["pending"]}

    assert bare.ok("migrate").out == "The database is up to date.\n"
    assert bare.ok("migrate", "--dry-run", "--json").json == {"pending": []}
    bare.ok("expire")


@pytest.mark.only("sqlite")
def test_the_lines_name_each_file(bare: Wish) -> None:
    pending = bare.ok("migrate", "--dry-run").out.splitlines()
    applied = bare.ok("migrate").out.splitlines()

    assert [line.removeprefix("pending: ") for line in pending] == [
        line.removeprefix("applied: ") for line in applied
    ]


@pytest.mark.only("postgres")
def test_an_empty_database_of_postgres(bare: Wish, migrated: str) -> None:
    url = postgres.make_empty(migrated, "wish_of_the_command")
    try:
        assert bare.ok("migrate", "--json", DATABASE_URL=url).json["applied"]
        assert bare.ok("migrate", "--json", DATABASE_URL=url).json == {"applied": []}
        bare.ok("expire", DATABASE_URL=url)
    finally:
        postgres.drop(url)
