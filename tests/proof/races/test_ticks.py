"""Ten schedulers at once, some of them killed, stopped and woken late: each refund is made once."""

import contextlib
import signal
from functools import partial
from typing import Final

import pytest

from tests.api.world import Shared
from tests.proof.races.stage import (
    DAY,
    ROUNDS_MAX,
    Stage,
    did,
    item_on,
    pledge_with,
    rules,
    send,
)
from tests.support.http import Json
from tests.support.processes import is_running, until_stopped
from tests.support.proof import Proof
from tests.support.sandbox import REFUNDS
from tests.support.server import eventually

pytestmark = pytest.mark.slow

AT_ONCE: Final = 10
NTH_MAX: Final = 6
"""At one of so many requests of its own a tick is killed: whoever takes ten refunds meets it."""
PLEDGES: Final = 24
AFTER_DEADLINE: Final = str(31 * DAY)
CARDS: Final = ("pm_card_visa",) * 5 + ("pm_card_pendingRefund",)


def to_give_back(stage: Stage, count: int) -> Shared:
    """Return a list whose pledges all go back once it is closed."""
    shared = stage.one.shared(price=1_000_000)
    giver = stage.guests(1)[0]
    for first in range(0, count, 12):
        bodies = [pledge_with(CARDS[n % len(CARDS)], 1000) for n in range(first, first + 12)]
        asks = [partial(send, giver, shared, body) for body in bodies]
        assert set(stage.together(asks)) == {201}
    return shared


@pytest.mark.parts(20)
def test_ten_ticks_at_once_some_killed(stage: Stage, proof: Proof) -> None:
    for _ in range(proof.size(change=1, long=200)):
        one_round(stage, proof)


def one_round(stage: Stage, proof: Proof) -> None:
    shared = to_give_back(stage, PLEDGES)
    environment = {"WISH_CLOCK_OFFSET_SECONDS": AFTER_DEADLINE}
    ticks = [stage.commands.start("tick", "--json", **environment) for _ in range(AT_ONCE)]
    for tick in ticks:
        # After some refunds of its own, if it sends any; the others take the rest over.
        rule: Json = {
            "action": proof.random.choice(["kill_before", "kill_after"]),
            "path": REFUNDS,
            "nth": proof.random.randint(1, NTH_MAX),
            "pid": tick.pid,
        }
        with contextlib.suppress(AssertionError):  # It may have ended already.
            stage.sandbox.control("faults", {"rules": [rule]})
    eventually(
        lambda: did(stage.sandbox).total() > 0, what="a tick is killed at a refund of its own"
    )
    for tick in [tick for tick in ticks if is_running(tick.pid)][-1:]:
        tick.send(signal.SIGKILL)  # Anywhere.
    codes = [tick.code() for tick in ticks]
    killed, struck = codes.count(-signal.SIGKILL), did(stage.sandbox)
    assert set(codes) <= {0, 75, -signal.SIGKILL}, [tick.output() for tick in ticks]
    assert struck.total() <= killed <= struck.total() + 1, (struck, codes)
    proof.inject("wish tick beside nine others", AT_ONCE)
    for action, times in struck.items():
        proof.inject(f"wish tick killed at a refund: {action}", times)
    proof.inject("wish tick killed anywhere", killed - struck.total())

    # The clock was a month ahead: healing comes after that.
    for number in range(1, ROUNDS_MAX + 1):
        stage.sandbox.control("settle")
        stage.job("tick", ahead=31 * DAY + 600 * number)
    assert stage.agree(shared) == {"refunded": PLEDGES}


@pytest.mark.parts(10)
@pytest.mark.parametrize("action", ["stop_before", "stop_after"])
def test_a_stopped_refund_wakes_after_another_took_over(
    stage: Stage, proof: Proof, action: str
) -> None:
    for _ in range(proof.size(change=1, long=50)):
        shared = stage.one.shared(price=2000)
        giver = stage.guests(1)[0]
        # An item for each: whoever is stopped in a transaction keeps the item locked.
        for item in (shared, *(item_on(shared, price=2000) for _ in range(11))):
            assert send(giver, item, pledge_with("pm_card_visa", 1000)) == 201
        shared.owner.api.delete(f"/v1/lists/{shared.list_id}")
        stage.job("expire")
        sleeper = stage.commands.start("refund", "--json")
        rule = {"action": action, "path": REFUNDS, "nth": 3, "method": "POST", "pid": sleeper.pid}
        with rules(stage.sandbox, rule):
            until_stopped(sleeper.pid)
            if proof.random.random() < 0.5:
                stage.sandbox.control("keys/forget")
            # Its leases run out, others send what it did not, and then it wakes and goes on.
            stage.job("refund", ahead=200)
            assert did(stage.sandbox) == {action: 1}
            proof.inject(f"{action} of wish refund, woken after its lease")
        assert sleeper.code() in {0, 75}, sleeper.output()
        assert stage.heal(shared) <= ROUNDS_MAX
        assert stage.agree(shared) == {"refunded": 12}


@pytest.mark.parts(5)
@pytest.mark.parametrize(
    ("words", "codes"),
    [(("list", "close"), [0, 3]), (("pledge", "refund"), [0, 3])],
    ids=["close", "refund"],
)
def test_an_operator_does_the_same_twice_at_once(
    stage: Stage, proof: Proof, words: tuple[str, str], codes: list[int]
) -> None:
    for _ in range(proof.size(change=2, long=100)):
        shared = stage.one.shared(price=9000)
        giver = stage.guests(1)[0]
        body = pledge_with("pm_card_visa", 3000)
        assert send(giver, shared, body) == 201
        subject = shared.list_id if words[0] == "list" else str(body["id"])

        both = [stage.commands.start(*words, subject, "--yes") for _ in range(2)]

        assert sorted(one.code() for one in both) == codes, [one.output() for one in both]
        proof.inject(f"wish {' '.join(words)} twice at once")
        twice = [stage.commands.start("tick", WISH_CLOCK_OFFSET_SECONDS="60") for _ in range(2)]
        assert {one.code() for one in twice} <= {0, 75}
        assert stage.heal(shared) <= ROUNDS_MAX
        assert stage.agree(shared) == {"refunded": 1}
        eventually(lambda: not stage.sandbox.queued(), what="all notices came")
