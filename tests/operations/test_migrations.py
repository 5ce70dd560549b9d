"""The migrations make the tables that the models describe, and nothing is left half done."""

import asyncio
import itertools
import os
import re
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from aerich import Command
from aerich.migrate import Migrate
from tortoise.connection import get_connection
from tortoise.context import TortoiseContext
from tortoise.exceptions import OperationalError

from tests.conftest import Engine
from tests.operations.nonsense import HASH
from tests.support import catalogue, postgres
from tests.support.forking import forker
from wishcore import db as database
from wishcore import migrating
from wishcore.db import tortoise_config
from wishcore.migrating import migrate, pending

FILES = sorted(
    (file.name for file in (migrating.LOCATION / "models").glob("[0-9]*_*.py")),
    key=lambda name: int(name.partition("_")[0]),
)

REFERENCES = {
    "token_family": {"account_id": "account"},
    "token": {"family_id": "token_family"},
    "social_identity": {"account_id": "account"},
    "visitor_pass": {"visitor_id": "visitor"},
    "pledge": {"item_id": "funding"},
    "pledge_event": {"pledge_id": "pledge"},
}
"""All foreign keys. None leads from the giver's side to the owner's: it would take locks there."""

FOR_JOBS = {
    "wish_list_by_deadline", "wish_list_deleted", "item_withdrawn", "funding_by_state",
    "pledge_by_state", "pledge_event_letters", "payment_notice_unhandled", "refund_by_state",
    "item_by_product", "item_links_due", "product_quote_by_turn", "product_quote_by_end",
    "token_by_end", "token_family_by_end", "confirmation_of_guest", "visitor_pass_by_end",
    "authorization_request_by_end", "provider_attempt_by_end", "authorization_code_by_end",
    "social_identity_without_account", "idx_rate_limit_ends_at_a1ce7a",
    "idx_security_ev_created_f6f2b9", "idx_confirmatio_expires_c7723c",
}  # fmt: skip

BEFORE_GUESTS = (
    f"""
    INSERT INTO confirmation
        (id, created_at, updated_at, purpose, email, account_id, code_hash, expires_at, tries)
    VALUES ('00000000-0000-7000-8000-000000000001', '2026-11-20 12:00:00+00:00',
            '2026-11-20 12:00:00+00:00', 'reset', 'ann@example.org',
            '00000000-0000-7000-8000-000000000002', '{HASH}', '2026-11-20 12:30:00+00:00', 2)
    """,
    f"""
    INSERT INTO visitor_code
        (id, created_at, updated_at, email, name, code_hash, expires_at, tries)
    VALUES ('00000000-0000-7000-8000-000000000003', '2026-11-20 12:00:00+00:00',
            '2026-11-20 12:00:00+00:00', 'bob@example.org', 'Bob', '{HASH}',
            '2026-11-20 12:15:00+00:00', 0)
    """,
)
"""Codes on their way, in an installed database."""


@pytest.fixture
def empty_url(engine: Engine, database_url: str, tmp_path: Path) -> Iterator[str]:
    """The URL of a database without any table."""
    if engine == "sqlite":
        yield f"sqlite://{tmp_path / 'a folder' / 'new.sqlite3'}"
    else:
        url = postgres.make_empty(database_url, f"wish_new_{os.getpid()}")
        yield url
        postgres.drop(url)


@pytest.fixture
async def context(database_url: str) -> AsyncIterator[Command]:
    async with TortoiseContext() as orm:
        await orm.init(config=tortoise_config(database_url))
        command = Command(tortoise_config(database_url), location=str(migrating.LOCATION))
        await command.init()
        yield command


