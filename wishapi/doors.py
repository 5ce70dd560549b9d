"""Who knocks: the network and the device of a request, for limits and for the list of sessions."""

from wishapi.http import Call
from wishcore.limits import Client


def client_of(call: Call) -> Client:
    """Return whoever sends this request; behind a proxy its address is the proxy's word."""
    return Client.at(
        call.request.remote_addr or call.request.ip,
        device=call.request.headers.get("user-agent", ""),
        server_secret=call.app_ctx.integrations.server_secret,
    )
