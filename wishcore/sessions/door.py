"""Passwords from outside: so many wrong ones and no more, and the same answer to all of them.

An attempt is counted before the password is looked at, and given back if it was right: a hundred
attempts at once are a hundred. What strangers do to a name does not lock its person out: from a
network where the account signed in before, or set a new password by its mailbox, there is a count
of its own.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from wishcore import accounts, db, limits, security_events
from wishcore.accounts.tokens import SIGN_IN_LIFETIME
from wishcore.errors import Fault, Forbidden, TooManyRequests
from wishcore.limits import Client, Count, Taken, policies
from wishcore.mail import Mailer, letters, tell
from wishcore.security_events import SecurityEventKind
from wishcore.sessions.operations import mark_session

KNOWN_FOR: Final = timedelta(days=30)
FRESH_FOR: Final = timedelta(minutes=10)


class SignInAgain(Forbidden):
    """Whoever has no password proves who they are by a sign-in of the last ten minutes."""

    code = "sign_in_again"
    title = "Sign in again, and repeat this within ten minutes"


async def sign_in(
    login: str, *, password: str, hasher: accounts.PasswordHasher, client: Client, now: datetime
) -> accounts.TokenPair:
    """Begin a new sign-in of the account with this e-mail address or username.

    Raises:
        WrongCredentials: unknown, closed, or another password; the work is the same for each.
        TooManyRequests: too many wrong ones, for this name, from this network, or of all.
        SignInBusy: too many passwords wait; nothing is known about this one.
    """
    proof = await prove(login, password=password, hasher=hasher, client=client, now=now)
    return await _begin(proof, client, now)


async def prove(
    login: str, *, password: str, hasher: accounts.PasswordHasher, client: Client, now: datetime
) -> accounts.Proof:
    """Check a password within the limits, and return what `accounts.accept_proof` takes.

    Raises:
        WrongCredentials, TooManyRequests, SignInBusy: as for `sign_in`.
    """
    account_id = await accounts.find_account_id(login)
    taken = await _count_attempt(login, account_id, client, now)
    try:
        proof = await accounts.prove(login, password=password, hasher=hasher)
    except accounts.WrongCredentials:
        await security_events.record(
            SecurityEventKind.SIGN_IN_REFUSED, account_id=account_id, client=client, now=now
        )
        raise
    except accounts.SignInBusy:
        await limits.give_back(client, taken)
        raise
    await limits.give_back(client, taken)
    return proof


async def refresh(refresh_token: str, *, client: Client, now: datetime) -> accounts.TokenPair:
    """Exchange a refresh token for a new pair, once.

    Raises:
        BadToken: as in `accounts.refresh`. TooManyRequests: this network brought too many of them.
    """
    try:
        return await accounts.refresh(refresh_token, now=now)
    except accounts.BadToken:
        count = Count(policies.REFRESHES_OF_NETWORK, client.network)
        await limits.take(client, count, now=now)
        raise


async def change_password(
    account_id: UUID,
    *,
    old: str,
    new: str,
    mailer: Mailer,
    hasher: accounts.PasswordHasher,
    client: Client,
    now: datetime,
) -> None:
    """Set another password and end every sign-in, the one that asks for it too; tell the person.

    Raises:
        WrongPassword, WeakPassword, SignInBusy, AccountNotFound: as in `accounts.change_password`.
        TooManyRequests: too many wrong ones. Nothing is changed.
    """
    taken = await limits.take(
        client, Count(policies.PASSWORDS_OF_ACCOUNT, str(account_id)), now=now
    )
    try:
        await accounts.change_password(account_id, old=old, new=new, hasher=hasher, now=now)
    except accounts.WrongPassword:
        await _record_refused(account_id, client, now)
        raise
    except (accounts.WeakPassword, accounts.SignInBusy):
        await limits.give_back(client, taken)
        raise
    await limits.give_back(client, taken)
    await security_events.record(
        SecurityEventKind.PASSWORD_CHANGED, account_id=account_id, client=client, now=now
    )
    profile = await accounts.own_profile(account_id)
    await tell(letters.account_changed(profile.email, what="password"), mailer=mailer)


async def check_present_password(
    account_id: UUID,
    password: str,
    *,
    hasher: accounts.PasswordHasher,
    client: Client,
    now: datetime,
) -> None:
    """Return if this is the account's password: asked for before something important changes.

    Raises:
        WrongPassword: it is not. TooManyRequests: too many were not. SignInBusy: come back.
    """
    taken = await limits.take(
        client, Count(policies.PASSWORDS_OF_ACCOUNT, str(account_id)), now=now
    )
    if not await hasher.check_password(await _stored_hash(account_id), password):
        await _record_refused(account_id, client, now)
        title = accounts.WrongPassword.title
        raise accounts.WrongPassword(faults=[Fault("/password", title)])
    await limits.give_back(client, taken)


async def prove_again(
    caller: accounts.SignedIn,
    password: str | None,
    *,
    hasher: accounts.PasswordHasher,
    client: Client,
    now: datetime,
) -> None:
    """Return if whoever asks proves anew who they are: asked before what cannot be undone.

    A token that was stolen, or lent to a front end, is not enough. Who has a password gives it; who
    has none, as they sign in at another company, signed in within the last ten minutes.

    Raises:
        WrongPassword, TooManyRequests, SignInBusy: as for `check_present_password`.
        SignInAgain: there is no password, and the sign-in is older.
    """
    if await _stored_hash(caller.account_id) != accounts.NO_PASSWORD:
        await check_present_password(
            caller.account_id, password or "", hasher=hasher, client=client, now=now
        )
    elif not await db.rows(
        "SELECT id FROM token_family WHERE id = :id AND created_at > :since",
        id=caller.family_id,
        since=now - FRESH_FOR,
    ):
        raise SignInAgain


async def _stored_hash(account_id: UUID) -> str | None:
    found = await db.rows(
        "SELECT password_hash FROM account WHERE id = :id AND deleted_at IS NULL", id=account_id
    )
    return str(found[0]["password_hash"]) if found else None


@db.transactional
async def _begin(proof: accounts.Proof, client: Client, now: datetime) -> accounts.TokenPair:
    await accounts.accept_proof(proof)
    family = await accounts.begin_family(
        proof.account_id, expires_at=now + SIGN_IN_LIFETIME, now=now
    )
    await mark_session(family.id, account_id=proof.account_id, client=client, now=now)
    return await accounts.issue_pair(family, now=now)


async def _count_attempt(
    login: str, account_id: UUID, client: Client, now: datetime
) -> Sequence[Taken]:
    key = accounts.login_key(login)
    of_network = Count(policies.SIGN_INS_OF_NETWORK, client.network)
    of_name = (Count(policies.SIGN_INS_OF_NAME, key), Count(policies.SIGN_INS_OF_ALL))
    try:
        taken = await limits.take(client, of_network, now=now)
        try:
            return (*taken, *await limits.take(client, *of_name, now=now))
        except TooManyRequests:
            if not await _is_known_network(account_id, client, now):
                raise
            of_both = Count(policies.SIGN_INS_FROM_KNOWN_NETWORK, f"{key} {client.network}")
            return (*taken, *await limits.take(client, of_both, now=now))
    except TooManyRequests:
        await security_events.record(
            SecurityEventKind.LIMIT_REACHED, account_id=account_id, client=client, now=now
        )
        raise


async def _is_known_network(account_id: UUID, client: Client, now: datetime) -> bool:
    return bool(
        await db.rows(
            """
            SELECT id FROM token_family
            WHERE account_id = :account AND network_hash = :network AND created_at > :since
            UNION ALL
            SELECT id FROM security_event
            WHERE account_id = :account AND network_hash = :network AND created_at > :since
              AND kind = :reset
            LIMIT 1
            """,
            account=account_id,
            network=client.network,
            since=now - KNOWN_FOR,
            reset=SecurityEventKind.PASSWORD_RESET,
        )
    )


async def _record_refused(account_id: UUID, client: Client, now: datetime) -> None:
    await security_events.record(
        SecurityEventKind.PASSWORD_REFUSED, account_id=account_id, client=client, now=now
    )
