"""Amazon's Creators API as the price catalogue.

Each credential has one queue: callers wait for their turn, and whoever's turn comes first asks for
what all of them want in the same marketplace, up to ten products at once.
"""

import asyncio
import logging
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

import aiohttp

from wishcore import db
from wishcore.errors import WishError
from wishcore.integrations.amazon_wire import (
    API_BASE,
    GET_ITEMS,
    PAUSE_MAX,
    AmazonCredential,
    Unreadable,
    items_request,
    read_offers,
    read_refusal,
    read_token,
)
from wishcore.prices.catalogue import (
    BATCH_MAX,
    Allowance,
    CatalogueClosed,
    CatalogueUnavailable,
    Closure,
    NotServed,
    Offer,
    ProductsRefused,
)
from wishcore.prices.marketplaces import REGIONS, Region

RETRIES_MAX: Final = 3
BACK_OFF_SECONDS_MAX: Final = 30.0
BYTES_MAX: Final = 5 * 1024 * 1024
REFUSAL_BYTES_MAX: Final = 4096
TURNS_MISSED_MAX: Final = 20
LATE_MAX: Final = timedelta(milliseconds=40)
"""How much later than its turn a request may leave: less than what turns have to spare."""
TOKEN_MARGIN: Final = timedelta(seconds=30)
CLOSED_FOR: Final[Mapping[Closure, timedelta]] = MappingProxyType(
    {
        # Eligibility comes back about two days after sales do; a mended setting should show soon.
        Closure.NOT_ELIGIBLE: timedelta(hours=6),
        Closure.MISCONFIGURED: timedelta(hours=1),
        Closure.THROTTLED: timedelta(minutes=5),
    }
)
_TIMEOUT: Final = aiohttp.ClientTimeout(total=10, connect=3)
_OK: Final = 200
_UNAUTHORIZED: Final = 401
_TOO_MANY: Final = 429
_MISCONFIGURED: Final = frozenset(
    {"InvalidAssociate", "InvalidPartnerTag", "FieldValidationFailed"}
)
_REQUEST_IDS: Final = ("x-amzn-requestid", "x-amzn-request-id", "x-amz-request-id")

_log = logging.getLogger(__name__)

Answer = Offer | WishError | None


@dataclass(slots=True)
class _Reply:
    """What the service answered; status 0 is no answer at all."""

    status: int
    body: bytes = b""
    retry_after: float | None = None
    request_id: str = ""

    @property
    def is_retryable(self) -> bool:
        """Whether the same request may succeed soon."""
        return self.is_passing and not self.wants_long_pause

    @property
    def is_passing(self) -> bool:
        """Whether the same request may succeed some time."""
        return self.status in {0, 408, 425, 429} or self.status >= 500  # noqa: PLR2004

    @property
    def wants_long_pause(self) -> bool:
        """Whether nobody should wait for the next attempt."""
        return self.retry_after is not None and self.retry_after > BACK_OFF_SECONDS_MAX


@dataclass(slots=True)
class _Wanted:
    """A product that callers wait for."""

    answer: asyncio.Future[Answer]
    waiting: int = 0


@dataclass(slots=True)
class _Queue:
    """What callers want of one credential, its present token, and whose turn it is."""

    credential: AmazonCredential
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    wanted: dict[tuple[str, str], _Wanted] = field(default_factory=dict)
    token: str | None = None
    token_until: datetime | None = None

    def batch(self, marketplace: str) -> list[str]:
        """Return up to ten products that wait, the oldest first."""
        return [asin for place, asin in self.wanted if place == marketplace][:BATCH_MAX]


