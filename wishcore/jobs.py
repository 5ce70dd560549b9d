"""The jobs of a scheduler.

Each finds its work by state, in batches, and may be run at any time, twice, in parallel, or be
killed: the next run goes on where this one stopped.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from wishcore import (
    closing,
    db,
    leaving,
    pledges,
    pricing,
    pruning,
    receipts,
    refunds,
    settlement,
)
from wishcore.bugs import Bugs
from wishcore.closing import Progress
from wishcore.mail import Mailer
from wishcore.payments import PaymentGateway, PaymentRefused, PaymentsUnavailable
from wishcore.payments.operations import TRIES_MAX
from wishcore.pledges.models import PledgeState
from wishcore.prices import PriceCatalogue, Web
from wishcore.settlement import ForPeople, RefusedPledge

BATCH: Final = 50
SILENCES_MAX: Final = 3
"""How often in a row Stripe may be silent before a job leaves the rest to the next run."""
AT_ONCE: Final = 5
"""How many refunds are on their way at the same time; the gateway keeps the pace."""
CLAIM: Final = AT_ONCE
"""So few are claimed that none waits for another: their lease covers the slowest answers."""


def silent(done: int = 1) -> None:
    """Show no progress."""


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """What the jobs would do now: the answer to `--dry-run`."""

    lists_to_close: int
    items_to_decide: int
    items_withdrawn: int
    payments_in_progress: int
    disputes_to_ask_about: int
    notices: int
    refunds_to_send: int
    refunds_pending: int
    letters: int
    products_to_check: int
    accounts_to_erase: int


class Expired(msgspec.Struct, frozen=True, kw_only=True):
    """What closing did."""

    lists_closed: int
    items_decided: int
    items_withdrawn: int
    prices_followed: int


class Recovered(msgspec.Struct, frozen=True, kw_only=True):
    """What recovery did."""

    notices: int
    looked_at: int
    ended: int
    unanswered: int
    refused: tuple[RefusedPledge, ...] = ()
    failed: tuple[UUID, ...] = ()
    """Pledges whose refund has failed since, or has again to be looked at, by what Stripe says."""


class Refunded(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the refunds that were sent or asked about."""

    refunded: int
    pending: int
    disputed: int
    unanswered: int
    refused: tuple[RefusedPledge, ...] = ()
    failed: tuple[UUID, ...] = ()
    """Pledges whose refund Stripe could not do: nobody tries them again but an operator."""


_Became = PledgeState | RefusedPledge | None


