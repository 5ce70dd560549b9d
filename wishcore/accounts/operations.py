"""What people do with their account: make it, and change what it says or its password.

Passwords are hashed outside transactions: a hash takes longer than a lock should be held.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TypedDict
from uuid import UUID

import msgspec
from tortoise.exceptions import IntegrityError

from wishcore import db, security_events
from wishcore.accounts.families import end_all_ways_in
from wishcore.accounts.models import Account
from wishcore.accounts.passwords import PasswordHasher, checked_password
from wishcore.accounts.profile import (
    checked_birthday,
    checked_display_name,
    checked_first_name,
    checked_last_name,
    checked_picture_url,
    checked_username,
)
from wishcore.accounts.queries import AccountNotFound, Profile, own_profile
from wishcore.errors import Conflict, Fault, Invalid
from wishcore.ids import new_id
from wishcore.mail import checked_address
from wishcore.security_events import SecurityEventKind


class EmailTaken(Conflict):
    """Another account has this address."""

    code = "email_taken"
    title = "There is an account with this e-mail address"


class UsernameTaken(Conflict):
    """Another account has this username."""

    code = "username_taken"
    title = "This username is taken"


class WrongPassword(Invalid):
    """The present password, which is asked for before a new one is set, is wrong."""

    code = "wrong_password"
    title = "The present password is wrong"


class ProfileChanges(TypedDict, total=False):
    """What somebody says anew about themselves; what is absent stays."""

    first_name: str
    last_name: str
    username: str | None
    birthday: date
    display_name: str | None
    picture_url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPerson:
    """Who signs up, in the form in which it is stored. Made by `checked_person`."""

    email: str
    username: str | None
    first_name: str
    last_name: str
    birthday: date


class _Stored(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    email: str
    username: str | None
    password_hash: str


async def register(
    *,
    email: str,
    password: str,
    first_name: str,
    last_name: str,
    birthday: date,
    username: str | None = None,
    confirmed_at: datetime | None = None,
    hasher: PasswordHasher,
    now: datetime,
) -> Profile:
    """Make an account at once, for whoever already knows that the address is the person's own.

    Somebody from outside signs up by `confirmations.ask_to_sign_up`, which tells nobody which
    addresses are taken. `confirmed_at` says when the address was proved.

    Raises:
        Invalid, WeakPassword: a field is not right; EmailTaken, UsernameTaken: somebody has it;
            SignInBusy: too many passwords wait. Nothing is made.
    """
    person = checked_person(
        email=email,
        password=password,
        first_name=first_name,
        last_name=last_name,
        birthday=birthday,
        username=username,
        now=now,
    )
    password_hash = await hasher.hash_password(password)
    try:
        account_id = await _insert(person, password_hash, confirmed_at, now)
    except IntegrityError:
        if await db.rows("SELECT id FROM account WHERE email = :email", email=person.email):
            raise EmailTaken(faults=[Fault("/email", EmailTaken.title)]) from None
        raise _username_taken() from None
    return await own_profile(account_id)


def checked_person(
    *,
    email: str,
    password: str | None,
    first_name: str,
    last_name: str,
    birthday: date,
    username: str | None,
    now: datetime,
) -> NewPerson:
    """Return who signs up, as it is stored; without a password, who comes from another company.

    Raises:
        Invalid, WeakPassword: a field is not right.
    """
    person = NewPerson(
        email=checked_address(email),
        username=checked_username(username),
        first_name=checked_first_name(first_name),
        last_name=checked_last_name(last_name),
        birthday=checked_birthday(birthday, now=now),
    )
    if password is not None:
        checked_password(password, pointer="/password", known=(person.email, person.username))
    return person


async def check_username_is_free(username: str) -> None:
    """Return if nobody has the username; it is looked at again when an account is written.

    Raises:
        UsernameTaken: somebody has it.
    """
    if await db.rows("SELECT id FROM account WHERE username = :name", name=username):
        raise _username_taken()


async def insert_account(
    person: NewPerson, *, password_hash: str, confirmed_at: datetime | None, now: datetime
) -> UUID:
    """Write a new account inside the caller's transaction. A step.

    Raises:
        IntegrityError: somebody has the address or the username.
    """
    db.require_transaction()
    row = await Account.create(
        id=new_id(),
        email=person.email,
        username=person.username,
        first_name=person.first_name,
        last_name=person.last_name,
        birthday=person.birthday,
        password_hash=password_hash,
        email_confirmed_at=confirmed_at,
        created_at=now,
        updated_at=now,
    )
    return row.id


async def edit_profile(account_id: UUID, *, changes: ProfileChanges, now: datetime) -> Profile:
    """Change the named fields and leave the others as they are.

    Raises:
        Invalid: a field is not right; UsernameTaken: somebody has it. Nothing is changed.
        AccountNotFound: it was closed.
    """
    checked = ProfileChanges()
    if "first_name" in changes:
        checked["first_name"] = checked_first_name(changes["first_name"])
    if "last_name" in changes:
        checked["last_name"] = checked_last_name(changes["last_name"])
    if "username" in changes:
        checked["username"] = checked_username(changes["username"])
    if "birthday" in changes:
        checked["birthday"] = checked_birthday(changes["birthday"], now=now)
    if "display_name" in changes:
        checked["display_name"] = checked_display_name(changes["display_name"])
    if "picture_url" in changes:
        checked["picture_url"] = checked_picture_url(changes["picture_url"])
    try:
        await _update_profile(account_id, checked, now)
    except IntegrityError:  # Of these columns only the username is unique.
        raise _username_taken() from None
    return await own_profile(account_id)


async def change_password(
    account_id: UUID,
    *,
    old: str,
    new: str,
    hasher: PasswordHasher,
    now: datetime,
) -> None:
    """Set another password, and end every way in, that of whoever asks included.

    Raises:
        WrongPassword: the old one is wrong, or was changed at this moment; WeakPassword: the new
            one is too easy; SignInBusy: too many passwords wait. Nothing is changed.
        AccountNotFound: it was closed.
    """
    stored = await _stored(account_id)
    checked_password(new, pointer="/new", known=(stored.email, stored.username))
    is_known = await hasher.check_password(stored.password_hash, old)
    new_hash = await hasher.hash_password(new) if is_known else ""
    if not is_known or not await _replace_hash(
        account_id, new_hash, old=stored.password_hash, now=now
    ):
        raise WrongPassword(faults=[Fault("/old", WrongPassword.title)])


async def set_password(
    account_id: UUID, *, new: str, hasher: PasswordHasher, now: datetime
) -> None:
    """Set a password as an operator, without the old one, and end every way in.

    Raises:
        WeakPassword: it is too easy; SignInBusy: too many passwords wait. Nothing is changed.
        AccountNotFound: there is none, or it was closed.
    """
    stored = await _stored(account_id)
    checked_password(new, pointer="/new", known=(stored.email, stored.username))
    new_hash = await hasher.hash_password(new)
    if not await _replace_hash(account_id, new_hash, old=None, now=now):
        raise AccountNotFound
    await security_events.record(
        SecurityEventKind.PASSWORD_RESET, account_id=account_id, text="by operator", now=now
    )


@db.transactional
async def _insert(
    person: NewPerson, password_hash: str, confirmed_at: datetime | None, now: datetime
) -> UUID:
    return await insert_account(
        person, password_hash=password_hash, confirmed_at=confirmed_at, now=now
    )


@db.transactional
async def _update_profile(account_id: UUID, checked: ProfileChanges, now: datetime) -> None:
    await Account.filter(id=account_id, deleted_at=None).update(**checked, updated_at=now)


@db.transactional
async def _replace_hash(account_id: UUID, new_hash: str, *, old: str | None, now: datetime) -> bool:
    replaced = await db.change(
        """
        UPDATE account SET password_hash = :new, updated_at = :now
        WHERE id = :id AND password_hash = coalesce(:old, password_hash) AND deleted_at IS NULL
        RETURNING id
        """,
        id=account_id,
        old=old,
        new=new_hash,
        now=now,
    )
    if replaced:
        # A sign-in in progress waits for the row above, and then finds another hash.
        await end_all_ways_in(account_id, now=now)
    return bool(replaced)


async def _stored(account_id: UUID) -> _Stored:
    found = await db.fetch_one(
        _Stored,
        """
        SELECT id, email, username, password_hash FROM account
        WHERE id = :id AND deleted_at IS NULL
        """,
        id=account_id,
    )
    if found is None:
        raise AccountNotFound
    return found


def _username_taken() -> UsernameTaken:
    return UsernameTaken(faults=[Fault("/username", UsernameTaken.title)])
