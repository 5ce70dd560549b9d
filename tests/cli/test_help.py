"""What `wish` says about itself, and how soon."""

import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.cli.runner import Wish
from tests.support.planting import ROOT
from wishcli.main import wish

HEAVY = {"sanic", "tortoise", "stripe", "asyncpg", "aiohttp", "msgspec", "structlog", "rich"}

_PROBE = """
import sys
from wishcli.main import run
try:
    run({words!r})
except SystemExit as end:
    print(sorted({{name.split(".")[0] for name in sys.modules}}), end.code, file=sys.stderr)
"""


def _commands(command: object, *names: str) -> Iterator[tuple[str, ...]]:
    yield names
    for name, inner in getattr(command, "commands", {}).items():
        yield from _commands(inner, *names, name)


@pytest.mark.parametrize("names", list(_commands(wish)))
def test_every_command_explains_itself(bare: Wish, names: tuple[str, ...]) -> None:
    done = bare(*names, "--help")

    assert done.code == 0
    assert done.out.startswith(f"Usage: wish {' '.join(names)}".rstrip())
    assert len(done.out.split("\n\n")[1].strip()) > 10


def test_the_help_names_every_exit_code(bare: Wish) -> None:
    text = " ".join(bare.ok("--help").out.split())

    assert "0 done" in text
    assert "75 try again later" in text


@pytest.mark.parametrize("words", [["--help"], ["list", "show", "--help"], ["expire", "--oops"]])
def test_help_waits_for_nothing_heavy(words: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _PROBE.format(words=words)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    loaded = done.stderr.splitlines()[-1]
    assert "'wishcli'" in loaded
    assert not [name for name in HEAVY if f"'{name}'" in loaded]


def test_a_process_of_its_own_is_the_same(bare: Wish) -> None:
    done = bare.spawn("expire", "--oops")

    assert done.code == 2
    assert done.out == ""
    assert "No such option: --oops" in done.err
