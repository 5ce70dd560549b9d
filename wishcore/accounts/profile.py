"""What an account may say about its person. Pure rules; each refusal names the field."""

import re
from datetime import date, datetime
from typing import Final
from urllib.parse import urlsplit

from wishcore.errors import invalid
from wishcore.mail import checked_name

_USERNAME: Final = re.compile(r"[a-z0-9._-]{3,40}")
_BIRTHDAY_MIN: Final = date(1900, 1, 1)
_PICTURE_URL_MAX: Final = 2000


def checked_first_name(text: str) -> str:
    """Return the first name, trimmed; `Invalid` says what is wrong with it."""
    return checked_name(text, pointer="/first_name")


def checked_last_name(text: str) -> str:
    """Return the last name, trimmed; `Invalid` says what is wrong with it."""
    return checked_name(text, pointer="/last_name")


def checked_username(text: str | None) -> str | None:
    """Return the username in lower case. It cannot look like an e-mail address.

    Raises:
        Invalid: other characters, or not 3 to 40 of them.
    """
    if text is None:
        return None
    username = text.strip().lower()
    if _USERNAME.fullmatch(username) is None:
        raise invalid("/username", "A username is 3 to 40 of a-z, 0-9, dot, hyphen and underscore")
    return username


def checked_birthday(birthday: date, *, now: datetime) -> date:
    """Return the day if somebody alive can be born on it.

    Raises:
        Invalid: before 1900 or in the future.
    """
    if not _BIRTHDAY_MIN <= birthday <= now.date():
        raise invalid("/birthday", "A birthday lies between 1900-01-01 and today")
    return birthday


def checked_display_name(text: str | None) -> str | None:
    """Return the name that others see, trimmed; `Invalid` says what is wrong with it."""
    return None if text is None else checked_name(text, pointer="/display_name")


def checked_picture_url(text: str | None) -> str | None:
    """Return the address of a picture. It is shown by browsers and never fetched by us.

    Raises:
        Invalid: not an address that begins with https://, or one with a password in it.
    """
    if text is None:
        return None
    url = text.strip()
    try:
        parts = urlsplit(url)
        fits = parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        fits = False
    if not fits or len(url) > _PICTURE_URL_MAX or not url.isprintable() or " " in url:
        raise invalid("/picture_url", "A picture has an address that begins with https://")
    return url


def shown_name(chosen: str | None, first_name: str, last_name: str) -> str:
    """Return what others see: the chosen name, or the first name and one letter."""
    return chosen or f"{first_name} {last_name[:1]}."
