"""The person on our page answers: with a password, or by signing up."""

from datetime import datetime
from uuid import UUID

from wishcore import accounts, db
from wishcore.accounts import PasswordHasher
from wishcore.identities import link_identity
from wishcore.oauth.codes import Approval, approve
from wishcore.oauth.questions import OpenRequest


async def sign_in(
    request: OpenRequest, login: str, *, password: str, hasher: PasswordHasher, now: datetime
) -> Approval:
    """Sign somebody in for a front end, and connect who a provider said they are.

    Raises:
        WrongCredentials: unknown, closed, or another password; the work is the same for each.
        SignInBusy: too many passwords wait. PageOutOfDate: it was answered meanwhile.
    """
    proof = await accounts.prove(login, password=password, hasher=hasher)
    return await _accept(request, proof, now)


@db.transactional
async def approve_account(request: OpenRequest, account_id: UUID, *, now: datetime) -> Approval:
    """Sign in the account that was made, or found at a provider, a moment ago.

    Raises:
        PageOutOfDate: the question was answered meanwhile.
    """
    return await _answer(request, account_id, now)


@db.transactional
async def _accept(request: OpenRequest, proof: accounts.Proof, now: datetime) -> Approval:
    await accounts.accept_proof(proof)
    return await _answer(request, proof.account_id, now)


async def _answer(request: OpenRequest, account_id: UUID, now: datetime) -> Approval:
    approval = await approve(request.id, account_id, now=now)
    if request.identity_id is not None:
        await link_identity(request.identity_id, account_id, now=now)
    return approval
