"""One owner in two worlds, asking the same in both; and what tells the worlds apart."""

import json
import random
import re
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Final, Self

from tests.proof.surprise.memory import Memory
from tests.proof.surprise.requests import NOT_OWNERS, Requests
from tests.proof.surprise.wire import Line, Request, Seen
from tests.proof.surprise.worlds import Owner, TwoWorlds
from tests.support.http import Operation
from tests.support.mailbox import CODE

BETWEEN: Final = timedelta(milliseconds=200)
"""How far the clock goes on from one request to the next: nobody waits for a turn at Amazon."""
BUG: Final = 500
_MESSAGE_ID: Final = re.compile(rb"^Message-ID: [^\n]*\n", re.MULTILINE)
_OFTEN: Final = frozenset({"Lists", "Items", "Shared lists", "Pledges"})


class ToldApart(AssertionError):
    """Somebody who must not know saw which world it is."""

    def __init__(self, relation: str, said: str) -> None:
        super().__init__(f"{relation}: {said}")
        self.relation = relation


@dataclass
class Asking:
    """The connections to both worlds, and how often each operation was done."""

    worlds: TwoWorlds
    done: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._quiet, self._busy = (Line(side.url) for side in self.worlds.sides)
        self.operations = [
            one for one in self.worlds.contract.operations if one.name not in NOT_OWNERS
        ]

    def ask(self, request: Request) -> Seen:
        """Ask both worlds the same at the same moment; return what both answered.

        Raises:
            ToldApart: they answered differently.
        """
        quiet, busy = self.both(request)
        self.asked[request.spoiled or "right"] += 1
        if quiet.is_done and not request.spoiled:
            self.done[request.operation] += 1
        _compare(request, quiet, busy)
        return busy

    def both(self, request: Request) -> tuple[Seen, Seen]:
        """Return what both worlds answer at the same moment."""
        self.worlds.wait(BETWEEN)
        self._quiet.send(request)
        self._busy.send(request)
        quiet = self._quiet.receive()
        try:
            return quiet, self._busy.receive()
        except TimeoutError:
            self._busy.close()  # An answer that came later would be taken for the next one's.
            raise ToldApart("waiting", f"no answer, where there was {quiet} to {request}") from None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._quiet.close()
        self._busy.close()


def _compare(request: Request, quiet: Seen, busy: Seen) -> None:
    assert quiet.status != BUG, f"A bug in both worlds: {request}"
    if quiet.status != busy.status:
        said = f"{quiet.status} ≠ {busy.status} {busy.body.decode()[:300]} after {request}"
        raise ToldApart("status", said)
    if quiet.body != busy.body:
        raise ToldApart("body", f"{_difference(quiet.body, busy.body)} after {request}")
    if quiet.headers != busy.headers:
        said = f"{set(quiet.headers) ^ set(busy.headers) or 'their order'} after {request}"
        raise ToldApart("headers", said)


