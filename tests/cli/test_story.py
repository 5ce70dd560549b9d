"""The story of `wish demo`, played as a newcomer does."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.planting import ROOT

pytestmark = [pytest.mark.nightly("postgres"), pytest.mark.slow]


@pytest.mark.timeout(120)
def test_every_promise_of_the_story_holds(tmp_path: Path, engine: str, database_url: str) -> None:
    settings = {"WISH_VAR": str(tmp_path / "var")}
    if engine == "postgres":
        settings["DATABASE_URL"] = database_url
    kept = {name: value for name, value in os.environ.items() if not name.startswith("WISH_")}

    done = subprocess.run(
        [sys.executable, "-m", "wishcli", "demo"],
        env={**kept, **settings},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "promises held" in done.stdout
    assert "✗" not in done.stdout
