"""The code with which somebody who forgot the password sets another."""

from typing import Final

from wishcore.mail.gateway import Letter

_TEXT: Final = """\
Hello,

somebody, probably you, asked for a new password for the account with this address. The code is

    {code}

Please type it on the page where you asked for it. It is valid for 30 minutes and can be used
once. Nobody from Wish ever asks you for it.

If that was not you, you need not do anything: without the code nothing happens.

Wish
"""


def reset_code(to: str, *, code: str) -> Letter:
    """Write the letter with the code."""
    return Letter(to=to, subject="Your new password for Wish", text=_TEXT.format(code=code))
