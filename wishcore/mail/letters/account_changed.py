"""What the holder of an account gets when something important about it was changed."""

from typing import Final

from wishcore.mail.gateway import Letter

_TEXT: Final = """\
Hello,

the {what} of your account was changed.

If that was you, you need not do anything. If it was not, please write to our support at once.

Wish
"""


def account_changed(to: str, *, what: str) -> Letter:
    """Write the news. It goes to where the account's letters went before."""
    return Letter(to=to, subject=f"The {what} of your account", text=_TEXT.format(what=what))
