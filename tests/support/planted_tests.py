"""A test of ours, run by a pytest of its own in whose processes a bug is planted."""

import os
import subprocess
import sys
from dataclasses import dataclass
from typing import Final

from tests.support.planting import PLANT, ROOT, SITE, Plant

SECONDS_MAX: Final = 180
_PROGRAM: Final = """
import sys
import pytest
code = pytest.main(sys.argv[1:])
from tests.support import planting
planting.insist()
sys.exit(code)
"""


@dataclass(frozen=True)
class Verdict:
    """How the test ended."""

    code: int
    said: str


def run_planted(test: str, plant: Plant, *, engine: str, server: str = "") -> Verdict:
    """Run the test with the bug, on a PostgreSQL server that runs already if one is named."""
    kept = {n: v for n, v in os.environ.items() if n in {"PATH", "HOME"}}
    more = {"WISH_TEST_DATABASE_URL": server} if server else {}
    words = ["-q", "-x", "-n", "0", "-p", "no:cacheprovider", f"--engine={engine}", test]
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, *words],
        cwd=ROOT,
        env={**kept, **more, PLANT: plant.text(), "PYTHONPATH": f"{SITE}:{ROOT}"},
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS_MAX,
    )
    return Verdict(done.returncode, done.stdout + done.stderr)
