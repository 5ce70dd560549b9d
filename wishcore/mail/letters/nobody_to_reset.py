"""What an address without an account gets when somebody asks for a new password."""

from typing import Final

from wishcore.mail.gateway import Letter

_TEXT: Final = """\
Hello,

somebody, probably you, asked for a new password for an account with this address. There is none:
perhaps you signed up with another address, or with a Google or Facebook account.

If that was not you, you need not do anything.

Wish
"""


def nobody_to_reset(to: str) -> Letter:
    """Write the letter. Only the mailbox learns that there is no account."""
    return Letter(to=to, subject="Your new password for Wish", text=_TEXT)
