"""Signing up: an account is made when its address is confirmed, and not before.

So nobody takes an address that is somebody else's, and the answer does not tell which addresses
have an account: the mailbox does.
"""

from datetime import date, datetime
from typing import Final
from uuid import UUID

import msgspec
from tortoise.exceptions import IntegrityError

from wishcore import accounts, db, limits, security_events
from wishcore.confirmations.codes import Asked, CodeNotValid, asked, new_code, put_code, redeem
from wishcore.confirmations.models import Purpose
from wishcore.errors import Fault, TooManyRequests
from wishcore.ids import new_id
from wishcore.limits import Client, Count, policies
from wishcore.mail import Mailer, letters
from wishcore.security_events import SecurityEventKind

_ENCODER: Final = msgspec.json.Encoder()


class _Pending(msgspec.Struct, frozen=True, kw_only=True):
    email: str
    username: str | None
    first_name: str
    last_name: str
    birthday: date
    password_hash: str

    def as_person(self, *, username: str | None) -> accounts.NewPerson:
        return accounts.NewPerson(
            email=self.email,
            username=username,
            first_name=self.first_name,
            last_name=self.last_name,
            birthday=self.birthday,
        )


class _Prepared(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    is_taken: bool


async def ask_to_sign_up(
    *,
    email: str,
    password: str | None,
    first_name: str,
    last_name: str,
    birthday: date,
    username: str | None = None,
    mailer: Mailer,
    hasher: accounts.PasswordHasher,
    client: Client,
    now: datetime,
) -> Asked:
    """Send a code to the address; an account is made when it comes back.

    Who comes from another company signs up without a password. The answer is always the same, and
    so is the work: an address that has an account gets a letter that says so. After five letters
    a day to one address, asked for from one network, nothing is sent any more; twenty from all.

    Raises:
        Invalid, WeakPassword, UsernameTaken: a field is not right. SignInBusy: come back.
        TooManyRequests: too many from this network. MailNotSent: the letter was not taken.
    """
    person = accounts.checked_person(
        email=email,
        password=password,
        first_name=first_name,
        last_name=last_name,
        birthday=birthday,
        username=username,
        now=now,
    )
    await limits.take(client, Count(policies.SIGN_UPS_OF_NETWORK, client.network), now=now)
    if person.username is not None:
        await accounts.check_username_is_free(person.username)
    password_hash = accounts.NO_PASSWORD
    if password is not None:
        password_hash = await hasher.hash_password(password)
    try:
        await limits.take(
            client,
            Count(policies.SIGN_UPS_OF_BOTH, f"{person.email} {client.network}"),
            Count(policies.SIGN_UPS_OF_ADDRESS, person.email),
            now=now,
        )
    except TooManyRequests:
        client.allowances.clear()  # Told to nobody: others may have asked for this address.
        return asked(new_id())
    return await _send(person, password_hash, mailer, client, now)


async def confirm_sign_up(
    code_id: UUID, *, code: str, client: Client, now: datetime
) -> accounts.Profile:
    """Make the account whose address this code confirms.

    A username that somebody else took in the meantime is left out.

    Raises:
        CodeNotValid: nothing is made; the fifth wrong try ends the code.
        EmailTaken: an account with this address was confirmed in the meantime.
        TooManyRequests: too many wrong codes from this network.
    """
    taken = await limits.take(client, Count(policies.CODES_OF_NETWORK, client.network), now=now)
    try:
        account_id = await _make(code_id, code, client, now, with_username=True)
    except IntegrityError:
        try:
            account_id = await _make(code_id, code, client, now, with_username=False)
        except IntegrityError:
            title = accounts.EmailTaken.title
            raise accounts.EmailTaken(faults=[Fault("/id", title)]) from None
    if account_id is None:
        raise CodeNotValid(faults=[Fault("/code", CodeNotValid.title)])
    await limits.give_back(client, taken)
    return await accounts.own_profile(account_id)


async def _send(
    person: accounts.NewPerson, password_hash: str, mailer: Mailer, client: Client, now: datetime
) -> Asked:
    code = new_code()
    prepared = await _prepare(person, password_hash, code, client, now)
    letter = (
        letters.already_signed_up(person.email)
        if prepared.is_taken
        else letters.sign_up_code(person.email, code=code)
    )
    await mailer.send(letter)
    return asked(prepared.id)


@db.transactional
async def _prepare(
    person: accounts.NewPerson, password_hash: str, code: str, client: Client, now: datetime
) -> _Prepared:
    # A taken address gets a row as well, whose code nobody is told: the work is the same.
    pending = _Pending(
        email=person.email,
        username=person.username,
        first_name=person.first_name,
        last_name=person.last_name,
        birthday=person.birthday,
        password_hash=password_hash,
    )
    code_id = await put_code(
        Purpose.SIGN_UP,
        email=person.email,
        code=code,
        sign_up=_ENCODER.encode(pending).decode(),
        server_secret=client.server_secret,
        now=now,
    )
    found = await db.rows(
        "SELECT COUNT(*) AS taken FROM account WHERE email = :email", email=person.email
    )
    return _Prepared(id=code_id, is_taken=found[0]["taken"] > 0)


@db.transactional
async def _make(
    code_id: UUID, code: str, client: Client, now: datetime, *, with_username: bool
) -> UUID | None:
    redeemed = await redeem(
        Purpose.SIGN_UP, code_id, code, server_secret=client.server_secret, now=now
    )
    if redeemed is None:
        return None
    pending = msgspec.json.decode(redeemed.sign_up or "", type=_Pending)
    account_id = await accounts.insert_account(
        pending.as_person(username=pending.username if with_username else None),
        password_hash=pending.password_hash,
        confirmed_at=now,
        now=now,
    )
    await security_events.note(
        SecurityEventKind.SIGNED_UP, account_id=account_id, client=client, now=now
    )
    return account_id
