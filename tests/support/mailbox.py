"""A mail server in memory."""

import re
from dataclasses import dataclass, field

from wishcore.mail import Letter, MailNotSent


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
        (code,) = re.findall(r"\b\d{6}\b", self.letters[-1].text)
        return str(code)
