"""Tokens of both generations of credentials."""

import secrets
from collections.abc import Mapping
from urllib.parse import parse_qsl

import msgspec
from aiohttp import web

from wishcli.sandbox.amazon.config import Credential, SandboxConfig
from wishcli.sandbox.amazon.refusals import Json, Refusal, TokenRefusal, unauthorized

_SCOPES = {True: "creatorsapi::default", False: "creatorsapi/default"}
_TYPES = {True: "application/json", False: "application/x-www-form-urlencoded"}
_FIELDS = {"grant_type", "client_id", "client_secret", "scope"}


class Tokens:
    """The tokens that were given out and have not expired."""

    def __init__(self, config: SandboxConfig) -> None:
        self._config = config
        self._given: dict[str, tuple[Credential, float]] = {}

    def give(self, body: bytes, *, content_type: str, is_lwa: bool) -> Json:
        """Answer a token request.

        Raises:
            TokenRefusal: it is not as the endpoint wants it.
        """
        if content_type != _TYPES[is_lwa]:
            raise TokenRefusal("invalid_request", f"The content type must be {_TYPES[is_lwa]}")
        asked = _read(body, is_json=is_lwa)
        if set(asked) != _FIELDS:
            raise TokenRefusal("invalid_request", "Four parameters are needed")
        if asked["grant_type"] != "client_credentials":
            raise TokenRefusal("unsupported_grant_type", "The grant type is not supported")
        credential = self._credential(asked["client_id"], asked["client_secret"], is_lwa=is_lwa)
        if asked["scope"] != _SCOPES[is_lwa]:
            raise TokenRefusal("invalid_scope", "The scope is not known")
        token = f"Atc|{secrets.token_urlsafe(24)}"
        self._given[token] = credential, self._config.clock() + self._config.token_seconds
        return {
            "access_token": token,
            "token_type": "bearer",
            "expires_in": self._config.token_seconds,
            "scope": asked["scope"],
        }

    def check(self, request: web.Request) -> Credential:
        """Return whose token the request carries.

        Raises:
            Refusal: none, or one that is not good.
        """
        kind, _, rest = request.headers.get("Authorization", "").partition(" ")
        if kind != "Bearer" or not rest:
            raise unauthorized("MissingCredential")
        token, _, version = rest.partition(", Version ")
        credential, expires_at = self._given.get(token, (None, 0.0))
        if credential is None:
            raise unauthorized("InvalidToken")
        if expires_at <= self._config.clock():
            raise unauthorized("TokenExpired")
        # The older generation says its version in the header, the newer must not.
        if version != ("" if credential.is_lwa else credential.version):
            raise Refusal(
                "UnauthorizedException", "The version is wrong.", status=401, reason="Other"
            )
        return credential

    def expire(self) -> int:
        """Let all tokens expire now; return how many there were."""
        count = len(self._given)
        self._given = {token: (owner, 0.0) for token, (owner, _) in self._given.items()}
        return count

    def _credential(self, name: str, secret: str, *, is_lwa: bool) -> Credential:
        for credential in self._config.credentials:
            if (credential.id, credential.secret, credential.is_lwa) == (name, secret, is_lwa):
                return credential
        raise TokenRefusal("invalid_client", "Client authentication failed", status=401)


def _read(body: bytes, *, is_json: bool) -> Mapping[str, str]:
    try:
        if is_json:
            return msgspec.json.decode(body, type=dict[str, str])
        pairs = parse_qsl(body.decode(), strict_parsing=True)
    except (msgspec.MsgspecError, ValueError) as problem:
        raise TokenRefusal("invalid_request", "The body cannot be read") from problem
    if len(pairs) != len(dict(pairs)):
        raise TokenRefusal("invalid_request", "A parameter was sent twice")
    return dict(pairs)
