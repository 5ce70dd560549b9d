"""What a run plays on: `wish serve` and `wish tick` as processes, the sandbox, the database."""

import contextlib
import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from tests.support.commands import Command
from tests.support.line import LOST, Line, Said
from tests.support.mailbox import CODE
from tests.support.nursery import Nursery
from tests.support.planting import Plant
from tests.support.sandbox import KEY
from tests.support.server import (
    SERVER_SECRET,
    WEBHOOK_SECRET,
    eventually,
    free_port,
)
from tests.support.table_reader import Row, reader_of

PASSWORD: Final = "wet paint on the garden bench"
OWNER: Final = "olga"
GIVERS: Final = ("anna", "grace", "henry")
"""One with an account, and two guests."""
AHEAD: Final = timedelta(days=20)
"""When everybody signs in. Runs begin earlier, so that nobody's token expires in one."""
TABLES: Final = (
    "pledge_event", "refund", "ledger_entry", "payment_notice", "pledge", "funding", "item",
    "wish_list", "security_event", "job_lease",
)  # fmt: skip
"""What a run writes, children first. The people stay."""

_MERGE: Final = {"Content-Type": "application/merge-patch+json"}


@dataclass
class Town:
    """A database with people in it, for many stages, one after another."""

    url: str
    begins: datetime
    """When every run begins."""
    tokens: dict[str, str] = field(default_factory=dict)
    """By whom; the first stage signs everybody up."""


