"""Our connections to Stripe: none is lost while it is silent, and none leads to somebody else."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import stripe
from aiohttp import web

from tests.contracts.conftest import SANDBOX_KEY, Sandbox, connected, eventually
from tests.support.certificates import Certificate, make_certificate
from wishcore.integrations.stripe_http import ANSWER_BYTES_MAX, AnswerTooLarge, BoundedClient

Answer = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]

BALANCE = "/v1/balance"
GIVEN_UP = 300
GIVEN_UP_AFTER_SECONDS = 0.3
MANY = 130
"""More than aiohttp opens by itself."""


async def count(sandbox: Sandbox, what: str) -> int:
    rules = (await sandbox.look("faults"))["rules"]
    assert isinstance(rules, list)
    return int(rules[0][what])


@pytest.mark.slow
async def test_a_request_that_is_given_up_takes_no_connection_away(
    sandbox: Sandbox, client: BoundedClient
) -> None:
    await sandbox.fault(path=BALANCE, action="hold_before", times=None)

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
        return await count(sandbox, "holding") == MANY

    await eventually(all_are_there)
    await sandbox.control("faults/release")
    answers = await asyncio.gather(*asked)
    assert {(json.loads(content)["object"], status) for content, status in answers} == {
        ("balance", 200)
    }


@pytest.fixture
async def client() -> AsyncIterator[BoundedClient]:
    async with closing(BoundedClient()) as client:
        yield client


@asynccontextmanager
async def serving(answer: Answer, certificate: Certificate | None = None) -> AsyncIterator[str]:
    """Let somebody who is not Stripe answer everything; the value is their address."""
    tls = certificate.of_server() if certificate is not None else None
    runner = web.ServerRunner(web.Server(answer, access_log=None), shutdown_timeout=1.0)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls).start()
        scheme = "http" if certificate is None else "https"
        yield f"{scheme}://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def closing(client: BoundedClient) -> AsyncIterator[BoundedClient]:
    """Close its connections at the end."""
    try:
        yield client
    finally:
        await client.close_async()


@asynccontextmanager
async def tunnels() -> AsyncIterator[tuple[str, bytearray]]:
    """Be a proxy for TLS; the values are its address, and all that was sent to it."""
    seen = bytearray()

    async def pump(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter, copy: bytearray
    ) -> None:
        while content := await reader.read(65_536):
            copy.extend(content)
            writer.write(content)
        writer.close()

    async def tunnel(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        seen.extend(head)
        host, port = head.split()[1].decode().split(":")
        far_reader, far_writer = await asyncio.open_connection(host, int(port))
        writer.write(b"HTTP/1.1 200 Connected\r\n\r\n")
        await asyncio.gather(pump(reader, far_writer, seen), pump(far_reader, writer, bytearray()))

    server = await asyncio.start_server(tunnel, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", seen


async def test_who_is_not_trusted_is_told_nothing(
    client: BoundedClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    async def answer(request: web.BaseRequest) -> web.Response:
        asked.append(request.path)
        return web.json_response({"object": "balance"})

    certificate = make_certificate(tmp_path, "127.0.0.1")
    async with serving(answer, certificate) as url:
        with pytest.raises(stripe.APIConnectionError) as refused:
            await client.request_async("GET", url + BALANCE, {})
        assert "CERTIFICATE_VERIFY_FAILED" in str(refused.value.__context__)
        assert asked == []

        monkeypatch.setattr(stripe, "ca_bundle_path", str(certificate.file))
        async with closing(BoundedClient()) as trusting:
            _, status, _ = await trusting.request_async("GET", url + BALANCE, {})
        assert (status, asked) == (200, [BALANCE])


async def test_nobody_is_followed_to_another_address(client: BoundedClient) -> None:
    asked: list[str] = []

    async def answer(request: web.BaseRequest) -> web.Response:
        asked.append(request.path)
        return web.Response(status=307, headers={"Location": "/elsewhere"})

    async with serving(answer) as url:
        _, status, _ = await client.request_async("POST", url + BALANCE, {}, "amount=1")
    assert (status, asked) == (307, [BALANCE])


async def test_an_endless_answer_is_given_up(client: BoundedClient) -> None:
    sent = 0

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        nonlocal sent
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(bytes(ANSWER_BYTES_MAX // 8))
            sent += ANSWER_BYTES_MAX // 8

    async with serving(answer) as url:
        with pytest.raises(stripe.APIConnectionError) as given_up:
            await client.request_async("GET", url + BALANCE, {})
    assert isinstance(given_up.value.__cause__, AnswerTooLarge)
    assert sent < 4 * ANSWER_BYTES_MAX


async def test_nothing_is_sent_more_often_than_the_sdk_says(sandbox: Sandbox) -> None:
    await sandbox.fault(path=BALANCE, method="GET", action="drop_before", times=None)
    async with connected(sandbox.url, retries=1) as client:
        with pytest.raises(stripe.APIConnectionError):
            await client.v1.balance.retrieve_async()
    assert await count(sandbox, "met") == 2


@pytest.mark.parametrize("name", ["http_proxy", "HTTP_PROXY", "ALL_PROXY"])
@pytest.mark.parametrize("scheme", ["http://", ""])
async def test_a_proxy_is_used(monkeypatch: pytest.MonkeyPatch, name: str, scheme: str) -> None:
    asked: list[str] = []

    async def answer(request: web.BaseRequest) -> web.Response:
        asked.append(request.raw_path)
        return web.Response()

    url = "http://api.stripe.test/v1/balance?expand%5B0%5D=%61"
    async with serving(answer) as proxy:
        monkeypatch.setenv(name, scheme + proxy.removeprefix("http://"))
        async with closing(BoundedClient()) as client:
            await client.request_async("GET", url, {})
    assert asked == [url]


@pytest.mark.parametrize("excepted", ["127.0.0.1", "127.0.0.1:{port}", "localhost,127.0.0.1", "*"])
async def test_an_address_may_be_excepted_from_the_proxy(
    monkeypatch: pytest.MonkeyPatch, excepted: str
) -> None:
    asked: list[str] = []

    async def answer(request: web.BaseRequest) -> web.Response:
        asked.append(request.raw_path)
        return web.Response()

    async with serving(answer) as url:
        monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
        monkeypatch.setenv("no_proxy", excepted.format(port=url.rpartition(":")[2]))
        async with closing(BoundedClient()) as client:
            await client.request_async("GET", url + BALANCE, {})
    assert asked == [BALANCE]


async def test_through_a_proxy_only_stripe_is_told_anything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """TLS goes through it from end to end."""

    async def answer(request: web.BaseRequest) -> web.Response:
        return web.Response(body=request.headers["Authorization"].encode())

    certificate = make_certificate(tmp_path, "127.0.0.1")
    monkeypatch.setattr(stripe, "ca_bundle_path", str(certificate.file))
    async with serving(answer, certificate) as url, tunnels() as (proxy, seen):
        monkeypatch.setenv("https_proxy", proxy)
        async with closing(BoundedClient()) as client:
            content, _, _ = await client.request_async(
                "GET", url + BALANCE, {"Authorization": "Bearer sk_test_secret"}
            )
    assert content == b"Bearer sk_test_secret"
    assert seen.startswith(b"CONNECT 127.0.0.1:")
    assert b"sk_test_secret" not in seen
