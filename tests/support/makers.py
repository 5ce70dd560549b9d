"""A world to test in, made by operations only: people, lists, items, links, pledges."""

from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec

from tests.support.mailbox import Mailbox
from tests.support.newcomers import new_pass
from tests.support.sandbox import Sandbox
from wishcore import accounts, db, jobs, lists, pledges, settlement, visitors
from wishcore.errors import WishError
from wishcore.ids import new_id
from wishcore.integrations.stripe_answers import notice_of
from wishcore.money import Money
from wishcore.payments import Notice, PaymentGateway, store_notice
from wishcore.pledges.models import FundingState, PledgeState
from wishcore.pledges.steps import PledgeRow, find_pledge

SECRET: Final = "the secret of the tests, which is long enough"
PASSWORD: Final = "a horse of another colour"
RETURN_URL: Final = "https://wish.test/back"
DAY: Final = timedelta(days=1)
MINUTE: Final = timedelta(minutes=1)
LONG_AGO: Final = timedelta(days=3650)
"""The sandbox's clock is the machine's, not that of the operations."""

_HASHER: Final = accounts.PasswordHasher(memory_kib=64, passes=1)

Giving = accounts.SignedIn | visitors.Guest


class FundingRow(msgspec.Struct, frozen=True, kw_only=True):
    """What an item's funding says of itself."""

    target_minor: int
    held_minor: int
    paid_minor: int
    state: FundingState


@dataclass(frozen=True, kw_only=True)
class Wish:
    """An item on a list that is shared."""

    owner: accounts.SignedIn
    list: lists.OwnedList
    item_id: UUID
    token: str
    deadline: datetime


