"""What a giver gets when a pledge is paid."""

from typing import Final
from uuid import UUID

from wishcore.mail.gateway import Letter
from wishcore.money import Money

_TEXT: Final = """\
Hello,

thank you. We received your payment.

Amount:     {amount}
Reference:  {pledge_id}

You can look it up here, signed in with this address:
{link}

If what you paid for is not fully paid by its deadline, you get the whole amount back without
having to ask.

Wish
"""


def pledge_receipt(to: str, *, amount: Money, pledge_id: UUID, link: str) -> Letter:
    """Write the receipt: the amount, the pledge's id, and where to look it up."""
    text = _TEXT.format(amount=amount, pledge_id=pledge_id, link=link)
    return Letter(to=to, subject=f"Your receipt: {amount}", text=text)
