"""What people and schedulers do, step by step, and what it must have come to.

Every flow may be played again from its beginning after any of its steps was lost, as real clients
and schedulers do it.
"""

import asyncio
import hashlib
import hmac
import json
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Final

import httpx
from typing_extensions import override

from tests.api.world import World, in_days, pledge_of
from tests.proof.faults.case import Broken, Case, Json, Lost, Return
from tests.proof.faults.judging import is_moving, pledges
from tests.support.sandbox import KEY, WEBHOOK_SECRET, token_of_a_card

CHALLENGED: Final = "pm_card_authenticationRequired"
AMOUNT: Final = 4000
SECONDS_MAX: Final = 30


@dataclass(frozen=True)
class Before:
    """A server without faults, to make the world with in which a flow begins."""

    world: World
    stripe_url: str
    wish: Callable[..., None]
    """Runs a command."""


class Flow(ABC):
    """One flow.

    Attributes:
        ahead_minutes: How much later than now it happens.
        returns: When whoever lost an answer may come back.
        has_server: Whether anybody talks to the API.
    """

    name: ClassVar[str]
    ahead_minutes: ClassVar[int] = 0
    returns: ClassVar[tuple[Return, ...]] = ("at once", "late", "never")
    has_server: ClassVar[bool] = True

    @abstractmethod
    def prepare(self, before: Before) -> Json:
        """Make what there is before; return what the flow has to know of it."""

    @abstractmethod
    async def play(self, case: Case) -> None:
        """Do it, from the beginning."""

    @abstractmethod
    async def judge(self, case: Case, came_back: Return) -> None:
        """Say what must be true beside what is true of all money."""


def expect(answer: Any, *statuses: int) -> Any:
    """Return the document of an answer that has one of these statuses."""
    if answer.status_code not in statuses:
        raise Broken(f"{answer.request.url}: {answer.status_code} {answer.text}")
    return answer.json() if answer.content else None


async def state_of(case: Case, pledge_id: str) -> str | None:
    """Return the state of a pledge, if there is one."""
    row = (await pledges(case)).get(pledge_id)
    return None if row is None else str(row["state"])


class Pledge(Flow):
    """A giver pays with a new card."""

    name = "pledge"

    @override
    def prepare(self, before: Before) -> Json:
        world = before.world
        shared, giver = world.shared(), world.guest()
        body = {**pledge_of(AMOUNT), "token": token_of_a_card()}
        del body["payment_method"]
        return {"path": shared.pledges, "token": giver.token, "body": body}

    @override
    async def play(self, case: Case) -> None:
        facts = case.facts
        answer = await case.ask("POST", facts["path"], facts["body"], token=facts["token"])
        # A refusal is looked at when the books are: it may be a lie.
        made = expect(answer, 200, 201, 202, 402, 422)
        if answer.status_code in {402, 422}:
            return
        case.acknowledged["pledge"] = made["state"]
        if made["state"] == "processing":
            raise Lost  # It is looked for again.

    @override
    async def judge(self, case: Case, came_back: Return) -> None:
        state = await state_of(case, case.facts["body"]["id"])
        said = case.acknowledged.get("pledge")
        if said == "paid" and state != "paid":
            raise Broken(f"It was said to be paid, and is {state}")
        if came_back == "at once" and state != "paid":
            raise Broken(f"The giver came back at once, and the pledge is {state}")
        if state not in {None, "paid", "abandoned"}:
            raise Broken(f"The pledge is {state}")


class Challenged(Pledge):
    """A giver pays with a card whose bank asks first."""

    name = "3-D Secure"

    @override
    def prepare(self, before: Before) -> Json:
        world = before.world
        shared, giver = world.shared(), world.guest()
        body = pledge_of(AMOUNT, payment_method=CHALLENGED)
        return {"path": shared.pledges, "token": giver.token, "body": body}

    @override
    async def play(self, case: Case) -> None:
        facts = case.facts
        answer = await case.ask("POST", facts["path"], facts["body"], token=facts["token"])
        made = expect(answer, 200, 202)
        if made["state"] == "action_required":
            if made["next_action"] is None:
                raise Lost  # Stripe did not answer: the giver loads the page again.
            await case.sandbox.answer_challenge(made["next_action"]["url"], "approve")
            path = f"/v1/pledges/{facts['body']['id']}"
            made = expect(await case.ask("GET", path, token=facts["token"]), 200)
        case.acknowledged["pledge"] = made["state"]
        if made["state"] in {"processing", "action_required"}:
            raise Lost


class Returned(Flow):
    """A giver takes a paid pledge back; the job refunds it."""

    name = "own pledge returned"

    @override
    def prepare(self, before: Before) -> Json:
        world = before.world
        shared, giver = world.shared(), world.guest()
        paid = shared.paid(giver, AMOUNT)
        shared.paid(world.guest("Greta"), AMOUNT)
        return {"pledge": paid["id"], "token": giver.token}

    @override
    async def play(self, case: Case) -> None:
        path = f"/v1/pledges/{case.facts['pledge']}"
        answer = await case.ask("DELETE", path, token=case.facts["token"])
        # Whoever asks again is told that it is on its way.
        expect(answer, 204, 409)
        case.acknowledged["returned"] = True
        case.leave_to_jobs()
        await case.wish("refund")

    @override
    async def judge(self, case: Case, came_back: Return) -> None:
        states = {pledge_id: row["state"] for pledge_id, row in (await pledges(case)).items()}
        ours = states.pop(case.facts["pledge"])
        if set(states.values()) != {"paid"}:
            raise Broken(f"The other giver's pledge is {states}")
        is_due = case.acknowledged or came_back != "never"
        if ours not in ({"refunded"} if is_due else {"refunded", "paid"}):
            raise Broken(f"The pledge is {ours}")


