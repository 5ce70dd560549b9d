"""What goes wrong in a run, what Stripe tells of it, and how everything must end."""

import json
import re
from collections.abc import Callable, Mapping, Set
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal
from uuid import uuid4

from tests.proof.machine.model import Item, Pledge
from tests.proof.machine.play import Play, Sending
from tests.proof.machine.stage import Stage
from tests.proof.machine.watch import CHARGED, UNFINISHED, Seen
from tests.support.nursery import Ended
from tests.support.processes import is_running
from tests.support.proof import Proof
from tests.support.server import eventually
from wishcli.outcomes import REFUSED
from wishcore.pledges.models import PledgeState
from wishcore.reconciliation.differences import REACHES_BALANCE_WITHIN

ROUNDS_MAX: Final = 3
"""So many runs of `wish tick` end everything, once nothing fails any more."""

CALLS: Final[Mapping[str, tuple[str, str]]] = {
    "method": ("POST", "/v1/payment_methods"),
    "create": ("POST", "/v1/payment_intents"),
    "confirm": ("POST", "/v1/payment_intents/*/confirm"),
    "cancel": ("POST", "/v1/payment_intents/*/cancel"),
    "read": ("GET", "/v1/payment_intents/*"),
    "refund": ("POST", "/v1/refunds"),
    "refunds": ("GET", "/v1/refunds"),
}
"""What we ask Stripe."""

FEE: Final = "fee not booked"
"""It is told when it has been missing for two hours, and then by the time of the pledge."""

When = Literal["before", "after"]


def rule_of(action: str, call: str, **more: object) -> dict[str, Any]:
    """Return a rule of the sandbox's: what goes wrong, in which call."""
    method, path = CALLS[call]
    return {"action": action, "method": method, "path": path, **more}


