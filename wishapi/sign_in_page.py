"""The page on which people sign in for a front end, and the way back from there."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from wishapi.browsers import browser_of, cookie_for, retry_after, status_for_people
from wishapi.http import Answer, Call, answer
from wishapi.pages import page
from wishcore import identities, oauth
from wishcore.confirmations import Asked, CodeNotValid
from wishcore.errors import WishError
from wishcore.frontends import origin_of
from wishcore.identities import Identity
from wishcore.oauth import Approval, OpenRequest, PageOutOfDate

PAGES: Final[Mapping[int, object]] = {
    303: None,
    **dict.fromkeys((200, 400, 403, 404, 409, 422, 429, 500, 503), bytes),
}
"""The statuses with which pages are answered."""
_FIELDS: Final = {"/password": "new_password"}
NOTHING_TYPED: Final[Mapping[str, str]] = {}


async def request_of(call: Call, form: Mapping[str, str]) -> OpenRequest:
    """Return the question that this form answers, in the browser that was asked."""
    return await oauth.find_open(form.get("request", ""), browser=browser_of(call), now=call.now)


async def again(
    call: Call,
    request: OpenRequest,
    form: Mapping[str, str],
    refused: WishError | None,
    *,
    opened: str = "",
    notice: str = "",
) -> Answer:
    """Show the page once more, with what was typed, but for passwords, and what is wrong."""
    faults = {
        _FIELDS.get(fault.pointer, fault.pointer.removeprefix("/")): fault.message
        for fault in (refused.faults if refused is not None else ())
    }
    return await sign_in_page(
        call,
        request,
        token=form.get("request", ""),
        status=status_for_people(refused) if refused is not None else 200,
        problem=refused.detail if refused is not None else "",
        typed=form,
        faults=faults,
        opened=opened,
        notice=notice,
        headers=retry_after(refused) if refused is not None else {},
    )


async def sign_in_page(
    call: Call,
    request: OpenRequest,
    *,
    token: str,
    status: int = 200,
    problem: str = "",
    typed: Mapping[str, str] = NOTHING_TYPED,
    faults: Mapping[str, str] = NOTHING_TYPED,
    opened: str = "",
    notice: str = "",
    headers: dict[str, str],
) -> Answer:
    """Show the page; `opened` names the part that is not folded away, `notice` what was done."""
    providers = call.app_ctx.integrations.providers
    identity = await _identity_of(request)
    came_from = ""
    if identity is not None:
        there = providers.get(identity.provider)
        came_from = there.title if there is not None else identity.provider
    return page(
        "sign_in.html",
        status=status,
        leads_to=[
            origin_of(request.redirect_uri),
            *(origin for provider in providers.values() for origin in provider.origins),
        ],
        headers=headers,
        client=request.client_name,
        token=token,
        problem=problem,
        faults=faults,
        typed={**_known(identity), **typed},
        identity=identity,
        came_from=came_from,
        providers=list(providers.values()),
        opened=opened,
        notice=notice,
    )


async def wait_for_code(call: Call, request: OpenRequest, asked: Asked) -> str:
    """Keep the page's question open while the letter is on its way; return which letter it is."""
    until = call.now + timedelta(seconds=asked.expires_in)
    await oauth.keep_open(request, until=until, now=call.now)
    return str(asked.id)


def code_page(
    request: OpenRequest,
    form: Mapping[str, str],
    *,
    leads_on: str,
    explanation: str,
    confirmation: str,
    refused: WishError | None = None,
    asks_password: bool = False,
) -> Answer:
    """Ask for the code from the letter, once more if it was refused."""
    faults = refused.faults if refused is not None else ()
    is_code_wrong = refused is None or isinstance(refused, CodeNotValid)
    return page(
        "code.html",
        status=status_for_people(refused) if refused is not None else 200,
        leads_to=[origin_of(request.redirect_uri)],
        headers=retry_after(refused) if refused is not None else {},
        leads_on=leads_on,
        explanation=explanation,
        token=form.get("request", ""),
        email=form.get("email", ""),
        confirmation=confirmation,
        # A right code is typed once, also if the new password was refused.
        code="" if is_code_wrong else form.get("code", ""),
        problem=(faults[0].message if faults else refused.detail) if refused is not None else "",
        asks_password=asks_password,
    )


def code_id_of(form: Mapping[str, str]) -> UUID:
    """Return which letter the code of this form is from.

    Raises:
        PageOutOfDate: our page has another.
    """
    try:
        return UUID(form.get("confirmation", ""))
    except ValueError:
        raise PageOutOfDate from None


async def _identity_of(request: OpenRequest) -> Identity | None:
    if request.identity_id is None:
        return None
    return await identities.find_identity(request.identity_id)


def _known(identity: Identity | None) -> dict[str, str]:
    if identity is None:
        return {}
    return {
        "first_name": identity.first_name or "",
        "last_name": identity.last_name or "",
        "email": identity.email or "",
    }


async def go_back(call: Call, approval: Approval) -> Answer:
    """Go back to the front end with a code."""
    # Whoever signed in is not whom the browser's secret was made for: it gets another one.
    fresh = await oauth.rotate_browser(browser_of(call), now=call.now)
    return back(
        call,
        approval.redirect_uri,
        {"code": approval.code},
        state=approval.state,
        headers=cookie_for(call, fresh),
    )


def back(
    call: Call,
    redirect_uri: str,
    parameters: dict[str, str],
    *,
    state: str | None,
    headers: dict[str, str] | None = None,
) -> Answer:
    """Go to a registered address; `iss` says which server answers (RFC 9207)."""
    parameters |= {"iss": call.app_ctx.settings.wish_public_url}
    if state is not None:
        parameters["state"] = state
    separator = "&" if urlsplit(redirect_uri).query else "?"
    location = f"{redirect_uri}{separator}{urlencode(parameters)}"
    return answer(status=303, location=location, headers=headers)