class AmazonCatalogue:
    """Asks for offers at the pace that Amazon allows; without credentials it serves nothing."""

    def __init__(
        self,
        *,
        credentials: Sequence[AmazonCredential],
        partner_tags: Mapping[str, str],
        allowance: Allowance,
        clock: Callable[[], datetime],
        base: str = "",
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        """Take an own address in place of Amazon's (`base`), for its sandbox."""
        self._queues = {each.region: _Queue(each) for each in credentials}
        self._tags = {
            marketplace: tag
            for marketplace, tag in partner_tags.items()
            if self._find_queue(marketplace) is not None
        }
        self._allowance = allowance
        self._clock = clock
        self._base = base
        self._sleep = sleep
        self._session: aiohttp.ClientSession | None = None

    @property
    def marketplaces(self) -> frozenset[str]:
        """The marketplaces whose prices can be asked for."""
        return frozenset(self._tags)

    def time_for(self, products: Mapping[str, int]) -> Mapping[str, timedelta]:
        """Return how long it takes to ask for so many products of each marketplace."""
        calls = Counter[str]()
        for marketplace in self._tags:
            batches = -(-products.get(marketplace, 0) // BATCH_MAX)
            calls[self._queue(marketplace).credential.id] += batches
        return {
            marketplace: self._allowance.time_for(calls[self._queue(marketplace).credential.id])
            for marketplace in self._tags
        }

    async def check_open(self, marketplace: str) -> None:
        """Ask nobody, and come back if a request may be made."""
        await self._allowance.check_open(
            self._queue(marketplace).credential.id, marketplace=marketplace, now=self._clock()
        )

    async def offers(self, marketplace: str, asins: Sequence[str]) -> Mapping[str, Offer]:
        """Ask for up to ten products; those that Amazon does not know are absent."""
        assert 0 < len(asins) <= BATCH_MAX, "One request asks for ten products at most."
        db.forbid_transaction()
        queue = self._queue(marketplace)
        loop = asyncio.get_running_loop()
        wanted = {
            asin: queue.wanted.setdefault((marketplace, asin), _Wanted(loop.create_future()))
            for asin in dict.fromkeys(asins)
        }
        for each in wanted.values():
            each.waiting += 1
        try:
            while not all(each.answer.done() for each in wanted.values()):
                async with queue.turn:
                    if not all(each.answer.done() for each in wanted.values()):
                        await self._serve(queue, marketplace)
        finally:
            for asin, each in wanted.items():
                each.waiting -= 1
                if not each.waiting and queue.wanted.get((marketplace, asin)) is each:
                    del queue.wanted[marketplace, asin]
        return _offers({asin: each.answer.result() for asin, each in wanted.items()})

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()

    def _queue(self, marketplace: str) -> _Queue:
        queue = self._find_queue(marketplace)
        if queue is None or marketplace not in self._tags:
            raise NotServed
        return queue

    def _find_queue(self, marketplace: str) -> _Queue | None:
        region: Region | None = REGIONS.get(marketplace)
        return self._queues.get(region) if region is not None else None

    async def _serve(self, queue: _Queue, marketplace: str) -> None:
        """Ask for what everybody in the queue wants when the turn comes."""
        answers: Mapping[str, Answer]
        try:
            answers = await self._ask(queue, marketplace)
        except WishError as error:
            answers = dict.fromkeys(queue.batch(marketplace), error)
        for asin, answer in answers.items():
            # It may be gone: whoever wanted it may have given up in the meantime.
            if (wanted := queue.wanted.pop((marketplace, asin), None)) is not None:
                wanted.answer.set_result(answer)

    async def _wait_for_turn(self, queue: _Queue, marketplace: str) -> None:
        is_missed = False
        for _ in range(TURNS_MISSED_MAX):
            turn = await self._allowance.take_turn(
                queue.credential.id,
                marketplace=marketplace,
                now=self._clock(),
                is_missed=is_missed,
            )
            await self._sleep(max(0.0, (turn - self._clock()).total_seconds()))
            if self._clock() - turn <= LATE_MAX:
                return
            # The next turn is somebody else's, and comes too soon after a late one.
            is_missed = True
        raise CatalogueUnavailable  # This machine is too slow to keep the pace.

    async def _ask(self, queue: _Queue, marketplace: str) -> Mapping[str, Answer]:
        """Ask, and ask again after failures that pass; each attempt takes a turn of its own."""
        retries = 0
        has_new_token = False
        # A closed one is not asked for tokens either.
        await self.check_open(marketplace)
        while True:
            # The token comes first: the turn would pass meanwhile.
            token = await self._token(queue)
            if isinstance(token, _Reply):
                batch, reply, has_new_token = queue.batch(marketplace), token, True
            else:
                await self._wait_for_turn(queue, marketplace)
                batch = queue.batch(marketplace)
                reply = await self._post_items(queue, token, marketplace, batch)
            if reply.status == _OK:
                try:
                    offers = read_offers(reply.body, marketplace=marketplace, asked=batch)
                    return {asin: offers.get(asin) for asin in batch}
                except Unreadable:
                    reply = _Reply(0)
            if reply.status == _UNAUTHORIZED and not has_new_token:
                queue.token, has_new_token = None, True
            elif reply.is_retryable and retries < RETRIES_MAX:
                await self._back_off(reply, retries)
                retries += 1
            else:
                await self._give_up(queue, marketplace, reply, batch)
                return dict.fromkeys(batch)

    async def _back_off(self, reply: _Reply, retries: int) -> None:
        seconds = reply.retry_after if reply.retry_after is not None else 2.0**retries
        # Jitter keeps processes apart that failed together.
        await self._sleep(min(seconds, BACK_OFF_SECONDS_MAX) * random.uniform(1, 1.25))  # noqa: S311

    async def _give_up(
        self, queue: _Queue, marketplace: str, reply: _Reply, batch: Sequence[str]
    ) -> None:
        """Return if the service does not know the product; refuse in every other case."""
        refusal = read_refusal(reply.body)
        _log.warning(
            "Amazon answered %s %s %s for %s (request %s)",
            reply.status, refusal.type, refusal.reason, marketplace, reply.request_id,
        )  # fmt: skip
        match reply.status:
            case 400 | 404 if refusal.blames_products:
                if len(batch) == 1:
                    return
                raise ProductsRefused
            case 403 if refusal.reason == "AssociateNotEligible":
                await self._close(queue, Closure.NOT_ELIGIBLE)
            case 401 | 403:
                await self._close(queue, Closure.MISCONFIGURED)
            case 400 if refusal.reason in _MISCONFIGURED:
                # Only this marketplace's tag is wrong, or it is not served.
                await self._close(queue, Closure.MISCONFIGURED, marketplace)
            case status if status == _TOO_MANY or reply.wants_long_pause:
                await self._close(queue, Closure.THROTTLED, seconds=reply.retry_after)
        raise CatalogueUnavailable

    async def _close(
        self,
        queue: _Queue,
        closure: Closure,
        marketplace: str | None = None,
        *,
        seconds: float | None = None,
    ) -> None:
        until = self._clock() + max(CLOSED_FOR[closure], timedelta(seconds=seconds or 0))
        await self._allowance.close(
            queue.credential.id, closure, until=until, marketplace=marketplace
        )
        raise CatalogueClosed(closure, until=until)

    async def _post_items(
        self, queue: _Queue, token: str, marketplace: str, asins: Sequence[str]
    ) -> _Reply:
        return await self._post(
            (self._base or API_BASE) + GET_ITEMS,
            items_request(asins, partner_tag=self._tags[marketplace]),
            {
                "Authorization": queue.credential.authorization(token),
                "Accept": "application/json",
                "Content-Type": "application/json",
                "x-marketplace": marketplace,
            },
        )

    async def _token(self, queue: _Queue) -> str | _Reply:
        """Return the present token, or why there is none. The caller has the queue's turn."""
        now = self._clock()
        if queue.token is not None and queue.token_until is not None and now < queue.token_until:
            return queue.token
        credential = queue.credential
        url = credential.token_url
        if self._base:
            url = self._base + "/" + url.split("/", 3)[3]
        content_type, body = credential.token_request()
        reply = await self._post(url, body, {"Content-Type": content_type})
        if reply.status != _OK:
            # Whatever the shape of its refusals: a token that is refused is a wrong setting.
            return reply if reply.is_passing else _Reply(_UNAUTHORIZED, reply.body)
        try:
            token = read_token(reply.body)
        except Unreadable:
            return _Reply(0)
        queue.token = token.access_token
        queue.token_until = now + timedelta(seconds=token.expires_in) - TOKEN_MARGIN
        return queue.token

    async def _post(self, url: str, body: bytes, headers: Mapping[str, str]) -> _Reply:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                timeout=_TIMEOUT,
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": "Wish/1"},
            )
        try:
            async with self._session.post(
                url, data=body, headers=headers, allow_redirects=False
            ) as response:
                content = bytearray()
                async for chunk in response.content.iter_any():
                    content += chunk
                    if len(content) > BYTES_MAX:
                        return _Reply(0)
                return _Reply(
                    response.status,
                    bytes(content),
                    _seconds(response.headers.get("Retry-After"), bytes(content)),
                    next(filter(None, map(response.headers.get, _REQUEST_IDS)), ""),
                )
        except (aiohttp.ClientError, OSError, ValueError):
            return _Reply(0)


def _offers(answers: Mapping[str, Answer]) -> Mapping[str, Offer]:
    """Return what was found; one request's failure is that of all who waited for it."""
    for answer in answers.values():
        if isinstance(answer, WishError):
            raise answer
    return {asin: answer for asin, answer in answers.items() if isinstance(answer, Offer)}


def _seconds(retry_after: str | None, body: bytes) -> float | None:
    """Read the pause that is wanted, from the header or from an error's body.

    A date in the header is not worth a clock's comparison.
    """
    if retry_after is not None and retry_after.isdecimal():
        return min(float(retry_after), PAUSE_MAX)
    return read_refusal(body).retry_after if len(body) <= REFUSAL_BYTES_MAX else None
