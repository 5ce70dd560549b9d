"""The texts of our letters.

None names a list, an item or an owner, because families share mailboxes and bank accounts; and
none repeats what an unknown sender typed, so that nobody can send advertising through us.
"""

from wishcore.mail.letters.pledge_receipt import pledge_receipt
from wishcore.mail.letters.pledge_refunded import pledge_refunded
from wishcore.mail.letters.sign_in_instead import sign_in_instead
from wishcore.mail.letters.visitor_code import visitor_code

__all__ = ["pledge_receipt", "pledge_refunded", "sign_in_instead", "visitor_code"]
