"""How somebody becomes a guest: ask for a code, confirm it, get a visitor pass."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec

from wishcore import db
from wishcore.errors import Fault, Invalid
from wishcore.ids import new_id
from wishcore.mail import Mailer, MailNotSent, checked_address, checked_name, letters
from wishcore.opaque import hash_code, hash_secret, is_same, new_secret
from wishcore.visitors.codes import CODE_LIFETIME, TRIES_MAX, new_code, read_code, take_place
from wishcore.visitors.passes import PASS_LIFETIME, PASS_PREFIX, NewPass


class WrongCode(Invalid):
    """No valid code of this address reads so: never sent, mistyped, too old, used, or tried out.

    It is `Invalid`, not `Unauthenticated`: what was typed is wrong, and no header would help.
    """

    code = "wrong_code"
    title = "The code is wrong or no longer valid"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    id: UUID
    for_account: bool


class _Attempt(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    name: str
    code_hash: str


async def ask_for_code(
    email: str, *, name: str, mailer: Mailer, server_secret: str, now: datetime
) -> None:
    """Send a code to the address; the codes sent before are no longer valid.

    The answer is always the same, and so is the work. The address of an account gets a letter
    that asks to sign in. After five letters within an hour nothing is sent any more.

    Raises:
        Invalid: the address or the name is not one.
        MailNotSent: the letter was not taken; its code is not valid and is not counted.
    """
    address = checked_address(email)
    shown_name = checked_name(name, pointer="/name")
    code = new_code()
    place = await _prepare(address, shown_name, hash_code(server_secret, address, code), now)
    if place is None:
        return
    letter = (
        letters.sign_in_instead(address)
        if place.for_account
        else letters.visitor_code(address, code=code, lifetime=CODE_LIFETIME)
    )
    try:
        await mailer.send(letter)
    except MailNotSent:
        await _give_back(place.id)
        raise


async def confirm(email: str, *, code: str, server_secret: str, now: datetime) -> NewPass:
    """Exchange the newest code of the address for a visitor pass, once.

    The guest gets the name that was given with the code, also when there was another before.

    Raises:
        WrongCode: nothing is made. The try counts, and the fifth wrong one ends the code.
        Invalid: the address is not one.
    """
    address = checked_address(email)
    visitor_token = new_secret(PASS_PREFIX)
    visitor_id = await _redeem(
        address, hash_code(server_secret, address, read_code(code)), hash_secret(visitor_token), now
    )
    if visitor_id is None:
        raise WrongCode(faults=[Fault("/code", WrongCode.title)])
    return NewPass(
        visitor_token=visitor_token,
        expires_in=int(PASS_LIFETIME.total_seconds()),
        visitor_id=visitor_id,
    )


@db.transactional
async def revoke_pass(visitor_token: str, *, now: datetime) -> None:
    """End the visitor pass; one that is not valid stays so. The guest may confirm anew."""
    await db.change(
        """
        UPDATE visitor_pass SET revoked_at = :now
        WHERE hash = :hash AND revoked_at IS NULL RETURNING hash
        """,
        hash=hash_secret(visitor_token),
        now=now,
    )


@db.transactional
async def _prepare(address: str, name: str, code_hash: str, now: datetime) -> _Place | None:
    # An account's letter takes its place too, beside a code that nobody is told: so neither the
    # limit nor the work says who has an account.
    place = await take_place(email=address, name=name, code_hash=code_hash, now=now)
    if place is None:
        return None
    await db.change(
        """
        UPDATE visitor_code SET used_at = :now, updated_at = :now
        WHERE email = :email AND id <> :newest AND used_at IS NULL RETURNING id
        """,
        email=address,
        newest=place,
        now=now,
    )
    return _Place(id=place, for_account=await _has_account(address))


@db.transactional
async def _give_back(place: UUID) -> None:
    await db.change("DELETE FROM visitor_code WHERE id = :id RETURNING id", id=place)


@db.transactional
async def _redeem(address: str, code_hash: str, pass_hash: str, now: datetime) -> UUID | None:
    # The try is counted before the code is compared, under the row's lock: twenty guesses at once
    # are twenty tries. A wrong one returns instead of raising, so that the count is committed.
    attempt = await db.fetch_one(
        _Attempt,
        """
        UPDATE visitor_code SET tries = tries + 1, updated_at = :now
        WHERE email = :email AND used_at IS NULL AND expires_at > :now AND tries < :tries_max
        RETURNING id, name, code_hash
        """,
        email=address,
        tries_max=TRIES_MAX,
        now=now,
    )
    if attempt is None or not is_same(attempt.code_hash, code_hash):
        return None
    if await _has_account(address):  # Perhaps only since the code was sent.
        return None
    await db.change(
        "UPDATE visitor_code SET used_at = :now WHERE id = :id AND used_at IS NULL RETURNING id",
        id=attempt.id,
        now=now,
    )
    visitor_id = await _known_visitor(address, attempt.name, now)
    await db.change(
        """
        INSERT INTO visitor_pass (hash, visitor_id, created_at, expires_at)
        VALUES (:hash, :visitor, :now, :ends_at) RETURNING hash
        """,
        hash=pass_hash,
        visitor=visitor_id,
        now=now,
        ends_at=now + PASS_LIFETIME,
    )
    return visitor_id


async def _known_visitor(address: str, name: str, now: datetime) -> UUID:
    (row,) = await db.rows(
        """
        INSERT INTO visitor (id, email, name, created_at, updated_at)
        VALUES (:id, :email, :name, :now, :now)
        ON CONFLICT (email) DO UPDATE SET name = excluded.name, updated_at = excluded.updated_at
        RETURNING id
        """,
        id=new_id(),
        email=address,
        name=name,
        now=now,
    )
    return UUID(str(row["id"]))


async def _has_account(address: str) -> bool:
    return bool(
        await db.rows(
            "SELECT id FROM account WHERE email = :email AND deleted_at IS NULL", email=address
        )
    )
