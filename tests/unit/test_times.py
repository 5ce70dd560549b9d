"""Time: aware, in UTC, and half-open."""

from datetime import UTC, datetime, timedelta

from wishcore.times import Clock, has_passed

NOW = datetime(2026, 11, 20, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)


def test_a_deadline_is_over_at_its_own_instant() -> None:
    assert has_passed(NOW, now=NOW)
    assert has_passed(NOW, now=NOW + INSTANT)
    assert not has_passed(NOW, now=NOW - INSTANT)


def test_the_clock_is_aware_and_can_be_ahead() -> None:
    before = datetime.now(UTC)
    now, later = Clock().now(), Clock(timedelta(days=3)).now()
    after = datetime.now(UTC)
    assert before <= now <= after
    assert now.utcoffset() == timedelta(0)
    assert timedelta(days=3) <= later - before <= timedelta(days=3) + (after - before)
