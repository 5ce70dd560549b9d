"""Amazon's storefronts: their hosts, and the region whose credentials may ask for their prices."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Region(StrEnum):
    """A part of the world that one credential of the Creators API serves."""

    NA = "na"
    EU = "eu"
    FE = "fe"


_SUFFIXES: Final[Mapping[str, Region | None]] = MappingProxyType(
    {
        "amazon.com": Region.NA,
        "amazon.ca": Region.NA,
        "amazon.com.mx": Region.NA,
        "amazon.com.br": Region.NA,
        "amazon.co.uk": Region.EU,
        "amazon.de": Region.EU,
        "amazon.fr": Region.EU,
        "amazon.it": Region.EU,
        "amazon.es": Region.EU,
        "amazon.nl": Region.EU,
        "amazon.com.be": Region.EU,
        "amazon.pl": Region.EU,
        "amazon.se": Region.EU,
        "amazon.com.tr": Region.EU,
        "amazon.ae": Region.EU,
        "amazon.sa": Region.EU,
        "amazon.eg": Region.EU,
        "amazon.ie": Region.EU,
        "amazon.in": Region.EU,
        "amazon.co.jp": Region.FE,
        "amazon.sg": Region.FE,
        "amazon.com.au": Region.FE,
        # A storefront, but the API is not known to serve it.
        "amazon.co.za": None,
    }
)
_SUBDOMAINS: Final = ("", "www.", "smile.", "m.", "read.")

MARKETPLACES: Final[Mapping[str, str]] = MappingProxyType(
    {sub + suffix: f"www.{suffix}" for suffix in _SUFFIXES for sub in _SUBDOMAINS}
)
"""For each host of a storefront the name of its marketplace in the API."""

REGIONS: Final[Mapping[str, Region]] = MappingProxyType(
    {f"www.{suffix}": region for suffix, region in _SUFFIXES.items() if region is not None}
)
"""For each marketplace that the API serves its region."""

READERS: Final = frozenset(f"read.{suffix}" for suffix in _SUFFIXES)
"""Hosts whose addresses name the book in the query."""

SHORT_HOSTS: Final = frozenset({"a.co", "amzn.asia", "amzn.com", "amzn.eu", "amzn.to"})
"""Hosts of Amazon that only redirect to a storefront."""
