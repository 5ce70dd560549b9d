"""What people can see of a text."""

import unicodedata
from typing import Final

_BLANK_LETTERS: Final = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and a symbol to Unicode, and nothing to the eye: Hangul fillers, Braille without dots."""


def is_blank(text: str) -> bool:
    """Say whether nothing of the text can be seen: spaces, marks of width nothing, or no text."""
    return not any(
        unicodedata.category(char)[0] in "LNPS" and char not in _BLANK_LETTERS for char in text
    )
