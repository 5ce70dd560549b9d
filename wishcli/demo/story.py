"""The whole story over HTTP: list, share, pledge, reserved, deadline, refund.

Nothing in it knows the inside of Wish. The owner keeps a second list with the same wishes that
nobody ever sees: as long as both look the same to the owner, nothing is given away.
"""

import asyncio
import secrets
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import uuid4

import httpx
from httpx import codes
from rich.console import Console

from wishcli.demo.people import Person, client, confirmed_guest, iso, signed_up, torn_off
from wishcli.demo.promises import Promises, show_funding, show_pledges
from wishcli.demo.stage import Stage, staged
from wishcore.settings import Settings

AHEAD_SECONDS: Final = 2 * 3600
DEADLINE_AFTER: Final = timedelta(hours=1, minutes=5)
RUNNERS: Final = 10
WISHES: Final = {"Bicycle": 24_000, "Microscope": 18_000, "Tent": 9_000, "Chess set": 4_500}
_VISA: Final = {"payment_method": "pm_card_visa"}


@dataclass(slots=True, kw_only=True)
class Story:
    """What everybody knows while the story goes on."""

    stage: Stage
    promises: Promises
    run: str = field(default_factory=lambda: secrets.token_hex(4))
    owner: Person = field(init=False)
    lists: list[str] = field(default_factory=list)
    """The shared list, and its twin that nobody sees."""
    token: str = ""
    items: dict[str, str] = field(default_factory=dict)
    givers: list[Person] = field(default_factory=list)

    def place(self, wish: str) -> str:
        """Return where a pledge for this wish is made."""
        return f"/v1/shared/{self.token}/items/{self.items[wish]}/pledges"

    async def giver(self, name: str, *, has_account: bool = False) -> Person:
        """Let somebody new come by the share link."""
        run, stage = self.run, self.stage
        come = signed_up if has_account else confirmed_guest
        person = await come(stage.api, name, run, mail=stage.folder / "mail")
        self.givers.append(person)
        return person

    async def check_surprise(self, when: str) -> None:
        """Check that the owner sees no difference between the list and its twin."""
        seen = [await self._seen_by_owner(list_id) for list_id in self.lists]
        self.promises.check(f"the owner sees nothing {when}", seen[0] == seen[1], seen)
        async with client(self.stage.api) as nobody:
            shown = (await nobody.get(f"/v1/shared/{self.token}")).raise_for_status().json()
            asking = await self.owner.web.get(f"/v1/shared/{self.token}")
        same = shown == asking.json() and all("funding" not in item for item in shown["items"])
        self.promises.check(f"nor does anybody signed out, {when}", same, shown)

    async def _seen_by_owner(self, list_id: str) -> Any:
        whole = await self.owner.get(f"/v1/lists/{list_id}")
        items = await self.owner.get(f"/v1/lists/{list_id}/items")
        own = {"id", "created_at", "updated_at", "title", "deadline"}
        moved = [item["created_at"] == item["updated_at"] for item in items["items"]]
        return (
            {name: value for name, value in whole.items() if name not in own},
            [{n: v for n, v in i.items() if n not in own - {"title"}} for i in items["items"]],
            moved,
        )


async def play(settings: Settings, console: Console) -> bool:
    """Play the story; say whether every promise held."""
    async with prepared(settings) as stage:
        story = Story(stage=stage, promises=Promises(console=console))
        async with stage.serving():
            await _make_and_share(story)
            await _race_for_the_rest(story)
            await _pay_in_parts(story)
            await _withdraw(story)
        console.rule("[bold]The deadline passes")
        async with stage.serving(ahead_seconds=AHEAD_SECONDS):
            await _close(story)
            await _look_back(story)
        await _compare_books(story)
        for person in (story.owner, *story.givers):
            await person.web.aclose()
    return _sum_up(story.promises)


@asynccontextmanager
async def prepared(settings: Settings) -> AsyncIterator[Stage]:
    """Give the story a place of its own, so that its clock closes nobody else's lists."""
    folder = settings.wish_var / "demo"
    if settings.uses_sqlite:
        shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    async with staged(settings, folder) as stage:
        yield stage


