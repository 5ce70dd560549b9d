"""Fixtures of a whole world: after each test in it, every cent is looked for."""

from collections.abc import AsyncIterator
from datetime import datetime

import pytest

from tests.support.books import check_books
from tests.support.makers import World
from tests.support.sandbox import Sandbox, gateway_to, running_sandbox


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
