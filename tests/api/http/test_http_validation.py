"""Input is read strictly, and everything that is wrong is said at once, in our words."""

import json
from typing import Any

import httpx
import pytest

OLGA = {"Authorization": "Bearer olga"}
JSON = {**OLGA, "Content-Type": "application/json"}
THING = "/v1/things/0190a000-0000-7000-8000-000000000001"

GOOD: dict[str, Any] = {
    "title": "Bicycle",
    "price": {"amount_minor": 100, "currency": "USD"},
    "deadline": "2031-01-01T00:00:00Z",
}


def post(client: httpx.Client, content: str | bytes, **headers: str) -> httpx.Response:
    raw = content.encode() if isinstance(content, str) else content
    return client.post("/v1/things", content=raw, headers={**JSON, **headers})


def faults(response: httpx.Response, status: int = 422) -> dict[str, str]:
    assert response.status_code == status, response.text
    return {fault["pointer"]: fault["message"] for fault in response.json()["errors"]}


def with_member(name: str, raw: str) -> str:
    """Return the good body with one member written exactly so."""
    rest = json.dumps({key: value for key, value in GOOD.items() if key != name})
    return rest[:-1] + f', "{name}": {raw}}}'


def test_all_faults_come_at_once(client: httpx.Client) -> None:
    body = {
        "title": "",
        "price": {"amount_minor": 0, "currency": "usd", "x/y~z": 1},
        "deadline": "tomorrow",
        "kind": "boat",
        "day": "2030-02-30",
        "shared": "yes",
        "ref": "1",
        "tags": ["ok", "far too long a tag", 5],
        "colour": "red",
    }
    response = post(client, json.dumps(body))
    assert faults(response) == {
        "/title": "Must not be empty.",
        "/price/amount_minor": "Must be at least 1.",
        "/price/currency": "Does not have the right form.",
        "/price/x~1y~0z": "Is not known here.",
        "/deadline": "Must be a time with its offset, such as 2030-12-24T18:00:00Z.",
        "/kind": "Must be book or bike.",
        "/day": "Must be a date, such as 1990-12-24.",
        "/shared": "Must be true or false.",
        "/ref": "Must be a UUID.",
        "/tags/1": "Must have at most 10 characters.",
        "/tags/2": "Must be a text.",
        "/colour": "Is not known here.",
    }
    assert response.json()["code"] == "invalid"
    assert "pydantic" not in response.text
    assert "tomorrow" not in response.text
    assert "boat" not in response.text


def test_what_is_missing_is_named(client: httpx.Client) -> None:
    assert faults(post(client, '{"price": {}}')) == {
        "/title": "Is required.",
        "/price/amount_minor": "Is required.",
        "/price/currency": "Is required.",
        "/deadline": "Is required.",
    }


@pytest.mark.parametrize("raw", ['"5"', "5.0", "5.5", "true", "null", "[5]", "{}", "1e2", "5e0"])
def test_only_a_whole_number_is_one(client: httpx.Client, raw: str) -> None:
    body = with_member("price", f'{{"amount_minor": {raw}, "currency": "USD"}}')
    assert faults(post(client, body)) == {"/price/amount_minor": "Must be a whole number."}


@pytest.mark.parametrize(
    "raw", ["9223372036854775808", "-9223372036854775809", "1" * 4000, "1e400"]
)
def test_a_number_too_large_to_be_stored_is_refused(client: httpx.Client, raw: str) -> None:
    body = with_member("price", f'{{"amount_minor": {raw}, "currency": "USD"}}')
    assert faults(post(client, body)) == {"/price/amount_minor": "Is too large a number."}


def test_a_number_of_too_many_digits_is_refused(client: httpx.Client) -> None:
    assert faults(post(client, with_member("ref", "1" * 5000))) == {
        "": "Contains a number that is too large."
    }


@pytest.mark.parametrize("raw", ["1", "true", "null", "[]", '["a"]', "{}"])
def test_only_a_text_is_one(client: httpx.Client, raw: str) -> None:
    assert faults(post(client, with_member("title", raw))) == {"/title": "Must be a text."}


@pytest.mark.parametrize("raw", ["0", "1", '"true"', "null"])
def test_only_a_truth_value_is_one(client: httpx.Client, raw: str) -> None:
    assert faults(post(client, with_member("shared", raw))) == {"/shared": "Must be true or false."}


@pytest.mark.parametrize(
    "raw",
    [
        '"1893456000"',
        "1893456000",
        '"2030-01-01"',
        '"2030-01-01T00:00:00"',
        '"2030-01-01 00:00:00Z"',
        '"2030-01-01T00:00Z"',
        '"2030-13-01T00:00:00Z"',
        '"2030-01-01T24:00:00Z"',
        '"2030-01-01T00:00:00+9:00"',
        '"2030-01-01T00:00:00+00:60"',
        '"2030-01-01T00:00:00-00:99"',
        '"2030-01-01T00:00:00+24:00"',
        '"0001-01-01T00:00:00+02:00"',
        '"9999-12-31T23:59:59-02:00"',
        '"\uff12030-01-01T00:00:00Z"',
        '"2030-01-01T00:00:00Z\\n"',
        "null",
    ],
)
def test_a_time_has_one_form_and_an_offset(client: httpx.Client, raw: str) -> None:
    assert faults(post(client, with_member("deadline", raw))) == {
        "/deadline": "Must be a time with its offset, such as 2030-12-24T18:00:00Z."
    }


