"""A real mail server on the loopback, which keeps what it gets."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult


@dataclass
class Server:
    """What a mail server got, and what it answers instead of taking it."""

    envelopes: list[Any] = field(default_factory=list)
    to_recipient: str = "250 OK"
    to_data: str = "250 OK"
    """What it says to every recipient, and to every letter."""
    logins: list[tuple[str, str]] = field(default_factory=list)
    spoke_tls: list[bool] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if self.to_recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.to_recipient

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.to_data.startswith("250"):
            self.envelopes.append(envelope)
            self.spoke_tls.append(session.ssl is not None)
        return self.to_data

    def log_in(self, server: Any, session: Any, envelope: Any, kind: Any, given: Any) -> AuthResult:
        self.logins.append((given.login.decode(), given.password.decode()))
        return AuthResult(success=given.password == b"p@ss:word/", handled=False)

    @property
    def messages(self) -> list[EmailMessage]:
        return [parsed(envelope.content) for envelope in self.envelopes]


def text_of(message: EmailMessage) -> str:
    text = message.get_content()
    assert isinstance(text, str)
    return text.replace("\r\n", "\n")


def parsed(content: bytes) -> EmailMessage:
    message = BytesParser(policy=default).parsebytes(content)
    assert isinstance(message, EmailMessage)
    return message


@asynccontextmanager
async def listening(server: Server, **options: Any) -> AsyncIterator[int]:
    """Run the server on a free port of this machine."""
    loop = asyncio.get_running_loop()
    tls = options.pop("from_the_start", None)
    socket = await loop.create_server(
        lambda: SMTP(server, hostname="localhost", loop=loop, **options),
        "127.0.0.1",
        0,
        ssl=tls,
    )
    async with closed_afterwards(socket) as port:
        yield port


@asynccontextmanager
async def closed_afterwards(socket: asyncio.Server) -> AsyncIterator[int]:
    try:
        yield socket.sockets[0].getsockname()[1]
    finally:
        socket.close()
        await socket.wait_closed()
