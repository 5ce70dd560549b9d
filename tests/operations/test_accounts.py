import asyncio
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, cast
from uuid import UUID

import pytest

from tests.support.person import PASSWORD, close
from tests.support.snapshot import snapshot
from wishcore import accounts
from wishcore.errors import Invalid, WishError
from wishcore.ids import new_id

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def hasher() -> Iterator[accounts.PasswordHasher]:
    cheap = accounts.PasswordHasher(memory_kib=64, passes=1)
    yield cheap
    cheap.close()


async def register(
    hasher: accounts.PasswordHasher, now: datetime, **changes: Any
) -> accounts.Profile:
    fields: dict[str, Any] = {
        "email": "ann@example.com",
        "password": PASSWORD,
        "first_name": "Ann",
        "last_name": "Lee",
        "birthday": date(1990, 1, 2),
    }
    return await accounts.register(**(fields | changes), hasher=hasher, now=now)


async def test_register_returns_the_profile(hasher: accounts.PasswordHasher, now: datetime) -> None:
    profile = await register(
        hasher, now, email=" Ann@EXAMPLE.com", username=" Ann.Lee ", first_name=" Ann\u00a0"
    )

    assert profile == accounts.Profile(
        id=profile.id,
        email="ann@example.com",
        email_confirmed=False,
        username="ann.lee",
        first_name="Ann",
        last_name="Lee",
        birthday=date(1990, 1, 2),
        display_name="Ann L.",
        picture_url=None,
        roles=(accounts.Role.BUYER,),
        created_at=now,
        updated_at=now,
    )
    assert await accounts.own_profile(profile.id) == profile


async def test_a_domain_is_kept_in_ascii(hasher: accounts.PasswordHasher, now: datetime) -> None:
    profile = await register(hasher, now, email="ann@bücher.example")

    assert profile.email == "ann@xn--bcher-kva.example"
    await accounts.sign_in("ann@BÜCHER.example", password=PASSWORD, hasher=hasher, now=now)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "ann"),
        ("email", ""),
        ("email", "ann@localhost"),
        ("email", "ann@example.com\nBcc: ben@example.com"),
        ("email", "ann@example.com, ben@example.com"),
        ("email", "Ann <ann@example.com>"),
        ("email", "ännchen@example.com"),
        ("email", "\ud800@example.com"),
        ("email", "a" * 65 + "@example.com"),
        ("email", "a@" + "b" * 300 + ".com"),
        ("username", ""),
        ("username", "an"),
        ("username", "a" * 41),
        ("username", "ann lee"),
        ("username", "ann@lee"),
        ("username", "ännchen"),
        ("username", "ann\0lee"),
        ("first_name", ""),
        ("first_name", " \t "),
        ("first_name", "\u200b"),
        ("first_name", "A" * 81),
        ("first_name", "A" * 100_000),
        ("first_name", "Ann\nBcc"),
        ("first_name", "Ann\0"),
        ("first_name", "\ud800"),
        ("last_name", "Lee\u202egnp"),
        ("last_name", ""),
        ("birthday", date(1899, 12, 31)),
        ("birthday", date(2026, 11, 21)),
        ("password", "short"),
        ("password", "password1"),
        ("password", "ann@example.com"),
    ],
)
async def test_a_bad_field_is_named_and_nothing_is_made(
    hasher: accounts.PasswordHasher, now: datetime, field: str, value: object
) -> None:
    before = await snapshot()

    with pytest.raises(Invalid) as refusal:
        await register(hasher, now, **{field: value})

    assert [fault.pointer for fault in refusal.value.faults] == [f"/{field}"]
    assert await snapshot() == before


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("birthday", date(1900, 1, 1)),
        ("birthday", date(2026, 11, 20)),
        ("first_name", "A" * 80),
        ("first_name", "عائشة"),
        ("first_name", "O'Neill-\u0301Ó"),
        ("username", "a-b"),
        ("username", "a" * 40),
    ],
)
async def test_the_last_good_values(
    hasher: accounts.PasswordHasher, now: datetime, field: str, value: object
) -> None:
    profile = await register(hasher, now, **{field: value})

    assert getattr(await accounts.own_profile(profile.id), field) == getattr(profile, field)
    assert field == "first_name" or getattr(profile, field) == value


@pytest.mark.parametrize(
    ("second", "refusal", "pointer"),
    [
        ({"email": "ANN@example.com", "username": "ben"}, accounts.EmailTaken, "/email"),
        ({"email": "ben@example.com", "username": "ANN"}, accounts.UsernameTaken, "/username"),
    ],
)
async def test_addresses_and_usernames_are_taken_once(
    hasher: accounts.PasswordHasher,
    now: datetime,
    second: dict[str, str],
    refusal: type[WishError],
    pointer: str,
) -> None:
    await register(hasher, now, username="ann")
    before = await snapshot()

    with pytest.raises(refusal) as taken:
        await register(hasher, now, **second)

    assert [fault.pointer for fault in taken.value.faults] == [pointer]
    assert await snapshot() == before


async def test_of_many_who_register_an_address_at_once_one_gets_it(
    hasher: accounts.PasswordHasher, now: datetime
) -> None:
    answers = await asyncio.gather(
        *(register(hasher, now, first_name=name) for name in ("Ann", "Ben", "Cleo", "Dan")),
        return_exceptions=True,
    )

    (made,) = [answer for answer in answers if isinstance(answer, accounts.Profile)]
    assert sorted(type(answer).__name__ for answer in answers) == ["EmailTaken"] * 3 + ["Profile"]
    assert [found.id for found in await accounts.find_accounts("@")] == [made.id]


