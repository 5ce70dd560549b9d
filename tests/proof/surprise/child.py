"""The processes of a world: a server, and somebody who runs the jobs. Two worlds are made equal.

Nothing of a transcript is replaced or left out, so whatever could differ by chance has to be made
equal here, in the test's own processes: the clock stands still at the moment that a shared file
names, and what is random in a request is drawn from the seed that the request brings
(`X-Proof`). Passwords are hashed cheaply. Everything else is the product as it is.
"""

import mmap
import os
import random
import secrets
import struct
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

import typer
from uuid_utils import compat

from tests.proof.surprise import leaks
from wishapi.http.calls import ApiRequest
from wishapi.server import serve
from wishcli import scheduling
from wishcli.main import wish
from wishcore import accounts, administration, settings, times
from wishcore.errors import Unavailable

PLAN: Final = "PROOF_PLAN"
"""The environment's name for the file with the clock and the leak that is switched on."""
PLAN_FORMAT: Final = "<qq"
SEED: Final = "x-proof"
TRY_LATER: Final = 75
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Plan:
    """Eight bytes of clock and eight that number a leak, shared by all processes of two worlds."""

    def __init__(self, file: Path) -> None:
        with file.open("r+b") as opened:
            self._map = mmap.mmap(opened.fileno(), struct.calcsize(PLAN_FORMAT))

    @classmethod
    def make(cls, file: Path, now: datetime) -> "Plan":
        """Make the file."""
        file.write_bytes(struct.pack(PLAN_FORMAT, 0, 0))
        made = cls(file)
        made.now = now
        return made

    @property
    def now(self) -> datetime:
        """What the clocks show."""
        return _EPOCH + timedelta(microseconds=self._read()[0])

    @now.setter
    def now(self, now: datetime) -> None:
        self._write((now - _EPOCH) // timedelta(microseconds=1), self._read()[1])

    @property
    def leak(self) -> int:
        """The leak that is switched on; 0 is none."""
        return self._read()[1]

    @leak.setter
    def leak(self, number: int) -> None:
        self._write(self._read()[0], number)

    def _read(self) -> tuple[int, int]:
        clock, leak = struct.unpack(PLAN_FORMAT, self._map[:])
        return clock, leak

    def _write(self, clock: int, leak: int) -> None:
        self._map[:] = struct.pack(PLAN_FORMAT, clock, leak)


def _drawn() -> random.Random | None:
    """Return this request's own source of chance, if it brought a seed."""
    request = ApiRequest._current.get(None)
    if not isinstance(request, ApiRequest) or SEED not in request.headers:
        return None
    if not hasattr(request.ctx, "drawn"):
        request.ctx.drawn = random.Random(request.headers[SEED])
        request.ctx.ids = 0
        # Drawn before anything else: whether a notice of Stripe's settled a pledge before its own
        # request did decides how much more is drawn there, and nobody can see that.
        assert request.id
    found: random.Random = request.ctx.drawn
    return found


def _make_equal(plan: Plan) -> None:
    true_uuid7, true_urandom = compat.uuid7, os.urandom

    def uuid7() -> UUID:
        if (drawn := _drawn()) is None:
            return true_uuid7()
        request = ApiRequest._current.get()
        request.ctx.ids += 1
        millis = (plan.now - _EPOCH) // timedelta(milliseconds=1)
        high = millis << 16 | 0x7000 | request.ctx.ids
        return UUID(int=high << 64 | 0b10 << 62 | drawn.getrandbits(62))

    def random_bytes(size: int) -> bytes:
        drawn = _drawn()
        return drawn.randbytes(size) if drawn else true_urandom(size)

    def chance() -> random.Random:
        return _drawn() or secrets.SystemRandom()

    async def database_time() -> datetime:
        return plan.now

    for owner, name, equal in (
        (compat, "uuid7", uuid7),
        (os, "urandom", random_bytes),
        (secrets, "token_bytes", lambda size=None: random_bytes(size or 32)),
        (secrets, "randbelow", lambda most: chance().randrange(most)),
        (secrets, "choice", lambda of: chance().choice(of)),
        (times.Clock, "now", lambda _: plan.now),
        (administration, "database_time", database_time),
    ):
        assert hasattr(owner, name)
        setattr(owner, name, equal)
    defaults = accounts.PasswordHasher.__init__.__kwdefaults__
    assert defaults is not None
    assert {"memory_kib", "passes"} <= defaults.keys()
    defaults.update(memory_kib=64, passes=1)


def _run_jobs() -> None:
    """Do what each line names (`tick`, one job, or about a gift), and say when it is done."""
    for line in sys.stdin:
        name = line.strip()
        try:
            if name == "tick":
                scheduling.run_all(as_json=True)
            elif name.startswith("gift "):
                wish.main(args=name.split(), standalone_mode=False)
            else:
                scheduling.run_job(name, as_json=True)
        except typer.Exit as ended:
            sys.stdout.write(f"exit {ended.exit_code}\n")
        except Unavailable:
            sys.stdout.write(f"exit {TRY_LATER}\n")
        else:
            sys.stdout.write("done\n")
        sys.stdout.flush()


def main(what: str, *, is_leaky: bool) -> None:
    """Be a world's server, or whoever runs its jobs; with planted leaks or without."""
    plan = Plan(Path(os.environ.pop(PLAN)))
    _make_equal(plan)
    if is_leaky:
        leaks.plant(lambda: plan.leak)
    if what == "serve":
        serve(settings.load())
    else:
        _run_jobs()
