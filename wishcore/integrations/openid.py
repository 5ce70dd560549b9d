"""An OpenID provider: discovery, code with PKCE, and an `id_token` that is believed if it holds.

See openid.net/specs/openid-connect-core-1_0.html, 3.1.3.7, and RFC 9700.
"""

import asyncio
import hmac
import re
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final
from urllib.parse import urlencode, urlsplit

from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from wishcore.identities import (
    Described,
    ProviderNotBelieved,
    ProviderRefused,
    ProviderUnavailable,
    Return,
    Start,
)
from wishcore.integrations.json_web import Json, JsonWeb

LEEWAY_SECONDS: Final = 60
AGE_SECONDS_MAX: Final = 600
_ALGORITHMS: Final = ("RS256",)
_OK: Final = 200
_KEPT_SECONDS: Final = (60.0, 86_400.0)
_REFETCH_SECONDS: Final = 60.0
_SUBJECT_MAX: Final = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenIdSettings:
    """Which provider it is, and who we are there."""

    name: str
    title: str
    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    other_issuers: tuple[str, ...] = ()
    scope: str = "openid email profile"
    more: Mapping[str, str] = field(default_factory=dict)
    """Further parameters of its sign-in page."""
    total_seconds: float = 10.0


@dataclass(slots=True)
class _Kept:
    """Something that was fetched, and until when it is good."""

    body: Json
    until: float
    fetched: float


