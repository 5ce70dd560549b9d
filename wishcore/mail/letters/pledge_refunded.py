"""What a giver gets when a pledge goes back."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final
from uuid import UUID

from wishcore.mail.gateway import Letter
from wishcore.money import Money

_REASONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "unfunded": "What you paid for was not fully paid by its deadline.",
        "withdrawn": "What you paid for is not wished for any more.",
        "giver": "You took your payment back.",
        "operator": "Our support returned your payment.",
    }
)
_OTHERWISE: Final = "Your payment was not needed."

_WHOLE: Final = "You get the whole amount back"
_REST: Final = "You get back\nwhat your bank has not given back to you already"

_TEXT: Final = """\
Hello,

{reason} {share}, on the card that you paid with.

Amount:     {amount}
Reference:  {pledge_id}

It usually arrives within 5 to 10 working days; some banks take longer. You can look it up here:
{link}

Wish
"""


def pledge_refunded(
    to: str, *, amount: Money, is_whole: bool, pledge_id: UUID, reason: str, link: str
) -> Letter:
    """Write the news that the money is on its way back, and why: the whole, or the rest of it."""
    # A reason that has no sentence yet must not keep the letter from going out.
    text = _TEXT.format(
        reason=_REASONS.get(reason, _OTHERWISE),
        share=_WHOLE if is_whole else _REST,
        amount=amount,
        pledge_id=pledge_id,
        link=link,
    )
    return Letter(to=to, subject=f"Your refund: {amount}", text=text)
