"""Agreements on the files of the repository: settings, secrets, addresses."""

import itertools
import re
from pathlib import Path

import pytest
from dotenv import dotenv_values

from tests.architecture.tree import ROOT, files, name_of
from wishcore import settings
from wishcore.settings import Settings

FOREIGN = {
    "a package registry or its option": re.compile(
        r"(?:pypi|pythonhosted|npmjs)\.(?:org|com)|-{2}(?:extra-)?index-url\b"
    ),
    "a path of one machine": re.compile(r"(?<![\w.$}])/(?:root|home|Users|work)/\w"),
    "a private address": re.compile(
        r"(?<![\d.])(?!10\.0\.0\.1\b)(?:10(?:\.\d{1,3}){3}|192\.168(?:\.\d{1,3}){2}"
        r"|172\.(?:1[6-9]|2\d|3[01])(?:\.\d{1,3}){2})(?![\d.])"
    ),
    "a secret": re.compile(r"[sr]k_live_\w{8}|[sr]k_test_\w{24}|PRIVATE KEY-{5}"),
}
"""What must not stand in any file (10.0.0.1 is what tests say for somebody's inner network)."""


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    found = {name_of(path): path.read_text(errors="replace") for path in files()}
    assert "pyproject.toml" in found, "The files were not found."
    return found


@pytest.mark.parametrize("thing", FOREIGN)
def test_no_file_has(thing: str, texts: dict[str, str]) -> None:
    found = [
        f"{name}: {match.group()}"
        for name, text in texts.items()
        for match in FOREIGN[thing].finditer(text)
    ]

    assert found == []


@pytest.mark.parametrize(
    ("thing", "text"),
    [
        ("a package registry or its option", "pip install --" + "index-url https://x"),
        ("a path of one machine", "/" + "home/ann/wish"),
        ("a private address", "192.168." + "1.20"),
        ("a secret", "sk_live_" + "0123456789"),
    ],
)
def test_it_would_be_found(thing: str, text: str) -> None:
    assert FOREIGN[thing].search(text)


def test_the_example_names_every_setting() -> None:
    names = list(dotenv_values(ROOT / ".env.example"))

    assert names == [name.upper() for name in Settings.model_fields]


def test_the_example_explains_every_setting() -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()

    assert [
        line
        for before, line in itertools.pairwise(lines)
        if "=" in line and line[0] != "#" and not before.startswith("# ")
    ] == []


def test_the_example_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text((ROOT / ".env.example").read_text())

    assert settings.load({}, folder=tmp_path) == Settings()