async def test_two_without_a_username_do_not_collide(
    hasher: accounts.PasswordHasher, now: datetime
) -> None:
    await register(hasher, now)
    await register(hasher, now, email="ben@example.com")

    assert len(await accounts.find_accounts("example.com")) == 2


async def test_edit_changes_what_is_named_and_nothing_else(
    hasher: accounts.PasswordHasher, now: datetime
) -> None:
    profile = await register(hasher, now, username="ann")
    later = now + timedelta(days=1)

    edited = await accounts.edit_profile(
        profile.id, changes={"first_name": " Anna ", "birthday": date(1991, 3, 4)}, now=later
    )

    assert (edited.first_name, edited.birthday) == ("Anna", date(1991, 3, 4))
    assert (edited.last_name, edited.username, edited.email) == ("Lee", "ann", "ann@example.com")
    assert (edited.created_at, edited.updated_at) == (now, later)
    assert await accounts.own_profile(profile.id) == edited


async def test_edit_takes_changes_and_gives_up_a_username(
    hasher: accounts.PasswordHasher, now: datetime
) -> None:
    ann = await register(hasher, now, username="ann")
    ben = await register(hasher, now, email="ben@example.com")

    await accounts.edit_profile(ann.id, changes={"username": None, "last_name": "Low"}, now=now)
    edited = await accounts.edit_profile(ben.id, changes={"username": "Ann"}, now=now)

    assert edited.username == "ann"
    assert (await accounts.own_profile(ann.id)).username is None


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"username": "ann", "first_name": "Benno"}, accounts.UsernameTaken),
        ({"first_name": "Benno", "last_name": ""}, Invalid),
        ({"first_name": "Benno", "username": "b"}, Invalid),
        ({"first_name": "Benno", "birthday": date(2030, 1, 1)}, Invalid),
    ],
)
async def test_a_refused_edit_changes_nothing(
    hasher: accounts.PasswordHasher,
    now: datetime,
    changes: dict[str, object],
    kind: type[WishError],
) -> None:
    await register(hasher, now, username="ann")
    ben = await register(hasher, now, email="ben@example.com", first_name="Ben")
    before = await snapshot()

    with pytest.raises(kind):
        await accounts.edit_profile(
            ben.id, changes=cast("accounts.ProfileChanges", changes), now=now + timedelta(days=1)
        )

    assert await snapshot() == before


async def test_others_see_a_name_and_no_more(
    hasher: accounts.PasswordHasher, now: datetime
) -> None:
    profile = await register(hasher, now)

    seen = await accounts.public_profile(profile.id)

    assert seen == accounts.PublicProfile(id=profile.id, display_name="Ann L.", picture_url=None)
    assert seen.__struct_fields__ == ("id", "display_name", "picture_url")


async def test_public_profiles_come_in_pages(
    hasher: accounts.PasswordHasher, now: datetime
) -> None:
    made = [
        (await register(hasher, now, email=f"ann{number}@example.com")).id for number in range(5)
    ]

    seen: list[UUID] = []
    cursor = None
    for pages in range(1, 4):
        page = await accounts.public_profiles(limit=2, cursor=cursor)
        seen += [profile.id for profile in page.items]
        cursor = page.next_cursor
        assert (cursor is None) == (pages == 3)

    assert seen == made


@pytest.mark.parametrize("cursor", ["", "x", "WyJ4Il0", "bnVsbA", "ä", "[]" * 500])
async def test_a_foreign_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(Invalid):
        await accounts.public_profiles(cursor=cursor)


async def test_find_accounts_looks_at_addresses_names_and_ids(
    hasher: accounts.PasswordHasher, now: datetime
) -> None:
    ann = await register(hasher, now, username="a_n.n")
    ben = await register(
        hasher, now, email="ben@example.org", first_name="Ben", last_name="Low", username="axn.n"
    )

    async def found(text: str, limit: int = 20) -> list[UUID]:
        return [profile.id for profile in await accounts.find_accounts(text, limit=limit)]

    assert await found("ANN@") == [ann.id]
    assert await found("ben lo") == [ben.id]
    assert await found(str(ben.id)) == [ben.id]
    assert await found("a_n") == [ann.id], "A character of LIKE stands for itself."
    assert await found("%") == []
    assert await found("\\") == []
    assert await found("example") == [ann.id, ben.id]
    assert await found("example", limit=1) == [ann.id]


async def test_a_missing_and_a_closed_account_give_the_same_answer(
    hasher: accounts.PasswordHasher, now: datetime
) -> None:
    closed = (await register(hasher, now)).id
    await close(closed, now)

    for account_id in (closed, new_id()):
        for ask in (
            accounts.own_profile(account_id),
            accounts.public_profile(account_id),
            accounts.edit_profile(account_id, changes={"first_name": "Anna"}, now=now),
            accounts.set_password(account_id, new="another horse", hasher=hasher, now=now),
        ):
            with pytest.raises(accounts.AccountNotFound) as refusal:
                await ask
            assert str(refusal.value) == "There is no such account"
    assert (await accounts.public_profiles()).items == ()
    assert await accounts.find_accounts("ann") == []