@pytest.mark.parametrize(
    ("raw", "utc"),
    [
        ("2031-01-01T00:00:00Z", "2031-01-01T00:00:00.000000Z"),
        ("2031-01-01t00:00:00z", "2031-01-01T00:00:00.000000Z"),
        ("2031-01-01T00:00:00.5+05:30", "2030-12-31T18:30:00.500000Z"),
    ],
)
def test_times_are_turned_into_utc(client: httpx.Client, raw: str, utc: str) -> None:
    assert post(client, with_member("deadline", f'"{raw}"')).json()["deadline"] == utc


@pytest.mark.parametrize("raw", ['"1893456000"', '"2030-01-01T00:00:00Z"', '"20300101"', "0"])
def test_a_date_has_one_form(client: httpx.Client, raw: str) -> None:
    assert faults(post(client, with_member("day", raw))) == {
        "/day": "Must be a date, such as 1990-12-24."
    }


def test_an_array_has_its_bounds(client: httpx.Client) -> None:
    assert faults(post(client, with_member("tags", '["a","b","c","d"]'))) == {
        "/tags": "Must have at most 3 elements."
    }
    assert faults(post(client, with_member("tags", '{"0": "a"}'))) == {"/tags": "Must be an array."}


def test_names_that_come_twice_are_refused(client: httpx.Client) -> None:
    body = '{"title": 5, "title": "Bicycle", "price": {"amount_minor": 1, "amount_minor": 1}}'
    assert faults(post(client, body)) == {
        "/title": "Is given more than once.",
        "/price/amount_minor": "Is given more than once.",
        "/price/currency": "Is required.",
        "/deadline": "Is required.",
    }


@pytest.mark.parametrize(
    "raw", ['"a\\u0000"', '"\\ud800"', '"\\udc00a"', '"\\ud800\\ud800"', '"\\udc00\\ud800"']
)
def test_a_text_that_cannot_be_stored_is_refused(client: httpx.Client, raw: str) -> None:
    assert faults(post(client, with_member("title", raw))) == {
        "/title": "Contains a character that cannot be stored."
    }


def test_a_surrogate_pair_is_a_character(client: httpx.Client) -> None:
    response = post(client, with_member("title", '"\\ud83d\\ude00"'))
    assert response.json()["title"] == "\U0001f600"


def test_a_name_that_cannot_be_printed_does_not_break_the_answer(client: httpx.Client) -> None:
    response = post(client, with_member("\\ud800", "1"))
    assert "/?" in faults(response)
    long = post(client, with_member("x" * 5000, "1"))
    assert max(map(len, faults(long))) <= 101


@pytest.mark.parametrize("depth", [33, 500, 100_000])
@pytest.mark.parametrize("ends", ["[]", "{}"])
def test_too_deep_is_refused(client: httpx.Client, depth: int, ends: str) -> None:
    opening = "[" if ends == "[]" else '{"a":'
    middle = "1"
    body = opening * depth + middle + ends[1] * depth
    assert faults(post(client, body)) == {"": "Is nested more than 32 levels deep."}


def test_too_many_values_are_refused(client: httpx.Client) -> None:
    body = with_member("tags", "[" + "1," * 20_000 + "1]")
    assert faults(post(client, body)) == {"": "Has more than 10000 values."}


def test_an_answer_names_a_hundred_faults_at_most(client: httpx.Client) -> None:
    body = json.dumps({f"f{number}": 1 for number in range(5000)})
    assert len(faults(post(client, body))) == 100


@pytest.mark.parametrize("raw", ["[]", "5", '"text"', "null", "true"])
def test_a_body_is_an_object(client: httpx.Client, raw: str) -> None:
    assert faults(post(client, raw)) == {"": "Must be an object."}


@pytest.mark.parametrize("raw", ["", " \n"])
def test_a_body_that_is_needed_must_be_there(client: httpx.Client, raw: str) -> None:
    assert faults(post(client, raw)) == {"": "A JSON object is required."}
    assert faults(client.post("/v1/things", headers=OLGA)) == {"": "A JSON object is required."}


def test_a_body_that_nobody_expects_is_refused(client: httpx.Client) -> None:
    response = client.request("DELETE", THING, content=b"{}", headers=JSON)
    assert faults(response) == {"": "No body is expected here."}
    response = client.request("GET", "/v1/things", content=b"{}", headers=JSON)
    assert faults(response) == {"": "No body is expected here."}


