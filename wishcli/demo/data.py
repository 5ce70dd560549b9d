"""Data to build a front end with: people, a list in many states of funding, tokens, links.

Everything is made by the operations that people use, so it looks like what they would leave. Each
step finds what an earlier run made: the command may be run again, also after it was killed.
"""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final
from uuid import UUID, uuid5

import msgspec

from wishcli import runtime
from wishcli.demo.shown import Demo, DemoAccount, DemoGuest, DemoItem, show
from wishcli.runtime import Session
from wishcore import accounts, administration, confirmations, lists, pledges, visitors
from wishcore.errors import Conflict, Forbidden
from wishcore.limits import Client
from wishcore.mail import Letter
from wishcore.money import Money
from wishcore.payments import CardDeclined, PaymentsUnavailable

PASSWORD: Final = "seven-otters-on-a-raft"
DEADLINE_AFTER: Final = timedelta(days=60)
LIST_TITLE: Final = "Ada turns ten"
CURRENCY: Final = "USD"
_CODE: Final = re.compile(r"\b[2-9A-Z]{4}-[2-9A-Z]{4}\b")


class RealMoney(Forbidden):
    """Demo data pays by test cards: it has no place where real money moves."""

    code = "real_money"
    title = "The key of Stripe is a live one: demo data is not loaded where real money moves"


class DemoChanged(Conflict):
    """An account of the demo data exists and is no longer as it was made."""

    code = "demo_changed"
    title = "An account of the demo data has another password by now"


class _Person(msgspec.Struct, frozen=True):
    email: str
    first_name: str
    last_name: str


class _Wish(msgspec.Struct, frozen=True):
    title: str
    price_minor: int
    quantity: int = 1
    note: str = ""
    url: str = ""
    priority: int = 3


class _Gift(msgspec.Struct, frozen=True):
    giver: str
    wish: str
    amount_minor: int | None
    """`None` stands for all that is left."""
    card: str = "pm_card_visa"
    message: str = ""


ADA: Final = _Person("ada@example.org", "Ada", "Lovelace")
GRACE: Final = _Person("grace@example.org", "Grace", "Hopper")
ALAN: Final = _Person("alan@example.org", "Alan", "Turing")
MARY: Final = _Person("mary@example.org", "Mary", "")
"""A guest."""
WISHES: Final = (
    _Wish("Bicycle", 24_000, note="A red one", url="https://example.org/bicycle", priority=1),
    _Wish("Microscope", 18_000, url="https://example.org/microscope", priority=1),
    _Wish("Tent", 9_000, note="For two", priority=2),
    _Wish("Headphones", 6_500, quantity=2, priority=2),
    _Wish("Cookbook", 3_000, priority=4),
    _Wish("Chess set", 4_500, note="Wood, please", priority=5),
)
GIFTS: Final = (
    _Gift(GRACE.email, "Bicycle", None, message="Happy birthday!"),
    _Gift(GRACE.email, "Microscope", 6_000),
    _Gift(ALAN.email, "Microscope", 4_500, message="Look closely"),
    _Gift(ALAN.email, "Tent", 5_000),
    _Gift(MARY.email, "Tent", None, message="See you at the lake"),
    _Gift(ALAN.email, "Headphones", None, card="pm_card_authenticationRequired"),
    _Gift(GRACE.email, "Cookbook", 1_500, card="pm_card_chargeDeclined"),
)
"""Reserved by one and by two, paid in part, waiting for 3-D Secure, declined; one wish has none."""


@dataclass(slots=True)
class _Mailbox:
    """Catches the letter with the guest's code."""

    letters: list[Letter] = field(default_factory=list)

    async def send(self, letter: Letter) -> None:
        """Keep the letter."""
        self.letters.append(letter)


def load(*, as_json: bool) -> None:
    """Load what is missing of the demo data, and print what there is.

    Raises:
        RealMoney, PaymentsUnavailable: nothing was made.
        DemoChanged: an account was changed since it was made.
    """
    show(runtime.run(_load), as_json=as_json)


async def _load(session: Session) -> Demo:
    await _check(session)
    owner = await _account(ADA, session)
    givers = [await _account(GRACE, session), await _account(ALAN, session)]
    guest = await _guest(session)
    owned, is_new = await _list(owner.account_id, session)
    items = await _items(owned, session)
    token = await _share_token(owned, session)
    await _give(token, items, await _viewers(givers, guest, session), session)
    fundings = await administration.fundings_of(owned.id)
    return Demo(
        is_new=is_new,
        password=PASSWORD,
        accounts=(owner, *givers),
        guest=guest,
        list_id=owned.id,
        share_token=token,
        share_url=session.settings.share_url(token),
        items=tuple(
            DemoItem(id=item_id, title=title, funding=fundings.get(item_id))
            for title, item_id in items.items()
        ),
        api=session.settings.wish_public_url,
    )


