"""The document and the routes are the same contract."""

import functools
import re
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import httpx
import jsonschema
import pytest
from openapi_spec_validator import validate

OLGA = {"Authorization": "Bearer olga"}
THING = "/v1/things/0190a000-0000-7000-8000-000000000001"

Document = dict[str, Any]


@pytest.fixture(scope="module")
def document(server: Any) -> Document:
    loaded: Document = server.client.get("/openapi.json").json()
    return loaded


def operations(document: Document) -> Iterator[tuple[str, str, Document]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def resolved(document: Document, value: Document) -> Document:
    if "$ref" not in value:
        return value
    steps = value["$ref"].removeprefix("#/").split("/")
    return functools.reduce(lambda part, step: part[step], steps, document)


def schema_of(document: Document, response: Document, media_type: str) -> Document:
    found = resolved(document, response)["content"][media_type]["schema"]
    return {**found, "components": document["components"]}


def codes(document: Document, operation: Document, status: str) -> list[str]:
    schema = schema_of(document, operation["responses"][status], "application/problem+json")
    listed: list[str] = schema["properties"]["code"]["enum"]
    return listed


def test_the_document_is_valid_and_may_be_kept(client: httpx.Client, document: Document) -> None:
    validate(document)
    assert document["openapi"].startswith("3.1.")
    assert document["servers"] == [{"url": "/"}]
    response = client.get("/openapi.json")
    assert response.headers["content-type"] == "application/json"
    assert response.headers["cache-control"] == "public, max-age=300"


def test_every_schema_is_a_json_schema(document: Document) -> None:
    for schema in document["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)


def test_every_route_is_in_the_document_and_the_reverse(
    sample: ModuleType, document: Document
) -> None:
    app = sample.make_app({"name": "routes"})
    routes = {
        (re.sub(r"<(\w+):\w+>", r"{\1}", "/" + route.path), method.lower())
        for route in app.router.routes
        for method in route.methods - {"HEAD", "OPTIONS"}
    }
    documented = {(path, method) for path, method, _ in operations(document)}
    for_people = {("/", "get"), ("/docs", "get"), ("/docs/{name}", "get"), ("/openapi.json", "get")}
    assert routes == documented | for_people


def test_operations_are_described(document: Document) -> None:
    operation = document["paths"]["/v1/things"]["post"]
    assert operation["operationId"] == "create_thing"
    assert operation["tags"] == ["Things"]
    assert operation["summary"] == "Make a thing"
    assert operation["description"] == "It is not kept."
    assert document["tags"][0] == {"name": "Things", "description": "Things to try."}


def test_what_goes_in_is_described(document: Document) -> None:
    body = document["paths"]["/v1/things"]["post"]["requestBody"]
    assert body["required"] is True
    assert body["content"] == {
        "application/json": {"schema": {"$ref": "#/components/schemas/NewThing"}}
    }
    schema = document["components"]["schemas"]["NewThing"]
    assert schema["additionalProperties"] is False
    assert schema["required"] == ["title", "price", "deadline"]
    members = schema["properties"]
    assert members["title"] == {
        "type": "string",
        "minLength": 1,
        "maxLength": 20,
        "examples": ["Bicycle"],
    }
    assert members["deadline"]["format"] == "date-time"
    assert {"type": "null"} in members["day"]["anyOf"]
    assert members["day"]["anyOf"][0]["format"] == "date"
    assert members["ref"]["anyOf"][0]["format"] == "uuid"
    assert members["tags"]["maxItems"] == 3
    price = document["components"]["schemas"]["PriceIn"]["properties"]["amount_minor"]
    assert (price["type"], price["minimum"], price["maximum"]) == ("integer", 1, 99_999_999)
    assert members["price"] == {"$ref": "#/components/schemas/PriceIn"}


def test_a_merge_patch_needs_nothing_and_names_its_media_types(document: Document) -> None:
    operation = document["paths"]["/v1/things/{thing_id}"]["patch"]
    assert list(operation["requestBody"]["content"]) == [
        "application/merge-patch+json",
        "application/json",
    ]
    schema = document["components"]["schemas"]["ThingPatch"]
    assert "required" not in schema
    assert schema["properties"]["title"]["type"] == "string"
    assert {"type": "null"} in schema["properties"]["note"]["anyOf"]


def test_what_comes_out_is_described(document: Document) -> None:
    schema = document["components"]["schemas"]["Thing"]
    assert set(schema["required"]) == set(schema["properties"])
    members = schema["properties"]
    assert members["id"] == {"type": "string", "format": "uuid"}
    assert members["created_at"]["format"] == "date-time"
    assert members["gone_at"]["anyOf"][0]["format"] == "date-time"
    assert members["price"] == {"$ref": "#/components/schemas/Money"}
    assert document["components"]["schemas"]["Kind"] == {"enum": ["bike", "book"], "type": "string"}
    page = document["components"]["schemas"]["ThingPage"]["properties"]
    assert page["items"] == {"type": "array", "items": {"$ref": "#/components/schemas/Thing"}}
    assert page["next_cursor"] == {"anyOf": [{"type": "string"}, {"type": "null"}]}


def test_parameters_are_described(document: Document) -> None:
    operation = document["paths"]["/v1/things"]["get"]
    limit, cursor, kind, opened, after = operation["parameters"]
    assert limit == {
        "name": "limit",
        "in": "query",
        "required": False,
        "description": "At most so many items.",
        "schema": {"type": "integer", "default": 20, "minimum": 1, "maximum": 100},
    }
    assert cursor["schema"] == {"type": "string", "maxLength": 512}
    assert kind["schema"] == {"$ref": "#/components/schemas/Kind"}
    assert opened["schema"]["type"] == "boolean"
    assert after["schema"]["format"] == "date-time"
    [parameter] = document["paths"]["/v1/things/{thing_id}"]["get"]["parameters"]
    assert parameter["description"] == "Its id."
    assert parameter["schema"] == {"type": "string", "format": "uuid"}
    [parameter] = document["paths"]["/v1/shared/{token}"]["get"]["parameters"]
    assert parameter["schema"]["maxLength"] == 128


def test_each_status_lists_its_codes(document: Document) -> None:
    post = document["paths"]["/v1/things"]["post"]
    assert set(post["responses"]) == {
        "201", "400", "401", "409", "413", "415", "422", "500", "503", "default",
    }  # fmt: skip
    assert codes(document, post, "409") == ["out_of_room"]
    get = document["paths"]["/v1/things/{thing_id}"]["get"]
    assert set(get["responses"]) == {"200", "401", "403", "404", "422", "500", "503", "default"}
    assert codes(document, get, "404") == ["not_found", "thing_missing"]
    raw = document["paths"]["/v1/hooks"]["post"]
    assert "400" not in raw["responses"]
    assert list(raw["requestBody"]["content"]) == ["application/json", "text/plain"]
    assert "503" in document["paths"]["/health/ready"]["get"]["responses"]


def test_a_body_that_may_be_left_out_says_so(document: Document) -> None:
    assert document["paths"]["/v1/optional"]["post"]["requestBody"]["required"] is False


def test_headers_of_answers_are_declared(document: Document) -> None:
    responses = document["paths"]["/v1/things"]["post"]["responses"]
    assert set(resolved(document, responses["201"])["headers"]) == {"X-Request-Id", "Location"}
    assert "WWW-Authenticate" in resolved(document, responses["401"])["headers"]
    assert "Retry-After" in resolved(document, responses["503"])["headers"]


def test_who_may_call_is_declared(document: Document) -> None:
    assert document["paths"]["/v1/things"]["post"]["security"] == [{"access_token": []}]
    assert document["paths"]["/v1/plain"]["get"]["security"] == []
    assert document["paths"]["/v1/shared/{token}"]["get"]["security"] == [
        {},
        {"access_token": []},
        {"visitor_pass": []},
    ]
    schemes = document["components"]["securitySchemes"]
    assert schemes["visitor_pass"] == {
        "type": "http",
        "scheme": "bearer",
        "description": "From `POST /v1/visitors/confirm`.",
    }


@pytest.mark.parametrize(
    ("request_line", "template", "body"),
    [
        ("get /v1/things", "/v1/things", None),
        (f"get {THING}", "/v1/things/{thing_id}", None),
        (f"get {THING[:-1]}2", "/v1/things/{thing_id}", None),
        (f"patch {THING}", "/v1/things/{thing_id}", {"note": None}),
        (f"patch {THING}", "/v1/things/{thing_id}", {"title": None}),
        ("get /v1/shared/abc", "/v1/shared/{token}", None),
        ("get /health/live", "/health/live", None),
        ("get /problems/invalid", "/problems/{code}", None),
        ("post /v1/things", "/v1/things", {}),
        ("get /v1/lying", "/v1/lying", None),
    ],
)
def test_answers_are_as_the_document_says(
    server: Any, document: Document, *, request_line: str, template: str, body: Any
) -> None:
    method, path = request_line.split(" ")
    response = server.client.request(method, path, json=body, headers=OLGA)
    declared = document["paths"][template][method]["responses"][str(response.status_code)]
    schema = schema_of(document, declared, response.headers["content-type"])
    jsonschema.Draft202012Validator(
        schema, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    ).validate(response.json())


def test_an_example_of_the_document_is_accepted_as_it_is(
    client: httpx.Client, document: Document
) -> None:
    members = document["components"]["schemas"]["NewThing"]["properties"]
    currency = document["components"]["schemas"]["PriceIn"]["properties"]["currency"]
    body = {
        "title": members["title"]["examples"][0],
        "deadline": members["deadline"]["examples"][0],
        "price": {"amount_minor": 1, "currency": currency["examples"][0]},
    }
    assert client.post("/v1/things", json=body, headers=OLGA).status_code == 201
