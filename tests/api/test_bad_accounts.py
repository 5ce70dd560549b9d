"""People who cannot be: each field is refused by its name, and nothing is changed."""

from typing import Any

import pytest

from tests.api.world import PASSWORD, Seat, new_email, new_id
from tests.support.http import Json

# It is refused before any database hears of it.
pytestmark = [pytest.mark.usefixtures("unchanged"), pytest.mark.nightly("postgres")]

BAD_EMAILS = [
    "", "x", "no-at-sign", "@example.org", "ada@", "ada@@example.org", "ada@example",
    "ada@exa mple.org", "ada example@example.org", "ada@example..org", ".ada@example.org",
    "ada@-example.org", "ada@example.org\nBcc: eve@example.org", "ada@[127.0.0.1]",
    "Ada <ada@example.org>", "ädä@example.org", "ada@example.org,eve@example.org",
    "a" * 65 + "@example.org", "ada@" + "x" * 250 + ".org", "ada@example.org\x00",
    5, None, True, ["ada@example.org"], {},
]  # fmt: skip
BAD_NAMES = ["", "   ", "\u200b", "x" * 81, "a\nb", "a\x00b", "\u202eada", 5, None, True, []]
BAD_BIRTHDAYS = [
    "2999-01-01", "1899-12-31", "1990-02-30", "1990-1-1", "01.01.1990", "1990-01-01T00:00:00Z",
    "", "x", 0, 631152000, None, True, "１990-01-01",  # noqa: RUF001 - the first digit is wide
]  # fmt: skip
BAD_USERNAMES = ["", "ab", "x" * 41, "a b c", "ada@example.org", "ädä", "a/b/c", "abc\n", 5, True]


def account(**change: object) -> Json:
    body = {
        "email": new_email(),
        "password": PASSWORD,
        "first_name": "Eve",
        "last_name": "Adams",
        "birthday": "1990-12-10",
    }
    return {**body, **change}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("email", value) for value in BAD_EMAILS),
        *(("first_name", value) for value in BAD_NAMES),
        *(("last_name", value) for value in BAD_NAMES),
        *(("birthday", value) for value in BAD_BIRTHDAYS),
        *(("username", value) for value in BAD_USERNAMES),
    ],
    ids=lambda value: ascii(value)[:40],
)
def test_nobody_signs_up_with_a_field_that_is_not_right(
    seat: Seat, field: str, value: object
) -> None:
    nobody = seat.shared.world.nobody

    faults = nobody.refused(422, "invalid", "POST", "/v1/accounts", account(**{field: value}))

    assert faults == [f"/{field}"]
    if field == "email":
        body: Json = {"name": "Eve", "email": value}
        assert nobody.refused(422, "invalid", "POST", "/v1/visitors", body) == ["/email"]
    elif field == "first_name":
        body = {"name": value, "email": new_email()}
        assert nobody.refused(422, "invalid", "POST", "/v1/visitors", body) == ["/name"]
    if field != "email":
        patch = {field: value}
        faults = seat.owner.refused(422, "invalid", "PATCH", "/v1/me", patch)
        assert faults == [f"/{field}"]


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("short", "invalid"),
        ("x" * 257, "invalid"),
        ("", "invalid"),
        (12345678, "invalid"),
        (None, "invalid"),
        ("password1", "weak_password"),
        ("qwertyuiop", "weak_password"),
        ("aaaaaaaa", "weak_password"),
    ],
    ids=lambda value: ascii(value)[:20],
)
def test_a_password_that_is_none_is_refused(seat: Seat, password: object, code: str) -> None:
    nobody = seat.shared.world.nobody

    body = account(password=password)
    assert nobody.refused(422, code, "POST", "/v1/accounts", body) == ["/password"]
    change: dict[str, Any] = {"old": PASSWORD, "new": password}
    assert seat.owner.refused(422, code, "POST", "/v1/me/password", change) == ["/new"]


def test_a_password_is_not_the_address(seat: Seat) -> None:
    body = account()
    body["password"] = body["email"]

    nobody = seat.shared.world.nobody
    assert nobody.refused(422, "weak_password", "POST", "/v1/accounts", body) == ["/password"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"email": "ada@example.org"},
        {"password": PASSWORD},
        {"username": "ada", "email": "ada@example.org", "password": PASSWORD},
        {"refresh_token": "wrt_x", "password": PASSWORD},
        {"refresh_token": "wrt_x", "email": "ada@example.org"},
        {"refresh_token": None},
    ],
    ids=lambda body: "+".join(body) or "nothing",
)
def test_there_is_one_way_at_a_time_to_a_token(seat: Seat, body: Json) -> None:
    nobody = seat.shared.world.nobody

    assert nobody.refused(422, "invalid", "POST", "/v1/auth/token", body) == [""]


@pytest.mark.parametrize("code", ["", "1" * 41, 123456, None, [], "12\x00456"], ids=ascii)
def test_a_code_is_a_short_text(seat: Seat, code: object) -> None:
    body = {"id": new_id(), "code": code}
    nobody = seat.shared.world.nobody

    assert nobody.refused(422, "invalid", "POST", "/v1/visitors/confirm", body) == ["/code"]


@pytest.mark.parametrize("code_id", ["", "x", 5, None, [], "{0}", "grace@example.org"], ids=ascii)
def test_the_id_of_a_code_is_one(seat: Seat, code_id: object) -> None:
    body = {"id": code_id, "code": "AAAA-AAAA"}
    nobody = seat.shared.world.nobody

    assert nobody.refused(422, "invalid", "POST", "/v1/visitors/confirm", body) == ["/id"]


@pytest.mark.parametrize("code", ["A", "AAAA-AAA", "\uff12345678", "-", "0x1234", "ab cd ef gh"])
def test_a_code_that_was_never_sent_is_wrong(seat: Seat, code: str) -> None:
    body = {"id": new_id(), "code": code}
    nobody = seat.shared.world.nobody

    assert nobody.refused(422, "code_not_valid", "POST", "/v1/visitors/confirm", body) == ["/code"]
