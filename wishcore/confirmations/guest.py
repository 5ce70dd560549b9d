"""Coming as a guest: a code goes to the address, and comes back for a visitor pass."""

from datetime import datetime
from uuid import UUID

import msgspec

from wishcore import db, limits, visitors
from wishcore.confirmations.codes import (
    CODE_LIFETIME,
    Asked,
    CodeNotValid,
    asked,
    new_code,
    put_code,
    redeem,
)
from wishcore.confirmations.models import Purpose
from wishcore.errors import Fault, TooManyRequests
from wishcore.ids import new_id
from wishcore.limits import Client, Count, policies
from wishcore.mail import Mailer, MailNotSent, checked_address, checked_name, letters


class _Prepared(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    has_account: bool


async def ask_to_be_guest(
    email: str, *, name: str, mailer: Mailer, client: Client, now: datetime
) -> Asked:
    """Send a code to the address, which is worth a visitor pass when it comes back.

    The answer is always the same, and so is the work: the address of an account gets a letter that
    asks to sign in. After five letters an hour to one address, asked for from one network, nothing
    is sent any more; twenty from all. What others ask for it ends no code that was sent before.

    Raises:
        Invalid: the address or the name is not one. TooManyRequests: too many from this network.
        MailNotSent: the letter was not taken, and does not count as one to this address.
    """
    address = checked_address(email)
    shown_name = checked_name(name, pointer="/name")
    await limits.take(client, Count(policies.VISITORS_OF_NETWORK, client.network), now=now)
    try:
        taken = await limits.take(
            client,
            Count(policies.VISITORS_OF_BOTH, f"{address} {client.network}"),
            Count(policies.VISITORS_OF_ADDRESS, address),
            now=now,
        )
    except TooManyRequests:
        client.allowances.clear()  # Told to nobody: others may have asked for this address.
        return asked(new_id())
    code = new_code()
    prepared = await _prepare(address, shown_name, code, client, now)
    letter = (
        letters.sign_in_instead(address)
        if prepared.has_account
        else letters.visitor_code(address, code=code, lifetime=CODE_LIFETIME)
    )
    try:
        await mailer.send(letter)
    except MailNotSent:
        await limits.give_back(client, taken)
        raise
    return asked(prepared.id)


async def confirm_guest(
    code_id: UUID, *, code: str, client: Client, now: datetime
) -> visitors.NewPass:
    """Exchange the code for a visitor pass, once.

    The guest gets the name that was given with this code, also when there was another before.

    Raises:
        CodeNotValid: nothing is made; the fifth wrong try ends the code.
        TooManyRequests: too many wrong codes from this network.
    """
    taken = await limits.take(client, Count(policies.CODES_OF_NETWORK, client.network), now=now)
    given = await _let_in(code_id, code, client, now)
    if given is None:
        raise CodeNotValid(faults=[Fault("/code", CodeNotValid.title)])
    await limits.give_back(client, taken)
    return given


@db.transactional
async def _prepare(address: str, name: str, code: str, client: Client, now: datetime) -> _Prepared:
    # The address of an account gets a row as well, whose code nobody is told: the work is the same.
    code_id = await put_code(
        Purpose.GUEST,
        email=address,
        code=code,
        guest_name=name,
        server_secret=client.server_secret,
        now=now,
    )
    return _Prepared(id=code_id, has_account=await _has_account(address))


@db.transactional
async def _let_in(
    code_id: UUID, code: str, client: Client, now: datetime
) -> visitors.NewPass | None:
    redeemed = await redeem(
        Purpose.GUEST, code_id, code, server_secret=client.server_secret, now=now
    )
    if redeemed is None or redeemed.guest_name is None:
        return None
    if await _has_account(redeemed.email):  # Perhaps only since the code was sent.
        return None
    return await visitors.give_pass(redeemed.email, name=redeemed.guest_name, now=now)


async def _has_account(address: str) -> bool:
    found = await db.rows(
        "SELECT id FROM account WHERE email = :email AND deleted_at IS NULL", email=address
    )
    return bool(found)
