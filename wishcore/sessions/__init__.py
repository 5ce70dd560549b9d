"""Sign-ins from outside: kept within limits, listed for their person, ended one by one or all.

`accounts` knows how a password is proved; this is the door before it, for everybody who comes
over the network. Operators and tests go to `accounts` directly.
"""

from wishcore.sessions.door import (
    SignInAgain,
    change_password,
    check_present_password,
    prove,
    prove_again,
    refresh,
    sign_in,
)
from wishcore.sessions.operations import end_session, mark_session, sign_out_everywhere
from wishcore.sessions.queries import Session, SessionNotFound, own_sessions

__all__ = [
    "Session",
    "SessionNotFound",
    "SignInAgain",
    "change_password",
    "check_present_password",
    "end_session",
    "mark_session",
    "own_sessions",
    "prove",
    "prove_again",
    "refresh",
    "sign_in",
    "sign_out_everywhere",
]
