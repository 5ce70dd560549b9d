import asyncio
from datetime import datetime, timedelta

import pytest

from tests.support.makers import refusal
from tests.support.newcomers import NEW_PASSWORD, PASSWORD, Outside, at
from tests.support.snapshot import snapshot, strings
from wishcore import accounts, confirmations, sessions
from wishcore.accounts import BadToken, EmailTaken, WrongCredentials
from wishcore.confirmations import CodeNotValid
from wishcore.errors import TooManyRequests
from wishcore.mail import MailNotSent

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def outside(now: datetime) -> Outside:
    return Outside(now)


async def test_an_account_is_made_when_its_address_is_confirmed(outside: Outside) -> None:
    asked = await outside.ask(" Ann@EXAMPLE.com", username="Ann.Lee")
    with pytest.raises(WrongCredentials):
        await outside.sign_in()

    profile = await outside.confirm(asked, f" {outside.code.lower().replace('-', ' ')} ")

    assert (profile.email, profile.username) == ("ann@example.com", "ann.lee")
    assert profile.email_confirmed
    assert (await outside.signed_in()).account_id == profile.id
    assert asked.expires_in == 1800


async def test_a_taken_address_gets_the_same_answer_and_another_letter(outside: Outside) -> None:
    await outside.sign_up()
    outside.mailbox.letters.clear()

    taken = await outside.ask(password=NEW_PASSWORD)
    free = await outside.ask("new@example.com", password=NEW_PASSWORD)

    told, code = outside.mailbox.letters
    assert taken.expires_in == free.expires_in
    assert "belongs to an account" in told.text
    assert told.subject == code.subject
    for guess in ("", outside.code, "AAAA-AAAA"):
        with pytest.raises(CodeNotValid):
            await outside.confirm(taken, guess)
    await outside.sign_in()


async def test_somebody_elses_sign_up_with_my_address_neither_uses_nor_ends_my_code(
    outside: Outside,
) -> None:
    mine = await outside.ask(first_name="Ann")
    my_code = outside.code
    theirs = await outside.ask(first_name="Eve", password=NEW_PASSWORD)
    for _ in range(6):
        with pytest.raises(CodeNotValid):
            await outside.confirm(theirs, my_code)

    assert (await outside.confirm(mine, my_code)).first_name == "Ann"
    await outside.sign_in()


async def test_of_two_confirmed_sign_ups_of_one_address_the_first_wins(outside: Outside) -> None:
    first = await outside.ask()
    first_code = outside.code
    second = await outside.ask()

    await outside.confirm(second, outside.code)
    with pytest.raises(EmailTaken):
        await outside.confirm(first, first_code)


async def test_a_username_that_was_taken_in_the_meantime_is_left_out(outside: Outside) -> None:
    asked = await outside.ask(username="annie")
    code = outside.code
    await outside.sign_up("other@example.com", username="annie")

    assert (await outside.confirm(asked, code)).username is None


async def test_the_fifth_wrong_try_ends_a_code_also_at_once(outside: Outside) -> None:
    asked = await outside.ask()
    tries = [outside.confirm(asked, f"WRNG-{n:04}") for n in range(2345, 2350)]
    await asyncio.gather(*tries, return_exceptions=True)

    with pytest.raises(CodeNotValid):
        await outside.confirm(asked, outside.code)


async def test_a_code_is_good_once_and_for_half_an_hour(outside: Outside) -> None:
    late = await outside.ask("late@example.com")
    late_code = outside.code
    used = await outside.ask("used@example.com")
    used_code = outside.code
    answers = await asyncio.gather(
        *(outside.confirm(used, used_code) for _ in range(4)), return_exceptions=True
    )
    assert sum(isinstance(answer, accounts.Profile) for answer in answers) == 1
    assert await refusal(outside.confirm(used, used_code)) == "code_not_valid"

    outside.now += timedelta(minutes=30)
    assert await refusal(outside.confirm(late, late_code)) == "code_not_valid"


