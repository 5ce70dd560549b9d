"""No processor, no memory to waste, and sockets of the slow: slower, and as right as ever."""

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from typing import Final

import httpx
import pytest

from tests.api.conftest import StartWorld
from tests.proof.staying_up.alive import assert_alive, assert_books
from tests.support.load import PRICE, Load, load_on
from tests.support.processes import resident_kilobytes
from tests.support.proof import Proof
from tests.support.server import eventually

GROWTH_KILOBYTES_MAX: Final = 12_000
"""How much a server may grow after it has warmed up, however many requests it serves."""
HOG: Final = "import os\nwhile os.getppid() == {parent}: pass"
SLOW: Final = 200
GIVEN_UP_SECONDS_MAX: Final = 45

pytestmark = [pytest.mark.timeout(900), pytest.mark.slow]


@contextlib.contextmanager
def hogs() -> Iterator[int]:
    """Keep every core busy for the block."""
    command = [sys.executable, "-c", HOG.format(parent=os.getpid())]
    with contextlib.ExitStack() as stack:
        count = os.cpu_count() or 1
        for _ in range(count):
            hog = stack.enter_context(subprocess.Popen(command))
            stack.callback(hog.kill)
        yield count


@pytest.mark.parts(2)
@pytest.mark.nightly("postgres")
def test_every_core_is_busy(start: StartWorld, proof: Proof) -> None:
    world = start(WISH_RATE_LIMITS="false")
    load = load_on(world.shared(price=PRICE))
    with hogs() as count, load.running():
        eventually(
            partial(_has_told, load, proof.size(12, 2000)), seconds=600, what="pledges go on"
        )
        proof.inject("processors kept busy", count)

    strange = {status for status, _ in load.codes()} - {200, 201, 202, 404, 503}
    assert strange == set(), load.seen
    load.check()
    assert_books(load.shared)


@pytest.mark.parts(4)
@pytest.mark.nightly
def test_memory_does_not_grow_with_the_number_of_requests(start: StartWorld, proof: Proof) -> None:
    world = start(WISH_RATE_LIMITS="false")
    load = load_on(world.shared(price=PRICE))
    pid, requests = world.server.process.pid, proof.size(1200, 80_000)
    path = f"{world.server.url}/v1/shared/{load.shared.token}"
    with httpx.Client() as reader:
        for _ in range(requests // 2):
            assert reader.get(path).status_code == 200
        warm = resident_kilobytes(pid)
        for number in range(requests):
            assert reader.get(path).status_code == 200
            if number % 20 == 0:
                assert reader.get(f"{world.server.url}/v1/{number}").status_code == 404
                httpx.get(path)  # a connection of its own
    proof.inject("requests while memory is watched", requests)
    assert resident_kilobytes(pid) - warm < GROWTH_KILOBYTES_MAX
    assert_alive(load.shared, load.givers[0])


@pytest.mark.parts(1)
@pytest.mark.nightly
def test_others_are_served_while_many_send_byte_by_byte(start: StartWorld, proof: Proof) -> None:
    world = start(WISH_RATE_LIMITS="false")
    load = load_on(world.shared(price=PRICE))
    begun = time.monotonic()
    with contextlib.ExitStack() as stack:
        address = ("127.0.0.1", world.server.port)
        slow = [stack.enter_context(socket.create_connection(address)) for _ in range(SLOW)]
        for number, one in enumerate(slow):
            head = b"POST /v1/auth/token HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            one.sendall(head + (b"Content-Length: 90000\r\n\r\n{" if number % 2 else b"X: "))
        proof.inject("connections that send byte by byte", SLOW)
        stack.enter_context(load.running())
        rounds = GIVEN_UP_SECONDS_MAX if proof.is_long else 2
        for _ in range(rounds):
            slow = [one for one in slow if _sent(one)]
            before = len(load.told)
            eventually(partial(_has_told, load, before + 1), seconds=60, what="pledges go on")
            if proof.is_long:
                begun_round = time.monotonic()
                eventually(partial(_has_passed, begun_round + 1), what="a second")
        if proof.is_long:
            assert slow == [], f"{len(slow)} are served after {time.monotonic() - begun:.0f} s"
    assert load.bugs == []
    load.check()


def _sent(one: socket.socket) -> bool:
    """Send one more byte; say whether the server still takes it."""
    try:
        one.send(b" ")
        one.setblocking(False)
        return one.recv(65536) != b"" and _sent(one)
    except BlockingIOError:
        return True
    except OSError:
        return False


def _has_told(load: Load, count: int) -> bool:
    return len(load.told) >= count or bool(load.bugs)


def _has_passed(moment: float) -> bool:
    return time.monotonic() > moment
