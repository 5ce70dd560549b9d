import asyncio
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest

from tests.support.person import PASSWORD, Person, close, is_valid
from tests.support.snapshot import snapshot, strings
from wishcore import accounts

pytestmark = pytest.mark.usefixtures("db")

HOUR = timedelta(hours=1)
INSTANT = timedelta(microseconds=1)


@pytest.fixture
def hasher() -> Iterator[accounts.PasswordHasher]:
    cheap = accounts.PasswordHasher(memory_kib=64, passes=1)
    yield cheap
    cheap.close()


@pytest.fixture
async def ann(db: str, hasher: accounts.PasswordHasher, now: datetime) -> Person:
    profile = await accounts.register(
        email="ann@example.com",
        password=PASSWORD,
        first_name="Ann",
        last_name="Lee",
        birthday=date(1990, 1, 2),
        username="ann",
        hasher=hasher,
        now=now,
    )
    return Person(profile.id, hasher, now)


@pytest.mark.parametrize("login", ["ann@example.com", " ANN@Example.com ", "ann", " ANN "])
async def test_sign_in_by_address_or_username(ann: Person, login: str) -> None:
    pair = await ann.sign_in(login)

    assert await accounts.account_of_token(pair.access_token, now=ann.now) == accounts.SignedIn(
        account_id=ann.id,
        family_id=pair.family_id,
        email="ann@example.com",
        first_name="Ann",
        last_name="Lee",
    )
    assert (pair.expires_in, pair.account_id) == (3600, ann.id)
    assert pair.access_token.startswith("wat_")
    assert pair.refresh_token.startswith("wrt_")
    assert pair.access_token not in repr(pair)
    assert pair.refresh_token not in repr(pair)


@pytest.mark.parametrize(
    ("login", "password"),
    [
        ("ann@example.com", "wrong horse"),
        ("ann", "wrong horse"),
        ("ann", ""),
        ("ann", "\ud800"),
        ("ann", "x" * 1_000_000),
        ("ben@example.com", PASSWORD),
        ("ben", PASSWORD),
        ("", PASSWORD),
        ("%", PASSWORD),
        ("\0", PASSWORD),
        ("\ud800", PASSWORD),
        ("\0@example.com", PASSWORD),
        ("ann@example.com' OR 1=1 --", PASSWORD),
        ("a" * 100_000 + "@example.com", PASSWORD),
    ],
)
async def test_wrong_names_and_passwords_give_one_answer(
    ann: Person, login: str, password: str
) -> None:
    before = await snapshot()

    with pytest.raises(accounts.WrongCredentials) as refusal:
        await accounts.sign_in(login, password=password, hasher=ann.hasher, now=ann.now)

    assert str(refusal.value) == "The name or the password is wrong"
    assert await snapshot() == before


async def test_a_closed_account_is_an_unknown_one(ann: Person) -> None:
    pair = await ann.sign_in()
    await close(ann.id, ann.now)

    with pytest.raises(accounts.WrongCredentials):
        await ann.sign_in()
    with pytest.raises(accounts.BadToken):
        await accounts.refresh(pair.refresh_token, now=ann.now)
    assert not await is_valid(pair.access_token, ann.now)


async def test_unknown_names_stand_in_the_same_queue(ann: Person) -> None:
    slow = accounts.PasswordHasher(passes=30, threads=1, waiting_max=0)
    try:
        answers = await asyncio.gather(
            *(
                accounts.sign_in("nobody", password=PASSWORD, hasher=slow, now=ann.now)
                for _ in range(3)
            ),
            return_exceptions=True,
        )
    finally:
        slow.close()

    assert sorted(type(answer).__name__ for answer in answers) == [
        "SignInBusy",
        "SignInBusy",
        "WrongCredentials",
    ]


async def test_sign_in_raises_the_parameters_of_an_old_hash(ann: Person) -> None:
    raised = accounts.PasswordHasher(memory_kib=128, passes=1)
    try:
        await accounts.sign_in("ann", password=PASSWORD, hasher=raised, now=ann.now)
        assert any(text.startswith("$argon2id$v=19$m=128,") for text in await strings())
        await accounts.sign_in("ann", password=PASSWORD, hasher=raised, now=ann.now)
    finally:
        raised.close()


