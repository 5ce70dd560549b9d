"""What givers can read: their own pledges, and a list with the funding of its items."""

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Final
from uuid import UUID

import msgspec

from wishcore import db, lists
from wishcore.errors import invalid
from wishcore.money import Money
from wishcore.pages import LIMIT_DEFAULT, Page, decode_cursor, page_of
from wishcore.pledges.funding import Room
from wishcore.pledges.giver import Giver, whose
from wishcore.pledges.models import FundingState, PledgeState, RefundReason
from wishcore.pledges.operations import PledgeNotFound
from wishcore.prices.catalogue import Availability


class GiverState(StrEnum):
    """Where a pledge is, in the giver's words."""

    PROCESSING = "processing"
    ACTION_REQUIRED = "action_required"
    PAID = "paid"
    DECLINED = "declined"
    ABANDONED = "abandoned"
    REFUND_PENDING = "refund_pending"
    REFUNDED = "refunded"
    REFUND_FAILED = "refund_failed"
    DISPUTED = "disputed"


_P = PledgeState
GIVER_STATES: Final[Mapping[PledgeState, GiverState]] = {
    _P.HELD: GiverState.PROCESSING,
    _P.CONFIRMING: GiverState.PROCESSING,
    _P.REQUIRES_ACTION: GiverState.ACTION_REQUIRED,
    _P.PROCESSING: GiverState.PROCESSING,
    _P.PAID: GiverState.PAID,
    _P.DECLINED: GiverState.DECLINED,
    _P.ABANDONED: GiverState.ABANDONED,
    _P.REFUND_DUE: GiverState.REFUND_PENDING,
    _P.REFUNDING: GiverState.REFUND_PENDING,
    _P.REFUND_PENDING: GiverState.REFUND_PENDING,
    _P.REFUNDED: GiverState.REFUNDED,
    _P.REFUND_FAILED: GiverState.REFUND_FAILED,
    _P.DISPUTED: GiverState.DISPUTED,
    _P.LOST: GiverState.DISPUTED,
}


class PledgedItem(msgspec.Struct, frozen=True, kw_only=True):
    """An item as it was when it was pledged for."""

    id: UUID
    title: str
    url: str | None
    price: Money
    """The whole price: that of all pieces."""


class NextAction(msgspec.Struct, frozen=True, kw_only=True):
    """What the giver has to do for 3-D Secure, for Stripe's script or by a redirect."""

    client_secret: str
    url: str | None


class PledgeForGiver(msgspec.Struct, frozen=True, kw_only=True):
    """A pledge as its giver sees it."""

    id: UUID
    item: PledgedItem
    amount: Money
    state: GiverState
    message: str
    show_name: bool
    decline_code: str | None
    refund_reason: RefundReason | None
    created_at: datetime
    updated_at: datetime
    paid_at: datetime | None
    refunded_at: datetime | None
    gift_bought_at: datetime | None
    """When the gift that it is part of was bought: from then on it is not given back."""
    next_action: NextAction | None = None


class GiverShown(msgspec.Struct, frozen=True, kw_only=True):
    """A giver who chose to be seen by other givers."""

    name: str
    message: str


class FundingForGiver(msgspec.Struct, frozen=True, kw_only=True):
    """How far the funding of an item is."""

    target: Money
    pledged: Money
    remaining: Money
    state: FundingState
    bought_at: datetime | None
    """When the gift was bought: it stays reserved, even if its owner removes it."""
    givers: tuple[GiverShown, ...]


class ItemForGiver(msgspec.Struct, frozen=True, kw_only=True):
    """An item as an identified giver sees it."""

    id: UUID
    title: str
    note: str
    url: str | None
    price: Money
    quantity: int
    priority: int
    price_source: lists.PriceSource
    availability: Availability | None
    quantity_available: int | None
    price_checked_at: datetime | None
    buy_url: str | None
    funding: FundingForGiver


class ListForGiver(msgspec.Struct, frozen=True, kw_only=True, tag_field="view", tag="giver"):
    """A shared list as an identified giver sees it."""

    id: UUID
    title: str
    description: str
    occasion: str
    currency: str
    deadline: datetime
    state: lists.ListState
    owner_name: str
    items: tuple[ItemForGiver, ...]


