"""One run of the sync in a process of its own, by a clock that it shares with others.

python -m tests.support.syncing DATABASE_URL AMAZON_URL CLOCK_FILE SLOT
"""

import asyncio
import sys
from pathlib import Path

import httpx
import msgspec

from tests.support.amazon import AmazonSandbox, FakeClock, Redirects
from tests.support.shared_clock import SharedClock
from wishcore import db, jobs


async def main(database_url: str, amazon_url: str, clock_file: str, slot: int) -> None:
    """Sync until nothing is due, and print what was done."""
    await db.connect(database_url, pool_max=4)
    clock = SharedClock.open(Path(clock_file), slot)
    async with httpx.AsyncClient() as http:
        sandbox = AmazonSandbox(amazon_url, http, FakeClock())
        catalogue = sandbox.catalogue(clock=clock)
        try:
            synced = await jobs.sync_prices(catalogue=catalogue, web=Redirects(), clock=clock.now)
        finally:
            clock.let_go(slot)
            await catalogue.close()
            await db.disconnect()
    sys.stdout.write(msgspec.json.encode(synced).decode())


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])))
