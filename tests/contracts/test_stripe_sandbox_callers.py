"""The sandbox kills, stops and wakes whoever calls it, and nobody else."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.contracts.conftest import Sandbox, eventually

pytestmark = pytest.mark.slow

INTENTS = "/v1/payment_intents"
CALLER = """
import sys, urllib.request
for number, line in enumerate(sys.stdin):
    request = urllib.request.Request(
        sys.argv[1] + "/v1/payment_intents",
        data=b"amount=1200&currency=usd&payment_method=pm_card_visa&confirm=true"
             b"&automatic_payment_methods[enabled]=true"
             b"&automatic_payment_methods[allow_redirects]=never",
        headers={"Authorization": "Bearer sk_test_x", "Idempotency-Key": f"{sys.argv[2]}{number}"},
    )
    with urllib.request.urlopen(request) as answer:
        print(answer.status, flush=True)
"""


@asynccontextmanager
async def caller(sandbox: Sandbox, name: str) -> AsyncIterator[Process]:
    """Start somebody who pays once for each line it is told."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", CALLER, sandbox.url, name, stdin=PIPE, stdout=PIPE
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def ask(process: Process) -> None:
    assert process.stdin is not None
    process.stdin.write(b"pay\n")
    await process.stdin.drain()


async def answered(process: Process) -> bytes:
    assert process.stdout is not None
    async with asyncio.timeout(10):
        return (await process.stdout.readline()).strip()


async def charged(sandbox: Sandbox) -> int:
    counts = (await sandbox.book())["counts"]
    assert isinstance(counts, dict)
    return int(counts["charges_succeeded"])


def state(process: Process) -> str:
    with open(f"/proc/{process.pid}/stat") as status:
        return status.read().rpartition(")")[2].split()[0]


@pytest.mark.parametrize(("action", "booked"), [("kill_before", 0), ("kill_after", 1)])
async def test_the_caller_is_killed_at_its_second_request(
    sandbox: Sandbox, action: str, booked: int
) -> None:
    async with caller(sandbox, "one") as one, caller(sandbox, "other") as other:
        await sandbox.fault(action=action, path=INTENTS, nth=2, pid=one.pid)
        for process in (one, other, other, other):
            await ask(process)
            assert await answered(process) == b"200"

        await ask(one)

        async with asyncio.timeout(10):
            assert await one.wait() == -signal.SIGKILL
        assert await charged(sandbox) == 4 + booked
        await ask(other)
        assert await answered(other) == b"200"


@pytest.mark.parametrize(("action", "booked"), [("stop_before", 0), ("stop_after", 1)])
async def test_the_caller_is_stopped_until_somebody_elses_request_wakes_it(
    sandbox: Sandbox, action: str, booked: int
) -> None:
    async with caller(sandbox, "one") as one, caller(sandbox, "other") as other:
        await sandbox.fault(action=action, path=INTENTS, pid=one.pid)
        await ask(one)

        async def is_stopped() -> bool:
            return state(one) == "T"

        await eventually(is_stopped)
        assert await charged(sandbox) == booked

        await sandbox.fault(action="wake", path=INTENTS, nth=2, pid=one.pid)
        for _ in range(2):
            assert await is_stopped()
            await ask(other)
            assert await answered(other) == b"200"

        assert await answered(one) == b"200"
        assert await charged(sandbox) == 3


async def test_clearing_the_rules_wakes_whoever_is_stopped(sandbox: Sandbox) -> None:
    async with caller(sandbox, "one") as one:
        await sandbox.fault(action="stop_before", path=INTENTS, pid=one.pid)
        await ask(one)

        async def is_stopped() -> bool:
            return state(one) == "T"

        await eventually(is_stopped)
        assert (await sandbox.http.delete("/_sandbox/faults")).status_code == 200
        assert await answered(one) == b"200"


async def test_nobody_is_signalled_who_may_not_be(sandbox: Sandbox) -> None:
    for pid in (0, 1, -1, os.getpid(), 2**22 + 1):
        rule = {"action": "kill_after", "pid": pid}
        answer = await sandbox.http.post("/_sandbox/faults", json=rule)
        assert answer.status_code == 400, pid
    assert (await sandbox.look("faults"))["rules"] == []
