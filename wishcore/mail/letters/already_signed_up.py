"""What the holder of an account gets when somebody signs up with the same address."""

from typing import Final

from wishcore.mail.gateway import Letter

_TEXT: Final = """\
Hello,

somebody, probably you, wanted to use this address for an account. It belongs to an account
already: please sign in, or ask for a new password if you forgot yours.

If that was not you, you need not do anything.

Wish
"""


def already_signed_up(to: str) -> Letter:
    """Write the letter. Only the mailbox learns that there is an account."""
    return Letter(to=to, subject="Your sign-up at Wish", text=_TEXT)
