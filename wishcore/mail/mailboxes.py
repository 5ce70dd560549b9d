"""Whom a letter reaches: the rules for e-mail addresses and for people's names."""

import unicodedata
from typing import Final
from uuid import UUID

from email_validator import EmailNotValidError, validate_email

from wishcore.errors import invalid
from wishcore.texts import is_blank

ADDRESS_LENGTH_MAX: Final = 254
NAME_LENGTH_MAX: Final = 80
_ERASED_DOMAIN: Final = "closed.invalid"
"""No mail reaches it (RFC 2606), and nobody can sign up with it."""
_UNFIT: Final = frozenset({"Cc", "Cs", "Zl", "Zp"})
_TURNS: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Marks that turn the direction of text: with them a name can pass for something else."""


def checked_address(text: str, *, pointer: str = "/email") -> str:
    """Return the address in the one form in which it is stored and compared.

    That is lower case, with a domain in ASCII. Letters outside ASCII before the @ are refused:
    most mail servers cannot deliver to them. No name server is asked.

    Raises:
        Invalid: it is not an e-mail address.
    """
    if len(text) > ADDRESS_LENGTH_MAX:
        raise invalid(pointer, f"This is longer than {ADDRESS_LENGTH_MAX} characters")
    try:
        address = validate_email(
            text.strip(), check_deliverability=False, allow_smtputf8=False, strict=True
        )
    except EmailNotValidError:
        raise invalid(pointer, "This is not an e-mail address") from None
    assert address.ascii_email is not None, "Without SMTPUTF8 there is always an ASCII form."
    return address.ascii_email.lower()


def checked_name(text: str, *, pointer: str) -> str:
    """Return the name as it is shown: trimmed, and composed the same way on every keyboard.

    Raises:
        Invalid: nothing of it can be seen, it is longer than 80 characters, or has control
            characters.
    """
    name = unicodedata.normalize("NFC", text[: NAME_LENGTH_MAX * 16].strip())
    if len(name) > NAME_LENGTH_MAX:
        raise invalid(pointer, f"This is longer than {NAME_LENGTH_MAX} characters")
    if any(unicodedata.category(char) in _UNFIT or char in _TURNS for char in name):
        raise invalid(pointer, "This contains control characters")
    if is_blank(name):
        raise invalid(pointer, "This may not be empty")
    return name


def erased_address(person_id: UUID) -> str:
    """Return what is stored in place of an address that was erased."""
    return f"{person_id}@{_ERASED_DOMAIN}"


def is_erased(address: str) -> bool:
    """Say whether this stands for an address that was erased: no letter can be sent to it."""
    return address.endswith(f"@{_ERASED_DOMAIN}")