class Notified(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the letters."""

    sent: int
    unsent: int


async def due(*, now: datetime, catalogue: PriceCatalogue | None = None) -> Due:
    """Count what there is to do, and change nothing; without a catalogue no products."""
    found = await db.fetch_one(
        Due,
        """
        SELECT
        (SELECT COUNT(*) FROM wish_list WHERE state = 'active' AND deadline <= :now)
            AS lists_to_close,
        (SELECT COUNT(*) FROM funding JOIN wish_list ON wish_list.id = funding.list_id
         WHERE funding.state IN ('open', 'closing')
         AND (wish_list.state = 'inactive' OR wish_list.deadline <= :now))
            AS items_to_decide,
        (SELECT COUNT(*) FROM funding JOIN item ON item.id = funding.item_id
         JOIN wish_list ON wish_list.id = funding.list_id
         WHERE funding.state IN ('open', 'closing', 'reserved') AND funding.bought_at IS NULL
         AND (item.withdrawn_at IS NOT NULL OR wish_list.deleted_at IS NOT NULL))
            AS items_withdrawn,
        (SELECT COUNT(*) FROM pledge
         WHERE state IN ('held', 'confirming', 'requires_action', 'processing'))
            AS payments_in_progress,
        (SELECT COUNT(*) FROM payment_notice
         WHERE handled_at IS NULL AND tries < :tries_max) AS notices,
        (SELECT COUNT(*) FROM pledge WHERE state IN ('refund_due', 'refunding'))
            AS refunds_to_send,
        (SELECT COUNT(*) FROM pledge WHERE state = 'refund_pending') AS refunds_pending,
        (SELECT COUNT(*) FROM pledge_event WHERE letter_due_at <= :now) AS letters,
        (SELECT COUNT(*) FROM erasure WHERE due_at <= :now) AS accounts_to_erase,
        0 AS disputes_to_ask_about, 0 AS products_to_check
        """,
        now=now,
        tries_max=TRIES_MAX,
    )
    assert found is not None, "Counting returns one row."
    disputes = await pledges.due_disputes(now=now)
    products = 0
    if catalogue is not None:
        products = await pricing.due_products(catalogue=catalogue, now=now)
    return msgspec.structs.replace(
        found, disputes_to_ask_about=disputes, products_to_check=products
    )


async def expire(*, now: datetime, progress: Progress = silent) -> Expired:
    """Close due lists, decide their items, plan refunds, and follow what owners changed."""
    closed = 0
    while count := await closing.close_due_lists(now=now):
        closed += count
        progress(count)
    return Expired(
        lists_closed=closed,
        items_withdrawn=await closing.follow_withdrawals(now=now, progress=progress),
        prices_followed=await closing.follow_prices(now=now, progress=progress),
        items_decided=await closing.decide_items(now=now, progress=progress),
    )


async def recover(
    *,
    payments: PaymentGateway,
    clock: Callable[[], datetime],
    progress: Progress = silent,
    for_people: ForPeople | None = None,
) -> Recovered:
    """Act upon Stripe's notices, and end or give up payments that were left in progress.

    Once a day Stripe is asked about each open dispute: its notice may be lost. What only a person
    can end is in `for_people`, too, also when this raises.
    """
    bugs = Bugs()
    for_people = for_people or ForPeople()
    acted = settlement.Acted(ended=0, waiting=0)
    with bugs.of("the notices"):
        acted = await settlement.act_on_notices(
            payments=payments, clock=clock, for_people=for_people
        )
    asking = _Asking(payments, clock, progress, bugs, for_people)
    # Each walk by itself: a few payments of which Stripe tells nothing hold up no dispute.
    await asking.about(pledges.unfinished(clock=clock))
    await asking.about(pledges.disputed(now=clock(), limit=BATCH))
    bugs.raise_if_any()
    return Recovered(
        notices=acted.ended,
        looked_at=asking.looked_at,
        ended=asking.ended,
        unanswered=acted.waiting + asking.unanswered,
        refused=tuple(for_people.refused),
        failed=tuple(for_people.failed),
    )


@dataclass
class _Asking:
    """Asks Stripe about one pledge after the other, and counts what became of them."""

    payments: PaymentGateway
    clock: Callable[[], datetime]
    progress: Progress
    bugs: Bugs
    for_people: ForPeople
    looked_at: int = 0
    ended: int = 0
    unanswered: int = 0

    async def about(self, left: AsyncIterator[UUID]) -> None:
        """Ask until nobody is left, or Stripe is silent."""
        silences = 0
        async for pledge_id in left:
            self.looked_at += 1
            with self.bugs.of(pledge_id):
                try:
                    became = await pledges.recover_pledge(
                        pledge_id, payments=self.payments, now=self.clock()
                    )
                    self.ended += became is not None
                    if became is PledgeState.REFUND_FAILED:
                        self.for_people.failed.append(pledge_id)
                    silences = 0
                except PaymentsUnavailable:
                    self.unanswered += 1
                    silences += 1
                except PaymentRefused as refusal:
                    refused = RefusedPledge(pledge_id=pledge_id, code=refusal.code)
                    self.for_people.refused.append(refused)
            self.progress()
            if silences == SILENCES_MAX:
                return  # Nobody answers: the rest keeps until the next run.


async def refund(
    *,
    payments: PaymentGateway,
    clock: Callable[[], datetime],
    progress: Progress = silent,
    for_people: ForPeople | None = None,
) -> Refunded:
    """Send the refunds that are due, and ask about those that Stripe has not finished.

    Each batch is claimed at its own moment: a lease is as long for the last as for the first. What
    only a person can end is in `for_people`, too, also when this raises.
    """
    became: dict[UUID, _Became] = {}
    bugs = Bugs()
    for_people = for_people or ForPeople()
    after: UUID | None = None
    while pending := await refunds.pending_refunds(after=after, limit=BATCH):
        after = pending[-1]
        asked = await _at_once(
            pending,
            lambda pledge_id: refunds.refresh_refund(pledge_id, payments=payments, now=clock()),
            bugs,
            for_people,
            progress,
        )
        became |= asked
        if all(state is None for state in asked.values()):
            break
    became |= await _send_due(
        lambda claimed: _at_once(
            claimed,
            lambda pledge_id: refunds.send_refund(pledge_id, payments=payments, now=clock()),
            bugs,
            for_people,
            progress,
        ),
        clock,
    )
    bugs.raise_if_any()
    ends = list(became.values())
    return Refunded(
        refunded=ends.count(PledgeState.REFUNDED),
        pending=ends.count(PledgeState.REFUND_PENDING),
        disputed=ends.count(PledgeState.DISPUTED),
        unanswered=ends.count(None) + ends.count(PledgeState.REFUNDING),
        refused=tuple(for_people.refused),
        failed=tuple(for_people.failed),
    )


async def _send_due(
    send: Callable[[Sequence[UUID]], Awaitable[dict[UUID, _Became]]], clock: Callable[[], datetime]
) -> dict[UUID, _Became]:
    became: dict[UUID, _Became] = {}
    while claimed := await refunds.claim_due(limit=CLAIM, now=clock()):
        # If Stripe refuses so many that their leases run out, they come again, and without an end;
        # those before others that were tried more often, which then wait for a later run.
        is_over = became.keys() >= set(claimed)
        sent = await send(claimed)
        became |= sent
        if is_over or all(state is None for state in sent.values()):
            break  # These were tried, or nobody answers: the rest keeps until the next run.
    return became


async def erase(*, now: datetime, progress: Progress = silent) -> leaving.Erased:
    """Erase what is left of closed accounts on the givers' side."""
    return await leaving.erase(now=now, progress=progress)


async def prune(*, now: datetime) -> pruning.Pruned:
    """Remove tokens, codes, passes and counts that have expired, and old security events."""
    return await pruning.prune(now=now)


async def notify(
    *,
    mailer: Mailer,
    link: Callable[[UUID], str],
    clock: Callable[[], datetime],
    progress: Progress = silent,
) -> Notified:
    """Tell givers by mail what became of their pledges."""
    sent = unsent = 0
    while letters := await receipts.claim_letters(limit=receipts.CLAIM, now=clock()):
        taken = 0
        for letter in letters:
            taken += await receipts.send_letter(letter, mailer=mailer, link=link, now=clock())
            progress()
        sent, unsent = sent + taken, unsent + len(letters) - taken
        if not taken:
            break  # Nobody takes any: the rest keeps until the next run.
    return Notified(sent=sent, unsent=unsent)


async def sync_prices(
    *,
    catalogue: PriceCatalogue,
    web: Web,
    clock: Callable[[], datetime],
    seconds_max: float | None = None,
    progress: Progress = silent,
) -> pricing.Synced:
    """Keep prices and availability fresh, and let targets follow the prices at once."""
    synced = await pricing.sync_prices(
        catalogue=catalogue, web=web, clock=clock, seconds_max=seconds_max, progress=progress
    )
    if synced.prices_changed:
        await closing.follow_prices(now=clock(), progress=silent)
    return synced


async def _at_once(
    pledge_ids: Sequence[UUID],
    do: Callable[[UUID], Awaitable[PledgeState]],
    bugs: Bugs,
    for_people: ForPeople,
    progress: Progress,
) -> dict[UUID, _Became]:
    """Do something for each pledge, a few at the same time; `None`: nobody answered."""
    room = asyncio.Semaphore(AT_ONCE)

    async def one(pledge_id: UUID) -> _Became:
        async with room:
            with bugs.of(pledge_id), contextlib.suppress(PaymentsUnavailable):
                try:
                    state = await do(pledge_id)
                except PaymentRefused as refusal:
                    refused = RefusedPledge(pledge_id=pledge_id, code=refusal.code)
                    for_people.refused.append(refused)
                    return refused
                if state is PledgeState.REFUND_FAILED:
                    for_people.failed.append(pledge_id)
                return state
        return None

    # Whoever is on the way arrives, and writes down what became of it, also when another has lost
    # the database.
    ends = await asyncio.gather(
        *(one(pledge_id) for pledge_id in pledge_ids), return_exceptions=True
    )
    progress(len(pledge_ids))
    states: dict[UUID, _Became] = {}
    for pledge_id, end in zip(pledge_ids, ends, strict=True):
        if isinstance(end, BaseException):
            raise end
        states[pledge_id] = end
    return states
