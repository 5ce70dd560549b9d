"""GetItems: what it demands of a request, and what it answers."""

import random
import re
from collections.abc import Mapping
from decimal import Decimal

import msgspec
from msgspec import Struct

from wishcli.sandbox.amazon.catalogue import MARKETPLACES, Catalogue, Kind, Product
from wishcli.sandbox.amazon.config import Credential
from wishcli.sandbox.amazon.refusals import Json, Refusal, invalid, invalid_associate

_ITEMS_MAX = 10
_TAG_LENGTH_MAX = 64
_TAG = re.compile(r"[A-Za-z0-9_-]+-\d{2}")
_ASIN = re.compile(r"[A-Z0-9]{10}")
RESOURCES = frozenset(
    {
        "itemInfo.title", "images.primary.small", "images.primary.medium", "images.primary.large",
        "images.primary.highRes", "parentASIN", "offersV2.listings.price",
        "offersV2.listings.availability", "offersV2.listings.condition",
        "offersV2.listings.isBuyBoxWinner", "offersV2.listings.merchantInfo",
        "offersV2.listings.type", "offersV2.listings.dealDetails",
        "offersV2.listings.loyaltyPoints",
    }
)  # fmt: skip
"""Only the names of leaves are known: a bare `offersV2` is refused."""


class Wanted(Struct, kw_only=True, rename="camel"):
    """A request that was checked."""

    partner_tag: str
    item_ids: list[str]
    resources: list[str] = []
    condition: str = "Any"


_OPTIONAL = {"resources", "condition", "currencyOfPreference", "languagesOfPreference"}
_KNOWN = {"partnerTag", "itemIds", *_OPTIONAL, "itemIdType", "marketplace"}


def check(body: bytes, *, marketplace: str | None, credential: Credential) -> Wanted:
    """Return what is asked for.

    Raises:
        Refusal: the service would not take it.
    """
    try:
        document = msgspec.json.decode(body, type=dict[str, object])
    except msgspec.DecodeError as problem:
        raise Refusal(
            "ValidationException", "The body cannot be parsed.", status=400, reason="CannotParse"
        ) from problem
    if faults := dict(_faults(document, marketplace)):
        raise invalid(faults)
    wanted = msgspec.convert(document, Wanted)
    if not _TAG.fullmatch(wanted.partner_tag):
        raise Refusal(
            "ValidationException", "The tag is wrong.", status=400, reason="InvalidPartnerTag"
        )
    if MARKETPLACES[marketplace or ""][0] != credential.region:
        raise invalid_associate()
    return wanted


def _faults(document: Mapping[str, object], marketplace: str | None) -> list[tuple[str, str]]:
    tag, ids = document.get("partnerTag"), document.get("itemIds")
    wrong = [(name, "is not a known field") for name in document.keys() - _KNOWN]
    if marketplace not in MARKETPLACES:
        wrong.append(("x-marketplace", "is not a marketplace"))
    if not isinstance(tag, str) or not tag.strip() or len(tag) > _TAG_LENGTH_MAX:
        wrong.append(("partnerTag", "must have between 1 and 64 characters"))
    if not isinstance(ids, list) or not 1 <= len(ids) <= _ITEMS_MAX:
        wrong.append(("itemIds", "must have between 1 and 10 members"))
    elif not all(isinstance(name, str) and _ASIN.fullmatch(name) for name in ids):
        wrong.append(("itemIds", "must be ids of products"))
    resources = document.get("resources", [])
    if not isinstance(resources, list) or set(map(str, resources)) - RESOURCES:
        wrong.append(("resources", "must be known names"))
    if document.get("condition", "Any") not in {"Any", "New"}:
        wrong.append(("condition", "must be Any or New"))
    languages = document.get("languagesOfPreference", [])
    if not isinstance(languages, list) or len(languages) > 1:
        wrong.append(("languagesOfPreference", "must have 1 member at most"))
    return wrong


def answer(
    wanted: Wanted, *, marketplace: str, catalogue: Catalogue, root: str, dice: random.Random
) -> Json:
    """Return the products in no order, and an error for each that is not known.

    Raises:
        Refusal: one of the products spoils the request.
    """
    found: list[Json] = []
    errors: list[Json] = []
    for asin in dict.fromkeys(wanted.item_ids):
        product = catalogue.find(marketplace, asin)
        if product is None:
            message = f"The ItemId {asin} is not accessible."
            errors.append({"code": "ItemNotAccessible", "message": message})
        elif product.kind is not Kind.SILENT:
            found.append(_item(product, wanted))
        if product is not None and product.kind is Kind.REFUSED:
            raise invalid({"itemIds": f"The ItemId {asin} provided in the request is invalid."})
    dice.shuffle(found)
    shown: Json = {}
    if found:
        shown[root] = {"items": found}
    if errors:
        shown["errors"] = errors
    return shown


def _item(product: Product, wanted: Wanted) -> Json:
    resources = frozenset(wanted.resources)
    page = f"https://{product.marketplace}/dp/{product.asin}"
    shown: Json = {
        "asin": product.asin,
        "detailPageURL": f"{page}?tag={wanted.partner_tag}&linkCode=ogi&th=1&psc=1",
    }
    if "itemInfo.title" in resources:
        title = {"displayValue": product.title, "label": "Title", "locale": "en_US"}
        shown["itemInfo"] = {"title": title}
    sizes = {"small": 75, "medium": 160, "large": 500}
    images = {
        name: {"url": f"https://m.media-amazon.com/{product.asin}.{pixels}.jpg",
               "height": pixels, "width": pixels}
        for name, pixels in sizes.items() if f"images.primary.{name}" in resources
    }  # fmt: skip
    if images:
        shown["images"] = {"primary": images}
    wants_offers = any(name.startswith("offersV2") for name in resources)
    if wants_offers and product.kind is not Kind.WITHOUT_OFFER:
        shown["offersV2"] = {"listings": _listings(product, resources)}
    return shown


def _listings(product: Product, resources: frozenset[str]) -> list[Json]:
    used = _listing(product, resources, amount=product.amount / 2, is_used=True)
    if product.kind is Kind.USED_ONLY:
        return [used]
    has_price = product.kind is Kind.USUAL
    best = _listing(product, resources, amount=product.amount if has_price else None)
    return [used, best] if has_price else [best]


def _listing(
    product: Product, resources: frozenset[str], *, amount: Decimal | None, is_used: bool = False
) -> Json:
    availability: Json = {"type": product.availability, "message": "…", "minOrderQuantity": 1}
    if product.order_max is not None:
        availability["maxOrderQuantity"] = product.order_max
    parts: dict[str, object] = {
        "isBuyBoxWinner": not is_used,
        "availability": availability,
        "condition": {
            "value": "Used" if is_used else "New", "subCondition": "Unknown", "conditionNote": None,
        },
        "merchantInfo": {"id": "ATVPDKIKX0DER", "name": "Sandbox"},
    }  # fmt: skip
    if amount is not None:
        parts["price"] = {
            "money": {
                "amount": amount, "currency": product.shown_currency,
                "displayAmount": f"{amount} {product.shown_currency}",
            },
            "pricePerUnit": None,
        }  # fmt: skip
    shown: Json = {
        name: value for name, value in parts.items() if f"offersV2.listings.{name}" in resources
    }
    return shown | {"violatesMAP": False}
