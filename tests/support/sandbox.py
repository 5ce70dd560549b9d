"""Stripe's stand-in inside the test process, its controls, and our real gateway against it."""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID, uuid4

import aiohttp
import stripe
from aiohttp import web

from tests.support.certificates import stripe_trusting_nobody
from wishcli.sandbox.stripe import SandboxConfig, create_app
from wishcore.integrations.stripe import StripeGateway
from wishcore.payments import CALL_SECONDS_MAX

KEY: Final = "sk_test_sandbox"
WEBHOOK_SECRET: Final = "whsec_of_the_tests"
CONFIG: Final = SandboxConfig(settle_after_seconds=7 * 86_400.0, webhook_secret=WEBHOOK_SECRET)
"""What a slow card or bank does waits for `settle`."""
METHODS: Final = "/v1/payment_methods"
INTENTS: Final = "/v1/payment_intents"
CONFIRM: Final = "/v1/payment_intents/*/confirm"
CANCEL: Final = "/v1/payment_intents/*/cancel"
REFUNDS: Final = "/v1/refunds"

Row = Mapping[str, Any]


def token_of_a_card() -> str:
    """Return a token that can be used once, as those that are made from real cards."""
    return f"tok_sandbox_once_{uuid4().hex}"


@dataclass(frozen=True, slots=True)
class Sandbox:
    """A running sandbox, told what to do and asked what it did."""

    url: str
    http: aiohttp.ClientSession

    async def tell(self, path: str, /, **order: object) -> Any:
        return await self._request("POST", f"/_sandbox/{path}", json=order)

    async def look(self, path: str) -> Any:
        return await self._request("GET", f"/_sandbox/{path}")

    async def fault(
        self,
        action: str,
        path: str,
        *,
        method: str = "POST",
        times: int | None = None,
        nth: int = 1,
        status: int = 500,
        seconds: float = 0.0,
    ) -> None:
        """Let requests fail from now on; by default until `heal`, because the SDK asks again."""
        rule = {"action": action, "path": path, "method": method, "nth": nth, "status": status}
        await self.tell("faults", **rule, times=times, seconds=seconds)

    async def break_down(self) -> None:
        """Answer nothing at all any more."""
        await self.tell("faults", action="drop_before", times=None)

    async def met(self) -> int:
        """Return how many requests met a fault since the last `heal`."""
        return sum(rule["met"] for rule in (await self.look("faults"))["rules"])

    async def heal(self) -> None:
        await self._request("DELETE", "/_sandbox/faults")

    async def forget_keys(self) -> None:
        await self.tell("keys/forget")

    async def settle(self) -> None:
        """Let everything that waits happen now: slow cards, pending and failing refunds."""
        await self.tell("settle")

    async def book(self) -> Any:
        book = await self.look("book")
        assert book["balanced"] is True
        return book

    async def intents(self) -> list[Row]:
        rows: list[Row] = (await self.book())["payment_intents"]
        return rows

    async def intents_of(self, pledge_id: UUID) -> list[Row]:
        wanted = str(pledge_id)
        return [row for row in await self.intents() if row["metadata"].get("pledge") == wanted]

    async def charged(self, pledge_id: UUID) -> int:
        return sum(row["charged_total"] for row in await self.intents_of(pledge_id))

    async def refunded(self, pledge_id: UUID) -> int:
        rows = await self.intents_of(pledge_id)
        return sum(row["refunded_total"] - row["refund_failed_total"] for row in rows)

    async def asked(self, path: str, method: str = "POST") -> int:
        """Return how often exactly this was asked."""
        requests = (await self.look("requests"))["requests"]
        return sum((one["method"], one["path"]) == (method, path) for one in requests)

    async def events(self) -> list[Row]:
        """Return what happened, oldest first."""
        found = await self.ask("GET", "/v1/events", {"limit": "100"})
        return list(reversed(found["data"]))

    async def dispute_of(self, intent_id: str) -> str:
        found = await self.ask("GET", "/v1/disputes", {"payment_intent": intent_id})
        return str(found["data"][0]["id"])

    async def dispute(self, intent_id: str, **order: object) -> str:
        """Let the card's bank take money back, at any time after the charge; return the dispute."""
        return str((await self.tell(f"payment_intents/{intent_id}/dispute", **order))["id"])

    async def close_dispute(self, intent_id: str, outcome: str) -> None:
        """Let the bank decide the newest dispute of a charge."""
        await self.decide(await self.dispute_of(intent_id), outcome)

    async def decide(self, dispute: str, outcome: str, *, returned: int = 0) -> None:
        """Let the bank decide one dispute; of a lost one it may give a part back."""
        await self.tell(f"disputes/{dispute}/close", outcome=outcome, returned=returned)

    async def overturn(self, dispute: str) -> None:
        """Let the bank decide the other way after all."""
        await self.tell(f"disputes/{dispute}/overturn")

    async def refund_by_hand(self, intent_id: str, *, amount: int | None = None) -> None:
        """Do what an operator does in Stripe's own pages."""
        order = {"payment_intent": intent_id} | ({"amount": str(amount)} if amount else {})
        await self.ask("POST", "/v1/refunds", order)

    async def answer_challenge(self, url: str, answer: str) -> None:
        """Press `approve` or `refuse` on the page of a challenge."""
        async with self.http.post(f"{url}/{answer}", allow_redirects=False) as done:
            assert done.status in {200, 303}, await done.text()

    async def ask(self, method: str, path: str, values: Mapping[str, str]) -> Any:
        headers = {"Authorization": f"Bearer {KEY}"}
        if method == "POST":
            headers["Idempotency-Key"] = f"by hand {path} {sorted(values.items())}"
            return await self._request(method, path, data=values, headers=headers)
        return await self._request(method, path, params=values, headers=headers)

    async def _request(self, method: str, path: str, **options: Any) -> Any:
        async with self.http.request(method, path, **options) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()


@asynccontextmanager
async def controls_of(url: str) -> AsyncIterator[Sandbox]:
    """Connect the controls of a running sandbox."""
    async with aiohttp.ClientSession(url, timeout=aiohttp.ClientTimeout(10)) as http:
        yield Sandbox(url, http)


@asynccontextmanager
async def running_sandbox(config: SandboxConfig = CONFIG) -> AsyncIterator[Sandbox]:
    """Run a sandbox on a free port of this machine."""
    runner = web.AppRunner(create_app(config), access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        async with controls_of(f"http://127.0.0.1:{runner.addresses[0][1]}") as sandbox:
            yield sandbox
    finally:
        await runner.cleanup()


@asynccontextmanager
async def gateway_to(
    url: str,
    *,
    deployment: str = "https://wish.test",
    call_seconds_max: float = CALL_SECONDS_MAX,
) -> AsyncIterator[StripeGateway]:
    """Connect our adapter, with Stripe's real SDK in it."""
    with stripe_trusting_nobody():
        gateway = StripeGateway(
            secret_key=KEY,
            webhook_secret=WEBHOOK_SECRET,
            base=url,
            calls_per_second=1000,
            deployment=deployment,
            call_seconds_max=call_seconds_max,
        )
    with _impatient_retries():
        try:
            yield gateway
        finally:
            await gateway.close()


@contextmanager
def _impatient_retries() -> Iterator[None]:
    """Let the SDK try again at once, not after half a second."""
    before = stripe.HTTPClient.INITIAL_DELAY
    stripe.HTTPClient.INITIAL_DELAY = 0.001
    try:
        yield
    finally:
        stripe.HTTPClient.INITIAL_DELAY = before
