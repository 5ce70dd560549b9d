"""`wish account …`."""

from typing import Any

import pytest

from tests.cli.conftest import Ask
from tests.cli.runner import PASSWORD, Done, Wish

ADA = ("--email=ada@example.org", "--first-name=Ada", "--last-name=Lovelace")
BORN = "--birthday=1990-12-31"


def create(wish: Wish, *words: str, password: str = PASSWORD) -> Done:
    return wish("account", "create", *words, BORN, "--password-stdin", stdin=f"{password}\n")


@pytest.fixture
def ada(lonely: Wish) -> Any:
    """An account."""
    return create(lonely, *ADA, "--username=ada", "--json").json


def test_an_account_is_made_and_found(lonely: Wish, ada: Any) -> None:
    assert ada["email"] == "ada@example.org"
    assert ada["birthday"] == "1990-12-31"
    assert ada["created_at"].endswith("Z")
    for name in (ada["id"], "ADA@example.org", "ada"):
        assert lonely.ok("account", "show", name, "--json").json == ada
    assert lonely.ok("account", "search", "lovel", "--json").json == {"items": [ada]}
    assert lonely.ok("account", "search", "nobody", "--json").json == {"items": []}
    assert ada["id"] in lonely.ok("account", "search").out
    assert ada["id"] in lonely.ok("account", "show", "ada").out


def test_part_of_a_name_is_not_the_name(lonely: Wish, ada: Any) -> None:
    assert ada["username"] == "ada"
    assert lonely("account", "show", "ad").code == 3


def test_an_address_is_taken_once(lonely: Wish, ada: Any) -> None:
    done = create(lonely, *ADA)

    assert (done.code, done.out) == (3, "")
    assert "wish: email_taken: " in done.err
    assert lonely.ok("account", "search", "--json").json == {"items": [ada]}


def test_a_weak_password_is_refused(lonely: Wish) -> None:
    assert "weak_password" in create(lonely, *ADA, password="password").err


def test_a_password_is_no_argument(lonely: Wish) -> None:
    assert lonely("account", "create", *ADA, BORN, "--password=password").code == 2


def test_a_password_is_asked_for(lonely: Wish, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def answer(prompt: str) -> str:
        asked.append(prompt)
        return PASSWORD

    monkeypatch.setattr("typer._click.termui.hidden_prompt_func", answer)

    done = lonely.ok("account", "create", *ADA, BORN, "--json")

    assert len(asked) == 2
    assert done.json["first_name"] == "Ada"


def test_a_profile_is_edited(lonely: Wish, ada: Any) -> None:
    done = lonely.ok("account", "edit", "ada", "--first-name=Augusta", "--username=", "--json")

    assert done.json == ada | {
        "first_name": "Augusta",
        "display_name": "Augusta L.",
        "username": None,
        "updated_at": done.json["updated_at"],
    }
    edited = lonely.ok("account", "edit", ada["email"], "--last-name=King", "--birthday=1980-01-01")
    assert "King" in edited.out


def test_another_password_ends_every_sign_in(lonely: Wish, ada: Any, ask: Ask) -> None:
    before = ask("SELECT password_hash FROM account")

    done = lonely.ok(
        "account", "set-password", ada["id"], "--password-stdin", stdin="two-swans-over-it\n"
    )

    assert done.out == f"password_set: {ada['id']}\n"
    assert ask("SELECT password_hash FROM account") != before
    assert lonely("account", "set-password", "ada", "--password-stdin", stdin="").code == 2
    assert lonely("account", "set-password", "nobody", "--password-stdin", stdin="x").code == 3
