"""`wish doctor`: what is wrong with a machine, and how to mend it."""

from typing import Any

import pytest

from tests.cli.runner import SECRET, Done, Wish


def _findings(done: Done) -> dict[str, Any]:
    return {finding["about"]: finding for finding in done.json["findings"]}


def test_a_machine_that_is_well(wish: Wish) -> None:
    done = wish.ok("doctor", "--json")

    found = _findings(done)
    assert list(found) == [
        "settings", "database", "migrations", "clock", "sign-in", "payments", "prices", "mail",
    ]  # fmt: skip
    assert all(finding["is_well"] for finding in found.values())
    assert "no real money" in found["payments"]["seen"]
    assert done.json["settings"]["WISH_SECRET"] == "(set)"
    assert done.json["settings"]["WISH_PORT"] == "8000"
    assert "WRONG" not in wish.ok("doctor").out


PRODUCTION: dict[str, str] = {
    "DATABASE_URL": "postgres://wish:hunter2@127.0.0.1:9/wish",
    "WISH_PUBLIC_URL": "https://wish.example",
    "SMTP_URL": "smtp://127.0.0.1:9",
    "MAIL_FROM": "Wish <wish@wish.example>",
    "WISH_CORS_ORIGINS": "https://front.example",
    "WISH_PASSWORD_MEMORY_KIB": "19456",
    "STRIPE_API_BASE": "",
    "HTTPS_PROXY": "http://127.0.0.1:9",  # Nobody is asked.
}
NAMED = (
    "DATABASE_URL", "WISH_SECRET", "WISH_PUBLIC_URL", "STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET",
    "SMTP_URL", "MAIL_FROM", "WISH_CORS_ORIGINS",
)  # fmt: skip
"""What the README says to set."""


def test_what_real_money_needs_is_named_before_it_moves(wish: Wish) -> None:
    there = "WISH_SECRET", "STRIPE_WEBHOOK_SECRET"
    laptop = _findings(wish.ok("doctor", "--json", **dict.fromkeys(there, "")))["settings"]

    assert (laptop["is_well"], laptop["seen"]) == (True, "not enough for real money")
    assert {name for name in NAMED if name in laptop["remedy"]} == {*NAMED} - {"DATABASE_URL"}
    for name in there:
        one = PRODUCTION | {"STRIPE_SECRET_KEY": "sk_test_x", name: ""}
        assert _findings(wish("doctor", "--json", **one))["settings"]["remedy"].startswith(name)


def test_settings_that_are_enough_for_real_money(wish: Wish) -> None:
    for key in ("sk_test_x", "sk_live_x"):
        found = _findings(wish("doctor", "--json", **PRODUCTION, STRIPE_SECRET_KEY=key))["settings"]
        assert found == {
            "about": "settings", "is_well": True, "seen": "enough for real money", "remedy": "",
        }  # fmt: skip
    hinted = PRODUCTION | {
        "DATABASE_URL": "",
        "WISH_CORS_ORIGINS": "",
        "STRIPE_SECRET_KEY": "sk_live_x",
    }
    found = _findings(wish("doctor", "--json", **hinted))["settings"]
    assert found["is_well"]
    assert "DATABASE_URL" in found["remedy"]
    assert "WISH_CORS_ORIGINS" in found["remedy"]


def test_what_real_money_cannot_do_without_is_named_at_once(wish: Wish) -> None:
    lacking = {
        "STRIPE_SECRET_KEY": "sk_live_x",
        "WISH_SECRET": "too-short",
        "STRIPE_WEBHOOK_SECRET": "",
        "SMTP_URL": "",
        "MAIL_FROM": "wish@localhost",
        "WISH_PUBLIC_URL": "",
    }
    for command in ("doctor", "serve"):
        done = wish(command, **PRODUCTION | lacking)

        assert (done.code, done.out) == (2, "")
        for name in lacking.keys() - {"STRIPE_SECRET_KEY"}:
            assert name in done.err


@pytest.mark.slow
def test_a_missing_sandbox(lonely: Wish) -> None:
    done = lonely("doctor", "--json")

    found = _findings(done)
    assert done.code == 1
    assert [about for about in found if not found[about]["is_well"]] == ["payments"]
    assert found["payments"]["remedy"] == "wish sandbox"
    assert "WRONG" in lonely("doctor").out


def test_a_database_that_does_not_answer(bare: Wish) -> None:
    url = "postgres://wish:hunter2@127.0.0.1:9/wish"

    done = bare("doctor", "--json", DATABASE_URL=url)

    found = _findings(done)
    assert done.code == 1
    assert done.json["settings"]["DATABASE_URL"] == "postgres://wish:***@127.0.0.1:9/wish"
    assert not found["database"]["is_well"]
    assert found["mail"]["is_well"]


def test_a_database_that_is_not_there_yet(bare: Wish) -> None:
    found = _findings(bare("doctor", "--json"))

    assert found["database"]["remedy"] == "wish migrate"
    assert not (bare.folder / "var" / "wish.sqlite3").exists()


@pytest.mark.only("sqlite")
def test_missing_migrations(bare: Wish) -> None:
    file = bare.folder / "old.sqlite3"
    file.touch()

    found = _findings(bare("doctor", "--json", DATABASE_URL=f"sqlite://{file}"))

    assert not found["migrations"]["is_well"]
    assert "initial" in found["migrations"]["seen"]
    assert found["migrations"]["remedy"] == "wish migrate"


def test_a_clock_that_is_ahead(wish: Wish) -> None:
    found = _findings(wish("doctor", "--json", WISH_CLOCK_OFFSET_SECONDS="60"))

    assert found["clock"]["seen"] == "set ahead by 0:01:00"
    assert "WISH_CLOCK_OFFSET_SECONDS" in found["clock"]["remedy"]


def test_mail_that_cannot_leave(wish: Wish) -> None:
    (wish.folder / "var").mkdir(exist_ok=True)
    (wish.folder / "var" / "mail").write_text("not a folder")
    folder = _findings(wish("doctor", "--json"))["mail"]
    server = _findings(wish("doctor", "--json", SMTP_URL="smtp://me:hunter2@127.0.0.1:9"))["mail"]

    assert not folder["is_well"]
    assert not server["is_well"]
    assert server["seen"].startswith("127.0.0.1:9 cannot be reached")


def test_an_smtp_server_that_answers(wish: Wish) -> None:
    port = wish.settings["STRIPE_API_BASE"].rpartition(":")[2]  # Whoever listens will do.

    found = _findings(wish.ok("doctor", "--json", SMTP_URL=f"smtp://127.0.0.1:{port}"))

    assert found["mail"]["seen"] == f"127.0.0.1:{port} can be reached"


def test_a_bad_setting_ends_it(bare: Wish) -> None:
    done = bare("doctor", STRIPE_SECRET_KEY=SECRET)

    assert done.code == 2
    assert "STRIPE_SECRET_KEY" in done.err