def _difference(one: bytes, other: bytes) -> str:
    place = next(
        (n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
        min(len(one), len(other)),
    )
    window = slice(max(0, place - 60), place + 60)
    return f"{one[window].decode(errors='replace')!r} ≠ {other[window].decode(errors='replace')!r}"


class Pair:
    """One owner's script."""

    def __init__(self, asking: Asking, owner: Owner, seed: str) -> None:
        worlds = asking.worlds
        self.owner = owner
        self.memory = Memory(owner, worlds.contract)
        self.memory.places += [{"account_id": owner.id}, {"code": "invalid"}]
        self.memory.places.append(worlds.furniture.friends_list)
        self._asking = asking
        self._draw = random.Random(seed)
        self._written = 0
        self._requests = Requests(worlds.contract, self.memory, self._draw, worlds.plan.now)
        self.list_id = self.token = ""
        self.items: list[str] = []
        self.given: set[str] = set()
        """Items for which somebody paid, in the busy world."""
        self.is_reserved = False
        self.is_seen = False
        """Whether a giver saw which world it is."""
        self.was_touched = False
        """Whether its owner changed or removed an item that somebody had paid for."""

    def begin(self) -> None:
        """Make a list with items and share it."""
        self.list_id = self._must("create_list")["id"]
        for number in range(3):
            item = self._must("add_item", with_amazon=number == 0)
            self.items.append(item["id"])
        self.token = self._must("make_share_link")["token"]

    def step(self) -> None:
        """Do one thing of the owner's, right or wrong, often with lists and items."""
        operation = self._chosen()
        is_right = self._draw.random() < 0.65
        request = self._requests.right(operation) if is_right else self._requests.wrong(operation)
        if request is not None:
            self.ask(request)

    def look(self) -> None:
        """Read everything of the list, as its owner and as somebody anonymous."""
        for operation in self._asking.operations:
            if operation.method == "GET" and set(operation.spec["tags"]) & _OFTEN:
                request = self._requests.right(operation)
                if request is not None:
                    self.ask(request)
        items = f"/v1/lists/{self.list_id}/items"
        paths = [f"/v1/lists/{self.list_id}", *(f"{items}/{item}" for item in self.items)]
        for path in (*paths, f"{items}?limit=100", f"{items}?limit=1", f"/v1/shared/{self.token}"):
            plain = {"X-Proof": f"{self.owner.number}/look{path}", "X-Forwarded-For": "198.19.0.1"}
            signed = {**plain, "Authorization": f"Bearer {self.owner.token}"}
            for headers in (plain, signed):
                self.ask(Request(method="GET", path=path, headers=headers, operation="look"))

    def try_to_give_to_oneself(self) -> set[int]:
        """Pledge for every own item, which is refused before anything is looked at."""
        body = b'{"id": "01a1fcd6-0449-7001-a8e3-4a9d47d89a08", "whole": true}'
        paths = [f"/v1/shared/{self.token}/items/{item}/pledges" for item in self.items]
        return {self._ask_as_owner("POST", path, body) for path in paths}

    def set_prices(self, amount_minor: int = 50) -> None:
        """Type another price for every item but the one that follows Amazon's."""
        body = json.dumps({"price": {"amount_minor": amount_minor, "currency": "USD"}}).encode()
        for item in self.items[1:]:
            self._ask_as_owner("PATCH", f"/v1/lists/{self.list_id}/items/{item}", body)

    def edit_items(self) -> set[int]:
        """Change something of every item that the list began with."""
        paths = [f"/v1/lists/{self.list_id}/items/{item}" for item in self.items]
        return {self._ask_as_owner("PATCH", path, b'{"note": "In blue"}') for path in paths}

    def _ask_as_owner(self, method: str, path: str, body: bytes) -> int:
        self._written += 1
        headers = {
            "X-Proof": f"{self.owner.number}/written/{self._written}",
            "X-Forwarded-For": "198.19.0.1",
            "Content-Type": "application/json",
            "Authorization": f"Bearer {self.owner.token}",
        }
        return self.ask(Request(method=method, path=path, headers=headers, body=body)).status

    def watch(self, giver: str) -> None:
        """Let a giver look at the list in both worlds, which is where it must show."""
        headers = {"Authorization": f"Bearer {giver}"}
        request = Request(method="GET", path=f"/v1/shared/{self.token}", headers=headers)
        quiet, busy = self._asking.both(request)
        self.is_seen = quiet != busy

    def does(self, operation: Operation) -> bool:
        """Ask rightly for an operation; say whether it was done."""
        request = self._requests.right(operation)
        return request is not None and self.ask(request).is_done

    def find(self, method: str, path: str) -> Operation:
        """Return the operation with exactly this path in the document."""
        (found,) = (
            one for one in self._asking.operations if (one.method, one.path) == (method, path)
        )
        return found

    def ask(self, request: Request) -> Seen:
        """Ask both worlds, and learn from what they say."""
        self.was_touched = self.was_touched or (
            request.operation in {"edit_item", "replace_item", "withdraw_item"}
            and any(item in request.path for item in self.given)
        )
        seen = self._asking.ask(request)
        base = request.path.partition("?")[0]
        said: object = None
        with suppress(ValueError):
            said = json.loads(seen.body)
        if seen.status == 202 and request.operation != "make_pledge":
            self._learn_question(base, said if isinstance(said, dict) else {}, request)
        else:
            asked = {}
            operation = self.memory.contract.find(request.method, base)
            if operation is not None and operation.parameters:
                parts = zip(base.split("/"), operation.path.split("/"), strict=True)
                values = [part for part, template in parts if template.startswith("{")]
                asked = dict(zip(operation.parameters, values, strict=True))
            self.memory.learn(base, asked, seen.header("location"), said)
        return seen

    def _chosen(self) -> Operation:
        operations = self._asking.operations
        weights = [6 if set(one.spec["tags"]) & _OFTEN else 1 for one in operations]
        return self._draw.choices(operations, weights)[0]

    def _must(self, name: str, *, with_amazon: bool = True) -> dict[str, str]:
        (operation,) = (one for one in self._asking.operations if one.name == name)
        for _ in range(400):
            request = self._requests.right(operation)
            assert request is not None, name
            is_of_amazon = b"amazon.com" in (request.body or b"")
            if name == "add_item" and is_of_amazon is not with_amazon:
                continue
            if self.owner.token not in request.headers["Authorization"]:
                continue
            if operation.parameters and self.list_id not in request.path:
                continue
            seen = self.ask(request)
            if seen.is_done:
                made: dict[str, str] = json.loads(seen.body)
                return made
        raise AssertionError(f"{name} was never done.")

    def _learn_question(self, path: str, said: dict[str, str], request: Request) -> None:
        sent: dict[str, str] = json.loads(request.body or b"{}")
        email = sent.get("email", "")
        known = {"email": email, **({"id": said["id"]} if "id" in said else {})}
        folder = self._asking.worlds.quiet.letters
        letters = sorted(folder.glob(f"*-{email.lower()}-*.eml")) if email else []
        if letters and (codes := CODE.findall(letters[-1].read_text())):
            known["code"] = codes[-1]
        self.memory.questions[path] = known


def letters_of(owner: Owner, folder: Path) -> list[tuple[str, bytes]]:
    """Return all letters to an owner's addresses: when, to whom, and what was in the envelope.

    Without the ids of letters: those of the jobs are the only chance that is left in a world.
    """
    own = (f"-{owner.email}-", f".of{owner.number}@people.example-")
    return sorted(
        (file.name.rpartition("-")[0], _MESSAGE_ID.sub(b"", file.read_bytes()))
        for file in folder.glob("*.eml")
        if any(part in file.name for part in own)
    )


def compare_letters(worlds: TwoWorlds, owner: Owner) -> int:
    """Compare the owner's mail in both worlds; return how many letters there are.

    Raises:
        ToldApart: one world sent another letter.
    """
    quiet, busy = (letters_of(owner, side.letters) for side in worlds.sides)
    if quiet != busy:
        names = sorted({name for name, _ in set(quiet) ^ set(busy)})
        raise ToldApart("letters", f"{names[:3]}, {len(quiet)} ≠ {len(busy)}")
    return len(quiet)
