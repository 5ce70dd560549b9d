"""The world of the tests of operations: after each, every cent is looked for."""

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest

from tests.support.books import check_books
from tests.support.makers import World
from tests.support.sandbox import Sandbox, gateway_to, let_the_sdk_use_httpx, running_sandbox

HERE = Path(__file__).parent


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "drifts(kinds): what reconciliation still reports when this test has ended"
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    let_the_sdk_use_httpx(items, HERE)


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """Stripe's stand-in."""
    async with running_sandbox() as sandbox:
        yield sandbox


@pytest.fixture
async def world(
    db: str, sandbox: Sandbox, now: datetime, request: pytest.FixtureRequest
) -> AsyncIterator[World]:
    """People, lists and money; its books must balance when the test has ended."""
    async with gateway_to(sandbox.url) as payments:
        world = World(payments=payments, sandbox=sandbox, now=now)
        yield world
        marker = request.node.get_closest_marker("drifts")
        await check_books(world, drifts=marker.args if marker else ())
