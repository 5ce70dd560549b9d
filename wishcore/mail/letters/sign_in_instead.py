"""What the holder of an account gets who asked for a guest's code."""

from typing import Final

from wishcore.mail.gateway import Letter

_TEXT: Final = """\
Hello,

somebody, probably you, wanted to look at a wish list as a guest with this address. The address
belongs to an account, so there is no code for it: please sign in instead. Whatever you gave as a
guest with this address you find there, too.

If that was not you, you need not do anything.

Wish
"""


def sign_in_instead(to: str) -> Letter:
    """Write the letter that asks to sign in. Only the mailbox learns that there is an account."""
    # The subject is the code letter's: whoever sees only the list of letters learns nothing.
    return Letter(to=to, subject="Your code for Wish", text=_TEXT)
