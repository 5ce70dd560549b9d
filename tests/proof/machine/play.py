"""What people, Stripe and fate can do in a run, and what each of it must be answered."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import chain
from typing import Any, Final
from uuid import UUID, uuid4

from tests.proof.machine.model import Item, Model, Pledge
from tests.proof.machine.stage import GIVERS, OWNER, Stage
from tests.proof.machine.watch import Watch
from tests.support.line import LOST, Line, Said
from tests.support.proof import Proof
from wishcore.pledges.models import IN_FLIGHT

OPEN_FOR: Final = timedelta(hours=3)
PAID: Final = frozenset(
    {"pm_card_visa", "pm_card_pendingRefund", "pm_card_refundFail", "pm_card_createDispute",
     "pm_card_createMultipleDisputes", "tok_visa"}
)  # fmt: skip
DECLINED: Final = frozenset({"pm_card_chargeDeclined", "tok_chargeDeclined"})
ENDS: Final = (str(UUID(int=0)), str(UUID(int=2**128 - 1)))
"""The first and the last of all ids: givers choose them, so the first pledges have these."""


@dataclass
class Sending:
    """A request on its way, on a connection of its own."""

    pledge: Pledge
    refusal: str
    thread: threading.Thread
    said: list[Said] = field(default_factory=list)


class Play:
    """One run: a list, its people, and a model of what they did."""

    def __init__(self, stage: Stage, proof: Proof, *, prices: list[int]) -> None:
        self.stage, self.proof = stage, proof
        stage.empty()
        deadline = stage.now + OPEN_FOR
        made = stage.do(OWNER, "POST", "/v1/lists", {
            "title": "Ten years", "currency": "USD", "deadline": deadline.isoformat(),
        })  # fmt: skip
        self.list = f"/v1/lists/{made['id']}"
        self.model = Model(deadline)
        for price in prices:
            body = {"title": "Bicycle", "price": _money(price)}
            item = stage.do(OWNER, "POST", f"{self.list}/items", body)
            self.model.items.append(Item(item["id"], [price]))
        token = stage.do(OWNER, "POST", f"{self.list}/share")["token"]
        self.shared = f"/v1/shared/{token}"
        self.watch = Watch(stage, self.model)
        self.began = stage.now
        self.owner_sees = self.owners_view()
        self.is_owners_turn = False
        self._ids: Iterator[str] = chain(ENDS, iter(lambda: str(uuid4()), ""))

    # Givers

    def pledge(self, giver: str, item: Item, amount: int | None, card: str, rule: Any) -> None:
        """Pledge while a fault may strike, and hold the answer against the model."""
        pledge, refusal = self._new(giver, item, amount, card)
        with self.stage.fault(rule):
            said = self._send(self.stage.api, pledge)
            is_faulty = self.meets_faults(rule)
        self._judge(pledge, said, refusal, is_faulty=is_faulty)

    def pledge_as_owner(self, item: Item) -> None:
        """Pledge for an item of one's own: nobody is told anything but that."""
        path = f"{self.shared}/items/{item.id}/pledges"
        said = self.stage.ask(OWNER, "POST", path, _body(str(uuid4()), 100, "pm_card_visa"))
        wanted = "list_not_found" if self.model.is_deleted else "own_item"
        assert said.code == wanted, said

    def twice_at_once(self, giver: str, item: Item, amount: int | None, card: str) -> None:
        """Send the same request twice at the same time."""
        pledge, refusal = self._new(giver, item, amount, card)
        both = [self._sending(pledge, refusal) for _ in range(2)]
        for one in both:
            one.thread.join()
        self.proof.inject("request sent twice at once")
        for one in both:
            # Whoever lost the race may be told that it is in progress.
            self._judge(pledge, one.said[0], refusal, is_faulty=not refusal)
        statuses = {one.said[0].status for one in both}
        assert LOST not in statuses, "Nothing failed"
        assert statuses != {503}, "Nothing failed, and yet none of the two was done"

    def repeat(self, pledge: Pledge, rule: Any) -> None:
        """Send an earlier request again: it is the same pledge, or the first try was lost."""
        is_stored, refusal = pledge.id in self.watch.last.pledges, ""
        if not is_stored:
            amount = None if "whole" in pledge.body else pledge.amount
            refusal, pledge.amount = self._expected(pledge.item, amount)
        elif self.model.is_deleted:
            refusal = "list_not_found"
        with self.stage.fault(rule):
            said = self._send(self.stage.api, pledge)
            is_faulty = self.meets_faults(rule)
        self.proof.inject("request sent again")
        if is_stored and refusal:
            assert said.code == refusal, (pledge, said)
            return
        self._judge(pledge, said, refusal, is_faulty=True)
        # Stripe answers a failure of its own again, for a day: nothing is begun until then.
        is_held = not is_stored or self.watch.last.state(pledge.id) == "held"
        assert is_faulty or is_held or said.status != 503, (pledge, said)

    def reuse_id(self, pledge: Pledge, amount: int) -> None:
        """Ask for something else under the same id."""
        path = f"{self.shared}/items/{pledge.item.id}/pledges"
        body = {**_body(pledge.id, amount, "pm_card_visa"), "message": "another"}
        said = self.stage.ask(pledge.giver, "POST", path, body)
        wanted = "list_not_found" if self.model.is_deleted else "id_reused"
        assert said.code == wanted, (pledge, said)

    def take_back(self, pledge: Pledge, rule: Any) -> None:
        """Take a pledge back while a fault may strike."""
        seen = self.watch.last
        before = seen.state(pledge.id)
        with self.stage.fault(rule):
            said = self.stage.ask(pledge.giver, "DELETE", f"/v1/pledges/{pledge.id}")
            self.meets_faults(rule)
        if before == "paid":
            is_open = self.stage.now < self.model.deadline and not self.model.is_deleted
            is_allowed = is_open and seen.funding(pledge.item.id) == "open"
            assert (said.status == 204) == is_allowed, (pledge, said)
            pledge.must_return |= is_allowed
        elif before not in IN_FLIGHT:
            assert said.status == 409, (pledge, said)
        pledge.may_return |= said.status == 204

    def answer_challenge(self, pledge: Pledge, answer: str) -> None:
        """Press a button on the bank's page, if it asks this giver."""
        said = self.stage.ask(pledge.giver, "GET", f"/v1/pledges/{pledge.id}")
        if said.status == 200 and (action := said.json.get("next_action")):
            path = "/" + str(action["url"]).split("/", 3)[3]
            assert self.stage.stripe.ask("POST", f"{path}/{answer}").status in {200, 303}

    def check_givers_view(self) -> None:
        """Insist that a giver is shown what is really held."""
        said = self.stage.ask(GIVERS[0], "GET", self.shared)
        assert said.status == (404 if self.model.is_deleted else 200), said
        shown = {} if self.model.is_deleted else {one["id"]: one for one in said.json["items"]}
        present = {item.id for item in self.model.items if not self.model.is_removed(item)}
        assert set(shown) == present, (shown, self.model.items)
        for item_id, one in shown.items():
            held = self.watch.last.held(item_id)
            assert one["funding"]["pledged"]["amount_minor"] == held, (one, held)

    # The owner

    def reprice(self, item: Item, price: int) -> None:
        """Change a price: it is never refused because of what givers did."""
        self.is_owners_turn = True
        body = {"price": _money(price)}
        said = self.stage.ask(OWNER, "PATCH", f"{self.list}/items/{item.id}", body)
        if self._owner_may(item, said):
            item.prices.append(price)

    def move_deadline(self, hours: int) -> None:
        """Set another deadline, counted from now; it must be an hour ahead at least."""
        self.is_owners_turn = True
        deadline = self.stage.now + timedelta(hours=hours, seconds=1)
        said = self.stage.ask(OWNER, "PATCH", self.list, {"deadline": deadline.isoformat()})
        if self._owner_may(None, said):
            self.model.deadline = deadline

    def withdraw(self, item: Item) -> None:
        """Remove an item, at any time and with the same answer."""
        self.is_owners_turn = True
        said = self.stage.ask(OWNER, "DELETE", f"{self.list}/items/{item.id}")
        if not self.model.is_removed(item):
            assert said.status == 204, said
            self.proof.inject("item removed" + item.is_bought * " that was bought")
        item.is_withdrawn = True

    def delete_list(self) -> None:
        """Remove everything."""
        self.is_owners_turn = True
        said = self.stage.ask(OWNER, "DELETE", self.list)
        assert said.status == (404 if self.model.is_deleted else 204), said
        self.model.is_deleted = True

    def owners_view(self) -> bytes:
        """Return all that the owner can read of the list."""
        seen = [self.stage.ask(OWNER, "GET", path) for path in (self.list, f"{self.list}/items")]
        assert all(said.status in {200, 404} for said in seen), seen
        return b"\n".join(said.content for said in seen if said.status == 200)

    # How a pledge is sent, and what its answer says

    def _expected(self, item: Item, amount: int | None) -> tuple[str, int | None]:
        """Return how a pledge must be refused, and of how much it is."""
        held, state = self.watch.last.held(item.id), self.watch.last.funding(item.id)
        refusal = self.model.refusal(item, amount, held=held, state=state, now=self.stage.now)
        return refusal, item.room(held) if amount is None else amount

    def _new(self, giver: str, item: Item, amount: int | None, card: str) -> tuple[Pledge, str]:
        """Note that somebody pledges, and how it must be refused."""
        refusal, of = self._expected(item, amount)
        pledge_id = next(self._ids)
        pledge = Pledge(pledge_id, giver, item, card, _body(pledge_id, amount, card), of)
        self.model.pledges[pledge_id] = pledge
        return pledge, refusal

    def meets_faults(self, rule: Any) -> bool:
        """Say whether a fault struck, and count it."""
        times = self.stage.met() if rule is not None else 0
        if times:
            self.proof.inject(f"fault at Stripe: {rule['action']}", times)
        return times > 0

    def _send(self, line: Line, pledge: Pledge) -> Said:
        path = f"{self.shared}/items/{pledge.item.id}/pledges"
        return self.stage.ask_on(line, pledge.giver, "POST", path, pledge.body)

    def begin(self, giver: str, item: Item, amount: int | None, card: str) -> Sending:
        """Send a pledge without waiting for the answer."""
        return self._sending(*self._new(giver, item, amount, card))

    def finish(self, sending: Sending) -> None:
        """Wait for the answer, which may be that there is none."""
        sending.thread.join()
        self._judge(sending.pledge, sending.said[0], sending.refusal, is_faulty=True)

    def _sending(self, pledge: Pledge, refusal: str) -> Sending:
        line, said = Line(self.stage.port), []

        def send() -> None:
            said.append(self._send(line, pledge))
            line.close()

        thread = threading.Thread(target=send)
        thread.start()
        return Sending(pledge, refusal, thread, said)

    def _judge(self, pledge: Pledge, said: Said, refusal: str, *, is_faulty: bool) -> None:
        if refusal:
            assert said.status == LOST or said.code == refusal, (pledge, said, refusal)
            self.model.pledges.pop(pledge.id, None)
            return
        if said.status in {200, 201, 202, 402}:
            self._learn(pledge, said)
        if not is_faulty:
            wanted = 201 if pledge.card in PAID else 402 if pledge.card in DECLINED else 202
            assert said.status == wanted, (pledge, said)
        else:
            assert said.status in {LOST, 200, 201, 202, 402, 503}, (pledge, said)
        if said.status == 503:
            assert not _charges(self.stage, pledge), "503 says that nothing was charged"

    def _learn(self, pledge: Pledge, said: Said) -> None:
        pledge.is_known = True
        if said.status == 402:
            assert pledge.card not in PAID, (pledge, said)
            pledge.is_charged = False
            return
        shown = said.json
        assert shown["id"] == pledge.id
        assert shown["amount"] == _money(pledge.amount), (pledge, shown)
        if shown["state"] == "paid":
            pledge.is_charged = True

    def _owner_may(self, item: Item | None, said: Said) -> bool:
        if self.model.is_deleted or (item is not None and item.is_withdrawn):
            assert said.status == 404, said
        elif self.stage.now >= self.model.deadline:
            assert said.code == "list_inactive", said
        else:
            assert said.status == 200, said
        return said.status == 200


def _charges(stage: Stage, pledge: Pledge) -> int:
    rows = [row for row in stage.book() if row["metadata"]["pledge"] == pledge.id]
    return sum(row["charged_count"] for row in rows)


def _body(pledge_id: str, amount: int | None, card: str) -> dict[str, Any]:
    what: dict[str, Any] = {"whole": True} if amount is None else {"amount": _money(amount)}
    way = "token" if card.startswith("tok_") else "payment_method"
    return {"id": pledge_id, **what, way: card}


def _money(amount: int | None) -> dict[str, Any]:
    return {"amount_minor": amount, "currency": "USD"}
