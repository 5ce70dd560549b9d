"""What the tests of `tests/proof` share: sizes, seeds, and a table of what was injected.

    pytest tests/proof                 the sizes of every change
    pytest tests/proof --long          the sizes of the long run
    pytest tests/proof --long=0.1      a tenth of them
    pytest tests/proof --proof-seed=7  the same faults again

A test that asks for `proof` says each fault, each pair of worlds, each hostile request that it
really delivered: `proof.inject("connection dropped")`. A test that injected nothing fails, for it
proved nothing, and so does a long run that injected nothing. It also says how often it reached what
it is about, and of how many at least: `proof.reach("letter", letters, of=pairs, share=0.5)`; a run
that reached less, a slice of the long run too, is no success. A long test is cut into parts
(`@pytest.mark.parts(20)`), so that the bar moves and two processes share the work.
"""

import math
import random
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple, TypeVar, cast

import pytest
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from typing_extensions import override

T = TypeVar("T")

PROPERTY: Final = "injected"
REACHED: Final = "reached"
CHANGE_SEED: Final = 20261121


class Reach(NamedTuple):
    """How often something was reached, of how many, and how often it has to be."""

    times: int
    of: int
    least: float

    def plus(self, other: "Reach") -> "Reach":
        """Return both together."""
        return Reach(self.times + other.times, self.of + other.of, self.least + other.least)

    @property
    def is_enough(self) -> bool:
        """Whether it was reached as often as it has to be."""
        return self.times >= math.floor(self.least)

    @override
    def __str__(self) -> str:
        least = "" if self.is_enough else f", at least {math.floor(self.least):,} NOT REACHED"
        return f"{self.times:,} of {self.of:,}{least}"


NOTHING: Final = Reach(0, 0, 0.0)


class Proof:
    """The size, the seed and the count of one test.

    Attributes:
        is_long: Whether this is the long run, or a share of it.
        seed: Of the whole run: always the same for a change, so that it is judged by the change
            and not by luck; drawn anew for each long run.
        random: Seeded by the run and by the test's name; use no other, but `draws`.
        injected: How often what was injected.
        reached: How often what was reached, of how many, and of how many at least.
    """

    def __init__(self, name: str, *, seed: int, long_share: float, part: int, parts: int) -> None:
        self.is_long = long_share > 0
        self.seed = seed
        self.random = random.Random(f"{seed}:{name}")
        self._name = name
        self.injected: Counter[str] = Counter()
        self.reached: dict[str, Reach] = {}
        self._long_share = long_share
        self._part = part
        self._parts = parts

    def draws(self, of: str) -> random.Random:
        """Return draws for a part of this test that stay what they are when other parts change."""
        return random.Random(f"{self.seed}:{self._name}:{of}")

    def size(self, change: int, long: int) -> int:
        """How many to try in this test: all of a change's, or this part's share of a long run's."""
        return math.ceil(long * self._long_share / self._parts) if self.is_long else change

    def share(self, all_of_them: Sequence[T], change: int) -> list[T]:
        """Which of an enumeration to try: a sample, or in the long run this part of all."""
        if not self.is_long:
            return self.random.sample(list(all_of_them), min(change, len(all_of_them)))
        own = list(all_of_them[self._part :: self._parts])
        return self.random.sample(own, math.ceil(len(own) * min(self._long_share, 1)))

    def inject(self, what: str, times: int = 1) -> None:
        """Count what was really delivered to the product; `what` becomes a line of the table."""
        self.injected[what] += times

    def reach(self, what: str, times: int, *, of: int, share: float) -> None:
        """Insist that of so many this share at least was `what`, rounded down.

        A change is judged by the numbers of each test, a long run by those of all parts of a test
        together: however small its slice, what can be expected of it is insisted on.
        """
        self.reached[what] = self.reached.get(what, NOTHING).plus(Reach(times, of, share * of))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--long",
        type=float,
        nargs="?",
        const=1.0,
        default=0.0,
        metavar="SHARE",
        help="the sizes of the long run, or a share of them",
    )

    parser.addoption("--proof-seed", type=int, help="repeat the faults of a run")


def seed_of(config: pytest.Config) -> int:
    """Return the seed of this run's proofs."""
    if (given := config.getoption("--proof-seed")) is not None:
        return int(given)
    return int(config.getoption("randomly_seed")) if config.getoption("--long") else CHANGE_SEED


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "parts(n): cut this test into n in the long run")
    config.pluginmanager.register(_Table(config), "table of what was injected")
    is_controller = not hasattr(config, "workerinput")
    if is_controller and config.getoption("--long") and sys.stderr.isatty():
        config.pluginmanager.register(_Bar(), "bar of the long run")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "proof" not in metafunc.fixturenames:
        return
    marker = metafunc.definition.get_closest_marker("parts")
    parts = int(marker.args[0]) if marker and metafunc.config.getoption("--long") else 1
    metafunc.parametrize(
        "_part", [(part, parts) for part in range(parts)], ids=lambda one: f"part{one[0] + 1}"
    )


