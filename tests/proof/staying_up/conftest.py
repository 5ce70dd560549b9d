"""Real servers, each with a database and a Stripe of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.conftest import make_database, start
from tests.support.server import Sandbox, start_sandbox

__all__ = ["make_database", "start"]


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    """A stand-in for Stripe in whose books there is nothing of anybody else's."""
    started = start_sandbox(tmp_path / "sandbox")
    try:
        yield started
    finally:
        started.end()
