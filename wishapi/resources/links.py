"""What is behind a link, so that a form can be filled."""

from typing import Annotated
from uuid import UUID

import msgspec
from pydantic import Field

from wishapi.callers import Account
from wishapi.doors import client_of
from wishapi.http import Answer, Body, Call, Resource, answer
from wishcore import limits, prices, pricing
from wishcore.errors import Invalid, TooManyRequests, invalid
from wishcore.limits import Count, policies
from wishcore.lists.content import URL_LENGTH_MAX, checked_url
from wishcore.money import Money

resource = Resource(
    "links",
    tag="Links",
    prefix="/v1",
    description="Title, price and picture of a product, read from its page.",
)


class Link(Body):
    """The address of a shop's page."""

    url: Annotated[
        str, Field(min_length=1, max_length=URL_LENGTH_MAX, examples=["https://shop.example/b"])
    ]


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """What the page says. `null`: it does not say, or not in a way that means one thing only."""

    url: str
    title: str | None
    price: Money | None
    image_url: str | None
    """To be shown from this address, not copied."""
    asin: str | None
    """The product's id, where the link is Amazon's."""
    marketplace: str | None


async def count_lookup(call: Call, account_id: UUID) -> None:
    """Count that something is looked up because of a link.

    Raises:
        TooManyRequests: sixty within the hour were; nothing is looked up.
    """
    count = Count(policies.LOOKUPS_OF_ACCOUNT, str(account_id))
    await limits.take(client_of(call), count, now=call.now)


@resource.post(
    "/links/preview",
    success={200: Preview},
    refusals=(prices.PageUnreadable, TooManyRequests, Invalid),
    counted=True,
)
async def preview_link(call: Call, caller: Account, body: Link) -> Answer:
    """Read what a page says of its product, sixty times an hour.

    Amazon's pages are never read: what its own service tells is shown, and nothing but the
    product's id where that is not set up.
    """
    integrations = call.app_ctx.integrations
    url = checked_url(body.url)
    if not url:
        raise invalid("/url", "This may not be empty")
    await count_lookup(call, caller.account_id)
    preview, product = await pricing.preview_link(
        url, catalogue=integrations.catalogue, web=integrations.web
    )
    return answer(
        Preview(
            url=preview.url,
            title=preview.title,
            price=preview.price,
            image_url=preview.image_url,
            asin=product.asin if product is not None else None,
            marketplace=product.marketplace if product is not None else None,
        )
    )
