"""What operators can read, whoever owns it: both sides of a list, and everything of a pledge.

Nothing here is for the API. Operators change lists and items by the owners' own operations, with
the `OwnedList` that `as_operator` gives them.
"""

from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec

from wishcore import accounts, db, lists, pledges
from wishcore.errors import Unavailable
from wishcore.lists.visibility import shown_state
from wishcore.money import Money
from wishcore.pledges.models import FundingState, PledgeState, RefundReason

LIMIT_DEFAULT: Final = 50
CLOCK_TOLERANCE: Final = timedelta(minutes=5)
"""How much earlier than its deadline a list may be closed by a machine whose clock is wrong."""


class ClockIsWrong(Unavailable):
    """This machine and the database do not agree what time it is."""

    code = "clock_is_wrong"
    title = "The clock is wrong: no list is closed"


class ListForOperator(msgspec.Struct, frozen=True, kw_only=True):
    """A list with its owner; also one that was deleted."""

    id: UUID
    owner_id: UUID
    owner_email: str
    title: str
    description: str
    occasion: str
    currency: str
    deadline: datetime
    state: lists.ListState
    is_shared: bool
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None

    def at(self, now: datetime) -> "ListForOperator":
        """Return it with the state that everybody sees at this moment."""
        state = shown_state(self.state, self.deadline, now=now)
        return msgspec.structs.replace(self, state=state)


class FundingForOperator(msgspec.Struct, frozen=True, kw_only=True):
    """How far an item is: what may never reach its owner."""

    target: Money
    held: Money
    paid: Money
    state: FundingState
    bought_at: datetime | None


class ItemForOperator(msgspec.Struct, frozen=True, kw_only=True):
    """An item of whatever list; also one that was withdrawn."""

    id: UUID
    list_id: UUID
    title: str
    note: str
    url: str
    price: Money
    quantity: int
    priority: int
    created_at: datetime
    updated_at: datetime
    withdrawn_at: datetime | None


class PledgeForOperator(msgspec.Struct, frozen=True, kw_only=True):
    """A pledge with its giver."""

    id: UUID
    list_id: UUID
    item_id: UUID
    item_title: str
    giver: str
    """The e-mail address of the account or of the guest."""
    amount: Money
    state: PledgeState
    refund_reason: RefundReason | None
    decline_code: str | None
    intent_id: str | None
    attempts: int
    created_at: datetime
    updated_at: datetime
    paid_at: datetime | None
    refunded_at: datetime | None


class EventForOperator(msgspec.Struct, frozen=True, kw_only=True):
    """One move of a pledge."""

    version: int
    state: PledgeState
    note: str
    created_at: datetime
    letter_due_at: datetime | None


class RefundForOperator(msgspec.Struct, frozen=True, kw_only=True):
    """One attempt to give a pledge back."""

    id: UUID
    generation: int
    state: str
    amount: Money
    provider_id: str | None
    failure: str | None
    created_at: datetime
    updated_at: datetime


class EntryForOperator(msgspec.Struct, frozen=True, kw_only=True):
    """One leg of a movement of money."""

    movement: str
    account: str
    amount: Money
    created_at: datetime


class PledgeHistory(msgspec.Struct, frozen=True, kw_only=True):
    """A pledge with all that was ever written about it."""

    pledge: PledgeForOperator
    events: tuple[EventForOperator, ...]
    refunds: tuple[RefundForOperator, ...]
    movements: tuple[EntryForOperator, ...]


