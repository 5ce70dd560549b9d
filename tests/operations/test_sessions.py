import asyncio
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from tests.support.makers import refusal
from tests.support.newcomers import CHEAP, NEW_PASSWORD, PASSWORD, Outside, at
from wishcore import accounts, security_events, sessions
from wishcore import db as db_package
from wishcore.ids import new_id
from wishcore.security_events import SecurityEventKind as Kind

pytestmark = pytest.mark.usefixtures("db")

STRANGER = "203.0.113.9"


@pytest.fixture
async def outside(now: datetime) -> Outside:
    made = Outside(now)
    await made.sign_up(username="ann")
    return made


async def _wrong(outside: Outside, count: int, *, login: str = "ann", start: int = 0) -> set[str]:
    """Try wrong passwords, each from another network."""
    return {
        await refusal(outside.sign_in(login, "wrong", client=at(f"192.0.2.{start + number}")))
        for number in range(count)
    }


async def test_ten_wrong_passwords_for_one_name_from_wherever(outside: Outside) -> None:
    assert await _wrong(outside, 10) == {"wrong_credentials"}
    assert await _wrong(outside, 3, start=50) == {"too_many_requests"}
    assert await refusal(outside.sign_in("ann", client=at(STRANGER))) == "too_many_requests"

    outside.now += timedelta(minutes=5)
    assert await refusal(outside.sign_in("ann", client=at(STRANGER))) == "done"


async def test_an_unknown_name_is_counted_like_a_known_one(outside: Outside) -> None:
    assert await _wrong(outside, 10, login="nobody") == {"wrong_credentials"}
    assert await _wrong(outside, 1, login=" NOBODY ", start=50) == {"too_many_requests"}


async def test_ten_wrong_passwords_from_one_network_for_whomever(outside: Outside) -> None:
    for number in range(10):
        assert await refusal(outside.sign_in(f"name{number}", "wrong")) == "wrong_credentials"

    assert await refusal(outside.sign_in("ann")) == "too_many_requests"
    assert await refusal(outside.sign_in("ann", client=at(STRANGER))) == "done"


async def test_strangers_do_not_lock_out_who_signed_in_here_before(outside: Outside) -> None:
    home = at("198.51.100.99")
    await outside.sign_in(client=home)
    await _wrong(outside, 10, login="ann@example.com")

    assert await refusal(outside.sign_in(client=home)) == "done"
    assert await refusal(outside.sign_in(client=at(STRANGER))) == "too_many_requests"


async def test_strangers_do_not_lock_out_who_sets_a_new_password(outside: Outside) -> None:
    assert await _wrong(outside, 10) == {"wrong_credentials"}
    away = at(STRANGER)
    assert await refusal(outside.sign_in("ann", client=away)) == "too_many_requests"

    asked = await outside.ask_reset(client=away)
    await outside.reset(asked.id, outside.code, client=away)

    assert await refusal(outside.sign_in("ann", NEW_PASSWORD, client=away)) == "done"
    assert await _wrong(outside, 1, start=50) == {"too_many_requests"}


async def test_who_has_no_password_closes_after_a_fresh_sign_in(outside: Outside) -> None:
    made = await outside.sign_up("bob@example.com", password=None)
    caller = await _signed_in_elsewhere(made.id, outside.now)

    async def prove(password: str | None) -> str:
        return await refusal(
            sessions.prove_again(caller, password, hasher=CHEAP, client=at(), now=outside.now)
        )

    outside.now += timedelta(minutes=9)
    assert [await prove(password) for password in (None, PASSWORD)] == ["done"] * 2
    outside.now += timedelta(minutes=1)
    assert [await prove(password) for password in (None, PASSWORD)] == ["sign_in_again"] * 2


async def test_who_has_a_password_has_to_give_it(outside: Outside) -> None:
    caller = await outside.signed_in()

    async def prove(password: str | None) -> str:
        return await refusal(
            sessions.prove_again(caller, password, hasher=CHEAP, client=at(), now=outside.now)
        )

    assert [await prove(one) for one in (None, "", "!", "wrong")] == ["wrong_password"] * 4
    assert await prove(PASSWORD) == "done"
    assert {await prove("wrong") for _ in range(6)} == {"wrong_password"}
    assert await prove(PASSWORD) == "too_many_requests"


@db_package.transactional
async def _signed_in_elsewhere(account_id: UUID, now: datetime) -> accounts.SignedIn:
    family = await accounts.begin_family(account_id, expires_at=now + timedelta(days=30), now=now)
    return accounts.SignedIn(
        account_id=account_id,
        family_id=family.id,
        email="bob@example.com",
        first_name="Ann",
        last_name="Lee",
    )


