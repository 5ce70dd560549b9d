"""Pages of long lists: a position that is opaque to clients, never a page number."""

from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

import msgspec

from wishcore.errors import Invalid, invalid

T = TypeVar("T")
P = TypeVar("P")

LIMIT_DEFAULT: Final = 20
LIMIT_MAX: Final = 100
_CURSOR_MAX: Final = 512


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some rows of a collection, and where the next ones begin (`None`: there are no more)."""

    items: tuple[T, ...]
    next_cursor: str | None


def page_of(rows: Sequence[T], *, limit: int, position: Callable[[T], tuple[Any, ...]]) -> Page[T]:
    """Make a page from up to `limit + 1` rows: the extra row only says that there are more."""
    shown = tuple(rows[:limit])
    more = len(rows) > limit
    return Page(shown, encode_cursor(position(shown[-1])) if more else None)


def encode_cursor(position: tuple[Any, ...]) -> str:
    """Return the position (numbers, texts, ids, times) as a text without padding."""
    return urlsafe_b64encode(msgspec.json.encode(position)).decode().rstrip("=")


def decode_cursor(cursor: str, kind: type[P]) -> P:
    """Read a cursor that `encode_cursor` made.

    Raises:
        Invalid: it is not a position of this kind.
    """
    if len(cursor) > _CURSOR_MAX:
        raise _bad_cursor()
    try:
        raw = b64decode(
            cursor.encode("ascii") + b"=" * (-len(cursor) % 4), altchars=b"-_", validate=True
        )
        return msgspec.json.decode(raw, type=kind)
    except (ValueError, msgspec.MsgspecError):
        raise _bad_cursor() from None


def _bad_cursor() -> Invalid:
    return invalid("/cursor", "This cursor was not given out by this collection")
