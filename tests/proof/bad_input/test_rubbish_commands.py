"""Rubbish for `wish`: every option and argument of every command, with every hostile word.

Each command ends with a code of docs/cli.md and plain lines on stderr, never with a traceback; and
what it refuses changes nothing.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pytest

from tests.api.world import dump
from tests.cli.runner import PASSWORD, SECRET, WEBHOOK_SECRET, Done, Wish
from tests.proof.bad_input.words import hostile
from tests.support.proof import Proof
from tests.support.server import Sandbox
from wishcli import main

pytestmark = [pytest.mark.nightly("postgres"), pytest.mark.slow]

NEVER_ENDING: Final = frozenset({("serve",), ("sandbox",), ("demo",)})
"""With right options they run for long, or until they are stopped: here they get wrong ones."""
WRONG: Final = ("x", "", "-1", "65536", "1.5", "٣٣", "9" * 400, "\udcff", "0x50")
"""For their ports and workers; what they do with hosts and files is in tests/cli."""

CODES: Final = frozenset({0, 2, 3, 75})
FOUND: Final = frozenset({("check",), ("reconcile",), ("doctor",)})
"""Their 1 says that they found something."""

LINES: Final = ("wish: ", "Error: ", "Usage: wish ", "Try 'wish ")
"""How a line on stderr begins when a command was not done."""

BYTES: Final = ("\udcff", "a\udc80b", "\udced\udca0\udc80")
"""What Python makes of arguments that are not UTF-8."""

NUMBERS: Final = (
    "-1", "0", "1", "999", "1000", "1001", "99999999999999999999", "9" * 5000, "1.5", "0x10",
    "1e3", "\u0663", "\uff11", "+1", " 1", "1_000", "nan", "inf", "-inf", "1e999999999", "0.001",
    "24.999", "1,50", "-0", "00024.99", "9" * 17, "0." + "0" * 5000 + "1",
)  # fmt: skip
TIMES: Final = (
    "30d", "0d", "99999w", "٣d", "-1d", "1e3d", "d", "0001-01-01", "9999-12-31", "2026-02-30",
    "0001-01-01T00:00+14:00", "9999-12-31T23:59-14:00", "9999-12-31T23:59:59.999999Z", "now",
    "2026-12-24T24:00Z", "2026-12-24T18:00:60Z", "2026-W01-1", "20261224", "0000-00-00",
    "1899-12-31", "2999-01-01", "1990-1-1",
)  # fmt: skip


@dataclass(frozen=True)
class Command:
    """A command of the help, and what it takes."""

    words: tuple[str, ...]
    parameters: list[Any] = field(repr=False)


def commands(group: Any, *words: str) -> Iterator[Command]:
    if (inner := getattr(group, "commands", None)) is None:
        yield Command(words, [p for p in group.params if p.name != "help"])
        return
    for name, command in inner.items():
        yield from commands(command, *words, name)


ALL: Final = list(commands(main.wish))


@pytest.fixture
def bare(tmp_path: Path) -> Wish:
    """The command without a database."""
    folder = tmp_path / "place"
    folder.mkdir()
    settings = {
        "WISH_SECRET": SECRET,
        "STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET,
        "AERICH_NO_TORTOISE_V1_WARNING": "1",
    }
    return Wish(folder, settings)


@pytest.fixture
def wish(bare: Wish, database_url: str, sandbox: Sandbox) -> Wish:
    bare.settings |= {"DATABASE_URL": database_url, "STRIPE_API_BASE": sandbox.url}
    return bare


@pytest.fixture
def known(wish: Wish) -> dict[str, str]:
    """Right values by the names of parameters; of things that exist."""
    person = ("--email=ada@example.org", "--first-name=Ada", "--last-name=Lovelace")
    wish.ok(
        "account", "create", *person, "--birthday=1990-12-10", "--password-stdin", stdin=PASSWORD
    )
    words = ("--owner=ada@example.org", "--title=Ten", "--deadline=30d", "--currency=USD", "--json")
    list_id = wish.ok("list", "create", *words).json["id"]
    item = wish.ok("item", "add", list_id, "--title=Car", "--price=24.99", "--json").json
    client = ("--name=Shop", "--redirect-uri=https://shop.example/cb")
    wish.ok("client", "add", "shop", *client)
    return {
        "who": "ada@example.org", "owner": "ada@example.org", "list_id": list_id,
        "item_id": item["id"], "pledge_id": list_id, "role": "seller", "email": "bob@example.org",
        "first_name": "Bob", "last_name": "Barker", "birthday": "1990-12-10", "title": "Ten",
        "deadline": "30d", "currency": "USD", "price": "24.99", "client_id": "new-shop",
        "name": "Shop", "redirect_uri": "https://shop.example/cb",
    }  # fmt: skip


def arguments(command: Command, known: dict[str, str], chosen: Any, word: str) -> list[str]:
    """Return what is typed: everything that is needed, and the word for the chosen one."""
    options, positional = [], []
    for parameter in command.parameters:
        value = known.get(parameter.name or "", "x")
        if parameter is chosen:
            value = word
        elif parameter.name in {"password_stdin", "yes"}:
            options.append(parameter.opts[0])
            continue
        elif not parameter.required:
            continue
        if parameter.param_type_name == "argument":
            positional.append(value)
        else:
            options.append(f"{parameter.opts[0]}={value}")
    return [*command.words, *options, "--", *positional]


def check(command: Command, done: Done, typed: list[str]) -> None:
    """Check the code, and that everything on stderr is a plain line that says what is wrong."""
    allowed = CODES | ({1} if command.words in FOUND else frozenset())
    assert done.code in allowed, (typed, done)
    assert "Traceback" not in done.err + done.out, (typed, done)
    if done.code in {0, 1}:
        return
    assert done.out == "", (typed, done)
    lines = done.err.split("\n")
    assert lines.pop() == "", (typed, done)
    assert all(line.startswith(LINES) or not line for line in lines), (typed, done)
    unfit = [c for c in done.err if c != "\n" and unicodedata.category(c) in {"Cc", "Cs"}]
    assert unfit == [], (typed, done)


def words_for(proof: Proof) -> list[str]:
    pool = [*BYTES, *NUMBERS, *TIMES]
    made = list(hostile(proof.random, proof.size(1, 500)))
    # A program's arguments end at NUL and are bytes: no other half characters can come.
    made = [text.replace("\x00", "").encode("utf-8", "replace").decode() for text in made]
    return [*proof.random.sample(pool, min(len(pool), proof.size(2, 100))), *made]


@pytest.mark.parts(20)
@pytest.mark.timeout(3600)
def test_no_command_breaks_at_what_is_typed(
    wish: Wish, known: dict[str, str], database_url: str, proof: Proof
) -> None:
    assert len(ALL) > 35
    state = dump(database_url)
    for command in ALL:
        for chosen in command.parameters:
            if getattr(chosen, "is_flag", False):
                continue
            if command.words in NEVER_ENDING and not chosen.name.endswith(("port", "workers")):
                continue
            for word in WRONG if command.words in NEVER_ENDING else words_for(proof):
                typed = arguments(command, known, chosen, word)
                done = wish(*typed, stdin=PASSWORD + "\n")
                check(command, done, typed)
                proof.inject(f"hostile words: wish {command.words[0]}")
                now = dump(database_url) if done.code else None
                assert now is None or now == state, (typed, done)
                state = dump(database_url) if now is None else now


def test_what_is_not_an_option_is_wrong_usage(bare: Wish, proof: Proof) -> None:
    for command in ALL:
        for word in ("--no-such-option", "--help=1", "-\U0001f600", "--\udcff"):
            done = bare(*command.words, word)
            assert done.code == 2, done
            check(command, done, [*command.words, word])
            proof.inject("options that are none")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("account", "show", "\udcff"), 2),
        (("list", "search", "a" * 100_000), 0),
        (("reconcile", "--since=0001-01-01T00:00+14:00"), 2),
        (("client", "add", "x", "--name=X", "--scope=\x1b[31m\x08"), 2),
    ],
    ids=["bytes", "long", "before the year 1", "a terminal's own"],
)
def test_what_once_ended_in_a_traceback(
    wish: Wish, known: dict[str, str], words: tuple[str, ...], code: int
) -> None:
    assert known
    redirect = ("--redirect-uri=https://x.example/cb",) if words[0] == "client" else ()
    done = wish(*words, *redirect)

    assert done.code == code, done
    check(Command(words[:2], []), done, list(words))
