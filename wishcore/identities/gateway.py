"""What a provider of identities does for us: it says who somebody is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from wishcore.errors import Invalid, Unavailable


class ProviderUnavailable(Unavailable):
    """The provider is down or slow, or answered what is no answer of its API. Nothing was done."""

    code = "provider_unavailable"
    title = "The other company did not answer. Try again, or sign in with your password"


class ProviderRefused(Invalid):
    """The provider does not stand by what the browser brought: forged, used or too old."""

    code = "provider_refused"
    title = "The other company did not confirm this sign-in. Please begin again"


class ProviderNotBelieved(Invalid):
    """What the provider says does not hold: signature, issuer, audience, time or nonce."""

    code = "provider_not_believed"
    title = "What the other company said could not be verified. Please begin again"


class UnknownProvider(Invalid):
    """Nobody can sign in so here."""

    code = "unknown_provider"
    title = "This way to sign in is not offered here"


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """What binds a visit at the provider to the browser that set out."""

    redirect_uri: str
    state: str = field(repr=False)
    nonce: str = field(repr=False)
    code_challenge: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Return:
    """What came back, and what the visit was bound to."""

    redirect_uri: str
    code: str = field(repr=False)
    nonce: str = field(repr=False)
    code_verifier: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """Somebody, as the provider describes them; verified by the adapter."""

    subject: str
    email: str | None = None
    email_verified: bool = False
    name: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    picture_url: str | None = None
    locale: str | None = None
    claims: Mapping[str, object] = field(default_factory=dict, repr=False)


class IdentityProvider(Protocol):
    """A company at which people have accounts."""

    @property
    def name(self) -> str:
        """What our addresses and rows call it."""
        ...

    @property
    def title(self) -> str:
        """What people call it."""
        ...

    @property
    def issuer(self) -> str | None:
        """What `iss` must be if it comes back with the browser (RFC 9207)."""
        ...

    @property
    def origins(self) -> tuple[str, ...]:
        """Where its pages are: a form of ours may lead there."""
        ...

    @property
    def vouches_for_addresses(self) -> bool:
        """Say whether an address that it calls verified may lead to an account of ours."""
        ...

    async def page(self, start: Start) -> str:
        """Return the address of its sign-in page.

        Raises:
            ProviderUnavailable: it does not say where that is.
        """
        ...

    async def identify(self, back: Return) -> Described:
        """Exchange what came back for who it is, and verify that.

        Raises:
            ProviderRefused, ProviderNotBelieved, ProviderUnavailable: nobody is known.
        """
        ...
