import asyncio
from datetime import datetime, timedelta

import pytest

from tests.support.newcomers import Outside, at
from tests.support.snapshot import snapshot
from wishcore import visitors
from wishcore.confirmations import CodeNotValid
from wishcore.errors import Invalid, TooManyRequests
from wishcore.mail import MailNotSent

pytestmark = pytest.mark.usefixtures("db")

MINUTE = timedelta(minutes=1)
INSTANT = timedelta(microseconds=1)
EMAIL = "gus@example.com"
WRONG = "AAAA-AAAA"
STRANGER = "203.0.113.9"


@pytest.fixture
def outside(now: datetime) -> Outside:
    return Outside(now)


async def come(outside: Outside, name: str = "Gus") -> visitors.NewPass:
    asked = await outside.ask_guest(name=name)
    return await outside.confirm_guest(asked, outside.code)


async def guest_of(outside: Outside, made: visitors.NewPass) -> visitors.Guest:
    return await visitors.guest_of_token(made.visitor_token, now=outside.now)


async def test_a_confirmed_code_becomes_a_pass(outside: Outside) -> None:
    asked = await outside.ask_guest(" Gus@Example.COM ", " Gus ")
    made = await outside.confirm_guest(asked, outside.code)

    expected = visitors.Guest(visitor_id=made.visitor_id, email=EMAIL, name="Gus")
    assert await guest_of(outside, made) == expected
    assert made.visitor_token.startswith("wvp_")
    assert made.visitor_token not in repr(made)
    assert [letter.to for letter in outside.mailbox.letters] == [EMAIL]
    assert asked.expires_in == 1800


async def test_a_pass_is_valid_for_180_days(outside: Outside) -> None:
    made = await come(outside)
    end = outside.now + timedelta(days=180)

    assert timedelta(seconds=made.expires_in) == end - outside.now
    assert (await visitors.guest_of_token(made.visitor_token, now=end - INSTANT)).name == "Gus"
    with pytest.raises(visitors.BadToken):
        await visitors.guest_of_token(made.visitor_token, now=end)


async def test_a_code_is_the_same_in_any_case_and_with_spaces(outside: Outside) -> None:
    asked = await outside.ask_guest()
    pasted = outside.code.lower().replace("-", "\u00a0")

    assert (await outside.confirm_guest(asked, f" {pasted}\n")).visitor_token


async def test_confirming_again_renames_the_same_visitor(outside: Outside) -> None:
    first = await come(outside)
    outside.now += MINUTE
    second = await come(outside, "Gustav")

    assert second.visitor_id == first.visitor_id
    for made in (first, second):
        assert (await guest_of(outside, made)).name == "Gustav", "Both are valid, for one guest."


async def test_asking_alone_makes_nobody(outside: Outside) -> None:
    await outside.ask_guest()

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
    outside: Outside, email: str, name: str, pointer: str
) -> None:
    before = await snapshot()

    with pytest.raises(Invalid) as refusal:
        await outside.ask_guest(email, name)

    assert [fault.pointer for fault in refusal.value.faults] == [pointer]
    assert await snapshot() == before
    assert outside.mailbox.letters == []


async def test_a_code_ends_after_half_an_hour(outside: Outside) -> None:
    asked = await outside.ask_guest()
    outside.now += 30 * MINUTE
    with pytest.raises(CodeNotValid):
        await outside.confirm_guest(asked, outside.code)

    outside.now -= INSTANT
    assert (await outside.confirm_guest(asked, outside.code)).visitor_token


async def test_a_code_is_good_once(outside: Outside) -> None:
    asked = await outside.ask_guest()
    await outside.confirm_guest(asked, outside.code)
    before = await snapshot()

    with pytest.raises(CodeNotValid):
        await outside.confirm_guest(asked, outside.code)

    after = await snapshot()
    assert after | {"rate_limit": before["rate_limit"]} == before, "Only the try was counted."


async def test_of_confirmations_at_once_one_gets_a_pass(outside: Outside) -> None:
    asked = await outside.ask_guest()

    answers = await asyncio.gather(
        *(outside.confirm_guest(asked, outside.code) for _ in range(4)), return_exceptions=True
    )

    assert sorted(type(one).__name__ for one in answers) == ["CodeNotValid"] * 3 + ["NewPass"]
    assert len((await snapshot())["visitor_pass"]) == 1


async def test_a_strangers_asking_neither_ends_nor_names_my_code(outside: Outside) -> None:
    mine = await outside.ask_guest(name="Gus")
    my_code = outside.code
    for _ in range(3):
        await outside.ask_guest(name="Ada is ugly", client=at(STRANGER))

    made = await outside.confirm_guest(mine, my_code)

    assert (await guest_of(outside, made)).name == "Gus"