async def test_right_passwords_are_not_counted(outside: Outside) -> None:
    for _ in range(25):
        await outside.sign_in()


async def test_fifty_wrong_passwords_at_once_are_ten_attempts(outside: Outside) -> None:
    answers = await asyncio.gather(
        *(
            refusal(outside.sign_in("ann", "wrong", client=at(f"192.0.2.{number}")))
            for number in range(20)
        )
    )

    assert answers.count("wrong_credentials") == 10
    assert answers.count("too_many_requests") == 10


async def test_a_session_is_shown_with_its_device_and_ended(outside: Outside) -> None:
    await outside.sign_in(client=at(device="Tele\x00phone\n 2"))
    caller = await outside.signed_in()

    page = await sessions.own_sessions(
        caller.account_id, current_id=caller.family_id, now=outside.now
    )
    assert [(one.device, one.is_current) for one in page.items] == [
        ("Browser 1.0", True),
        ("Telephone 2", False),
    ]
    other = page.items[1].id
    await sessions.end_session(caller.account_id, other, now=outside.now)

    for gone in (other, new_id()):
        ending = sessions.end_session(caller.account_id, gone, now=outside.now)
        assert await refusal(ending) == "session_not_found"


async def test_nobody_ends_somebody_elses_session(outside: Outside) -> None:
    ann = await outside.signed_in()
    eve = await outside.sign_up("eve@example.com")

    ending = sessions.end_session(eve.id, ann.family_id, now=outside.now)
    assert await refusal(ending) == "session_not_found"
    await sessions.sign_out_everywhere(eve.id, now=outside.now)
    assert (await outside.signed_in()).account_id == ann.account_id


async def test_sessions_come_page_by_page_and_over_ones_do_not(outside: Outside) -> None:
    caller = await outside.signed_in()
    for _ in range(4):
        await outside.sign_in()
    ended = await outside.signed_in()
    await sessions.end_session(ended.account_id, ended.family_id, now=outside.now)

    found = []
    cursor = None
    while True:
        page = await sessions.own_sessions(
            caller.account_id, current_id=caller.family_id, limit=2, cursor=cursor, now=outside.now
        )
        found += [one.id for one in page.items]
        if (cursor := page.next_cursor) is None:
            break
    assert len(found) == 5 == len(set(found))
    assert found == sorted(found, reverse=True)
    late = outside.now + timedelta(days=31)
    page = await sessions.own_sessions(caller.account_id, current_id=caller.family_id, now=late)
    assert page.items == ()


async def test_sign_out_everywhere_means_here_too(outside: Outside) -> None:
    pairs = [await outside.sign_in() for _ in range(3)]

    await sessions.sign_out_everywhere(pairs[0].account_id, now=outside.now)

    for pair in pairs:
        token = accounts.account_of_token(pair.access_token, now=outside.now)
        assert await refusal(token) == "bad_token"
        assert await refusal(accounts.refresh(pair.refresh_token, now=outside.now)) == "bad_token"


async def test_what_happens_at_the_door_is_kept(outside: Outside) -> None:
    pair = await outside.sign_in()
    await _wrong(outside, 11)
    await refusal(outside.sign_in("nobody", "wrong"))
    await accounts.refresh(pair.refresh_token, now=outside.now)
    await refusal(accounts.refresh(pair.refresh_token, now=outside.now))

    kinds = [event.kind for event in await security_events.events_of(pair.account_id)]
    assert kinds[0] is Kind.REFRESH_TOKEN_REUSED
    assert kinds.count(Kind.SIGN_IN_REFUSED) == 10
    assert kinds.count(Kind.LIMIT_REACHED) == 1
    assert kinds[-2:] == [Kind.SIGNED_IN, Kind.SIGNED_UP]
    everybodys = await security_events.find_events(Kind.SIGN_IN_REFUSED, limit=50)
    assert [event.account_id for event in everybodys].count(None) == 1


async def test_bad_refresh_tokens_are_counted_for_their_network(outside: Outside) -> None:
    async def bring() -> str:
        return await refusal(sessions.refresh("wrt_no", client=at(STRANGER), now=outside.now))

    assert {await bring() for _ in range(60)} == {"bad_token"}
    assert await bring() == "too_many_requests"
    pair = await outside.sign_in(password=PASSWORD)
    await sessions.refresh(pair.refresh_token, client=at(STRANGER), now=outside.now)
