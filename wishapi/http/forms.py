"""Forms and queries that another standard defines (RFC 6749): names and values as they came."""

from typing import Final
from urllib.parse import parse_qsl

from pydantic import BaseModel

from wishapi.http import strict_json
from wishcore.errors import Invalid

FIELDS_MAX: Final = 50
MEDIA_TYPE: Final = "application/x-www-form-urlencoded"


class Form(BaseModel):
    """The members of such a form, for the document alone: nothing is read by it.

    The standard says what is refused, and in which shape. Members that it does not name are
    ignored (RFC 6749, 3.2); those of a subclass default to `absent()` where they are not required.
    """


class FormUnreadable(Invalid):
    """The form or query is not what it says: encoding, control characters, or far too many."""

    code = "form_unreadable"
    title = "The form cannot be read"


def read_pairs(text: bytes | str) -> list[tuple[str, str]]:
    """Return the names and values of a form or query, in their order, repeated ones too.

    Raises:
        FormUnreadable: it is not UTF-8, has NUL or half a surrogate pair, or more than 50 fields.
    """
    try:
        decoded = text.decode("ascii") if isinstance(text, bytes) else text
        pairs = parse_qsl(
            decoded, keep_blank_values=True, errors="strict", max_num_fields=FIELDS_MAX
        )
    except ValueError:
        raise FormUnreadable from None
    if any(strict_json.text_fault(part) for pair in pairs for part in pair):
        raise FormUnreadable
    return pairs
