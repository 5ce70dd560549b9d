"""The words of Amazon's Creators API: what is sent, and what is read. Pure."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import Final
from urllib.parse import urlencode

import msgspec
from msgspec import Raw, Struct

from wishcore.money import AMOUNT_MINOR_MAX, Money, minor_digits
from wishcore.prices.asin import AmazonProduct, is_amazon
from wishcore.prices.catalogue import Availability, Offer
from wishcore.prices.marketplaces import Region

API_BASE: Final = "https://creatorsapi.amazon"
GET_ITEMS: Final = "/catalog/v1/getItems"
RESOURCES: Final = (
    "images.primary.medium",
    "itemInfo.title",
    "offersV2.listings.availability",
    "offersV2.listings.condition",
    "offersV2.listings.isBuyBoxWinner",
    "offersV2.listings.price",
)
"""Names of leaves: the service refuses a bare `offersV2`."""
TEXT_LENGTH_MAX: Final = 2000
PAUSE_MAX: Final = 86_400
"""The longest pause that is believed, in seconds: a day."""

_CURRENCY: Final = re.compile("[A-Z]{3}")
_VERSIONS: Final = {1: Region.NA, 2: Region.EU, 3: Region.FE}
_TOKEN_URLS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "3.1": "https://api.amazon.com/auth/o2/token",
        "3.2": "https://api.amazon.co.uk/auth/o2/token",
        "3.3": "https://api.amazon.co.jp/auth/o2/token",
        "2.1": "https://creatorsapi.auth.us-east-1.amazoncognito.com/oauth2/token",
        "2.2": "https://creatorsapi.auth.eu-south-2.amazoncognito.com/oauth2/token",
        "2.3": "https://creatorsapi.auth.us-west-2.amazoncognito.com/oauth2/token",
    }
)
_AVAILABILITY: Final[Mapping[str, Availability]] = MappingProxyType(
    {
        "IN_STOCK": Availability.AVAILABLE,
        "IN_STOCK_SCARCE": Availability.AVAILABLE,
        "LEADTIME": Availability.ORDERABLE_LATER,
        "PREORDER": Availability.ORDERABLE_LATER,
        "AVAILABLE_DATE": Availability.ORDERABLE_LATER,
        "OUT_OF_STOCK": Availability.UNAVAILABLE,
        "UNAVAILABLE": Availability.UNAVAILABLE,
    }
)


# The last one is a body that is nested a thousand times.
_NOT_READ: Final = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)


class Unreadable(Exception):
    """An answer that is not what the service answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AmazonCredential:
    """An access to the API. Its version names the region and how tokens are asked for."""

    id: str
    secret: str = field(repr=False)
    version: str

    @property
    def region(self) -> Region:
        """The region whose marketplaces it may ask for."""
        return _VERSIONS[int(self.version[-1])]

    @property
    def is_lwa(self) -> bool:
        """Whether it is of the newer generation."""
        return self.version.startswith("3.")

    @property
    def token_url(self) -> str:
        """Where its tokens come from."""
        return _TOKEN_URLS[self.version]

    def token_request(self) -> tuple[str, bytes]:
        """Return the content type and the body of a request for a token."""
        asked = {
            "grant_type": "client_credentials",
            "client_id": self.id,
            "client_secret": self.secret,
            "scope": "creatorsapi::default" if self.is_lwa else "creatorsapi/default",
        }
        if self.is_lwa:
            return "application/json", msgspec.json.encode(asked)
        return "application/x-www-form-urlencoded", urlencode(asked).encode()

    def authorization(self, token: str) -> str:
        """Return the header of a request; the older generation says its version there."""
        return f"Bearer {token}" if self.is_lwa else f"Bearer {token}, Version {self.version}"


class Token(Struct, frozen=True, kw_only=True):
    """An answer to a request for a token."""

    access_token: str
    expires_in: int = 3600


class Refusal(Struct, frozen=True, kw_only=True, rename="camel"):
    """A body of an error; any part may be missing."""

    type: str = ""
    reason: str = ""
    # Of any shape: what cannot be read must not hide the reason.
    field_list: object = None
    retry_after_seconds: object = None

    @property
    def blames_products(self) -> bool:
        """Whether it is about the products that were asked for, and not about how."""
        faults = self.field_list if isinstance(self.field_list, list) else []
        names = (fault.get("name") for fault in faults if isinstance(fault, dict))
        return self.type == "ResourceNotFoundException" or any(
            isinstance(name, str) and name.startswith("itemIds") for name in names
        )

    @property
    def retry_after(self) -> float | None:
        """The pause that is wanted, in seconds."""
        found = self.retry_after_seconds
        if isinstance(found, bool) or not isinstance(found, int | float):
            return None
        return min(float(found), PAUSE_MAX) if found >= 0 else None


def items_request(asins: Sequence[str], *, partner_tag: str) -> bytes:
    """Return the body of a request for products."""
    return msgspec.json.encode(
        {"partnerTag": partner_tag, "itemIds": list(asins), "resources": RESOURCES}
    )


