"""Givers are told by mail what became of their pledges."""

from datetime import timedelta

import pytest

from tests.support.makers import DAY, MINUTE, World
from tests.support.snapshot import snapshot
from wishcore import jobs, receipts

# Other tests send the same statements to PostgreSQL.
pytestmark = pytest.mark.nightly("postgres")


async def test_paid_and_refunded_are_told_once(world: World) -> None:
    wish = await world.wish(10_000)
    guest, account = await world.guest(), await world.account("Greta")
    pledges = [
        await world.pledge(wish, 4_000, giver=guest),
        await world.pledge(wish, 1_000, giver=account),
    ]
    assert await world.notify() == jobs.Notified(sent=2, unsent=0)
    letters = {letter.to: letter for letter in world.mailbox.letters}
    assert letters.keys() == {guest.email, account.email}
    assert "40.00 USD" in letters[guest.email].text
    assert f"https://wish.test/{pledges[0]}" in letters[guest.email].text
    await world.close(wish)
    assert await world.notify() == jobs.Notified(sent=2, unsent=0)
    assert {letter.to for letter in world.mailbox.letters[2:]} == {guest.email, account.email}
    assert "not fully paid" in world.mailbox.letters[2].text
    assert await world.notify() == jobs.Notified(sent=0, unsent=0)


async def test_nobody_else_hears_of_it(world: World) -> None:
    wish = await world.wish(10_000)
    giver = await world.guest()
    await world.pledge(wish, 4_000, giver=giver)
    await world.close(wish)
    await world.notify()
    assert {letter.to for letter in world.mailbox.letters} == {giver.email}
    text = "".join(letter.subject + letter.text for letter in world.mailbox.letters)
    for secret in ("Bicycle", "Birthday", "Olga"):
        assert secret not in text, "Families share mailboxes and bank accounts."


async def test_what_is_not_over_is_not_told(world: World) -> None:
    wish = await world.wish()
    await world.pledge(wish, 4_000, card="pm_card_authenticationRequired")
    await world.pledge(wish, 4_000, card="pm_sandbox_processing")
    assert await world.notify() == jobs.Notified(sent=0, unsent=0)


async def test_a_mail_server_that_is_down(world: World) -> None:
    wish = await world.wish()
    await world.pledge(wish, 4_000)
    world.mailbox.is_down = True
    assert await world.notify() == jobs.Notified(sent=0, unsent=1)
    world.mailbox.is_down = False
    before = await snapshot()
    world.wait(9 * MINUTE)
    assert await world.notify() == jobs.Notified(sent=0, unsent=0)
    assert await snapshot() == before
    world.wait(MINUTE)
    assert await world.notify() == jobs.Notified(sent=1, unsent=0)
    assert len(world.mailbox.letters) == 1


async def test_a_mail_server_that_is_down_for_days(world: World) -> None:
    wish = await world.wish()
    await world.pledge(wish, 4_000)
    world.mailbox.is_down = True
    tries = 0
    for _ in range(10):
        tries += (await world.notify()).unsent
        world.wait(timedelta(hours=12))
    assert tries == 7, "After three days nobody needs it any more."
    assert (await jobs.due(now=world.now)).letters == 0


async def test_many_letters_in_batches(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    wish = await world.wish(100_000)
    giver = await world.guest()
    for _ in range(5):
        await world.pledge(wish, 1_000, giver=giver)
    monkeypatch.setattr(receipts, "CLAIM", 2)
    assert await world.notify() == jobs.Notified(sent=5, unsent=0)


async def test_a_mail_server_that_is_down_is_not_asked_for_each_letter(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With one that is silent it would take longer than until the first is due again."""
    wish = await world.wish(100_000)
    giver = await world.guest()
    for _ in range(5):
        await world.pledge(wish, 1_000, giver=giver)
    monkeypatch.setattr(receipts, "CLAIM", 2)
    world.mailbox.is_down = True
    assert await world.notify() == jobs.Notified(sent=0, unsent=2)
    world.mailbox.is_down = False
    assert await world.notify() == jobs.Notified(sent=3, unsent=0)
    world.wait(10 * MINUTE)
    assert await world.notify() == jobs.Notified(sent=2, unsent=0)


async def test_a_later_letter_waits_for_the_earlier_one(world: World) -> None:
    wish = await world.wish(10_000)
    giver = await world.guest()
    pledge = await world.pledge(wish, 4_000, giver=giver)
    world.mailbox.is_down = True
    await world.notify()
    world.mailbox.is_down = False
    world.wait(5 * MINUTE)
    await world.give_back(pledge, giver)
    await world.refund()
    assert await world.notify() == jobs.Notified(sent=0, unsent=0), "Nobody knows of the payment."
    other = await world.pledge(wish, 1_000)
    assert await world.notify() == jobs.Notified(sent=1, unsent=0), "Others do not wait."
    assert str(other) in world.mailbox.letters.pop().text
    world.wait(5 * MINUTE)
    assert await world.notify() == jobs.Notified(sent=2, unsent=0)
    received, refunded = world.mailbox.letters
    assert "We received your payment" in received.text
    assert "You took your payment back" in refunded.text


async def test_a_letter_that_is_given_up_keeps_no_later_one(world: World) -> None:
    wish = await world.wish(10_000)
    giver = await world.guest()
    pledge = await world.pledge(wish, 4_000, giver=giver)
    world.mailbox.is_down = True
    for _ in range(7):
        await world.notify()
        world.wait(timedelta(hours=12))
    world.mailbox.is_down = False
    await world.give_back(pledge, giver)
    await world.refund()
    assert await world.notify() == jobs.Notified(sent=1, unsent=0)
    assert "You took your payment back" in world.mailbox.letters[0].text


async def test_a_refund_says_why(world: World) -> None:
    wish = await world.wish(10_000)
    giver = await world.guest()
    pledge = await world.pledge(wish, 4_000, giver=giver)
    await world.give_back(pledge, giver)
    await world.refund()
    world.wait(DAY)
    await world.notify()
    received, refunded = world.mailbox.letters
    assert "We received your payment" in received.text
    assert "You took your payment back" in refunded.text


async def test_a_giver_is_told_of_the_rest_that_goes_back(world: World) -> None:
    """The bank of the card gave them a part before."""
    pledge = await world.pledge(await world.wish(10_000), 4_000)
    opened = await world.sandbox.dispute(await world.intent_id(pledge), amount=1_500)
    await world.sandbox.decide(opened, "lost")
    await world.hear()
    await world.refund()
    await world.notify()
    receipt, letter = world.mailbox.letters
    assert "40.00" in receipt.text
    assert "25.00" in letter.subject
    assert "what your bank has not given back to you already" in letter.text