_LIST: Final = """
    SELECT wish_list.id, wish_list.owner_id, account.email AS owner_email, wish_list.title,
           wish_list.description, wish_list.occasion, wish_list.currency, wish_list.deadline,
           wish_list.state, wish_list.share_hash IS NOT NULL AS is_shared, wish_list.created_at,
           wish_list.updated_at, wish_list.deleted_at
    FROM wish_list JOIN account ON account.id = wish_list.owner_id
"""
_ITEM: Final = """
    SELECT item.id, item.list_id, item.title, item.note, item.url, item.price_minor,
           wish_list.currency, item.quantity, item.priority, item.created_at, item.updated_at,
           item.withdrawn_at
    FROM item JOIN wish_list ON wish_list.id = item.list_id
"""
_PLEDGE: Final = """
    SELECT pledge.id, pledge.list_id, pledge.item_id, pledge.item_title,
           COALESCE(account.email, visitor.email) AS giver, pledge.amount_minor, pledge.currency,
           pledge.state, pledge.refund_reason, pledge.decline_code, pledge.intent_id,
           pledge.attempts, pledge.created_at, pledge.updated_at, pledge.paid_at,
           pledge.refunded_at
    FROM pledge
    LEFT JOIN account ON account.id = pledge.account_id
    LEFT JOIN visitor ON visitor.id = pledge.visitor_id
"""


async def as_operator(list_id: UUID) -> lists.OwnedList:
    """Return a list for the operations of its owner, whoever that is.

    Raises:
        ListNotFound: there is none, or it was deleted.
    """
    owned = await db.fetch_one(
        lists.OwnedList,
        "SELECT id, owner_id, currency FROM wish_list WHERE id = :id AND deleted_at IS NULL",
        id=list_id,
    )
    if owned is None:
        raise lists.ListNotFound
    return owned


async def as_operator_of(item_id: UUID) -> lists.OwnedList:
    """Return the list of an item for the operations of its owner.

    Raises:
        ItemNotFound: there is none, or its list was deleted.
    """
    found = await db.rows("SELECT list_id FROM item WHERE id = :id", id=item_id)
    if not found:
        raise lists.ItemNotFound
    try:
        return await as_operator(UUID(str(found[0]["list_id"])))
    except lists.ListNotFound:
        raise lists.ItemNotFound from None


async def account_named(name: str) -> accounts.Profile:
    """Return the account with this id, e-mail address or username.

    Raises:
        AccountNotFound: there is none, or it was closed.
    """
    wanted = name.strip().lower()
    for profile in await accounts.find_accounts(wanted):
        if wanted in {str(profile.id), profile.email, profile.username}:
            return profile
    raise accounts.AccountNotFound


async def account_id_of(name: str) -> UUID:
    """Return whose id, e-mail address or username this is; an id may be that of a closed account.

    Raises:
        AccountNotFound: there is none with this address or username.
    """
    try:
        return UUID(name.strip())
    except ValueError:
        return (await account_named(name)).id


async def find_list(list_id: UUID, *, now: datetime) -> ListForOperator:
    """Return a list, also one that was deleted.

    Raises:
        ListNotFound: there never was one.
    """
    found = await db.fetch_one(ListForOperator, _LIST + "WHERE wish_list.id = :id", id=list_id)
    if found is None:
        raise lists.ListNotFound
    return found.at(now)


async def find_lists(
    text: str, *, now: datetime, limit: int = LIMIT_DEFAULT
) -> list[ListForOperator]:
    """Return lists whose title, owner's address or id has this text in it, newest first."""
    found = await db.fetch_all(
        ListForOperator,
        _LIST
        + r"""
        WHERE lower(wish_list.title) LIKE :pattern ESCAPE '\'
           OR account.email LIKE :pattern ESCAPE '\'
           OR CAST(wish_list.id AS TEXT) LIKE :pattern ESCAPE '\'
        ORDER BY wish_list.id DESC LIMIT :limit
        """,
        pattern=db.containing(text),
        limit=limit,
    )
    return [row.at(now) for row in found]


async def items_of(list_id: UUID) -> list[ItemForOperator]:
    """Return all items of a list, also those that were withdrawn, without their funding."""
    found = await db.rows(
        _ITEM + "WHERE item.list_id = :list ORDER BY item.priority, item.id", list=list_id
    )
    return [db.with_money(ItemForOperator, row, "price") for row in found]


async def find_item(item_id: UUID) -> ItemForOperator:
    """Return an item, also one that was withdrawn, without its funding.

    Raises:
        ItemNotFound: there never was one.
    """
    found = await db.rows(_ITEM + "WHERE item.id = :id", id=item_id)
    if not found:
        raise lists.ItemNotFound
    return db.with_money(ItemForOperator, found[0], "price")


