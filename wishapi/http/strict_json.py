"""Reading JSON that means one thing only (RFC 8259 narrowed as in RFC 7493, I-JSON)."""

import json
import math
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final, NoReturn

from wishapi.errors import MalformedJson
from wishcore.errors import Fault, Invalid

DEPTH_MAX: Final = 32
VALUES_MAX: Final = 10_000
"""So many values and members a document may have; more would only keep the server busy."""

_KEY_SHOWN_MAX: Final = 100
_HALF_PAIR: Final = re.compile("[\ud800-\udfff]").search
_UNSTORABLE: Final = "Contains a character that cannot be stored."

Path = tuple[str | int, ...]


def read(raw: bytes) -> tuple[object, list[Fault]]:
    """Parse a document, and name what is ambiguous or cannot be stored in it.

    Raises:
        MalformedJson: it is not JSON in UTF-8; `NaN` and `Infinity` are not JSON either.
        Invalid: it is too deep, or has too many values, to be looked at further.
    """
    try:
        document = _DECODER.decode(raw.decode("utf-8"))
    except RecursionError:
        raise _too_deep() from None
    except (UnicodeDecodeError, json.JSONDecodeError):
        raise MalformedJson from None
    except ValueError:
        # Python reads no integers of more than 4300 digits.
        raise Invalid(faults=[Fault("", "Contains a number that is too large.")]) from None
    return document, [Fault(pointer(path), message) for path, message in _faults(document)]


def pointer(path: Path) -> str:
    """Return the JSON pointer (RFC 6901) of a path, fit to be printed."""
    return "".join("/" + _shown(segment) for segment in path)


def text_fault(text: str) -> str | None:
    """Say what keeps a text from being stored: NUL (PostgreSQL) or half a surrogate pair."""
    if "\x00" in text or _HALF_PAIR(text):
        return _UNSTORABLE
    return None


def _shown(segment: str | int) -> str:
    text = str(segment)[:_KEY_SHOWN_MAX].encode("utf-8", "replace").decode()
    return text.replace("~", "~0").replace("/", "~1")


class _Object(dict[str, object]):
    """An object in which names came twice. The last value of each stands."""

    __slots__ = ("repeated",)

    def __init__(self, pairs: list[tuple[str, object]]) -> None:
        super().__init__(pairs)
        counts = Counter(name for name, _ in pairs)
        self.repeated = sorted(name for name, count in counts.items() if count > 1)


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    plain = dict(pairs)
    return plain if len(plain) == len(pairs) else _Object(pairs)


def _refuse_constant(name: str) -> NoReturn:
    raise json.JSONDecodeError(f"{name} is not JSON", "", 0)


_DECODER: Final = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_refuse_constant)


def _faults(document: object) -> Iterator[tuple[Path, str]]:
    """Walk the document without recursion, so that nothing a client sends can exhaust a stack."""
    left = VALUES_MAX
    waiting: list[tuple[Path, Any]] = [((), document)]
    while waiting:
        path, value = waiting.pop()
        left -= 1
        if left < 0:
            raise Invalid(faults=[Fault("", f"Has more than {VALUES_MAX} values.")])
        if isinstance(value, dict | list):
            if len(path) >= DEPTH_MAX:
                raise _too_deep()
            if isinstance(value, dict):
                yield from _faults_of_names(path, value)
                waiting.extend(((*path, name), value[name]) for name in reversed(value))
            else:
                waiting.extend(((*path, i), value[i]) for i in reversed(range(len(value))))
        elif message := _fault_of(value):
            yield path, message


def _faults_of_names(path: Path, value: dict[str, object]) -> Iterator[tuple[Path, str]]:
    if isinstance(value, _Object):
        for name in value.repeated:
            yield (*path, name), "Is given more than once."
    for name in value:
        if message := text_fault(name):
            yield (*path, name), message


def _fault_of(value: object) -> str | None:
    if isinstance(value, str):
        return text_fault(value)
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        return "Is too large a number."
    if isinstance(value, float) and not math.isfinite(value):
        return "Is too large a number."
    return None


def _too_deep() -> Invalid:
    return Invalid(faults=[Fault("", f"Is nested more than {DEPTH_MAX} levels deep.")])
