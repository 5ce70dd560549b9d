import asyncio
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest

from tests.support.mailbox import Mailbox
from tests.support.snapshot import snapshot
from wishcore import accounts, visitors
from wishcore.errors import Invalid
from wishcore.mail import MailNotSent

pytestmark = pytest.mark.usefixtures("db")

SECRET = "0123456789abcdef0123456789abcdef"
MINUTE = timedelta(minutes=1)
INSTANT = timedelta(microseconds=1)
EMAIL = "guest@example.com"


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def hasher() -> Iterator[accounts.PasswordHasher]:
    cheap = accounts.PasswordHasher(memory_kib=64, passes=1)
    yield cheap
    cheap.close()


async def ask(mailbox: Mailbox, now: datetime, email: str = EMAIL, name: str = "Gus") -> None:
    await visitors.ask_for_code(email, name=name, mailer=mailbox, server_secret=SECRET, now=now)


async def confirm(code: str, now: datetime, email: str = EMAIL) -> visitors.NewPass:
    return await visitors.confirm(email, code=code, server_secret=SECRET, now=now)


async def register(hasher: accounts.PasswordHasher, now: datetime, email: str) -> None:
    await accounts.register(
        email=email,
        password="correct horse",
        first_name="Ann",
        last_name="Lee",
        birthday=date(1990, 1, 2),
        hasher=hasher,
        now=now,
    )


