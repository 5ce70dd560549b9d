"""A person with an account, and what tests ask about it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from wishcore import accounts, leaving

PASSWORD = "correct horse"


@dataclass(frozen=True)
class Person:
    """An account, and what it takes to sign in."""

    id: UUID
    hasher: accounts.PasswordHasher
    now: datetime

    async def sign_in(self, login: str = "ann@example.com") -> accounts.TokenPair:
        return await accounts.sign_in(login, password=PASSWORD, hasher=self.hasher, now=self.now)


async def is_valid(access_token: str, now: datetime) -> bool:
    try:
        await accounts.account_of_token(access_token, now=now)
    except accounts.BadToken:
        return False
    return True


async def close(account_id: UUID, now: datetime) -> None:
    await leaving.close_account(account_id, now=now)
