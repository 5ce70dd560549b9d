"""What must be true at the end of every case: the books, Stripe's own book, and nothing stuck."""

from collections.abc import Mapping
from typing import Any, Final

from tests.proof.faults.case import Broken, Case
from wishcore.invariants import INVARIANTS
from wishcore.ledger import LedgerAccount
from wishcore.pledges.models import IN_FLIGHT, PledgeState

_S = PledgeState
_MOVING: Final = IN_FLIGHT | {_S.REFUND_DUE, _S.REFUNDING, _S.REFUND_PENDING}
_UNCHARGED: Final = frozenset({_S.DECLINED, _S.ABANDONED})
_PLEDGES: Final = "SELECT id, item_id, amount_minor, state FROM pledge ORDER BY id"
_NOTICES: Final = "SELECT id FROM payment_notice WHERE handled_at IS NULL"

Row = Mapping[str, Any]


async def pledges(case: Case) -> dict[str, Row]:
    """Return all pledges by their ids."""
    (rows,) = await case.stage.database.select(_PLEDGES)
    return {str(row["id"]): row for row in rows}


async def is_moving(case: Case) -> bool:
    """Say whether something is left for the jobs to do."""
    found, notices = await case.stage.database.select(_PLEDGES, _NOTICES)
    return bool(notices) or any(row["state"] in _MOVING for row in found)


async def judge(case: Case) -> None:
    """Hold our books against each other and against Stripe's.

    Raises:
        Broken: a cent is lost, doubled or stuck.
    """
    rows = await case.stage.database.select(*INVARIANTS.values())
    if broken := [fact for fact, found in zip(INVARIANTS, rows, strict=True) if found]:
        raise Broken(f"These do not hold: {broken}")
    ours = await pledges(case)
    book = await case.sandbox.book()
    theirs: dict[str, list[Row]] = {}
    for row in book["payment_intents"]:
        theirs.setdefault(row["metadata"].get("pledge", "nobody's"), []).append(row)
    for pledge_id, pledge in ours.items():
        _compare(pledge_id, pledge, theirs.pop(pledge_id, []))
    if any(row["charged_count"] for rows in theirs.values() for row in rows):
        raise Broken(f"Charges of which we know nothing: {theirs}")
    if await is_moving(case):
        raise Broken(f"Something is stuck: {ours}")
    await _compare_totals(case, book["currencies"])


def _compare(pledge_id: str, pledge: Row, rows: list[Row]) -> None:
    def sums(kind: str) -> tuple[int, int]:
        return tuple(sum(row[f"{kind}_{what}"] for row in rows) for what in ("count", "total"))

    amount = pledge["amount_minor"]
    charged = (0, 0) if pledge["state"] in _UNCHARGED else (1, amount)
    refunded = (1, amount) if pledge["state"] == _S.REFUNDED else (0, 0)
    found = (sums("charged"), sums("refunded"))
    if found != (charged, refunded):
        raise Broken(
            f"{pledge_id} is {pledge['state']} with {amount}, but at Stripe it was charged and"
            f" refunded (how often, how much) {found}"
        )


async def _compare_totals(case: Case, currencies: Mapping[str, Row]) -> None:
    account = LedgerAccount.STRIPE
    (rows,) = await case.stage.database.select(
        "SELECT currency, CAST(SUM(amount_minor) AS BIGINT) AS amount FROM ledger_entry"
        f" WHERE account = '{account}' GROUP BY currency"
    )
    ours = {row["currency"].lower(): row["amount"] for row in rows if row["amount"]}
    theirs = {name: totals["net"] for name, totals in currencies.items() if totals["net"]}
    if ours != theirs:
        raise Broken(f"We say that Stripe holds {ours} for us; it holds {theirs}")
