"""What everybody but the owner does, in the busy world only."""

import json
import random
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final
from uuid import UUID

from tests.proof.surprise.pairs import Pair
from tests.proof.surprise.requests import home_of
from tests.proof.surprise.wire import Line, Request, Seen
from tests.proof.surprise.worlds import Side

AT_ONCE: Final = 4
CARDS: Final = (
    *["pm_card_visa"] * 4, "pm_card_chargeDeclined", "pm_card_authenticationRequired",
    "pm_card_createDispute", "pm_card_refundFail",
)  # fmt: skip
DISPUTE: Final = "pm_card_createDispute"


class Givers:
    """Givers of one world: they visit, pledge, take back, come as new guests."""

    def __init__(self, side: Side, tokens: Sequence[str], draw: random.Random) -> None:
        self.did: Counter[str] = Counter()
        self._url = side.url
        self._tokens = tokens
        self._draw = draw
        self._parts: list[tuple[str, str, str]] = []
        self._wholes: list[tuple[str, str, str]] = []
        self._disputed: list[tuple[str, str, str]] = []
        self._guests = 0

    def give(self, pairs: Sequence[Pair], *, whole: bool) -> None:
        """Act once or more on each pair's list, from the owner's own home, several at once."""
        work: list[tuple[Pair, str, str, int | None, int, str]] = []
        for pair in pairs:
            for number, item in enumerate(self._draw.sample(pair.items, 2)):
                is_sure = whole and number == 0
                card = "pm_card_visa" if is_sure else self._draw.choice(CARDS)
                amount = None if is_sure else self._draw.choice([None, 50, 100, 450, 100_000])
                if number and len(work) % 20 == 1:
                    card, amount = DISPUTE, 50
                seed = self._draw.getrandbits(128)
                work.append((pair, item, card, amount, seed, self._draw.choice(self._tokens)))
        parts = [work[n::AT_ONCE] for n in range(AT_ONCE)]
        with ThreadPoolExecutor(AT_ONCE) as threads:
            for done in threads.map(self._do, parts):
                self.did += done

    def somebody(self) -> str:
        """Return the token of one of them."""
        return self._draw.choice(self._tokens)

    def take_back(self) -> None:
        """Take some pledges back, and let new guests come."""
        line = Line(self._url)
        # What was paid in part may go back; some that completed an item, to be refused.
        for token, pledge_id, home in (*self._parts, *self._wholes[::10]):
            seen = line.ask(giver_request("DELETE", f"/v1/pledges/{pledge_id}", token, home))
            self.did[f"pledge taken back: {seen.status}"] += 1
        for token, pledge_id, home in self._disputed:
            # Stripe tells of a dispute when it likes, mostly after the pledge was answered.
            seen = line.ask(giver_request("GET", f"/v1/pledges/{pledge_id}", token, home))
            self.did[f"pledge at last {json.loads(seen.body)['state']}"] += 1
        self._disputed.clear()
        self._guests += 1
        email = f"another{self._guests}.{self._draw.getrandbits(32)}@people.example"
        body = {"name": "Newcomer", "email": email}
        seen = line.ask(giver_request("POST", "/v1/visitors", "", "198.19.7.7", body))
        self.did[f"guest came: {seen.status}"] += 1
        self._parts.clear()
        self._wholes.clear()
        line.close()

    def _do(self, work: Sequence[tuple[Pair, str, str, int | None, int, str]]) -> Counter[str]:
        line, did = Line(self._url), Counter[str]()
        for pair, item, card, amount, seed, token in work:
            home = home_of(pair.owner.number)
            line.ask(giver_request("GET", f"/v1/shared/{pair.token}", token, home))
            what: dict[str, object] = {"whole": True}
            if amount is not None:
                what = {"amount": {"amount_minor": amount, "currency": "USD"}}
            pledge_id = str(UUID(int=seed, version=4))
            body = {"id": pledge_id, **what, "payment_method": card, "message": "Hush",
                    "show_name": True}  # fmt: skip
            path = f"/v1/shared/{pair.token}/items/{item}/pledges"
            seen = line.ask(giver_request("POST", path, token, home, body))
            did[_named(seen)] += 1
            if seen.status == 201:
                pair.given.add(item)
                pair.is_reserved = pair.is_reserved or amount is None
                kept = self._wholes if amount is None else self._parts
                kept.append((token, pledge_id, home))
                if card == DISPUTE:
                    self._disputed.append((token, pledge_id, home))
        line.close()
        return did


def _named(seen: Seen) -> str:
    if seen.is_done:
        return f"pledge {json.loads(seen.body)['state']}"
    return f"pledge refused: {json.loads(seen.body)['code']}"


def giver_request(method: str, path: str, token: str, home: str, body: object = None) -> Request:
    """Return a request of a giver's, from an address."""
    headers = {"X-Forwarded-For": home}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    content = None
    if body is not None:
        headers["Content-Type"] = "application/json"
        content = json.dumps(body).encode()
    return Request(method=method, path=path, headers=headers, body=content)
