"""A few hundred products, and what each marketplace asks for them."""

import random
from copy import copy
from decimal import Decimal
from enum import StrEnum
from functools import cache

from msgspec import Struct, field

MARKETPLACES = {
    "www.amazon.com": ("na", "USD"), "www.amazon.ca": ("na", "CAD"),
    "www.amazon.com.mx": ("na", "MXN"), "www.amazon.com.br": ("na", "BRL"),
    "www.amazon.co.uk": ("eu", "GBP"), "www.amazon.de": ("eu", "EUR"),
    "www.amazon.fr": ("eu", "EUR"), "www.amazon.it": ("eu", "EUR"),
    "www.amazon.es": ("eu", "EUR"), "www.amazon.nl": ("eu", "EUR"),
    "www.amazon.com.be": ("eu", "EUR"), "www.amazon.pl": ("eu", "PLN"),
    "www.amazon.se": ("eu", "SEK"), "www.amazon.com.tr": ("eu", "TRY"),
    "www.amazon.ae": ("eu", "AED"), "www.amazon.sa": ("eu", "SAR"),
    "www.amazon.in": ("eu", "INR"), "www.amazon.co.jp": ("fe", "JPY"),
    "www.amazon.sg": ("fe", "SGD"), "www.amazon.com.au": ("fe", "AUD"),
}  # fmt: skip
"""For each marketplace of the API its region and its currency."""

WHOLE = frozenset({"JPY"})
_DRIFTING_SHARE = 0.3


class Kind(StrEnum):
    """What can be the matter with a product."""

    USUAL = "usual"
    OUT_OF_STOCK = "out_of_stock"
    WITHOUT_PRICE = "without_price"
    WITHOUT_OFFER = "without_offer"
    USED_ONLY = "used_only"
    SILENT = "silent"
    """Neither among the items nor among the errors."""
    REFUSED = "refused"
    """It spoils every request that names it."""


class Product(Struct, kw_only=True, forbid_unknown_fields=True):
    """A product in one marketplace."""

    marketplace: str
    asin: str
    title: str = "A thing"
    amount: Decimal = Decimal("19.99")
    currency: str | None = None
    """Another one than the marketplace's, if it is set."""
    kind: Kind = Kind.USUAL
    availability: str = "IN_STOCK"
    order_max: int | None = 30

    @property
    def shown_currency(self) -> str:
        """Return the currency of its price."""
        return self.currency or MARKETPLACES[self.marketplace][1]


class Catalogue(Struct, kw_only=True):
    """All products, by marketplace and id."""

    products: dict[tuple[str, str], Product] = field(default_factory=dict)

    def put(self, product: Product) -> None:
        """Add the product, or replace it."""
        self.products[product.marketplace, product.asin] = product

    def find(self, marketplace: str, asin: str) -> Product | None:
        """Return the product if there is one."""
        return self.products.get((marketplace, asin))

    def drift(self, seed: int) -> int:
        """Change about a third of all prices by a tenth at most; return how many."""
        dice = random.Random(seed)  # noqa: S311 - not a secret
        changed = 0
        for product in self.products.values():
            if dice.random() < _DRIFTING_SHARE:
                factor = Decimal(dice.randrange(90, 111)) / 100
                before = product.amount
                product.amount = _rounded(before * factor, product.shown_currency)
                changed += product.amount != before
        return changed


def asin_of(number: int) -> str:
    """Return the id of the sandbox's nth product."""
    return f"B0SANDB{number:03d}"


def made(count: int, *, seed: int) -> Catalogue:
    """Make the same products in every marketplace, each at a price of its own."""
    catalogue = Catalogue()
    for product in _drawn(count, seed):
        catalogue.put(copy(product))
    return catalogue


@cache
def _drawn(count: int, seed: int) -> tuple[Product, ...]:
    """Draw the products once for all sandboxes of a process: it takes a tenth of a second."""
    dice = random.Random(seed)  # noqa: S311 - not a secret
    products: list[Product] = []
    for number in range(count):
        kind, availability = _kind(dice)
        cents = dice.randrange(500, 50_000)
        for marketplace, (_, currency) in MARKETPLACES.items():
            products.append(
                Product(
                    marketplace=marketplace,
                    asin=asin_of(number),
                    title=f"Sandbox thing {number}",
                    amount=_rounded(Decimal(cents + dice.randrange(100)) / 100, currency),
                    kind=kind,
                    availability=availability,
                    order_max=dice.choice((1, 3, 30, None)),
                )
            )
    return tuple(products)


def _kind(dice: random.Random) -> tuple[Kind, str]:
    if dice.random() < 0.7:  # noqa: PLR2004 - most things are simply there
        return Kind.USUAL, "IN_STOCK"
    return dice.choice(
        (
            (Kind.USUAL, "IN_STOCK_SCARCE"),
            (Kind.USUAL, "LEADTIME"),
            (Kind.USUAL, "PREORDER"),
            (Kind.USUAL, "AVAILABLE_DATE"),
            (Kind.USUAL, "UNKNOWN"),
            (Kind.OUT_OF_STOCK, "OUT_OF_STOCK"),
            (Kind.WITHOUT_PRICE, "UNAVAILABLE"),
            (Kind.WITHOUT_OFFER, ""),
            (Kind.USED_ONLY, "IN_STOCK"),
        )
    )


def _rounded(amount: Decimal, currency: str) -> Decimal:
    if currency in WHOLE:
        return max(amount * 100, Decimal(50)).quantize(Decimal(1))
    return max(amount, Decimal("0.50")).quantize(Decimal("0.01"))
