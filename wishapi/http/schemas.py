"""JSON Schema 2020-12 (the dialect of OpenAPI 3.1) of everything that goes in and out."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec
from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, models_json_schema
from typing_extensions import override

from wishapi.http.encoding import time_members

Schema = dict[str, Any]

_PREFIX: Final = "#/components/schemas/"
_TEXT: Final = {"type": "string"}
_INSTANT: Final = {
    "type": "string",
    "format": "date-time",
    "examples": ["2030-12-24T18:00:00.000000Z"],
}


@dataclass(slots=True)
class Schemas:
    """The named schemas of a document, and where each model's is."""

    components: dict[str, Schema] = field(default_factory=dict)
    bodies: dict[type[BaseModel], Schema] = field(default_factory=dict)
    queries: dict[type[BaseModel], Schema] = field(default_factory=dict)
    outputs: dict[object, Schema] = field(default_factory=dict)


def schemas_of(
    *,
    bodies: Sequence[type[BaseModel]],
    queries: Sequence[type[BaseModel]],
    outputs: Sequence[object],
) -> Schemas:
    """Describe all models at once, so that each name means one of them.

    Raises:
        TypeError: an input and an output that differ have the same name.
    """
    found = Schemas()
    _add_outputs(found, list(dict.fromkeys(outputs)))
    _add_inputs(found, list(dict.fromkeys([*bodies, *queries])))
    # A query is not an object on the wire: its members become parameters.
    for model in dict.fromkeys(queries):
        found.queries[model] = found.components.pop(found.bodies.pop(model)["$ref"][len(_PREFIX) :])
    return found


class _Untitled(GenerateJsonSchema):
    """Without the titles that pydantic makes from names of fields."""

    @override
    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def _add_inputs(found: Schemas, models: list[type[BaseModel]]) -> None:
    places, definitions = models_json_schema(
        [(model, "validation") for model in models],
        ref_template=_PREFIX + "{model}",
        schema_generator=_Untitled,
    )
    for name, schema in definitions.get("$defs", {}).items():
        schema.pop("title", None)
        if _shape(found.components.setdefault(name, schema)) != _shape(schema):
            raise TypeError(f"{name} names an input and an output that differ; rename one.")
    for model in models:
        found.bodies[model] = place = places[model, "validation"]
        # Given to pydantic, its members would come back in the order of the alphabet.
        if (example := getattr(model, "example", None)) is not None:
            found.components[place["$ref"].removeprefix(_PREFIX)]["examples"] = [example]


def _add_outputs(found: Schemas, models: list[object]) -> None:
    places, components = msgspec.json.schema_components(models, ref_template=_PREFIX + "{name}")
    names = {_PREFIX + name: _PREFIX + _name(name, schema) for name, schema in components.items()}
    times = {name for model in models for name in time_members(model)}
    rename = _each(lambda schema: _renamed(schema, names))
    for name, schema in components.items():
        changed = rename(schema)
        _complete(changed, times)
        found.components[names[_PREFIX + name].removeprefix(_PREFIX)] = changed
    found.outputs.update(zip(models, map(rename, places), strict=True))


def _shape(schema: Schema) -> Schema:
    """Return what must be equal; msgspec sorts the values of an enumeration."""
    shape = {name: value for name, value in schema.items() if name != "description"}
    return {**shape, "enum": sorted(shape["enum"])} if "enum" in shape else shape


def _name(name: str, schema: Mapping[str, Any]) -> str:
    """Call `Page[ListForOwner]` a `ListForOwnerPage`."""
    generic = re.fullmatch(r"(\w+)\[(\w+)\]", schema.get("title", ""))
    return generic[2] + generic[1] if generic else name


def _renamed(schema: Schema, names: Mapping[str, str]) -> Schema:
    if "$ref" in schema:
        schema["$ref"] = names[schema["$ref"]]
    return schema


def _complete(schema: Schema, times: set[str]) -> None:
    """Say what msgspec's schemas leave out: every member is always sent, times are times."""
    schema.pop("title", None)
    if "enum" in schema:
        schema["type"] = "string" if isinstance(schema["enum"][0], str) else "integer"
    members = schema.get("properties", {})
    if members:
        schema["required"] = list(members)
    for name, member in members.items():
        member.pop("default", None)
        if name in times:
            for branch in member.get("anyOf", [member]):
                if branch == _TEXT:
                    branch.update(_INSTANT)


def _each(change: Callable[[Schema], Schema]) -> Callable[[Any], Any]:
    """Return the function that copies a schema and changes every object inside."""

    def walk(value: Any) -> Any:
        if isinstance(value, dict):
            return change({name: walk(inner) for name, inner in value.items()})
        if isinstance(value, list | tuple):
            return [walk(inner) for inner in value]
        return value

    return walk
