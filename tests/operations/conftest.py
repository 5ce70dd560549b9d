"""What the tests of operations have in common."""

import pytest

from tests.support.backups import backup
from tests.support.worlds import sandbox, world

__all__ = ["backup", "sandbox", "world"]


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "drifts(kinds): what reconciliation still reports when this test has ended"
    )
