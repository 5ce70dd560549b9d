"""Whatever an operator is told of has its row in the runbook."""

import ast
import re

from tests.architecture.tree import ROOT, calls, modules
from wishcore import invariants

RUNBOOK = (ROOT / "docs" / "runbook.md").read_text()


def test_every_difference_that_is_named_has_its_row() -> None:
    rows = re.findall(r"^\| reconcile: (.+?) \|", RUNBOOK, flags=re.MULTILINE)
    kinds = {
        call.args[0].value
        for path in modules("wishcore/reconciliation")
        for name, call in calls(path)
        if name == "drift" and isinstance(call.args[0], ast.Constant)
    }
    assert len(kinds) > 15
    assert kinds == {kind for row in rows for kind in row.split(" / ")}


def test_everything_that_should_not_last_has_its_row() -> None:
    symptoms = re.findall(r"^\| (.+?) \|", RUNBOOK, flags=re.MULTILINE)
    assert [fact for fact in invariants.STUCK if not any(fact in one for one in symptoms)] == []


def test_every_line_for_cron_begins_in_the_folder_of_the_settings() -> None:
    texts = [
        file.read_text() for file in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
    ]
    lines = [line for text in texts for line in re.findall(r"(?:\* ){5} *(.+)", text)]
    assert len(lines) > 1
    assert [line for line in lines if not line.startswith("cd ")] == []
