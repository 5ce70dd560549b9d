"""Two worlds from one database: a quiet one, and a busy one in which givers act."""

import asyncio
import contextlib
import json
import shutil
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final, TextIO

import httpx

from tests.proof.surprise.child import TRY_LATER, Plan
from tests.support.forking import Process, forker
from tests.support.http import Contract
from tests.support.newcomers import new_pass
from tests.support.server import (
    SERVER_SECRET,
    Child,
    Sandbox,
    Server,
    answers,
    launch,
    start_sandbox,
    start_server,
    started,
)
from tests.support.table_reader import reader_of
from wishcore import accounts, db, frontends, lists
from wishcore.money import Money

PASSWORD: Final = "wet paint on the garden bench"
PUBLIC_URL: Final = "https://wish.example"
MARKET: Final = "www.amazon.com"
FRONT_END: Final = "family-app"
OLD_FRONT_END: Final = "old-app"
GIVERS_LEAST: Final = 4
LATER: Final = timedelta(days=20)
"""Tokens are made as of then, so that they last while the clock is moved."""
_STAFF_EVERY: Final = 8
_AMAZON: Final = """
import asyncio, sys
from wishcli.sandbox.amazon import SandboxConfig, running
async def main():
    config = SandboxConfig(calls_per_second=None, calls_per_day=None)
    async with running(config, port=int(sys.argv[1])):
        await asyncio.Event().wait()
asyncio.run(main())
"""
_CHILD: Final = "from tests.proof.surprise.child import main\nmain({what!r}, is_leaky={leaky})\n"

CopyDatabase = Callable[[str, str], str]
"""Make a database like the one with this URL, under this name; return its URL."""


@dataclass(frozen=True, kw_only=True)
class Owner:
    """Somebody who owns lists in both worlds, and what it takes to be that person."""

    number: int
    id: str
    email: str
    token: str
    refresh_token: str
    """Of a third sign-in: it may be used up."""
    session: str
    """The access token of a second sign-in."""
    app: str
    """The access token of a front end that may only read and write."""
    app_refresh: str
    is_staff: bool


@dataclass(frozen=True, kw_only=True)
class Furniture:
    """What the database held before the worlds parted."""

    owners: list[Owner]
    givers: list[str]
    """Tokens and passes of those who only give."""
    friends_list: dict[str, str]
    """A list of somebody else, for which the owners give themselves."""


@dataclass
class Jobs:
    """Whoever runs `wish`'s jobs in one world: the command itself, in one process."""

    process: Process
    pipe: socket.socket
    lines: TextIO

    def begin(self, name: str) -> None:
        """Begin a job; `finish` waits for it."""
        self.pipe.sendall(f"{name}\n".encode())

    def finish(self, *, may_wait: bool = False) -> str:
        """Wait until the job is done, or put off if it may be; return what it printed."""
        said = ""
        for line in self.lines:
            if line.strip() == "done" or (may_wait and line.strip() == f"exit {TRY_LATER}"):
                return said
            said += line
            if line.startswith("exit "):
                break
        raise AssertionError(f"The jobs ended: {said}")

    def end(self) -> None:
        """Make sure that the process is gone."""
        self.process.kill()
        self.lines.close()
        self.pipe.close()


@dataclass
class Side:
    """One of the two worlds."""

    name: str
    database_url: str
    server: Server
    sandbox: Sandbox
    jobs: Jobs

    @property
    def url(self) -> str:
        """Where its server is."""
        return self.server.url

    @property
    def letters(self) -> Path:
        """Where its letters are."""
        return self.server.mail_folder


