"""Read models as JSON: `msgspec`, and times that are always of the same length.

An owner must not learn from the length of an answer when something happened, and a client's parser
should meet one form only. `msgspec` leaves out a fraction of zero; this puts it back.
"""

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, Final

import msgspec
from msgspec import inspect

encode_json: Final = msgspec.json.Encoder().encode

_FIELDS = (
    inspect.StructType | inspect.DataclassType | inspect.NamedTupleType | inspect.TypedDictType
)


@cache
def encoder_for(model: object) -> Callable[[object], bytes]:
    """Return the function that encodes values of a read model.

    Raises:
        TypeError: the model has times in a place where their length cannot be kept.
    """
    names = sorted(time_members(model))
    if not names:
        return encode_json
    # `Z"` is searched for as a literal, and then looked back from: a search for the names would
    # stop at every member. Inside a text of a user, quotes are escaped, so nothing there matches.
    windows = (rf'(?<="{name}":"\d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\dZ")'.encode() for name in names)
    lengthen = re.compile(b'Z"(?:' + b"|".join(windows) + b")").sub

    def encode(value: object) -> bytes:
        return lengthen(b'.000000Z"', encode_json(value))

    return encode


def time_members(model: object) -> set[str]:
    """Return the names of the members that are times, in the model and all that it contains.

    Raises:
        TypeError: the same name is a text elsewhere, or a time stands in a list or a mapping.
    """
    times: set[str] = set()
    texts: set[str] = set()
    for name, kinds in _members(inspect.type_info(model), set()):
        if any(isinstance(kind, inspect.DateTimeType) for kind in kinds):
            times.add(name)
        elif any(isinstance(kind, inspect.StrType | inspect.AnyType) for kind in kinds):
            texts.add(name)
    if "" in times or times & texts:
        raise TypeError(f"{model!r}: times need members of their own ({sorted(times)}).")
    return times


def _members(
    kind: inspect.Type, seen: set[object]
) -> Iterator[tuple[str, tuple[inspect.Type, ...]]]:
    """Yield each member's name with its alternatives; what stands in an array has the name ""."""
    if isinstance(kind, _FIELDS):
        model = getattr(kind, "cls", kind)
        if model in seen:
            return
        seen = seen | {model}
        inner = [(field.encode_name, field.type) for field in kind.fields]
    else:
        inner = [("", element) for element in _elements(kind)]
    for name, element in inner:
        kinds = element.types if isinstance(element, inspect.UnionType) else (element,)
        yield name, kinds
        for one in kinds:
            yield from _members(one, seen)


def _elements(kind: Any) -> Iterator[inspect.Type]:
    if isinstance(kind, inspect.DictType):
        yield kind.value_type
    elif isinstance(kind, inspect.TupleType):
        yield from kind.item_types
    elif isinstance(kind, inspect.UnionType):
        yield from kind.types
    elif item := getattr(kind, "item_type", None):
        yield item
