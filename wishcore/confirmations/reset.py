"""A forgotten password: a code goes to the address, and comes back with a new password."""

from datetime import datetime
from uuid import UUID

import msgspec

from wishcore import accounts, db, limits, security_events
from wishcore.confirmations.codes import Asked, CodeNotValid, asked, new_code, put_code, redeem
from wishcore.confirmations.models import Purpose
from wishcore.errors import Fault, TooManyRequests
from wishcore.ids import new_id
from wishcore.limits import Client, Count, policies
from wishcore.mail import Mailer, checked_address, letters, tell
from wishcore.security_events import SecurityEventKind


class _Prepared(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    has_account: bool


class _Reset(msgspec.Struct, frozen=True, kw_only=True):
    account_id: UUID
    email: str


async def ask_to_reset(email: str, *, mailer: Mailer, client: Client, now: datetime) -> Asked:
    """Send a code to the address with which its account gets a new password.

    The answer is always the same, and so is the work: an address without an account gets a letter
    that says so. After five letters a day to one address, asked for from one network, nothing is
    sent any more; twenty from all of them.

    Raises:
        Invalid: it is no address. TooManyRequests: too many from this network.
        MailNotSent: the letter was not taken.
    """
    address = checked_address(email)
    await limits.take(client, Count(policies.RESETS_OF_NETWORK, client.network), now=now)
    try:
        await limits.take(
            client,
            Count(policies.RESETS_OF_BOTH, f"{address} {client.network}"),
            Count(policies.RESETS_OF_ADDRESS, address),
            now=now,
        )
    except TooManyRequests:
        client.allowances.clear()
        return asked(new_id())
    code = new_code()
    prepared = await _prepare(address, code, client, now)
    letter = (
        letters.reset_code(address, code=code)
        if prepared.has_account
        else letters.nobody_to_reset(address)
    )
    await mailer.send(letter)
    return asked(prepared.id)


async def reset_password(
    code_id: UUID,
    *,
    code: str,
    new: str,
    mailer: Mailer,
    hasher: accounts.PasswordHasher,
    client: Client,
    now: datetime,
) -> None:
    """Set the password of the account whose address the code confirms; end all of its sign-ins.

    If it had one, other companies are disconnected, too: who knew it may have connected them.

    Raises:
        CodeNotValid: nothing is changed; the fifth wrong try ends the code.
        WeakPassword: the code stays valid. SignInBusy: come back.
        TooManyRequests: too many wrong codes from this network.
    """
    accounts.checked_password(new, pointer="/password", known=())
    taken = await limits.take(client, Count(policies.CODES_OF_NETWORK, client.network), now=now)
    try:
        new_hash = await hasher.hash_password(new)
    except accounts.SignInBusy:
        await limits.give_back(client, taken)
        raise
    reset = await _replace(code_id, code, new=new, new_hash=new_hash, client=client, now=now)
    if reset is None:
        raise CodeNotValid(faults=[Fault("/code", CodeNotValid.title)])
    await limits.give_back(client, taken)
    await tell(letters.account_changed(reset.email, what="password"), mailer=mailer)


@db.transactional
async def _prepare(address: str, code: str, client: Client, now: datetime) -> _Prepared:
    # There is always one, and always something to write: what is saved for an unknown address
    # could be measured.
    found = await db.rows(
        """
        SELECT COALESCE(
            (SELECT id FROM account WHERE email = :email AND deleted_at IS NULL), :nobody
        ) AS id
        """,
        email=address,
        nobody=accounts.NOBODY,
    )
    account_id = UUID(str(found[0]["id"]))
    code_id = await put_code(
        Purpose.RESET,
        email=address,
        code=code,
        account_id=account_id,
        server_secret=client.server_secret,
        now=now,
    )
    await security_events.note(
        SecurityEventKind.RESET_ASKED, account_id=account_id, client=client, now=now
    )
    return _Prepared(id=code_id, has_account=account_id != accounts.NOBODY)


@db.transactional
async def _replace(
    code_id: UUID, code: str, *, new: str, new_hash: str, client: Client, now: datetime
) -> _Reset | None:
    redeemed = await redeem(
        Purpose.RESET, code_id, code, server_secret=client.server_secret, now=now
    )
    if redeemed is None or redeemed.account_id is None:
        return None
    had_password = await _has_password(redeemed.account_id)
    # The address may have changed since the letter: then its reader has no say here any more.
    changed = await db.rows(
        """
        UPDATE account SET password_hash = :hash, updated_at = :now,
            email_confirmed_at = COALESCE(email_confirmed_at, :now)
        WHERE id = :id AND email = :email AND deleted_at IS NULL RETURNING username
        """,
        hash=new_hash,
        id=redeemed.account_id,
        email=redeemed.email,
        now=now,
    )
    if not changed:
        return None
    # Raising takes the use of the code back, too: another password can be tried.
    known = (redeemed.email, changed[0]["username"])
    accounts.checked_password(new, pointer="/password", known=known)
    if had_password:
        await accounts.end_all_ways_in(redeemed.account_id, now=now)
    else:  # Nobody could have known one, and the other company stays the way in.
        await accounts.end_families(redeemed.account_id, now=now)
    await _end_other_codes(redeemed.account_id, now)
    await security_events.note(
        SecurityEventKind.PASSWORD_RESET, account_id=redeemed.account_id, client=client, now=now
    )
    return _Reset(account_id=redeemed.account_id, email=redeemed.email)


async def _has_password(account_id: UUID) -> bool:
    found = await db.rows(
        """
        SELECT id FROM account WHERE id = :id AND password_hash <> :none FOR NO KEY UPDATE
        """,
        id=account_id,
        none=accounts.NO_PASSWORD,
    )
    return bool(found)


async def _end_other_codes(account_id: UUID, now: datetime) -> None:
    await db.change(
        """
        UPDATE confirmation SET used_at = :now, updated_at = :now
        WHERE account_id = :account AND used_at IS NULL RETURNING id
        """,
        account=account_id,
        now=now,
    )
