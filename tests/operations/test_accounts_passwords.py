import asyncio
from collections.abc import Iterator
from datetime import date, datetime

import pytest

from tests.support.person import PASSWORD, Person, close, is_valid
from tests.support.snapshot import snapshot
from wishcore import accounts

# Other tests send the same statements to PostgreSQL.
pytestmark = [pytest.mark.usefixtures("db"), pytest.mark.nightly("postgres")]


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


async def test_changing_the_password_ends_all_sign_ins(ann: Person) -> None:
    signed_in = [await ann.sign_in() for _ in range(2)]

    await accounts.change_password(
        ann.id,
        old=PASSWORD,
        new="another horse",
        hasher=ann.hasher,
        now=ann.now,
    )

    assert [await is_valid(one.access_token, ann.now) for one in signed_in] == [False, False]
    with pytest.raises(accounts.WrongCredentials):
        await ann.sign_in()
    await accounts.sign_in("ann", password="another horse", hasher=ann.hasher, now=ann.now)


@pytest.mark.parametrize(
    ("old", "new", "refusal", "pointer"),
    [
        ("wrong horse", "another horse", accounts.WrongPassword, "/old"),
        (PASSWORD, "short", accounts.WeakPassword, "/new"),
        (PASSWORD, "ann@example.com", accounts.WeakPassword, "/new"),
    ],
)
async def test_a_refused_change_of_password_changes_nothing(
    ann: Person,
    old: str,
    new: str,
    refusal: type[accounts.WrongPassword],
    pointer: str,
) -> None:
    await ann.sign_in()
    before = await snapshot()

    with pytest.raises(refusal) as refused:
        await accounts.change_password(ann.id, old=old, new=new, hasher=ann.hasher, now=ann.now)

    assert [fault.pointer for fault in refused.value.faults] == [pointer]
    assert await snapshot() == before


async def test_of_changes_of_the_password_at_once_one_is_done(ann: Person) -> None:
    wanted = [f"another horse {number}" for number in range(3)]
    # Slow enough that all have found the old password right before the first one is replaced.
    slow = accounts.PasswordHasher(passes=5)

    answers = await asyncio.gather(
        *(
            accounts.change_password(
                ann.id,
                old=PASSWORD,
                new=new,
                hasher=slow,
                now=ann.now,
            )
            for new in wanted
        ),
        return_exceptions=True,
    )
    slow.close()

    done = [new for new, answer in zip(wanted, answers, strict=True) if answer is None]
    assert len(done) == 1
    assert sum(isinstance(answer, accounts.WrongPassword) for answer in answers) == 2
    await accounts.sign_in("ann", password=done[0], hasher=ann.hasher, now=ann.now)


async def test_no_sign_in_with_the_old_password_outlives_its_change(ann: Person) -> None:
    change = accounts.change_password(
        ann.id,
        old=PASSWORD,
        new="another horse",
        hasher=ann.hasher,
        now=ann.now,
    )

    answers = await asyncio.gather(
        change, *(ann.sign_in() for _ in range(6)), return_exceptions=True
    )

    begun = [answer for answer in answers if isinstance(answer, accounts.TokenPair)]
    assert [await is_valid(pair.access_token, ann.now) for pair in begun] == [False] * len(begun)


async def test_an_operator_sets_a_password_and_ends_every_sign_in(ann: Person) -> None:
    pair = await ann.sign_in()

    with pytest.raises(accounts.WeakPassword):
        await accounts.set_password(ann.id, new="ann", hasher=ann.hasher, now=ann.now)
    assert await is_valid(pair.access_token, ann.now)
    await accounts.set_password(ann.id, new="another horse", hasher=ann.hasher, now=ann.now)

    assert not await is_valid(pair.access_token, ann.now)
    await accounts.sign_in("ann", password="another horse", hasher=ann.hasher, now=ann.now)


async def test_an_operators_password_is_set_whatever_happens_meanwhile(ann: Person) -> None:
    mine = await ann.sign_in()
    slow = accounts.PasswordHasher(passes=5)

    await asyncio.gather(
        accounts.set_password(ann.id, new="operators horse", hasher=slow, now=ann.now),
        accounts.change_password(
            ann.id,
            old=PASSWORD,
            new="another horse",
            hasher=ann.hasher,
            now=ann.now,
        ),
    )
    slow.close()

    assert not await is_valid(mine.access_token, ann.now)
    await accounts.sign_in("ann", password="operators horse", hasher=ann.hasher, now=ann.now)


async def test_no_password_is_set_for_an_account_that_is_closed_meanwhile(ann: Person) -> None:
    slow = accounts.PasswordHasher(passes=5)
    setting = asyncio.create_task(
        accounts.set_password(ann.id, new="operators horse", hasher=slow, now=ann.now)
    )
    await asyncio.gather(close(ann.id, ann.now), asyncio.sleep(0))
    closed = await snapshot()

    with pytest.raises(accounts.AccountNotFound):
        await setting
    slow.close()
    assert await snapshot() == closed