async def test_so_many_letters_a_day_go_to_one_address_and_nobody_is_told(outside: Outside) -> None:
    for _ in range(8):
        await outside.ask(client=at("198.51.100.8"))
    assert len(outside.mailbox.letters) == 5
    for number in range(50, 70):
        await outside.ask(client=at(f"198.51.100.{number}"))

    assert len(outside.mailbox.letters) == 20
    with pytest.raises(CodeNotValid):
        await outside.confirm(await outside.ask(), outside.code)


async def test_strangers_cannot_use_up_the_sign_up_of_somebody(outside: Outside) -> None:
    for _ in range(9):
        await outside.ask(client=at("203.0.113.9"))

    asked = await outside.ask()
    assert (await outside.confirm(asked, outside.code)).email == "ann@example.com"


async def test_a_hundred_sign_ups_a_day_come_from_one_network(outside: Outside) -> None:
    for number in range(100):
        await outside.ask(f"a{number}@example.com")

    with pytest.raises(TooManyRequests):
        await outside.ask("last@example.com")
    await outside.ask("last@example.com", client=at("203.0.113.9"))


async def test_a_letter_that_is_not_taken_is_said(outside: Outside) -> None:
    outside.mailbox.is_down = True

    assert await refusal(outside.ask()) == MailNotSent.code
    assert await refusal(outside.ask_reset()) == MailNotSent.code


async def test_a_new_password_ends_every_session_and_tells_the_mailbox(outside: Outside) -> None:
    await outside.sign_up()
    before = await outside.sign_in()

    asked = await outside.ask_reset(" ANN@example.com ")
    await outside.reset(asked.id, outside.code)

    assert "password" in outside.mailbox.letters[-1].subject
    with pytest.raises(BadToken):
        await accounts.account_of_token(before.access_token, now=outside.now)
    with pytest.raises(BadToken):
        await accounts.refresh(before.refresh_token, now=outside.now)
    with pytest.raises(WrongCredentials):
        await outside.sign_in()
    await outside.sign_in(password=NEW_PASSWORD)


async def test_a_reset_works_once_and_ends_the_other_codes(outside: Outside) -> None:
    await outside.sign_up()
    first = await outside.ask_reset()
    first_code = outside.code
    second = await outside.ask_reset()
    second_code = outside.code

    await outside.reset(second.id, second_code)

    assert await refusal(outside.reset(second.id, second_code, PASSWORD)) == "code_not_valid"
    assert await refusal(outside.reset(first.id, first_code, PASSWORD)) == "code_not_valid"
    await outside.sign_in(password=NEW_PASSWORD)


async def test_a_weak_password_uses_no_code_up(outside: Outside) -> None:
    await outside.sign_up(username="ann.of.green.gables")
    asked = await outside.ask_reset()
    code = outside.code

    for weak in ("short", "password1", "ann@example.com", "ann.of.green.gables"):
        assert await refusal(outside.reset(asked.id, code, weak)) == "weak_password"
    await outside.reset(asked.id, code)


async def test_unknown_and_known_addresses_get_the_same_answer_to_a_reset(
    outside: Outside,
) -> None:
    await outside.sign_up()
    outside.mailbox.letters.clear()
    known, unknown = await outside.ask_reset(), await outside.ask_reset("no@example.com")

    code, none = outside.mailbox.letters
    assert code.subject == none.subject
    assert "There is none" in none.text
    assert known.expires_in == unknown.expires_in
    assert await refusal(outside.reset(unknown.id, "AAAA-AAAA")) == "code_not_valid"


async def test_strangers_cannot_use_up_the_resets_of_somebody(outside: Outside) -> None:
    await outside.sign_up()
    for _ in range(9):
        await outside.ask_reset(client=at("203.0.113.9"))
    outside.mailbox.letters.clear()

    asked = await outside.ask_reset()
    await outside.reset(asked.id, outside.code)

    assert len(outside.mailbox.letters) == 2