@dataclass
class TwoWorlds:
    """Both, and what they share: the clock, Amazon, and everything that was before."""

    quiet: Side
    busy: Side
    plan: Plan
    amazon: Child
    furniture: Furniture
    contract: Contract
    fresh: int = field(default=0)

    @property
    def sides(self) -> tuple[Side, Side]:
        """The quiet one and the busy one."""
        return self.quiet, self.busy

    def wait(self, duration: timedelta) -> None:
        """Let both clocks go on."""
        self.plan.now += duration

    def run_jobs(self, name: str = "tick") -> None:
        """Run jobs in both worlds at once, and wait for both."""
        for side in self.sides:
            side.jobs.begin(name)
        for side in self.sides:
            side.jobs.finish()

    def buy(self, count: int) -> int:
        """Let an operator of the busy world buy some gifts of open lists; return how many."""
        jobs = self.busy.jobs
        jobs.begin("gift list --limit=1000 --json")
        found = json.loads(jobs.finish())["items"][-count:]
        for gift in found:
            jobs.begin(f"gift bought {gift['item_id']}")
            jobs.finish()
        return len(found)

    def end_lists(self) -> None:
        """End all lists but the friend's, and forget all prices.

        What a leak did in one world would go on there: a list that stays active is synced.
        """
        friends = self.furniture.friends_list["item_id"]
        for side in self.sides:
            with contextlib.closing(reader_of(side.database_url)) as database:
                database.rows(
                    "UPDATE wish_list SET state = 'inactive' WHERE id NOT IN"
                    f" (SELECT list_id FROM item WHERE id = '{friends}')"
                )
                database.rows("DELETE FROM product_quote")

    def offer(self, asin: str, amount: str, **more: object) -> None:
        """Let Amazon sell a product."""
        product = {"marketplace": MARKET, "asin": asin, "title": "Thing", "amount": amount, **more}
        answer = httpx.post(f"{self.amazon.url}/_sandbox/products", json=product)
        assert answer.status_code == 200, answer.text

    def take_owners(self, count: int) -> list[Owner]:
        """Return owners whom nobody has had yet."""
        taken = self.furniture.owners[self.fresh : self.fresh + count]
        assert len(taken) == count, "More owners were to be made."
        self.fresh += count
        return taken


@contextlib.contextmanager
def two_worlds(
    folder: Path, base_url: str, copy: CopyDatabase, *, owners: int, is_leaky: bool = False
) -> Iterator[TwoWorlds]:
    """Furnish the database, make two of it, and run a world on each."""
    now = datetime.now(UTC).replace(microsecond=0)
    furniture = asyncio.run(_furnish(base_url, owners, now))
    plan = Plan.make(folder / "plan", now + timedelta(minutes=1))
    with contextlib.ExitStack() as stack:
        amazon = _start_amazon(folder / "amazon")
        stack.callback(amazon.end)
        sides = [
            stack.enter_context(
                _side(folder / name, copy(base_url, name), amazon, is_leaky=is_leaky)
            )
            for name in ("quiet", "busy")
        ]
        sides[1].sandbox.notify(sides[1].server)
        document = httpx.get(f"{sides[0].server.url}/openapi.json").json()
        yield TwoWorlds(sides[0], sides[1], plan, amazon, furniture, Contract(document))


def _start_amazon(folder: Path) -> Child:
    folder.mkdir(parents=True)

    def begin(port: int) -> Child:
        process, log_file = launch(folder, _AMAZON, [str(port)], {})
        return Child(process, port, log_file)

    return started(begin, lambda child: answers(child, "/_sandbox/faults") is not None)


@contextlib.contextmanager
def _side(folder: Path, url: str, amazon: Child, *, is_leaky: bool) -> Iterator[Side]:
    folder.mkdir(parents=True)
    sandbox = start_sandbox(folder / "stripe")
    try:
        server = start_server(
            folder / "server",
            database_url=url,
            stripe_url=sandbox.url,
            program=_CHILD.format(what="serve", leaky=is_leaky),
            WISH_PUBLIC_URL=PUBLIC_URL,
            AMAZON_CREDENTIAL_NA="3.1:sandbox-na-v3:sandbox-secret",
            AMAZON_PARTNER_TAGS=f"{MARKET}=sandbox-20",
            AMAZON_API_BASE=amazon.url,
            AMAZON_CALLS_PER_SECOND="10",
            PROOF_PLAN=str(folder.parent / "plan"),
        )
        try:
            jobs = _start_jobs(server, is_leaky=is_leaky)
            try:
                yield Side(folder.name, url, server, sandbox, jobs)
            finally:
                jobs.end()
        finally:
            server.end()
    finally:
        sandbox.end()