@dataclass(kw_only=True)
class World:
    """Everything that operations need from outside, and the time."""

    payments: PaymentGateway
    sandbox: Sandbox
    now: datetime
    mailbox: Mailbox = field(default_factory=Mailbox)
    people: int = 0
    by_hand: set[UUID] = field(default_factory=set)
    """Pledges of which the books cannot agree, because somebody moved money at Stripe itself."""

    # People

    async def account(
        self, name: str = "Olga", *, address: str = "", confirmed_at: datetime | None = None
    ) -> accounts.SignedIn:
        """Sign somebody up and in."""
        self.people += 1
        email = address or f"{name.lower()}{self.people}@example.org"
        await accounts.register(
            email=email,
            password=PASSWORD,
            first_name=name,
            last_name="Tester",
            birthday=date(1990, 5, 17),
            confirmed_at=confirmed_at,
            hasher=_HASHER,
            now=self.now,
        )
        pair = await accounts.sign_in(email, password=PASSWORD, hasher=_HASHER, now=self.now)
        return await accounts.account_of_token(pair.access_token, now=self.now)

    async def guest(self, name: str = "Gina", *, address: str = "") -> visitors.Guest:
        """Confirm somebody's address by a code."""
        self.people += 1
        email = address or f"{name.lower()}{self.people}@example.com"
        new = await new_pass(email, name=name, now=self.now)
        return await visitors.guest_of_token(new.visitor_token, now=self.now)

    # Lists

    async def wish(
        self,
        price: int = 10_000,
        *,
        quantity: int = 1,
        currency: str = "USD",
        open_for: timedelta = 30 * DAY,
        owner: accounts.SignedIn | None = None,
    ) -> Wish:
        """Make a shared list with one item."""
        owner = owner or await self.account()
        made = await new_list(owner.account_id, currency=currency, open_for=open_for, now=self.now)
        owned = await lists.as_owner(owner.account_id, made.id)
        item_id = await self.item(owned, price, quantity=quantity)
        token = await lists.share(owned, server_secret=SECRET, now=self.now)
        return Wish(owner=owner, list=owned, item_id=item_id, token=token, deadline=made.deadline)

    async def item(self, owned: lists.OwnedList, price: int, *, quantity: int = 1) -> UUID:
        return (await new_item(owned, price, quantity=quantity, now=self.now)).id

    async def reprice(self, wish: Wish, price: int) -> None:
        changes = lists.ItemChanges(price=Money(price, wish.list.currency))
        await lists.edit_item(wish.list, wish.item_id, changes=changes, now=self.now)

    # Pledges

    async def pledge(
        self,
        wish: Wish,
        amount: int | None = None,
        *,
        giver: Giving | None = None,
        card: str = "pm_card_visa",
        pledge_id: UUID | None = None,
        item_id: UUID | None = None,
        payments: PaymentGateway | None = None,
        currency: str | None = None,
        message: str = "",
        show_name: bool = False,
    ) -> UUID:
        """Pledge an amount, or all that is left; return the pledge's id."""
        giver = giver or await self.guest()
        money = None if amount is None else Money(amount, currency or wish.list.currency)
        request = pledges.PledgeRequest(
            id=pledge_id or new_id(),
            item_id=item_id or wish.item_id,
            amount=money,
            payment_method=card if card.startswith("pm_") else None,
            token=card if card.startswith("tok_") else None,
            message=message,
            show_name=show_name,
        )
        made = await pledges.make_pledge(
            request=request,
            access=await lists.by_share_link(wish.token, giver),
            giver=pledges.Giver.of(giver),
            payments=payments or self.payments,
            return_url=RETURN_URL,
            now=self.now,
        )
        return made.id

    async def give_back(self, pledge_id: UUID, giver: Giving) -> None:
        await pledges.return_pledge(
            pledge_id, giver=pledges.Giver.of(giver), payments=self.payments, now=self.now
        )

    async def challenge(self, pledge_id: UUID, answer: str) -> None:
        """Let the giver approve or refuse in the window of 3-D Secure."""
        intent = await self.payments.get_intent(await self.intent_id(pledge_id))
        await self.sandbox.answer_challenge(intent.action_url, answer)

    # What is known

    async def row(self, pledge_id: UUID) -> PledgeRow:
        row = await find_pledge(pledge_id)
        assert row is not None
        return row

    async def state(self, pledge_id: UUID) -> PledgeState:
        return (await self.row(pledge_id)).state

    async def intent_id(self, pledge_id: UUID) -> str:
        intent_id = (await self.row(pledge_id)).intent_id
        assert intent_id is not None
        return intent_id

    async def funding(self, wish: Wish, item_id: UUID | None = None) -> FundingRow:
        found = await db.fetch_one(
            FundingRow,
            "SELECT target_minor, held_minor, paid_minor, state FROM funding WHERE item_id = :item",
            item=item_id or wish.item_id,
        )
        assert found is not None
        return found

    async def seen_by(self, wish: Wish, giver: Giving) -> pledges.ListForGiver:
        access = await lists.by_share_link(wish.token, giver)
        return await pledges.list_for_giver(access, now=self.now)

    # Time and jobs

    def clock(self) -> datetime:
        return self.now

    def wait(self, duration: timedelta) -> None:
        self.now += duration

    async def expire(self) -> jobs.Expired:
        return await jobs.expire(now=self.now)

    async def recover(self) -> jobs.Recovered:
        return await jobs.recover(payments=self.payments, clock=self.clock)

    async def refund(self) -> jobs.Refunded:
        return await jobs.refund(payments=self.payments, clock=self.clock)

    async def notify(self) -> jobs.Notified:
        return await jobs.notify(
            mailer=self.mailbox, link=lambda pledge: f"https://wish.test/{pledge}", clock=self.clock
        )

    async def close(self, wish: Wish) -> None:
        """Let the deadline pass, close, and send the refunds."""
        self.now = max(self.now, wish.deadline)
        await self.expire()
        await self.refund()

    async def take_notices(self, events: Sequence[str] = ()) -> list[Notice]:
        """Store the notices of what happened, or of these kinds only; return the hints."""
        kept: list[Notice] = []
        for event in await self.sandbox.events():
            notice = replace(notice_of(event), created_at=self.now)
            if (not events or notice.kind in events) and await store_notice(notice, now=self.now):
                kept.append(notice)
        return kept

    async def hear(self, *events: str) -> int:
        """Store the notices and act upon them."""
        await self.take_notices(events)
        acted = await settlement.act_on_notices(
            payments=self.payments, clock=self.clock, for_people=settlement.ForPeople()
        )
        return acted.ended


async def new_list(
    owner_id: UUID,
    *,
    currency: str = "USD",
    open_for: timedelta = 30 * DAY,
    now: datetime,
) -> lists.ListForOwner:
    content = lists.ListContent(
        title="Birthday", description="", occasion="birthday", deadline=now + open_for
    )
    return await lists.create_list(owner_id=owner_id, content=content, currency=currency, now=now)


async def new_item(
    owned: lists.OwnedList, price: int = 10_000, *, quantity: int = 1, now: datetime
) -> lists.ItemForOwner:
    content = lists.ItemContent(
        title="Bicycle",
        note="blue",
        url="https://shop.test/bicycle",
        price=Money(price, owned.currency),
        quantity=quantity,
        priority=3,
    )
    return await lists.add_item(owned, content=content, now=now)


async def refusal(work: Awaitable[object]) -> str:
    """Return the code of the refusal that the work ends in, or "done"."""
    try:
        await work
    except WishError as refused:
        return refused.code
    return "done"
