from datetime import datetime, timedelta

import pytest

from tests.support.newcomers import Outside, at
from tests.support.snapshot import snapshot
from wishcore import accounts, pruning, sessions, visitors
from wishcore.security_events import SecurityEventKind, record

pytestmark = pytest.mark.usefixtures("db")

DAY = timedelta(days=1)


@pytest.fixture
async def outside(now: datetime) -> Outside:
    made = Outside(now)
    await made.sign_up()
    return made


async def _pass(outside: Outside) -> str:
    asked = await outside.ask_guest()
    return (await outside.confirm_guest(asked, outside.code)).visitor_token


async def test_what_is_still_good_for_something_stays(outside: Outside) -> None:
    pair = await outside.sign_in()
    pair = await sessions.refresh(pair.refresh_token, client=at(), now=outside.now)
    visitor_token = await _pass(outside)
    asked = await outside.ask_reset()
    before = await snapshot()

    assert sum(_counts(await pruning.prune(now=outside.now))) == 0
    assert await snapshot() == before
    await accounts.account_of_token(pair.access_token, now=outside.now)
    await visitors.guest_of_token(visitor_token, now=outside.now)
    await outside.reset(asked.id, outside.code)


async def test_a_stolen_refresh_token_is_still_noticed(outside: Outside) -> None:
    first = await outside.sign_in()
    later = outside.now + 20 * DAY
    second = await accounts.refresh(first.refresh_token, now=later)

    pruned = await pruning.prune(now=later)

    assert pruned.tokens == 1, "The access token of twenty days ago."
    for token in (first.refresh_token, second.refresh_token):
        with pytest.raises(accounts.BadToken):
            await accounts.refresh(token, now=later)


async def test_what_has_expired_goes_and_the_second_run_does_nothing(outside: Outside) -> None:
    for _ in range(3):
        await outside.sign_in()
    ended = await outside.signed_in()
    await sessions.end_session(ended.account_id, ended.family_id, now=outside.now)
    await _pass(outside)
    await outside.ask_reset()

    pruned = await pruning.prune(now=outside.now + 200 * DAY)

    assert (pruned.tokens, pruned.sessions, pruned.visitor_passes) == (8, 4, 1)
    assert pruned.codes == 3
    assert pruned.counts > 3
    assert pruned.security_events == 0
    assert sum(_counts(await pruning.prune(now=outside.now + 200 * DAY))) == 0
    left = await snapshot()
    for table in ("token", "token_family", "confirmation", "rate_limit"):
        assert left[table] == [], table
    assert len(left["account"]) == 1 == len(left["visitor"])


async def test_events_are_kept_for_more_than_a_year(outside: Outside) -> None:
    await record(SecurityEventKind.SIGN_IN_REFUSED, account_id=None, now=outside.now)

    assert (await pruning.prune(now=outside.now + 399 * DAY)).security_events == 0
    assert (await pruning.prune(now=outside.now + 400 * DAY)).security_events == 2


async def test_more_than_a_batch_goes(outside: Outside, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(7):
        await outside.ask(f"a{number}@example.com")
    monkeypatch.setattr(pruning, "BATCH", 3)

    assert (await pruning.prune(now=outside.now + 2 * DAY)).codes == 8


def _counts(pruned: pruning.Pruned) -> list[int]:
    return [getattr(pruned, name) for name in pruned.__struct_fields__]