async def _check(session: Session) -> None:
    if session.settings.is_live:
        raise RealMoney
    try:
        await session.integrations.payments.available_balance()
    except PaymentsUnavailable as error:
        base = session.settings.stripe_base
        hint = "; start it with `wish sandbox`" if session.settings.is_sandbox else ""
        raise PaymentsUnavailable(f"The payment service does not answer at {base}{hint}") from error


async def _account(person: _Person, session: Session) -> DemoAccount:
    hasher, now = session.integrations.hasher, session.now
    is_new = True
    try:
        await accounts.register(
            email=person.email,
            password=PASSWORD,
            first_name=person.first_name,
            last_name=person.last_name,
            birthday=date(1990, 12, 31),
            confirmed_at=now,
            hasher=hasher,
            now=now,
        )
    except accounts.EmailTaken:
        is_new = False
    try:
        tokens = await accounts.sign_in(person.email, password=PASSWORD, hasher=hasher, now=now)
    except accounts.WrongCredentials as error:
        raise DemoChanged(f"{person.email} has another password by now") from error
    return DemoAccount(
        account_id=tokens.account_id,
        email=person.email,
        is_new=is_new,
        access_token=tokens.access_token,
        refresh_token=tokens.refresh_token,
    )


async def _guest(session: Session) -> DemoGuest | None:
    """Give the guest a new pass; there is none once the address has an account."""
    mailbox, now = _Mailbox(), session.now
    operator = Client.at("", server_secret=session.integrations.server_secret, is_limited=False)
    asked = await confirmations.ask_to_be_guest(
        MARY.email, name=MARY.first_name, mailer=mailbox, client=operator, now=now
    )
    code = _CODE.search(mailbox.letters[0].text)
    if code is None:
        return None
    given = await confirmations.confirm_guest(asked.id, code=code[0], client=operator, now=now)
    return DemoGuest(email=MARY.email, visitor_token=given.visitor_token)


async def _list(owner_id: UUID, session: Session) -> tuple[lists.OwnedList, bool]:
    page = await lists.own_lists(owner_id, now=session.now, limit=100)
    for found in page.items:
        if found.title == LIST_TITLE and found.state is lists.ListState.ACTIVE:
            return await lists.as_owner(owner_id, found.id), False
    content = lists.ListContent(
        title=LIST_TITLE,
        description="For the party in the garden.",
        occasion="Birthday",
        deadline=session.now + DEADLINE_AFTER,
    )
    made = await lists.create_list(
        owner_id=owner_id, content=content, currency=CURRENCY, now=session.now
    )
    return await lists.as_owner(owner_id, made.id), True


async def _items(owned: lists.OwnedList, session: Session) -> dict[str, UUID]:
    page = await lists.own_items(owned, now=session.now, limit=100)
    found = {item.title: item.id for item in page.items}
    for wish in WISHES:
        if wish.title not in found:
            content = lists.ItemContent(
                title=wish.title,
                note=wish.note,
                url=wish.url,
                price=Money(wish.price_minor, CURRENCY),
                quantity=wish.quantity,
                priority=wish.priority,
            )
            made = await lists.add_item(owned, content=content, now=session.now)
            found[wish.title] = made.id
    return {wish.title: found[wish.title] for wish in WISHES}


async def _share_token(owned: lists.OwnedList, session: Session) -> str:
    secret = session.integrations.server_secret
    with suppress(lists.ShareLinkLost):
        if found := await lists.find_share_token(owned, server_secret=secret):
            return found
    return await lists.share(owned, server_secret=secret, now=session.now)


async def _viewers(
    givers: list[DemoAccount], guest: DemoGuest | None, session: Session
) -> dict[str, accounts.SignedIn | visitors.Guest]:
    viewers: dict[str, accounts.SignedIn | visitors.Guest] = {
        giver.email: await accounts.account_of_token(giver.access_token, now=session.now)
        for giver in givers
    }
    if guest is not None:
        viewers[guest.email] = await visitors.guest_of_token(guest.visitor_token, now=session.now)
    return viewers


async def _give(
    token: str,
    items: Mapping[str, UUID],
    viewers: Mapping[str, accounts.SignedIn | visitors.Guest],
    session: Session,
) -> None:
    for gift in GIFTS:
        if gift.giver not in viewers:
            continue
        viewer = viewers[gift.giver]
        access = await lists.by_share_link(token, viewer)
        # The same id each time: what was pledged by an earlier run is only found again.
        pledge_id = uuid5(access.list_id, f"{gift.giver} {gift.wish}")
        request = pledges.PledgeRequest(
            id=pledge_id,
            item_id=items[gift.wish],
            amount=Money(gift.amount_minor, CURRENCY) if gift.amount_minor else None,
            payment_method=gift.card,
            token=None,
            message=gift.message,
            show_name=bool(gift.message),
        )
        try:
            await pledges.make_pledge(
                request=request,
                access=access,
                giver=pledges.Giver.of(viewer),
                payments=session.integrations.payments,
                return_url=session.settings.return_url(pledge_id),
                now=session.now,
            )
        except (CardDeclined, Conflict):
            continue  # Declined as it should be, or somebody who plays with the data was faster.
