"""Plausible faults of the product, planted one at a time: each must be noticed by its test.

Those of the database that a task of its own can show are tried on `tests/operations`, too.
"""

from typing import Final

import msgspec

from tests.conftest import Engine
from tests.support.planting import Plant

HERE: Final = "tests/proof/staying_up"
BOTH: Final[tuple[Engine, ...]] = ("sqlite", "postgres")


class Break(msgspec.Struct, frozen=True, kw_only=True):
    """A fault, the test that must notice it, and on which engines."""

    name: str
    test: str
    engines: tuple[Engine, ...]
    plant: Plant
    shown: str
    """The pattern of what the test must say of it: another failure is an accident."""
    share: float = 0.0
    """Of the long run, for a test that belongs there only."""


SLOW: Final = 0.6
"""Of the long run, where BEGIN and COMMIT are slow: each of its parts is as long as a change's."""
STARVED: Final = "Unanswered|wait for the lock"
"""What is said where a connection or a lock is never given back."""

_CANCELLED_COMMITS: Final[tuple[tuple[str, str, Engine, str], ...]] = (
    ("by a server", "test_aborted_requests.py", "postgres", r"'Made once \d+', 2"),
    # With one connection for all, most who go away are still waiting for it.
    ("by a task", "tests/operations/test_transactions.py", "sqlite", "UNIQUE constraint failed"),
)


def _break(
    name: str,
    test: str,
    module: str,
    *changes: tuple[str, str],
    shown: str,
    on: tuple[Engine, ...] = BOTH,
    share: float = 0.0,
) -> Break:
    return Break(
        name=name,
        test=test if "/" in test else f"{HERE}/{test}",
        engines=on,
        plant=Plant(module=module, changes=changes),
        shown=shown,
        share=share,
    )


ABORTED: Final = (
    _break(
        "a connection is kept after a BEGIN that failed",
        "test_aborted_requests.py",
        "wishcore.db.postgres",
        ("            await pool.release(self.client._connection)\n            raise\n",
         "            raise\n"),
        shown=STARVED,
        on=("postgres",),
        share=SLOW,
    ),
    _break(
        "a connection is kept by a transaction that was cancelled",
        "test_aborted_requests.py",
        "wishcore.db.postgres",
        ("            if pool is not None:\n",
         "            if pool is not None and exc_type is not asyncio.CancelledError:\n"),
        ("from contextlib import suppress\n", "import asyncio\nfrom contextlib import suppress\n"),
        shown=STARVED,
        on=("postgres",),
    ),
    _break(
        "the lock is kept by a BEGIN that was cancelled",
        "test_aborted_requests.py",
        "wishcore.db.sqlite",
        ("        except BaseException:\n            self._trxlock.release()\n",
         "        except Exception:\n            self._trxlock.release()\n"),
        shown=STARVED,
        on=("sqlite",),
        share=0.1,
    ),
    _break(
        "the lock is kept by a transaction that was cancelled",
        "test_aborted_requests.py",
        "wishcore.db.sqlite",
        ("            get_connections().reset(self.token)\n            self._trxlock.release()\n",
         "            get_connections().reset(self.token)\n"
         "            if exc_type is not asyncio.CancelledError:\n"
         "                self._trxlock.release()\n"),
        shown=STARVED,
        on=("sqlite",),
        share=0.1,
    ),
    _break(
        "a BEGIN that was cancelled is not rolled back",
        "test_aborted_requests.py",
        "wishcore.db.sqlite",
        ("                get_connections().reset(self.token)\n"
         "                await asyncio.shield(self.connection._connection.rollback())\n",
         "                get_connections().reset(self.token)\n"),
        shown="database is locked",
        on=("sqlite",),
    ),
    *(
        _break(
            f"a cancelled COMMIT is taken for not committed, {where}",
            test,
            "wishcore.db.transactions",
            ("            except LOST as error:\n",
             "            except asyncio.CancelledError:\n"
             "                if is_last:\n"
             "                    raise\n"
             "            except LOST as error:\n"),
            shown=shown,
            on=(engine,),
            share=SLOW if engine == "postgres" else 0,
        )
        for where, test, engine, shown in _CANCELLED_COMMITS
    ),
    _break(
        "a shielded task ends with its client",
        "test_aborted_requests.py",
        "wishapi.http.tasks",
        ("        task.add_done_callback(_report)\n        raise\n",
         "        task.cancel()\n        raise\n"),
        shown="it has ended",
    ),
)  # fmt: skip