@pytest.mark.parametrize(
    "token", ["", "wat_", "wat_x", "\0", "\ud800", "wat_" + "A" * 100_000, "'; DROP TABLE token"]
)
async def test_what_is_no_token_is_nobodys(ann: Person, token: str) -> None:
    pair = await ann.sign_in()
    before = await snapshot()

    for ask in (
        accounts.account_of_token(token, now=ann.now),
        accounts.refresh(token, now=ann.now),
    ):
        with pytest.raises(accounts.BadToken):
            await ask
    await accounts.revoke(token, now=ann.now)

    assert await snapshot() == before
    assert await is_valid(pair.access_token, ann.now)


async def test_one_kind_of_token_does_not_do_the_work_of_the_other(ann: Person) -> None:
    pair = await ann.sign_in()
    before = await snapshot()

    with pytest.raises(accounts.BadToken):
        await accounts.refresh(pair.access_token, now=ann.now)
    assert not await is_valid(pair.refresh_token, ann.now)
    assert await snapshot() == before


async def test_an_access_token_is_valid_for_an_hour(ann: Person) -> None:
    pair = await ann.sign_in()

    assert await is_valid(pair.access_token, ann.now + HOUR - INSTANT)
    assert not await is_valid(pair.access_token, ann.now + HOUR)


async def test_refresh_gives_a_new_pair_of_the_same_sign_in(ann: Person) -> None:
    first = await ann.sign_in()

    second = await accounts.refresh(first.refresh_token, now=ann.now + HOUR)

    assert second.family_id == first.family_id
    assert {second.access_token, second.refresh_token}.isdisjoint(
        {first.access_token, first.refresh_token}
    )
    assert await is_valid(second.access_token, ann.now + HOUR)
    third = await accounts.refresh(second.refresh_token, now=ann.now + HOUR)
    assert await is_valid(third.access_token, ann.now + HOUR)


async def test_no_refresh_leads_past_thirty_days(ann: Person) -> None:
    end = ann.now + timedelta(days=30)
    pair = await ann.sign_in()

    last = await accounts.refresh(pair.refresh_token, now=end - timedelta(minutes=10))

    assert last.expires_in == 600
    assert await is_valid(last.access_token, end - INSTANT)
    assert not await is_valid(last.access_token, end)
    with pytest.raises(accounts.BadToken):
        await accounts.refresh(last.refresh_token, now=end)


async def test_a_second_use_of_a_refresh_token_ends_the_sign_in(ann: Person) -> None:
    other = await ann.sign_in()
    first = await ann.sign_in()
    second = await accounts.refresh(first.refresh_token, now=ann.now)

    with pytest.raises(accounts.BadToken) as reused:
        await accounts.refresh(first.refresh_token, now=ann.now)

    with pytest.raises(accounts.BadToken) as unknown:
        await accounts.refresh("wrt_unknown", now=ann.now)
    assert str(reused.value) == str(unknown.value)
    assert not await is_valid(first.access_token, ann.now)
    assert not await is_valid(second.access_token, ann.now)
    with pytest.raises(accounts.BadToken):
        await accounts.refresh(second.refresh_token, now=ann.now)
    assert await is_valid(other.access_token, ann.now), "Another sign-in goes on."


async def test_of_refreshes_at_once_one_wins_and_the_sign_in_ends(ann: Person) -> None:
    pair = await ann.sign_in()

    answers = await asyncio.gather(
        *(accounts.refresh(pair.refresh_token, now=ann.now) for _ in range(4)),
        return_exceptions=True,
    )

    assert sorted(type(answer).__name__ for answer in answers) == ["BadToken"] * 3 + ["TokenPair"]
    (won,) = [answer for answer in answers if isinstance(answer, accounts.TokenPair)]
    assert not await is_valid(won.access_token, ann.now)
    with pytest.raises(accounts.BadToken):
        await accounts.refresh(won.refresh_token, now=ann.now)
    assert await is_valid((await ann.sign_in()).access_token, ann.now)


@pytest.mark.parametrize("kind", ["access_token", "refresh_token"])
async def test_revoking_either_token_ends_the_sign_in(ann: Person, kind: str) -> None:
    other = await ann.sign_in()
    pair = await ann.sign_in()

    await accounts.revoke(getattr(pair, kind), now=ann.now)
    once = await snapshot()
    await accounts.revoke(getattr(pair, kind), now=ann.now + HOUR)

    assert await snapshot() == once, "The second time there is nothing left to do."
    assert not await is_valid(pair.access_token, ann.now)
    with pytest.raises(accounts.BadToken):
        await accounts.refresh(pair.refresh_token, now=ann.now)
    assert await is_valid(other.access_token, ann.now)
