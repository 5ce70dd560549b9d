"""Telling people that something about their account was changed."""

from typing import Final

import structlog

from wishcore.mail.gateway import Letter, Mailer, MailNotSent

_LOG: Final = structlog.stdlib.get_logger(__name__)


async def tell(letter: Letter, *, mailer: Mailer) -> None:
    """Send a letter about something that is done already: it stays done if nobody takes it."""
    try:
        await mailer.send(letter)
    except MailNotSent:
        _LOG.warning("change_not_told")