async def test_a_code_that_a_stranger_asked_for_is_not_that_of_my_question(
    outside: Outside,
) -> None:
    mine = await outside.ask_guest(name="Gus")
    my_code = outside.code
    await outside.ask_guest(name="Ada is ugly", client=at(STRANGER))
    their_code = outside.code
    before = await snapshot()

    with pytest.raises(CodeNotValid):
        await outside.confirm_guest(mine, their_code)

    assert (await snapshot())["visitor"] == before["visitor"] == []
    made = await outside.confirm_guest(mine, my_code)
    assert (await guest_of(outside, made)).name == "Gus"


async def test_strangers_wrong_tries_do_not_end_my_code(outside: Outside) -> None:
    mine = await outside.ask_guest()
    my_code = outside.code
    theirs = await outside.ask_guest(client=at(STRANGER))
    for _ in range(6):
        with pytest.raises(CodeNotValid):
            await outside.confirm_guest(theirs, my_code, client=at(STRANGER))

    assert (await outside.confirm_guest(mine, my_code)).visitor_token


async def test_strangers_cannot_use_up_the_letters_of_a_guest(outside: Outside) -> None:
    for _ in range(9):
        await outside.ask_guest(client=at(STRANGER))
    assert len(outside.mailbox.letters) == 5

    asked = await outside.ask_guest()

    assert len(outside.mailbox.letters) == 6
    assert (await outside.confirm_guest(asked, outside.code)).visitor_token


async def test_so_many_letters_an_hour_go_to_one_address_and_nobody_is_told(
    outside: Outside,
) -> None:
    for number in range(50, 72):
        await outside.ask_guest(client=at(f"198.51.100.{number}"))
    assert len(outside.mailbox.letters) == 20
    before = await snapshot()

    silent = await outside.ask_guest()

    after = await snapshot()
    assert after | {"rate_limit": before["rate_limit"]} == before
    assert silent.expires_in == 1800
    with pytest.raises(CodeNotValid):
        await outside.confirm_guest(silent, outside.code)
    await outside.ask_guest("other@example.com")
    assert len(outside.mailbox.letters) == 21, "Another address is not concerned."
    outside.now += timedelta(hours=1)
    await outside.ask_guest()
    assert len(outside.mailbox.letters) == 22


async def test_many_who_ask_at_once_get_five_letters(outside: Outside) -> None:
    await asyncio.gather(*(outside.ask_guest() for _ in range(12)))

    assert len(outside.mailbox.letters) == 5


async def test_sixty_codes_an_hour_are_asked_for_from_one_network(outside: Outside) -> None:
    for number in range(60):
        await outside.ask_guest(f"a{number}@example.com")
    before = await snapshot()

    with pytest.raises(TooManyRequests):
        await outside.ask_guest("last@example.com")

    assert await snapshot() == before
    assert len(outside.mailbox.letters) == 60
    await outside.ask_guest("last@example.com", client=at(STRANGER))


async def test_the_fifth_wrong_try_ends_the_code(outside: Outside) -> None:
    asked = await outside.ask_guest()
    for _ in range(5):
        with pytest.raises(CodeNotValid):
            await outside.confirm_guest(asked, WRONG)

    with pytest.raises(CodeNotValid):
        await outside.confirm_guest(asked, outside.code)
    assert (await snapshot())["visitor_pass"] == []


async def test_after_four_wrong_tries_the_right_code_is_right(outside: Outside) -> None:
    asked = await outside.ask_guest()
    for _ in range(4):
        with pytest.raises(CodeNotValid):
            await outside.confirm_guest(asked, WRONG)

    assert (await outside.confirm_guest(asked, outside.code)).visitor_token


async def test_twenty_wrong_tries_at_once_are_counted_each(outside: Outside) -> None:
    asked = await outside.ask_guest()

    answers = await asyncio.gather(
        *(outside.confirm_guest(asked, WRONG) for _ in range(20)), return_exceptions=True
    )

    assert [type(answer) for answer in answers] == [CodeNotValid] * 20
    with pytest.raises(CodeNotValid):
        await outside.confirm_guest(asked, outside.code)
    assert (await snapshot())["visitor_pass"] == []


