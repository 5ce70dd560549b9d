"""The code by which the holder of an account confirms an address."""

from typing import Final

from wishcore.mail.gateway import Letter

_TEXT: Final = """\
Hello,

somebody, probably you, wants to use this address for an account. The code is

    {code}

Please type it on the page where you asked for it, signed in as before. It is valid for 30 minutes
and can be used once.

If that was not you, you need not do anything: without the code nothing happens.

Wish
"""


def new_email_code(to: str, *, code: str) -> Letter:
    """Write the letter with the code."""
    return Letter(to=to, subject="Your sign-up at Wish", text=_TEXT.format(code=code))
