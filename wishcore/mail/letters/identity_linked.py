"""The news that an account can be opened in another way from now on."""

from typing import Final

from wishcore.mail.gateway import Letter

_TEXT: Final = """\
Hello,

your account can now be opened by signing in at {company} as well, because {reason}.

If that was not you, change your password at {company} and here: that signs everybody out, and
disconnects {company}.

Wish
"""


_BY_ADDRESS: Final = "the address there is\nthe one of your account, and both were confirmed"
_BY_PASSWORD: Final = "somebody came\nfrom there and gave the password of your account"


def identity_linked(to: str, *, company: str, by_password: bool) -> Letter:
    """Write to the owner that an account elsewhere was connected with theirs."""
    reason = _BY_PASSWORD if by_password else _BY_ADDRESS
    return Letter(
        to=to,
        subject=f"Your account is connected with {company}",
        text=_TEXT.format(company=company, reason=reason),
    )
