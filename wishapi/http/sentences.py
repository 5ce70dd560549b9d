"""Our own short sentence for each thing that pydantic can find wrong.

Neither pydantic's text nor the value that was sent is ever repeated to the client.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

_WHOLE: Final = "Must be a whole number."
_TEXT: Final = "Must be a text."
_OBJECT: Final = "Must be an object."
_ARRAY: Final = "Must be an array."
INSTANT: Final = "Must be a time with its offset, such as 2030-12-24T18:00:00Z."
DAY: Final = "Must be a date, such as 1990-12-24."
_UUID: Final = "Must be a UUID."
_NUMBER: Final = "Must be a number."
UNKNOWN: Final = "Is not known here."
_OTHER: Final = "Is not valid."


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _too_short(context: Mapping[str, Any]) -> str:
    least = context["min_length"]
    return (
        "Must not be empty." if least == 1 else f"Must have at least {_plural(least, 'character')}."
    )


def _value_error(context: Mapping[str, Any]) -> str:
    """Pass on the sentence of one of our own validators (`raise ValueError("Must be …")`)."""
    if "reason" in context:
        return "Must be an e-mail address."  # the one validator of pydantic that gives reasons
    return str(context.get("error", "")) or _OTHER


_FIXED: Final[Mapping[str, str]] = {
    "missing": "Is required.",
    "extra_forbidden": UNKNOWN,
    "string_type": _TEXT,
    "string_pattern_mismatch": "Does not have the right form.",
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_from_float": _WHOLE,
    "int_parsing_size": "Is too large a number.",
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "finite_number": _NUMBER,
    "decimal_type": _NUMBER,
    "decimal_parsing": _NUMBER,
    "bool_type": "Must be true or false.",
    "bool_parsing": "Must be true or false.",
    "model_type": _OBJECT,
    "model_attributes_type": _OBJECT,
    "dataclass_type": _OBJECT,
    "dict_type": _OBJECT,
    "list_type": _ARRAY,
    "tuple_type": _ARRAY,
    "set_type": _ARRAY,
    "frozen_set_type": _ARRAY,
    "uuid_type": _UUID,
    "uuid_parsing": _UUID,
    "uuid_version": _UUID,
    "datetime_type": INSTANT,
    "datetime_parsing": INSTANT,
    "datetime_from_date_parsing": INSTANT,
    "timezone_aware": INSTANT,
    "date_type": DAY,
    "date_parsing": DAY,
    "date_from_datetime_parsing": DAY,
    "date_from_datetime_inexact": DAY,
    "url_type": "Must be a URL.",
    "url_parsing": "Must be a URL.",
    "url_syntax_violation": "Must be a URL.",
    "url_too_long": "Is too long a URL.",
    "none_required": "Must be null.",
}

_WITH_CONTEXT: Final[Mapping[str, Callable[[Mapping[str, Any]], str]]] = {
    "string_too_short": _too_short,
    "string_too_long": lambda c: f"Must have at most {_plural(c['max_length'], 'character')}.",
    "too_short": lambda c: f"Must have at least {_plural(c['min_length'], 'element')}.",
    "too_long": lambda c: f"Must have at most {_plural(c['max_length'], 'element')}.",
    "greater_than": lambda c: f"Must be greater than {c['gt']}.",
    "greater_than_equal": lambda c: f"Must be at least {c['ge']}.",
    "less_than": lambda c: f"Must be less than {c['lt']}.",
    "less_than_equal": lambda c: f"Must be at most {c['le']}.",
    "multiple_of": lambda c: f"Must be a multiple of {c['multiple_of']}.",
    "enum": lambda c: f"Must be {_choices(c)}.",
    "literal_error": lambda c: f"Must be {_choices(c)}.",
    "union_tag_invalid": lambda c: "Must be of a known kind.",
    "url_scheme": lambda c: f"Must be a URL with {_choices(c, 'expected_schemes')}.",
    "value_error": _value_error,
}


def _choices(context: Mapping[str, Any], key: str = "expected") -> str:
    return re.sub(r"'([^']*)'", r"\1", str(context[key]))


def sentence(problem: Mapping[str, Any]) -> str:
    """Return the sentence for one of pydantic's errors."""
    kind = problem["type"]
    make = _WITH_CONTEXT.get(kind)
    return make(problem.get("ctx", {})) if make else _FIXED.get(kind, _OTHER)
