"""The embedded default: letters become files, to be read with any mail program."""

import asyncio
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from wishcore import db
from wishcore.ids import new_id
from wishcore.integrations.mime import as_message
from wishcore.mail import Letter, MailNotSent
from wishcore.times import Clock

_UNSAFE: Final = re.compile(r"[^a-z0-9@._+-]")
_NAME_LENGTH_MAX: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderMailer:
    """Writes each letter into a folder as `<time>-<address>-<id>.eml`; names sort by time."""

    folder: Path
    sender: str
    clock: Clock = field(default_factory=Clock)

    async def send(self, letter: Letter) -> None:
        """Write the letter: a reader of the folder sees the whole file, or none.

        Raises:
            MailNotSent: the folder cannot be written to.
        """
        db.forbid_transaction()
        content = as_message(letter, sender=self.sender, clock=self.clock).as_bytes()
        try:
            await asyncio.to_thread(self._write, self._name(letter.to), content)
        except OSError as error:
            raise MailNotSent("The folder for letters cannot be written to") from error

    def _name(self, address: str) -> str:
        time = self.clock.now().strftime("%Y%m%dT%H%M%S.%fZ")
        # No separator of paths survives, and the leading time keeps ".." harmless.
        shown = _UNSAFE.sub("_", address.lower())[:_NAME_LENGTH_MAX]
        return f"{time}-{shown}-{new_id().hex}.eml"

    def _write(self, name: str, content: bytes) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        draft = self.folder / f".{name}.part"
        try:
            # Letters hold codes: for the owner of the process only.
            with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as it:
                it.write(content)
            draft.rename(self.folder / name)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
