"""What the ledger says."""

import msgspec

from wishcore import db


class Balance(msgspec.Struct, frozen=True, kw_only=True):
    """What one account of the ledger holds in one currency, in minor units."""

    account: str
    currency: str
    amount_minor: int


async def balances() -> list[Balance]:
    """Return every account's balance per currency. Those of one currency add up to nothing."""
    return await db.fetch_all(
        Balance,
        """
        SELECT account, currency, CAST(SUM(amount_minor) AS BIGINT) AS amount_minor
        FROM ledger_entry GROUP BY account, currency ORDER BY currency, account
        """,
    )
