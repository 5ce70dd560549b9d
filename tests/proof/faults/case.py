"""One case: a flow with one fault in it, what people and schedulers do afterwards, and the end."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

import httpx

from tests.proof.faults.stage import RULES, Stage, Template
from tests.support.forking import END_SECONDS_MAX, Process
from tests.support.http import somewhere
from tests.support.sandbox import Sandbox
from tests.support.server import NotStarted
from tests.support.striking import KILL_AFTER, KILL_BEFORE, Boundary, Fault
from tests.support.warm import Install

Json = dict[str, Any]
Return = Literal["at once", "late", "never"]
"""When whoever lost an answer asks again: before the scheduler runs, after it, or never."""

START_SECONDS_MAX: Final = 30
TRY_LATER: Final = 75
RECOVERIES: Final = (3, 14, 45)
"""How many minutes after the flow the scheduler runs: at most three times."""
TRIES_MAX: Final = 7
POLL_SECONDS: Final = 1.0
QUIET_SECONDS: Final = 0.2
STRIKE_SECONDS_MAX: Final = 2.0


class Lost(Exception):
    """The answer did not come, or says to try again: nobody knows what was done."""


class Broken(AssertionError):
    """The product did what it must never do."""


@dataclass
class Case:
    """The product in one case, and whatever its users do."""

    stage: Stage
    sandbox: Sandbox
    facts: Any
    fault: Fault | None = None
    ahead_minutes: int = 0
    install: Sequence[Install] = ()
    server: Process | None = None
    logs: list[Path] = field(default_factory=list)
    acknowledged: dict[str, Any] = field(default_factory=dict)
    """What was answered with success, by the names of the flow."""
    asked: Mapping[Boundary, int] | None = None
    """How many crossings somebody waited for, where the rest was left to the jobs."""
    http: httpx.AsyncClient = field(init=False)

    def __post_init__(self) -> None:
        # A connection of its own for each request: the server may have been killed in between.
        self.http = httpx.AsyncClient(
            base_url=self.stage.ground.url,
            timeout=30,
            limits=httpx.Limits(max_keepalive_connections=0),
        )

    # The product's processes

    async def serve(self) -> None:
        """Begin the API, and come back when this very process answers."""
        log = self._log()
        warm = self.stage.ground.warm
        self.server = warm.fork(["serve"], log=log, install=self._installed())
        self._expose(self.server)
        try:
            async with asyncio.timeout(START_SECONDS_MAX):
                while not await self._answers(log):  # noqa: ASYNC110 - another process
                    await asyncio.sleep(0.005)
        except TimeoutError as late:
            raise NotStarted(read(log)) from late

    async def wish(self, *words: str, ahead_minutes: int = 0) -> str:
        """Run `wish` at a later time, and return what it printed.

        Raises:
            Lost: it was killed. (What cannot be done now is not lost: it keeps.)
        """
        log = self._log()
        warm = self.stage.ground.warm
        offset = str(60 * (self.ahead_minutes + ahead_minutes))
        environment = {"WISH_CLOCK_OFFSET_SECONDS": offset}
        command = warm.fork(words, log=log, environment=environment, install=self._installed())
        self._expose(command)
        code = await asyncio.to_thread(command.wait, END_SECONDS_MAX)
        self._expose(self.server)
        if code < 0:
            raise Lost
        if code not in {0, TRY_LATER}:
            raise Broken(f"wish {' '.join(words)} ended with {code}: {read(log)}")
        return read(log)

    def wish_now(self, *words: str) -> None:
        """Run `wish` outside the loop, and insist that it succeeds."""
        log = self._log()
        warm = self.stage.ground.warm
        code = warm.fork(words, log=log, install=self._installed()).wait(END_SECONDS_MAX)
        assert code == 0, read(log)

    async def heal(self) -> None:
        """End the fault, and begin the API again if it was killed."""
        self.disarm()
        await self.sandbox.heal()
        if self.server is not None and self.server.pid == self._killed():
            self.end()
            await self.serve()
        if self.server is not None:
            assert self.server.poll() is None, "Nobody killed it."

    def _killed(self) -> int | None:
        is_kill = self.fault is not None and self.fault.mode in {KILL_BEFORE, KILL_AFTER}
        return self.struck() if is_kill else None

    def end(self) -> None:
        """End the API at once."""
        if self.server is not None:
            self.server.kill()
            self.server.wait(END_SECONDS_MAX)
            self.server = None

    def _expose(self, process: Process | None) -> None:
        victim = 0 if process is None else process.pid
        self.stage.postgres.victim = self.stage.stripe.victim = victim

    def _installed(self) -> list[Install]:
        if self.stage.ground.engine == "postgres":
            return list(self.install)
        file = str(self.stage.ground.folder / "switch")
        return [("tests.support.statements", "install", file), *self.install]

    def _log(self) -> Path:
        self.logs.append(self.stage.log())
        return self.logs[-1]

    async def _answers(self, log: Path) -> bool:
        with contextlib.suppress(httpx.TransportError):
            answer = await self.http.get("/health/ready")
            ours = answer.headers.get("x-request-id", "nobody's")
            return answer.status_code == 200 and ours in read(log)
        return False

    # The fault

    async def arm(self) -> None:
        """Count from now on, and strike."""
        for striker in (self.stage.postgres, self.stage.stripe, self.stage.ground.switch):
            striker.arm(self.fault)
        rule = RULES.get(self.fault.mode) if self.fault is not None else None
        if self.fault is not None and self.fault.boundary == "stripe" and rule is not None:
            await self.sandbox.tell("faults", path="/v1/*", nth=self.fault.at, **rule)

    def disarm(self) -> None:
        for striker in (self.stage.postgres, self.stage.stripe, self.stage.ground.switch):
            striker.disarm()

    def crossings(self) -> Mapping[Boundary, int]:
        """Return how often each boundary was crossed since it was armed."""
        stage = self.stage
        ours = stage.postgres if stage.ground.engine == "postgres" else stage.ground.switch
        return {stage.ground.engine: ours.count, "stripe": stage.stripe.count}

    def leave_to_jobs(self) -> None:
        """Say that what follows is done by jobs: no client waits for it, or comes back."""
        self.asked = self.crossings()

    async def is_quiet(self) -> None:
        """Wait until nobody asks anything any more: the server goes on after its answer.

        Only how many cases there are hangs on how long this waits.
        """
        before: Mapping[Boundary, int] = {}
        while before != self.crossings():
            before = self.crossings()
            await asyncio.sleep(QUIET_SECONDS)

    async def comes_to_be_struck(self) -> bool:
        """Say whether the fault happens, also to what the server does after its answer."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(STRIKE_SECONDS_MAX):
                while not await self._has_struck():  # noqa: ASYNC110 - another process
                    await asyncio.sleep(0.005)
        return await self._has_struck()

    async def _has_struck(self) -> bool:
        """Say whether a process met the fault, and if it is the sandbox's, whether it was done."""
        if not self.struck() or self.fault is None:
            return False
        is_sandbox = self.fault.boundary == "stripe" and self.fault.mode in RULES
        return not is_sandbox or await self.sandbox.met() > 0

    def struck(self) -> int:
        """Return the process that met the fault; zero: it did not happen."""
        stage = self.stage
        return stage.postgres.struck or stage.stripe.struck or stage.ground.switch.struck

    # Whoever uses the API

    async def ask(
        self, method: str, path: str, body: object = None, *, token: str | None = None, **more: Any
    ) -> httpx.Response:
        """Send a request once.

        Raises:
            Lost: there is no answer, or it says to try again.
            Broken: the server says that it made a mistake.
        """
        headers = {"X-Forwarded-For": somewhere(), **more.pop("headers", {})}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        if body is not None:
            more["json"] = body
        try:
            answer = await self.http.request(method, path, headers=headers, **more)
        except httpx.TransportError as error:
            raise Lost from error
        if answer.status_code == 503:
            raise Lost(answer.text)
        if answer.status_code >= 500:
            raise Broken(f"{method} {path}: {answer.status_code} {answer.text}")
        return answer


def read(log: Path) -> str:
    """Return what a process wrote."""
    return log.read_text(errors="replace")


async def insist(do: Callable[[], Any]) -> None:
    """Do something until it is not lost, a few times at most.

    The first two times at once, as people press a button; then as often as pages poll: for three
    seconds Stripe is not asked for the same payment again.

    Raises:
        Lost: it was, every time.
    """
    for number in range(TRIES_MAX - 1):
        with contextlib.suppress(Lost):
            await do()
            return
        if number:
            await asyncio.sleep(POLL_SECONDS)
    await do()


@asynccontextmanager
async def opened(
    stage: Stage,
    template: Template,
    *,
    fault: Fault | None = None,
    ahead_minutes: int = 0,
    install: Sequence[Install] = (),
) -> AsyncIterator[Case]:
    """Open a case in a copy of the template; nothing of it stays behind."""
    await stage.database.restore(template.database)
    async with stage.stripe_with(template.stripe) as sandbox:
        case = Case(
            stage, sandbox, template.facts, fault, ahead_minutes=ahead_minutes, install=install
        )
        try:
            yield case
        finally:
            case.disarm()
            case.end()
            await case.http.aclose()
            for log in case.logs:
                log.unlink(missing_ok=True)
