"""How the SDK sends its requests: with httpx, and with a limit to what it reads."""

import ssl
from collections.abc import Mapping
from typing import Any, Final

import httpx
import stripe
from typing_extensions import override

ANSWER_BYTES_MAX: Final = 8 * 1024 * 1024
"""A page of a hundred payments with their charges has less than one megabyte."""


class AnswerTooLarge(Exception):
    """The answer is larger than any of Stripe's."""


class BoundedClient(stripe.HTTPXClient):
    """The SDK's own client, which would read whatever comes until the memory is full.

    It opens as many connections as it is asked for at once; who asks sets the limit. Of httpx's own
    limit each request that is given up just when its turn comes takes one away for ever (httpcore,
    issue 1093).
    """

    def __init__(self, *, timeout: httpx.Timeout) -> None:
        # It makes a client of its own, which nobody uses: to read for that, too, whom the world
        # trusts would take another twentieth of a second.
        super().__init__(timeout=timeout, verify_ssl_certs=False)
        self._verify_ssl_certs = True
        self._client_async = httpx.AsyncClient(
            verify=ssl.create_default_context(cafile=stripe.ca_bundle_path),
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=20),
        )

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
        args, kwargs = self._get_request_args_kwargs(method, url, headers, post_data)
        try:
            async with self._client_async.stream(*args, **kwargs) as response:
                content = await _read(response)
        except Exception as error:
            self._handle_request_error(error)
        return content, response.status_code, response.headers


async def _read(response: httpx.Response) -> bytes:
    content = bytearray()
    async for chunk in response.aiter_bytes():
        content += chunk
        if len(content) > ANSWER_BYTES_MAX:
            raise AnswerTooLarge
    return bytes(content)
