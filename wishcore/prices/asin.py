"""The product id (ASIN) inside an Amazon link. Pure: nothing is fetched."""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from wishcore.prices.marketplaces import MARKETPLACES, READERS, SHORT_HOSTS

LENGTH_MAX: Final = 4096
_PORTS: Final = frozenset({None, 80, 443})
_ASIN: Final = r"(B[0-9A-Z]{9}|[0-9]{9}[0-9X])"
_FLAGS: Final = re.ASCII | re.IGNORECASE
# Browsers drop or turn such characters, each in its own way, before they choose a host.
_FORBIDDEN: Final = re.compile(r"[\x00-\x20\x7f-\x9f\\]|\s")
# Each alternative begins with a slash and has a bounded length, so a search is linear.
_PRODUCT: Final = re.compile(
    r"/(?:dp|dp/product|gp/product|gp/product/glance|gp/aw/d|gp/aw/ol|gp/aw/reviews|gp/reader"
    r"|gp/offer-listing|exec/obidos/asin|exec/obidos/tg/detail/-(?:/[a-z-]{1,20})?|o/asin|asin"
    r"|product-reviews|review/product)/" + _ASIN + r"(?=[/?&#;,)]|\Z)",
    _FLAGS,
)
_VALUE: Final = re.compile(_ASIN, _FLAGS)
_ADVERTISEMENT: Final = re.compile(r"/(?:sspa/click|slredirect)(?:/|\Z)", _FLAGS)


@dataclass(frozen=True, slots=True, order=True)
class AmazonProduct:
    """A product in one of Amazon's marketplaces (`www.amazon.com`)."""

    marketplace: str
    asin: str


def find_asin(url: str) -> AmazonProduct | None:
    """Return the product that a storefront's link leads to, or `None` if it names none.

    It never raises, whatever the text is.
    """
    parts = _parts(url)
    host = _host(parts)
    if parts is None or host not in MARKETPLACES:
        return None
    asin = _in_path(parts.path) or _in_query(parts, host)
    return AmazonProduct(MARKETPLACES[host], asin.upper()) if asin else None


def product_url(product: AmazonProduct) -> str:
    """Return the plain address of a product."""
    return f"https://{product.marketplace}/dp/{product.asin}"


def is_short_link(url: str) -> bool:
    """Say whether the link leads to a product only by a redirect of Amazon's."""
    return _host(_parts(url)) in SHORT_HOSTS


def is_amazon(url: str) -> bool:
    """Say whether the link leads to a storefront or to one of Amazon's short links."""
    host = _host(_parts(url))
    return host in SHORT_HOSTS or host in MARKETPLACES


def _parts(url: str) -> SplitResult | None:
    if len(url) > LENGTH_MAX or _FORBIDDEN.search(url):
        return None
    try:
        parts = urlsplit(url)
        is_usual = parts.port in _PORTS
    except ValueError:
        return None
    is_plain = parts.scheme in {"http", "https"} and "@" not in parts.netloc
    return parts if is_usual and is_plain else None


def _host(parts: SplitResult | None) -> str:
    host = (parts.hostname or "") if parts is not None else ""
    return host.removesuffix(".") if host.isascii() else ""


def _in_path(path: str) -> str | None:
    # Links of the old product API carry their query percent-encoded inside the path.
    found = _PRODUCT.search(path) or _PRODUCT.search(unquote(path))
    return found.group(1) if found else None


def _in_query(parts: SplitResult, host: str) -> str | None:
    """Look where the query counts: in a reader's address, at the root, behind advertisements."""
    is_advertisement = _ADVERTISEMENT.search(parts.path) is not None
    if not is_advertisement and host not in READERS and parts.path not in {"", "/"}:
        return None
    for name, value in parse_qsl(parts.query):
        if is_advertisement:
            if name == "url" and _is_local(value):
                return _in_path(re.split("[?#]", value, maxsplit=1)[0])
        elif name.lower() == "asin" and _VALUE.fullmatch(value):
            return value
    return None


def _is_local(target: str) -> bool:
    is_path = target.startswith("/") and not target.startswith("//")
    return is_path and not _FORBIDDEN.search(target)
