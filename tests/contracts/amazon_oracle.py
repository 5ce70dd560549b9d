"""Run by the Python of an environment of its own: somebody else's client asks the stand-in.

    python amazon_oracle.py BASE VERSION MARKETPLACE ASIN …

It prints as JSON what that client made of the answers.
"""

import json
import sys
from typing import Any


def main(base: str, version: str, marketplace: str, asins: list[str]) -> None:
    """Ask as its documentation says, and print."""
    # Installed there only.
    from amazon_creatorsapi import AmazonCreatorsApi  # type: ignore[import-not-found]  # noqa: PLC0415
    from creatorsapi_python_sdk.models.get_items_resource import (  # type: ignore[import-not-found]  # noqa: PLC0415
        GetItemsResource,
    )

    is_lwa = version.startswith("3")
    region = {"1": "na", "2": "eu", "3": "fe"}[version[-1]]
    api = AmazonCreatorsApi(
        credential_id=f"sandbox-{region}-v{version[0]}",
        credential_secret="sandbox-secret",
        version=version,
        tag="sandbox-20",
        marketplace=marketplace,
        throttling=0,
        host=base,
        auth_endpoint=base + ("/auth/o2/token" if is_lwa else "/oauth2/token"),
    )
    names = ["images.primary.medium", "itemInfo.title", "offersV2.listings.availability",
             "offersV2.listings.condition", "offersV2.listings.isBuyBoxWinner",
             "offersV2.listings.price"]  # fmt: skip
    found: dict[str, Any] = {}
    try:
        items = api.get_items(asins, resources=[GetItemsResource(name) for name in names])
    except Exception as error:
        print(json.dumps({"error": type(error).__name__}))  # noqa: T201
        return
    for item in items:
        listings = (item.offers_v2.listings or []) if item.offers_v2 else []
        best = next((each for each in listings if each.is_buy_box_winner), None)
        money = best.price.money if best and best.price else None
        stock = best.availability if best else None
        found[item.asin] = {
            "title": item.item_info.title.display_value,
            "page": item.detail_page_url,
            "image": item.images.primary.medium.url,
            "amount": str(money.amount) if money else None,
            "currency": money.currency if money else None,
            "stock": stock.type if stock else None,
            "most": stock.max_order_quantity if stock else None,
        }
    errors = [each.code for each in getattr(items, "errors", [])]
    print(json.dumps({"items": found, "errors": errors}))  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:])
