"""A mail server in memory."""

import re
from dataclasses import dataclass, field
from typing import Final

from wishcore.mail import Letter, MailNotSent

CODE: Final = re.compile(r"\b[2-9A-Z]{4}-[2-9A-Z]{4}\b")


@dataclass
class Mailbox:
    """Keeps the letters that were sent to it; it can be down."""

    letters: list[Letter] = field(default_factory=list)
    is_down: bool = False

    async def send(self, letter: Letter) -> None:
        if self.is_down:
            raise MailNotSent
        self.letters.append(letter)

    @property
    def code(self) -> str:
        """The code in the newest letter."""
        (code,) = CODE.findall(self.letters[-1].text)
        return str(code)