class ReturnedUnpaid(Flow):
    """A giver takes a pledge back for which the bank still waits."""

    name = "returned before 3-D Secure"

    @override
    def prepare(self, before: Before) -> Json:
        world = before.world
        shared, giver = world.shared(), world.guest()
        answer = shared.pledge(giver, AMOUNT, payment_method=CHALLENGED)
        return {"pledge": answer.json()["id"], "token": giver.token}

    @override
    async def play(self, case: Case) -> None:
        path = f"/v1/pledges/{case.facts['pledge']}"
        answer = await case.ask("DELETE", path, token=case.facts["token"])
        # It may be over already.
        expect(answer, 204, 409)

    @override
    async def judge(self, case: Case, came_back: Return) -> None:
        state = await state_of(case, case.facts["pledge"])
        if state != "abandoned":
            raise Broken(f"The pledge is {state}")


class Withdrawn(Flow):
    """An owner removes an item with two paid pledges; the jobs refund them."""

    name = "item withdrawn"

    @override
    def prepare(self, before: Before) -> Json:
        world = before.world
        shared = world.shared()
        for name in ("Gina", "Greta"):
            shared.paid(world.guest(name), AMOUNT)
        item = f"/v1/lists/{shared.list_id}/items/{shared.item_id}"
        return {"item": item, "token": shared.owner.api.token}

    @override
    async def play(self, case: Case) -> None:
        answer = await case.ask("DELETE", case.facts["item"], token=case.facts["token"])
        expect(answer, 204, 404)
        case.acknowledged["withdrawn"] = True
        case.leave_to_jobs()
        await case.wish("expire")
        await case.wish("refund")

    @override
    async def judge(self, case: Case, came_back: Return) -> None:
        states = {str(row["state"]) for row in (await pledges(case)).values()}
        is_due = case.acknowledged or came_back != "never"
        if states not in ([{"refunded"}] if is_due else [{"refunded"}, {"paid"}]):
            raise Broken(f"The pledges are {states}")


class Closed(Flow):
    """The deadline passes: one item is paid for and one is not."""

    name = "closed at the deadline"
    ahead_minutes = 31 * 24 * 60
    returns = ("never",)
    has_server = False

    @override
    def prepare(self, before: Before) -> Json:
        world = before.world
        shared = world.shared(deadline=in_days(30))
        for name in ("Gina", "Greta"):
            shared.paid(world.guest(name), AMOUNT)
        other = world.item(shared.owner.api, shared.list_id, price=AMOUNT)
        shared.item_id, unfunded = other["id"], shared.item_id
        shared.paid(world.guest("Grace"))
        return {"list": shared.list_id, "unfunded": unfunded}

    @override
    async def play(self, case: Case) -> None:
        case.leave_to_jobs()
        await case.wish("tick")

    @override
    async def judge(self, case: Case, came_back: Return) -> None:
        unfunded = case.facts["unfunded"]
        for row in (await pledges(case)).values():
            wanted = "refunded" if str(row["item_id"]) == unfunded else "paid"
            if row["state"] != wanted:
                raise Broken(f"A pledge that should be {wanted} is {row['state']}")
        (lists,) = await case.stage.database.select("SELECT state FROM wish_list")
        if [row["state"] for row in lists] != ["inactive"]:
            raise Broken("The list is still active")


class Notified(Flow):
    """Stripe says that a payment has succeeded which was in progress."""

    name = "webhook in"
    returns = ("at once", "never")

    @override
    def prepare(self, before: Before) -> Json:
        world = before.world
        shared, giver = world.shared(), world.guest()
        made = shared.pledge(giver, AMOUNT, payment_method=CHALLENGED).json()
        approved = httpx.post(f"{made['next_action']['url']}/approve")
        assert approved.status_code == 303, approved.text
        secret = {"Authorization": f"Bearer {KEY}"}
        events = httpx.get(f"{before.stripe_url}/v1/events", headers=secret).json()["data"]
        return {"pledge": made["id"], "event": events[0]}

    @override
    async def play(self, case: Case) -> None:
        content = json.dumps(case.facts["event"]).encode()
        headers = {"Stripe-Signature": _signature(content), "Content-Type": "application/json"}
        answer = await case.ask("POST", "/v1/webhooks/stripe", content=content, headers=headers)
        expect(answer, 204)
        case.acknowledged["notice"] = case.facts["event"]["id"]
        # It is acted upon after the answer; a fault leaves that to the scheduler.
        async with asyncio.timeout(SECONDS_MAX):
            while await is_moving(case) and not case.struck():  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.005)

    @override
    async def judge(self, case: Case, came_back: Return) -> None:
        state = await state_of(case, case.facts["pledge"])
        if state != "paid":
            raise Broken(f"The pledge is {state}")
        (rows,) = await case.stage.database.select("SELECT id FROM payment_notice")
        said = case.acknowledged.get("notice")
        if said is not None and said not in {row["id"] for row in rows}:
            raise Broken("A notice was acknowledged and not stored")


def _signature(content: bytes) -> str:
    stamp = int(time.time())
    signed = f"{stamp}.".encode() + content
    digest = hmac.new(WEBHOOK_SECRET.encode(), signed, hashlib.sha256).hexdigest()
    return f"t={stamp},v1={digest}"
