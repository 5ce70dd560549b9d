"""A test of ours, run by a pytest of its own in whose processes a bug is planted."""

import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.support.planting import MARK, PLANT, ROOT, SITE, Plant

SECONDS_MAX: Final = 180


@dataclass(frozen=True)
class Verdict:
    """How the test ended."""

    code: int
    said: str
    was_sown: bool
    """Whether any process of the test read the bug."""


def run_planted(
    test: str,
    plant: Plant,
    *options: str,
    engine: str,
    server: str = "",
    seconds_max: float = SECONDS_MAX,
) -> Verdict:
    """Run the test with the bug, on a PostgreSQL server that runs already if one is named."""
    kept = {n: v for n, v in os.environ.items() if n in {"PATH", "HOME"}}
    more = {"WISH_TEST_DATABASE_URL": server} if server else {}
    words = ["-q", "-x", "-n", "0", "-p", "no:cacheprovider", f"--engine={engine}", *options, test]
    with tempfile.TemporaryDirectory(prefix="wish-plant-") as folder:
        mark = Path(folder) / "sown"
        more |= {PLANT: plant.text(), MARK: str(mark), "PYTHONPATH": f"{SITE}:{ROOT}"}
        done = subprocess.run(
            [sys.executable, "-m", "pytest", *words],
            cwd=ROOT,
            env={**kept, **more},
            capture_output=True,
            text=True,
            check=False,
            timeout=seconds_max,
        )
        return Verdict(done.returncode, done.stdout + done.stderr, mark.exists())
