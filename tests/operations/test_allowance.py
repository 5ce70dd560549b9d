"""How often a credential may be used: counted for all, closed for all, opened by the clock."""

from datetime import datetime, timedelta

import pytest

from wishcore.prices import CatalogueClosed, Closure, SharedAllowance, accesses

pytestmark = pytest.mark.usefixtures("db")

ONE = SharedAllowance(calls_per_second=1, calls_per_day=3)
HOUR = timedelta(hours=1)


async def is_open(now: datetime, *, name: str = "a", marketplace: str = "x") -> Closure | None:
    """Return why it is closed, and check that a turn would say the same."""
    try:
        await ONE.check_open(name, marketplace=marketplace, now=now)
    except CatalogueClosed as closed:
        closure, until = closed.closure, closed.until
    else:
        return None
    with pytest.raises(CatalogueClosed) as refused:
        await ONE.take_turn(name, marketplace=marketplace, now=now)
    assert (refused.value.closure, refused.value.until) == (closure, until)
    return closure


async def test_whoever_was_never_used_is_open(now: datetime) -> None:
    assert await is_open(now) is None
    assert await accesses() == [], "Asking leaves no trace."


async def test_a_day_has_an_end_for_all(now: datetime) -> None:
    for _ in range(3):
        assert await is_open(now) is None
        await ONE.take_turn("a", marketplace="x", now=now)
    assert await is_open(now) is Closure.USED_UP
    assert await is_open(now, marketplace="y") is Closure.USED_UP
    assert await is_open(now, name="b") is None
    midnight = now.replace(hour=0, minute=0) + timedelta(days=1)
    assert await is_open(midnight - timedelta(seconds=1)) is Closure.USED_UP
    assert await is_open(midnight) is None
    await ONE.take_turn("a", marketplace="x", now=midnight)


async def test_a_clock_that_was_wrong_keeps_nobody_waiting(now: datetime) -> None:
    ahead = now + timedelta(days=365)
    assert await ONE.take_turn("a", marketplace="x", now=ahead) == ahead
    assert await is_open(now) is None
    assert await ONE.take_turn("a", marketplace="x", now=now) == now
    later = await ONE.take_turn("a", marketplace="x", now=now)
    assert timedelta(seconds=1) < later - now < timedelta(seconds=2)


async def test_the_longer_closure_stays(now: datetime) -> None:
    await ONE.close("a", Closure.NOT_ELIGIBLE, until=now + 6 * HOUR)
    await ONE.close("a", Closure.THROTTLED, until=now + HOUR)
    assert await is_open(now + 2 * HOUR) is Closure.NOT_ELIGIBLE
    await ONE.close("a", Closure.MISCONFIGURED, until=now + 7 * HOUR)
    assert await is_open(now + 6 * HOUR) is Closure.MISCONFIGURED
    assert await is_open(now + 7 * HOUR) is None


async def test_one_marketplace_is_closed_alone(now: datetime) -> None:
    await ONE.close("a", Closure.MISCONFIGURED, until=now + HOUR, marketplace="x")
    assert await is_open(now) is Closure.MISCONFIGURED
    assert await is_open(now, marketplace="y") is None
    assert await is_open(now + HOUR) is None


def test_how_long_calls_take_for_ever() -> None:
    usual = SharedAllowance(calls_per_second=1, calls_per_day=8640)
    assert usual.time_for(0) == timedelta()
    assert usual.time_for(7_776) == timedelta(days=1), "A tenth is left for people who wait."
    many = SharedAllowance(calls_per_second=1, calls_per_day=1_000_000)
    assert many.time_for(100) == timedelta(seconds=105), "A second has an end as well."