def read_token(body: bytes) -> Token:
    """Read a token.

    Raises:
        Unreadable: there is none in it.
    """
    try:
        return msgspec.json.decode(body, type=Token)
    except _NOT_READ as error:
        raise Unreadable from error


def read_refusal(body: bytes) -> Refusal:
    """Read why a request was refused, as far as the body says."""
    try:
        return msgspec.json.decode(body, type=Refusal)
    except _NOT_READ:
        return Refusal()


class _Amount(Struct, frozen=True):
    amount: Decimal | None = None
    currency: str | None = None


class _Price(Struct, frozen=True):
    money: _Amount | None = None


class _Stock(Struct, frozen=True, rename="camel"):
    type: str | None = None
    max_order_quantity: Decimal | None = None


class _Condition(Struct, frozen=True):
    value: str | None = None


class _Listing(Struct, frozen=True, rename="camel"):
    is_buy_box_winner: bool | None = None
    price: _Price | None = None
    availability: _Stock | None = None
    condition: _Condition | None = None


class _Offers(Struct, frozen=True):
    listings: list[_Listing] | None = None


class _Text(Struct, frozen=True, rename="camel"):
    display_value: str | None = None


class _Info(Struct, frozen=True):
    title: _Text | None = None


class _Picture(Struct, frozen=True):
    url: str | None = None


class _Sizes(Struct, frozen=True):
    medium: _Picture | None = None


class _Images(Struct, frozen=True):
    primary: _Sizes | None = None


class _Item(Struct, frozen=True, rename="camel"):
    asin: str
    detail_page_url: str | None = msgspec.field(default=None, name="detailPageURL")
    item_info: _Info | None = None
    images: _Images | None = None
    offers: _Offers | None = msgspec.field(default=None, name="offersV2")


class _Items(Struct, frozen=True):
    items: list[Raw] | None = None


class _Body(Struct, frozen=True, rename="camel"):
    # The reference says `itemResults`, the service answers `itemsResult`.
    items_result: _Items | None = None
    item_results: _Items | None = None


def read_offers(body: bytes, *, marketplace: str, asked: Sequence[str]) -> dict[str, Offer]:
    """Return the products of an answer by their ids; it may be partial, and in any order.

    A product that cannot be read is left out, and so is one that nobody asked for.

    Raises:
        Unreadable: the answer as a whole cannot be read.
    """
    try:
        read = msgspec.json.decode(body, type=_Body)
    except _NOT_READ as error:
        raise Unreadable from error
    result = read.items_result or read.item_results
    offers: dict[str, Offer] = {}
    for raw in (result.items or []) if result is not None else []:
        try:
            item = msgspec.json.decode(raw, type=_Item)
        except _NOT_READ:
            continue
        if item.asin in asked:
            offers[item.asin] = _offer(item, AmazonProduct(marketplace, item.asin))
    return offers


def _offer(item: _Item, product: AmazonProduct) -> Offer:
    listing = _best(item)
    stock = listing.availability if listing is not None else None
    title = item.item_info.title if item.item_info is not None else None
    sizes = item.images.primary if item.images is not None else None
    picture = sizes.medium if sizes is not None else None
    return Offer(
        product=product,
        price=_money(listing),
        availability=_AVAILABILITY.get((stock and stock.type) or "", Availability.UNKNOWN),
        quantity_max=_quantity(stock),
        page_url=_link(item.detail_page_url, is_shown=is_amazon),
        title=_short(title.display_value if title is not None else None),
        image_url=_link(picture.url if picture is not None else None),
    )


def _best(item: _Item) -> _Listing | None:
    """Return the offer that Amazon itself prefers: the cheapest may be a used one."""
    listings = (item.offers.listings or []) if item.offers is not None else []
    for listing in listings:
        is_new = listing.condition is None or listing.condition.value in {None, "New"}
        if listing.is_buy_box_winner and is_new:
            return listing
    return None


def _money(listing: _Listing | None) -> Money | None:
    found = listing.price.money if listing is not None and listing.price is not None else None
    if found is None or found.amount is None or not found.currency:
        return None
    if not _CURRENCY.fullmatch(found.currency) or not found.amount.is_finite():
        return None
    # Compared before it is scaled: an exponent may be enormous.
    if not 0 < found.amount <= AMOUNT_MINOR_MAX:
        return None
    minor = found.amount.scaleb(minor_digits(found.currency))
    # Also what is so small that it became nothing.
    if minor != minor.to_integral_value() or not 1 <= minor <= AMOUNT_MINOR_MAX:
        return None
    return Money(int(minor), found.currency)


def _quantity(stock: _Stock | None) -> int | None:
    found = stock.max_order_quantity if stock is not None else None
    return int(found) if found is not None and 1 <= found <= AMOUNT_MINOR_MAX else None


def _link(text: str | None, *, is_shown: Callable[[str], bool] = bool) -> str:
    """Return an address that may be shown to people, or nothing."""
    url = _short(text)
    is_plain = url.startswith("https://") and url.isprintable() and " " not in url
    return url if is_plain and is_shown(url) else ""


def _short(text: str | None) -> str:
    return text if text is not None and len(text) <= TEXT_LENGTH_MAX else ""
