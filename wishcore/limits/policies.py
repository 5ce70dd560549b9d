"""How often what may be done. Pure; the numbers follow what large identity services use.

A count that people share who do not know each other (a household, an office, everybody) is never
told to them: an owner could watch it move when somebody at home opens a share link.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

_MINUTES: Final = timedelta(minutes=5)
_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """So many in a window, which begins with the first."""

    name: str
    most: int
    window: timedelta
    is_shared: bool = False
    """Whether several people share one count."""


# Wrong passwords. Right ones are given back.
SIGN_INS_OF_NAME: Final = Policy(name="sign_in_name", most=10, window=_MINUTES)
SIGN_INS_OF_NETWORK: Final = Policy(
    name="sign_in_network", most=10, window=_MINUTES, is_shared=True
)
SIGN_INS_OF_ALL: Final = Policy(name="sign_in_all", most=1000, window=_MINUTES, is_shared=True)
SIGN_INS_FROM_KNOWN_NETWORK: Final = Policy(name="sign_in_known", most=10, window=_MINUTES)
"""For a name that strangers use up, from where it signed in before: nobody is locked out."""
PASSWORDS_OF_ACCOUNT: Final = Policy(name="password_account", most=10, window=_MINUTES)
"""The present password, asked for again before something important is changed."""
REFRESHES_OF_NETWORK: Final = Policy(
    name="refresh_network", most=60, window=_MINUTES, is_shared=True
)

PAGES_OF_NETWORK: Final = Policy(name="page_network", most=600, window=_MINUTES, is_shared=True)
"""Sign-in pages that were opened: each is a row until it is a day old."""
SIGN_UPS_OF_NETWORK: Final = Policy(name="sign_up_network", most=100, window=_DAY, is_shared=True)
SIGN_UPS_OF_ADDRESS: Final = Policy(name="sign_up_address", most=20, window=_DAY, is_shared=True)
SIGN_UPS_OF_BOTH: Final = Policy(name="sign_up_both", most=5, window=_DAY, is_shared=True)
"""For one address from one network, so that a stranger cannot use up somebody's five."""
RESETS_OF_NETWORK: Final = Policy(name="reset_network", most=30, window=_DAY, is_shared=True)
RESETS_OF_ADDRESS: Final = Policy(name="reset_address", most=20, window=_DAY, is_shared=True)
RESETS_OF_BOTH: Final = Policy(name="reset_both", most=5, window=_DAY, is_shared=True)
"""As for sign-ups."""
NEW_EMAILS_OF_ACCOUNT: Final = Policy(name="new_email_account", most=10, window=_DAY)
NEW_EMAILS_OF_ADDRESS: Final = Policy(
    name="new_email_address", most=20, window=_DAY, is_shared=True
)
"""More than one account may ask for, so that nobody alone uses up somebody else's."""
CODES_OF_NETWORK: Final = Policy(name="code_network", most=60, window=_HOUR, is_shared=True)
"""Codes that were wrong."""

VISITORS_OF_NETWORK: Final = Policy(name="visitor_network", most=60, window=_HOUR, is_shared=True)
VISITORS_OF_ADDRESS: Final = Policy(name="visitor_address", most=20, window=_HOUR, is_shared=True)
VISITORS_OF_BOTH: Final = Policy(name="visitor_both", most=5, window=_HOUR, is_shared=True)
"""As for sign-ups, but for an hour: whoever wants to keep a guest out has to keep on, and a giver
in front of a deadline does not lose a day."""
SHARE_MISSES: Final = Policy(name="share_miss", most=60, window=_HOUR, is_shared=True)
"""Share links that lead nowhere. Those that do are never counted."""
PLEDGES_OF_GIVER: Final = Policy(name="pledge_giver", most=30, window=_HOUR)
REFUSALS_OF_GIVER: Final = Policy(name="refusal_giver", most=20, window=_HOUR)
"""Refused pledges for one item: how a giver would find out, cent by cent, what others gave."""
LOOKUPS_OF_ACCOUNT: Final = Policy(name="lookup_account", most=60, window=_HOUR)
"""Pages and products that were looked up because of a link: requests that others pay for."""
EXPORTS_OF_ACCOUNT: Final = Policy(name="export_account", most=10, window=_HOUR)
