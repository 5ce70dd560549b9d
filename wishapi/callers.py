"""Who is calling: a bearer token becomes an account or a guest."""

from typing import Final, TypeAlias
from uuid import UUID

import msgspec

from wishapi.http import Bearer, Call, Principal, Principals
from wishcore import accounts, visitors
from wishcore.errors import Forbidden, Unauthenticated
from wishcore.opaque import BadToken

Account: TypeAlias = accounts.SignedIn
GiverCaller: TypeAlias = accounts.SignedIn | visitors.Guest
Anybody: TypeAlias = accounts.SignedIn | visitors.Guest | None

_ACCESS = Bearer("access_token", "The access token of an account, from `POST /v1/auth/token`.")
_PASS = Bearer("visitor_pass", "The pass of a guest, from `POST /v1/visitors/confirm`.")


class StaffMember(msgspec.Struct, frozen=True, kw_only=True):
    """An account that works for the operator."""

    account_id: UUID


_SAFE: Final = frozenset({"GET", "HEAD"})
_OF_THE_PERSON: Final = "/v1/me"
_EXPORT: Final = "/v1/me/export"


class InsufficientScope(Forbidden):
    """The front end was not given leave to do this for the person (RFC 6750, 3.1)."""

    code = "insufficient_scope"
    title = "This front end may not do that"


def needed_scope(method: str, template: str) -> str:
    """Return what a token must be good for, by the method and the path of an operation.

    `read` shows, `write` changes, and `account` is for what only the person should do: their own
    profile, password, sessions, and the end of the account. Operations for staff need it as well.
    """
    is_of_person = template == _OF_THE_PERSON or template.startswith(f"{_OF_THE_PERSON}/")
    if method in _SAFE:
        return "account" if template == _EXPORT else "read"
    return "account" if is_of_person else "write"


async def _signed_in(call: Call, token: str) -> accounts.SignedIn:
    found = await accounts.account_of_token(token, now=call.now)
    route = call.request.route
    _check_scope(found, needed_scope(call.request.method, route.ctx.template if route else ""))
    return found


def _check_scope(caller: accounts.SignedIn, needed: str) -> None:
    if caller.scope is not None and needed not in caller.scope.split():
        raise InsufficientScope(f"{InsufficientScope.title}: it needs the scope {needed}")


async def _account(call: Call) -> accounts.SignedIn:
    if (token := call.bearer_token) is None:
        raise Unauthenticated
    return await _signed_in(call, token)


async def _staff(call: Call) -> StaffMember:
    caller = await _account(call)
    if not caller.is_staff:
        raise accounts.StaffOnly
    # Whoever may give roles may take over everything: no front end gets that with `write` alone.
    _check_scope(caller, "account")
    return StaffMember(account_id=caller.account_id)


async def _giver(call: Call) -> accounts.SignedIn | visitors.Guest:
    if (token := call.bearer_token) is None:
        raise Unauthenticated
    if token.startswith(visitors.PASS_PREFIX):
        return await visitors.guest_of_token(token, now=call.now)
    return await _signed_in(call, token)


async def _anybody(call: Call) -> accounts.SignedIn | visitors.Guest | None:
    """Return nobody only if nothing was shown: a bad token is an error, not an anonymous visit."""
    if "authorization" not in call.request.headers:
        return None
    return await _giver(call)


_REFUSALS: Final = (Unauthenticated, BadToken, InsufficientScope)

PRINCIPALS: Principals = {
    Account: Principal(resolve=_account, bearers=(_ACCESS,), refusals=_REFUSALS),
    StaffMember: Principal(
        resolve=_staff, bearers=(_ACCESS,), refusals=(*_REFUSALS, accounts.StaffOnly)
    ),
    GiverCaller: Principal(resolve=_giver, bearers=(_ACCESS, _PASS), refusals=_REFUSALS),
    Anybody: Principal(
        resolve=_anybody,
        bearers=(_ACCESS, _PASS),
        optional=True,
        refusals=_REFUSALS,
    ),
}
