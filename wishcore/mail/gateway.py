"""What sends letters: an SMTP server, or a folder on this machine."""

import unicodedata
from dataclasses import dataclass
from typing import Final, Protocol

from wishcore.errors import Unavailable

SEND_SECONDS_MAX: Final = 22
"""When a letter is given up, however slowly it is taken. The claims of letters are made of it."""


class MailNotSent(Unavailable):
    """The letter was not taken. Rarely it was, and only the answer got lost."""

    code = "mail_not_sent"
    title = "The mail server did not take the letter"


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A plain text to one address."""

    to: str
    subject: str
    text: str

    def __post_init__(self) -> None:
        """Refuse what could become a second header or a second recipient, and nobody."""
        if not self.to:
            raise ValueError("A letter has a recipient.")
        if any(unicodedata.category(char).startswith("C") for char in self.to + self.subject):
            raise ValueError("An address and a subject are one line, without control characters.")


class Mailer(Protocol):
    """Sends letters, one at a time."""

    async def send(self, letter: Letter) -> None:
        """Hand the letter over to whoever delivers it, within `SEND_SECONDS_MAX`.

        Raises:
            MailNotSent: nobody took it; trying again later is right.
        """
        ...
