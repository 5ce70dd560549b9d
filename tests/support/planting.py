"""Puts a bug into the product of another process, from outside: its source is read with the bug in.

The environment names the bug (`TESTS_PLANTED_BUG`), and whoever starts the process puts `SITE` on
its path, so that its own processes have the bug, too. A bug whose text is not found exactly once,
or whose module was never read, is an error: a plant that grows nowhere would be caught nowhere.
"""

import importlib.util
import os
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import Final

import msgspec
from typing_extensions import override

ROOT: Final = Path(__file__).parents[2]
SITE: Final = Path(__file__).parent / "planting_site"
"""Holds a `sitecustomize` that plants what the environment names."""
PLANT: Final = "TESTS_PLANTED_BUG"
MARK: Final = "TESTS_PLANTED_MARK"
"""Names a file that is there once the bug has been read by some process."""


class Plant(msgspec.Struct, frozen=True, kw_only=True):
    """A bug: a module, and what its source says in place of what it should."""

    module: str
    changes: tuple[tuple[str, str], ...]

    def planted(self, source: str) -> str:
        """Return the source with the bug in it.

        Raises:
            DoesNotGrow: the source is not what the bug was made for.
        """
        for old, new in self.changes:
            if source.count(old) != 1:
                raise DoesNotGrow(f"{self.module} has {source.count(old)} times: {old}")
            source = source.replace(old, new)
        return source

    def text(self) -> str:
        """Return the bug as one line for an environment."""
        return msgspec.json.encode(self).decode()


class DoesNotGrow(Exception):
    """The product has changed, and the bug with it: plant another that says the same."""


def check(plant: Plant) -> None:
    """Insist that the bug fits the source as it is now.

    Raises:
        DoesNotGrow: it does not.
    """
    spec = importlib.util.find_spec(plant.module)
    assert spec is not None, plant.module
    assert spec.origin is not None, plant.module
    compile(plant.planted(Path(spec.origin).read_text()), spec.origin, "exec")


def sow() -> None:
    """Plant what the environment names, before its module is imported."""
    if text := os.environ.get(PLANT):
        plant = msgspec.json.decode(text, type=Plant)
        if plant.module in sys.modules:
            raise DoesNotGrow(f"{plant.module} was imported before")
        sys.meta_path.insert(0, _Sower(plant))


def python_path() -> dict[str, str]:
    """Return what a process of the product needs in its environment to run from this checkout.

    A bug that is planted in this process is handed on.
    """
    if not (text := os.environ.get(PLANT)):
        return {"PYTHONPATH": str(ROOT)}
    mark = {MARK: os.environ[MARK]} if MARK in os.environ else {}
    return {"PYTHONPATH": f"{SITE}:{ROOT}", PLANT: text, **mark}


def insist() -> None:
    """Insist that what the environment names was planted.

    Raises:
        DoesNotGrow: its module was not imported.
    """
    for sower in sys.meta_path:
        if isinstance(sower, _Sower) and not sower.has_sown:
            raise DoesNotGrow(f"{sower.plant.module} was never imported")


class _Sower(MetaPathFinder):
    def __init__(self, plant: Plant) -> None:
        self.plant = plant
        self.has_sown = False

    @override
    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Answer for one module only: it is read with the bug in it."""
        if name != self.plant.module:
            return None
        spec = PathFinder.find_spec(name, path, target)
        assert spec is not None, name
        assert spec.origin is not None, name
        spec.loader = _Loader(name, spec.origin, self)
        return spec


class _Loader(SourceFileLoader):
    def __init__(self, name: str, path: str, sower: _Sower) -> None:
        super().__init__(name, path)
        self._sower = sower

    @override
    def get_code(self, fullname: str) -> CodeType:
        """Compile the source with the bug; what was compiled before is not looked at."""
        source = self._sower.plant.planted(Path(self.path).read_text())
        self._sower.has_sown = True
        if mark := os.environ.get(MARK):
            Path(mark).touch()
        return compile(source, self.path, "exec")
