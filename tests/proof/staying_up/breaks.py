"""Plausible faults of the product, planted one at a time: each must be noticed by its test."""

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
    is_quick: bool = False
    """Whether it is planted for each change; the others in the long run only."""


def _break(
    name: str,
    test: str,
    module: str,
    *changes: tuple[str, str],
    on: tuple[Engine, ...] = BOTH,
    is_quick: bool = False,
) -> Break:
    return Break(
        name=name,
        test=f"{HERE}/{test}",
        engines=on,
        plant=Plant(module=module, changes=changes),
        is_quick=is_quick,
    )


ABORTED: Final = (
    _break(
        "a connection is kept after a BEGIN that failed",
        "test_aborted_requests.py",
        "wishcore.db.postgres",
        ("            await pool.release(self.client._connection)\n            raise\n",
         "            raise\n"),
        on=("postgres",),
        is_quick=True,
    ),
    _break(
        "a connection is kept by a transaction that was cancelled",
        "test_aborted_requests.py",
        "wishcore.db.postgres",
        ("            if pool is not None:\n",
         "            if pool is not None and exc_type is not asyncio.CancelledError:\n"),
        ("from contextlib import suppress\n", "import asyncio\nfrom contextlib import suppress\n"),
        on=("postgres",),
    ),
    _break(
        "the lock is kept by a BEGIN that was cancelled",
        "test_aborted_requests.py",
        "wishcore.db.sqlite",
        ("        except BaseException:\n            self._trxlock.release()\n",
         "        except Exception:\n            self._trxlock.release()\n"),
        on=("sqlite",),
        is_quick=True,
    ),
    _break(
        "the lock is kept by a transaction that was cancelled",
        "test_aborted_requests.py",
        "wishcore.db.sqlite",
        ("            get_connections().reset(self.token)\n            self._trxlock.release()\n",
         "            get_connections().reset(self.token)\n"
         "            if exc_type is not asyncio.CancelledError:\n"
         "                self._trxlock.release()\n"),
        on=("sqlite",),
    ),
    _break(
        "a BEGIN that was cancelled is not rolled back",
        "test_aborted_requests.py",
        "wishcore.db.sqlite",
        ("                get_connections().reset(self.token)\n"
         "                await asyncio.shield(self.connection._connection.rollback())\n",
         "                get_connections().reset(self.token)\n"),
        on=("sqlite",),
    ),
    _break(
        "a cancelled COMMIT is taken for not committed",
        "test_aborted_requests.py",
        "wishcore.db.transactions",
        ("            except LOST as error:\n",
         "            except asyncio.CancelledError:\n"
         "                if is_last:\n"
         "                    raise\n"
         "            except LOST as error:\n"),
    ),
    _break(
        "a shielded task ends with its client",
        "test_aborted_requests.py",
        "wishapi.http.tasks",
        ("        task.add_done_callback(_report)\n        raise\n",
         "        task.cancel()\n        raise\n"),
    ),
)  # fmt: skip

BREAKS: Final = (*ABORTED,)
