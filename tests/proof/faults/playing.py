"""Playing a flow: without a fault to count its crossings, then with one fault in each of them."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from msgspec import json
from typing_extensions import override

from tests.api.world import World
from tests.proof.faults.case import (
    RECOVERIES,
    Broken,
    Case,
    Json,
    Lost,
    Return,
    insist,
    opened,
    read,
)
from tests.proof.faults.flows import (
    Before,
    Challenged,
    Closed,
    Flow,
    Notified,
    Pledge,
    Returned,
    ReturnedUnpaid,
    Withdrawn,
)
from tests.proof.faults.judging import is_moving, judge
from tests.proof.faults.stage import ERROR_AFTER, Crossings, Stage, Template
from tests.proof.faults.token_flows import Refreshed, RefreshedByFrontEnd
from tests.support.http import Api
from tests.support.server import Sandbox as SandboxChild
from tests.support.server import Server
from tests.support.striking import Boundary, Fault
from tests.support.warm import Install
from wishcli.sandbox.stripe.model.world import State

NEVER: Final[Return] = "never"
FEWER_SHARE_MAX: Final = 0.1
NO_PAYMENTS: Final = json.encode(State())
"""The state of a Stripe of which nothing was asked yet."""
FLOWS: Final[Mapping[str, Flow]] = {
    flow.name: flow
    for flow in (
        Pledge(),
        Challenged(),
        Returned(),
        ReturnedUnpaid(),
        Withdrawn(),
        Closed(),
        Notified(),
        Refreshed(),
        RefreshedByFrontEnd(),
    )
}


@dataclass(frozen=True)
class Trial:
    """What is tried: a fault in a flow, and whether its user comes back."""

    flow: str
    fault: Fault
    came_back: Return

    @override
    def __str__(self) -> str:
        fault = self.fault
        return f"{self.flow}/{fault.boundary}/{fault.at}/{fault.mode}/{self.came_back}"

    @classmethod
    def read(cls, text: str) -> "Trial":
        """Read what `str` wrote."""
        flow, boundary, at, mode, came_back = text.split("/")
        fault = Fault(boundary, mode, int(at))  # type: ignore[arg-type]
        return cls(flow, fault, came_back)  # type: ignore[arg-type]


async def prepared(stage: Stage, flow: Flow) -> tuple[Template, Crossings]:
    """Return in what a flow begins, and how often each boundary is crossed without any fault."""
    found = stage.ground.prepared
    if flow.name not in found:
        template = await _prepare(stage, flow)
        found[flow.name] = template, await _crossings(stage, flow, template)
    return found[flow.name]


async def _prepare(stage: Stage, flow: Flow) -> Template:
    async with opened(stage, Template(None, NO_PAYMENTS, None)) as case:
        await case.serve()
        facts = await asyncio.to_thread(_make, case, flow)
        case.end()
        database = await stage.database.save()
    return Template(database, stage.stripe_state(), facts)


def _make(case: Case, flow: Flow) -> Json:
    ground = case.stage.ground
    process = cast("Any", None)  # Nobody here asks for it.
    server = Server(process, ground.port, case.logs[0], ground.folder)
    stripe = SandboxChild(process, int(case.sandbox.url.rpartition(":")[2]), case.logs[0])
    nobody = Api(ground.url)
    try:
        world = World(server, stripe, nobody)
        return flow.prepare(Before(world, case.sandbox.url, case.wish_now))
    finally:
        nobody.close()


async def _crossings(stage: Stage, flow: Flow, template: Template) -> Crossings:
    async with opened(stage, template, ahead_minutes=flow.ahead_minutes) as case:
        if flow.has_server:
            await case.serve()
        await case.arm()
        await flow.play(case)
        await case.is_quiet()
        found = Crossings(case.crossings(), case.asked or case.crossings())
        case.disarm()
        await _recover(case)
        await _judge(case, flow, "at once")
    return found


def trials(flow: Flow, stage: Stage, found: Crossings) -> list[Trial]:
    """Return every case of a flow."""
    return [
        Trial(flow.name, Fault(boundary, mode, at), came_back)
        for boundary, modes in stage.boundaries.items()
        for at in range(1, found.all[boundary] + 1)
        for mode in modes
        for came_back in (flow.returns if at <= found.asked[boundary] else (NEVER,))
    ]


async def play(
    stage: Stage, flow: Flow, template: Template, trial: Trial, *, install: Sequence[Install] = ()
) -> None:
    """Play with a fault, heal, let everybody go on, and look whether all is well.

    Raises:
        Broken: it is not.
        NotStruck: all is well, but the fault did not happen.
    """
    async with opened(
        stage, template, fault=trial.fault, ahead_minutes=flow.ahead_minutes, install=install
    ) as case:
        if flow.has_server:
            await case.serve()
        await case.arm()
        is_lost = False
        try:
            await flow.play(case)
        except Lost:
            is_lost = True
        is_struck = await case.comes_to_be_struck()
        crossed = case.crossings()
        await case.heal()
        came_back = trial.came_back
        if is_lost and came_back == "at once" and not await _retry(case, flow):
            came_back = "never"
        await _recover(case)
        if is_lost and trial.came_back == "late":
            await insist(lambda: flow.play(case))
        await _judge(case, flow, came_back)
        if not is_struck:
            raise NotStruck(trial, crossed)


class NotStruck(AssertionError):
    """The fault did not happen.

    Attributes:
        is_chance: Whether a few questions less were asked this time, as happens to who works side
            by side: two refunds, by one connection or two. Otherwise the harness is wrong.
    """

    def __init__(self, trial: Trial, crossed: Mapping[Boundary, int]) -> None:
        super().__init__(f"{trial}: there were {crossed} only")
        asked, at = crossed[trial.fault.boundary], trial.fault.at
        self.is_chance = (1 - FEWER_SHARE_MAX) * at <= asked < at


async def _retry(case: Case, flow: Flow) -> bool:
    """Let the client ask again until it knows; say whether it does."""
    try:
        await insist(lambda: flow.play(case))
    except Lost as lost:
        # Stripe repeats a stored 500 to everybody who brings the same key, for a day.
        if case.fault is not None and case.fault.mode == ERROR_AFTER:
            return False
        raise Broken("It was lost again and again although nothing is wrong any more") from lost
    return True


async def _recover(case: Case) -> None:
    for minutes in RECOVERIES:
        await case.wish("tick", ahead_minutes=minutes)
        if not await is_moving(case):
            break


async def _judge(case: Case, flow: Flow, came_back: Return) -> None:
    await judge(case)
    await flow.judge(case, came_back)
    for log in case.logs:
        if '"event":"bug"' in read(log):
            raise Broken(f"A bug was logged: {read(log)}")
