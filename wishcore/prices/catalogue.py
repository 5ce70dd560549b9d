"""The foreign system that knows what products cost: Amazon's Creators API, as far as we need it."""

from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Protocol

from wishcore.errors import Unavailable
from wishcore.money import Money
from wishcore.prices.asin import AmazonProduct

BATCH_MAX: Final = 10
"""How many products one request may ask for."""


class CatalogueUnavailable(Unavailable):
    """The catalogue did not answer, or not in a way that can be read. Ask again later."""

    code = "prices_unavailable"
    title = "The price service did not answer"


class ProductsRefused(CatalogueUnavailable):
    """The catalogue refuses the request for one of its products. Ask for fewer of them."""

    code = "products_refused"
    title = "The price service refuses one of these products"


class CatalogueClosed(Unavailable):
    """The catalogue takes no requests for some time: not eligible, misconfigured, used up."""

    code = "prices_closed"
    title = "The price service gives no prices at present"

    def __init__(self, closure: "Closure", *, until: datetime) -> None:
        super().__init__()
        self.closure = closure
        self.until = until


class NotServed(Unavailable):
    """No credential or no partner tag is set for this marketplace."""

    code = "prices_not_served"
    title = "Prices of this marketplace are not set up"


class Closure(StrEnum):
    """Why a credential may not be used for some time."""

    NOT_ELIGIBLE = "not_eligible"
    """Amazon lends its prices only to partners with recent sales (docs/amazon.md)."""
    MISCONFIGURED = "misconfigured"
    """The credential or the partner tag is wrong: somebody has to mend the settings."""
    THROTTLED = "throttled"
    """Amazon wants fewer requests, whatever our own count says."""
    USED_UP = "used_up"
    """As many requests were made today as may be."""


class Availability(StrEnum):
    """Whether a product can be bought, in few words; what is not understood is `unknown`."""

    AVAILABLE = "available"
    ORDERABLE_LATER = "orderable_later"
    UNAVAILABLE = "unavailable"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What the catalogue says of a product now. It may be kept for 24 hours at most."""

    product: AmazonProduct
    price: Money | None
    """Of one new piece from the seller that Amazon prefers; often absent."""
    availability: Availability
    quantity_max: int | None
    """How many may be ordered at once, where Amazon says so."""
    page_url: str
    """Where it can be bought: shown unchanged, it carries the partner tag."""
    title: str = ""
    image_url: str = ""
    """Never kept: pictures may only be shown from Amazon's own address."""


class PriceCatalogue(Protocol):
    """Knows what products cost. It keeps the pace that its provider allows by itself."""

    @property
    def marketplaces(self) -> frozenset[str]:
        """The marketplaces whose prices can be asked for; empty where nothing is set up."""
        ...

    def time_for(self, products: Mapping[str, int]) -> Mapping[str, timedelta]:
        """Return how long it takes to ask for so many products of each marketplace, day and night.

        A part of what the provider allows is left for people who wait for an answer.
        """
        ...

    async def check_open(self, marketplace: str) -> None:
        """Ask nobody, and come back if a request may be made.

        Raises:
            NotServed: nothing is set up for this marketplace.
            CatalogueClosed: no request will be answered before a time that it names.
        """
        ...

    async def offers(self, marketplace: str, asins: Sequence[str]) -> Mapping[str, Offer]:
        """Ask for up to ten products; those that the catalogue does not know are absent.

        It may wait for its turn. Several callers who wait for products of the same marketplace
        are served by one request.

        Raises:
            NotServed: nothing is set up for this marketplace.
            CatalogueClosed: no request will be answered before a time that it names.
            ProductsRefused: one of several products spoils the request.
            CatalogueUnavailable: nobody knows; ask again later.
        """
        ...


class Allowance(Protocol):
    """How often each credential may be used; shared by all processes."""

    def time_for(self, calls: int) -> timedelta:
        """Return how long so many calls take if they are to go on like this for ever."""
        ...

    async def check_open(self, credential: str, *, marketplace: str, now: datetime) -> None:
        """Come back if there may be a turn today.

        Raises:
            CatalogueClosed: there is none before the time that it names.
        """
        ...

    async def take_turn(
        self, credential: str, *, marketplace: str, now: datetime, is_missed: bool = False
    ) -> datetime:
        """Reserve the next moment at which a request may be made, and return it.

        Each turn is given once and counts for its day, but not if it stands for one before that
        was missed.

        Raises:
            CatalogueClosed: there is none before the time that it names.
        """
        ...

    def close(
        self, credential: str, closure: Closure, *, until: datetime, marketplace: str | None = None
    ) -> Awaitable[None]:
        """Let nobody use the credential, for this marketplace or for all, before that time.

        One that is closed for longer stays so.
        """
        ...
