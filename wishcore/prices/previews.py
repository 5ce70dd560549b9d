"""What a shop's page says of its product, in Open Graph or schema.org: title, price, picture.

Pages are written by anybody. Whatever is not understood is left out, never guessed: a wrong price
is worse than none.
"""

import json
import re
import unicodedata
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import unescape
from itertools import islice
from typing import Final
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from wishcore.errors import Invalid
from wishcore.money import Money, parse
from wishcore.prices.markup import pick
from wishcore.prices.web import Web

TITLE_LENGTH_MAX: Final = 200
URL_LENGTH_MAX: Final = 2000
_THINGS_MAX: Final = 500
# "1.299" is left out: it is 1299 in one country, and 1.30 where a machine wrote it.
_PLAIN: Final = re.compile(r"\d{1,9}(?:[.,]\d{1,2})?")
_PADDED: Final = re.compile(r"\d{1,9}\.\d{3,7}0")
_ENGLISH: Final = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?")
_GERMAN: Final = re.compile(r"\d{1,3}(?:\.\d{3})+,\d{1,2}|\d{1,3}(?:\.\d{3}){2,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkPreview:
    """What is known of the product behind a link; `None` where the page does not say."""

    url: str
    title: str | None
    price: Money | None
    image_url: str | None
    """To be shown from its own address, not copied."""


async def preview_page(url: str, *, web: Web) -> LinkPreview:
    """Read the page and what it says of its product.

    Raises:
        PageUnreadable: the page could not be read.
    """
    page = await web.read_page(url)
    return read_preview(page.content, url=page.url, charset=page.charset)


def read_preview(content: bytes, *, url: str, charset: str = "") -> LinkPreview:
    """Find the product in a page's source; it never raises, whatever the source is."""
    picked = pick(content, charset=charset)
    tree = LexborHTMLParser("".join(picked.tags))
    sources = (_from_json(picked.scripts), _from_meta(tree), _from_items(tree))
    return LinkPreview(
        url=url,
        title=_clean(_first(sources, "title") or unescape(picked.title)),
        price=next((price for source in sources if (price := _price(source)) is not None), None),
        image_url=_picture(url, _first(sources, "image")),
    )


_META: Final[Mapping[str, str]] = {
    "og:title": "title",
    "twitter:title": "title",
    "og:image": "image",
    "og:image:secure_url": "image",
    "twitter:image": "image",
    "product:price:amount": "price",
    "og:price:amount": "price",
    "product:price:currency": "currency",
    "og:price:currency": "currency",
}
_ITEMPROPS: Final[Mapping[str, str]] = {
    "name": "title",
    "image": "image",
    "price": "price",
    "lowPrice": "price",
    "priceCurrency": "currency",
}


def _from_meta(tree: LexborHTMLParser) -> dict[str, str]:
    found: dict[str, str] = {}
    for node in tree.css("meta[content]"):
        attributes = node.attributes
        name = _META.get((attributes.get("property") or attributes.get("name") or "").lower())
        if name is not None:
            found.setdefault(name, attributes.get("content") or "")
    return found


def _from_items(tree: LexborHTMLParser) -> dict[str, str]:
    """Read microdata: the first product's properties."""
    found: dict[str, str] = {}
    for node in tree.css("i[itemprop]"):
        name = _ITEMPROPS.get(node.attributes.get("itemprop") or "")
        if name is not None:
            found.setdefault(name, _value_of(node))
    return found


def _value_of(node: LexborNode) -> str:
    attributes = node.attributes
    named = (attributes.get(name) for name in ("content", "src", "href"))
    return next((value for value in named if value), None) or node.text()


def _from_json(scripts: Sequence[str]) -> dict[str, str]:
    """Read JSON-LD: the first product's name, picture and offer."""
    for script in scripts:
        try:
            # Numbers stay texts: no price is ever a float.
            document = json.loads(script, parse_float=str, parse_int=str)
        except (ValueError, RecursionError):
            continue
        for thing in _things(document):
            if _is_a(thing, "Product", "ProductGroup", "IndividualProduct", "Book"):
                return _product(thing)
    return {}


def _things(document: object) -> Iterator[Mapping[str, object]]:
    """Yield every object of a document, the outer ones first."""
    left = deque([document])
    for _ in range(_THINGS_MAX):
        if not left:
            return
        value = left.popleft()
        if isinstance(value, Mapping):
            yield value
            left.extend(islice(value.values(), max(0, _THINGS_MAX - len(left))))
        elif isinstance(value, list):
            left.extend(islice(value, max(0, _THINGS_MAX - len(left))))


def _is_a(thing: Mapping[str, object], *kinds: str) -> bool:
    named = thing.get("@type")
    names = named if isinstance(named, list) else [named]
    return any(isinstance(name, str) and name.rpartition("/")[2] in kinds for name in names)


def _product(thing: Mapping[str, object]) -> dict[str, str]:
    found = {"title": _word(thing.get("name")), "image": _address(thing.get("image"))}
    for offer in _things(thing.get("offers")):
        price = _word(offer.get("price")) or _word(offer.get("lowPrice"))
        currency = _word(offer.get("priceCurrency"))
        if price and currency:
            found |= {"price": price, "currency": currency}
            break
    return found


def _word(value: object) -> str:
    return value if isinstance(value, str) else ""


def _address(value: object) -> str:
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, Mapping):
        value = value.get("url") or value.get("contentUrl")
    return _word(value)


def _first(sources: tuple[Mapping[str, str], ...], name: str) -> str:
    return next((value for source in sources if (value := source.get(name, "").strip())), "")


def _price(source: Mapping[str, str]) -> Money | None:
    amount = _amount(source.get("price", "").strip())
    currency = source.get("currency", "").strip().upper()
    if amount is None or not currency:
        return None
    try:
        price = parse(str(amount), currency)
    except Invalid:
        return None
    return price if price.amount_minor > 0 else None


def _amount(text: str) -> Decimal | None:
    """Read an amount of any country's writing, where it can mean one thing only."""
    if not text.isascii():
        return None
    if _PLAIN.fullmatch(text):
        return Decimal(text.replace(",", "."))
    if _PADDED.fullmatch(text):
        return Decimal(text)
    if _ENGLISH.fullmatch(text):
        return Decimal(text.replace(",", ""))
    if _GERMAN.fullmatch(text):
        return Decimal(text.replace(".", "").replace(",", "."))
    return None


def _clean(text: str) -> str | None:
    words = " ".join(text[: TITLE_LENGTH_MAX * 10].split())
    shown = (char for char in words if unicodedata.category(char)[0] != "C")
    return "".join(shown)[:TITLE_LENGTH_MAX].strip() or None


def _picture(page_url: str, address: str) -> str | None:
    try:
        url = urljoin(page_url, address.strip()) if address else ""
        parts = urlsplit(url)
        is_shown = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return None
    is_plain = url.isprintable() and not any(char.isspace() for char in url)
    return url if is_shown and is_plain and len(url) <= URL_LENGTH_MAX else None
