"""Targets of the contract tests: a sandbox of their own, or Stripe's test mode.

With a test key in STRIPE_CONTRACT_KEY the tests that only use `client` talk to Stripe itself, and
those that need `sandbox` are skipped.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
import stripe
from aiohttp import web
from typing_extensions import override

from tests.support.certificates import stripe_trusting_nobody
from wishcli.sandbox.stripe import SandboxConfig, create_app
from wishcore.integrations.stripe_http import BoundedClient

CARDS: stripe.params.PaymentIntentCreateParamsAutomaticPaymentMethods = {
    "enabled": True,
    "allow_redirects": "never",
}
SANDBOX_KEY = "sk_test_contract"
WEBHOOK_SECRET = "whsec_contract"
WAIT_SECONDS = 10.0
CONFIG = SandboxConfig(
    settle_after_seconds=3600.0, webhook_backoff_seconds=0.02, webhook_secret=WEBHOOK_SECRET
)

Json = dict[str, object]


async def eventually(condition: Callable[[], Awaitable[bool]]) -> None:
    """Wait until the condition holds, for a bounded time."""
    async with asyncio.timeout(WAIT_SECONDS):
        while not await condition():  # noqa: ASYNC110 - what it waits for is in another process
            await asyncio.sleep(0.01)


def fresh_key() -> stripe.RequestOptions:
    """Give options with an idempotency key that was never used."""
    return {"idempotency_key": f"contract-{uuid4()}"}


@dataclass(frozen=True, slots=True)
class Sandbox:
    """A running sandbox and its controls."""

    url: str
    http: httpx.AsyncClient

    async def control(self, path: str, order: Json | None = None) -> Json:
        answer = await self.http.post(f"/_sandbox/{path}", json=order or {})
        assert answer.status_code == 200, answer.text
        shown: Json = answer.json()
        return shown

    async def look(self, path: str) -> Json:
        answer = await self.http.get(f"/_sandbox/{path}")
        assert answer.status_code == 200, answer.text
        shown: Json = answer.json()
        return shown

    async def fault(self, **rule: str | int | float | None) -> None:
        await self.control("faults", dict(rule))

    async def book(self) -> Json:
        book = await self.look("book")
        assert book["balanced"] is True
        return book

    async def book_of(self, intent_id: str) -> dict[str, int]:
        rows = (await self.book())["payment_intents"]
        assert isinstance(rows, list)
        (row,) = [row for row in rows if row["id"] == intent_id]
        return {name: value for name, value in row.items() if isinstance(value, int)}

    async def event_types(self) -> list[str]:
        """Give the types of all events, oldest first."""
        return [event["type"] for event in await self.events()]

    async def events(self) -> list[dict[str, str]]:
        """Give all events, oldest first."""
        headers = {"Authorization": f"Bearer {SANDBOX_KEY}"}
        answer = await self.http.get("/v1/events", params={"limit": 100}, headers=headers)
        return list(reversed(answer.json()["data"]))

    async def form_post(
        self, path: str, body: dict[str, str], *, key: str | None = None
    ) -> httpx.Response:
        """Post a form as the SDK would, but with whatever parameters."""
        headers = {"Authorization": f"Bearer {SANDBOX_KEY}"}
        if key is not None:
            headers["Idempotency-Key"] = key
        return await self.http.post(path, data=body, headers=headers)


@asynccontextmanager
async def running_sandbox(config: SandboxConfig = CONFIG) -> AsyncIterator[Sandbox]:
    """Run a sandbox on a free port of this machine."""
    runner = web.AppRunner(create_app(config), access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        async with httpx.AsyncClient(base_url=url, timeout=WAIT_SECONDS) as http:
            yield Sandbox(url, http)
    finally:
        await runner.cleanup()


@asynccontextmanager
async def connected(
    url: str | None, *, key: str = SANDBOX_KEY, retries: int = 0
) -> AsyncIterator[stripe.StripeClient]:
    """Connect the real SDK, as we use it, to an address, or to Stripe."""
    with nullcontext() if url is None else stripe_trusting_nobody():
        http = BoundedClient()
    try:
        yield stripe.StripeClient(
            key,
            http_client=http,
            base_addresses={} if url is None else {"api": url},
            max_network_retries=retries,
        )
    finally:
        await http.close_async()


@pytest.fixture
async def own_sandbox() -> AsyncIterator[Sandbox | None]:
    if "STRIPE_CONTRACT_KEY" in os.environ:
        yield None
        return
    async with running_sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(own_sandbox: Sandbox | None) -> Sandbox:
    """A sandbox, for what cannot be seen at or done to Stripe itself."""
    if own_sandbox is None:
        # Chosen by whoever set the key: the same tests run against the sandbox without it.
        pytest.skip("STRIPE_CONTRACT_KEY is set: at Stripe itself nothing can be made to go wrong")
    return own_sandbox


@pytest.fixture
async def client(own_sandbox: Sandbox | None) -> AsyncIterator[stripe.StripeClient]:
    """The real SDK, connected to the target."""
    if own_sandbox is None:
        async with connected(None, key=os.environ["STRIPE_CONTRACT_KEY"], retries=2) as client:
            yield client
        return
    async with connected(own_sandbox.url) as client:
        yield client


@dataclass(slots=True)
class Receiver:
    """A webhook endpoint that answers as it is told."""

    url: str = ""
    bodies: list[bytes] = field(default_factory=list)
    signatures: list[str] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    location: str = ""

    async def receive(self, request: web.Request) -> web.Response:
        self.bodies.append(await request.read())
        self.signatures.append(request.headers.get("Stripe-Signature", ""))
        status = self.answers.pop(0) if self.answers else 200
        headers = {"Location": self.location} if self.location else {}
        return web.Response(status=status, headers=headers)

    def events(self) -> list[stripe.Event]:
        """Give what came, each accepted by the SDK's own check."""
        return [
            stripe.Webhook.construct_event(body, signature, WEBHOOK_SECRET)
            for body, signature in zip(self.bodies, self.signatures, strict=True)
        ]


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    app = web.Application()
    app.router.add_post("/hook", receiver.receive)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield receiver
    await runner.cleanup()


@pytest.fixture
async def hooked(sandbox: Sandbox, receiver: Receiver) -> Receiver:
    """A receiver that the sandbox delivers to."""
    await sandbox.control("webhook", {"url": receiver.url, "secret": WEBHOOK_SECRET})
    return receiver


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.actions: list[str] = []

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "form":
            self.actions.append(dict(attrs)["action"] or "")


async def submit_challenge(sandbox: Sandbox, url: str, *, answer: str) -> httpx.Response:
    """Open the page of a challenge and press one of its buttons."""
    page = await sandbox.http.get(url)
    assert page.status_code == 200
    forms = _Forms()
    forms.feed(page.text)
    (action,) = [action for action in forms.actions if action.endswith(answer)]
    return await sandbox.http.post(action)


def with_state_file(path: Path) -> SandboxConfig:
    """Give the usual configuration with a state file."""
    return replace(CONFIG, state_file=path)
