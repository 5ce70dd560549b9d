"""Letters through an SMTP server."""

import asyncio
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote, urlsplit

import aiosmtplib

from wishcore import db
from wishcore.integrations.mime import as_message
from wishcore.mail import SEND_SECONDS_MAX, Letter, MailNotSent
from wishcore.times import Clock

_PORTS: Final = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}
_FAREWELL_SECONDS: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpMailer:
    """Sends over one new connection per letter.

    `smtp://` speaks plainly, `smtps://` in TLS from the start, `smtp+starttls://` changes to TLS
    and refuses to go on without. Certificates are verified; a context of one's own can name
    another authority.
    """

    url: str = field(repr=False)
    """With the user and the password, percent-encoded: `smtps://user:password@host:port`."""
    sender: str
    clock: Clock = field(default_factory=Clock)
    timeout_seconds: float = 10
    """For each step of the conversation."""
    total_seconds: float = SEND_SECONDS_MAX - _FAREWELL_SECONDS
    """For the whole of it: a server that answers one step at a time, slowly, is given up."""
    tls: ssl.SSLContext | None = None

    async def send(self, letter: Letter) -> None:
        """Hand the letter to the server, which says that it has it.

        Raises:
            MailNotSent: the server is not there, too slow, not to be trusted, or refused.
        """
        db.forbid_transaction()
        message = as_message(letter, sender=self.sender, clock=self.clock)
        server = self._connection()
        try:
            async with asyncio.timeout(self.total_seconds):
                await server.connect()
                await server.send_message(message, recipients=[letter.to])
            await _leave(server)
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            # A ValueError is a server's answer that makes no sense. The address is not repeated:
            # details reach logs and people.
            raise MailNotSent from error
        finally:
            server.close()

    def _connection(self) -> aiosmtplib.SMTP:
        parts = urlsplit(self.url)
        return aiosmtplib.SMTP(
            hostname=parts.hostname,
            port=parts.port or _PORTS[parts.scheme],
            username=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
            timeout=self.timeout_seconds,
            use_tls=parts.scheme == "smtps",
            start_tls=parts.scheme == "smtp+starttls",
            tls_context=self.tls,
            # Otherwise the library asks the name server for this machine's name.
            local_hostname="localhost",
        )


async def _leave(server: aiosmtplib.SMTP) -> None:
    # The server has the letter: whatever happens now, it was sent.
    with suppress(aiosmtplib.SMTPException, OSError):
        async with asyncio.timeout(_FAREWELL_SECONDS):
            await server.quit()
