"""Amazon's stand-in in this process, and a clock that it shares with whoever talks to it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Protocol

import httpx

from wishcli.sandbox.amazon import SandboxConfig, running
from wishcli.sandbox.amazon.config import SECRET
from wishcore.integrations.amazon import AmazonCatalogue
from wishcore.integrations.amazon_wire import AmazonCredential
from wishcore.prices import Allowance, SharedAllowance
from wishcore.prices.web import PageUnreadable, WebPage

US: Final = "www.amazon.com"
DE: Final = "www.amazon.de"
JP: Final = "www.amazon.co.jp"
TAGS: Final = {US: "sandbox-20", DE: "sandbox-21", JP: "sandbox-22"}
REGIONS: Final = ("na", "eu", "fe")


class Clock(Protocol):
    """A clock that tests move."""

    def now(self) -> datetime: ...

    def timestamp(self) -> float: ...

    async def sleep(self, seconds: float) -> None: ...


@dataclass
class FakeClock:
    """A clock that goes on only when somebody sleeps."""

    moment: datetime = datetime(2026, 11, 20, 12, 30, tzinfo=UTC)
    slept: list[float] = field(default_factory=list)
    is_shared: bool = False
    """Whether it goes on only when nobody has anything to do: for several clients at once."""
    _sleepers: dict[asyncio.Task[Any], tuple[datetime, asyncio.Future[None]] | None] = field(
        default_factory=dict
    )

    def now(self) -> datetime:
        return self.moment

    def timestamp(self) -> float:
        return self.moment.timestamp()

    async def sleep(self, seconds: float) -> None:
        """Let the time pass at once; others may run, and may have slept longer."""
        if seconds > 0:
            self.slept.append(seconds)
        target = self.moment + timedelta(seconds=seconds)
        if self.is_shared:
            await self._wait_for_others(target)
        await asyncio.sleep(0)
        self.moment = max(self.moment, target)

    async def _wait_for_others(self, target: datetime) -> None:
        """Come back when everybody who ever slept sleeps again or has ended, and nobody sooner."""
        task = asyncio.current_task()
        assert task is not None
        if task not in self._sleepers:
            task.add_done_callback(self._wake_the_first)
        woken = asyncio.get_running_loop().create_future()
        self._sleepers[task] = (target, woken)
        self._wake_the_first(task)
        try:
            await woken
        finally:
            self._sleepers[task] = None

    def _wake_the_first(self, _: asyncio.Task[Any]) -> None:
        """Wake whoever sleeps for the shortest time, once nobody is awake."""
        asleep = []
        for task, sleeper in self._sleepers.items():
            if not task.done():
                if sleeper is None:
                    return
                asleep.append(sleeper)
        first = min((target for target, _ in asleep), default=None)
        for target, woken in asleep:
            if target == first and not woken.done():
                woken.set_result(None)


@dataclass
class Turns:
    """An allowance in memory that gives every turn at once, and remembers closures."""

    taken: int = 0
    checked: int = 0
    closed: list[tuple[str, str, str | None]] = field(default_factory=list)

    def time_for(self, calls: int) -> timedelta:
        return calls * timedelta(seconds=1)

    async def check_open(self, credential: str, *, marketplace: str, now: datetime) -> None:
        assert credential
        assert marketplace
        assert now.tzinfo is not None
        self.checked += 1

    async def take_turn(
        self, credential: str, *, marketplace: str, now: datetime, is_missed: bool = False
    ) -> datetime:
        assert credential
        assert marketplace
        self.taken += not is_missed
        return now

    async def close(
        self, credential: str, closure: str, *, until: datetime, marketplace: str | None = None
    ) -> None:
        assert until.tzinfo is not None
        self.closed.append((credential, closure, marketplace))


@dataclass
class AmazonSandbox:
    """A running stand-in and its controls."""

    url: str
    http: httpx.AsyncClient
    clock: FakeClock

    async def control(self, path: str, /, **order: object) -> Any:
        answer = await self.http.post(f"/_sandbox/{path}", json=order)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def until_held(self) -> None:
        """Come back when a fault holds a request."""
        answer = await self.http.get("/_sandbox/faults/held", timeout=10)
        assert answer.status_code == 200, answer.text

    async def until_read(self) -> None:
        """Come back when it has read whatever was sent to it before."""
        # A connection that was just made is accepted in one turn of its loop and read in the next.
        for _ in range(3):
            await self.http.get("/_sandbox/requests")

    async def product(self, asin: str, /, **more: object) -> None:
        await self.control("products", **{"marketplace": US, "asin": asin, **more})

    async def fault(self, action: str, **more: object) -> None:
        await self.control("faults", action=action, **more)

    async def requests(self, path: str = "/catalog/v1/getItems") -> list[dict[str, Any]]:
        shown = (await self.http.get("/_sandbox/requests")).json()
        return [entry for entry in shown["requests"] if path in {"", entry["path"]}]

    async def refused(self) -> int:
        """Return how many requests the limits refused."""
        return int((await self.http.get("/_sandbox/requests")).json()["refused"])

    async def asked(self) -> list[tuple[str, str]]:
        """Return every product that was asked for, in this order."""
        return [
            (entry["headers"]["x-marketplace"], asin)
            for entry in await self.requests()
            for asin in entry["body"]["itemIds"]
        ]

    def catalogue(
        self,
        allowance: Allowance | None = None,
        *,
        generation: int = 3,
        regions: Sequence[str] = REGIONS,
        clock: Clock | None = None,
    ) -> AmazonCatalogue:
        """Return our client, connected to this stand-in."""
        clock = clock or self.clock
        credentials = [
            AmazonCredential(
                id=f"sandbox-{region}-v{generation}",
                secret=SECRET,
                version=f"{generation}.{1 + REGIONS.index(region)}",
            )
            for region in regions
        ]
        return AmazonCatalogue(
            credentials=credentials,
            partner_tags=TAGS,
            allowance=allowance or SharedAllowance(calls_per_second=1, calls_per_day=8640),
            clock=clock.now,
            base=self.url,
            sleep=clock.sleep,
        )


@asynccontextmanager
async def amazon_sandbox(
    config: SandboxConfig | None = None, *, clock: Clock | None = None
) -> AsyncIterator[AmazonSandbox]:
    """Run a stand-in on a free port of this machine, by a clock of its own or by another one."""
    own = FakeClock()
    chosen = replace(config or SandboxConfig(), clock=(clock or own).timestamp)
    async with running(chosen) as url, httpx.AsyncClient(base_url=url, timeout=30) as http:
        yield AmazonSandbox(url, http, own)


@dataclass
class Redirects:
    """A web of nothing but redirects."""

    hops: dict[str, str | None] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    async def read_page(self, url: str) -> WebPage:
        self.asked.append(url)
        raise PageUnreadable

    async def find_redirect(self, url: str) -> str | None:
        self.asked.append(url)
        if url not in self.hops:
            raise PageUnreadable
        return self.hops[url]
