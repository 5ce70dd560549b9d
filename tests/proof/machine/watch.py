"""What is looked at after every step: our books, Stripe's book and the model, side by side."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Final, TypeVar

from tests.proof.machine.model import MINIMUM, Model, Pledge
from tests.proof.machine.stage import Stage
from tests.support.table_reader import Row
from wishcore.invariants import INVARIANTS
from wishcore.pledges.models import (
    FUNDING_MOVES,
    IN_FLIGHT,
    PLEDGE_MOVES,
    FundingState,
    PledgeState,
)

S = TypeVar("S", FundingState, PledgeState)

_MOVEMENTS: Final = "SELECT movement FROM ledger_entry WHERE account IN ('disputes', 'fees')"

_P = PledgeState
UNCHARGED: Final = frozenset({_P.DECLINED, _P.ABANDONED})
CHARGED: Final = frozenset(_P) - UNCHARGED - IN_FLIGHT
GOING_BACK: Final = frozenset({_P.REFUND_DUE, _P.REFUNDING, _P.REFUND_PENDING})
UNFINISHED: Final = IN_FLIGHT | GOING_BACK | {_P.DISPUTED}

_GONE: Final = frozenset({_P.REFUND_PENDING, _P.REFUNDED})

ROOMLESS: Final = UNCHARGED | {_P.REFUNDED, _P.REFUND_FAILED, _P.LOST}
"""Their room in the item is free again."""

_PLEDGES: Final = (
    "SELECT id, item_id, amount_minor, state, refund_reason, holds_room,"
    " lease_until IS NULL AS is_free FROM pledge ORDER BY id"
)
_FUNDINGS: Final = (
    "SELECT item_id, target_minor, held_minor, paid_minor, state FROM funding ORDER BY item_id"
)
_BANKS: Final = """
    SELECT subject_id,
        SUM(CASE WHEN account = 'disputes' THEN amount_minor ELSE 0 END) AS unsettled,
        SUM(CASE WHEN account = 'givers' THEN amount_minor ELSE 0 END) AS lost,
        MIN(CASE WHEN account = 'givers' THEN amount_minor ELSE 0 END) AS least
    FROM ledger_entry WHERE movement LIKE 'dispute:%' OR movement LIKE 'dispute_lost:%'
    GROUP BY subject_id
"""
_BROKEN: Final = " UNION ALL ".join(
    f"SELECT '{fact}' AS fact, CAST(found{n}.what AS TEXT) AS what FROM ({sql}) AS found{n}"
    for n, (fact, sql) in enumerate(INVARIANTS.items())
)
"""Every invariant of `wish check`, in one statement."""


@dataclass
class Seen:
    """One look at everything."""

    pledges: dict[str, Row]
    fundings: dict[str, Row]
    book: Mapping[str, Row]
    """What happened at Stripe for each pledge, all of its intents together."""
    banks: Mapping[str, Row] = field(default_factory=dict)
    """What our ledger says of the disputes of each pledge."""

    def lost(self, pledge_id: str) -> int:
        """Return what a bank took of a pledge for good, and its giver therefore has."""
        return int(self.banks[pledge_id]["lost"]) if pledge_id in self.banks else 0

    def unsettled(self, pledge_id: str) -> int:
        """Return what else banks have of a pledge."""
        return int(self.banks[pledge_id]["unsettled"]) if pledge_id in self.banks else 0

    def is_revived(self, pledge_id: str) -> bool:
        """Say whether a bank gave back what it had kept: its room may be somebody else's."""
        return pledge_id in self.banks and int(self.banks[pledge_id]["least"]) < 0

    def state(self, pledge_id: str) -> PledgeState:
        """Return where a pledge is."""
        return PledgeState(self.pledges[pledge_id]["state"])

    def charged(self, pledge_id: str) -> int:
        """Return what was really charged for a pledge."""
        return int(self.book[pledge_id]["charged_total"]) if pledge_id in self.book else 0

    def held(self, item_id: str) -> int:
        """Return what is taken of an item."""
        return int(self.fundings[item_id]["held_minor"]) if item_id in self.fundings else 0

    def funding(self, item_id: str) -> str:
        """Return the state of an item's funding."""
        return str(self.fundings[item_id]["state"]) if item_id in self.fundings else "open"