async def test_every_wrong_code_gives_the_same_answer(outside: Outside) -> None:
    asked = await outside.ask_guest()
    code = outside.code
    other = await outside.ask_guest("other@example.com")
    sign_up = await outside.ask()
    sign_up_code = outside.code
    answers = []
    for question, tried, minutes in (
        (other, code, 0),
        (sign_up, sign_up_code, 0),
        (asked, WRONG, 0),
        (asked, "", 0),
        (asked, "\ud800" * 10_000, 0),
        (asked, code, 30),
    ):
        outside.now += minutes * MINUTE
        with pytest.raises(CodeNotValid) as refusal:
            await outside.confirm_guest(question, tried)
        answers.append((str(refusal.value), refusal.value.faults))

    assert len(set(answers)) == 1
    assert [fault.pointer for fault in answers[0][1]] == ["/code"]
    assert (await snapshot())["visitor"] == []


async def test_a_guests_code_makes_no_account(outside: Outside) -> None:
    asked = await outside.ask_guest()

    with pytest.raises(CodeNotValid):
        await outside.confirm(asked, outside.code)
    with pytest.raises(CodeNotValid):
        await outside.reset(asked.id, outside.code)

    assert (await snapshot())["account"] == []


async def test_the_address_of_an_account_gets_another_letter_and_the_same_answer(
    outside: Outside,
) -> None:
    await outside.sign_up(EMAIL)
    outside.mailbox.letters.clear()

    taken = await outside.ask_guest("GUS@example.com")
    free = await outside.ask_guest("free@example.com")

    told, code = outside.mailbox.letters
    assert (told.to, told.subject) == (EMAIL, code.subject)
    assert "sign in" in told.text
    assert taken.expires_in == free.expires_in
    for guess in ("", outside.code, WRONG):
        with pytest.raises(CodeNotValid):
            await outside.confirm_guest(taken, guess)
    for _ in range(6):
        await outside.ask_guest()
    assert len(outside.mailbox.letters) == 6, "The limit does not tell who has an account."


async def test_for_every_address_the_same_is_written(outside: Outside) -> None:
    await outside.sign_up(EMAIL)

    async def written(email: str) -> dict[str, int]:
        before = await snapshot()
        await outside.ask_guest(email)
        after = await snapshot()
        return {name: len(after[name]) - len(before[name]) for name in after}

    await outside.ask_guest("first@example.com")  # The network has its count by now.

    assert await written(EMAIL) == await written("free@example.com")


async def test_a_code_ends_when_its_address_becomes_an_accounts(outside: Outside) -> None:
    asked = await outside.ask_guest()
    code = outside.code
    await outside.sign_up(EMAIL)

    with pytest.raises(CodeNotValid):
        await outside.confirm_guest(asked, code)
    assert (await snapshot())["visitor_pass"] == []


async def test_a_letter_that_is_not_taken_does_not_count_for_its_address(
    outside: Outside,
) -> None:
    outside.mailbox.is_down = True
    for _ in range(6):
        with pytest.raises(MailNotSent):
            await outside.ask_guest()

    outside.mailbox.is_down = False
    assert (await come(outside)).visitor_token
    for _ in range(6):
        await outside.ask_guest()
    assert len(outside.mailbox.letters) == 5


async def test_right_codes_do_not_count_and_wrong_ones_do(outside: Outside) -> None:
    asked = await outside.ask_guest()
    for _ in range(59):
        with pytest.raises(CodeNotValid):
            await outside.confirm_guest(asked, WRONG)
    for name in ("Gus", "Gustav"):
        assert (await come(outside, name)).visitor_token
    with pytest.raises(CodeNotValid):
        await outside.confirm_guest(asked, WRONG)
    before = await snapshot()

    with pytest.raises(TooManyRequests):
        await outside.confirm_guest(asked, WRONG)

    assert await snapshot() == before


async def test_a_revoked_pass_is_over_and_others_are_not(outside: Outside) -> None:
    passes = [(await come(outside)).visitor_token for _ in range(2)]
    now = outside.now

    await visitors.revoke_pass(passes[0], now=now)
    once = await snapshot()
    await visitors.revoke_pass(passes[0], now=now + MINUTE)
    await visitors.revoke_pass("wvp_unknown", now=now)

    assert await snapshot() == once
    with pytest.raises(visitors.BadToken):
        await visitors.guest_of_token(passes[0], now=now)
    assert (await visitors.guest_of_token(passes[1], now=now)).email == EMAIL


@pytest.mark.parametrize("token", ["", "wvp_", "\0", "\ud800", "wvp_" + "A" * 100_000])
async def test_what_is_no_pass_is_nobodys(outside: Outside, token: str) -> None:
    await come(outside)

    with pytest.raises(visitors.BadToken) as refusal:
        await visitors.guest_of_token(token, now=outside.now)

    assert str(refusal.value) == "This token is not valid"
