"""Check parameters against the types that the vendor's own SDK publishes for them.

The SDK generates a TypedDict for the parameters of each operation from the vendor's API
description. Whoever calls the sandbox is thus held to the same names and types as at Stripe.
"""

import importlib
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from typing_extensions import is_typeddict

from wishcli.sandbox.stripe.model.refusals import Refusal, missing
from wishcli.sandbox.stripe.wire.forms import Node, Tree

Value = str | int | float | bool | list["Value"] | dict[str, "Value"]

_NAMES_ONLY_FOR_TYPE_CHECKERS = {"StripeContext": str, "Mapping": Mapping}
_DIGITS_MAX = 15
# https://docs.stripe.com/changelog/endive/2026-09-30 names a code of its own for this one.
_REMOVED = {"payment_method_types": "payment_method_types_no_longer_supported"}
_BOOLEANS = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Shape:
    """What a group of parameters may contain: the declared type of each, and which must be."""

    types: Mapping[str, object]
    required: frozenset[str]


def check(module: str, class_name: str, tree: Tree) -> dict[str, Value]:
    """Convert the parameters of one operation, or refuse them as Stripe does.

    Raises:
        Refusal: a parameter is unknown, missing or of the wrong type.
    """
    return _group(_operation_shape(module, class_name), tree, prefix="")


@cache
def _operation_shape(module: str, class_name: str) -> Shape:
    declared = getattr(importlib.import_module(f"stripe.params.{module}"), class_name)
    options = importlib.import_module("stripe").RequestOptions.__annotations__
    shape = _shape(declared)
    return Shape(
        {name: type_ for name, type_ in shape.types.items() if name not in options},
        shape.required,
    )


@cache
def _shape(declared: type) -> Shape:
    hints = typing.get_type_hints(
        declared, localns=_NAMES_ONLY_FOR_TYPE_CHECKERS, include_extras=True
    )
    required = frozenset(
        name for name, hint in hints.items() if typing.get_origin(hint) is not typing.NotRequired
    )
    return Shape({name: _bare(hint) for name, hint in hints.items()}, required)


def _bare(hint: object) -> object:
    if typing.get_origin(hint) in {typing.NotRequired, typing.Required}:
        bare: object = typing.get_args(hint)[0]
        return bare
    return hint


def _group(shape: Shape, tree: Tree, *, prefix: str) -> dict[str, Value]:
    for name in tree.keys() & _REMOVED.keys() - shape.types.keys():
        message = f"The {name} parameter is no longer supported in this API version."
        raise Refusal(message, code=_REMOVED[name], param=_named(prefix, name))
    unknown = [_named(prefix, name) for name in tree if name not in shape.types]
    if unknown:
        plural = "s" if len(unknown) > 1 else ""
        raise Refusal(
            f"Received unknown parameter{plural}: {', '.join(unknown)}",
            code="parameter_unknown",
            param=unknown[0],
        )
    for name in sorted(shape.required - tree.keys()):
        raise missing(_named(prefix, name))
    return {
        name: _convert(shape.types[name], node, name=_named(prefix, name))
        for name, node in tree.items()
    }


def _named(prefix: str, name: str) -> str:
    return f"{prefix}[{name}]" if prefix else name


def _convert(declared: object, node: Node, *, name: str) -> Value:
    members = _members(declared)
    if isinstance(node, str):
        return _scalar(members, node, name=name)
    for member in members:
        origin = typing.get_origin(member)
        if is_typeddict(member) and isinstance(member, type):
            return _group(_shape(member), node, prefix=name)
        if origin is list:
            return _items(typing.get_args(member)[0], node, name=name)
        if origin is dict:
            return _mapping(node, name=name)
    raise Refusal(f"Invalid {_expected(members)}: {{...}}", param=name)


def _members(declared: object) -> list[object]:
    """Take a union apart; the SDK's own object classes in it are for answers, not requests."""
    if typing.get_origin(declared) in {typing.Union, types.UnionType}:
        return [part for member in typing.get_args(declared) for part in _members(member)]
    origin = typing.get_origin(declared)
    module = getattr(declared if origin is None else origin, "__module__", "")
    return [] if module == "stripe._stripe_object" else [declared]


def _items(declared: object, tree: Tree, *, name: str) -> list[Value]:
    if not all(_is_integer(key) and int(key) >= 0 for key in tree):
        raise Refusal("Invalid array", param=name)
    return [_convert(declared, tree[key], name=f"{name}[{key}]") for key in sorted(tree, key=int)]


def _mapping(tree: Tree, *, name: str) -> dict[str, Value]:
    values: dict[str, Value] = {}
    for key, node in tree.items():
        if not isinstance(node, str):
            raise Refusal(f"Invalid string: {{...}} for {name}[{key}]", param=f"{name}[{key}]")
        values[key] = node
    return values


def _scalar(members: list[object], text: str, *, name: str) -> Value:
    choices = _choices(members)
    if text in choices:
        return text
    if not text:
        raise Refusal(
            f"You passed an empty string for '{name}'. We assume empty values are an attempt to "
            f"unset a parameter; however '{name}' cannot be unset. You should remove '{name}' "
            "from your request or supply a non-empty value.",
            code="parameter_invalid_empty",
            param=name,
        )
    if bool in members and text in _BOOLEANS:
        return _BOOLEANS[text]
    if int in members and _is_integer(text):
        return int(text)
    # The SDK writes a closed list of words as "these words or any string", so that it can read
    # words of later versions. In a request only the listed ones are accepted.
    if str in members and not any(choices):
        return text
    raise _wrong(members, text, name=name)


def _choices(members: list[object]) -> list[str]:
    return [
        str(word)
        for member in members
        if typing.get_origin(member) is typing.Literal
        for word in typing.get_args(member)
    ]


def _is_integer(text: str) -> bool:
    digits = text.removeprefix("-")
    return digits.isascii() and digits.isdigit() and len(digits) <= _DIGITS_MAX


def _wrong(members: list[object], text: str, *, name: str) -> Refusal:
    words = [word for word in _choices(members) if word]
    if words:
        listed = " or ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else words[0]
        return Refusal(f"Invalid {name}: must be one of {listed}", param=name)
    if int in members:
        return Refusal(f"Invalid integer: {text}", code="parameter_invalid_integer", param=name)
    return Refusal(f"Invalid {_expected(members)}: {text}", param=name)


def _expected(members: list[object]) -> str:
    if bool in members:
        return "boolean"
    if int in members:
        return "integer"
    if any(typing.get_origin(member) is list for member in members):
        return "array"
    if any(is_typeddict(member) or typing.get_origin(member) is dict for member in members):
        return "object"
    return "string"
