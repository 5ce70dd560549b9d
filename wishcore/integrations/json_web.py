"""Calls to foreign JSON APIs: short, small, without redirects, and never inside a transaction."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import aiohttp

from wishcore import db
from wishcore.identities import ProviderUnavailable

TOTAL_SECONDS: Final = 10.0
CONNECT_SECONDS: Final = 3.0
BODY_BYTES_MAX: Final = 2**20
_SERVER_ERRORS: Final = 500
_TOO_MANY: Final = 429

Json = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonAnswer:
    """A JSON object, with what came along."""

    status: int
    body: Json
    headers: Mapping[str, str]


class JsonWeb:
    """A client of one provider. What it sends and gets is in no log: it is made of secrets."""

    def __init__(self, *, total_seconds: float = TOTAL_SECONDS) -> None:
        self._timeout = aiohttp.ClientTimeout(total=total_seconds, connect=CONNECT_SECONDS)
        self._session: aiohttp.ClientSession | None = None

    async def get(self, url: str, query: Mapping[str, str] | None = None) -> JsonAnswer:
        """GET a JSON object.

        Raises:
            ProviderUnavailable: nothing answered in time, or not with a JSON object.
        """
        return await self._ask("GET", url, params=query)

    async def post(self, url: str, form: Mapping[str, str]) -> JsonAnswer:
        """POST a form, and get a JSON object.

        Raises:
            ProviderUnavailable: nothing answered in time, or not with a JSON object.
        """
        return await self._ask("POST", url, data=form)

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()

    async def _ask(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        data: Mapping[str, str] | None = None,
    ) -> JsonAnswer:
        db.forbid_transaction()
        if self._session is None:
            self._session = aiohttp.ClientSession(
                timeout=self._timeout,
                headers={"Accept": "application/json", "User-Agent": "Wish/1"},
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        try:
            async with self._session.request(
                method, url, params=params, data=data, allow_redirects=False
            ) as answer:
                content = await answer.content.read(BODY_BYTES_MAX + 1)
                while not answer.content.at_eof() and len(content) <= BODY_BYTES_MAX:
                    content += await answer.content.read(BODY_BYTES_MAX + 1 - len(content))
                status, headers = answer.status, answer.headers
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            # The error's own text names the address, and the address may hold secrets.
            raise ProviderUnavailable(_why(error)) from None
        if status >= _SERVER_ERRORS or status == _TOO_MANY or len(content) > BODY_BYTES_MAX:
            raise ProviderUnavailable
        return JsonAnswer(status=status, body=_object(content), headers=headers)


def _object(content: bytes) -> Json:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        raise ProviderUnavailable from None
    if not isinstance(found, dict):
        raise ProviderUnavailable
    return found


def _why(error: BaseException) -> str:
    return f"{ProviderUnavailable.title} ({type(error).__name__})"