async def fundings_of(list_id: UUID) -> dict[UUID, FundingForOperator]:
    """Return how far the items of a list are; those without any pledge are left out.

    It is the surprise: nothing of it may reach the list's owner.
    """
    found = await db.rows(
        """
        SELECT item_id, currency, target_minor, held_minor, paid_minor, state, bought_at
        FROM funding WHERE list_id = :list
        """,
        list=list_id,
    )
    return {
        UUID(str(row["item_id"])): db.with_money(FundingForOperator, row, "target", "held", "paid")
        for row in found
    }


async def find_pledges(
    text: str = "",
    *,
    state: PledgeState | None = None,
    list_id: UUID | None = None,
    limit: int = LIMIT_DEFAULT,
) -> list[PledgeForOperator]:
    """Return pledges, newest first: this text is in their giver, item, payment or either id."""
    found = await db.rows(
        _PLEDGE
        + rf"""
        WHERE (account.email LIKE :pattern ESCAPE '\' OR visitor.email LIKE :pattern ESCAPE '\'
               OR lower(pledge.item_title) LIKE :pattern ESCAPE '\'
               OR CAST(pledge.id AS TEXT) LIKE :pattern ESCAPE '\'
               OR CAST(pledge.item_id AS TEXT) LIKE :pattern ESCAPE '\'
               OR lower(pledge.intent_id) LIKE :pattern ESCAPE '\')
          {"AND pledge.state = :state" if state else ""}
          {"AND pledge.list_id = :list" if list_id else ""}
        ORDER BY pledge.created_at DESC, pledge.id DESC LIMIT :limit
        """,
        pattern=db.containing(text),
        state=state,
        list=list_id,
        limit=limit,
    )
    return [db.with_money(PledgeForOperator, row, "amount") for row in found]


async def history_of(pledge_id: UUID) -> PledgeHistory:
    """Return a pledge with its events, refunds and movements of money, each in order.

    Raises:
        PledgeNotFound: there is none.
    """
    found = await db.rows(_PLEDGE + "WHERE pledge.id = :id", id=pledge_id)
    if not found:
        raise pledges.PledgeNotFound
    events = await db.fetch_all(
        EventForOperator,
        """
        SELECT version, state, note, created_at, letter_due_at FROM pledge_event
        WHERE pledge_id = :id ORDER BY version
        """,
        id=pledge_id,
    )
    refunds = await db.rows(
        """
        SELECT id, generation, state, amount_minor, currency, provider_id, failure, created_at,
               updated_at
        FROM refund WHERE pledge_id = :id ORDER BY generation
        """,
        id=pledge_id,
    )
    movements = await db.rows(
        """
        SELECT movement, account, amount_minor, currency, created_at FROM ledger_entry
        WHERE subject_id = :id ORDER BY created_at, movement, account
        """,
        id=pledge_id,
    )
    return PledgeHistory(
        pledge=db.with_money(PledgeForOperator, found[0], "amount"),
        events=tuple(events),
        refunds=tuple(db.with_money(RefundForOperator, row, "amount") for row in refunds),
        movements=tuple(db.with_money(EntryForOperator, row, "amount") for row in movements),
    )


async def database_time() -> datetime:
    """Return what the database's clock says (SQLite's is this machine's)."""
    found = await db.fetch_one(_Moment, "SELECT CURRENT_TIMESTAMP AS moment")
    assert found is not None, "It is one row."
    moment = found.moment
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


async def check_clock(here: datetime) -> None:
    """Return if this machine's clock agrees with the database's, before anything is closed.

    Closing plans refunds, which nobody can take back. SQLite has no clock of its own.

    Raises:
        ClockIsWrong: one of the two is; nothing was done.
    """
    ahead = here - await database_time()
    if abs(ahead) > CLOCK_TOLERANCE:
        raise ClockIsWrong(f"It is {ahead.total_seconds():+.0f} s off the database's")


class _Moment(msgspec.Struct, frozen=True):
    moment: datetime
