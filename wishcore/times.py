"""Time: aware, in UTC, read only by entry points."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass(frozen=True, slots=True)
class Clock:
    """The clock of a process. Its offset is a setting of entry points, for demonstrations only."""

    offset: timedelta = timedelta(0)

    def now(self) -> datetime:
        """Return the present instant in UTC."""
        return datetime.now(UTC) + self.offset


def has_passed(deadline: datetime, *, now: datetime) -> bool:
    """Say whether the deadline is over: intervals are half-open, open while `now < deadline`."""
    return deadline <= now
