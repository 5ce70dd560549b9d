"""What a change is judged by is run at each: no mark and no move takes it out."""

import importlib
from pathlib import Path
from typing import Final

import pytest

from tests.conftest import Engine, is_quick_place

Engines = tuple[Engine, ...]

SQLITE: Engines = ("sqlite",)
BOTH: Engines = ("sqlite", "postgres")
IN_MAKE_TEST: Final[dict[str, Engines]] = {
    "proof.surprise.test_two_worlds.test_owners_see_the_same_whatever_givers_do": SQLITE,
    "proof.surprise.test_blindfold.test_every_answer_is_the_same_without_the_givers_tables": SQLITE,
    "proof.surprise.test_blindfold.test_nobody_waits_for_a_giver": ("postgres",),
    "proof.surprise.test_planted_leaks.test_every_planted_leak_is_caught": SQLITE,
    "proof.surprise.test_timing.test_what_was_given_takes_no_time": SQLITE,
    "proof.test_planted_money_bugs.test_a_planted_bug_is_noticed": SQLITE,
    "proof.test_planted_money_bugs.test_a_bug_between_two_statements_is_noticed": ("postgres",),
    "proof.faults.test_planted_bugs.test_a_planted_bug_is_caught": SQLITE,
    "proof.faults.test_every_fault.test_whatever_fails_no_cent_is_lost_doubled_or_stuck": SQLITE,
    "api.races.test_crowds.test_two_hundred_givers_pay_not_one_cent_too_much": BOTH,
    "proof.bad_input.test_generated_requests.test_every_boundary_of_the_document_is_answered_as_declared": (  # noqa: E501
        SQLITE
    ),
    "proof.bad_input.test_generated_requests.test_random_requests_are_answered_as_declared": SQLITE,
    "proof.bad_input.test_generated_requests.test_chains_of_requests_are_answered_as_declared": (
        SQLITE
    ),
    "proof.test_money_machine.test_no_cent_is_lost_or_doubled_whatever_happens": SQLITE,
    "proof.staying_up.test_aborted_requests.test_clients_who_go_away_leave_a_whole_server": SQLITE,
    "unit.test_protocol.test_ours_has_no_violation_in_any_state": SQLITE,
}
"""The rows of the table of docs/reliability.md at which no cent and no surprise may be lost."""
IN_THE_GATE_ON_POSTGRES: Final = (
    "proof.surprise.test_two_worlds.test_owners_see_the_same_whatever_givers_do",
    "proof.faults.test_every_fault.test_whatever_fails_no_cent_is_lost_doubled_or_stuck",
    "proof.staying_up.test_aborted_requests.test_clients_who_go_away_leave_a_whole_server",
)
"""Those that six minutes have no room for on a second engine."""


@pytest.mark.parametrize("name", IN_MAKE_TEST)
def test_what_a_change_is_judged_by_is_in_make_test(name: str) -> None:
    place, marks = _found(name, {"slow", "nightly"})
    for engine in IN_MAKE_TEST[name]:
        assert [mark for mark in marks if not mark.args or engine in mark.args] == []
        assert engine == "sqlite" or is_quick_place(place)


@pytest.mark.parametrize("name", IN_THE_GATE_ON_POSTGRES)
def test_what_a_change_is_judged_by_is_in_the_gate(name: str) -> None:
    _, marks = _found(name, {"nightly"})
    assert [mark for mark in marks if not mark.args or "postgres" in mark.args] == []


def _found(name: str, kinds: set[str]) -> tuple[Path, list[pytest.Mark]]:
    """Return where a test is, and its marks of these kinds."""
    module_name, _, function_name = name.rpartition(".")
    module = importlib.import_module(f"tests.{module_name}")
    holders = (module, getattr(module, function_name))
    marks = [mark for holder in holders for mark in _marks_of(holder) if mark.name in kinds]
    return Path(str(module.__file__)), marks


def _marks_of(holder: object) -> list[pytest.Mark]:
    found = getattr(holder, "pytestmark", [])
    marks: list[pytest.Mark | pytest.MarkDecorator] = found if isinstance(found, list) else [found]
    return [mark.mark if isinstance(mark, pytest.MarkDecorator) else mark for mark in marks]
