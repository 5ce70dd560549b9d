"""The long run is no success if nothing was injected, and its table has whatever broke."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.planting import ROOT

pytestmark = pytest.mark.slow

CONFTEST = """
pytest_plugins = ("tests.support.proof",)

def pytest_addoption(parser):
    parser.addoption("--engine", default="sqlite")
"""
TESTS = """
def test_proves_nothing():
    pass

def test_injects(proof):
    proof.inject("fault", 3)

def test_reaches_less(proof):
    proof.inject("fault")
    proof.reach("letter", 1, of=10, share=0.5)

def test_breaks_before(proof):
    raise AssertionError("broken")

def test_forgets(proof):
    pass
"""


def run(folder: Path, *names: str) -> tuple[int, str]:
    """Run some of the tests at the sizes of the long run."""
    (folder / "conftest.py").write_text(CONFTEST)
    (folder / "test_it.py").write_text(TESTS)
    words = ["-q", "-p", "no:cacheprovider", "--long", "--proof-seed=7"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *words, *(f"test_it.py::{name}" for name in names)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


def test_a_run_that_injected_something_is_a_success(tmp_path: Path) -> None:
    code, said = run(tmp_path, "test_injects", "test_proves_nothing")
    assert code == pytest.ExitCode.OK, said
    assert "what was injected (sqlite, seed 7)" in said
    assert "        3  fault  (test_it.py::test_injects)\n" in said


@pytest.mark.parametrize("name", ["test_proves_nothing", "test_reaches_less", "test_forgets"])
def test_a_run_that_proves_nothing_is_none(tmp_path: Path, name: str) -> None:
    code, said = run(tmp_path, name)
    assert code == pytest.ExitCode.TESTS_FAILED, said


def test_what_broke_is_in_the_table_if_it_injected_nothing_too(tmp_path: Path) -> None:
    code, said = run(tmp_path, "test_injects", "test_breaks_before")
    assert code == pytest.ExitCode.TESTS_FAILED, said
    assert "        0  nothing  (test_it.py::test_breaks_before)  BROKE 1\n" in said