@dataclass
class Watch:
    """Looks, compares, and remembers what it saw last."""

    stage: Stage
    model: Model
    last: Seen = field(default_factory=lambda: Seen({}, {}, {}))

    def look(self) -> Seen:
        """Look at everything, and fail unless all of it can be true."""
        broken = self.stage.tables.rows(_BROKEN)
        assert not broken, f"An invariant does not hold: {broken}"
        pledges = {str(row["id"]): row for row in self.stage.tables.rows(_PLEDGES)}
        fundings = {str(row["item_id"]): row for row in self.stage.tables.rows(_FUNDINGS)}
        book = _by_pledge(self.stage.book())
        banks = {str(row["subject_id"]): row for row in self.stage.tables.rows(_BANKS)}
        seen = Seen(pledges, fundings, book, banks)
        self._check_pledges(seen)
        self._check_items(seen)
        before, self.last = self.last, seen
        for pledge_id, row in before.pledges.items():
            assert pledge_id in pledges, f"A pledge is gone: {row}"
            _check_move(row, pledges[pledge_id], PledgeState, PLEDGE_MOVES)
        for item_id, row in before.fundings.items():
            _check_move(row, fundings[item_id], FundingState, FUNDING_MOVES)
        return seen

    def unheard(self) -> dict[str, set[str]]:
        """Return what happened at Stripe unheard, by the words in which that is told."""
        seen = self.look()
        found: dict[str, set[str]] = defaultdict(set)
        booked = {str(row["movement"]) for row in self.stage.tables.rows(_MOVEMENTS)}
        for pledge_id, at_stripe in seen.book.items():
            state = seen.state(pledge_id)
            if at_stripe["refund_failed_count"] and state is _P.REFUNDED:
                found["refund in another state"].add(pledge_id)
            if at_stripe["charged_count"] and f"fee:{pledge_id}" not in booked:
                found["fee not booked"].add(pledge_id)
        takings = self._takings()
        for pledge_id, moved in takings.items():
            known, state = moved & booked, seen.state(pledge_id)
            if not known:
                found["disputed, unheard of"].add(pledge_id)
            elif seen.pledges[pledge_id]["is_free"] if state is _P.DISPUTED else known != moved:
                # A dispute that is leased is asked about in a day.
                found["dispute in another state"].add(pledge_id)
            elif state in _GONE and seen.unsettled(pledge_id) < 0:
                found["a bank gave back, owed"].add(pledge_id)
        return dict(found)

    def _takings(self) -> dict[str, set[str]]:
        """Return what banks took and gave back, by pledge, by the names in our ledger."""
        pledges = {row["id"]: row["metadata"]["pledge"] for row in self.stage.book()}
        found: dict[str, set[str]] = defaultdict(set)
        for dispute in self.stage.read("/v1/disputes?limit=100")["data"]:
            found[pledges[dispute["payment_intent"]]] |= {
                f"dispute:{moved['id']}" for moved in dispute["balance_transactions"]
            }
        return found

    def check_end(self) -> None:
        """Look once more when everything has ended: every cent is where we say it is."""
        seen = self.look()
        for pledge_id, row in seen.pledges.items():
            state, amount = PledgeState(row["state"]), row["amount_minor"]
            assert state not in UNFINISHED, f"Something is stuck: {row}"
            pledge, paid = self.model.pledges[pledge_id], seen.charged(pledge_id)
            assert paid == (state in CHARGED) * amount, ("charged", row, paid)
            if state in CHARGED:
                self._check_fate_of(pledge, row, seen)
        for item in self.model.items:
            if item.id in seen.fundings:
                rows = [row for row in seen.pledges.values() if str(row["item_id"]) == item.id]
                rows = [row for row in rows if PledgeState(row["state"]) in CHARGED]
                kept = _sum(row for row in rows if _is_kept(row))
                lost = [
                    row["amount_minor"]
                    for row in rows
                    if row["state"] == "lost" and _is_kept(row, _P.LOST)
                ]
                target = seen.fundings[item.id]["target_minor"]
                allowed = self.model.fate(item, kept=kept, lost=lost, target=target)
                assert seen.funding(item.id) in allowed, (item, seen.fundings[item.id], rows)
        self._check_ledger(seen)

    def _check_fate_of(self, pledge: Pledge, row: Row, seen: Seen) -> None:
        state, at_stripe = PledgeState(row["state"]), seen.book[pledge.id]
        back = at_stripe["refunded_total"] - at_stripe["refund_failed_total"]
        lost, unsettled = seen.lost(pledge.id), seen.unsettled(pledge.id)
        assert back == (state is _P.REFUNDED) * (row["amount_minor"] - lost), (row, at_stripe, lost)
        with_banks = at_stripe["disputed_total"] - at_stripe["reinstated_total"]
        assert with_banks == lost + unsettled, (row, at_stripe, lost, unsettled)
        # What went back stays refunded: the operator has paid it twice.
        assert state is _P.REFUNDED or not unsettled, (row, unsettled)
        assert (state is _P.LOST) == (lost == row["amount_minor"]), (row, lost)
        is_reserved = seen.funding(pledge.item.id) == "reserved"
        is_due = pledge.must_return or not is_reserved
        assert state is not _P.PAID or not is_due, ("It should have gone back", row)
        may_fail = pledge.card == "pm_card_refundFail" or seen.is_revived(pledge.id)
        assert (state is _P.REFUND_FAILED) <= may_fail, row

    def _check_pledges(self, seen: Seen) -> None:
        for pledge in self.model.pledges.values():
            assert not pledge.is_known or pledge.id in seen.pledges, ("A pledge is lost", pledge)
        assert set(seen.book) <= set(seen.pledges), "Stripe has a payment that we do not know"
        for pledge_id, row in seen.pledges.items():
            pledge = self.model.pledges[pledge_id]
            at_stripe = seen.book.get(pledge_id) or defaultdict(int)
            state, amount = PledgeState(row["state"]), row["amount_minor"]
            assert pledge.amount in {None, amount}, ("Another amount than asked for", pledge, row)
            charges = at_stripe["charged_count"]
            assert at_stripe["charged_total"] == charges * amount, ("charged", row, at_stripe)
            assert charges <= 1, (f"charged {charges} times", row)
            refunds = at_stripe["refunded_count"]
            assert refunds <= 1 + pledge.retries, (f"refunded {refunds} times", row)
            live = refunds - at_stripe["refund_failed_count"]
            assert live <= 1, (f"refunded {live} times", row)
            back = at_stripe["refunded_total"] - at_stripe["refund_failed_total"]
            # Of each part its giver has one: from the bank, or from us.
            assert back == live * (amount - seen.lost(pledge_id)), (f"refunded {back}", row)
            assert state not in CHARGED or charges == 1, ("Never charged", row)
            assert state not in UNCHARGED or charges == 0, ("Charged all the same", row)
            assert pledge.is_charged in {None, bool(charges)}, ("Not as answered", pledge, row)
            has_failed = state is _P.DISPUTED and at_stripe["refund_failed_count"]
            is_roomy = state not in ROOMLESS and not has_failed and not pledge.retries
            if not (state is _P.DISPUTED and seen.is_revived(pledge_id)):
                assert bool(row["holds_room"]) == is_roomy, ("Room", row)
            if state is _P.REFUNDED:
                assert at_stripe["refunded_count"], ("Not given back", row)
                assert not at_stripe["refund_pending_count"], ("Not given back yet", row)
            self._check_reason(pledge, row, seen, is_back=bool(at_stripe["refunded_count"]))

    def _check_reason(self, pledge: Pledge, row: Row, seen: Seen, *, is_back: bool) -> None:
        reason = row["refund_reason"]
        assert not is_back or reason, ("Given back for nothing", row)
        if reason and PledgeState(row["state"]) is not _P.LOST:
            why = self.model.why_back(pledge, seen.funding(pledge.item.id), now=self.stage.now)
            if seen.lost(pledge.id) or seen.is_revived(pledge.id):
                why.add("giver")  # Who has a part of it from the bank completes nothing.
            assert reason in why, ("Must not go back", row, why)

    def _check_items(self, seen: Seen) -> None:
        for item in self.model.items:
            if item.id not in seen.fundings:
                continue
            target = seen.fundings[item.id]["target_minor"]
            # An owner may leave less than a card can be charged: then the least is asked for.
            assert target < max(item.prices) + MINIMUM, (item, target)
            live = sum(
                seen.charged(pledge_id)
                for pledge_id, row in seen.pledges.items()
                if str(row["item_id"]) == item.id
                and pledge_id in seen.book
                and not seen.book[pledge_id]["refunded_count"]
                and not seen.book[pledge_id]["disputed_count"]
            )
            assert live <= target, (f"{live} were charged for an item of {target}", item)

    def _check_ledger(self, seen: Seen) -> None:
        found = self.stage.tables.rows(
            "SELECT account, CAST(SUM(amount_minor) AS BIGINT) AS total FROM ledger_entry"
            " GROUP BY account"
        )
        totals = {row["account"]: row["total"] for row in found}
        owed = sum(
            int(row["amount_minor"]) - seen.lost(pledge_id)
            for pledge_id, row in seen.pledges.items()
            if PledgeState(row["state"]) in {_P.PAID, _P.REFUND_FAILED}
        )
        assert totals.get("stripe", 0) == self.stage.net(), (totals, self.stage.net())
        assert totals.get("givers", 0) == -owed, (totals, owed)
        twice = sum(
            at_stripe["disputed_total"] - at_stripe["reinstated_total"] - seen.lost(pledge_id)
            for pledge_id, at_stripe in seen.book.items()
            if seen.state(pledge_id) is _P.REFUNDED
        )
        assert totals.get("disputes", 0) == twice, (totals, twice)
        assert not sum(totals.values()), totals


