"""Registered front ends: who may ask for sign-ins, and where people go back to."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import msgspec
from tortoise.exceptions import IntegrityError

from wishcore import db
from wishcore.errors import Conflict, NotFound, invalid
from wishcore.frontends.addresses import checked_origin, checked_redirect_uri
from wishcore.mail import checked_name
from wishcore.opaque import hash_secret, new_secret

SECRET_PREFIX: Final = "wcs_"
GRANTS: Final = ("authorization_code", "refresh_token", "password")
USUAL_GRANTS: Final = GRANTS[:2]
"""The password grant has to be asked for: RFC 9700, 2.4 says that it MUST NOT be used."""
SCOPES: Final = ("read", "write", "account")
USUAL_SCOPES: Final = SCOPES[:2]
_ID: Final = re.compile(r"[a-z0-9][a-z0-9._-]{1,62}[a-z0-9]")
_ADDRESSES_MAX: Final = 20
_CLIENT: Final = """
    SELECT client_id, name, secret_hash, redirect_uris, origins, grants, scopes, created_at,
           updated_at
    FROM oauth_client
"""


class ClientNotFound(NotFound):
    """No front end is registered under this id."""

    code = "client_not_found"
    title = "There is no such front end"


class ClientIdTaken(Conflict):
    """A front end has, or had, this id."""

    code = "client_id_taken"
    title = "A front end has, or had, this id"


class ClientIsPublic(Conflict):
    """A public front end has no secret that could be rotated."""

    code = "client_is_public"
    title = "A public front end has no secret"


class Client(msgspec.Struct, frozen=True, kw_only=True):
    """A registered front end."""

    client_id: str
    name: str
    secret_hash: str | None
    redirect_uris: str
    origins: str
    grants: str
    scopes: str
    created_at: datetime
    updated_at: datetime

    @property
    def is_confidential(self) -> bool:
        """Say whether it can keep a secret, and proves itself with it."""
        return self.secret_hash is not None

    def may_return_to(self, uri: str) -> bool:
        """Say whether exactly this address is registered."""
        return uri in self.redirect_uris.split()

    def has_grant(self, grant: str) -> bool:
        """Say whether it may get tokens in this way."""
        return grant in self.grants.split()

    def granted_scope(self, asked: str | None) -> str | None:
        """Return the scope that it gets, in our order; `None` if it asks for more than it may."""
        words = set((asked or self.scopes).split(" ")) - {""}
        if not words or not words <= set(self.scopes.split()):
            return None
        return " ".join(word for word in SCOPES if word in words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """What an operator says of a front end."""

    client_id: str
    name: str
    is_confidential: bool = False
    redirect_uris: Sequence[str] = ()
    origins: Sequence[str] = ()
    grants: Sequence[str] = USUAL_GRANTS
    scopes: Sequence[str] = USUAL_SCOPES


@dataclass(frozen=True, slots=True, kw_only=True)
class NewClient:
    """A front end that was just registered, with the secret that nobody can look up later."""

    client: Client
    secret: str | None = field(repr=False)


async def add_client(registration: Registration, *, now: datetime) -> NewClient:
    """Register a front end; a confidential one gets a secret.

    Raises:
        Invalid: the id, a name, an address, a grant or a scope is not one.
        ClientIdTaken: also by one that was removed: its tokens must not become another's.
    """
    checked = _checked(registration)
    secret = new_secret(SECRET_PREFIX) if registration.is_confidential else None
    try:
        await _insert(checked, hash_secret(secret) if secret else None, now)
    except IntegrityError:
        raise ClientIdTaken from None
    return NewClient(client=await get_client(checked.client_id), secret=secret)


async def keep_client(registration: Registration, *, now: datetime) -> None:
    """Register a public front end, or say anew what there is to say of it; a removed one stays so.

    Raises:
        Invalid: the id, a name, an address, a grant or a scope is not one.
    """
    await _insert(_checked(registration), None, now, replacing=True)


async def get_client(client_id: str) -> Client:
    """Return a front end.

    Raises:
        ClientNotFound: there is none, or it was removed.
    """
    found = await find_client(client_id)
    if found is None:
        raise ClientNotFound
    return found


async def find_client(client_id: str) -> Client | None:
    """Return a front end, if it is registered."""
    if not _ID.fullmatch(client_id):
        return None
    return await db.fetch_one(
        Client,
        f"{_CLIENT} WHERE client_id = :id AND removed_at IS NULL",
        id=client_id,
    )


async def list_clients() -> list[Client]:
    """Return all front ends; an operator registers them by hand, so they are few."""
    return await db.fetch_all(
        Client,
        f"{_CLIENT} WHERE removed_at IS NULL ORDER BY client_id",
    )


async def registered_origins() -> frozenset[str]:
    """Return the origins whose pages may call the API."""
    found = await db.rows("SELECT origins FROM oauth_client WHERE removed_at IS NULL")
    return frozenset(origin for row in found for origin in str(row["origins"]).split())


async def rotate_secret(client_id: str, *, now: datetime) -> str:
    """Give a confidential front end another secret; the old one is worth nothing from now on.

    Raises:
        ClientNotFound, ClientIsPublic: nothing was changed.
    """
    secret = new_secret(SECRET_PREFIX)
    if not await _replace_secret(client_id, hash_secret(secret), now):
        await get_client(client_id)
        raise ClientIsPublic
    return secret


@db.transactional
async def remove_client(client_id: str, *, now: datetime) -> int:
    """Remove a front end, end every sign-in that it was given, and return how many ended.

    Raises:
        ClientNotFound: there is none, or it was removed before.
    """
    removed = await db.change(
        """
        UPDATE oauth_client SET removed_at = :now, updated_at = :now
        WHERE client_id = :id AND removed_at IS NULL RETURNING client_id
        """,
        id=client_id,
        now=now,
    )
    if not removed:
        raise ClientNotFound
    return await db.change(
        """
        UPDATE token_family SET revoked_at = :now, updated_at = :now
        WHERE client_id = :id AND revoked_at IS NULL RETURNING id
        """,
        id=client_id,
        now=now,
    )


def _checked(given: Registration) -> Registration:
    if not _ID.fullmatch(given.client_id):
        raise invalid("/client_id", "An id is 3 to 64 of a-z, 0-9, dot, hyphen and underscore")
    if strange := sorted(set(given.grants) - set(GRANTS)):
        raise invalid("/grants", f"{strange[0]} is none of {', '.join(GRANTS)}")
    if strange := sorted(set(given.scopes) - set(SCOPES)):
        raise invalid("/scopes", f"{strange[0]} is none of {', '.join(SCOPES)}")
    if not given.grants or not given.scopes:
        raise invalid("/grants", "A front end has a grant and a scope at least")
    if max(len(given.redirect_uris), len(given.origins)) > _ADDRESSES_MAX:
        raise invalid("/redirect_uris", f"At most {_ADDRESSES_MAX} addresses can be registered")
    if "authorization_code" in given.grants and not given.redirect_uris:
        raise invalid("/redirect_uris", "Without a redirect URI nobody can come back with a code")
    return Registration(
        client_id=given.client_id,
        name=checked_name(given.name, pointer="/name"),
        redirect_uris=[checked_redirect_uri(uri) for uri in given.redirect_uris],
        origins=[checked_origin(origin) for origin in given.origins],
        grants=[grant for grant in GRANTS if grant in given.grants],
        scopes=[scope for scope in SCOPES if scope in given.scopes],
    )


_INSERT: Final = """
    INSERT INTO oauth_client (client_id, name, secret_hash, redirect_uris, origins, grants,
                              scopes, created_at, updated_at)
    VALUES (:id, :name, :secret, :uris, :origins, :grants, :scopes, :now, :now)
"""
_REPLACE: Final = """
    ON CONFLICT (client_id) DO UPDATE SET
        name = excluded.name, redirect_uris = excluded.redirect_uris, origins = excluded.origins,
        grants = excluded.grants, scopes = excluded.scopes, updated_at = excluded.updated_at
"""


@db.transactional
async def _insert(
    given: Registration, secret_hash: str | None, now: datetime, *, replacing: bool = False
) -> None:
    await db.change(
        f"{_INSERT} {_REPLACE if replacing else ''} RETURNING client_id",
        id=given.client_id,
        name=given.name,
        secret=secret_hash,
        uris=" ".join(given.redirect_uris),
        origins=" ".join(given.origins),
        grants=" ".join(given.grants),
        scopes=" ".join(given.scopes),
        now=now,
    )


@db.transactional
async def _replace_secret(client_id: str, secret_hash: str, now: datetime) -> int:
    return await db.change(
        """
        UPDATE oauth_client SET secret_hash = :secret, updated_at = :now
        WHERE client_id = :id AND removed_at IS NULL AND secret_hash IS NOT NULL
        RETURNING client_id
        """,
        id=client_id,
        secret=secret_hash,
        now=now,
    )
