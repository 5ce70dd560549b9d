"""OAuth for front ends: tokens for codes, and what this server can do (RFC 6749, 7009, 8414)."""

from typing import Annotated, Final, Literal

import msgspec
from pydantic import Field

from wishapi.doors import client_of
from wishapi.http import (
    Answer,
    Call,
    Form,
    FormUnreadable,
    Resource,
    absent,
    answer,
    read_pairs,
)
from wishcore import frontends, oauth
from wishcore.accounts import SignInBusy
from wishcore.errors import TooManyRequests
from wishcore.oauth import OAuthRefused, Reason

resource = Resource(
    "oauth",
    tag="OAuth",
    description=(
        "For registered front ends. A person is sent to `/oauth/authorize` with a question "
        "(`response_type=code`, PKCE with S256) and comes back with a code, which is exchanged "
        "here. Refusals have the form of RFC 6749."
    ),
)

_FORM: Final = ("application/x-www-form-urlencoded",)


_ClientId = Annotated[str, Field(description="Your name, unless you say it with Basic.")]
_ClientSecret = Annotated[
    str, Field(description="Of a confidential front end, unless it uses Basic.")
]


class TokenForm(Form):
    """What is exchanged for tokens; which members are needed depends on `grant_type`."""

    grant_type: Annotated[
        Literal["authorization_code", "refresh_token", "password"],
        Field(description="`password` only where the operator allowed it."),
    ]
    client_id: _ClientId = absent()
    client_secret: _ClientSecret = absent()
    code: Annotated[str, Field(description="With `authorization_code`.")] = absent()
    redirect_uri: Annotated[
        str, Field(description="With `authorization_code`: the same as in the question.")
    ] = absent()
    code_verifier: Annotated[
        str, Field(description="With `authorization_code`: 43 to 128 characters (RFC 7636).")
    ] = absent()
    refresh_token: Annotated[str, Field(description="With `refresh_token`.")] = absent()
    scope: Annotated[
        str,
        Field(
            description=(
                "With `refresh_token`, if less is wanted than was granted, and with `password`: "
                f"some of {', '.join(frontends.SCOPES)}, with spaces between them."
            )
        ),
    ] = absent()
    username: Annotated[
        str, Field(description="With `password`: a user name or an e-mail address.")
    ] = absent()
    password: Annotated[str, Field(description="With `password`.")] = absent()


class RevocationForm(Form):
    """The token whose sign-in ends."""

    token: Annotated[str, Field(description="An access token or a refresh token.")]
    client_id: _ClientId = absent()
    client_secret: _ClientSecret = absent()


class OAuthTokens(msgspec.Struct, frozen=True, kw_only=True):
    """A pair of tokens, and what the access token may do."""

    access_token: str
    refresh_token: str
    expires_in: int
    scope: str
    token_type: str = "Bearer"


class OAuthError(msgspec.Struct, frozen=True, kw_only=True):
    """Why a front end is refused (RFC 6749, 5.2)."""

    error: str
    error_description: str


class ServerMetadata(msgspec.Struct, frozen=True, kw_only=True):
    """What a library of the front end has to know (RFC 8414)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    revocation_endpoint: str
    service_documentation: str
    scopes_supported: tuple[str, ...] = frontends.SCOPES
    response_types_supported: tuple[str, ...] = ("code",)
    response_modes_supported: tuple[str, ...] = ("query",)
    grant_types_supported: tuple[str, ...] = frontends.USUAL_GRANTS
    code_challenge_methods_supported: tuple[str, ...] = ("S256",)
    token_endpoint_auth_methods_supported: tuple[str, ...] = (
        "none",
        "client_secret_basic",
        "client_secret_post",
    )
    revocation_endpoint_auth_methods_supported: tuple[str, ...] = (
        "none",
        "client_secret_basic",
        "client_secret_post",
    )
    authorization_response_iss_parameter_supported: bool = True


@resource.get(
    "/.well-known/oauth-authorization-server",
    success={200: ServerMetadata},
    cache="public, max-age=300",
)
async def authorization_server(call: Call) -> Answer:
    """Say where everything is, for libraries of front ends (RFC 8414)."""
    base = call.app_ctx.settings.wish_public_url
    return answer(
        ServerMetadata(
            issuer=base,
            authorization_endpoint=f"{base}/oauth/authorize",
            token_endpoint=f"{base}/oauth/token",
            revocation_endpoint=f"{base}/oauth/revoke",
            service_documentation=f"{base}/docs",
        )
    )


@resource.post(
    "/oauth/token",
    success={200: OAuthTokens, 400: OAuthError, 401: OAuthError},
    refusals=(SignInBusy, TooManyRequests),
    consumes=_FORM,
    form=TokenForm,
    counted=True,
)
async def exchange_for_tokens(call: Call, body: bytes) -> Answer:
    """Exchange a code or a refresh token for tokens.

    `grant_type=authorization_code` with `code`, `redirect_uri`, `code_verifier`; or
    `grant_type=refresh_token` with `refresh_token` and, if less is wanted, `scope`. A public front
    end names itself with `client_id`; a confidential one proves itself with Basic, or with
    `client_id` and `client_secret`. A code or refresh token that comes a second time ends the
    sign-in.
    """
    try:
        form = _form(body)
        front_end = await oauth.authenticate(form, authorization=_authorization(call))
        granted = await oauth.grant_tokens(
            form,
            front_end=front_end,
            hasher=call.app_ctx.integrations.hasher,
            client=client_of(call),
            now=call.now,
        )
    except OAuthRefused as refused:
        return _refusal(refused)
    pair = granted.pair
    return answer(
        OAuthTokens(
            access_token=pair.access_token,
            refresh_token=pair.refresh_token,
            expires_in=pair.expires_in,
            scope=granted.scope,
        )
    )


@resource.post(
    "/oauth/revoke",
    success={200: None, 400: OAuthError, 401: OAuthError},
    consumes=_FORM,
    form=RevocationForm,
)
async def revoke_for_front_end(call: Call, body: bytes) -> Answer:
    """End the sign-in that a token belongs to (RFC 7009).

    An unknown token is no error.
    """
    try:
        form = _form(body)
        front_end = await oauth.authenticate(form, authorization=_authorization(call))
        await oauth.revoke_for(form, front_end=front_end, now=call.now)
    except OAuthRefused as refused:
        return _refusal(refused)
    return answer(status=200)


def _form(body: bytes) -> dict[str, str]:
    try:
        pairs = read_pairs(body)
    except FormUnreadable as error:
        raise OAuthRefused(Reason.INVALID_REQUEST, error.detail) from None
    form = dict(pairs)
    if len(form) != len(pairs):
        raise OAuthRefused(Reason.INVALID_REQUEST, "A parameter is given more than once")
    return form


def _authorization(call: Call) -> str | None:
    header: str | None = call.request.headers.get("authorization")
    return header


def _refusal(refused: OAuthRefused) -> Answer:
    error = OAuthError(error=refused.reason.value, error_description=refused.detail)
    if refused.reason is Reason.INVALID_CLIENT:
        return answer(error, status=401, headers={"WWW-Authenticate": 'Basic realm="wish"'})
    return answer(error, status=400)
