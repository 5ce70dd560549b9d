"""The lines of curl in the README work as they stand, also beside the demo data."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import httpx
import pytest

from tests.cli.runner import Wish
from tests.support.planting import ROOT
from tests.support.server import Sandbox, Server, start_server
from tests.support.skipping import skip_loudly
from wishcli.demo import data

pytestmark = pytest.mark.only("sqlite")

ADDRESS: Final = "http://127.0.0.1:8000"
README: Final = (ROOT / "README.md").read_text()
DEMO: Final = (data.ADA, data.GRACE, data.ALAN, data.MARY)
PAID: Final = '"state":"paid"'


@pytest.fixture
def lines() -> str:
    """What the README has people type: all of it, the definitions of the shell's words included."""
    blocks: list[str] = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
    (found,) = (block for block in blocks if "curl" in block)
    return found


@pytest.fixture
def server(database_url: str, sandbox: Sandbox, tmp_path: Path) -> Iterator[Server]:
    """The API, in a folder that has what the lines count on."""
    started = start_server(tmp_path / "served", database_url=database_url, stripe_url=sandbox.url)
    try:
        (started.folder / ".venv").symlink_to(sys.prefix)
        yield started
    finally:
        started.end()


def typed(server: Server, lines: str) -> str:
    """Type the lines, and return what they show."""
    shell = shutil.which("bash") if shutil.which("curl") else None
    if shell is None:
        skip_loudly("There is no bash or no curl: the lines of the README were not tried")
    done = subprocess.run(
        [shell, "-e", "-u", "-c", lines.replace(ADDRESS, server.url)],
        cwd=server.folder, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.mark.slow
def test_the_lines_work_before_the_demo_data(server: Server, wish: Wish, lines: str) -> None:
    assert PAID in typed(server, lines)
    wish.ok("demo", "--data")


def test_the_lines_work_after_the_demo_data(server: Server, wish: Wish, lines: str) -> None:
    wish.ok("demo", "--data")
    assert PAID in typed(server, lines)


def test_nobody_of_the_demo_data_is_an_example_elsewhere(server: Server) -> None:
    """Whoever tries `/docs` signs up with what stands there, under another password."""
    document = httpx.get(f"{server.url}/openapi.json").text
    for person in DEMO:
        assert person.email not in README + document
