"""Requests that are not as they should be: refused with a declared error, and nothing changed."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.api.world import PASSWORD, Seat, in_days, new_email, new_id, pledge_of
from tests.support.http import Json

# It is refused before any database hears of it.
pytestmark = [
    pytest.mark.usefixtures("unchanged"),
    pytest.mark.nightly("postgres"),
    pytest.mark.slow,
]

LONG = "x" * 10_000
TEXTS = ["a\x07b", "a\x1b[31mb", "a\x7fb", "a\x00b", "a\ud800b", "\udfffb", "a\x85b"]


def bodies(seat: Seat) -> list[tuple[str, str, Json]]:
    """Return a body of the right shape for every operation that takes JSON."""
    path = f"/v1/lists/{seat.shared.list_id}"
    price = {"amount_minor": 5000, "currency": "USD"}
    account = {
        "email": new_email(),
        "password": PASSWORD,
        "first_name": "Eve",
        "last_name": "Adams",
        "birthday": "1990-12-10",
    }
    reset = {"id": new_id(), "code": "ABCD-2345", "password": "some other words"}
    a_list = {"title": "Ten", "description": "", "occasion": "", "deadline": in_days(30)}
    item = {"title": "Car", "note": "", "url": None, "price": price, "quantity": 1, "priority": 1}
    return [
        ("POST", "/v1/accounts", account),
        ("POST", "/v1/accounts/confirm", {"id": new_id(), "code": "ABCD-2345"}),
        ("POST", "/v1/auth/reset", {"email": new_email()}),
        ("POST", "/v1/auth/reset/confirm", reset),
        ("POST", "/v1/me/email", {"email": new_email(), "password": PASSWORD}),
        ("POST", "/v1/me/email/confirm", {"id": new_id(), "code": "ABCD-2345"}),
        ("POST", "/v1/auth/token", {"email": new_email(), "password": PASSWORD}),
        ("POST", "/v1/auth/revoke", {"token": "wat_nobody"}),
        ("PATCH", "/v1/me", {"first_name": "Eve"}),
        ("POST", "/v1/me/close", {"password": "not the right one"}),
        ("POST", "/v1/me/password", {"old": PASSWORD, "new": "some other words"}),
        ("POST", "/v1/lists", {**a_list, "currency": "USD"}),
        ("PUT", path, a_list),
        ("PATCH", path, {"title": "Ten"}),
        ("POST", f"{path}/items", item),
        ("PUT", f"{path}/items/{seat.shared.item_id}", item),
        ("PATCH", f"{path}/items/{seat.shared.item_id}", {"price": price}),
        ("POST", "/v1/visitors", {"name": "Eve", "email": new_email()}),
        ("POST", "/v1/visitors/confirm", {"id": new_id(), "code": "AAAA-AAAA"}),
        ("POST", seat.shared.pledges, pledge_of(500)),
        ("POST", "/v1/links/preview", {"url": "https://www.amazon.com/dp/B0916J478T"}),
    ]


def objects(document: Json, pointer: str = "") -> Iterator[tuple[str, Json]]:
    """Yield every object in a body with its place."""
    yield pointer, document
    for name, value in document.items():
        if isinstance(value, dict):
            yield from objects(value, f"{pointer}/{name}")


UNKNOWN = {
    "owner_id": "01920000-0000-7000-8000-000000000000",
    "pledged": 0,
    "state": "reserved",
    "target": {"amount_minor": 1, "currency": "USD"},
    "is_admin": True,
    "deleted_at": None,
    "__proto__": {},
    "Title": "Upper case",
}


def test_a_body_is_given_for_every_operation_that_takes_one(seat: Seat) -> None:
    contract = seat.owner.contract
    found = {contract.find(method, path) for method, path, _ in bodies(seat)}
    wanted = {
        o for o in contract.operations
        if "application/json" in o.spec.get("requestBody", {}).get("content", ())
    }  # fmt: skip

    assert {o.name for o in wanted} - {o.name for o in found if o} == {"stripe_notice"}


def caller(seat: Seat, path: str) -> Any:
    return seat.giver if path == seat.shared.pledges else seat.owner


def test_a_member_that_is_not_known_is_refused_wherever_it_stands(seat: Seat) -> None:
    for method, path, body in bodies(seat):
        for place, _ in objects(body):
            for name, value in UNKNOWN.items():
                changed = json.loads(json.dumps(body))
                target = changed
                for step in place.split("/")[1:]:
                    target = target[step]
                target[name] = value
                faults = caller(seat, path).refused(422, "invalid", method, path, changed)
                assert faults == [f"{place}/{name}"], (method, path)


def test_a_name_that_comes_twice_is_refused(seat: Seat) -> None:
    for method, path, body in bodies(seat):
        name, value = next(iter(body.items()))
        twice = json.dumps(body)[:-1] + f", {json.dumps(name)}: {json.dumps(value)}}}"
        faults = caller(seat, path).refused(422, "invalid", method, path, content=twice.encode())
        assert faults == [f"/{name}"], (method, path)


@pytest.mark.parametrize(
    "content",
    [b"{", b"{'a': 1}", b"\xff\xfe", b'{"title": NaN}', b"{} {}", b'{"a": 1,}', b"\xef\xbb\xbf{}"],
)
def test_what_is_not_json_is_refused(seat: Seat, content: bytes) -> None:
    for method, path, _ in bodies(seat):
        answer = caller(seat, path).send(method, path, content=content)
        assert (answer.status_code, answer.json()["code"]) == (400, "malformed_json"), (
            method, path, answer.text,
        )  # fmt: skip


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "multipart/form-data; boundary=x"},
        {"Content-Type": ""},
        {"Content-Type": "application/json; charset=utf-16"},
        {"Content-Type": "application/json", "Content-Encoding": "gzip"},
    ],
    ids=lambda headers: "+".join(headers.values()),
)
def test_another_media_type_is_refused(seat: Seat, headers: dict[str, str]) -> None:
    for method, path, body in bodies(seat):
        content = json.dumps(body).encode()
        answer = caller(seat, path).send(method, path, content=content, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")


def test_a_merge_patch_is_no_body_for_a_post(seat: Seat) -> None:
    headers = {"Content-Type": "application/merge-patch+json"}
    for method, path, body in bodies(seat):
        if method == "PATCH":
            continue
        content = json.dumps(body).encode()
        answer = caller(seat, path).send(method, path, content=content, headers=headers)
        assert answer.status_code == 415, (method, path)


def test_a_body_that_is_too_large_or_too_deep_is_refused(seat: Seat) -> None:
    deep = b'{"title": ' + b"[" * 5000 + b"]" * 5000 + b"}"
    wide = json.dumps({"title": list(range(20_000))}).encode()
    large = b'{"title": "' + b"x" * (2**20) + b'"}'
    for method, path, _ in bodies(seat):
        somebody = caller(seat, path)
        assert somebody.refused(422, "invalid", method, path, content=deep) == [""]
        assert somebody.refused(422, "invalid", method, path, content=wide) == [""]
        assert somebody.send(method, path, content=large).status_code == 413


def texts(document: Json, pointer: str = "") -> Iterator[tuple[str, Json, str]]:
    for place, holder in objects(document, pointer):
        for name, value in holder.items():
            if isinstance(value, str):
                yield f"{place}/{name}", holder, name


# These may hold anything: they are only ever compared with something.
COMPARED = {"/password", "/old", "/token", "/code"}


@pytest.mark.parametrize("text", TEXTS, ids=ascii)
def test_control_characters_and_half_characters_are_refused(seat: Seat, text: str) -> None:
    for method, path, _ in bodies(seat):
        (body,) = [b for m, p, b in bodies(seat) if (m, p) == (method, path)]
        for place, holder, name in list(texts(body)):
            if place in COMPARED and text not in {"a\x00b", "a\ud800b", "\udfffb"}:
                continue
            if (path, place) == ("/v1/accounts", "/password") or place == "/new":
                continue  # A password may be anything that can be typed.
            if (path, place) == ("/v1/auth/token", "/email"):
                continue  # No account has such a name: `wrong_credentials`.
            before, holder[name] = holder[name], text
            answer = caller(seat, path).send(method, path, body)
            assert answer.status_code == 422, (method, path, place, answer.text)
            assert [fault["pointer"] for fault in answer.json()["errors"]] == [place]
            holder[name] = before


@pytest.mark.parametrize("size", [201, 5001, 10_000, 200_000])
def test_texts_have_an_end(seat: Seat, size: int) -> None:
    longest = {
        "/description": 5000, "/note": 2000, "/token": 512,
        "/password": 1024, "/old": 1024, "/new": 256,
    }  # fmt: skip
    for method, path, _ in bodies(seat):
        (body,) = [b for m, p, b in bodies(seat) if (m, p) == (method, path)]
        for place, holder, name in list(texts(body)):
            limit = 256 if (path, place) == ("/v1/accounts", "/password") else longest.get(place, 0)
            limit = 254 if name == "email" else 500 if name == "message" else limit
            if size <= limit or (path == "/v1/auth/token" and size <= 1024):
                continue
            before, holder[name] = holder[name], "x" * size
            faults = caller(seat, path).refused(422, "invalid", method, path, body)
            assert faults == [place], (method, path)
            holder[name] = before


@pytest.mark.parametrize(
    ("deadline", "code"),
    [
        ("2020-01-01T00:00:00Z", "bad_deadline"),
        ("0001-01-01T00:00:00+14:00", "invalid"),
        ("9999-12-31T23:59:59Z", "bad_deadline"),
        pytest.param(in_days(0.04), "bad_deadline", id="too near"),
        pytest.param(in_days(180.1), "bad_deadline", id="too far"),
        pytest.param(in_days(30)[:-1], "invalid", id="without offset"),
        pytest.param(in_days(30)[:10], "invalid", id="a day"),
        ("tomorrow", "invalid"),
        ("", "invalid"),
        ("2027-02-30T00:00:00Z", "invalid"),
        ("2027-01-01T25:00:00Z", "invalid"),
        ("2027-01-01T00:00:60Z", "invalid"),
        ("2027-01-01T00:00:00+99:99", "invalid"),
        ("2027-01-01 00:00:00Z", "invalid"),
        ("2027-01-01T00:00:00.1234567Z", "invalid"),
        ("\uff12\uff10\uff12\uff17-01-01T00:00:00Z", "invalid"),
        (1_800_000_000, "invalid"),
        ("1800000000", "invalid"),
        (True, "invalid"),
        (None, "invalid"),
        (LONG, "invalid"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_deadline_is_a_time_with_its_offset_within_the_limits(
    seat: Seat, deadline: object, code: str
) -> None:
    path = f"/v1/lists/{seat.shared.list_id}"
    body = {"title": "Ten", "currency": "USD", "deadline": deadline}
    whole = {"title": "Ten", "description": "", "occasion": "", "deadline": deadline}

    assert seat.owner.refused(422, code, "POST", "/v1/lists", body) == ["/deadline"]
    assert seat.owner.refused(422, code, "PUT", path, whole) == ["/deadline"]
    assert seat.owner.refused(422, code, "PATCH", path, {"deadline": deadline}) == ["/deadline"]


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)", " JaVaScRiPt:alert(1)", "java\tscript:alert(1)", "data:text/html,x",
        "vbscript:x", "file:///etc/passwd", "ftp://a.example/x", "//evil.example", "a.example/x",
        "http://", "https:///x", "http://[::1", "http://a.example:port/", "http://a.example:99999",
        "http://a b.example", "http://a.example/\u202egnp.exe", "https:a.example", "https://\x00",
        "http://a.example/" + LONG,
    ],
    ids=lambda url: ascii(url)[:30],
)  # fmt: skip
def test_a_link_leads_to_a_web_page(seat: Seat, url: str) -> None:
    price = {"amount_minor": 5000, "currency": "USD"}
    path = f"{seat.items}/{seat.shared.item_id}"

    body: Json = {"title": "Car", "price": price, "url": url}
    assert seat.owner.refused(422, "invalid", "POST", seat.items, body) == ["/url"]
    assert seat.owner.refused(422, "invalid", "PATCH", path, {"url": url}) == ["/url"]
