"""What people can see of a text."""

import unicodedata
from typing import Final

_BLANK_LETTERS: Final = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and a symbol to Unicode, and nothing to the eye: Hangul fillers, Braille without dots."""


_BLANK: Final = frozenset({"Cc", "Cf", "Cs"})


def is_blank(text: str) -> bool:
    """Say whether nothing of the text can be seen: spaces, marks of width nothing, or no text.

    What this Python's Unicode does not know yet (a newer emoji), or leaves to others, is something.
    """
    return all(_is_blank(char) for char in text)


def _is_blank(char: str) -> bool:
    category = unicodedata.category(char)
    return category in _BLANK or category[0] in "ZM" or char in _BLANK_LETTERS