class OpenIdProvider:
    """An `IdentityProvider` that speaks OpenID Connect."""

    vouches_for_addresses = True

    def __init__(self, settings: OpenIdSettings, *, clock: Callable[[], float]) -> None:
        """Take the provider's settings, and a clock that gives seconds since 1970."""
        self._settings = settings
        self._clock = clock
        self._web = JsonWeb(total_seconds=settings.total_seconds)
        self._discovered: _Kept | None = None
        self._keys: _Kept | None = None
        self._fetching = asyncio.Lock()
        self._failures = 0

    @property
    def name(self) -> str:
        """What our addresses and rows call it."""
        return self._settings.name

    @property
    def title(self) -> str:
        """What people call it."""
        return self._settings.title

    @property
    def issuer(self) -> str | None:
        """What `iss` must be if it comes back with the browser."""
        return self._settings.issuer

    @property
    def origins(self) -> tuple[str, ...]:
        """Where its pages are; the address of the sign-in page itself is known after discovery."""
        parts = urlsplit(self._settings.issuer)
        return (f"{parts.scheme}://{parts.netloc}",)

    async def page(self, start: Start) -> str:
        """Return the address of its sign-in page."""
        endpoint = await self._endpoint("authorization_endpoint")
        query = {
            "response_type": "code",
            "client_id": self._settings.client_id,
            "redirect_uri": start.redirect_uri,
            "scope": self._settings.scope,
            "state": start.state,
            "nonce": start.nonce,
            "code_challenge": start.code_challenge,
            "code_challenge_method": "S256",
            **self._settings.more,
        }
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(query)}"

    async def identify(self, back: Return) -> Described:
        """Exchange the code, and return what the verified `id_token` says."""
        answer = await self._web.post(
            await self._endpoint("token_endpoint"),
            {
                "grant_type": "authorization_code",
                "code": back.code,
                "redirect_uri": back.redirect_uri,
                "client_id": self._settings.client_id,
                "client_secret": self._settings.client_secret,
                "code_verifier": back.code_verifier,
            },
        )
        if answer.status != _OK:
            raise ProviderRefused
        id_token, access_token = answer.body.get("id_token"), answer.body.get("access_token")
        if not isinstance(id_token, str):
            raise ProviderNotBelieved
        claims = await self._believed(id_token, nonce=back.nonce)
        _check_at_hash(claims, access_token)
        return _described(claims)

    async def close(self) -> None:
        """Close the connections."""
        await self._web.close()

    async def _believed(self, id_token: str, *, nonce: str) -> Json:
        token = await self._verified(id_token)
        own = self._settings.client_id
        registry = jwt.JWTClaimsRegistry(
            now=lambda: int(self._clock()),
            leeway=LEEWAY_SECONDS,
            iss={
                "essential": True,
                "values": [self._settings.issuer, *self._settings.other_issuers],
            },
            sub={"essential": True},
            aud={"essential": True, "value": own},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": nonce},
        )
        try:
            registry.validate(token.claims)
        except JoseError as error:
            raise ProviderNotBelieved from error
        claims: Json = token.claims
        is_shared = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if (is_shared or "azp" in claims) and claims.get("azp") != own:
            raise ProviderNotBelieved
        issued_at = claims["iat"]
        if not isinstance(issued_at, int | float) or issued_at < self._clock() - AGE_SECONDS_MAX:
            raise ProviderNotBelieved
        return claims

    async def _verified(self, id_token: str) -> jwt.Token:
        try:
            return self._decoded(id_token, await self._key_set())
        except InvalidKeyIdError:
            # Keys change: once, and not more often than each minute, look for new ones.
            if self._keys is None or self._clock() - self._keys.fetched < _REFETCH_SECONDS:
                raise ProviderNotBelieved from None
            self._keys = None
        except (JoseError, ValueError) as error:
            raise ProviderNotBelieved from error
        try:
            return self._decoded(id_token, await self._key_set())
        except (JoseError, ValueError) as error:
            raise ProviderNotBelieved from error

    def _decoded(self, id_token: str, keys: KeySet) -> jwt.Token:
        registry = JWSRegistry(algorithms=list(_ALGORITHMS))
        return jwt.decode(id_token, keys, algorithms=_ALGORITHMS, registry=registry)

    async def _key_set(self) -> KeySet:
        url = await self._endpoint("jwks_uri")
        failures = self._failures
        async with self._fetching:
            if self._keys is None or self._clock() >= self._keys.until:
                self._keys = await self._fetch(url, failures)
        try:
            return KeySet.import_key_set(self._keys.body)  # type: ignore[arg-type] # it looks itself
        except (JoseError, KeyError, TypeError, ValueError):
            self._keys = None
            raise ProviderUnavailable from None

    async def _endpoint(self, name: str) -> str:
        failures = self._failures
        async with self._fetching:
            if self._discovered is None or self._clock() >= self._discovered.until:
                url = self._settings.issuer + "/.well-known/openid-configuration"
                found = await self._fetch(url, failures)
                # Only the issuer is pinned; that it speaks for itself is checked here.
                if found.body.get("issuer") != self._settings.issuer:
                    raise ProviderNotBelieved
                self._discovered = found
        endpoint = self._discovered.body.get(name)
        scheme = urlsplit(self._settings.issuer).scheme
        if not isinstance(endpoint, str) or urlsplit(endpoint).scheme not in {scheme, "https"}:
            raise ProviderUnavailable
        return endpoint

    async def _fetch(self, url: str, failures: int) -> _Kept:
        # Whoever waited while another asked in vain does not ask again: of a provider that is slow,
        # each would wait for all before.
        if failures != self._failures:
            raise ProviderUnavailable
        try:
            answer = await self._web.get(url)
        except ProviderUnavailable:
            self._failures += 1
            raise
        if answer.status != _OK:
            self._failures += 1
            raise ProviderUnavailable
        now = self._clock()
        age = re.search(r"max-age=(\d{1,9})", answer.headers.get("Cache-Control", ""))
        low, high = _KEPT_SECONDS
        seconds = min(max(float(age[1]) if age else 3600.0, low), high)
        return _Kept(body=answer.body, until=now + seconds, fetched=now)


def _check_at_hash(claims: Json, access_token: object) -> None:
    expected = claims.get("at_hash")
    if expected is None:
        return
    digest = sha256(str(access_token).encode("ascii", "replace")).digest()[:16]
    found = urlsafe_b64encode(digest).decode().rstrip("=")
    if not hmac.compare_digest(str(expected).encode(), found.encode()):
        raise ProviderNotBelieved


def _described(claims: Json) -> Described:
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= _SUBJECT_MAX:
        raise ProviderNotBelieved
    if not subject.isascii() or not subject.isprintable():
        raise ProviderNotBelieved
    texts = {
        ours: value if isinstance(value := claims.get(theirs), str) else None
        for ours, theirs in _CLAIMS.items()
    }
    return Described(
        subject=subject,
        # Only the truth value itself: some providers say "true", and "false" is a text as well.
        email_verified=claims.get("email_verified") is True,
        claims=claims,
        **texts,
    )


_CLAIMS: Final = {
    "email": "email",
    "name": "name",
    "first_name": "given_name",
    "last_name": "family_name",
    "picture_url": "picture",
    "locale": "locale",
}
