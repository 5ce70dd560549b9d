"""Taking room in an item before any card is charged. One statement decides."""

import hashlib
import time
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec
from tortoise.exceptions import IntegrityError

from wishcore import db, lists
from wishcore.errors import Conflict, Unavailable
from wishcore.ids import new_id
from wishcore.lists.visibility import shown_state
from wishcore.money import AMOUNT_MINOR_MAX, Money, minimum_charge
from wishcore.pledges.funding import Room
from wishcore.pledges.giver import Giver, whose
from wishcore.pledges.models import FundingState, Pledge, PledgeEvent, PledgeState
from wishcore.pledges.steps import PledgeRow, find_pledge

ATTEMPTS_MAX: Final = 20
"""How often a hold is tried again when others took the room between reading and taking."""
ATTEMPTS_SECONDS: Final = 30.0
"""After this time no further attempt is begun, as each may wait for locks: whoever asks two minutes
later whether there is a pledge is told for good."""


class ItemNotOpen(Conflict):
    """The item takes no pledges: it is reserved, or the deadline has passed."""

    code = "item_not_open"
    title = "This item takes no more pledges"


class ItemBusy(Unavailable):
    """So many pledge for the item at this moment that no answer was found. Nothing was taken."""

    code = "item_busy"
    title = "Too many people pledge for this item at this moment: send the same again"
    retry_after_seconds = 1


class IdReused(Conflict):
    """The id names another pledge already. Nothing was charged for this one."""

    code = "id_reused"
    title = "This id was used for another pledge"


@dataclass(frozen=True, slots=True, kw_only=True)
class PledgeRequest:
    """What a giver asks for. The id is the giver's own, so that repeating is safe."""

    id: UUID
    item_id: UUID
    amount: Money | None
    """`None` stands for all that is left."""
    payment_method: str | None
    token: str | None
    message: str = ""
    show_name: bool = False

    def fingerprint(self, giver: Giver) -> str:
        """Return a hash of all that makes this request what it is."""
        content = (
            giver.id,
            self.id,
            self.item_id,
            (self.amount.amount_minor, self.amount.currency) if self.amount else None,
            self.payment_method,
            self.token,
            self.message,
            self.show_name,
        )
        return hashlib.sha256(msgspec.json.encode(content)).hexdigest()


class _Guest(msgspec.Struct, frozen=True, kw_only=True):
    visitor_id: UUID


class _Context(msgspec.Struct, frozen=True, kw_only=True):
    title: str
    url: str
    price_minor: int
    quantity: int
    currency: str
    deadline: datetime
    list_state: lists.ListState
    funding_state: FundingState | None
    held_minor: int


async def hold_room(
    request: PledgeRequest, access: lists.SharedAccess, giver: Giver, now: datetime
) -> tuple[PledgeRow, bool]:
    """Take room in the item and write the pledge, or find the one that this id already names.

    Returns the pledge, and whether it is new.

    Raises:
        ItemNotFound, ItemNotOpen, ItemBusy, IdReused: nothing was taken.
        WrongCurrency, AmountTooSmall, PledgeExceedsRemaining, UnpayableRest: nothing was taken.
    """
    began = time.monotonic()
    for attempt in range(ATTEMPTS_MAX):
        if attempt and time.monotonic() - began > ATTEMPTS_SECONDS:
            break
        try:
            held = await _try_hold(request, access, giver, now)
        except IntegrityError:
            # The same id arrived twice at once: the other request was first.
            if await find_pledge(request.id) is None:
                raise
            continue
        if held is not None:
            return held
    raise ItemBusy


@db.transactional
async def _try_hold(
    request: PledgeRequest, access: lists.SharedAccess, giver: Giver, now: datetime
) -> tuple[PledgeRow, bool] | None:
    # The pledge is looked for after the room was read: whoever finds the room gone must know
    # whether this very request, sent twice at once, has taken it.
    context = await _context(request.item_id, access.list_id)
    if (earlier := await find_pledge(request.id)) is not None:
        if not await _is_repeated(request, giver, earlier):
            raise IdReused
        return earlier, False
    if context is None:
        raise lists.ItemNotFound
    _check_open(context, now)
    room = Room(
        price=Money(context.price_minor * context.quantity, context.currency),
        held=Money(context.held_minor, context.currency),
    )
    amount = room.accept(request.amount)
    if context.funding_state is None:
        await _open_funding(request.item_id, access.list_id, room.price, now)
    is_whole = request.amount is None
    if not await _take_room(request.item_id, amount, is_whole=is_whole, now=now):
        return None
    pledge = await _insert_pledge(
        request, giver, context, list_id=access.list_id, amount=amount, now=now
    )
    return pledge, True


