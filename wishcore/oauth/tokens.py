"""The token endpoint: a code, a refresh token or, where it is allowed, a password for tokens."""

from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import unquote_plus

import msgspec

from wishcore import accounts, db, limits, sessions
from wishcore.accounts import PasswordHasher, TokenPair
from wishcore.frontends import GRANTS, find_client
from wishcore.frontends import Client as FrontEnd
from wishcore.limits import Client, Count, policies
from wishcore.oauth.codes import challenge_of, redeem
from wishcore.oauth.refusals import OAuthRefused, Reason
from wishcore.opaque import hash_secret, is_same

Form = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """Tokens for a front end, and what the access token may do."""

    pair: TokenPair
    scope: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Credentials:
    client_id: str
    secret: str | None = field(repr=False)


class _Sign(msgspec.Struct, frozen=True, kw_only=True):
    client_id: str | None
    scope: str | None


async def authenticate(form: Form, *, authorization: str | None) -> FrontEnd:
    """Return the front end that asks (RFC 6749, 2.3.1 and 3.2.1).

    Raises:
        OAuthRefused: `invalid_client`, also for a public one that sends a secret; or
            `invalid_request` for two ways of proof at once.
    """
    credentials = _credentials(form, authorization)
    front_end = await find_client(credentials.client_id)
    if front_end is None:
        raise _unknown_client()
    secret_hash = hash_secret(credentials.secret) if credentials.secret is not None else ""
    if not is_same(front_end.secret_hash or "", secret_hash):
        raise _unknown_client()
    return front_end


async def grant_tokens(
    form: Form, *, front_end: FrontEnd, hasher: PasswordHasher, client: Client, now: datetime
) -> Granted:
    """Answer a request for tokens.

    Raises:
        OAuthRefused: with the reason that RFC 6749 (5.2) has for it.
        TooManyRequests, SignInBusy: too many passwords, wrong ones or at once.
    """
    grant = _needed(form, "grant_type")
    if grant not in GRANTS:
        raise OAuthRefused(Reason.UNSUPPORTED_GRANT_TYPE, "This grant_type is not supported")
    if not front_end.has_grant(grant):
        raise OAuthRefused(Reason.UNAUTHORIZED_CLIENT, "This front end may not use this grant_type")
    if grant == "authorization_code":
        return await _by_code(form, front_end, now)
    if grant == "refresh_token":
        return await _by_refresh_token(form, front_end, client, now)
    return await _by_password(form, front_end, hasher, client, now)


async def revoke_for(form: Form, *, front_end: FrontEnd, now: datetime) -> None:
    """End the sign-in that a token belongs to (RFC 7009); an unknown token is no error.

    Raises:
        OAuthRefused: `invalid_grant`: it is another front end's token, and stays valid.
    """
    token = _needed(form, "token")
    sign = await _sign_of(token)
    if sign is None:
        return
    if sign.client_id != front_end.client_id:
        raise OAuthRefused(Reason.INVALID_GRANT, "The token was issued to another front end")
    await accounts.revoke(token, now=now)


async def _by_code(form: Form, front_end: FrontEnd, now: datetime) -> Granted:
    code, redirect_uri = _needed(form, "code"), _needed(form, "redirect_uri")
    challenge = challenge_of(_needed(form, "code_verifier"))
    pair = await redeem(
        code,
        client_id=front_end.client_id,
        redirect_uri=redirect_uri,
        # What is no verifier has a challenge that no code has: so it too meets a used code.
        code_challenge=challenge or "",
        now=now,
    )
    if pair is None:
        raise _bad_grant()
    sign = await _sign_of(pair.access_token)
    return Granted(pair=pair, scope=(sign.scope if sign else None) or "")


async def _by_refresh_token(
    form: Form, front_end: FrontEnd, client: Client, now: datetime
) -> Granted:
    token = _needed(form, "refresh_token")
    sign = await _sign_of(token)
    full = (sign.scope if sign else None) or ""
    wanted = set(form.get("scope", "").split()) or set(full.split())
    if sign is not None and not wanted <= set(full.split()):
        raise OAuthRefused(Reason.INVALID_SCOPE, "The scope is more than was granted")
    scope = " ".join(word for word in full.split() if word in wanted)
    try:
        pair = await accounts.refresh(
            token,
            client_id=front_end.client_id,
            access_scope=scope if scope != full else None,
            now=now,
        )
    except accounts.BadToken:
        await limits.take(client, Count(policies.REFRESHES_OF_NETWORK, client.network), now=now)
        raise _bad_grant() from None
    return Granted(pair=pair, scope=scope)


async def _by_password(
    form: Form, front_end: FrontEnd, hasher: PasswordHasher, client: Client, now: datetime
) -> Granted:
    username, password = _needed(form, "username"), _needed(form, "password")
    scope = front_end.granted_scope(form.get("scope"))
    if scope is None:
        raise OAuthRefused(Reason.INVALID_SCOPE, "This front end may not ask for this scope")
    try:
        proof = await sessions.prove(
            username, password=password, hasher=hasher, client=client, now=now
        )
        pair = await _begin(proof, front_end.client_id, scope, client, now)
    except accounts.WrongCredentials as error:
        raise OAuthRefused(Reason.INVALID_GRANT, error.detail) from None
    return Granted(pair=pair, scope=scope)


@db.transactional
async def _begin(
    proof: accounts.Proof, client_id: str, scope: str, client: Client, now: datetime
) -> TokenPair:
    await accounts.accept_proof(proof)
    family = await accounts.begin_family(
        proof.account_id,
        expires_at=now + accounts.SIGN_IN_LIFETIME,
        client_id=client_id,
        scope=scope,
        now=now,
    )
    await sessions.mark_session(family.id, account_id=proof.account_id, client=client, now=now)
    return await accounts.issue_pair(family, now=now)


def _credentials(form: Form, authorization: str | None) -> _Credentials:
    if authorization is None:
        return _Credentials(
            client_id=_needed(form, "client_id"), secret=form.get("client_secret") or None
        )
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        raise _unknown_client()
    try:
        text = b64decode(encoded.strip(), validate=True).decode("utf-8")
    except ValueError:
        raise _unknown_client() from None
    name, _, secret = text.partition(":")
    client_id = unquote_plus(name)
    if "client_secret" in form or form.get("client_id", client_id) != client_id:
        raise OAuthRefused(Reason.INVALID_REQUEST, "The front end proves itself in two ways")
    return _Credentials(client_id=client_id, secret=unquote_plus(secret) or None)


async def _sign_of(token: str) -> _Sign | None:
    return await db.fetch_one(
        _Sign,
        """
        SELECT token_family.client_id, token_family.scope
        FROM token JOIN token_family ON token_family.id = token.family_id
        WHERE token.hash = :hash
        """,
        hash=hash_secret(token),
    )


def _needed(form: Form, name: str) -> str:
    if not (value := form.get(name)):
        raise OAuthRefused(Reason.INVALID_REQUEST, f"The parameter {name} is missing")
    return value


def _unknown_client() -> OAuthRefused:
    return OAuthRefused(Reason.INVALID_CLIENT, "The front end is unknown, or its proof is wrong")


def _bad_grant() -> OAuthRefused:
    return OAuthRefused(
        Reason.INVALID_GRANT, "This is unknown, used, too old, revoked, or another front end's"
    )
