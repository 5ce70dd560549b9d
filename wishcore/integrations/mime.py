"""Letters in the form in which they travel (RFC 5322)."""

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from wishcore.ids import new_id
from wishcore.mail import Letter
from wishcore.times import Clock


def as_message(letter: Letter, *, sender: str, clock: Clock) -> EmailMessage:
    """Return the letter as a message from `Name <address>` to exactly one address."""
    name, address = parseaddr(sender)
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(display_name=name, addr_spec=address)
    # A text with a comma would be two recipients; an Address refuses to be.
    message["To"] = Address(addr_spec=letter.to)
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(clock.now())
    # The standard library's ids ask the name server for this machine's name.
    message["Message-ID"] = f"<{new_id()}@{address.rpartition('@')[2]}>"
    # Keeps out-of-office replies away (RFC 3834).
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    return message