@pytest.fixture
def _part() -> tuple[int, int]:
    return 0, 1


@pytest.fixture
def proof(request: pytest.FixtureRequest, _part: tuple[int, int]) -> Iterator[Proof]:
    """The size, seed and count of this test, which fails if it injected nothing."""
    config = request.config
    part, parts = _part
    kept = Proof(
        request.node.nodeid,
        seed=seed_of(config),
        long_share=config.getoption("--long"),
        part=part,
        parts=parts,
    )
    yield kept
    request.node.user_properties.append((PROPERTY, dict(kept.injected)))
    reached = {what: list(reach) for what, reach in kept.reached.items()}
    request.node.user_properties.append((REACHED, reached))
    missed = [f"{what}: {reach}" for what, reach in kept.reached.items() if not reach.is_enough]
    if missed and not kept.is_long:
        pytest.fail("\n".join(missed))
    if not kept.injected.total():
        pytest.fail("It injected nothing, so it proved nothing.")


def _injected_by(report: pytest.TestReport) -> list[dict[str, int]]:
    """What a test counted: it came as JSON from the process that ran it."""
    found = [kept for name, kept in report.user_properties if name == PROPERTY]
    return cast("list[dict[str, int]]", found)


def _reached_by(report: pytest.TestReport) -> dict[str, Reach]:
    """What a test reached: it came as JSON, too."""
    kept = cast("dict[str, list[int]]", dict(report.user_properties).get(REACHED, {}))
    return {what: Reach(*reach) for what, reach in kept.items()}


def _name_of(nodeid: str) -> str:
    """Return what all parts of a test are called together."""
    return nodeid.split("[", maxsplit=1)[0].removeprefix("tests/")


class _Table:
    """Adds up what all processes of the run injected, and what broke."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._rows: Counter[tuple[str, str]] = Counter()
        self._reached: dict[tuple[str, str], Reach] = {}
        self._broken: set[str] = set()
        self._is_controller = not hasattr(config, "workerinput")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        name = _name_of(report.nodeid)
        if report.when == "teardown":
            for injected in _injected_by(report):
                for what, times in injected.items():
                    self._rows[name, what] += times
            for what, reach in _reached_by(report).items():
                before = self._reached.get((name, what), NOTHING)
                self._reached[name, what] = before.plus(reach)
        if report.failed:
            self._broken.add(report.nodeid)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        is_empty = not sum(self._rows.values())
        is_enough = all(reach.is_enough for reach in self._reached.values())
        is_long = self._is_controller and self._config.getoption("--long")
        if is_long and (is_empty or not is_enough):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if not self._rows:
            if self._config.getoption("--long"):
                terminalreporter.section("nothing was injected: this run proves nothing")
            return
        engine = self._config.getoption("--engine")
        seed = seed_of(self._config)
        terminalreporter.section(f"what was injected ({engine}, seed {seed})")
        broken = Counter(_name_of(nodeid) for nodeid in self._broken)
        # Whoever broke before anything was injected has a line, too.
        early = {(name, "nothing"): 0 for name in broken.keys() - {name for name, _ in self._rows}}
        for (name, what), times in sorted({**self._rows, **early}.items()):
            broke = f"  BROKE {broken[name]}" if broken[name] else ""
            terminalreporter.line(f"{times:>9,}  {what}  ({name}){broke}")
        if self._reached:
            terminalreporter.section("what was reached")
        for (name, what), reach in sorted(self._reached.items()):
            terminalreporter.line(f"{what}: {reach}  ({name})")


class _Bar:
    """How far a long run is, in place of the dots; on a terminal only."""

    def __init__(self) -> None:
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[injected]:,} injected"),
            console=Console(stderr=True),
        )
        self._task = self._progress.add_task("long run", total=None, injected=0)
        self._injected = 0

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self._begin(len(session.items))

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: Sequence[str]) -> None:
        self._begin(len(ids))

    def _begin(self, tests: int) -> None:
        if tests:  # The controller of pytest-xdist collects nothing itself.
            self._progress.update(self._task, total=tests)
            self._progress.start()

    @pytest.hookimpl(tryfirst=True)
    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, str] | None:
        """Count what passed, and print nothing for it."""
        return (report.outcome if report.when == "call" else "", "", "") if report.passed else None

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "teardown":
            self._injected += sum(sum(one.values()) for one in _injected_by(report))
            self._progress.update(self._task, advance=1, injected=self._injected)

    def pytest_sessionfinish(self) -> None:
        self._progress.stop()