DATABASE: Final = (
    _break(
        "a full disk is a bug of ours",
        "test_full_disks.py",
        "wishcore.db.transactions",
        ("{sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN}",
         "{sqlite3.SQLITE_CANTOPEN}"),
        shown="internal_error",
        on=("sqlite",),
    ),
    _break(
        "a COMMIT for which there is no room is taken for done",
        "test_full_disks.py",
        "wishcore.db.sqlite",
        ("                raise OperationalError(error) from error\n"
         "            except BaseException:\n                # Cancelled",
         "            except BaseException:\n                # Cancelled"),
        shown="Nobody else edits|internal_error",
        on=("sqlite",),
    ),
    _break(
        "a COMMIT whose connection is cut is taken for done",
        "test_lost_connections.py::test_every_connection_is_cut_again_and_again",
        "wishcore.db.postgres",
        ("            if exc_type is None:\n                await self.client.commit()\n",
         "            if exc_type is None:\n"
         "                with suppress(asyncpg.PostgresError, *LOST):\n"
         "                    await self.client.commit()\n"),
        shown="An edit that was told is not there|Nobody else edits|never deleted",
        on=("postgres",),
    ),
    _break(
        "a connection that is cut is a bug of ours",
        "test_lost_connections.py::test_every_connection_is_cut_again_and_again",
        "wishcore.db.transactions",
        ("LOST: Final = (OSError, asyncpg.InterfaceError, asyncpg.InternalClientError)",
         "LOST: Final = (OSError,)"),
        shown="internal_error",
        on=("postgres",),
    ),
    _break(
        "what was acknowledged is lost when PostgreSQL crashes",
        "test_lost_connections.py::test_the_database_crashes_under_load",
        "wishcore.db.config",
        ('        "synchronous_commit": "on",\n', ""),
        shown="bad_token",
        on=("postgres",),
    ),
    _break(
        "whoever waits for a lock waits for ever",
        "test_lost_connections.py::test_no_connection_left",
        "wishcore.db.config",
        ('"statement_timeout": "10000"', '"statement_timeout": "0"'),
        ('"lock_timeout": "5000"', '"lock_timeout": "0"'),
        ('"command_timeout": 15', '"command_timeout": 600'),
        shown=r"== \{200, 503\}",
        on=("postgres",),
    ),
)  # fmt: skip

STOPPING: Final = (
    _break(
        "a server that ends waits for nobody",
        "test_stopping.py::test_a_pledge_in_progress_is_finished_before_the_server_ends",
        "wishapi.http.application",
        ("    graceful_seconds: float = 15\n", "    graceful_seconds: float = 0\n"),
        shown="Server disconnected without sending a response",
        on=("sqlite",),
    ),
    _break(
        "workers are killed rather than asked to end",
        "test_stopping.py::test_a_pledge_in_progress_is_finished_before_the_server_ends",
        "wishapi.workers",
        ("            process.terminate()\n", "            process.kill()\n"),
        shown="It ended before the pledge did|Server disconnected without sending a response",
        on=("sqlite",),
    ),
    _break(
        "a worker that died is not replaced",
        "test_stopping.py::test_a_killed_worker_is_replaced_and_nothing_told_is_lost",
        "wishapi.workers",
        ("        if pause <= 0:\n", "        if pause <= 0 and not self.deaths:\n"),
        shown="two again",
        on=("sqlite",),
    ),
    _break(
        "workers outlive their keeper",
        "test_stopping.py::test_workers_do_not_outlive_the_one_who_keeps_them",
        "wishapi.workers",
        ("    os.kill(os.getpid(), signal.SIGTERM)\n", "    return\n"),
        shown="they have ended",
        on=("sqlite",),
    ),
)  # fmt: skip

CLOCKS: Final = (
    _break(
        "a wrong clock closes lists",
        "test_clocks.py",
        "wishcore.administration",
        ("    if abs(ahead) > CLOCK_TOLERANCE:\n", "    if abs(ahead) > 1000 * CLOCK_TOLERANCE:\n"),
        shown="assert 0 == 75",
        on=("postgres",),
        share=0.01,
    ),
    _break(
        "a server does not bear that its clock goes back",
        "test_clocks.py",
        "wishcore.times",
        ("        return datetime.now(UTC) + self.offset\n",
         "        global _last\n"
         "        now = datetime.now(UTC) + self.offset\n"
         "        assert now >= _last\n"
         "        _last = now\n"
         "        return now\n"),
        ("@dataclass(frozen=True, slots=True)\n",
         "_last = datetime.min.replace(tzinfo=UTC)\n\n\n@dataclass(frozen=True, slots=True)\n"),
        shown="assert 500 == ",
        on=("sqlite",),
    ),
)  # fmt: skip

SCARCITY: Final = (
    _break(
        "every request leaves something behind",
        "test_scarcity.py::test_memory_does_not_grow_with_the_number_of_requests",
        "wishapi.http.calls",
        ("            self._id = os.urandom(12).hex()\n",
         "            self._id = os.urandom(12).hex()\n"
         "            _SEEN.append((self, bytes(4096)))\n"),
        ("_TOKEN_MAX: Final = 512\n", "_TOKEN_MAX: Final = 512\n_SEEN: list[object] = []\n"),
        shown=r"assert \(\d+ - \d+\) < ",
        on=("sqlite",),
        share=0.2,
    ),
    _break(
        "every byte begins the time of a request anew",
        "test_scarcity.py::test_others_are_served_while_many_send_byte_by_byte",
        "wishapi.http.connections",
        ("        if not is_first:\n            self._time = before\n", ""),
        shown="are served after",
        on=("sqlite",),
        share=0.01,
    ),
)  # fmt: skip

RUNBOOK: Final = (
    _break(
        "room that was taken is never given back",
        "test_runbook.py",
        "wishcore.pledges.recovery",
        ("    if pledge.updated_at <= now - HOLD_FOR:\n",
         "    if pledge.updated_at > now:\n"),
        shown="abandoned",
        on=("sqlite",),
        share=0.01,
    ),
)  # fmt: skip

BREAKS: Final = (*ABORTED, *DATABASE, *STOPPING, *CLOCKS, *SCARCITY, *RUNBOOK)