@pytest.mark.parametrize(
    "raw",
    [
        b"{",
        b"{'a': 1}",
        b'{"a": 1,}',
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"a": -Infinity}',
        b'{"a": 01}',
        b'{"a": 1} x',
        b'{"a": "\x01"}',
        b'{"a": "\\x"}',
        b'{"a": "\xff"}',
        b'{"a": "\xed\xa0\x80"}',
        b"\xef\xbb\xbf{}",
        '{"a": 1}'.encode("utf-16"),
        b"// comment\n{}",
    ],
)
def test_what_is_not_json_is_malformed(client: httpx.Client, raw: bytes) -> None:
    response = post(client, raw)
    assert (response.status_code, response.json()["code"]) == (400, "malformed_json")
    assert response.json()["errors"] == []


@pytest.mark.parametrize(
    "media_type",
    [
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/jsonp",
        "application/json; charset=latin-1",
        "application/merge-patch+json",
        "application/json, text/plain",
    ],
)
def test_a_body_of_another_media_type_is_refused(client: httpx.Client, media_type: str) -> None:
    response = post(client, json.dumps(GOOD), **{"Content-Type": media_type})
    assert (response.status_code, response.json()["code"]) == (415, "unsupported_media_type")


def test_a_compressed_body_is_refused(client: httpx.Client) -> None:
    assert post(client, json.dumps(GOOD), **{"Content-Encoding": "gzip"}).status_code == 415


@pytest.mark.parametrize(
    "media_type", ["application/json", "Application/JSON", 'application/json; charset="UTF-8"']
)
def test_the_media_type_is_read_as_the_standard_says(client: httpx.Client, media_type: str) -> None:
    assert post(client, json.dumps(GOOD), **{"Content-Type": media_type}).status_code == 201


def test_a_merge_patch_tells_absent_from_null(client: httpx.Client) -> None:
    def patch(content: str, media_type: str = "application/merge-patch+json") -> httpx.Response:
        headers = {**OLGA, "Content-Type": media_type}
        return client.patch(THING, content=content.encode(), headers=headers)

    assert patch("{}").json()["seen"] == {}
    assert patch('{"note": null}').json()["seen"] == {"note": "None"}
    assert patch('{"note": "n", "title": "t"}').json()["seen"] == {"title": "'t'", "note": "'n'"}
    assert patch('{"title": "t"}', "application/json").json()["seen"] == {"title": "'t'"}
    assert faults(patch('{"title": null, "other": null}')) == {
        "/title": "Must be a text.",
        "/other": "Is not known here.",
    }
    assert patch("{}", "application/json-patch+json").status_code == 415


def search(client: httpx.Client, query: str) -> httpx.Response:
    return client.get(f"/v1/things?{query}", headers=OLGA)


def test_a_query_is_read_by_type(client: httpx.Client) -> None:
    response = search(
        client, "limit=7&kind=bike&open=true&after=2030-01-01T00:00:00%2B02:00&cursor=x"
    )
    assert response.json()["items"][0]["tags"] == ["7", "bike", "True"]
    assert search(client, "").json()["items"][0]["tags"] == ["20", "None", "False"]


@pytest.mark.parametrize("raw", ["", "5.0", "1_0", "+5", "%205", "05", "5%20", "1e1", "٣", "-0x1"])
def test_a_number_in_a_query_has_one_spelling(client: httpx.Client, raw: str) -> None:
    assert faults(search(client, f"limit={raw}")) == {"/limit": "Must be a whole number."}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("limit=0", {"/limit": "Must be at least 1."}),
        ("limit=101", {"/limit": "Must be at most 100."}),
        ("limit=-1", {"/limit": "Must be at least 1."}),
        ("limit=99999999999999999999", {"/limit": "Must be a whole number."}),
        ("limit=1&limit=2", {"/limit": "Is given more than once."}),
        ("limit=1&limit=1", {"/limit": "Is given more than once."}),
        ("open=1", {"/open": "Must be true or false."}),
        ("open=True", {"/open": "Must be true or false."}),
        ("kind=Bike", {"/kind": "Must be book or bike."}),
        ("kind=", {"/kind": "Must be book or bike."}),
        ("x=1&y", {"/x": "Is not known here.", "/y": "Is not known here."}),
        ("cursor=" + "x" * 513, {"/cursor": "Must have at most 512 characters."}),
        ("cursor=%00", {"/cursor": "Contains a character that cannot be stored."}),
        ("cursor=%FF", {"": "The query cannot be read."}),
        ("&".join(f"a{n}=1" for n in range(60)), {"": "The query cannot be read."}),
        ("limit=0&open=x", {"/limit": "Must be at least 1.", "/open": "Must be true or false."}),
    ],
)
def test_what_is_wrong_with_a_query_is_named(
    client: httpx.Client, query: str, expected: dict[str, str]
) -> None:
    assert faults(search(client, query)) == expected


def test_an_operation_without_a_query_takes_none(client: httpx.Client) -> None:
    assert faults(client.get("/v1/plain?a=1&a=2&b=")) == {
        "/a": "Is given more than once.",
        "/b": "Is not known here.",
    }
    assert faults(client.post("/v1/raise?x=1", json={"what": "bug"})) == {
        "/x": "Is not known here."
    }
