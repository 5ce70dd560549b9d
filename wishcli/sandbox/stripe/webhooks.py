"""Delivery of events to one endpoint: signed, in order at first, again while it fails."""

import asyncio
import ipaddress
import logging
import random
import time
from dataclasses import dataclass, field
from heapq import heappop, heappush
from urllib.parse import urlsplit

from aiohttp import ClientError, ClientSession, ClientTimeout
from msgspec import Struct, json

from wishcli.sandbox.stripe import forging
from wishcli.sandbox.stripe.forging import sign
from wishcli.sandbox.stripe.model import views
from wishcli.sandbox.stripe.model.objects import Event
from wishcli.sandbox.stripe.model.world import World

_BACKOFF_SECONDS_MAX = 30.0
_SUCCESS = range(200, 300)

_log = logging.getLogger(__name__)


class NotLoopback(ValueError):
    """A webhook address that is not on this machine."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where events go, and the secret they are signed with."""

    url: str
    secret: str


class Disorder(Struct, kw_only=True, forbid_unknown_fields=True):
    """How badly events are delivered: all drawn by the seed, so that it can be repeated.

    Shares are of the events. Each is late by `delay_seconds` and up to `jitter_seconds` more, so
    that they come in another order than they happened.
    """

    duplicate_share: float = 0.0
    forged_share: float = 0.0
    delay_seconds: float = 0.0
    jitter_seconds: float = 0.0
    seed: int = 0


@dataclass(order=True, slots=True)
class _Delivery:
    due_at: float
    sequence: int
    event_id: str = field(compare=False)
    tries: int = field(compare=False, default=0)
    forgery: str | None = field(compare=False, default=None)


class Webhooks:
    """The queue of deliveries.

    New events leave one after another in the order they happened. One that fails is tried again
    later, and meanwhile lets the others pass, so that a receiver must not rely on the order.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._endpoint: Endpoint | None = None
        self._queue: list[_Delivery] = []
        self._sequence = 0
        self._in_flight = 0
        self._wake = asyncio.Event()
        self.disturb(
            Disorder(
                duplicate_share=world.config.webhook_duplicate_share,
                jitter_seconds=world.config.webhook_jitter_seconds,
                seed=world.config.seed,
            )
        )
        self.delivered = self.failed = self.attempts = self.forged = self.forged_taken = 0
        if world.config.webhook_url is not None:
            self.point_to(world.config.webhook_url, secret=world.config.webhook_secret)

    @property
    def endpoint(self) -> Endpoint | None:
        """Give the present endpoint."""
        return self._endpoint

    @property
    def queued(self) -> int:
        """Count the deliveries that are still to be made or being made."""
        return len(self._queue) + self._in_flight

    def point_to(self, url: str | None, *, secret: str) -> None:
        """Deliver to this address from now on, or nowhere.

        Raises:
            NotLoopback: the address is not on this machine; nothing changes.
        """
        if url is None:
            self._endpoint = None
            self.clear()
            return
        _check_loopback(url)
        self._endpoint = Endpoint(url, secret)

    def disturb(self, disorder: Disorder) -> None:
        """Deliver as badly as this from now on."""
        self._disorder = disorder
        # Only what goes wrong comes from here, and a test wants to repeat it.
        self._random = random.Random(disorder.seed)  # noqa: S311

    def enqueue(self, event: Event) -> None:
        """Plan the delivery of a new event, if there is an endpoint."""
        if self._endpoint is None:
            return
        event.pending_webhooks = 1
        self._plan(event.id)
        if self._random.random() < self._disorder.duplicate_share:
            self._plan(event.id)
        if self._random.random() < self._disorder.forged_share:
            self._plan(event.id, forgery=self._random.choice(forging.KINDS))

    def resend(self, event: Event, *, times: int) -> None:
        """Plan further deliveries of an event, as duplicates."""
        for _ in range(times):
            self._plan(event.id)

    def resume(self) -> None:
        """Plan again what was still pending when the state was saved."""
        for event in self._world.state.events.values():
            if event.pending_webhooks and self._endpoint is not None:
                self._plan(event.id)

    def clear(self) -> None:
        """Drop all that is planned, and count anew."""
        self._queue.clear()
        self.delivered = self.failed = self.attempts = self.forged = self.forged_taken = 0

    async def run(self) -> None:
        """Deliver until cancelled."""
        timeout = ClientTimeout(total=self._world.config.webhook_timeout_seconds)
        async with ClientSession(timeout=timeout) as session:
            while True:
                delivery = await self._next()
                self._in_flight += 1
                try:
                    await self._deliver(session, delivery)
                finally:
                    self._in_flight -= 1

    def _plan(self, event_id: str, *, forgery: str | None = None) -> None:
        jitter = self._random.uniform(0, self._disorder.jitter_seconds)
        late = self._disorder.delay_seconds + jitter
        self._push(event_id, delay_seconds=late, tries=0, forgery=forgery)

    def _push(
        self, event_id: str, *, delay_seconds: float, tries: int, forgery: str | None = None
    ) -> None:
        self._sequence += 1
        due_at = time.monotonic() + delay_seconds if delay_seconds else 0.0
        heappush(self._queue, _Delivery(due_at, self._sequence, event_id, tries, forgery))
        self._wake.set()

    async def _next(self) -> _Delivery:
        while True:
            self._wake.clear()
            pause = self._queue[0].due_at - time.monotonic() if self._queue else None
            if pause is not None and pause <= 0:
                return heappop(self._queue)
            try:
                async with asyncio.timeout(pause):
                    await self._wake.wait()
            except TimeoutError:
                continue

    async def _deliver(self, session: ClientSession, delivery: _Delivery) -> None:
        event = self._world.state.events.get(delivery.event_id)
        if event is None or self._endpoint is None:
            return
        if delivery.forgery is not None:
            self.forged += 1
            body, signature = forging.forge(
                event, kind=delivery.forgery, secret=self._endpoint.secret
            )
            self.forged_taken += await _post(session, body, signature, url=self._endpoint.url)
            return
        self.attempts += 1
        body = json.encode(views.event(event))
        signature = sign(body, secret=self._endpoint.secret, timestamp=int(time.time()))
        if await _post(session, body, signature, url=self._endpoint.url):
            self.delivered += 1
            event.pending_webhooks = 0
            self._world.changed.set()
            return
        tries = delivery.tries + 1
        config = self._world.config
        if tries >= config.webhook_tries:
            self.failed += 1
            event.pending_webhooks = 0
            _log.warning("webhook %s was given up after %d tries", event.id, tries)
            return
        backoff = min(config.webhook_backoff_seconds * 2 ** (tries - 1), _BACKOFF_SECONDS_MAX)
        self._push(event.id, delay_seconds=backoff, tries=tries)


async def _post(session: ClientSession, body: bytes, signature: str, *, url: str) -> bool:
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
        **({"Stripe-Signature": signature} if signature else {}),
    }
    try:
        async with session.post(url, data=body, headers=headers, allow_redirects=False) as response:
            return response.status in _SUCCESS
    except (ClientError, OSError, TimeoutError):
        return False


def _check_loopback(url: str) -> None:
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme not in {"http", "https"}:
        raise NotLoopback(f"{url} is not an HTTP address")
    if host == "localhost":
        return
    try:
        is_loopback = ipaddress.ip_address(host).is_loopback
    except ValueError:
        is_loopback = False
    if not is_loopback:
        raise NotLoopback(f"{host} is not an address of this machine")
