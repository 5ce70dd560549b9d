"""A thousand items, three marketplaces, the real limits: processes that are killed, and restarted.

Everything is real but the time: processes, their deaths, the database, HTTP. See `shared_clock`.
"""

import asyncio
import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest

from tests.operations.test_price_sync_at_scale import ITEMS, REAL, spacing, wished
from tests.support.amazon import AmazonSandbox, amazon_sandbox
from tests.support.forking import MODULE, Process, forker
from tests.support.makers import World
from tests.support.planting import ROOT
from tests.support.proof import Proof
from tests.support.shared_clock import SharedClock
from tests.support.worlds import sandbox, world
from wishcore import db as database
from wishcore.prices import ROUND

__all__ = ["sandbox", "world"]

PLACES: Final = 3
SECONDS_MAX: Final = 160
NOT_ANSWERED: Final = """
    SELECT COUNT(*) AS found FROM product_quote WHERE asked_at IS NOT NULL AND checked_at IS NULL
"""


@dataclass
class Runs:
    """Processes that sync, on one database and by one clock."""

    database_url: str
    amazon: AmazonSandbox
    clock: SharedClock
    file: Path
    alive: dict[int, Process] = field(default_factory=dict)
    started: int = 0

    def start(self) -> int:
        """Start one; return its slot."""
        slot, self.started = self.started, self.started + 1
        words = [self.database_url, self.amazon.url, str(self.file), str(slot)]
        self.alive[slot] = forker().start_logged(
            MODULE,
            ["tests.support.syncing", *words],
            folder=ROOT,
            environment={},
            log=self._log(slot),
        )
        return slot

    async def kill(self, slot: int) -> bool:
        """Kill one with SIGKILL, wherever it is; say whether it was still at work."""
        process = self.alive.pop(slot)
        process.kill()
        code = await asyncio.to_thread(process.wait, 10)
        # What it sent in time is to be read at that time, before anybody's turn comes next.
        await self.amazon.until_read()
        self.clock.let_go(slot)
        return code == -9

    async def finish(self) -> int:
        """Wait for all that are at work; return how many products they checked."""
        checked = 0
        for slot in list(self.alive):
            process = self.alive.pop(slot)
            code = await asyncio.to_thread(process.wait, SECONDS_MAX)
            assert code == 0, self._log(slot).read_text()
            checked += int(json.loads(self._log(slot).read_text())["products_checked"])
        return checked

    def _log(self, slot: int) -> Path:
        return self.file.with_name(f"said-{slot}")

    async def until_asked(self, requests: int) -> bool:
        """Wait until so many requests were made, or all have ended; say which."""
        while len(await self.amazon.requests()) < requests:
            if all(process.poll() is not None for process in self.alive.values()):
                return False
            await asyncio.sleep(0.02)
        return True


def _items(proof: Proof) -> int:
    return ITEMS if proof.is_long else 240


async def _killed_often(runs: Runs, proof: Proof, kills: int) -> int:
    """Keep two at work, and kill one of them again and again; return how many died at work."""
    died = 0
    moments = sorted(proof.random.sample(range(1, _items(proof) // 10 - 5), kills))
    for _ in range(2):
        runs.start()
    for moment in moments:
        if not await runs.until_asked(moment):
            break
        await asyncio.sleep(proof.random.random() * 0.01)
        if await runs.kill(proof.random.choice(sorted(runs.alive))):
            died += 1
            proof.inject("process killed in the middle of a sync")
        runs.start()
    return died


@pytest.mark.nightly("postgres")
@pytest.mark.parts(12)
async def test_processes_that_are_killed_ask_for_nothing_twice(
    db: str, world: World, tmp_path: Path, proof: Proof
) -> None:
    file = tmp_path / "clock"
    clock = SharedClock.make(file, world.now)
    began_at = world.now
    async with amazon_sandbox(REAL, clock=clock) as amazon, asyncio.timeout(SECONDS_MAX):
        products = await wished(world, _items(proof))
        runs = Runs(db, amazon, clock, file)
        try:
            died = await _killed_often(runs, proof, kills=proof.size(2, 8 * 12))
            await runs.finish()
            runs.start()
            await runs.finish()
            await _check_first_round(amazon, len(products), died)
            assert clock.now() - began_at < timedelta(minutes=5), "The hour is far from over."

            clock.set(began_at + timedelta(minutes=5) + ROUND)
            runs.start()
            assert await runs.finish() == len(products)
        finally:
            for slot in list(runs.alive):
                await runs.kill(slot)
        asked = Counter(await amazon.asked())
        assert set(asked) == set(products)
        assert max(asked.values()) == 2, "Once in each round."
        assert await amazon.refused() == 0
        assert await spacing(amazon) >= 1.0
    proof.inject("item in a round", 2 * len(products))


async def _check_first_round(amazon: AmazonSandbox, items: int, died: int) -> None:
    assert await amazon.refused() == 0
    assert await spacing(amazon) >= 1.0
    asked = Counter(await amazon.asked())
    (_, asin), most = asked.most_common(1)[0]
    times = [
        (one["at"], one["status"])
        for one in await amazon.requests()
        if asin in one["body"]["itemIds"]
    ]
    assert most == 1, f"Nothing is asked for twice in a round, but {asin} at {times}."
    # Whoever died had claimed ten in each marketplace at most: they wait for the next round.
    (row,) = await database.rows(NOT_ANSWERED)
    assert int(row["found"]) <= died * PLACES * 10
    assert items - len(asked) <= int(row["found"])
