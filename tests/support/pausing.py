"""A gateway that stops where it is told to, so that others may act in between."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeVar

from wishcore.money import Money
from wishcore.payments import Intent, Notice, PaymentGateway, RefundAtProvider, Unreadable

T = TypeVar("T")

When = Literal["before", "after"]


@dataclass
class Stop:
    """A place where whoever comes first waits until it is let go."""

    reached: asyncio.Event = field(default_factory=asyncio.Event)
    go: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass
class PausingGateway:
    """Passes every call on, and stops once before or after the one that `stop` names."""

    inner: PaymentGateway
    stops: dict[tuple[str, When], Stop] = field(default_factory=dict)
    refusals: dict[str, Exception] = field(default_factory=dict)
    """What a call is refused with from now on, in Stripe's place."""

    def stop(self, when: When, call: str) -> Stop:
        stop = self.stops[call, when] = Stop()
        return stop

    async def create_payment_method(self, *, key: str, token: str) -> str:
        return await self._pass(
            "create_payment_method",
            lambda: self.inner.create_payment_method(key=key, token=token),
        )

    async def create_intent(
        self, *, key: str, amount: Money, payment_method: str, metadata: Mapping[str, str]
    ) -> str:
        return await self._pass(
            "create_intent",
            lambda: self.inner.create_intent(
                key=key, amount=amount, payment_method=payment_method, metadata=metadata
            ),
        )

    async def confirm_intent(self, intent_id: str, *, key: str, return_url: str) -> Intent:
        return await self._pass(
            "confirm_intent",
            lambda: self.inner.confirm_intent(intent_id, key=key, return_url=return_url),
        )

    async def get_intent(self, intent_id: str) -> Intent:
        return await self._pass("get_intent", lambda: self.inner.get_intent(intent_id))

    async def cancel_intent(self, intent_id: str) -> Intent:
        return await self._pass("cancel_intent", lambda: self.inner.cancel_intent(intent_id))

    async def create_refund(
        self, *, key: str, intent_id: str, part: Money | None = None
    ) -> RefundAtProvider:
        return await self._pass(
            "create_refund",
            lambda: self.inner.create_refund(key=key, intent_id=intent_id, part=part),
        )

    async def refunds_of(self, intent_id: str) -> Sequence[RefundAtProvider]:
        return await self._pass("refunds_of", lambda: self.inner.refunds_of(intent_id))

    def intents_since(self, since: datetime) -> AsyncIterator[Intent | Unreadable]:
        return self.inner.intents_since(since)

    def refunds_since(self, since: datetime) -> AsyncIterator[RefundAtProvider | Unreadable]:
        return self.inner.refunds_since(since)

    def disputes_since(self, since: datetime) -> AsyncIterator[str | Unreadable]:
        return self.inner.disputes_since(since)

    async def available_balance(self) -> Mapping[str, int]:
        return await self._pass("available_balance", self.inner.available_balance)

    def read_notice(self, payload: bytes, signature: str) -> Notice:
        return self.inner.read_notice(payload, signature)

    async def _pass(self, call: str, ask: Callable[[], Awaitable[T]]) -> T:
        await self._wait(call, "before")
        if call in self.refusals:
            raise self.refusals[call]
        answer = await ask()
        await self._wait(call, "after")
        return answer

    async def _wait(self, call: str, when: When) -> None:
        if (stop := self.stops.pop((call, when), None)) is not None:
            stop.reached.set()
            await stop.go.wait()
