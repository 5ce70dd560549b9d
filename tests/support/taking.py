"""A program that takes from a limit as often as it can: `URL HOW_OFTEN`; prints how often."""

import asyncio
import sys
from datetime import UTC, datetime, timedelta
from typing import Final

from wishcore import db, limits
from wishcore.errors import TooManyRequests
from wishcore.limits import Client, Count, Policy

LIMIT: Final = Policy(name="test", most=25, window=timedelta(hours=1))
MOMENT: Final = datetime(2026, 1, 1, tzinfo=UTC)


async def main(url: str, how_often: int) -> int:
    """Take, several at a time."""
    await db.connect(url)
    client = Client.at("198.51.100.7", server_secret="x" * 32)
    try:
        taken = await asyncio.gather(*(_take(client) for _ in range(how_often)))
    finally:
        await db.disconnect()
    return sum(taken)


async def _take(client: Client) -> bool:
    try:
        await limits.take(client, Count(LIMIT, "somebody"), now=MOMENT)
    except TooManyRequests:
        return False
    return True


if __name__ == "__main__":
    sys.stdout.write(str(asyncio.run(main(sys.argv[1], int(sys.argv[2])))))
