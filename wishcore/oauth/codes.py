"""Authorization codes: made when somebody signed in on our page, exchanged once for tokens."""

import re
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final
from uuid import UUID

import msgspec

from wishcore import accounts, db, limits, security_events, sessions
from wishcore.oauth.refusals import PageOutOfDate
from wishcore.opaque import hash_secret, new_secret
from wishcore.security_events import SecurityEventKind

CODE_LIFETIME: Final = timedelta(seconds=60)
CODE_PREFIX: Final = "wac_"
_VERIFIER: Final = re.compile(r"[A-Za-z0-9._~-]{43,128}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """Somebody signed in: where the browser goes, and with what."""

    redirect_uri: str
    state: str | None
    code: str = field(repr=False)


class _Answered(msgspec.Struct, frozen=True, kw_only=True):
    client_id: str
    redirect_uri: str
    scope: str
    state: str | None
    code_challenge: str


class _Ended(msgspec.Struct, frozen=True, kw_only=True):
    account_id: UUID


class _Redeemed(msgspec.Struct, frozen=True, kw_only=True):
    family_id: UUID


async def approve(
    request_id: UUID, account_id: UUID, *, client: limits.Client, now: datetime
) -> Approval:
    """Answer a question, once, inside the caller's transaction.

    The sign-in begins here, without tokens: whatever ends all sign-ins of the account from now on,
    such as another password, makes the code worthless.

    Raises:
        PageOutOfDate: it was answered before, or is too old, or the front end was removed.
    """
    answered = await _answer(request_id, now)
    if answered is None:
        raise PageOutOfDate
    family = await accounts.begin_family(
        account_id,
        # Until the code is exchanged: one that is never fetched leaves no sign-in behind.
        expires_at=now + CODE_LIFETIME,
        client_id=answered.client_id,
        scope=answered.scope,
        now=now,
    )
    await sessions.mark_session(family.id, account_id=account_id, client=client, now=now)
    code = new_secret(CODE_PREFIX)
    await db.change(
        """
        INSERT INTO authorization_code (hash, client_id, redirect_uri, code_challenge, family_id,
                                        created_at, expires_at)
        VALUES (:hash, :client, :uri, :challenge, :family, :now, :ends_at) RETURNING hash
        """,
        hash=hash_secret(code),
        client=answered.client_id,
        uri=answered.redirect_uri,
        challenge=answered.code_challenge,
        family=family.id,
        now=now,
        ends_at=now + CODE_LIFETIME,
    )
    return Approval(redirect_uri=answered.redirect_uri, state=answered.state, code=code)


async def _answer(request_id: UUID, now: datetime) -> _Answered | None:
    return await db.fetch_one(
        _Answered,
        """
        UPDATE authorization_request SET used_at = :now, updated_at = :now
        WHERE id = :id AND used_at IS NULL AND expires_at > :now AND EXISTS (
            SELECT 1 FROM oauth_client
            WHERE oauth_client.client_id = authorization_request.client_id
              AND oauth_client.removed_at IS NULL
        )
        RETURNING client_id, redirect_uri, scope, state, code_challenge
        """,
        id=request_id,
        now=now,
    )


def challenge_of(verifier: str) -> str | None:
    """Return the S256 challenge of a verifier; `None` if it is not one (RFC 7636, 4.1)."""
    if not _VERIFIER.fullmatch(verifier):
        return None
    return urlsafe_b64encode(sha256(verifier.encode("ascii")).digest()).decode().rstrip("=")


@db.transactional
async def redeem(
    code: str, *, client_id: str, redirect_uri: str, code_challenge: str, now: datetime
) -> accounts.TokenPair | None:
    """Exchange a code for the first tokens of its sign-in, if everything fits.

    One compare-and-set decides: of two at the same moment one wins. Who brings a code that was
    used ends the sign-in, the tokens of the first included (RFC 6749, 4.1.2).
    """
    redeemed = await db.fetch_one(
        _Redeemed,
        """
        UPDATE authorization_code SET used_at = :now
        WHERE hash = :hash AND used_at IS NULL AND expires_at > :now AND client_id = :client
          AND redirect_uri = :uri AND code_challenge = :challenge
        RETURNING family_id
        """,
        hash=hash_secret(code),
        client=client_id,
        uri=redirect_uri,
        challenge=code_challenge,
        now=now,
    )
    if redeemed is None:
        # Returning, not raising: what follows from a second use has to be committed.
        await _end_if_used(hash_secret(code), now)
        return None
    family = await db.fetch_one(
        accounts.Family,
        """
        UPDATE token_family SET expires_at = :ends_at, updated_at = :now
        WHERE id = :id AND revoked_at IS NULL AND EXISTS (
            SELECT 1 FROM account
            WHERE account.id = token_family.account_id AND account.deleted_at IS NULL
        )
        RETURNING id, account_id, expires_at
        """,
        id=redeemed.family_id,
        ends_at=now + accounts.SIGN_IN_LIFETIME,
        now=now,
    )
    return None if family is None else await accounts.issue_pair(family, now=now)


async def _end_if_used(code_hash: str, now: datetime) -> None:
    ended = await db.fetch_one(
        _Ended,
        """
        UPDATE token_family SET revoked_at = :now, updated_at = :now
        WHERE revoked_at IS NULL AND id = (
            SELECT family_id FROM authorization_code WHERE hash = :hash AND used_at IS NOT NULL
        )
        RETURNING account_id
        """,
        hash=code_hash,
        now=now,
    )
    if ended is not None:
        await security_events.note(
            SecurityEventKind.CODE_REUSED, account_id=ended.account_id, now=now
        )
