"""What the tests of operations have in common."""

from pathlib import Path

import pytest

from tests.support.backups import backup
from tests.support.sandbox import let_the_sdk_use_httpx
from tests.support.worlds import sandbox, world

__all__ = ["backup", "sandbox", "world"]

HERE = Path(__file__).parent


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "drifts(kinds): what reconciliation still reports when this test has ended"
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    let_the_sdk_use_httpx(items, HERE)