class _PledgeRow(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    item_id: UUID
    item_title: str
    item_url: str
    item_price_minor: int
    amount_minor: int
    currency: str
    state: PledgeState
    message: str
    show_name: bool
    decline_code: str | None
    refund_reason: RefundReason | None
    created_at: datetime
    updated_at: datetime
    paid_at: datetime | None
    refunded_at: datetime | None
    bought_at: datetime | None

    def for_giver(self) -> PledgeForGiver:
        return PledgeForGiver(
            id=self.id,
            item=PledgedItem(
                id=self.item_id,
                title=self.item_title,
                url=self.item_url or None,
                price=Money(self.item_price_minor, self.currency),
            ),
            amount=Money(self.amount_minor, self.currency),
            state=GIVER_STATES[self.state],
            message=self.message,
            show_name=self.show_name,
            decline_code=self.decline_code,
            refund_reason=self.refund_reason,
            created_at=self.created_at,
            updated_at=self.updated_at,
            paid_at=self.paid_at,
            refunded_at=self.refunded_at,
            gift_bought_at=self.bought_at if self._is_part_of_gift() else None,
        )

    def _is_part_of_gift(self) -> bool:
        return self.refund_reason is None and self.state in {_P.PAID, _P.DISPUTED}


class _FundingRow(msgspec.Struct, frozen=True, kw_only=True):
    item_id: UUID
    target_minor: int
    held_minor: int
    state: FundingState
    bought_at: datetime | None


class _ShownRow(msgspec.Struct, frozen=True, kw_only=True):
    item_id: UUID
    giver_name: str
    message: str


_PLEDGE: Final = """
    SELECT id, item_id, item_title, item_url, item_price_minor, amount_minor, currency, state,
           message, show_name, decline_code, refund_reason, created_at, updated_at, paid_at,
           refunded_at,
           (SELECT bought_at FROM funding WHERE funding.item_id = pledge.item_id) AS bought_at
    FROM pledge
"""
_GIVERS_SHOWN_MAX: Final = 500
_Aware = Annotated[datetime, msgspec.Meta(tz=True)]


async def own_pledge(pledge_id: UUID, giver: Giver) -> PledgeForGiver:
    """Return one of the giver's own pledges.

    Raises:
        PledgeNotFound: there is none, or it is somebody else's.
    """
    row = await db.fetch_one(
        _PledgeRow,
        _PLEDGE + f"WHERE id = :id AND {whose(giver)}",
        id=pledge_id,
        giver=giver.key,
    )
    if row is None:
        raise PledgeNotFound
    return row.for_giver()


async def is_own_pledge(pledge_id: UUID, giver: Giver) -> bool:
    """Say whether this giver has made a pledge of this id already."""
    found = await db.rows(
        f"SELECT id FROM pledge WHERE id = :id AND {whose(giver)}",  # noqa: S608 - our own
        id=pledge_id,
        giver=giver.key,
    )
    return bool(found)


async def name_as_guest(giver: Giver) -> str | None:
    """Return the name on the newest pledge that an account's person made as a guest.

    Of the guest itself nothing is told: an address may be shared, and an owner who takes that of a
    giver must not learn that somebody came.
    """
    found = await db.rows(
        f"""
        SELECT giver_name FROM pledge
        WHERE visitor_id IS NOT NULL AND giver_name <> '' AND {whose(giver)}
        ORDER BY created_at DESC, id DESC LIMIT 1
        """,  # noqa: S608 - our own
        giver=giver.key,
    )
    return str(found[0]["giver_name"]) if found else None


async def own_pledges(
    giver: Giver, *, limit: int = LIMIT_DEFAULT, cursor: str | None = None
) -> Page[PledgeForGiver]:
    """Return a page of the giver's own pledges, newest first.

    Raises:
        Invalid: the cursor is not one of this collection.
    """
    after = _position(cursor) if cursor is not None else None
    onwards = "AND (created_at, id) < (:before, :after)" if after else ""
    rows = await db.fetch_all(
        _PledgeRow,
        _PLEDGE + f"WHERE {whose(giver)} {onwards} ORDER BY created_at DESC, id DESC LIMIT :limit",
        giver=giver.key,
        before=after[0] if after else None,
        after=after[1] if after else None,
        limit=limit + 1,
    )
    page = page_of(rows, limit=limit, position=lambda row: (row.created_at, row.id))
    return Page(tuple(row.for_giver() for row in page.items), page.next_cursor)


def _position(cursor: str) -> tuple[datetime, UUID]:
    made_at, pledge_id = decode_cursor(cursor, tuple[_Aware, UUID])
    try:
        return made_at.astimezone(UTC), pledge_id
    except OverflowError:
        raise invalid("/cursor", "This cursor was not given out by this collection") from None


async def list_for_giver(access: lists.SharedAccess, *, now: datetime) -> ListForGiver:
    """Return the shared list with each item's funding. Never for its owner, or anybody anonymous.

    Raises:
        ListNotFound: the list was deleted in the meantime.
    """
    assert access.sees_funding, "Whoever may be the owner must not see this."
    shared = await lists.shared_list(access, now=now)
    fundings = await _fundings(access.list_id)
    shown = await _shown(access.list_id)
    return ListForGiver(
        id=shared.id,
        title=shared.title,
        description=shared.description,
        occasion=shared.occasion,
        currency=shared.currency,
        deadline=shared.deadline,
        state=shared.state,
        owner_name=shared.owner_name,
        items=tuple(
            _item_for_giver(item, fundings.get(item.id), shown.get(item.id, ()), shared.state)
            for item in shared.items
        ),
    )


def _item_for_giver(
    item: lists.SharedItem,
    funding: _FundingRow | None,
    givers: tuple[GiverShown, ...],
    list_state: lists.ListState,
) -> ItemForGiver:
    currency = item.price.currency
    held = Money(funding.held_minor if funding else 0, currency)
    state = funding.state if funding else FundingState.OPEN
    if state is FundingState.OPEN and list_state is lists.ListState.INACTIVE:
        state = FundingState.CLOSING if funding else FundingState.UNFUNDED
    room = Room(price=item.price.times(item.quantity), held=held)
    target = held + room.remaining
    if funding is not None and state is not FundingState.OPEN:
        target = Money(funding.target_minor, currency)
    is_open = state is FundingState.OPEN
    return ItemForGiver(
        id=item.id,
        title=item.title,
        note=item.note,
        url=item.url,
        price=item.price,
        quantity=item.quantity,
        priority=item.priority,
        price_source=item.price_source,
        availability=item.availability,
        quantity_available=item.quantity_available,
        price_checked_at=item.price_checked_at,
        buy_url=item.buy_url,
        funding=FundingForGiver(
            target=target,
            pledged=held,
            remaining=room.remaining if is_open else Money(0, currency),
            state=state,
            bought_at=funding.bought_at if funding else None,
            givers=givers,
        ),
    )


async def _fundings(list_id: UUID) -> dict[UUID, _FundingRow]:
    rows = await db.fetch_all(
        _FundingRow,
        """
        SELECT item_id, target_minor, held_minor, state, bought_at FROM funding
        WHERE list_id = :list
        """,
        list=list_id,
    )
    return {row.item_id: row for row in rows}


async def _shown(list_id: UUID) -> dict[UUID, tuple[GiverShown, ...]]:
    rows = await db.fetch_all(
        _ShownRow,
        """
        SELECT item_id, giver_name, message FROM pledge
        WHERE list_id = :list AND show_name = TRUE AND state = 'paid'
        ORDER BY created_at, id LIMIT :most
        """,
        list=list_id,
        most=_GIVERS_SHOWN_MAX,
    )
    shown: dict[UUID, tuple[GiverShown, ...]] = {}
    for row in rows:
        giver = GiverShown(name=row.giver_name, message=row.message)
        shown[row.item_id] = (*shown.get(row.item_id, ()), giver)
    return shown
