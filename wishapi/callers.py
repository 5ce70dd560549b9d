"""Who is calling: a bearer token becomes an account or a guest."""

from typing import TypeAlias

from wishapi.http import Bearer, Call, Principal, Principals
from wishcore import accounts, visitors
from wishcore.errors import Unauthenticated
from wishcore.opaque import BadToken

Account: TypeAlias = accounts.SignedIn
GiverCaller: TypeAlias = accounts.SignedIn | visitors.Guest
Anybody: TypeAlias = accounts.SignedIn | visitors.Guest | None

_ACCESS = Bearer("access_token", "The access token of an account, from `POST /v1/auth/token`.")
_PASS = Bearer("visitor_pass", "The pass of a guest, from `POST /v1/visitors/confirm`.")


async def _account(call: Call) -> accounts.SignedIn:
    if (token := call.bearer_token) is None:
        raise Unauthenticated
    return await accounts.account_of_token(token, now=call.now)


async def _giver(call: Call) -> accounts.SignedIn | visitors.Guest:
    if (token := call.bearer_token) is None:
        raise Unauthenticated
    if token.startswith(visitors.PASS_PREFIX):
        return await visitors.guest_of_token(token, now=call.now)
    return await accounts.account_of_token(token, now=call.now)


async def _anybody(call: Call) -> accounts.SignedIn | visitors.Guest | None:
    """Return nobody only if nothing was shown: a bad token is an error, not an anonymous visit."""
    if "authorization" not in call.request.headers:
        return None
    return await _giver(call)


PRINCIPALS: Principals = {
    Account: Principal(resolve=_account, bearers=(_ACCESS,), refusals=(Unauthenticated, BadToken)),
    GiverCaller: Principal(
        resolve=_giver, bearers=(_ACCESS, _PASS), refusals=(Unauthenticated, BadToken)
    ),
    Anybody: Principal(
        resolve=_anybody,
        bearers=(_ACCESS, _PASS),
        optional=True,
        refusals=(Unauthenticated, BadToken),
    ),
}
