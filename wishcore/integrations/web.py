"""The web, read through a guard: people name the addresses, and some of them are attackers.

Only public servers are reached: each name is looked up once for each request, every address that it
has is checked, and the connection goes to a checked one, with the name in `Host` and in TLS.
"""

import asyncio
import re
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Final

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from typing_extensions import override
from yarl import URL

from wishcore import db
from wishcore.integrations.addresses import is_public
from wishcore.prices.web import PageUnreadable, WebPage

Lookup = Callable[[str, int], Awaitable[Sequence[str]]]
"""From a name and a port to addresses."""

REDIRECTS_MAX: Final = 3
SECONDS_MAX: Final = 10.0
BYTES_MAX: Final = 2 * 1024 * 1024
URL_LENGTH_MAX: Final = 4096
PORTS: Final = frozenset({80, 443})
_TYPES: Final = frozenset({"text/html", "application/xhtml+xml"})
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_STRANGE: Final = re.compile(r"[\x00-\x20\x7f-\x9f\\]|\s")
_OK: Final = 200
_FINAL: Final = frozenset({200, 404, 410})
_HEADERS: Final = {
    "User-Agent": "Wish/1 (link preview)",
    "Accept": "text/html, application/xhtml+xml;q=0.9",
    # A compressed answer could unpack to a thousand times of what was read.
    "Accept-Encoding": "identity",
}


async def look_up(host: str, port: int) -> Sequence[str]:
    """Return the addresses that this machine's resolver has for the name."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(sockaddr[0]) for *_, sockaddr in found]


class GuardedWeb:
    """Reads pages of public servers: without cookies, and within limits of time and size."""

    def __init__(
        self,
        *,
        lookup: Lookup = look_up,
        is_allowed: Callable[[str], bool] = is_public,
        ports: frozenset[int] = PORTS,
        seconds_max: float = SECONDS_MAX,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """Take the guard's parts; those that are not the defaults are for tests on one machine."""
        self._lookup = lookup
        self._is_allowed = is_allowed
        self._ports = ports
        self._seconds_max = seconds_max
        self._tls = tls

    async def read_page(self, url: str) -> WebPage:
        """Read a page of HTML, over up to three redirects.

        Raises:
            PageUnreadable: for every reason alike.
        """
        async with self._session() as session:
            address = self._checked(url)
            for _ in range(1 + REDIRECTS_MAX):
                async with session.get(address, allow_redirects=False) as response:
                    target = _target(response)
                    if target is None:
                        return await _page(response)
                address = self._checked(target)
        raise PageUnreadable

    async def find_redirect(self, url: str) -> str | None:
        """Return the absolute address that the server redirects to; it is not followed.

        `None`: it leads nowhere, and will not tomorrow.

        Raises:
            PageUnreadable: for every reason alike.
        """
        async with self._session() as session:
            address, status = self._checked(url), 0
            # Some servers answer HEAD with an error, and GET with the redirect.
            for method in ("HEAD", "GET"):
                async with session.request(method, address, allow_redirects=False) as response:
                    if (target := _target(response)) is not None:
                        return target
                    status = response.status
        if status not in _FINAL:
            raise PageUnreadable  # It may be otherwise tomorrow.
        return None

    @asynccontextmanager
    async def _session(self) -> AsyncIterator[aiohttp.ClientSession]:
        """Open connections that only this one call uses, and translate all that can go wrong."""
        db.forbid_transaction()
        connector = aiohttp.TCPConnector(
            resolver=_CheckedResolver(self._lookup, self._is_allowed),
            socket_factory=self._socket,
            use_dns_cache=False,
            force_close=True,
            ssl=self._tls if self._tls is not None else True,
        )
        try:
            async with (
                asyncio.timeout(self._seconds_max),
                aiohttp.ClientSession(
                    connector=connector,
                    cookie_jar=aiohttp.DummyCookieJar(),
                    headers=_HEADERS,
                    auto_decompress=False,
                    raise_for_status=False,
                    trust_env=False,
                ) as session,
            ):
                yield session
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise PageUnreadable from error

    def _checked(self, text: str) -> URL:
        if len(text) > URL_LENGTH_MAX or _STRANGE.search(text):
            raise PageUnreadable
        url = URL(text)
        is_web = url.scheme in {"http", "https"} and bool(url.host) and url.port in self._ports
        # An empty user ("https://@host") is one as well.
        if not is_web or "@" in url.raw_authority or "@" in text.split("/", 3)[2]:
            raise PageUnreadable
        return url

    def _socket(self, info: aiohttp.AddrInfoType) -> socket.socket:
        """Make the socket of a connection: the last moment to look at where it goes."""
        family, kind, protocol, _, sockaddr = info
        if not self._is_allowed(str(sockaddr[0])):
            raise OSError("This address is not public")
        return socket.socket(family, kind, protocol)


class _CheckedResolver(AbstractResolver):
    """Refuses a name as a whole if any of its addresses is not public."""

    def __init__(self, lookup: Lookup, is_allowed: Callable[[str], bool]) -> None:
        self._lookup = lookup
        self._is_allowed = is_allowed

    @override
    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        addresses = await self._lookup(host, port)
        if not addresses or not all(self._is_allowed(address) for address in addresses):
            raise OSError("This name has no address, or one that is not public")
        return [_result(host, address, port) for address in addresses]

    @override
    async def close(self) -> None:
        """Hold nothing."""


def _result(host: str, address: str, port: int) -> ResolveResult:
    return ResolveResult(
        hostname=host,
        host=address,
        port=port,
        family=socket.AF_INET6 if ":" in address else socket.AF_INET,
        proto=0,
        flags=socket.AI_NUMERICHOST,
    )


def _target(response: aiohttp.ClientResponse) -> str | None:
    location = response.headers.get("Location")
    if response.status not in _REDIRECTS or not location:
        return None
    if _STRANGE.search(location):
        raise PageUnreadable
    # An absolute one is kept as it was written: parsing would mend what is to be refused.
    return location if ":" in location.split("/", 1)[0] else str(response.url.join(URL(location)))


async def _page(response: aiohttp.ClientResponse) -> WebPage:
    is_plain = response.headers.get("Content-Encoding", "identity").lower() == "identity"
    if response.status != _OK or response.content_type not in _TYPES or not is_plain:
        raise PageUnreadable
    content = bytearray()
    async for chunk in response.content.iter_any():
        content += chunk
        if len(content) > BYTES_MAX:
            raise PageUnreadable
    return WebPage(url=str(response.url), content=bytes(content), charset=response.charset or "")
