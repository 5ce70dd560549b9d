"""Letters to people: their texts, the rules for addresses, and the protocol of what sends them."""

from wishcore.mail import letters
from wishcore.mail.gateway import SEND_SECONDS_MAX, Letter, Mailer, MailNotSent
from wishcore.mail.mailboxes import checked_address, checked_name, erased_address, is_erased
from wishcore.mail.telling import tell

__all__ = [
    "SEND_SECONDS_MAX",
    "Letter",
    "MailNotSent",
    "Mailer",
    "checked_address",
    "checked_name",
    "erased_address",
    "is_erased",
    "letters",
    "tell",
]
