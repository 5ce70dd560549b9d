"""The blindfold: the givers' side taken away from a running world, or held by somebody else."""

import asyncio
import contextlib
import re
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from typing import Final

import asyncpg

HIDDEN: Final = ("funding", "pledge", "pledge_event", "refund", "ledger_entry", "payment_notice")
"""Everything about money. Who a guest is, is looked up for anybody who shows a pass."""
OWN_PLEDGES: Final = frozenset(
    {"make_pledge", "own_pledges", "own_pledge", "return_pledge", "export_account"}
)
"""What answers with the caller's own pledges for other people's items, and so reads that table."""
_OTHERS_WAIT: Final = """
    SELECT pid, query_start FROM pg_stat_activity CROSS JOIN LATERAL pg_blocking_pids(pid) AS ahead
    WHERE datname = current_database() AND cardinality(ahead) > 0 AND NOT $1 = ANY(ahead)
"""
_ASK_FOR_WHAT: Final = "SELECT pid, query_start, query FROM pg_stat_activity"
_MONEY: Final = re.compile(
    rf"""\s*(UPDATE|INSERT INTO|SELECT state FROM)\s+"?({"|".join(HIDDEN)})\b"""
)
"""Givers, and Stripe's notices, wait for each other, and only there where money is written. Which
owners never come to: while all of it is locked, they are asked for everything that they can do."""
_WAIT_FOR_US: Final = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND $1 = ANY(pg_blocking_pids(pid))
"""
_LOOK_EVERY_SECONDS: Final = 0.02


@contextlib.contextmanager
def without_tables(url: str) -> Iterator[None]:
    """Let a world's database be without the givers' tables for a while."""
    _rename(url, [(name, f"hidden_{name}") for name in HIDDEN])
    try:
        yield
    finally:
        _rename(url, [(f"hidden_{name}", name) for name in HIDDEN])


def _rename(url: str, names: Sequence[tuple[str, str]]) -> None:
    statements = [f'ALTER TABLE "{one}" RENAME TO "{other}"' for one, other in names]
    if url.startswith("sqlite://"):
        file = url.removeprefix("sqlite://")
        with contextlib.closing(sqlite3.connect(file, timeout=30)) as opened:
            for statement in statements:
                opened.execute(statement)
            opened.commit()
    else:
        asyncio.run(_execute(url, statements))


async def _execute(url: str, statements: Sequence[str]) -> None:
    connection = await asyncpg.connect(url)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


class Held:
    """Givers' tables of a PostgreSQL world in somebody else's hands, and who waits for whom.

    Either all of them, and nobody reads or writes them; or one, which can be read, so that those
    who act for givers hang where they write it, with all locks that they have by then.
    """

    def __init__(self, url: str, table: str = "") -> None:
        self._lock = (
            f"LOCK TABLE {table} IN EXCLUSIVE MODE"
            if table
            else f"LOCK TABLE {', '.join(HIDDEN)} IN ACCESS EXCLUSIVE MODE"
        )
        self.waited_for_givers = 0
        """How often somebody else was seen waiting for a giver's transaction."""
        self.most_waiting = 0
        """How many waited at once for what is held."""
        self.looks = 0
        self._url = url
        self._stop = threading.Event()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._hold()))

    def __enter__(self) -> "Held":
        self._thread.start()
        assert self._ready.wait(30), "The tables could not be locked."
        return self

    def __exit__(self, *_: object) -> None:
        self.let_go()

    def let_go(self) -> None:
        """Hold nothing any more."""
        self._stop.set()
        self._thread.join()

    async def _hold(self) -> None:
        holder, watcher = await asyncpg.connect(self._url), await asyncpg.connect(self._url)
        try:
            async with holder.transaction():
                await holder.execute(self._lock)
                own = holder.get_server_pid()
                self._ready.set()
                while not self._stop.is_set():
                    self.looks += 1
                    self.waited_for_givers += await _others_waiting(watcher, own)
                    waiting = await watcher.fetchval(_WAIT_FOR_US, own)
                    self.most_waiting = max(self.most_waiting, waiting)
                    await asyncio.sleep(_LOOK_EVERY_SECONDS)
        finally:
            await holder.close()
            await watcher.close()


async def _others_waiting(watcher: asyncpg.Connection, own: int) -> int:
    """Count who waits for somebody else, and not where money is written.

    What a connection asks is written down before it is known whether it has to wait, and so may be
    the question before. Where it still asks the same afterwards, it is the one that waited.
    """
    waiting = {(one["pid"], one["query_start"]) for one in await watcher.fetch(_OTHERS_WAIT, own)}
    return sum(
        (one["pid"], one["query_start"]) in waiting and not _MONEY.match(one["query"])
        for one in (await watcher.fetch(_ASK_FOR_WHAT) if waiting else ())
    )


@contextlib.contextmanager
def giver_is_writing(url: str) -> Iterator[None]:
    """Keep a giver's transaction open in an SQLite world: it has written and not committed."""
    file = url.removeprefix("sqlite://")
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as opened:
        opened.execute("BEGIN IMMEDIATE")
        changed = opened.execute("UPDATE funding SET held_minor = paid_minor").rowcount
        assert changed > 0
        try:
            yield
        finally:
            opened.execute("ROLLBACK")
