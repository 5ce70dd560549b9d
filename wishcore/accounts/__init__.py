"""People and how they prove who they are.

An account signs in with its password and gets a pair of opaque tokens; the access token is valid
for an hour and the refresh token is exchanged, once, for the next pair. Only hashes of passwords
and tokens are stored. Hashing is done by a `PasswordHasher`, which wiring makes.
"""

from wishcore.accounts.operations import (
    EmailTaken,
    ProfileChanges,
    UsernameTaken,
    WrongPassword,
    change_password,
    edit_profile,
    register,
    set_password,
)
from wishcore.accounts.passwords import PasswordHasher, SignInBusy, WeakPassword
from wishcore.accounts.queries import (
    AccountNotFound,
    Profile,
    PublicProfile,
    SignedIn,
    account_of_token,
    find_accounts,
    own_profile,
    public_profile,
    public_profiles,
)
from wishcore.accounts.signing_in import WrongCredentials, refresh, revoke, sign_in
from wishcore.accounts.tokens import ACCESS_PREFIX, REFRESH_PREFIX, TokenPair
from wishcore.opaque import BadToken

__all__ = [
    "ACCESS_PREFIX",
    "REFRESH_PREFIX",
    "AccountNotFound",
    "BadToken",
    "EmailTaken",
    "PasswordHasher",
    "Profile",
    "ProfileChanges",
    "PublicProfile",
    "SignInBusy",
    "SignedIn",
    "TokenPair",
    "UsernameTaken",
    "WeakPassword",
    "WrongCredentials",
    "WrongPassword",
    "account_of_token",
    "change_password",
    "edit_profile",
    "find_accounts",
    "own_profile",
    "public_profile",
    "public_profiles",
    "refresh",
    "register",
    "revoke",
    "set_password",
    "sign_in",
]