async def _is_repeated(request: PledgeRequest, giver: Giver, earlier: PledgeRow) -> bool:
    """Say whether the very request that made the pledge comes again.

    An account may repeat what its person sent as a guest: whoever signs up before the answer is
    there would else be told to take another id, and pay twice.
    """
    if earlier.request_hash == request.fingerprint(giver):
        return True
    guest = await db.fetch_one(
        _Guest,
        f"""
        SELECT visitor_id FROM pledge
        WHERE id = :id AND visitor_id IS NOT NULL AND {whose(giver)}
        """,  # noqa: S608 - our own words
        id=earlier.id,
        giver=giver.key,
    )
    if guest is None:
        return False
    as_guest = Giver(visitor_id=guest.visitor_id, name=giver.name)
    return earlier.request_hash == request.fingerprint(as_guest)


async def _context(item_id: UUID, list_id: UUID) -> _Context | None:
    return await db.fetch_one(
        _Context,
        """
        SELECT item.title, item.url, item.price_minor, item.quantity, wish_list.currency,
               wish_list.deadline, wish_list.state AS list_state,
               funding.state AS funding_state, COALESCE(funding.held_minor, 0) AS held_minor
        FROM item JOIN wish_list ON wish_list.id = item.list_id
        LEFT JOIN funding ON funding.item_id = item.id
        WHERE item.id = :item AND item.list_id = :list
          AND item.withdrawn_at IS NULL AND wish_list.deleted_at IS NULL
        """,
        item=item_id,
        list=list_id,
    )


def _check_open(context: _Context, now: datetime) -> None:
    state = shown_state(context.list_state, context.deadline, now=now)
    if state is lists.ListState.INACTIVE:
        raise ItemNotOpen("The list's deadline has passed")
    if context.funding_state not in {None, FundingState.OPEN}:
        raise ItemNotOpen("The item is reserved")


async def _open_funding(item_id: UUID, list_id: UUID, price: Money, now: datetime) -> None:
    await db.change(
        """
        INSERT INTO funding (item_id, list_id, currency, target_minor, held_minor, paid_minor,
                             state, created_at, updated_at)
        VALUES (:item, :list, :currency, :price, 0, 0, 'open', :now, :now)
        ON CONFLICT (item_id) DO NOTHING RETURNING item_id
        """,
        item=item_id,
        list=list_id,
        currency=price.currency,
        price=price.amount_minor,
        now=now,
    )


async def _take_room(item_id: UUID, amount: Money, *, is_whole: bool, now: datetime) -> bool:
    """Take the room if it is still there: the decision is made by this one statement.

    The owner's rows are only read. Whoever waited for the funding's lock is judged by what is
    held then, not by what was read before.
    """
    taken = await db.change(
        """
        UPDATE funding SET
            held_minor = held_minor + :amount,
            -- After a rest that was raised to the least charge, more than the price is held.
            target_minor = CASE WHEN held_minor + :amount > wanted.price_minor
                THEN held_minor + :amount ELSE wanted.price_minor END,
            updated_at = :now
        FROM (
            SELECT item.id, item.price_minor * item.quantity AS price_minor
            FROM item JOIN wish_list ON wish_list.id = item.list_id
            WHERE item.id = :item AND item.withdrawn_at IS NULL AND wish_list.deleted_at IS NULL
              AND wish_list.state = 'active' AND wish_list.deadline > :now
        ) AS wanted
        WHERE funding.item_id = wanted.id AND funding.state = 'open'
          AND funding.currency = :currency
          AND funding.held_minor < wanted.price_minor
          AND (wanted.price_minor - funding.held_minor = :amount
               OR wanted.price_minor - funding.held_minor - :amount
                  BETWEEN :least AND :rest_most
               OR (:amount = :least AND wanted.price_minor - funding.held_minor < :least))
        RETURNING funding.item_id
        """,
        item=item_id,
        amount=amount.amount_minor,
        currency=amount.currency,
        least=minimum_charge(amount.currency),
        # A pledge of all that is left leaves nothing: no other rest is allowed.
        rest_most=0 if is_whole else AMOUNT_MINOR_MAX,
        now=now,
    )
    return taken == 1


async def _insert_pledge(
    request: PledgeRequest,
    giver: Giver,
    context: _Context,
    *,
    list_id: UUID,
    amount: Money,
    now: datetime,
) -> PledgeRow:
    db.require_transaction()
    row = Pledge(
        id=request.id,
        list_id=list_id,
        funding_id=request.item_id,
        account_id=giver.account_id,
        visitor_id=giver.visitor_id,
        amount_minor=amount.amount_minor,
        currency=amount.currency,
        state=PledgeState.HELD,
        version=1,
        request_hash=request.fingerprint(giver),
        message=request.message,
        show_name=request.show_name,
        giver_name=giver.name,
        item_title=context.title,
        item_url=context.url,
        item_price_minor=context.price_minor * context.quantity,
        attempts=0,
        holds_room=True,
        created_at=now,
        updated_at=now,
    )
    event = PledgeEvent(
        id=new_id(),
        list_id=list_id,
        pledge_id=request.id,
        version=1,
        state=PledgeState.HELD,
        note="",
        created_at=now,
    )
    await Pledge.bulk_create([row])
    await PledgeEvent.bulk_create([event])
    pledge = await find_pledge(request.id)
    assert pledge is not None, "It was written by this transaction."
    return pledge
