"""Somebody who does many things at once: in this process, or as a program.

The program (`DATABASE_URL SANDBOX_URL`) says that it is ready. Then, line by line, it reads orders,
does them all at once, and writes the answers, until there are no more lines.
"""

import asyncio
import sys
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from tests.support.makers import RETURN_URL, new_item, new_list, refusal
from tests.support.sandbox import gateway_to
from wishcore import db, jobs, lists, pledges, settlement, visitors
from wishcore.money import Money
from wishcore.payments import PaymentGateway

READY: Final = b"ready\n"
POOL: Final = 8


class Pledge(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Pledge for an item, by its list's share link."""

    guest: visitors.Guest
    token: str
    item_id: UUID
    id: UUID
    amount: int | None
    card: str
    now: datetime


class GiveBack(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Take one's own pledge back."""

    guest: visitors.Guest
    id: UUID
    now: datetime


class Reprice(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Change an item's price."""

    owned: lists.OwnedList
    item_id: UUID
    price: int
    now: datetime


class Withdraw(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Remove an item."""

    owned: lists.OwnedList
    item_id: UUID
    now: datetime


class NewList(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Make a list."""

    owner_id: UUID
    now: datetime


class NewItem(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Put an item on a list."""

    owned: lists.OwnedList
    now: datetime


class Job(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Run a job: `expire`, `recover`, `refund` or `hear`."""

    name: str
    now: datetime


Order = Pledge | GiveBack | Reprice | Withdraw | NewList | NewItem | Job


async def perform(order: Order, payments: PaymentGateway) -> str:
    """Do it; return the code of the refusal that it ends in, or "done"."""
    match order:
        case Pledge():
            return await refusal(_pledge(order, payments))
        case GiveBack():
            giver = pledges.Giver.of(order.guest)
            return await refusal(
                pledges.return_pledge(order.id, giver=giver, payments=payments, now=order.now)
            )
        case Reprice():
            changes = lists.ItemChanges(price=Money(order.price, order.owned.currency))
            return await refusal(
                lists.edit_item(order.owned, order.item_id, changes=changes, now=order.now)
            )
        case Withdraw():
            return await refusal(lists.withdraw_item(order.owned, order.item_id, now=order.now))
        case NewList():
            return await refusal(new_list(order.owner_id, now=order.now))
        case NewItem():
            return await refusal(new_item(order.owned, now=order.now))
        case Job():
            return await refusal(_job(order, payments))


async def perform_all(orders: Sequence[Order], payments: PaymentGateway) -> list[str]:
    """Do all of it at once."""
    return await asyncio.gather(*(perform(order, payments) for order in orders))


async def _pledge(order: Pledge, payments: PaymentGateway) -> None:
    access = await lists.by_share_link(order.token, order.guest)
    request = pledges.PledgeRequest(
        id=order.id,
        item_id=order.item_id,
        amount=None if order.amount is None else Money(order.amount, "USD"),
        payment_method=order.card,
        token=None,
    )
    await pledges.make_pledge(
        request=request,
        access=access,
        giver=pledges.Giver.of(order.guest),
        payments=payments,
        return_url=RETURN_URL,
        now=order.now,
    )


async def _job(order: Job, payments: PaymentGateway) -> None:
    match order.name:
        case "expire":
            await jobs.expire(now=order.now)
        case "recover":
            await jobs.recover(payments=payments, clock=lambda: order.now)
        case "refund":
            await jobs.refund(payments=payments, clock=lambda: order.now)
        case "hear":
            await settlement.act_on_notices(
                payments=payments, clock=lambda: order.now, for_people=settlement.ForPeople()
            )
        case _:
            raise AssertionError(order.name)


async def _main(database_url: str, sandbox_url: str) -> None:
    await db.connect(database_url, pool_max=POOL)
    try:
        async with gateway_to(sandbox_url) as payments:
            sys.stdout.buffer.write(READY)
            sys.stdout.buffer.flush()
            while line := await asyncio.to_thread(sys.stdin.buffer.readline):
                answers = await perform_all(msgspec.json.decode(line, type=list[Order]), payments)
                sys.stdout.buffer.write(msgspec.json.encode(answers) + b"\n")
                sys.stdout.buffer.flush()
    finally:
        await db.disconnect()


def main() -> None:
    """Act on a database and a sandbox, whose addresses are the arguments."""
    asyncio.run(_main(sys.argv[1], sys.argv[2]))
