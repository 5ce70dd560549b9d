"""Who knocks: the network and the device of a request, for limits and for the list of sessions."""

import ipaddress
from collections.abc import Mapping
from typing import Final

from wishapi.http import Call
from wishcore.limits import Client

_IPV6_NETWORK: Final = 64
"""Whoever has one address of IPv6 has as many as they like: the network is what is counted."""


def client_of(call: Call) -> Client:
    """Return whoever sends this request, the same one each time it is asked.

    The address is the connection's; behind a configured proxy it is the proxy's word. What is left
    of the limits that it counts for is told in the headers of the answer.
    """
    request = call.request
    if isinstance(request.client, Client):
        return request.client
    client = request.client = Client.at(
        network_of(request.remote_addr or request.ip),
        device=request.headers.get("user-agent", ""),
        server_secret=call.app_ctx.integrations.server_secret,
        is_limited=call.app_ctx.settings.wish_rate_limits,
    )
    request.late_headers = lambda: _headers(client)
    return client


def network_of(address: str) -> str:
    """Return what is counted as one: an address of IPv4, or the first half of one of IPv6."""
    try:
        found = ipaddress.ip_address(address.strip("[]"))
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((int(found), _IPV6_NETWORK), strict=False))


def _headers(client: Client) -> Mapping[str, str]:
    allowance = client.shown_allowance()
    if allowance is None:
        return {}
    policy = allowance.policy
    return {
        "RateLimit-Limit": str(policy.most),
        "RateLimit-Remaining": str(allowance.remaining),
        "RateLimit-Reset": str(allowance.reset_seconds),
        "RateLimit-Policy": f"{policy.most};w={int(policy.window.total_seconds())}",
    }
