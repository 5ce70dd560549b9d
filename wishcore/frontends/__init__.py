"""Registered front ends: who may ask for sign-ins, and where people go back to.

An operator registers each one, with the exact addresses that people are sent back to and the
origins whose pages may call the API. One that is not registered gets no token and no redirect.
"""

from wishcore.frontends.addresses import origin_of
from wishcore.frontends.operations import (
    GRANTS,
    SCOPES,
    USUAL_GRANTS,
    USUAL_SCOPES,
    Client,
    ClientIdTaken,
    ClientIsPublic,
    ClientNotFound,
    NewClient,
    Registration,
    add_client,
    find_client,
    get_client,
    keep_client,
    list_clients,
    registered_origins,
    remove_client,
    rotate_secret,
)

__all__ = [
    "GRANTS",
    "SCOPES",
    "USUAL_GRANTS",
    "USUAL_SCOPES",
    "Client",
    "ClientIdTaken",
    "ClientIsPublic",
    "ClientNotFound",
    "NewClient",
    "Registration",
    "add_client",
    "find_client",
    "get_client",
    "keep_client",
    "list_clients",
    "origin_of",
    "registered_origins",
    "remove_client",
    "rotate_secret",
]