class TroubledPlay(Play):
    """A run in which processes die, sleep, and hear late or lies."""

    def __init__(self, stage: Stage, proof: Proof, *, prices: list[int]) -> None:
        super().__init__(stage, proof, prices=prices)
        self.paused: Sending | None = None
        self.repeats_errors = False
        self._heard = 0

    def look(self) -> None:
        """Look at everything after a step, with the owner's eyes and a giver's, too."""
        self.stage.check_log()
        self.watch.look()
        before, self.owner_sees = self.owner_sees, self.owners_view()
        if not self.is_owners_turn:
            assert self.owner_sees == before, "The owner sees what somebody else did"
        self.is_owners_turn = False
        self.check_givers_view()

    def wait(self, duration: timedelta) -> None:
        """Let time pass."""
        self.is_owners_turn = True  # A deadline is no secret.
        self.stage.wait(duration)

    def crash(self) -> None:
        """Kill the server, and start another."""
        self.stage.crash()
        self.proof.inject("server killed")
        self.let_go()
        self.stage.serve()

    def crash_during(
        self, pledging: tuple[str, Item, int | None, str], call: str, when: When
    ) -> None:
        """Kill the server while Stripe has its call, or has answered it, and start another."""
        self.stage.order("faults", **rule_of(f"hold_{when}", call))
        sending = self.begin(*pledging)
        if self._is_held(lambda: not sending.thread.is_alive()):
            self.proof.inject(f"server killed {when} {call}")
            self.stage.crash()
            self.stage.heal()
            self.finish(sending)
            self.stage.serve()
        else:
            self.stage.heal()
            self.finish(sending)

    def pause_during(
        self, pledging: tuple[str, Item, int | None, str], call: str, when: When
    ) -> None:
        """Let a request stay where it is until `let_go`."""
        self.stage.order("faults", **rule_of(f"hold_{when}", call))
        sending = self.begin(*pledging)
        if self._is_held(lambda: not sending.thread.is_alive()):
            self.proof.inject(f"request paused {when} {call}")
            self.paused = sending
        else:
            self.stage.heal()
            self.finish(sending)

    def let_go(self) -> None:
        """Let the paused request go on, and hear its answer."""
        sending, self.paused = self.paused, None
        if sending is not None:
            self.stage.heal()
            self.finish(sending)

    def kill_job(self, job: str, call: str, when: When) -> None:
        """Kill a job while Stripe has its call, or has answered it."""
        before = self.watch.look()
        self.stage.order("faults", **rule_of(f"hold_{when}", call))
        fork = self.stage.nursery.begin(job)
        if self._is_held(lambda: not is_running(fork.pid)):
            self.proof.inject(f"job killed {when} {call}")
            self.stage.nursery.kill(fork)
        else:
            codes = {0, 75} if self.repeats_errors else {0}
            self.check_ended(self.stage.nursery.end_of(fork), before, codes=codes)
        self.stage.heal()

    def run_job(self, job: str, rule: Any) -> None:
        """Run a job while a fault may strike."""
        before, calls = self.watch.look(), self.stage.charging_calls()
        with self.stage.fault(rule):
            done = self.stage.nursery.run(job)
            is_faulty = self.meets_faults(rule)
        # Stripe repeats such an error until the refund takes another key, at its third try.
        self.repeats_errors |= is_faulty and rule["action"] == "status_kept"
        is_faulty |= self.repeats_errors
        assert self.stage.charging_calls() <= calls, "A job creates or confirms a payment"
        self.check_ended(done, before, codes={0, 75} if is_faulty else {0})

    def check_ended(self, done: Ended, before: Seen, *, codes: set[int]) -> None:
        """Insist that a command named each refund that it found failed, and ended as it may."""
        seen = self.watch.look()
        failed = {
            pledge_id
            for pledge_id in seen.pledges
            if seen.state(pledge_id) is PledgeState.REFUND_FAILED
            and before.state(pledge_id) is not PledgeState.REFUND_FAILED
        }
        assert set(re.findall(r"pledge (\S+): its refund failed", done.said)) == failed, done
        assert done.code in ({1} if failed else codes), done
        if failed:
            self.proof.inject("job that named a failed refund")

    def hear(self, how: str) -> None:
        """Deliver what Stripe tells, in one of many ways."""
        events = list(reversed(self.stage.read("/v1/events?limit=100")["data"]))
        new = events if how == "late" else events[self._heard :]
        self._heard = len(events)
        if new:
            self.proof.inject(f"notices {how}", len(new))
        if how == "lost":
            return
        for event in reversed(new) if how == "reversed" else new:
            for _ in range(2 if how == "doubled" else 1):
                assert self.stage.notify(event).status == 204
        self.stage.hear_out()

    def forge(self, pledge: Pledge, kind: str) -> None:
        """Send a notice that Stripe did not sign: it is refused, and not kept."""
        mine = [row for row in self.stage.book() if row["metadata"]["pledge"] == pledge.id]
        about = {"id": mine[0]["id"] if mine else "pi_forged", "object": "payment_intent"}
        notice_id = f"evt_{uuid4().hex}"
        notice = {
            "id": notice_id, "object": "event", "created": int(self.stage.now.timestamp()),
            "livemode": False, "type": kind, "data": {"object": about},
        }  # fmt: skip
        said = self.stage.notify(notice, secret="whsec_of_somebody_else")
        assert (said.status, said.code) == (422, "bad_notice"), said
        kept = f"SELECT id FROM payment_notice WHERE id = '{notice_id}'"
        assert not self.stage.tables.rows(kept), "A forged notice is kept"
        self.proof.inject("notice forged")

    def dispute(self, pledge: Pledge, share: str) -> None:
        """Let the bank take a pledge's money or a part, whatever became of it and how often."""
        state = self.watch.last.state(pledge.id)
        if state not in CHARGED:
            return
        rows = [row for row in self.stage.book() if row["metadata"]["pledge"] == pledge.id]
        (charged,) = [row for row in rows if row["charged_count"]]
        before = [one for one in self._disputes() if one["payment_intent"] == charged["id"]]
        kept = [one["amount"] for one in before if one["status"] in {"needs_response", "lost"}]
        rest = charged["amount"] - sum(kept)
        if rest > 0:
            amount = max(rest // 2, 1) if share == "half" else rest
            self.stage.order(f"payment_intents/{charged['id']}/dispute", amount=amount)
            what = f"{state}, {share} of it" if share == "half" else str(state)
            self.proof.inject(f"{what} disputed{' again' if before else ''}")

    def close_dispute(self, number: int, outcome: str) -> None:
        """Let the bank decide one of the disputes that are open."""
        opened = [one["id"] for one in self._disputes() if one["status"] == "needs_response"]
        if opened:
            self.stage.order(f"disputes/{opened[number % len(opened)]}/close", outcome=outcome)
            self.proof.inject(f"dispute {outcome}")

    def overturn_dispute(self, number: int) -> None:
        """Let the bank decide one of the closed disputes the other way after all.

        It takes no more of a charge than there is, and leaves alone what was disputed again.
        """
        decided = [one for one in self._disputes() if one["status"] in {"won", "lost"}]
        if not decided:
            return
        one = decided[number % len(decided)]
        others = [other for other in self._disputes() if other["charge"] == one["charge"]]
        if len(others) == 1:
            self.stage.order(f"disputes/{one['id']}/overturn")
            self.proof.inject(f"dispute {one['status']}, overturned")

    def _disputes(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.stage.read("/v1/disputes?limit=100")["data"]
        return found

    def refund_by_hand(self, pledge: Pledge) -> None:
        """Let an operator give a pledge back, or try its failed refund again."""
        state, funding = self.watch.last.state(pledge.id), self.watch.last.funding(pledge.item.id)
        has_failed = state == "refund_failed"
        is_allowed = has_failed or (state == "paid" and funding != "reserved")
        self.operate("pledge refund --yes", pledge.id, is_allowed=is_allowed)
        if has_failed:
            pledge.retries += 1
            self.proof.inject("refund sent anew after it had failed")
        elif is_allowed:
            pledge.is_operators = pledge.must_return = True

    def abandon_by_hand(self, pledge: Pledge) -> None:
        """Let an operator give up a payment: never, for Stripe knows each that we know."""
        self.operate("pledge abandon --yes", pledge.id, is_allowed=False)

    def buy(self, item: Item) -> None:
        """Let an operator buy a gift: once, if it is reserved and still there."""
        is_there = (
            not self.model.is_removed(item) and self.watch.last.funding(item.id) == "reserved"
        )
        self.operate("gift bought", item.id, is_allowed=is_there and not item.is_bought)
        item.is_bought |= is_there

    def bring_back(self, item: Item) -> None:
        """Let an operator bring a gift back to its shop."""
        self.operate("gift returned --yes", item.id, is_allowed=item.is_bought)
        item.is_bought = False

    def close_by_hand(self) -> None:
        """Let an operator close the list, which is as if its deadline had come."""
        self.is_owners_turn = True
        is_open = not self.model.is_deleted and self.stage.now < self.model.deadline
        self.operate("list close --yes", self.list.rpartition("/")[2], is_allowed=is_open)
        if is_open:
            self.model.deadline = self.stage.now

    def operate(self, command: str, subject: str, *, is_allowed: bool) -> None:
        """Run a command of an operator's; refused, it changes nothing."""
        before = self.watch.last.pledges
        done = self.stage.nursery.run(*command.split(), subject)
        assert done.code == (0 if is_allowed else REFUSED), (command, done, before.get(subject))
        if not is_allowed:
            assert self.watch.look().pledges == before, (command, "It was refused")
        what = command.removesuffix(" --yes")
        self.proof.inject(f"operator: {what}, {'done' if is_allowed else 'refused'}")

    def end(self) -> None:
        """Let everything heal, and insist that it ends, and where."""
        self.let_go()
        self.stage.heal()
        for number in range(len(self._disputes())):
            self.close_dispute(0, "won" if number % 2 else "lost")
        self.stage.nursery.now = max(self.stage.now, self.model.deadline)
        for _ in range(ROUNDS_MAX + self.repeats_errors):
            self.stage.order("settle")
            self.stage.wait(timedelta(minutes=31))
            self.run_job("tick", None)
            seen = self.watch.look()
            if not any(seen.state(pledge_id) in UNFINISHED for pledge_id in seen.pledges):
                break
        self.stage.order("settle")
        # Of these the notice alone tells, once the pledge has ended; it may have been lost.
        if any(row["disputed_count"] or row["refund_failed_count"] for row in self.stage.book()):
            self.check_told(after=timedelta(minutes=3), but={FEE})
            self.adopt()
            # What goes back only now takes Stripe's time, too, and may fail unheard once more.
            self.run_job("tick", None)
            self.stage.order("settle")
            self.stage.wait(timedelta(minutes=31))
            self.adopt()
            self.run_job("tick", None)
        if self.check_told(after=REACHES_BALANCE_WITHIN):
            self.adopt()
        self.watch.check_end()
        for row in self.watch.last.pledges.values():
            self.proof.inject(f"pledge that ended {row['state']}")

    def adopt(self) -> None:
        """Let reconciliation write down what nobody heard."""
        before = self.watch.look()
        done = self.stage.nursery.run("reconcile", "--apply")
        self.check_ended(done, before, codes={0, 1})

    def check_told(self, *, after: timedelta, but: Set[str] = frozenset()) -> bool:
        """Insist that reconciliation tells by then what nobody heard, and nothing else."""
        self.stage.nursery.now = max(self.stage.now, datetime.now(UTC)) + after
        said = self.stage.nursery.run("reconcile", "--json").said
        told: dict[str, set[str]] = {}
        for drift in json.loads(said[said.index("{") :])["drifts"]:
            told.setdefault(drift["kind"], set()).add(drift["what"])
        told.pop("balance too low for refunds", None)
        unheard = self.watch.unheard()
        for kind in but:
            assert told.pop(kind, set()) <= unheard.pop(kind, set()), said
        assert told == unheard, said
        for kind, pledges in told.items():
            self.proof.inject(f"told: {kind}", len(pledges))
        return bool(told)

    def abort(self) -> None:
        """Leave a failed run behind so that another can begin."""
        sending, self.paused = self.paused, None
        self.stage.heal()
        if sending is not None:
            sending.thread.join()
        self.stage.restart()

    def _is_held(self, has_ended: Callable[[], bool]) -> bool:
        """Wait until Stripe holds a call, or whoever was to make it has ended without it."""
        eventually(lambda: self.stage.is_holding() or has_ended(), seconds=30, what="it is held")
        return self.stage.is_holding()