def other_than(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


async def test_a_confirmed_code_becomes_a_pass(mailbox: Mailbox, now: datetime) -> None:
    await ask(mailbox, now, " Guest@Example.COM ", " Gus ")
    made = await confirm(mailbox.code, now, "GUEST@example.com")

    guest = await visitors.guest_of_token(made.visitor_token, now=now)
    assert guest == visitors.Guest(visitor_id=made.visitor_id, email=EMAIL, name="Gus")
    assert made.visitor_token.startswith("wvp_")
    assert made.visitor_token not in repr(made)
    assert [letter.to for letter in mailbox.letters] == [EMAIL]


async def test_a_pass_is_valid_for_180_days(mailbox: Mailbox, now: datetime) -> None:
    await ask(mailbox, now)
    made = await confirm(mailbox.code, now)
    end = now + timedelta(days=180)

    assert timedelta(seconds=made.expires_in) == end - now
    assert (await visitors.guest_of_token(made.visitor_token, now=end - INSTANT)).name == "Gus"
    with pytest.raises(visitors.BadToken):
        await visitors.guest_of_token(made.visitor_token, now=end)


async def test_a_code_pasted_with_spaces_is_the_code(mailbox: Mailbox, now: datetime) -> None:
    await ask(mailbox, now)
    code = mailbox.code

    made = await confirm(f" {code[:3]}\u00a0{code[3:]}\n", now)

    assert made.visitor_token


async def test_confirming_again_renames_the_same_visitor(mailbox: Mailbox, now: datetime) -> None:
    await ask(mailbox, now, name="Gus")
    first = await confirm(mailbox.code, now)
    await ask(mailbox, now + MINUTE, name="Gustav")
    second = await confirm(mailbox.code, now + MINUTE)

    assert second.visitor_id == first.visitor_id
    for made in (first, second):
        guest = await visitors.guest_of_token(made.visitor_token, now=now + MINUTE)
        assert guest.name == "Gustav", "Both passes are valid, for one guest."


async def test_asking_alone_makes_nobody(mailbox: Mailbox, now: datetime) -> None:
    await ask(mailbox, now)

    assert (await snapshot())["visitor"] == []


@pytest.mark.parametrize(
    ("email", "name", "pointer"),
    [
        ("guest", "Gus", "/email"),
        ("guest@example.com\r\nBcc: ann@example.com", "Gus", "/email"),
        ("guest@example.com,ann@example.com", "Gus", "/email"),
        ("guest@example.com\0", "Gus", "/email"),
        (EMAIL, "", "/name"),
        (EMAIL, "G" * 81, "/name"),
        (EMAIL, "Gus\r\nBcc: ann@example.com", "/name"),
        (EMAIL, "\ud800", "/name"),
    ],
)
async def test_a_bad_field_is_named_and_nothing_is_sent(
    mailbox: Mailbox, now: datetime, email: str, name: str, pointer: str
) -> None:
    before = await snapshot()

    with pytest.raises(Invalid) as refusal:
        await ask(mailbox, now, email, name)

    assert [fault.pointer for fault in refusal.value.faults] == [pointer]
    assert await snapshot() == before
    assert mailbox.letters == []


async def test_a_code_ends_after_15_minutes(mailbox: Mailbox, now: datetime) -> None:
    await ask(mailbox, now)
    with pytest.raises(visitors.WrongCode):
        await confirm(mailbox.code, now + 15 * MINUTE)

    made = await confirm(mailbox.code, now + 15 * MINUTE - INSTANT)

    assert made.visitor_token


async def test_a_code_is_good_once(mailbox: Mailbox, now: datetime) -> None:
    await ask(mailbox, now)
    await confirm(mailbox.code, now)
    before = await snapshot()

    with pytest.raises(visitors.WrongCode):
        await confirm(mailbox.code, now)

    assert await snapshot() == before


async def test_of_confirmations_at_once_one_gets_a_pass(mailbox: Mailbox, now: datetime) -> None:
    await ask(mailbox, now)

    answers = await asyncio.gather(
        *(confirm(mailbox.code, now) for _ in range(4)), return_exceptions=True
    )

    assert sorted(type(answer).__name__ for answer in answers) == ["NewPass"] + ["WrongCode"] * 3
    assert len((await snapshot())["visitor_pass"]) == 1


async def test_only_the_newest_code_is_valid(mailbox: Mailbox, now: datetime) -> None:
    codes = []
    for _ in range(3):
        await ask(mailbox, now)
        codes.append(mailbox.code)

    for code in codes[:2]:
        if code != codes[2]:
            with pytest.raises(visitors.WrongCode):
                await confirm(code, now)

    made = await confirm(codes[2], now)
    assert made.visitor_token


async def test_the_fifth_wrong_try_ends_the_code(mailbox: Mailbox, now: datetime) -> None:
    await ask(mailbox, now)
    for _ in range(4):
        with pytest.raises(visitors.WrongCode):
            await confirm(other_than(mailbox.code), now)
    almost = mailbox.code
    await ask(mailbox, now)
    for _ in range(5):
        with pytest.raises(visitors.WrongCode):
            await confirm(other_than(mailbox.code), now)

    for code in {almost, mailbox.code}:
        with pytest.raises(visitors.WrongCode):
            await confirm(code, now)
    assert (await snapshot())["visitor_pass"] == []


async def test_after_four_wrong_tries_the_right_code_is_right(
    mailbox: Mailbox, now: datetime
) -> None:
    await ask(mailbox, now)
    for _ in range(4):
        with pytest.raises(visitors.WrongCode):
            await confirm(other_than(mailbox.code), now)

    assert (await confirm(mailbox.code, now)).visitor_token


async def test_twenty_wrong_tries_at_once_are_counted_each(mailbox: Mailbox, now: datetime) -> None:
    await ask(mailbox, now)

    answers = await asyncio.gather(
        *(confirm(other_than(mailbox.code), now) for _ in range(20)), return_exceptions=True
    )

    assert [type(answer) for answer in answers] == [visitors.WrongCode] * 20
    with pytest.raises(visitors.WrongCode):
        await confirm(mailbox.code, now)
    assert (await snapshot())["visitor_pass"] == []


async def test_every_wrong_code_gives_the_same_answer(mailbox: Mailbox, now: datetime) -> None:
    await ask(mailbox, now)
    code = mailbox.code
    answers = []
    for email, tried, moment in (
        ("unknown@example.com", code, now),
        (EMAIL, other_than(code), now),
        (EMAIL, "", now),
        (EMAIL, "\ud800" * 10_000, now),
        (EMAIL, code, now + 15 * MINUTE),
    ):
        with pytest.raises(visitors.WrongCode) as refusal:
            await confirm(tried, moment, email)
        answers.append((str(refusal.value), refusal.value.faults))

    assert len(set(answers)) == 1
    assert [fault.pointer for fault in answers[0][1]] == ["/code"]


async def test_a_code_belongs_to_its_address(mailbox: Mailbox, now: datetime) -> None:
    await ask(mailbox, now)
    code = mailbox.code
    await ask(mailbox, now, "other@example.com")

    if code != mailbox.code:
        with pytest.raises(visitors.WrongCode):
            await confirm(code, now, "other@example.com")
    assert (await confirm(code, now)).visitor_token


async def test_five_letters_an_hour_and_then_silence(mailbox: Mailbox, now: datetime) -> None:
    for _ in range(5):
        await ask(mailbox, now)
    fifth = mailbox.code
    before = await snapshot()

    await ask(mailbox, now + 60 * MINUTE - INSTANT)
    assert len(mailbox.letters) == 5
    assert await snapshot() == before
    await ask(mailbox, now, "other@example.com")
    assert len(mailbox.letters) == 6, "Another address is not concerned."
    assert (await confirm(fifth, now)).visitor_token, "The last code that was sent stays valid."

    await ask(mailbox, now + 60 * MINUTE)
    assert len(mailbox.letters) == 7


async def test_the_hour_slides(mailbox: Mailbox, now: datetime) -> None:
    for minute in (0, 10, 20, 30, 40, 50, 60, 65, 70):
        await ask(mailbox, now + minute * MINUTE)

    # Not at 50, because of 0 to 40; at 60 the first is over; not at 65; at 70 the second is over.
    assert len(mailbox.letters) == 7


async def test_many_who_ask_at_once_get_five_letters_and_one_valid_code(
    mailbox: Mailbox, now: datetime
) -> None:
    await asyncio.gather(*(ask(mailbox, now) for _ in range(12)))

    assert len(mailbox.letters) == 5
    codes = {re.findall(r"\b\d{6}\b", letter.text)[0] for letter in mailbox.letters}
    answers = await asyncio.gather(*(confirm(code, now) for code in codes), return_exceptions=True)
    assert sum(isinstance(answer, visitors.NewPass) for answer in answers) == 1


async def test_the_address_of_an_account_gets_another_letter_and_no_code(
    mailbox: Mailbox, hasher: accounts.PasswordHasher, now: datetime
) -> None:
    await register(hasher, now, "ann@example.com")

    await ask(mailbox, now, "ANN@example.com")

    (letter,) = mailbox.letters
    assert letter.to == "ann@example.com"
    assert "sign in" in letter.text
    assert re.findall(r"\d{6}", letter.text) == []
    for _ in range(6):
        await ask(mailbox, now, "ann@example.com")
    assert len(mailbox.letters) == 5, "The limit does not tell who has an account."


async def test_a_code_ends_when_its_address_becomes_an_accounts(
    mailbox: Mailbox, hasher: accounts.PasswordHasher, now: datetime
) -> None:
    await ask(mailbox, now)
    await register(hasher, now, EMAIL)

    with pytest.raises(visitors.WrongCode):
        await confirm(mailbox.code, now)
    assert (await snapshot())["visitor_pass"] == []


async def test_without_a_mail_server_there_is_no_code_and_no_count(
    mailbox: Mailbox, now: datetime
) -> None:
    before = await snapshot()
    mailbox.is_down = True
    for _ in range(6):
        with pytest.raises(MailNotSent):
            await ask(mailbox, now)
    assert await snapshot() == before

    mailbox.is_down = False
    await ask(mailbox, now)
    assert (await confirm(mailbox.code, now)).visitor_token


async def test_a_revoked_pass_is_over_and_others_are_not(mailbox: Mailbox, now: datetime) -> None:
    passes = []
    for _ in range(2):
        await ask(mailbox, now)
        passes.append((await confirm(mailbox.code, now)).visitor_token)

    await visitors.revoke_pass(passes[0], now=now)
    once = await snapshot()
    await visitors.revoke_pass(passes[0], now=now + MINUTE)
    await visitors.revoke_pass("wvp_unknown", now=now)

    assert await snapshot() == once
    with pytest.raises(visitors.BadToken):
        await visitors.guest_of_token(passes[0], now=now)
    assert (await visitors.guest_of_token(passes[1], now=now)).email == EMAIL


@pytest.mark.parametrize("token", ["", "wvp_", "\0", "\ud800", "wvp_" + "A" * 100_000])
async def test_what_is_no_pass_is_nobodys(mailbox: Mailbox, now: datetime, token: str) -> None:
    await ask(mailbox, now)
    await confirm(mailbox.code, now)

    with pytest.raises(visitors.BadToken) as refusal:
        await visitors.guest_of_token(token, now=now)

    assert str(refusal.value) == "This token is not valid"
