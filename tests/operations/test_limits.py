import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from tests.support.forking import MODULE, forker
from tests.support.newcomers import at
from tests.support.snapshot import snapshot, strings
from wishcore import limits
from wishcore.errors import TooManyRequests
from wishcore.limits import Count, Policy

pytestmark = pytest.mark.usefixtures("db")

THREE = Policy(name="three", most=3, window=timedelta(minutes=5))
FIVE = Policy(name="five", most=5, window=timedelta(hours=1), is_shared=True)


async def test_so_many_and_no_more_until_the_window_is_over(now: datetime) -> None:
    for _ in range(3):
        await limits.take(at(), Count(THREE, "ann"), now=now)

    later = now + timedelta(seconds=61)
    with pytest.raises(TooManyRequests) as refused:
        await limits.take(at(), Count(THREE, "ann"), now=later)
    assert refused.value.retry_after_seconds == 239
    await limits.take(at(), Count(THREE, "ben"), now=later)
    await limits.take(at(), Count(THREE, "ann"), now=now + THREE.window)


async def test_a_refusal_counts_nowhere(now: datetime) -> None:
    for _ in range(3):
        await limits.take(at(), Count(THREE, "ann"), now=now)
    before = await snapshot()

    for _ in range(4):
        with pytest.raises(TooManyRequests):
            await limits.take(at(), Count(FIVE, "net"), Count(THREE, "ann"), now=now)

    assert await snapshot() == before


async def test_what_is_given_back_can_be_taken_again_in_its_own_window_only(now: datetime) -> None:
    for _ in range(10):
        client = at()
        await limits.give_back(client, await limits.take(client, Count(THREE, "ann"), now=now))
        shown = client.shown_allowance()
        assert shown is not None
        assert shown.remaining == 3
    late = await limits.take(at(), Count(THREE, "ann"), now=now)
    after = now + THREE.window
    for _ in range(3):
        await limits.take(at(), Count(THREE, "ann"), now=after)
    await limits.give_back(at(), late)

    with pytest.raises(TooManyRequests):
        await limits.take(at(), Count(THREE, "ann"), now=after)


async def test_many_at_once_get_no_more_than_there_are(now: datetime) -> None:
    answers = await asyncio.gather(
        *(limits.take(at(), Count(FIVE), Count(THREE, "ann"), now=now) for _ in range(20)),
        return_exceptions=True,
    )

    refused = [answer for answer in answers if isinstance(answer, TooManyRequests)]
    assert len(refused) == 17
    assert len(answers) - len(refused) == 3


def test_processes_share_one_count(database_url: str) -> None:
    words = ["tests.support.taking", database_url, "40"]
    with ThreadPoolExecutor() as both:
        done = list(both.map(lambda _: forker().run(MODULE, words), range(2)))

    assert [one.err for one in done] == ["", ""]
    assert sum(int(one.out) for one in done) == 25, done


async def test_what_is_left_is_told_unless_others_share_it(now: datetime) -> None:
    client = at()
    await limits.take(client, Count(THREE, "ann"), Count(FIVE, "net"), now=now)
    shown = client.shown_allowance()
    assert shown is not None
    assert (shown.policy, shown.remaining, shown.reset_seconds) == (THREE, 2, 300)

    other = at()
    await limits.take(other, Count(FIVE, "net"), now=now)
    assert other.shown_allowance() is None
    for _ in range(3):
        await limits.take(other, Count(FIVE, "net"), now=now)
    used_up = at()
    with pytest.raises(TooManyRequests):
        await limits.take(used_up, Count(FIVE, "net"), now=now)
    shown = used_up.shown_allowance()
    assert shown is not None
    assert (shown.policy, shown.remaining) == (FIVE, 0)


async def test_a_count_does_not_say_whose_it_is(now: datetime) -> None:
    await limits.take(at("203.0.113.9"), Count(THREE, "ann@example.com"), now=now)

    texts = await strings()

    assert any(text.startswith("three:") for text in texts)
    assert not [text for text in texts if "ann" in text or "203.0" in text]


async def test_without_limits_nothing_is_counted(now: datetime) -> None:
    client = at()
    client.is_limited = False
    before = await snapshot()

    for _ in range(10):
        await limits.give_back(client, await limits.take(client, Count(THREE, "ann"), now=now))

    assert await snapshot() == before
