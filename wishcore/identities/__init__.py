"""Who people are at other companies, and which account of ours that is.

Provider and subject say who somebody is; an e-mail address alone never does.
"""

from wishcore.identities.gateway import (
    Described,
    IdentityProvider,
    ProviderNotBelieved,
    ProviderRefused,
    ProviderUnavailable,
    Return,
    Start,
    UnknownProvider,
)
from wishcore.identities.linking import (
    Identity,
    Recognized,
    find_identity,
    forget_identities,
    identities_of,
    link_identity,
    recognize,
)

__all__ = [
    "Described",
    "Identity",
    "IdentityProvider",
    "ProviderNotBelieved",
    "ProviderRefused",
    "ProviderUnavailable",
    "Recognized",
    "Return",
    "Start",
    "UnknownProvider",
    "find_identity",
    "forget_identities",
    "identities_of",
    "link_identity",
    "recognize",
]
