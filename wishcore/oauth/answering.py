"""The person on our page answers: with a password, or as somebody new from another company."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from tortoise.exceptions import IntegrityError

from wishcore import accounts, db, sessions
from wishcore.accounts import PasswordHasher
from wishcore.accounts.profile import checked_birthday, checked_first_name, checked_last_name
from wishcore.identities import Identity, find_identity, link_identity
from wishcore.limits import Client
from wishcore.mail import Mailer, letters, tell
from wishcore.oauth.codes import Approval, approve
from wishcore.oauth.questions import OpenRequest
from wishcore.oauth.refusals import PageOutOfDate


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """What somebody new adds to what the other company says of them."""

    first_name: str
    last_name: str
    birthday: date


async def sign_in(
    request: OpenRequest,
    login: str,
    *,
    password: str,
    hasher: PasswordHasher,
    mailer: Mailer,
    client: Client,
    now: datetime,
) -> Approval:
    """Sign somebody in for a front end, and connect who another company said they are.

    The account's owner is told of that: whoever learned the password could make a second way in.

    Raises:
        WrongCredentials: unknown, closed, or another password; the work is the same for each.
        TooManyRequests, SignInBusy: too many passwords, wrong ones or at once.
        PageOutOfDate: it was answered meanwhile.
    """
    proof = await sessions.prove(login, password=password, hasher=hasher, client=client, now=now)
    approval, has_linked = await _accept(request, proof, client, now)
    if has_linked:
        await _tell_owner(request, proof.account_id, mailer)
    return approval


@db.transactional
async def approve_account(
    request: OpenRequest, account_id: UUID, *, client: Client, now: datetime
) -> Approval:
    """Sign in the account that was made a moment ago, by whoever proved that it is theirs.

    Raises:
        PageOutOfDate: the question was answered meanwhile.
    """
    approval, _ = await _answer(request, account_id, client, now)
    return approval


async def join(
    request: OpenRequest, newcomer: Newcomer, *, client: Client, now: datetime
) -> Approval:
    """Make an account, without a password, of who came with an address that was verified there.

    Raises:
        Invalid: a name or the birthday is not right. EmailTaken: there is an account already,
            whose address was never proved to us: its password has to prove it.
        PageOutOfDate: nobody came so, or the question was answered meanwhile.
    """
    identity = await _verified_identity(request)
    person = accounts.NewPerson(
        email=identity.email or "",
        username=None,
        first_name=checked_first_name(newcomer.first_name),
        last_name=checked_last_name(newcomer.last_name),
        birthday=checked_birthday(newcomer.birthday, now=now),
    )
    try:
        return await _join(request, person, client, now)
    except IntegrityError:
        raise accounts.EmailTaken from None


@db.transactional
async def _join(
    request: OpenRequest, person: accounts.NewPerson, client: Client, now: datetime
) -> Approval:
    account_id = await accounts.insert_account(
        person, password_hash=accounts.NO_PASSWORD, confirmed_at=now, now=now
    )
    approval, _ = await _answer(request, account_id, client, now)
    return approval


@db.transactional
async def _accept(
    request: OpenRequest, proof: accounts.Proof, client: Client, now: datetime
) -> tuple[Approval, bool]:
    await accounts.accept_proof(proof)
    return await _answer(request, proof.account_id, client, now)


async def _answer(
    request: OpenRequest, account_id: UUID, client: Client, now: datetime
) -> tuple[Approval, bool]:
    approval = await approve(request.id, account_id, client=client, now=now)
    if request.identity_id is None:
        return approval, False
    return approval, await link_identity(request.identity_id, account_id, now=now)


async def _tell_owner(request: OpenRequest, account_id: UUID, mailer: Mailer) -> None:
    found = None if request.identity_id is None else await find_identity(request.identity_id)
    if found is not None:
        profile = await accounts.own_profile(account_id)
        # Our own name for it: google, facebook.
        company = found.provider.capitalize()
        letter = letters.identity_linked(profile.email, company=company, by_password=True)
        await tell(letter, mailer=mailer)


async def _verified_identity(request: OpenRequest) -> Identity:
    found = None if request.identity_id is None else await find_identity(request.identity_id)
    if found is None or not found.email_verified or found.account_id is not None:
        raise PageOutOfDate
    return found
