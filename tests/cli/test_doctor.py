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
        "database", "migrations", "clock", "sign-in", "payments", "prices", "mail",
    ]  # fmt: skip
    assert all(finding["is_well"] for finding in found.values())
    assert "no real money" in found["payments"]["seen"]
    assert done.json["settings"]["WISH_SECRET"] == "(set)"
    assert done.json["settings"]["WISH_PORT"] == "8000"
    assert "WRONG" not in wish.ok("doctor").out


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