@dataclass
class Stage:
    """The processes, and ways to talk to them."""

    nursery: Nursery
    town: Town
    stripe_url: str
    port: int

    def __post_init__(self) -> None:
        self.api = Line(self.port)
        self.stripe = Line(int(self.stripe_url.rpartition(":")[2]))
        self.tables = reader_of(self.town.url)
        self._server: Command | None = None
        self._left: set[str] = set()

    # Processes

    def serve(self) -> None:
        """Start the server, and wait until it answers."""
        server = self._server = self.nursery.begin("serve")
        self.api.close()

        def is_ready() -> bool:
            return self.api.ask("GET", "/health/ready").status == 200

        try:
            eventually(is_ready, seconds=30, what="the server serves")
        except AssertionError as late:
            raise AssertionError(server.log.read_text()[-4000:]) from late

    def crash(self) -> None:
        """Kill the server wherever it is."""
        if self._server is not None:
            self.check_log()
            self.nursery.kill(self._server)
            self._server = None
            self._left = self._unended()

    def restart(self) -> None:
        """Kill the server if it runs, whatever it said, and start another."""
        if self._server is not None:
            self.nursery.kill(self._server)
            self._server = None
        self.serve()

    def close(self) -> None:
        """End everything that was started here."""
        try:
            self.crash()
        finally:
            self.nursery.close()
            for part in (self.api, self.stripe, self.tables):
                part.close()

    # The clock, and a new run

    @property
    def now(self) -> datetime:
        """The present instant, to every process of ours."""
        return self.nursery.now

    def wait(self, duration: timedelta) -> None:
        """Let time pass at once."""
        self.nursery.now += duration

    def empty(self) -> None:
        """Forget lists and money, and set the clock back to where runs begin."""
        self.order("reset")
        self.tables.empty(TABLES)
        self._left = set()
        self.nursery.now = self.town.begins

    # People

    def populate(self) -> None:
        """Let everybody sign up, and in."""
        self.nursery.now = self.town.begins + AHEAD
        for name in (OWNER, GIVERS[0]):
            self.town.tokens[name] = self._account(name)
        for name in GIVERS[1:]:
            self.town.tokens[name] = self._guest(name)
        self.nursery.now = self.town.begins

    def ask(self, who: str, method: str, path: str, body: object = None) -> Said:
        """Send a request as somebody."""
        return self.ask_on(self.api, who, method, path, body)

    def ask_on(self, line: Line, who: str, method: str, path: str, body: object = None) -> Said:
        """Send a request as somebody, on a connection of one's own."""
        headers = {"Authorization": f"Bearer {self.town.tokens[who]}"} if who else {}
        if method == "PATCH":
            headers |= _MERGE
        said = line.ask(method, path, body, headers=headers)
        assert said.status < 500 or said.status == 503, (method, path, said)
        return said

    def do(self, who: str, method: str, path: str, body: object = None) -> Any:
        """Send a request that is to be done, and return the document of the answer."""
        said = self.ask(who, method, path, body)
        assert 200 <= said.status < 300, (method, path, said)
        return said.json if said.content else None

    def _account(self, name: str) -> str:
        email = f"{name}@people.example"
        body = {"email": email, "password": PASSWORD, "first_name": name.title()}
        asked = self.do("", "POST", "/v1/accounts", {**body, "last_name": "Tester",
                                                     "birthday": "1990-12-10"})  # fmt: skip
        code = self._code(email)
        self.do("", "POST", "/v1/accounts/confirm", {"id": asked["id"], "code": code})
        tokens = self.do("", "POST", "/v1/auth/token", {"email": email, "password": PASSWORD})
        return str(tokens["access_token"])

    def _guest(self, name: str) -> str:
        email = f"{name}@people.example"
        asked = self.do("", "POST", "/v1/visitors", {"name": name.title(), "email": email})
        confirmation = {"id": asked["id"], "code": self._code(email)}
        made = self.do("", "POST", "/v1/visitors/confirm", confirmation)
        return str(made["visitor_token"])

    def _code(self, email: str) -> str:
        letters = sorted((self.nursery.folder / "var" / "mail").glob(f"*-{email}-*.eml"))
        (code,) = set(CODE.findall(letters[-1].read_text().partition("\n\n")[2]))
        return str(code)

    # Stripe

    def order(self, path: str, /, **order: object) -> Any:
        """Use the sandbox's controls."""
        said = self.stripe.ask("POST", f"/_sandbox/{path}", order)
        assert said.status == 200, (path, said)
        return said.json

    def book(self) -> list[Row]:
        """Return what was really charged and given back, intent by intent."""
        book = self.stripe.ask("GET", "/_sandbox/book").json
        assert book["balanced"] is True
        rows: list[Row] = book["payment_intents"]
        return rows

    def net(self) -> int:
        """Return what Stripe holds for us."""
        totals = self.stripe.ask("GET", "/_sandbox/book").json["currencies"]
        return int(totals["usd"]["net"]) if totals else 0

    def read(self, path: str) -> Any:
        """Ask Stripe as the holder of our key."""
        said = self.stripe.ask("GET", path, headers={"Authorization": f"Bearer {KEY}"})
        assert said.status == 200, (path, said)
        return said.json

    def charging_calls(self) -> int:
        """Return how often a payment was created or confirmed, of the last requests."""
        requests = self.stripe.ask("GET", "/_sandbox/requests").json["requests"]
        return sum(
            one["method"] == "POST"
            and (one["path"] == "/v1/payment_intents" or one["path"].endswith("/confirm"))
            for one in requests
        )

    @contextlib.contextmanager
    def fault(self, rule: Row | None) -> Iterator[None]:
        """Let something go wrong meanwhile."""
        if rule is None:
            yield
            return
        self.order("faults", **rule)
        try:
            yield
        finally:
            self.heal()

    def heal(self) -> None:
        """End every fault, and let go whatever one held."""
        self.stripe.ask("DELETE", "/_sandbox/faults")

    def met(self) -> int:
        """Return how many requests met a fault since the last `heal`."""
        return sum(rule["met"] for rule in self._rules())

    def is_holding(self) -> bool:
        """Say whether a fault holds a request."""
        return any(rule["holding"] for rule in self._rules())

    def _rules(self) -> list[Row]:
        rules: list[Row] = self.stripe.ask("GET", "/_sandbox/faults").json["rules"]
        return rules

    def notify(self, event: Row, *, secret: str = WEBHOOK_SECRET) -> Said:
        """Send a notice, signed as Stripe does."""
        content = json.dumps(event).encode()
        stamp = int(time.time())
        digest = hmac.new(secret.encode(), f"{stamp}.".encode() + content, hashlib.sha256)
        headers = {
            "Stripe-Signature": f"t={stamp},v1={digest.hexdigest()}",
            "Content-Type": "application/json",
        }
        said = self.api.ask("POST", "/v1/webhooks/stripe", content=content, headers=headers)
        assert said.status != LOST
        return said

    def hear_out(self) -> None:
        """Wait until the server has ended every notice, but those that a crash left behind."""

        def is_quiet() -> bool:
            self.check_log()
            return self._unended() <= self._left

        eventually(is_quiet, seconds=20, what="notices are ended")

    def check_log(self) -> None:
        """Insist that the server wrote of no bug."""
        if self._server is not None:
            said = self._server.log.read_text()
            assert '"level":"error"' not in said, said[-4000:]
            assert "Traceback" not in said, said[-4000:]

    def _unended(self) -> set[str]:
        found = self.tables.rows("SELECT id FROM payment_notice WHERE handled_at IS NULL")
        return {str(row["id"]) for row in found}


@contextlib.contextmanager
def staged(
    folder: Path, town: Town, *, stripe_url: str, plant: Plant | None = None
) -> Iterator[Stage]:
    """Start all processes, with a planted bug in them if one is given."""
    port = free_port()
    with contextlib.ExitStack() as stack:
        environment = {
            "WISH_VAR": str(folder / "nursery" / "var"),
            "WISH_PORT": str(port),
            "WISH_PUBLIC_URL": f"http://127.0.0.1:{port}",
            "WISH_SECRET": SERVER_SECRET,
            "WISH_LOG_FORMAT": "json",
            "WISH_LOG_LEVEL": "warning",
            "WISH_RATE_LIMITS": "false",
            "DATABASE_URL": town.url,
            "STRIPE_API_BASE": stripe_url,
            "STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET,
            "STRIPE_CALLS_PER_SECOND": "1000",
        }
        nursery = Nursery(folder / "nursery", environment, plant=plant)
        stage = Stage(nursery, town, stripe_url, port)
        stack.callback(stage.close)
        nursery.now = town.begins
        stage.serve()
        if not town.tokens:
            stage.populate()
        yield stage