async def _make_and_share(story: Story) -> None:
    console = story.promises.console
    console.rule("[bold]A list with four wishes")
    story.owner = await signed_up(
        story.stage.api, "Ada", story.run, mail=story.stage.folder / "mail"
    )
    deadline = iso(datetime.now(UTC) + DEADLINE_AFTER)
    for title in ("Ada turns ten", "The twin that nobody sees"):
        about = {"title": title, "currency": "USD", "deadline": deadline, "occasion": "Birthday"}
        made = (await story.owner.web.post("/v1/lists", json=about)).raise_for_status().json()
        story.lists.append(made["id"])
        for wish, price in WISHES.items():
            body = {"title": wish, "price": {"amount_minor": price, "currency": "USD"}}
            place = f"/v1/lists/{made['id']}/items"
            item = (await story.owner.web.post(place, json=body)).raise_for_status().json()
            if made["id"] == story.lists[0]:
                story.items[wish] = item["id"]
    answer = await story.owner.web.post(f"/v1/lists/{story.lists[0]}/share")
    share = answer.raise_for_status().json()
    story.token = share["token"]
    console.print(f"  Ada shares {share['url']}")
    await story.check_surprise("before anybody pledges")
    async with client(story.stage.api) as nobody:
        refused = await nobody.post(story.place("Tent"), json={})
        own = await story.owner.web.post(story.place("Tent"), json={})
    story.promises.check(
        "who is not identified cannot pledge", refused.status_code == codes.UNAUTHORIZED, refused
    )
    story.promises.check("nor can the owner", own.status_code == codes.FORBIDDEN, own)


async def _race_for_the_rest(story: Story) -> None:
    console = story.promises.console
    console.rule("[bold]Ten people at once pledge the last 140.00 of the bicycle")
    grace = await story.giver("Grace", has_account=True)
    first = await grace.pledge(story.place("Bicycle"), amount=_usd(10_000), **_VISA)
    story.promises.check(
        "a pledge by card is paid at once", first.status_code == codes.CREATED, first.text
    )
    runners = [await story.giver(f"Runner{number}") for number in range(1, RUNNERS + 1)]
    answers = await asyncio.gather(
        *(each.pledge(story.place("Bicycle"), amount=_usd(14_000), **_VISA) for each in runners)
    )
    seen = sorted(answer.status_code for answer in answers)
    won = seen == [codes.CREATED] + [codes.CONFLICT] * (RUNNERS - 1)
    story.promises.check("exactly one of them wins", won, seen)
    shared = await grace.get(f"/v1/shared/{story.token}")
    state = _funding(shared, "Bicycle")["state"]
    story.promises.check("the bicycle is reserved", state == "reserved", state)
    show_funding(console, "What givers see", shared)
    await story.check_surprise("while the bicycle is reserved")


async def _pay_in_parts(story: Story) -> None:
    promises = story.promises
    promises.console.rule("[bold]The microscope, in parts and with trouble")
    place = story.place("Microscope")
    alan, mary, rosa = [await story.giver(name) for name in ("Alan", "Mary", "Rosa")]
    declined = await alan.pledge(place, amount=_usd(6_000), payment_method="pm_card_chargeDeclined")
    promises.check(
        "a declined card is told so", declined.status_code == codes.PAYMENT_REQUIRED, declined.text
    )
    again = await alan.pledge(place, amount=_usd(6_000), **_VISA)
    promises.check("and its room is free for another card", again.is_success, again.text)
    secure = await mary.pledge(
        place, amount=_usd(4_000), payment_method="pm_card_authenticationRequired"
    )
    promises.check("3-D Secure is asked for", secure.status_code == codes.ACCEPTED, secure.text)
    await _approve(story, mary, secure)
    await _lose_the_answer(story, rosa, place)
    show_funding(promises.console, "What givers see", await rosa.get(f"/v1/shared/{story.token}"))
    await story.check_surprise("while the microscope is partly paid")


async def _approve(story: Story, mary: Person, secure: httpx.Response) -> None:
    pledge = secure.json()
    if story.stage.sandbox is None:
        return  # Only a person can approve at Stripe: the payment is canceled in the end.
    async with httpx.AsyncClient(timeout=30) as browser:
        await browser.post(f"{pledge['next_action']['url']}/approve")
    pledge = await mary.get(f"/v1/pledges/{pledge['id']}")
    story.promises.check("once approved, it is paid", pledge["state"] == "paid", pledge["state"])


async def _lose_the_answer(story: Story, rosa: Person, place: str) -> None:
    pledge_id = str(uuid4())
    body = {"id": pledge_id, "amount": _usd(2_500), **_VISA}
    await torn_off(rosa, place, body)
    answer = await rosa.web.post(place, json=body)
    for _ in range(20):
        if answer.status_code != codes.ACCEPTED:
            break
        await asyncio.sleep(0.2)
        answer = await rosa.web.post(place, json=body)
    rosa.pledges[pledge_id] = answer.json()
    paid = answer.is_success and answer.json()["state"] == "paid"
    story.promises.check("who lost the answer sends the same again", paid, answer.text)
    if story.stage.sandbox is not None:
        book = await story.stage.book()
        charges = [p for p in book["payment_intents"] if p["metadata"].get("pledge") == pledge_id]
        once = [charge["charged_count"] for charge in charges] == [1]
        story.promises.check("and is charged once", once, charges)