async def test_the_address_changes_when_the_new_one_is_confirmed(outside: Outside) -> None:
    profile = await outside.sign_up()
    asked = await outside.ask_email(profile.id, "New@example.com")
    assert (await accounts.own_profile(profile.id)).email == "ann@example.com"
    letter = outside.mailbox.letters[-1]

    changed = await outside.change_email(profile.id, asked.id, outside.code)

    assert letter.to == "new@example.com"
    assert (changed.email, changed.email_confirmed) == ("new@example.com", True)
    told = outside.mailbox.letters[-1]
    assert (told.to, "e-mail address" in told.subject) == ("ann@example.com", True)
    await outside.sign_in("new@example.com")


async def test_a_code_for_an_address_is_of_no_use_to_another_account(outside: Outside) -> None:
    ann, eve = await outside.sign_up(), await outside.sign_up("eve@example.com")
    asked = await outside.ask_email(ann.id, "new@example.com")

    with pytest.raises(CodeNotValid):
        await outside.change_email(eve.id, asked.id, outside.code)
    with pytest.raises(CodeNotValid):
        await confirmations.confirm_sign_up(
            asked.id, code=outside.code, client=at(), now=outside.now
        )
    assert (await accounts.own_profile(eve.id)).email == "eve@example.com"


async def test_an_address_that_is_taken_is_told_to_its_mailbox_only(outside: Outside) -> None:
    ann = await outside.sign_up()
    await outside.sign_up("eve@example.com")

    asked = await outside.ask_email(ann.id, "eve@example.com")

    assert asked.expires_in == 1800
    assert "belongs to an account" in outside.mailbox.letters[-1].text
    assert await refusal(outside.change_email(ann.id, asked.id, "AAAA-AAAA")) == "code_not_valid"


async def test_an_old_address_is_confirmed_in_the_same_way(outside: Outside) -> None:
    await outside.sign_up()
    caller = await outside.signed_in()
    asked = await outside.ask_email(caller.account_id, caller.email)
    letters = len(outside.mailbox.letters)

    changed = await outside.change_email(caller.account_id, asked.id, outside.code)

    assert changed.email_confirmed
    assert len(outside.mailbox.letters) == letters, "Nothing changed that had to be told."


async def test_a_reset_code_of_an_address_that_changed_is_of_no_use(outside: Outside) -> None:
    ann = await outside.sign_up()
    reset = await outside.ask_reset()
    reset_code = outside.code
    asked = await outside.ask_email(ann.id, "new@example.com")
    await outside.change_email(ann.id, asked.id, outside.code)

    assert await refusal(outside.reset(reset.id, reset_code)) == "code_not_valid"


async def test_no_code_and_no_password_is_stored(outside: Outside) -> None:
    ann = await outside.sign_up()
    codes = []
    await outside.ask("new@example.com")
    codes.append(outside.code)
    await outside.ask_reset()
    codes.append(outside.code)
    await outside.ask_email(ann.id, "newer@example.com")
    codes.append(outside.code)

    texts = await strings()

    secrets = {PASSWORD, *codes, *(code.replace("-", "") for code in codes)}
    assert not [text for text in texts if any(secret in text for secret in secrets)]


async def test_wrong_present_passwords_are_counted_for_the_account(outside: Outside) -> None:
    await outside.sign_up()
    caller = await outside.signed_in()

    async def change(old: str) -> str:
        return await refusal(
            sessions.change_password(
                caller.account_id,
                old=old,
                new=NEW_PASSWORD,
                mailer=outside.mailbox,
                hasher=accounts.PasswordHasher(memory_kib=64, passes=1),
                client=at(),
                now=outside.now,
            )
        )

    assert {await change("not this one") for _ in range(10)} == {"wrong_password"}
    before = await snapshot()
    assert await change(PASSWORD) == "too_many_requests"
    assert await snapshot() == before
    outside.now += timedelta(minutes=5)
    assert await change(PASSWORD) == "done"
    assert "password" in outside.mailbox.letters[-1].subject