@pytest.fixture
def copied_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a copy of the migrations, which is used in their place."""
    copy = tmp_path / "migrations"
    shutil.copytree(migrating.LOCATION, copy, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(migrating, "LOCATION", copy)
    return copy / "models"


@pytest.fixture
def failing_file(copied_files: Path, engine: Engine) -> str:
    """The name of a last migration whose second statement fails."""
    begin = "BEGIN IMMEDIATE;" if engine == "sqlite" else ""
    sql = f"{begin} CREATE TABLE first (id INT); CREATE TABLE first (id INT);"
    file = copied_files / "99_20990101000000_failing.py"
    file.write_text(f"async def upgrade(db):\n    return {sql!r}\n")
    return file.name


async def _tables(url: str) -> dict[str, catalogue.Table]:
    async with TortoiseContext() as orm:
        await orm.init(config=tortoise_config(url))
        return await catalogue.tables()


async def test_migrated_tables_are_those_of_the_models(database_url: str, empty_url: str) -> None:
    await pending(empty_url)  # Makes the folder of an SQLite file.
    async with TortoiseContext() as orm:
        await orm.init(config=tortoise_config(empty_url))
        await orm.generate_schemas(safe=False)
        wanted = await catalogue.tables()
    found = await _tables(database_url)

    assert found.keys() == wanted.keys()
    for name, table in wanted.items():
        assert found[name].columns == table.columns, name
        assert found[name].keys == table.keys, name
        assert found[name].references == table.references, name
        assert table.indexes.items() <= found[name].indexes.items(), name


async def test_aerich_sees_no_change_of_the_models(context: Command, copied_files: Path) -> None:
    Migrate.migrate_location = copied_files  # It would write a file.

    assert await context.migrate("forgotten", no_input=True) == ""


async def test_only_these_tables_refer_to_others(database_url: str) -> None:
    found = await _tables(database_url)

    assert {name: t.references for name, t in found.items() if t.references} == REFERENCES


async def test_every_reference_and_job_has_its_index(database_url: str) -> None:
    found = await _tables(database_url)

    for name, references in REFERENCES.items():
        leading = {columns[0] for columns in found[name].indexes.values()}
        assert references.keys() <= leading, name
    assert {index for table in found.values() for index in table.indexes} >= FOR_JOBS


async def test_a_second_run_finds_nothing_to_do(empty_url: str) -> None:
    assert await pending(empty_url) == FILES
    assert await migrate(empty_url) == FILES
    assert await migrate(empty_url) == []
    assert await pending(empty_url) == []


async def test_many_at_once_apply_each_file_once(empty_url: str) -> None:
    applied = await asyncio.gather(*[migrate(empty_url) for _ in range(4)])

    assert sorted(itertools.chain(*applied), key=FILES.index) == FILES
    assert await pending(empty_url) == []


def test_many_processes_at_once_end_well(empty_url: str) -> None:
    program = (
        "import asyncio, sys; from wishcore.migrating import migrate;"
        "asyncio.run(migrate(sys.argv[1]))"
    )
    with ThreadPoolExecutor() as three:
        done = list(three.map(lambda _: forker().run(program, [empty_url]), range(3)))

    assert [(one.code, one.err) for one in done] == [(0, "")] * 3
    assert asyncio.run(pending(empty_url)) == []


async def test_migrating_leaves_an_open_connection_alone(db: str, empty_url: str) -> None:
    await migrate(empty_url)

    assert await database.rows("SELECT name FROM job_lease") == []
    assert await pending(db) == []


async def test_down_and_up_again(context: Command, database_url: str) -> None:
    before = await catalogue.tables()
    for file in reversed(FILES):
        assert await context.downgrade(version=-1, delete=False) == [file]
    assert await catalogue.tables() == {}
    assert await migrate(database_url) == FILES
    assert await catalogue.tables() == before


async def test_codes_on_their_way_survive_the_file_about_guests(
    empty_url: str, copied_files: Path, tmp_path: Path
) -> None:
    name = "12_20261122000000_guests.py"
    later = [file for file in FILES if FILES.index(file) >= FILES.index(name)]
    for file in later:
        (copied_files / file).rename(tmp_path / file)
    await migrate(empty_url)
    async with TortoiseContext() as orm:
        await orm.init(config=tortoise_config(empty_url))
        for statement in BEFORE_GUESTS:
            await get_connection("default").execute_script(statement)
        (reset,) = await get_connection("default").execute_query_dict("SELECT * FROM confirmation")
    for file in later:
        (tmp_path / file).rename(copied_files / file)

    assert await migrate(empty_url) == later

    async with TortoiseContext() as orm:
        await orm.init(config=tortoise_config(empty_url))
        found = await get_connection("default").execute_query_dict("SELECT * FROM confirmation")
    assert found == [reset | {"guest_name": None}]
    assert "visitor_code" not in await _tables(empty_url)


async def test_a_failing_file_leaves_nothing_behind(db: str, failing_file: str) -> None:
    with pytest.raises(OperationalError, match="first"):
        await migrate(db)

    assert "first" not in await catalogue.tables()
    assert await pending(db) == [failing_file]


@pytest.mark.slow
def test_aerich_itself_finds_the_files(database_url: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "aerich", "-c", "aerich.ini", "history"],
        cwd=migrating.LOCATION.parent.parent,
        env={
            "DATABASE_URL": database_url,
            "WISH_SECRET": "x" * 32,
            "AERICH_NO_TORTOISE_V1_WARNING": "1",
        },
        capture_output=True,
        text=True,
        check=False,
    )

    assert re.findall(r"\S+\.py", done.stdout) == FILES, done.stderr
