"""Models whose SQL is built once in a process, not for each connection.

Tortoise builds the queries and filters of every model anew whenever it is initialised: some
milliseconds, for each of thousands of tests and processes, and always to the same result.
"""

import asyncio
import os
from typing import Any, Final

from tortoise import Tortoise
from tortoise.apps import Apps

ENGINE: Final = "ENGINE_OF_THE_TESTS"
"""Names in the environment the engine of this test run, for which forkers build the models."""
_URLS: Final = {"sqlite": "sqlite://:memory:", "postgres": "postgres://nobody@127.0.0.1/nothing"}

_build: Final = Apps._build_initial_querysets
_built_for: list[type[Any]] = []


def build_once() -> None:
    """Let Tortoise keep what it built, in this process and its forks, until the engine changes."""
    Apps._build_initial_querysets = _build_for_a_new_engine  # type: ignore[method-assign]


def build() -> None:
    """Build them now, for the engine of the test run; nothing is connected to."""
    from wishcore.db.config import tortoise_config  # noqa: PLC0415 - after the plant

    build_once()
    asyncio.run(Tortoise.init(config=tortoise_config(_URLS[os.environ.get(ENGINE, "sqlite")])))


def _build_for_a_new_engine(self: Apps) -> None:
    assert self._connections is not None
    engine = type(self._connections.get("default"))
    if _built_for != [engine]:
        _built_for.clear()
        _build(self)
        _built_for.append(engine)
