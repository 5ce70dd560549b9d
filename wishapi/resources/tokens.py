"""Tokens: signing in, refreshing, signing out."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Self

import msgspec
from pydantic import Field, model_validator

from wishapi.doors import client_of
from wishapi.http import Answer, Body, Call, Resource, answer
from wishapi.resources.accounts import Password
from wishcore import accounts, sessions, visitors
from wishcore.errors import TooManyRequests
from wishcore.opaque import BadToken

resource = Resource(
    "tokens",
    tag="Tokens",
    prefix="/v1",
    description=(
        "Opaque bearer tokens. An access token is valid for an hour; a refresh token is exchanged "
        "once, for the next pair. Using one twice signs out everybody who holds its family."
    ),
)

Token = Annotated[str, Field(min_length=1, max_length=512)]


class Credentials(Body):
    """A user name or an e-mail address with the password, or a refresh token alone."""

    # What signing up has for an example, too.
    example: ClassVar[Mapping[str, object] | None] = {
        "email": "lovelace@example.org",
        "password": "correct horse battery",
    }

    username: Annotated[str | None, Field(min_length=1, max_length=254)] = None
    email: Annotated[str | None, Field(min_length=1, max_length=254)] = None
    password: Password | None = None
    refresh_token: Token | None = None

    @model_validator(mode="after")
    def _is_one_way(self) -> Self:
        names = (self.username is not None) + (self.email is not None)
        if self.refresh_token is not None:
            if names or self.password is not None:
                raise ValueError("Give a refresh_token alone, or a name and a password")
        elif names != 1 or self.password is None:
            raise ValueError("Give either a username or an email, and the password")
        return self


class Revocation(Body):
    """The token to end; without one, that of the request."""

    token: Token | None = None


class Tokens(msgspec.Struct, frozen=True, kw_only=True):
    """A pair of tokens."""

    access_token: str
    refresh_token: str
    expires_in: int
    token_type: str = "Bearer"


@resource.post(
    "/auth/token",
    success={200: Tokens},
    refusals=(accounts.WrongCredentials, BadToken, accounts.SignInBusy, TooManyRequests),
    counted=True,
)
async def issue_tokens(call: Call, body: Credentials) -> Answer:
    """Sign in with a user name or e-mail address and password, or refresh."""
    if body.refresh_token is not None:
        pair = await sessions.refresh(body.refresh_token, client=client_of(call), now=call.now)
    else:
        assert body.password is not None, "The body was checked."
        pair = await sessions.sign_in(
            body.username or body.email or "",
            password=body.password,
            hasher=call.app_ctx.integrations.hasher,
            client=client_of(call),
            now=call.now,
        )
    return answer(
        Tokens(
            access_token=pair.access_token,
            refresh_token=pair.refresh_token,
            expires_in=pair.expires_in,
        )
    )


@resource.post("/auth/revoke", success={204: None})
async def revoke_token(call: Call, body: Revocation | None) -> Answer:
    """Sign out: end a token together with its whole family, or a visitor pass.

    Without a body it is the token of the request. An unknown one is no error.
    """
    named = body.token if body is not None else None
    token = named or call.bearer_token
    if token is None:
        return answer(status=204)
    if token.startswith(visitors.PASS_PREFIX):
        await visitors.revoke_pass(token, now=call.now)
    else:
        await accounts.revoke(token, now=call.now)
    return answer(status=204)
