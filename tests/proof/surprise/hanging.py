"""Givers who hang in the middle of what they do, and the job that hangs for them."""

import contextlib
import threading
from collections.abc import Iterator
from uuid import uuid4

from tests.proof.surprise.blindfold import Held
from tests.proof.surprise.givers import giver_request
from tests.proof.surprise.pairs import Pair
from tests.proof.surprise.wire import Line
from tests.proof.surprise.worlds import TwoWorlds
from tests.support.server import eventually

HOME = "198.19.3.3"
AWAY = 503


@contextlib.contextmanager
def held_up(worlds: TwoWorlds, pair: Pair, table: str) -> Iterator[Held]:
    """Hold a table, and let whoever writes it for the pair's givers hang there."""
    is_job = table == "refund"
    # As many as there are items: one may be a notice of Stripe's of what somebody paid earlier.
    count = 1 if is_job else len(pair.items)
    with (
        Held(worlds.busy.database_url, table) as held,
        refunding(worlds, held) if is_job else hanging(worlds, pair, held),
    ):
        eventually(lambda: held.most_waiting >= count, seconds=30, what=f"{count} hang at {table}")
        yield held


@contextlib.contextmanager
def hanging(worlds: TwoWorlds, pair: Pair, held: Held) -> Iterator[list[int]]:
    """Let a giver pledge for each item, again if told to; at the end what is held is let go."""
    stop, answers = threading.Event(), list[int]()

    def pledge(item: str, token: str) -> None:
        line = Line(worlds.busy.url)
        path = f"/v1/shared/{pair.token}/items/{item}/pledges"
        status = AWAY
        while status == AWAY and not stop.is_set():
            body = {"id": str(uuid4()), "whole": True, "payment_method": "pm_card_visa"}
            status = line.ask(giver_request("POST", path, token, HOME, body)).status
            answers.append(status)
        line.close()

    threads = [
        threading.Thread(target=pledge, args=work)
        for work in zip(pair.items, worlds.furniture.givers, strict=False)
    ]
    for thread in threads:
        thread.start()
    try:
        yield answers
    finally:
        stop.set()
        held.let_go()
        for thread in threads:
            thread.join()


@contextlib.contextmanager
def refunding(worlds: TwoWorlds, held: Held) -> Iterator[None]:
    """Let the job send what is due to go back, again if it is put off; at the end it is sent."""
    stop, jobs = threading.Event(), worlds.busy.jobs

    def refund() -> None:
        while not stop.is_set():
            jobs.begin("refund")
            jobs.finish(may_wait=True)

    thread = threading.Thread(target=refund)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        held.let_go()
        thread.join()
        jobs.begin("refund")  # What was put off comes first the next time.
        jobs.finish()


def take_back_a_part(worlds: TwoWorlds, pair: Pair, item: str) -> None:
    """Let a giver pay a part of an item and take it back: it is due to be refunded."""
    line, token = Line(worlds.busy.url), worlds.furniture.givers[0]
    made = str(uuid4())
    body = {
        "id": made,
        "amount": {"amount_minor": 100, "currency": "USD"},
        "payment_method": "pm_card_visa",
    }
    path = f"/v1/shared/{pair.token}/items/{item}/pledges"
    assert line.ask(giver_request("POST", path, token, HOME, body)).status == 201
    back = line.ask(giver_request("DELETE", f"/v1/pledges/{made}", token, HOME))
    assert back.status == 204, back.body
    line.close()