def _start_jobs(server: Server, *, is_leaky: bool) -> Jobs:
    ours, theirs = socket.socketpair()
    with theirs:
        process = forker().start_logged(
            _CHILD.format(what="jobs", leaky=is_leaky),
            [],
            folder=server.folder,
            environment=server.environment,
            log=server.folder / "jobs.log",
            pipe=theirs,
        )
    return Jobs(process, ours, ours.makefile("r"))


async def _furnish(url: str, count: int, now: datetime) -> Furniture:
    await db.connect(url, pool_max=1)
    try:
        return await _furnish_connected(count, now)
    finally:
        await db.disconnect()


async def _furnish_connected(count: int, now: datetime) -> Furniture:
    hasher = accounts.PasswordHasher(memory_kib=64, passes=1)
    try:
        for client_id, grants in ((FRONT_END, frontends.USUAL_GRANTS),
                                  (OLD_FRONT_END, frontends.GRANTS)):  # fmt: skip
            await frontends.add_client(
                frontends.Registration(
                    client_id=client_id,
                    name="The family's app",
                    redirect_uris=["https://app.example/back"],
                    grants=grants,
                ),
                now=now,
            )
        owners = [await _owner(number, hasher, now) for number in range(count)]
        # Nobody pledges more than thirty times an hour.
        half = GIVERS_LEAST + count // 4
        givers = [(await _account(f"giver{n}", hasher, now))[1] for n in range(half)]
        givers += [await _guest(f"guest{n}", now) for n in range(half)]
        return Furniture(
            owners=owners, givers=givers, friends_list=await _friends_list(hasher, now)
        )
    finally:
        hasher.close()


async def _account(
    name: str, hasher: accounts.PasswordHasher, now: datetime
) -> tuple[accounts.Profile, str]:
    profile = await accounts.register(
        email=f"{name}@people.example",
        password=PASSWORD,
        first_name=name.title(),
        last_name="Tester",
        birthday=date(1990, 5, 17),
        confirmed_at=now,
        hasher=hasher,
        now=now,
    )
    return profile, (await _tokens(profile, now)).access_token


@db.transactional
async def _tokens(
    profile: accounts.Profile, now: datetime, client_id: str | None = None
) -> accounts.TokenPair:
    family = await accounts.begin_family(
        profile.id,
        expires_at=now + timedelta(days=30),
        client_id=client_id,
        scope="read write" if client_id else None,
        now=now,
    )
    return await accounts.issue_pair(family, now=now + LATER)


async def _owner(number: int, hasher: accounts.PasswordHasher, now: datetime) -> Owner:
    profile, session = await _account(f"owner{number}", hasher, now)
    own, app = await _tokens(profile, now), await _tokens(profile, now, FRONT_END)
    spare = await _tokens(profile, now)
    is_staff = number % _STAFF_EVERY == 0
    if is_staff:
        await accounts.give_role(profile.id, "staff", by=None, now=now)
    return Owner(
        number=number,
        id=str(profile.id),
        email=str(profile.email),
        token=own.access_token,
        refresh_token=spare.refresh_token,
        session=session,
        app=app.access_token,
        app_refresh=app.refresh_token,
        is_staff=is_staff,
    )


async def _guest(name: str, now: datetime) -> str:
    made = await new_pass(f"{name}@people.example", name=name.title(), now=now)
    return made.visitor_token


async def _friends_list(hasher: accounts.PasswordHasher, now: datetime) -> dict[str, str]:
    friend, _ = await _account("friend", hasher, now)
    content = lists.ListContent(
        title="A friend's", description="", occasion="", deadline=now + timedelta(days=90)
    )
    made = await lists.create_list(owner_id=friend.id, content=content, currency="USD", now=now)
    owned = await lists.as_owner(friend.id, made.id)
    item = await lists.add_item(
        owned,
        content=lists.ItemContent(
            title="House", note="", url="", price=Money(90_000_000, "USD"), quantity=1, priority=3
        ),
        now=now,
    )
    token = await lists.share(owned, server_secret=SERVER_SECRET, now=now)
    return {"token": token, "item_id": str(item.id)}


def copy_sqlite(base_url: str, name: str) -> str:
    """Make a copy of a database file that nobody has open."""
    base = Path(base_url.removeprefix("sqlite://"))
    copied = base.with_name(f"{name}.sqlite3")
    shutil.copyfile(base, copied)
    return f"sqlite://{copied}"
