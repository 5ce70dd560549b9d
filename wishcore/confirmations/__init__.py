"""What the reader of a mailbox confirms: a sign-up, a new password, a new address, a guest.

Whoever asks gets the same answer for every address, and the letter tells the rest. The code from
the letter and the id from the answer belong together: what others ask for an address neither
reaches nor ends what its person asked for.
"""

from wishcore.confirmations.codes import Asked, CodeNotValid
from wishcore.confirmations.guest import ask_to_be_guest, confirm_guest
from wishcore.confirmations.new_email import ask_to_change_email, change_email
from wishcore.confirmations.reset import ask_to_reset, reset_password
from wishcore.confirmations.sign_up import ask_to_sign_up, confirm_sign_up

__all__ = [
    "Asked",
    "CodeNotValid",
    "ask_to_be_guest",
    "ask_to_change_email",
    "ask_to_reset",
    "ask_to_sign_up",
    "change_email",
    "confirm_guest",
    "confirm_sign_up",
    "reset_password",
]
