"""How often credentials of the price catalogue are used, counted for all processes together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from wishcore import db
from wishcore.prices.catalogue import CatalogueClosed, Closure

SPARE: Final = timedelta(milliseconds=50)
"""By how much turns are further apart than the limit asks: clocks and networks are not exact."""
AHEAD_MAX: Final = timedelta(minutes=5)
"""Farther ahead no turn is given: so many processes do not wait at once."""
SHARE: Final = 0.9
"""How much of a day's calls are for what can be planned; the rest is for people who wait."""

_ACCESS: Final = """
    SELECT name, day, calls, next_at, closed_until, closure FROM catalogue_access
    WHERE name IN (:credential, :narrower) ORDER BY name
"""


class Access(msgspec.Struct, frozen=True, kw_only=True):
    """How a credential stands."""

    name: str
    day: datetime
    calls: int
    next_at: datetime
    closed_until: datetime | None
    closure: Closure | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedAllowance:
    """Gives each turn once, whichever process asks."""

    calls_per_second: int
    calls_per_day: int

    def time_for(self, calls: int) -> timedelta:
        """Return how long so many calls take if they are to go on like this for ever."""
        by_second = calls * (timedelta(seconds=1) / self.calls_per_second + SPARE)
        by_day = calls * timedelta(days=1) / (self.calls_per_day * SHARE)
        return max(by_second, by_day)

    async def check_open(self, credential: str, *, marketplace: str, now: datetime) -> None:
        """Come back if there may be a turn today.

        Raises:
            CatalogueClosed: there is none before the time that it names.
        """
        rows = await db.fetch_all(
            Access, _ACCESS, credential=credential, narrower=_name(credential, marketplace)
        )
        if (closed := _find_closed(rows, now)) is not None:
            raise closed
        if rows and rows[0].name == credential:
            day = _day(_next_turn(rows[0], now))
            if rows[0].day == day and rows[0].calls >= self.calls_per_day:
                raise CatalogueClosed(Closure.USED_UP, until=day + timedelta(days=1))

    async def take_turn(
        self, credential: str, *, marketplace: str, now: datetime, is_missed: bool = False
    ) -> datetime:
        """Reserve the next moment at which a request may be made, and return it.

        Raises:
            CatalogueClosed: there is none before the time that it names.
        """
        turn = await self._take(credential, marketplace, now, 0 if is_missed else 1)
        if isinstance(turn, CatalogueClosed):
            raise turn
        return turn

    @db.transactional
    async def close(
        self, credential: str, closure: Closure, *, until: datetime, marketplace: str | None = None
    ) -> None:
        """Let nobody use the credential, for this marketplace or for all, before that time.

        One that is closed for longer stays so.
        """
        name = _name(credential, marketplace)
        await _add(name, until)
        await db.change(
            """
            UPDATE catalogue_access SET closure = :closure, closed_until = :until
            WHERE name = :name AND (closed_until IS NULL OR closed_until < :until) RETURNING name
            """,
            name=name,
            closure=closure,
            until=until,
        )

    @db.transactional
    async def _take(
        self, credential: str, marketplace: str, now: datetime, count: int
    ) -> datetime | CatalogueClosed:
        await _add(credential, now)
        rows = await db.fetch_all(
            Access,
            _ACCESS + " FOR UPDATE",
            credential=credential,
            narrower=_name(credential, marketplace),
        )
        if (closed := _find_closed(rows, now)) is not None:
            return closed
        access = rows[0]
        turn = _next_turn(access, now)
        day = _day(turn)
        calls = access.calls if access.day == day else 0
        if calls + count > self.calls_per_day:
            return CatalogueClosed(Closure.USED_UP, until=day + timedelta(days=1))
        await db.change(
            """
            UPDATE catalogue_access
            SET day = :day, calls = :calls, next_at = :next, closure = NULL, closed_until = NULL
            WHERE name = :name RETURNING name
            """,
            name=credential,
            day=day,
            calls=calls + count,
            next=turn + timedelta(seconds=1) / self.calls_per_second + SPARE,
        )
        return turn


async def accesses() -> list[Access]:
    """Return how every credential stands, for people."""
    return await db.fetch_all(
        Access,
        """
        SELECT name, day, calls, next_at, closed_until, closure FROM catalogue_access
        ORDER BY name
        """,
    )


async def _add(name: str, now: datetime) -> None:
    await db.change(
        """
        INSERT INTO catalogue_access (name, day, calls, next_at) VALUES (:name, :day, 0, :now)
        ON CONFLICT (name) DO NOTHING RETURNING name
        """,
        name=name,
        day=_day(now),
        now=now,
    )


def _next_turn(access: Access, now: datetime) -> datetime:
    # A turn that is far ahead was given by a clock that was wrong: nobody waits for it.
    return access.next_at if now < access.next_at < now + AHEAD_MAX else now


def _find_closed(rows: Sequence[Access], now: datetime) -> CatalogueClosed | None:
    for row in rows:
        if row.closure is not None and row.closed_until is not None and now < row.closed_until:
            return CatalogueClosed(row.closure, until=row.closed_until)
    return None


def _name(credential: str, marketplace: str | None) -> str:
    return credential if marketplace is None else f"{credential} {marketplace}"


def _day(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
