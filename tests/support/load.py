"""People who pledge, read and edit without a pause, and remember what they were told."""

import contextlib
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Final

import httpx

from tests.api.world import Shared, new_id, pledge_of
from tests.support.http import Api, Json
from tests.support.server import eventually

PRICE: Final = 99_999_999
FINAL: Final = frozenset({"paid", "declined", "abandoned"})


@dataclass
class Load:
    """What was asked of a server, and what it answered, by several people at once."""

    shared: Shared
    givers: list[Api]
    seen: Counter[tuple[str, int, str]] = field(default_factory=Counter)
    """How often each kind of request ended with each status and code; 0: no answer came."""
    asked: dict[str, tuple[Api, Json]] = field(default_factory=dict)
    """Every pledge that was sent, by its id."""
    told: dict[str, int] = field(default_factory=dict)
    """The amounts of the pledges that somebody was told are paid."""
    titles: list[tuple[str, bool]] = field(default_factory=list)
    """Every title that the owner gave the list, and whether it was acknowledged."""
    stopping: threading.Event = field(default_factory=threading.Event)
    bugs: list[Exception] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, kind: str, *statuses: int) -> int:
        """Say how many requests of a kind ended with one of the statuses."""
        return sum(
            times for (k, status, _), times in self.seen.items() if k == kind and status in statuses
        )

    def codes(self) -> set[tuple[int, str]]:
        """Return every status and code that was seen."""
        return {(status, code) for _, status, code in self.seen}

    def pledge(self, giver: Api, body: Json) -> httpx.Response | None:
        """Send a pledge, perhaps again."""
        with self._lock:
            # A worker's connections end with its work: who pledged is known by the token.
            self.asked[body["id"]] = next(g for g in self.givers if g.token == giver.token), body
        answer = self._send("pledge", giver, "POST", self.shared.pledges, body)
        if answer is not None and answer.status_code in {200, 201}:
            made = answer.json()
            if made["state"] == "paid":
                self.told[made["id"]] = made["amount"]["amount_minor"]
        return answer

    def read_once(self) -> int:
        """Read the list as a giver, on a connection of one's own; return the status."""
        with contextlib.closing(_apart(self.givers[0])) as giver:
            answer = self._send("read", giver, "GET", f"/v1/shared/{self.shared.token}")
        return answer.status_code if answer is not None else 0

    def edit_once(self) -> int:
        """Edit the list as its owner, on a connection of one's own; return the status."""
        with contextlib.closing(_apart(self.shared.owner.api)) as owner:
            answer = self._send("edit", owner, "PATCH", self._list, {"title": "Now and then"})
        return answer.status_code if answer is not None else 0

    def check(self) -> None:
        """Send again what got no good answer, and insist that every acknowledgement is true."""
        assert self.bugs == []
        for giver, body in list(self.asked.values()):
            if body["id"] not in self.told:
                eventually(partial(self._is_final, giver, body), seconds=30, what="an end")
        for pledge_id, (_, body) in self.asked.items():
            told = self.told.get(pledge_id, 0)
            assert told in {0, body["amount"]["amount_minor"]}
            assert self.shared.charged(pledge_id) == told, pledge_id
        shown = self.shared.funding(self.givers[0])
        assert shown["pledged"]["amount_minor"] == sum(self.told.values())
        self._check_title()

    def _is_final(self, giver: Api, body: Json) -> bool:
        """Send the pledge once more, as an answer of 503 says; say whether it has ended."""
        answer = self.pledge(giver, body)
        return answer is not None and (
            answer.status_code in {200, 201, 402}
            and answer.json().get("state", "declined") in FINAL
        )

    def _check_title(self) -> None:
        if not self.titles:
            return
        last = max(n for n, (_, is_told) in enumerate(self.titles) if is_told)
        stored = self.shared.owner.api.get(self._list)["title"]
        assert stored in [title for title, _ in self.titles[last:]]

    def _send(
        self, kind: str, who: Api, method: str, path: str, body: Json | None = None
    ) -> httpx.Response | None:
        headers = {"Content-Type": "application/merge-patch+json"} if method == "PATCH" else None
        try:
            answer = who.send(method, path, body, headers=headers)
        except httpx.TransportError:
            with self._lock:
                self.seen[kind, 0, ""] += 1
            return None
        code = str(answer.json().get("code", "")) if answer.status_code >= 400 else ""
        if answer.status_code == 503:
            assert answer.headers["retry-after"], "Who is told to come again is told when."
        with self._lock:
            self.seen[kind, answer.status_code, code] += 1
        return answer

    def _pledge_on(self, giver: Api) -> None:
        while not self.stopping.is_set():
            self.pledge(giver, pledge_of(50 + len(self.asked) % 50))

    def _read_on(self, giver: Api) -> None:
        while not self.stopping.is_set():
            self._send("read", giver, "GET", f"/v1/shared/{self.shared.token}")
            self._send("read", giver, "GET", "/v1/pledges")
            self._send("return", giver, "DELETE", f"/v1/pledges/{new_id()}")

    def _edit_on(self, owner: Api) -> None:
        while not self.stopping.is_set():
            title = f"Title {len(self.titles)}"
            answer = self._send("edit", owner, "PATCH", self._list, {"title": title})
            self._send("share link", owner, "GET", f"{self._list}/share")
            is_told = answer is not None and answer.status_code == 200
            self.titles.append((title, is_told))
            shown = self._send("look", owner, "GET", self._list)
            if is_told and shown is not None and shown.status_code == 200:
                assert shown.json()["title"] == title, "Nobody else edits."

    @property
    def _list(self) -> str:
        return f"/v1/lists/{self.shared.list_id}"

    @contextlib.contextmanager
    def running(self) -> Iterator["Load"]:
        """Have everybody at work until the end of the block."""
        own = [_apart(giver) for giver in self.givers]
        editor = _apart(self.shared.owner.api)
        work = [
            *((self._pledge_on, giver) for giver in own[1:]),
            (self._read_on, own[0]),
            (self._edit_on, editor),
        ]
        threads = [threading.Thread(target=self._guarded, args=pair) for pair in work]
        for thread in threads:
            thread.start()
        try:
            yield self
        finally:
            self.stopping.set()
            for thread in threads:
                thread.join()
            for api in (*own, editor):
                api.close()

    def _guarded(self, work: object, who: Api) -> None:
        try:
            work(who)  # type: ignore[operator]
        except Exception as bug:
            self.bugs.append(bug)


def _apart(api: Api) -> Api:
    """Return the same person on connections of their own."""
    return Api(api.url, token=api.token, contract=api.contract)


def load_on(shared: Shared, *, givers: int = 3) -> Load:
    """Return people at a shared list: the first giver reads, the others pledge."""
    return Load(shared, [shared.world.guest() for _ in range(givers)])
