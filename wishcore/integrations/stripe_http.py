"""How the SDK sends its requests: with aiohttp, and with a limit to what it reads."""

import ssl
from collections.abc import Mapping
from typing import Any, Final
from urllib.request import getproxies, proxy_bypass

import aiohttp
import stripe
from typing_extensions import override
from yarl import URL

ANSWER_BYTES_MAX: Final = 8 * 1024 * 1024
"""A page of a hundred payments with their charges has less than one megabyte."""
_TIMEOUT: Final = aiohttp.ClientTimeout(total=None, connect=5, sock_read=20)
"""Of a connection, with its name, TLS and proxy, and of each read. Who asks ends the whole."""


class AnswerTooLarge(Exception):
    """The answer is larger than any of Stripe's."""


class BoundedClient(stripe.AIOHTTPClient):
    """The SDK's own client, which would follow redirects and leave the answer for others to read.

    It opens as many connections as it is asked for at once; who asks sets the limit.
    """

    def __init__(self) -> None:
        super().__init__(timeout=_TIMEOUT)
        self._trusted = ssl.create_default_context(cafile=stripe.ca_bundle_path)
        # Read here: aiohttp (`trust_env`) would look for passwords in ~/.netrc, too, in a thread
        # for each request.
        self._proxies: Mapping[str, str] = getproxies()
        self._opened: aiohttp.ClientSession | None = None

    @override
    async def request_async(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        post_data: Any = None,
    ) -> tuple[bytes, int, Mapping[str, str]]:
        """Send a request and read the answer, up to the limit.

        Raises:
            stripe.APIConnectionError: there is no answer, or it is too large; nobody knows
                whether the request was done.
        """
        _, options = self._get_request_args_kwargs(method, url, headers, post_data)
        try:
            address = URL(url, encoded=True)  # The SDK has quoted what had to be.
            async with self._connections().request(
                method, address, proxy=self._proxy_to(address), allow_redirects=False, **options
            ) as response:
                content = await _read(response.content)
        except Exception as error:
            self._handle_request_error(error)
        return content, response.status, response.headers

    @override
    async def close_async(self) -> None:
        """Close the connections."""
        if self._opened is not None:
            await self._opened.close()

    def _proxy_to(self, address: URL) -> str | None:
        """Return the proxy that the environment names for it: HTTPS_PROXY, ALL_PROXY, NO_PROXY."""
        proxy = self._proxies.get(address.scheme) or self._proxies.get("all")
        places = (address.host or "", address.host_port_subcomponent or "")
        if not proxy or any(map(proxy_bypass, places)):
            return None
        return proxy if "://" in proxy else f"http://{proxy}"

    def _connections(self) -> aiohttp.ClientSession:
        # Not before there is something to ask: it belongs to the loop that is running then.
        if self._opened is None:
            self._opened = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(ssl=self._trusted, limit=0),
                cookie_jar=aiohttp.DummyCookieJar(),
            )
            # It would send each GET a second time, beside the SDK; nothing public keeps it from it.
            self._opened._retry_connection = False
        return self._opened


async def _read(answer: aiohttp.StreamReader) -> bytes:
    content = bytearray()
    async for chunk in answer.iter_any():
        content += chunk
        if len(content) > ANSWER_BYTES_MAX:
            raise AnswerTooLarge
    return bytes(content)
