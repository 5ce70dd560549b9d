"""People who come from outside: through the door with its limits, by codes from letters."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from tests.support.mailbox import Mailbox
from wishcore import accounts, confirmations, sessions
from wishcore.limits import Client

SECRET: Final = "the secret of the tests, which is long enough"
PASSWORD: Final = "a horse of another colour"
NEW_PASSWORD: Final = "a mule of the same colour"
CHEAP: Final = accounts.PasswordHasher(memory_kib=64, passes=1)
_CODE: Final = re.compile(r"\b[2-9A-Z]{4}-[2-9A-Z]{4}\b")


def at(address: str = "198.51.100.7", device: str = "Browser 1.0") -> Client:
    """Return somebody at a network address."""
    return Client.at(address, device=device, server_secret=SECRET)


@dataclass
class Outside:
    """What people do who come over the network, at one moment."""

    now: datetime
    mailbox: Mailbox = field(default_factory=Mailbox)

    @property
    def code(self) -> str:
        """The code of the newest letter."""
        (found,) = _CODE.findall(self.mailbox.letters[-1].text)
        return str(found)

    async def ask(
        self, email: str = "ann@example.com", *, client: Client | None = None, **changes: Any
    ) -> confirmations.Asked:
        person: dict[str, Any] = {
            "password": PASSWORD,
            "first_name": "Ann",
            "last_name": "Lee",
            "birthday": date(1990, 1, 2),
        }
        return await confirmations.ask_to_sign_up(
            email=email,
            **(person | changes),
            mailer=self.mailbox,
            hasher=CHEAP,
            client=client or at(),
            now=self.now,
        )

    async def confirm(
        self, asked: confirmations.Asked, code: str, *, client: Client | None = None
    ) -> accounts.Profile:
        return await confirmations.confirm_sign_up(
            asked.id, code=code, client=client or at(), now=self.now
        )

    async def sign_up(self, email: str = "ann@example.com", **changes: Any) -> accounts.Profile:
        asked = await self.ask(email, **changes)
        return await self.confirm(asked, self.code)

    async def sign_in(
        self,
        login: str = "ann@example.com",
        password: str = PASSWORD,
        *,
        client: Client | None = None,
    ) -> accounts.TokenPair:
        return await sessions.sign_in(
            login, password=password, hasher=CHEAP, client=client or at(), now=self.now
        )

    async def signed_in(self, login: str = "ann@example.com") -> accounts.SignedIn:
        pair = await self.sign_in(login)
        return await accounts.account_of_token(pair.access_token, now=self.now)

    async def ask_reset(
        self, email: str = "ann@example.com", *, client: Client | None = None
    ) -> confirmations.Asked:
        return await confirmations.ask_to_reset(
            email, mailer=self.mailbox, client=client or at(), now=self.now
        )

    async def reset(
        self,
        code_id: UUID,
        code: str,
        new: str = NEW_PASSWORD,
        *,
        client: Client | None = None,
    ) -> None:
        await confirmations.reset_password(
            code_id,
            code=code,
            new=new,
            mailer=self.mailbox,
            hasher=CHEAP,
            client=client or at(),
            now=self.now,
        )

    async def ask_email(self, account_id: UUID, email: str) -> confirmations.Asked:
        return await confirmations.ask_to_change_email(
            account_id, email, mailer=self.mailbox, client=at(), now=self.now
        )

    async def change_email(self, account_id: UUID, code_id: UUID, code: str) -> accounts.Profile:
        return await confirmations.change_email(
            account_id, code_id, code=code, mailer=self.mailbox, client=at(), now=self.now
        )
