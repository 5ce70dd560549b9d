"""The code by which somebody who signs up confirms the address."""

from typing import Final

from wishcore.mail.gateway import Letter

_TEXT: Final = """\
Hello,

somebody, probably you, wants to sign up with this address. The code is

    {code}

Please type it on the page where you signed up. It is valid for 30 minutes and can be used once.

If that was not you, you need not do anything: without the code nothing happens.

Wish
"""


def sign_up_code(to: str, *, code: str) -> Letter:
    """Write the letter with the code."""
    # The subject is that of `already_signed_up`: whoever sees only the list of letters learns
    # nothing.
    return Letter(to=to, subject="Your sign-up at Wish", text=_TEXT.format(code=code))
