"""The texts of our letters.

None names a list, an item or an owner, because families share mailboxes and bank accounts; and
none repeats what an unknown sender typed, so that nobody can send advertising through us.
"""

from wishcore.mail.letters.account_changed import account_changed
from wishcore.mail.letters.already_signed_up import already_signed_up
from wishcore.mail.letters.identity_linked import identity_linked
from wishcore.mail.letters.new_email_code import new_email_code
from wishcore.mail.letters.nobody_to_reset import nobody_to_reset
from wishcore.mail.letters.pledge_receipt import pledge_receipt
from wishcore.mail.letters.pledge_refunded import pledge_refunded
from wishcore.mail.letters.reset_code import reset_code
from wishcore.mail.letters.sign_in_instead import sign_in_instead
from wishcore.mail.letters.sign_up_code import sign_up_code
from wishcore.mail.letters.visitor_code import visitor_code

__all__ = [
    "account_changed",
    "already_signed_up",
    "identity_linked",
    "new_email_code",
    "nobody_to_reset",
    "pledge_receipt",
    "pledge_refunded",
    "reset_code",
    "sign_in_instead",
    "sign_up_code",
    "visitor_code",
]
