"""docs/api.md tells every limit, as it is."""

import re
from datetime import timedelta
from typing import Final

import pytest

from tests.architecture.tree import ROOT
from wishcore.limits import Policy, policies

WINDOWS: Final = {
    "in 5 minutes": timedelta(minutes=5),
    "an hour": timedelta(hours=1),
    "a day": timedelta(days=1),
}
ROWS: Final[dict[str, tuple[Policy, ...]]] = {
    "wrong passwords": (
        policies.SIGN_INS_OF_NAME, policies.SIGN_INS_OF_NETWORK, policies.SIGN_INS_OF_ALL,
        policies.SIGN_INS_FROM_KNOWN_NETWORK,
    ),
    "the present password, wrong, where it is asked for again": (policies.PASSWORDS_OF_ACCOUNT,),
    "refused refresh tokens": (policies.REFRESHES_OF_NETWORK,),
    "sign-in pages opened": (policies.PAGES_OF_NETWORK,),
    "sign-ups": (
        policies.SIGN_UPS_OF_NETWORK, policies.SIGN_UPS_OF_BOTH, policies.SIGN_UPS_OF_ADDRESS,
    ),
    "resets": (policies.RESETS_OF_NETWORK, policies.RESETS_OF_BOTH, policies.RESETS_OF_ADDRESS),
    "another address": (policies.NEW_EMAILS_OF_ACCOUNT, policies.NEW_EMAILS_OF_ADDRESS),
    "wrong codes": (policies.CODES_OF_NETWORK,),
    "codes for guests": (
        policies.VISITORS_OF_NETWORK, policies.VISITORS_OF_BOTH, policies.VISITORS_OF_ADDRESS,
    ),
    "pledges": (policies.PLEDGES_OF_GIVER,),
    "refused pledges": (policies.REFUSALS_OF_GIVER,),
    "share links that lead nowhere": (policies.SHARE_MISSES,),
    "links looked up": (policies.LOOKUPS_OF_ACCOUNT,),
    "exports": (policies.EXPORTS_OF_ACCOUNT,),
}  # fmt: skip
"""Each row of the table, with what it tells."""


def told() -> dict[str, str]:
    """Return the table: what is limited, and how."""
    (table,) = re.findall(
        r"^\| what \| how often \|\n\|---\|---\|\n((?:\|.*\n)+)",
        (ROOT / "docs" / "api.md").read_text(),
        flags=re.MULTILINE,
    )
    return dict(re.findall(r"^\| (.+?) \| (.+) \|$", table, flags=re.MULTILINE))


def test_every_limit_has_its_row() -> None:
    every = {value for value in vars(policies).values() if isinstance(value, Policy)}
    assert len(every) > 15
    assert {policy for row in ROWS.values() for policy in row} == every
    assert ROWS.keys() == told().keys()


@pytest.mark.parametrize("row", ROWS)
def test_a_row_tells_its_limits_and_no_others(row: str) -> None:
    found = re.findall(rf"([\d,]+)(?: letters)? ({'|'.join(WINDOWS)})", told()[row])
    numbers = {(int(most.replace(",", "")), WINDOWS[window]) for most, window in found}
    wanted = {(policy.most, policy.window) for policy in ROWS[row]}
    assert numbers == wanted
