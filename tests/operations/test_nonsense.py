"""The database refuses what can never be right, whoever writes it."""

from collections.abc import Mapping

import pytest
from tortoise.connection import get_connection
from tortoise.exceptions import IntegrityError

from tests.operations import nonsense, nonsense_of_accounts, nonsense_of_sign_in
from tests.operations.nonsense import ALLOWED, Values, literal, uuid
from tests.support import catalogue
from wishcore import db as database

SENSE: Mapping[str, Values] = {
    **nonsense.SENSE,
    **nonsense_of_sign_in.SENSE,
    **nonsense_of_accounts.SENSE,
}
NONSENSE: Mapping[str, Values] = {
    **nonsense.NONSENSE,
    **nonsense_of_sign_in.NONSENSE,
    **nonsense_of_accounts.NONSENSE,
}
FORMS: Mapping[str, tuple[str, ...]] = {
    "CHAR(36)": ("'1'", f"'{uuid(0).replace('7', 'F')}'", "7"),
    "TIMESTAMP": ("'2026-11-20T12:00:00+00:00'", "'2026-11-20 12:00:00'", "1795176000"),
    "DATE": ("'20.11.2026'", "'2026-11-20 12:00:00'", "20261120"),
    "INT": ("1.5", "'many'"),
    "BIGINT": ("1.5", "'many'"),
    "TEXT": ("x'00'",),
    "JSON": ("x'00'", "'not JSON'", "7"),
    "VARCHAR": ("x'00'", "'" + "x" * 2001 + "'"),
}
"""For SQLite's types, values that PostgreSQL's types refuse by themselves."""


async def _insert(table: str, row: Values) -> None:
    names, values = ", ".join(row), ", ".join(map(literal, row.values()))
    await database.rows(f"INSERT INTO {table} ({names}) VALUES ({values}) RETURNING 1 AS one")


async def _change(table: str, changes: Values) -> None:
    text = ", ".join(f"{name} = {literal(value)}" for name, value in changes.items())
    await database.rows(f"UPDATE {table} SET {text} RETURNING 1 AS one")


@pytest.fixture
async def world(db: str) -> dict[str, catalogue.Table]:
    """One row in every table; the value is the catalogue."""
    tables = await catalogue.tables()
    assert tables.keys() == SENSE.keys()
    for table, row in SENSE.items():
        await _insert(table, row)
    return tables


async def test_every_check_refuses_its_nonsense(world: dict[str, catalogue.Table]) -> None:
    checks = {
        check: name
        for name, table in world.items()
        for check in table.checks
        if not check.endswith(catalogue.FORM_CHECK)
    }
    assert checks.keys() == NONSENSE.keys()

    for check, table in checks.items():
        with pytest.raises(IntegrityError) as refusal:
            await _change(table, NONSENSE[check])
        cause = refusal.value.args[0]
        name = getattr(cause, "constraint_name", None) or str(cause).rpartition(": ")[2]
        assert name == check


@pytest.mark.parametrize("check", ALLOWED)
async def test_what_is_right_beside_it_is_accepted(
    check: str, world: dict[str, catalogue.Table]
) -> None:
    table = next(name for name, table in world.items() if check in table.checks)

    await _change(table, ALLOWED[check])


@pytest.mark.only("sqlite")
async def test_sqlite_keeps_no_value_of_another_form(world: dict[str, catalogue.Table]) -> None:
    for name, table in world.items():
        for column, (kind, _) in table.columns.items():
            for value in FORMS["VARCHAR" if kind.startswith("VARCHAR") else kind]:
                with pytest.raises(IntegrityError, match=f"{column}{catalogue.FORM_CHECK}"):
                    await get_connection("default").execute_query(
                        f"UPDATE {name} SET {column} = {value}"
                    )


@pytest.mark.parametrize("state", ["requested", "pending", "succeeded"])
async def test_a_pledge_has_one_live_refund(state: str, world: dict[str, catalogue.Table]) -> None:
    second = {**SENSE["refund"], "id": uuid(12), "generation": 2, "provider_id": "re_2"}

    await _change("refund", {"state": state, "provider_id": "re_1"})
    with pytest.raises(IntegrityError):
        await _insert("refund", second)
    await _change("refund", {"state": "failed"})
    await _insert("refund", second)


async def test_a_movement_is_posted_once_in_a_list(world: dict[str, catalogue.Table]) -> None:
    again = {**SENSE["ledger_entry"], "id": uuid(12)}

    with pytest.raises(IntegrityError):
        await _insert("ledger_entry", again)
    await _insert("ledger_entry", {**again, "account": "givers", "amount_minor": 5})


async def test_a_row_is_kept_while_others_refer_to_it(world: dict[str, catalogue.Table]) -> None:
    for table in ("account", "token_family", "visitor", "funding", "pledge"):
        with pytest.raises(IntegrityError):
            await get_connection("default").execute_query(f"DELETE FROM {table}")
