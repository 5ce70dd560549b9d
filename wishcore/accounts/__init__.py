"""People and how they prove who they are.

An account signs in with its password and gets a pair of opaque tokens; the access token is valid
for an hour and the refresh token is exchanged, once, for the next pair. Only hashes of passwords
and tokens are stored. Hashing is done by a `PasswordHasher`, which wiring makes.
"""

from wishcore.accounts.families import (
    Family,
    begin_family,
    end_all_ways_in,
    end_families,
    issue_pair,
)
from wishcore.accounts.models import Role
from wishcore.accounts.operations import (
    EmailTaken,
    NewPerson,
    ProfileChanges,
    UsernameTaken,
    WrongPassword,
    change_password,
    check_username_is_free,
    checked_person,
    edit_profile,
    insert_account,
    register,
    set_password,
)
from wishcore.accounts.passwords import (
    NO_PASSWORD,
    PasswordHasher,
    SignInBusy,
    WeakPassword,
    checked_password,
)
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
from wishcore.accounts.roles import RoleNotFound, StaffOnly, give_role, take_role
from wishcore.accounts.signing_in import (
    NOBODY,
    Proof,
    WrongCredentials,
    accept_proof,
    find_account_id,
    login_key,
    prove,
    refresh,
    revoke,
    sign_in,
)
from wishcore.accounts.tokens import (
    ACCESS_LIFETIME,
    ACCESS_PREFIX,
    REFRESH_PREFIX,
    SIGN_IN_LIFETIME,
    TokenPair,
)
from wishcore.opaque import BadToken

__all__ = [
    "ACCESS_LIFETIME",
    "ACCESS_PREFIX",
    "NOBODY",
    "NO_PASSWORD",
    "REFRESH_PREFIX",
    "SIGN_IN_LIFETIME",
    "AccountNotFound",
    "BadToken",
    "EmailTaken",
    "Family",
    "NewPerson",
    "PasswordHasher",
    "Profile",
    "ProfileChanges",
    "Proof",
    "PublicProfile",
    "Role",
    "RoleNotFound",
    "SignInBusy",
    "SignedIn",
    "StaffOnly",
    "TokenPair",
    "UsernameTaken",
    "WeakPassword",
    "WrongCredentials",
    "WrongPassword",
    "accept_proof",
    "account_of_token",
    "begin_family",
    "change_password",
    "check_username_is_free",
    "checked_password",
    "checked_person",
    "edit_profile",
    "end_all_ways_in",
    "end_families",
    "find_account_id",
    "find_accounts",
    "give_role",
    "insert_account",
    "issue_pair",
    "login_key",
    "own_profile",
    "prove",
    "public_profile",
    "public_profiles",
    "refresh",
    "register",
    "revoke",
    "set_password",
    "sign_in",
    "take_role",
]
