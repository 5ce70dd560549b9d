"""Which addresses of the internet are public. Pure."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

# `ipaddress` calls some of these global: what they hold is an address of somebody's inner network
# in disguise, or no single machine.
_NEVER_V4: Final = tuple(ip_network(text) for text in ("192.0.0.0/24", "192.88.99.0/24"))
_NEVER_V6: Final = tuple(
    ip_network(text) for text in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
)
# All public machines are in here; NAT64, site-local and IPv4-compatible addresses are not.
_UNICAST: Final = IPv6Network("2000::/3")


def is_public(text: str) -> bool:
    """Say whether the address is that of a public server; anything strange is not."""
    try:
        address = ip_address(text)
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    if not address.is_global or address.is_multicast or address.is_reserved:
        return False
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _NEVER_V4)
    return (
        address.scope_id is None
        and address in _UNICAST
        and not any(address in network for network in _NEVER_V6)
    )
