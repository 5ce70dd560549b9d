"""Amazon's short links: followed only as far as the product's id can be read."""

import asyncio
from typing import Final
from urllib.parse import urlsplit

from wishcore.prices.asin import AmazonProduct, find_asin, is_amazon, is_short_link
from wishcore.prices.web import PageUnreadable, Web

HOPS_MAX: Final = 5
SECONDS_MAX: Final = 5


async def find_product(url: str, *, web: Web) -> AmazonProduct | None:
    """Return the product that a link of Amazon's leads to, over redirects where it is short.

    Every step stays with Amazon's hosts and with https. `None`: it leads to no product.

    Raises:
        PageUnreadable: a short link could not be followed.
    """
    if (product := find_asin(url)) is not None or not is_short_link(url):
        return product
    try:
        async with asyncio.timeout(SECONDS_MAX):
            return await _follow(_secured(url), web)
    except TimeoutError as error:
        raise PageUnreadable from error


async def _follow(url: str, web: Web) -> AmazonProduct | None:
    for _ in range(HOPS_MAX):
        target = await web.find_redirect(url)
        if target is None or not is_amazon(target):
            return None
        if (product := find_asin(target)) is not None:
            return product
        url = _secured(target)
    return None


def _secured(url: str) -> str:
    """Return the address with https: people also copy short links as http."""
    parts = urlsplit(url)
    assert parts.hostname is not None, "It was recognised by its host."
    return parts._replace(scheme="https", netloc=parts.hostname).geturl()
