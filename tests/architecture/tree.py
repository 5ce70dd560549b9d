"""The files of the project, as the tests of this folder read them."""

import ast
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent.parent

PACKAGES: Final = ("wishcore", "wishapi", "wishcli")

_NOT_OURS: Final = frozenset(
    {
        ".venv", ".git", "var", "build", "dist", "htmlcov", "__pycache__", ".mypy_cache",
        ".ruff_cache", ".pytest_cache", ".hypothesis", ".import_linter_cache", "node_modules",
        ".grimp_cache",
    }
)  # fmt: skip


def files() -> Iterator[Path]:
    """Yield every file that is or will be committed."""
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [
            name for name in folders if name not in _NOT_OURS and not name.endswith(".egg-info")
        ]
        for name in names:
            # In a second working tree of a repository, .git is a file.
            if name != ".git" and not name.startswith(".coverage") and not is_private(name):
                yield Path(folder, name)


def is_private(name: str) -> bool:
    """Say whether a file is a machine's own settings, which are never committed."""
    return name.startswith(".env") and name != ".env.example"


def modules(*tops: str) -> list[Path]:
    """Return the Python files of these folders but migrations, which are never edited."""
    return [
        path
        for top in tops
        for path in sorted((ROOT / top).rglob("*.py"))
        if "wishcore/migrations/models" not in path.as_posix()
    ]


@cache
def parsed(path: Path) -> ast.Module:
    """Return the syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"))


def name_of(path: Path) -> str:
    """Return the file's path below the root."""
    return path.relative_to(ROOT).as_posix()


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    """Yield every call in a file with the last part of the called name."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute):
                yield node.func.attr, node
            elif isinstance(node.func, ast.Name):
                yield node.func.id, node


def imports(path: Path) -> Iterator[str]:
    """Yield the names of the modules that a file imports."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
