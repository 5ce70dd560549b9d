"""Our connections to Stripe: none is lost while it is silent, and none leads to somebody else."""

import asyncio
import json
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import pytest
import stripe
from aiohttp import web

from tests.contracts.conftest import SANDBOX_KEY, Sandbox, eventually
from tests.support.certificates import make_certificate
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


async def test_who_is_not_trusted_is_told_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.json_response({"object": "balance"})

    certificate = make_certificate(tmp_path, "127.0.0.1")
    application = web.Application()
    application.router.add_get(BALANCE, answer)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=1.0)
    async with AsyncExitStack() as stack:
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=certificate.of_server()).start()
        url = f"https://127.0.0.1:{runner.addresses[0][1]}{BALANCE}"

        stranger = BoundedClient(timeout=httpx.Timeout(20))
        stack.push_async_callback(stranger.close_async)
        with pytest.raises(stripe.APIConnectionError) as refused:
            await stranger.request_async("GET", url, {})
        assert "CERTIFICATE_VERIFY_FAILED" in str(refused.value.__context__)
        assert asked == []

        monkeypatch.setattr(stripe, "ca_bundle_path", str(certificate.file))
        trusted = BoundedClient(timeout=httpx.Timeout(20))
        stack.push_async_callback(trusted.close_async)
        _, status, _ = await trusted.request_async("GET", url, {})
        assert (status, asked) == (200, [BALANCE])
