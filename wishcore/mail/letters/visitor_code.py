"""The code by which a guest confirms an address."""

from datetime import timedelta
from typing import Final

from wishcore.mail.gateway import Letter

_TEXT: Final = """\
Hello,

your code is {code}

Please type it on the page where you asked for it. It is valid for {minutes} minutes and can
be used once.

If you did not ask for a code, you need not do anything: without it nothing happens.

Wish
"""


def visitor_code(to: str, *, code: str, lifetime: timedelta) -> Letter:
    """Write the letter with the code.

    The subject does not show it: subjects appear on locked screens.
    """
    minutes = int(lifetime.total_seconds()) // 60
    return Letter(
        to=to, subject="Your code for Wish", text=_TEXT.format(code=code, minutes=minutes)
    )