async def _withdraw(story: Story) -> None:
    story.promises.console.rule("[bold]Ada removes the chess set, for which somebody pledged")
    joan = await story.giver("Joan")
    paid = await joan.pledge(story.place("Chess set"), amount=_usd(2_000), **_VISA)
    story.promises.check("Joan pledged for it", paid.is_success, paid.text)
    answers = []
    for list_id in story.lists:
        items = await story.owner.get(f"/v1/lists/{list_id}/items")
        chess = next(item["id"] for item in items["items"] if item["title"] == "Chess set")
        answer = await story.owner.web.delete(f"/v1/lists/{list_id}/items/{chess}")
        answers.append((answer.status_code, answer.content))
    story.promises.check(
        "removing it looks as if nobody had", answers == [(204, b"")] * len(answers), answers
    )
    await story.check_surprise("after the removal")


async def _close(story: Story) -> None:
    promises = story.promises
    for person in (story.owner, *story.givers):
        await person.refresh()
    async with client(story.stage.api) as web:
        late = {"id": str(uuid4()), "amount": _usd(5_000), **_VISA}
        headers = {"Authorization": story.givers[1].web.headers["Authorization"]}
        answer = await web.post(story.place("Tent"), json=late, headers=headers)
    promises.check(
        "who comes after the deadline is too late", answer.status_code == codes.CONFLICT, answer
    )
    await story.check_surprise("when the deadline has passed")
    code, first = await story.stage.wish("tick", ahead_seconds=AHEAD_SECONDS)
    promises.check("wish tick closes the list and sends the refunds", code == 0, first)
    code, second = await story.stage.wish("tick", ahead_seconds=AHEAD_SECONDS)
    idle = code == 0 and not second["expire"]["lists_closed"] and not second["refund"]["refunded"]
    promises.check("wish tick again does nothing", idle, second)
    await story.check_surprise("after the refunds")


async def _look_back(story: Story) -> None:
    promises = story.promises
    rows = [
        (person.name, await person.get(f"/v1/pledges/{pledge_id}"))
        for person in story.givers
        for pledge_id in person.pledges
    ]
    show_pledges(promises.console, "What became of the pledges", rows)
    became = {
        wish: [p for _, p in rows if p["item"]["title"] == wish and p["state"] != "abandoned"]
        for wish in WISHES
    }
    kept = [pledge["state"] for pledge in became["Bicycle"]]
    promises.check("the reserved bicycle keeps its pledges", kept == ["paid"] * 2, kept)
    for wish, reason in (("Microscope", "unfunded"), ("Chess set", "withdrawn")):
        told = {(pledge["state"], pledge["refund_reason"]) for pledge in became[wish]}
        promises.check(
            f"the {wish.lower()}'s pledges are refunded and say so",
            told == {("refunded", reason)},
            told,
        )
    shared = await story.givers[0].get(f"/v1/shared/{story.token}")
    show_funding(promises.console, "What givers see in the end", shared)


async def _compare_books(story: Story) -> None:
    promises, stage = story.promises, story.stage
    promises.console.rule("[bold]The books")
    code, found = await stage.wish("check", ahead_seconds=AHEAD_SECONDS)
    promises.check("the ledger balances, and every other fact holds", code == 0, found)
    code, found = await stage.wish("reconcile", "--since", "1d", ahead_seconds=AHEAD_SECONDS)
    promises.check("our book is Stripe's book", code == 0, found)
    if stage.sandbox is None:
        return
    book = await stage.book()
    ours = [p for p in book["payment_intents"] if p["charged_count"]]
    pledges = [p for person in story.givers for p in person.pledges.values()]
    charged = sum(p["amount"]["amount_minor"] for p in pledges)
    there = sum(intent["charged_total"] for intent in ours)
    promises.check("what givers were told is what was charged", charged == there, (charged, there))
    twice = [i for i in ours if i["charged_count"] > 1 or i["refunded_count"] > 1]
    promises.check("nothing was charged or refunded twice", not twice, twice)
    kept = there - sum(intent["refunded_total"] for intent in ours)
    price = WISHES["Bicycle"]
    promises.check("what is left is the price of the bicycle", kept == price, kept)


def _sum_up(promises: Promises) -> bool:
    console = promises.console
    console.rule()
    if promises.broken:
        console.print(f"[bold red]{len(promises.broken)} promises were broken:")
        for promise in promises.broken:
            console.print(f"  {promise}", markup=False)
        return False
    console.print(f"[bold green]All {promises.kept} promises held.")
    console.print("To keep it up, with its documentation at http://127.0.0.1:8000/docs: make serve")
    return True


def _usd(amount_minor: int) -> dict[str, Any]:
    return {"amount_minor": amount_minor, "currency": "USD"}


def _funding(shared: dict[str, Any], wish: str) -> dict[str, Any]:
    found: dict[str, Any] = next(i["funding"] for i in shared["items"] if i["title"] == wish)
    return found
