"""Times as operators type them: `30d`, `12h`, or an instant of ISO 8601."""

import re
from datetime import UTC, datetime, timedelta
from typing import Final

from wishcore.errors import Invalid

_SPAN: Final = re.compile(r"(\d{1,5})([mhdw])")
_NO_OFFSET: Final = re.compile(r"[+-]\d\d:?[6-9]\d$", re.ASCII)
"""Python takes sixty minutes and more of an offset; ISO 8601 knows none."""
_UNITS: Final = {
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}


class BadMoment(Invalid):
    """The text is neither a span of time nor an instant, or none of the side that is meant."""

    code = "bad_moment"
    title = "A time is a span (30d, 12h) or an instant (2026-12-24T18:00Z; a day alone is UTC)"


def ago(text: str, *, now: datetime) -> datetime:
    """Return the moment that is a span before now, or the instant that the text names.

    Raises:
        BadMoment: it is neither, or is now or in the future: nothing has happened since.
    """
    span = _span(text)
    moment = _instant(text) if span is None else now - span
    if moment >= now:
        raise BadMoment(f"{text[:40]!r} does not lie in the past")
    return moment


def ahead(text: str, *, now: datetime) -> datetime:
    """Return the moment that is a span after now, or the instant that the text names.

    Raises:
        BadMoment: it is neither.
    """
    span = _span(text)
    return _instant(text) if span is None else now + span


def _span(text: str) -> timedelta | None:
    match = _SPAN.fullmatch(text.strip())
    return int(match[1]) * _UNITS[match[2]] if match else None


def _instant(text: str) -> datetime:
    refusal = BadMoment(f"{text[:40]!r}: {BadMoment.title}")
    if _NO_OFFSET.search(text.strip()):
        raise refusal
    try:
        moment = datetime.fromisoformat(text.strip())
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):  # In UTC it may be before the year 1 or after 9999.
        raise refusal from None
