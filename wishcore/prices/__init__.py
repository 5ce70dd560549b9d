"""What things cost elsewhere: Amazon's product ids and offers, previews of other shops' pages."""

from wishcore.prices.allowance import Access, SharedAllowance, accesses
from wishcore.prices.asin import (
    AmazonProduct,
    find_asin,
    is_amazon,
    is_short_link,
    product_url,
)
from wishcore.prices.catalogue import (
    Allowance,
    Availability,
    CatalogueClosed,
    CatalogueUnavailable,
    Closure,
    NotServed,
    Offer,
    PriceCatalogue,
    ProductsRefused,
)
from wishcore.prices.operations import (
    KEPT,
    RETRY,
    ROUND,
    expire_quotes,
    record_offers,
    return_products,
)
from wishcore.prices.previews import LinkPreview, preview_page
from wishcore.prices.short_links import find_product
from wishcore.prices.web import PageUnreadable, Web, WebPage

__all__ = [
    "KEPT",
    "RETRY",
    "ROUND",
    "Access",
    "Allowance",
    "AmazonProduct",
    "Availability",
    "CatalogueClosed",
    "CatalogueUnavailable",
    "Closure",
    "LinkPreview",
    "NotServed",
    "Offer",
    "PageUnreadable",
    "PriceCatalogue",
    "ProductsRefused",
    "SharedAllowance",
    "Web",
    "WebPage",
    "accesses",
    "expire_quotes",
    "find_asin",
    "find_product",
    "is_amazon",
    "is_short_link",
    "preview_page",
    "product_url",
    "record_offers",
    "return_products",
]