def _by_pledge(intents: Iterable[Row]) -> dict[str, Row]:
    found: dict[str, Row] = {}
    for row in intents:
        pledge_id = row["metadata"]["pledge"]
        sums = found.setdefault(pledge_id, defaultdict(int))
        for column, value in row.items():
            if column.endswith(("_count", "_total")):
                sums[column] += value
    return found


def _is_kept(row: Row, *also: PledgeState) -> bool:
    """Say whether a charged pledge was not given up by its giver or by us, or lost at the bank."""
    return row["refund_reason"] not in {"giver", "operator"} and (
        PledgeState(row["state"]) in also or row["state"] != "lost"
    )


def _sum(rows: Iterable[Row]) -> int:
    return sum(int(row["amount_minor"]) for row in rows)


def _check_move(before: Row, after: Row, kind: type[S], moves: Mapping[S, frozenset[S]]) -> None:
    source, target = kind(before["state"]), kind(after["state"])
    assert source is target or target in _reachable(kind, source, tuple(moves.items())), (
        f"{source} → {target}", after,
    )  # fmt: skip


@cache
def _reachable(kind: type[S], source: S, moves: tuple[tuple[S, frozenset[S]], ...]) -> frozenset[S]:
    table = dict(moves)
    found: set[S] = set()
    ahead = [source]
    while ahead:
        new = table[ahead.pop()] - found
        found |= new
        ahead += new
    return frozenset(found)
