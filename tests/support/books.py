"""Our books against the sandbox's: what was really charged and given back, pledge by pledge."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import msgspec

from tests.support.makers import LONG_AGO, MINUTE, World
from wishcore import db, invariants, jobs, ledger, reconciliation
from wishcore.payments import PaymentGateway
from wishcore.pledges.models import IN_FLIGHT, PledgeState
from wishcore.reconciliation import Drift

ROUNDS_MAX: Final = 6
TOO_LOW: Final = "balance too low for refunds"

_S = PledgeState
_UNCHARGED: Final = frozenset({_S.DECLINED, _S.ABANDONED})
_GIVEN_BACK: Final = frozenset({_S.REFUND_PENDING, _S.REFUNDED})


class _Pledge(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    amount_minor: int
    currency: str
    state: PledgeState


@dataclass(frozen=True, kw_only=True)
class _Bank:
    """What banks have of a pledge, in minor units, by our ledger."""

    unsettled: int = 0
    lost: int = 0
    """The giver has it: it is counted as such."""


async def no_lease() -> None:
    """Keep nothing: nobody else reconciles."""


async def reconciled(
    world: World, *, apply: bool = False, payments: PaymentGateway | None = None
) -> tuple[Drift, ...]:
    """Return what differs from Stripe, as this gateway or the world's own tells of it."""
    found = await reconciliation.reconcile(
        payments=payments or world.payments,
        since=world.now - LONG_AGO,
        apply=apply,
        clock=world.clock,
        progress=jobs.silent,
        keep=no_lease,
    )
    return found.drifts


async def broken() -> list[str]:
    """Return the facts that do not hold now, whatever is still in progress."""
    return [fact for fact, sql in invariants.INVARIANTS.items() if await db.rows(sql)]


async def _finish(world: World) -> None:
    """Let everything happen, and run the jobs until nothing is in progress."""
    for _ in range(ROUNDS_MAX):
        await world.sandbox.settle()
        world.wait(31 * MINUTE)
        await world.recover()
        await jobs.expire(now=world.now)
        await world.refund()
        await reconciled(world, apply=True)
        left = await _pledges()
        if not any(pledge.state in IN_FLIGHT | {_S.REFUND_DUE, _S.REFUNDING} for pledge in left):
            return
    raise AssertionError(f"Something is stuck: {await _pledges()}")


async def check_books(world: World, *, drifts: Collection[str] = ()) -> None:
    """Fail unless the invariants hold, and each cent is where we say it is."""
    assert await broken() == []
    await world.sandbox.heal()
    if not await _pledges() and not await world.sandbox.intents():
        assert not drifts, "Nothing was pledged or charged."
        assert list(await ledger.balances()) == []
        return
    await _finish(world)
    assert await broken() == []
    rows = await world.sandbox.intents()
    known = {str(pledge.id): pledge for pledge in await _pledges()}
    banks = await _banks()
    strange = {row["metadata"].get("pledge") for row in rows} - known.keys()
    assert strange <= {str(pledge_id) for pledge_id in world.by_hand}, "Unknown charges"
    for pledge in known.values():
        if pledge.id in world.by_hand:
            continue
        mine = [row for row in rows if row["metadata"].get("pledge") == str(pledge.id)]
        _compare(pledge, mine, banks.get(pledge.id, _Bank()))
    if not world.by_hand:
        await _compare_totals(world, list(known.values()))
    # The sandbox's account begins empty: the fee of a pledge that went back is missing there.
    ignored = {TOO_LOW} - set(drifts)
    kinds = {drift.kind for drift in await reconciled(world)} - ignored
    assert kinds == set(drifts), kinds


async def _banks() -> dict[UUID, _Bank]:
    """Return what our ledger says of each pledge that was ever disputed."""
    rows = await db.rows(
        """
        SELECT subject_id,
            SUM(CASE WHEN account = 'disputes' THEN amount_minor ELSE 0 END) AS unsettled,
            SUM(CASE WHEN account = 'givers' THEN amount_minor ELSE 0 END) AS lost
        FROM ledger_entry WHERE movement LIKE 'dispute:%' OR movement LIKE 'dispute_lost:%'
        GROUP BY subject_id
        """
    )
    return {
        UUID(str(row["subject_id"])): _Bank(unsettled=int(row["unsettled"]), lost=int(row["lost"]))
        for row in rows
    }


def _compare(pledge: _Pledge, rows: list[Mapping[str, Any]], bank: _Bank) -> None:
    def total(column: str) -> int:
        return sum(int(row[column]) for row in rows)

    is_charged = pledge.state not in _UNCHARGED
    assert total("charged_count") == int(is_charged), (pledge, rows)
    assert total("charged_total") == is_charged * pledge.amount_minor, (pledge, rows)
    live_refunds = total("refunded_count") - total("refund_failed_count")
    assert bool(live_refunds) == (pledge.state in _GIVEN_BACK), (pledge, rows)
    given_back = total("refunded_total") - total("refund_failed_total")
    kept = pledge.amount_minor - bank.lost
    assert given_back == (pledge.state in _GIVEN_BACK) * kept, (pledge, rows)
    with_banks = total("disputed_total") - total("reinstated_total")
    assert with_banks == bank.unsettled + bank.lost, (pledge, rows, bank)
    assert (pledge.state is _S.LOST) == (is_charged and not kept), (pledge, bank)


async def _compare_totals(world: World, pledges: list[_Pledge]) -> None:
    book = await world.sandbox.book()
    ours = {
        balance.currency: balance.amount_minor
        for balance in await ledger.balances()
        if balance.account == ledger.LedgerAccount.STRIPE
    }
    for currency, totals in book["currencies"].items():
        code = currency.upper()
        pending = sum(
            pledge.amount_minor
            for pledge in pledges
            if pledge.state is _S.REFUND_PENDING and pledge.currency == code
        )
        assert ours.get(code, 0) - pending == totals["net"], (currency, ours, totals)


async def _pledges() -> list[_Pledge]:
    return await db.fetch_all(
        _Pledge, "SELECT id, amount_minor, currency, state FROM pledge ORDER BY id"
    )
