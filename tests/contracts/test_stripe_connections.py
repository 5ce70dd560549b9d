"""Our connections to Stripe while it is silent: none is lost by requests that are given up."""

import asyncio
import json

import httpx

from tests.contracts.conftest import SANDBOX_KEY, Sandbox, eventually
from wishcore.integrations.stripe_http import BoundedClient

BALANCE = "/v1/balance"
GIVEN_UP = 300
GIVEN_UP_AFTER_SECONDS = 0.3
MANY = 130
"""More than httpx opens by itself."""


async def holding(sandbox: Sandbox) -> int:
    rules = (await sandbox.look("faults"))["rules"]
    assert isinstance(rules, list)
    return int(rules[0]["holding"])


async def test_a_request_that_is_given_up_takes_no_connection_away(sandbox: Sandbox) -> None:
    await sandbox.fault(path=BALANCE, action="hold_before", times=None)
    client = BoundedClient(timeout=httpx.Timeout(20))

    async def ask() -> tuple[bytes, int]:
        headers = {"Authorization": f"Bearer {SANDBOX_KEY}"}
        content, status, _ = await client.request_async("GET", sandbox.url + BALANCE, headers)
        return content, status

    async def give_up(after: float) -> None:
        await asyncio.sleep(after)
        try:
            async with asyncio.timeout(GIVEN_UP_AFTER_SECONDS):
                await ask()
        except TimeoutError:
            return
        raise AssertionError("An answer came, although each is held.")

    await asyncio.gather(*(give_up(number / GIVEN_UP) for number in range(GIVEN_UP)))
    await sandbox.control("faults/release")
    await sandbox.http.delete("/_sandbox/faults")
    await sandbox.fault(path=BALANCE, action="hold_before", times=None)
    asked = [asyncio.create_task(ask()) for _ in range(MANY)]

    async def all_are_there() -> bool:
        return await holding(sandbox) == MANY

    await eventually(all_are_there)
    await sandbox.control("faults/release")
    answers = await asyncio.gather(*asked)
    await client.close_async()  # type: ignore[no-untyped-call]
    assert {(json.loads(content)["object"], status) for content, status in answers} == {
        ("balance", 200)
    }
