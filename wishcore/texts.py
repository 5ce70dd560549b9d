"""What people can see of a text."""

import unicodedata
from typing import Final

_BLANK_LETTERS: Final = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and a symbol to Unicode, and nothing to the eye: Hangul fillers, Braille without dots."""
_BLANK: Final = frozenset({"Cc", "Cf", "Cs"})
_NEVER_SEEN: Final = (
    range(0x2065, 0x2066), range(0xFDD0, 0xFDF0), range(0xFFF0, 0xFFF9), range(0xE0000, 0xE1000),
    *(range(end - 2, end) for end in range(0x10000, 0x110001, 0x10000)),
)  # fmt: skip
"""Not given out, and to be shown as nothing if they ever are; or no characters, for ever."""


def is_blank(text: str) -> bool:
    """Say whether nothing of the text can be seen: spaces, marks of width nothing, or no text.

    What this Python's Unicode does not know yet (a newer emoji), or leaves to others, is something.
    """
    return all(_is_blank(char) for char in text)


def _is_blank(char: str) -> bool:
    category = unicodedata.category(char)
    if category == "Cn":
        return any(ord(char) in those for those in _NEVER_SEEN)
    return category in _BLANK or category[0] in "ZM" or char in _BLANK_LETTERS
