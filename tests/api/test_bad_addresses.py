"""Requests for what is not there: paths, ids, queries and methods; refused, and nothing changed."""

from base64 import urlsafe_b64encode
from datetime import UTC, datetime

import pytest

from tests.api.world import Seat, new_id
from tests.support.http import Api
from wishcore.pages import encode_cursor

# It is refused before any database hears of it.
pytestmark = [
    pytest.mark.usefixtures("unchanged"),
    pytest.mark.nightly("postgres"),
    pytest.mark.slow,
]

LONG = "x" * 10_000


@pytest.fixture(scope="module")
def staff(seat: Seat) -> Api:
    return seat.shared.world.staff().api


def known(seat: Seat) -> dict[str, str]:
    """Return something that is there for each parameter of a path."""
    return {
        "list_id": seat.shared.list_id,
        "item_id": seat.shared.item_id,
        "token": seat.shared.token,
        "account_id": seat.shared.owner.profile["id"],
        "pledge_id": seat.giver.get("/v1/pledges")["items"][0]["id"],
        "session_id": seat.owner.get("/v1/me/sessions")["items"][0]["id"],
        "role": "seller",
        "code": "invalid",
    }


IDS = [
    "x", "1", LONG, "{%s}", "urn:uuid:%s", "%s%%0A", "%s%%00", "%%20%s", "..%%2f%s", "-%s", "%s-",
]  # fmt: skip


@pytest.mark.parametrize("form", IDS, ids=lambda form: form[:20])
def test_an_id_that_is_none_is_not_there(seat: Seat, staff: Api, form: str) -> None:
    for operation in seat.owner.contract.operations:
        for parameter in operation.parameters:
            if parameter == "code":
                continue
            given = known(seat)
            given[parameter] = form % given[parameter] if "%s" in form else form
            path = operation.path.format(**given)
            for somebody in (seat.owner, seat.giver, seat.shared.world.nobody, staff):
                answer = somebody.send(operation.method, path)
                is_refused = somebody is not staff and "role" in operation.parameters
                expected = {404, 401} | ({403} if is_refused else set())
                assert answer.status_code in expected, (operation, path[:200], answer.text)
                if answer.status_code == 404:
                    assert answer.json()["code"].endswith("not_found")


def cursors(seat: Seat) -> list[str]:
    found = seat.giver.get("/v1/pledges")["items"][0]
    moment = datetime.fromisoformat(found["created_at"])
    raw = [b"[]", b"{}", b"1", b'"x"', b"[1,2,3]", b"[null]", b'["x","y"]', b"\xff", b"[1e400]"]
    return [
        "!!!!", "x", "", "====", "é", "%00", LONG[:513],
        *[urlsafe_b64encode(one).decode().rstrip("=") for one in raw],
        encode_cursor((new_id(), new_id(), new_id())),
        encode_cursor((2**40, new_id())),
        encode_cursor((-(2**40), new_id())),
        encode_cursor((moment.replace(tzinfo=None), new_id())),
        encode_cursor(("0001-01-01T00:00:00+14:00", new_id())),
        encode_cursor(("9999-12-31T23:59:59-14:00", new_id())),
        encode_cursor((datetime(1, 1, 1, tzinfo=UTC), "not-an-id")),
    ]  # fmt: skip


def test_a_cursor_that_was_not_given_out_is_refused(seat: Seat) -> None:
    collections = ["/v1/lists", "/v1/accounts", "/v1/pledges", seat.items]
    for path in collections:
        for cursor in cursors(seat):
            faults = seat.owner.refused(422, "invalid", "GET", path, params={"cursor": cursor})
            assert faults == ["/cursor"], (path, cursor)


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("limit=0", "/limit"),
        ("limit=101", "/limit"),
        ("limit=-1", "/limit"),
        ("limit=x", "/limit"),
        ("limit=1.0", "/limit"),
        ("limit=%2B1", "/limit"),
        ("limit=01", "/limit"),
        ("limit=", "/limit"),
        ("limit=1&limit=1", "/limit"),
        ("limit=99999999999999999999", "/limit"),
        ("limit=%D9%A1", "/limit"),
        ("sort=funded", "/sort"),
        ("filter[reserved]=true", "/filter[reserved]"),
        ("include=pledges", "/include"),
        ("offset=0", "/offset"),
        ("cursor=a&cursor=b", "/cursor"),
        ("Limit=5", "/Limit"),
        ("=5", "/"),
    ],
)
def test_a_query_has_known_parameters_once(seat: Seat, query: str, pointer: str) -> None:
    for path in ("/v1/lists", "/v1/accounts", "/v1/pledges", seat.items):
        assert seat.owner.refused(422, "invalid", "GET", path, params=query) == [pointer], path


def test_no_operation_takes_a_query_or_a_body_that_it_does_not_declare(
    seat: Seat, staff: Api
) -> None:
    given = known(seat)
    reached = 0
    for operation in seat.owner.contract.operations:
        path = operation.path.format(**given)
        somebody = staff if "role" in operation.parameters else seat.owner
        somebody = seat.giver if "pledge" in path else somebody
        if "requestBody" not in operation.spec:
            answer = somebody.send(operation.method, path, {"a": 1})
            assert (answer.status_code, answer.json()["code"]) == (422, "invalid"), path
            reached += 1
        answer = somebody.send(operation.method, path, params="unknown=1")
        if operation.name != "stripe_notice":
            assert (answer.status_code, answer.json()["code"]) == (422, "invalid"), path
    assert reached > 15


@pytest.mark.parametrize("has_name", [False, True])
def test_a_method_that_a_path_does_not_know_is_told_which_it_does(
    seat: Seat, has_name: bool
) -> None:
    contract = seat.owner.contract
    given = known(seat)
    for path in contract.document["paths"]:
        if ("{" in path) is not has_name:
            continue
        declared = {name.upper() for name in contract.document["paths"][path]}
        declared |= {"OPTIONS"} | ({"HEAD"} if "GET" in declared else set())
        for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE", "BREW"):
            if method in declared:
                continue
            answer = seat.owner.send(method, path.format(**given))
            assert answer.status_code == 405, (method, path, answer.text)
            assert set(answer.headers["allow"].split(", ")) == declared, (method, path)
        options = seat.owner.send("OPTIONS", path.format(**given))
        assert (options.status_code, set(options.headers["allow"].split(", "))) == (204, declared)
