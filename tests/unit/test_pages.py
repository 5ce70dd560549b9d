"""Pages and cursors: a walk sees each thing once, and a cursor is nobody's to make."""

from base64 import urlsafe_b64encode
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wishcore.errors import Invalid
from wishcore.pages import Page, decode_cursor, encode_cursor, page_of

IDS = st.uuids()
TIMES = st.datetimes(timezones=st.just(UTC))


@given(IDS, TIMES, st.integers(-(2**31), 2**31))
def test_a_cursor_says_where_it_was(one: UUID, moment: datetime, number: int) -> None:
    cursor = encode_cursor((moment, one, number))
    assert "=" not in cursor
    assert decode_cursor(cursor, tuple[datetime, UUID, int]) == (moment, one, number)


@given(st.lists(st.integers(), unique=True, max_size=40), st.integers(1, 12))
def test_a_walk_sees_each_thing_once(numbers: list[int], limit: int) -> None:
    rows = sorted(numbers)
    seen: list[int] = []
    cursor: str | None = None
    while True:
        after = decode_cursor(cursor, tuple[int])[0] if cursor is not None else None
        left = [number for number in rows if after is None or number > after]
        page = page_of(left[: limit + 1], limit=limit, position=lambda number: (number,))
        assert len(page.items) <= limit
        seen += page.items
        if (cursor := page.next_cursor) is None:
            break
    assert seen == rows


def test_a_full_last_page_is_the_last() -> None:
    assert page_of([1, 2], limit=2, position=lambda one: (one,)) == Page((1, 2), None)
    assert page_of([], limit=2, position=lambda one: (one,)) == Page((), None)
    assert page_of([1, 2, 3], limit=2, position=lambda one: (one,)).next_cursor is not None


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "%%%",
        "A",
        "né",
        "\ud800",
        "x" * 513,
        urlsafe_b64encode(b"[1]").decode(),
        urlsafe_b64encode(b'["x"]').decode(),
        urlsafe_b64encode(b"[]").decode(),
        urlsafe_b64encode(b"null").decode(),
        urlsafe_b64encode(b"\xff\xfe").decode(),
    ],
)
def test_what_is_no_cursor(cursor: str) -> None:
    with pytest.raises(Invalid) as refused:
        decode_cursor(cursor, tuple[UUID])
    assert refused.value.faults[0].pointer == "/cursor"


@given(st.text(max_size=60))
def test_whatever_is_sent_is_a_cursor_or_refused(text: str) -> None:
    try:
        decode_cursor(text, tuple[UUID])
    except Invalid:
        return
    assert encode_cursor(decode_cursor(text, tuple[UUID]))
