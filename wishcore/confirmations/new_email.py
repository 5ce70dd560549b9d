"""Another address for an account, or the proof of the one that it has."""

from datetime import datetime
from uuid import UUID

import msgspec
from tortoise.exceptions import IntegrityError

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
    is_taken: bool


class _Changed(msgspec.Struct, frozen=True, kw_only=True):
    before: str
    after: str


async def ask_to_change_email(
    account_id: UUID, email: str, *, mailer: Mailer, client: Client, now: datetime
) -> Asked:
    """Send a code to the new address, which becomes the account's when the code comes back.

    The password was asked for before. The account's own address can be confirmed in the same way.
    The answer is the same for an address that somebody else has: its mailbox hears of it.

    Raises:
        Invalid: it is no address. TooManyRequests: too many for this account.
        MailNotSent: the letter was not taken.
    """
    address = checked_address(email)
    await limits.take(client, Count(policies.NEW_EMAILS_OF_ACCOUNT, str(account_id)), now=now)
    own = dict(client.allowances)
    try:
        await limits.take(client, Count(policies.NEW_EMAILS_OF_ADDRESS, address), now=now)
    except TooManyRequests:
        client.allowances = own
        return asked(new_id())
    code = new_code()
    prepared = await _prepare(account_id, address, code, client, now)
    letter = (
        letters.already_signed_up(address)
        if prepared.is_taken
        else letters.new_email_code(address, code=code)
    )
    await mailer.send(letter)
    return asked(prepared.id)


async def change_email(
    account_id: UUID,
    code_id: UUID,
    *,
    code: str,
    mailer: Mailer,
    client: Client,
    now: datetime,
) -> accounts.Profile:
    """Give the account the address that the code confirms; the old one is told.

    Raises:
        CodeNotValid: nothing is changed; the fifth wrong try ends the code.
        EmailTaken: somebody else confirmed the address in the meantime.
        TooManyRequests: too many wrong codes from this network.
    """
    taken = await limits.take(client, Count(policies.CODES_OF_NETWORK, client.network), now=now)
    try:
        changed = await _change(account_id, code_id, code, client, now)
    except IntegrityError:
        title = accounts.EmailTaken.title
        raise accounts.EmailTaken(faults=[Fault("/id", title)]) from None
    if changed is None:
        raise CodeNotValid(faults=[Fault("/code", CodeNotValid.title)])
    await limits.give_back(client, taken)
    if changed.before != changed.after:
        await tell(letters.account_changed(changed.before, what="e-mail address"), mailer=mailer)
    return await accounts.own_profile(account_id)


@db.transactional
async def _prepare(
    account_id: UUID, address: str, code: str, client: Client, now: datetime
) -> _Prepared:
    code_id = await put_code(
        Purpose.NEW_EMAIL,
        email=address,
        code=code,
        account_id=account_id,
        server_secret=client.server_secret,
        now=now,
    )
    found = await db.rows(
        "SELECT COUNT(*) AS taken FROM account WHERE email = :email AND id <> :id",
        email=address,
        id=account_id,
    )
    return _Prepared(id=code_id, is_taken=found[0]["taken"] > 0)


@db.transactional
async def _change(
    account_id: UUID, code_id: UUID, code: str, client: Client, now: datetime
) -> _Changed | None:
    redeemed = await redeem(
        Purpose.NEW_EMAIL, code_id, code, server_secret=client.server_secret, now=now
    )
    if redeemed is None or redeemed.account_id != account_id:
        return None
    found = await db.rows(
        "SELECT email FROM account WHERE id = :id AND deleted_at IS NULL FOR UPDATE", id=account_id
    )
    if not found:
        return None
    await db.change(
        """
        UPDATE account SET email = :email, email_confirmed_at = :now, updated_at = :now
        WHERE id = :id RETURNING id
        """,
        id=account_id,
        email=redeemed.email,
        now=now,
    )
    await security_events.note(
        SecurityEventKind.EMAIL_CHANGED, account_id=account_id, client=client, now=now
    )
    return _Changed(before=str(found[0]["email"]), after=redeemed.email)
