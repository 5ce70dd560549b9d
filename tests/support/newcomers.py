"""People who come from outside: through the door with its limits, by codes from letters."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from tests.support.mailbox import Mailbox
from wishcore import accounts, confirmations, sessions, visitors
from wishcore.limits import Client

SECRET: Final = "the secret of the tests, which is long enough"
PASSWORD: Final = "a horse of another colour"
NEW_PASSWORD: Final = "a mule of the same colour"
CHEAP: Final = accounts.PasswordHasher(memory_kib=64, passes=1)


def at(address: str = "198.51.100.7", device: str = "Browser 1.0") -> Client:
    """Return somebody at a network address."""
    return Client.at(address, device=device, server_secret=SECRET)


async def new_pass(email: str, *, name: str, now: datetime) -> visitors.NewPass:
    """Let somebody confirm an address as a guest; no limit counts."""
    mailbox = Mailbox()
    client = Client.at("198.51.100.7", server_secret=SECRET, is_limited=False)
    asked = await confirmations.ask_to_be_guest(
        email, name=name, mailer=mailbox, client=client, now=now
    )
    return await confirmations.confirm_guest(asked.id, code=mailbox.code, client=client, now=now)


@dataclass
class Outside:
    """What people do who come over the network, at one moment."""

    now: datetime
    mailbox: Mailbox = field(default_factory=Mailbox)

    @property
    def code(self) -> str:
        """The code of the newest letter."""
        return self.mailbox.code

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

    async def ask_guest(
        self,
        email: str = "gus@example.com",
        name: str = "Gus",
        *,
        client: Client | None = None,
    ) -> confirmations.Asked:
        return await confirmations.ask_to_be_guest(
            email, name=name, mailer=self.mailbox, client=client or at(), now=self.now
        )

    async def confirm_guest(
        self, asked: confirmations.Asked, code: str, *, client: Client | None = None
    ) -> visitors.NewPass:
        return await confirmations.confirm_guest(
            asked.id, code=code, client=client or at(), now=self.now
        )
