"""The news that an account can be opened in another way from now on."""

from typing import Final

from wishcore.mail.gateway import Letter

_TEXT: Final = """\
Hello,

your account can now be opened by signing in at {company} as well, because the address there is
the one of your account, and both were confirmed.

If that was not you, change your password at {company} and here: that signs everybody out.

Wish
"""


def identity_linked(to: str, *, company: str) -> Letter:
    """Write to the owner that an account elsewhere was connected with theirs."""
    return Letter(
        to=to,
        subject=f"Your account is connected with {company}",
        text=_TEXT.format(company=company),
    )
