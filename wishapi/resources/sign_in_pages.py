"""The pages on which people sign in for a front end. For browsers: not part of the document."""

from collections.abc import Mapping
from datetime import date
from typing import Final
from urllib.parse import urlencode, urlsplit

from wishapi.browsers import (
    FORM,
    browser_of,
    browser_page,
    cookie_for,
    once_each,
    read_form,
    retry_after,
    status_for_people,
)
from wishapi.doors import client_of
from wishapi.http import Answer, Call, Resource, answer, read_pairs
from wishapi.pages import page
from wishcore import identities, oauth
from wishcore.accounts import EmailTaken, WrongCredentials
from wishcore.errors import Invalid, TooManyRequests, Unavailable, WishError, invalid
from wishcore.frontends import origin_of
from wishcore.identities import (
    Identity,
    ProviderNotBelieved,
    ProviderRefused,
)
from wishcore.oauth import Approval, Newcomer, OpenRequest, PageOutOfDate, QuestionRefused

resource = Resource("sign_in_pages", tag="OAuth")

PAGES: Final[Mapping[int, object]] = {
    303: None,
    **dict.fromkeys((200, 400, 403, 404, 409, 422, 429, 503), bytes),
}
NOTHING_TYPED: Final[Mapping[str, str]] = {}
_OF_PROVIDERS: Final = (ProviderRefused, ProviderNotBelieved, Unavailable)


@resource.get("/oauth/authorize", success=PAGES, documented=False)
@browser_page
async def show_sign_in_page(call: Call, query: str) -> Answer:
    """Show the sign-in page to whom a front end sends."""
    try:
        question = await oauth.read_question(read_pairs(query))
    except QuestionRefused as refused:
        return _back(
            call,
            refused.redirect_uri,
            {"error": refused.reason.value, "error_description": refused.detail},
            state=refused.state,
        )
    opened = await oauth.open_page(question, browser=browser_of(call), now=call.now)
    request = await oauth.find_open(opened.token, browser=opened.browser, now=call.now)
    return await _sign_in_page(
        call, request, token=opened.token, headers=cookie_for(call, opened.browser)
    )


@resource.post("/oauth/authorize", success=PAGES, consumes=FORM, documented=False)
@browser_page
async def sign_in_on_page(call: Call, body: bytes) -> Answer:
    """Sign in with a password, and go back to the front end."""
    form = read_form(call, body)
    request = await _request_of(call, form)
    try:
        approval = await oauth.sign_in(
            request,
            form.get("login", ""),
            password=form.get("password", ""),
            hasher=call.app_ctx.integrations.hasher,
            client=client_of(call),
            now=call.now,
        )
    except (WrongCredentials, TooManyRequests, Unavailable) as refused:
        return await _again(call, request, form, refused)
    return await _go_back(call, approval)


@resource.post("/oauth/sign-up", success=PAGES, consumes=FORM, documented=False)
@browser_page
async def sign_up_on_page(call: Call, body: bytes) -> Answer:
    """Make an account of who came from another company, and go back to the front end."""
    form = read_form(call, body)
    request = await _request_of(call, form)
    try:
        newcomer = Newcomer(
            first_name=form.get("first_name", ""),
            last_name=form.get("last_name", ""),
            birthday=_birthday(form.get("birthday", "")),
        )
        approval = await oauth.join(request, newcomer, client=client_of(call), now=call.now)
    except PageOutOfDate:
        raise
    except (Invalid, EmailTaken, TooManyRequests, Unavailable) as refused:
        return await _again(call, request, form, refused, is_signing_up=True)
    return await _go_back(call, approval)


@resource.post("/auth/{provider}/start", success=PAGES, consumes=FORM, documented=False)
@browser_page
async def leave_for_provider(call: Call, provider: str, body: bytes) -> Answer:
    """Send the browser to another company's sign-in page."""
    form = read_form(call, body)
    request = await _request_of(call, form)
    there = oauth.provider_named(provider, call.app_ctx.integrations.providers)
    try:
        location = await oauth.leave(
            request,
            there,
            browser=browser_of(call),
            redirect_uri=_callback(call, provider),
            client=client_of(call),
            now=call.now,
        )
    except _OF_PROVIDERS as refused:
        return await _again(call, request, form, refused)
    return answer(status=303, location=location)


@resource.get("/auth/{provider}/callback", success=PAGES, documented=False)
@browser_page
async def come_back_from_provider(call: Call, provider: str, query: str) -> Answer:
    """Take back a browser from another company, and sign in who it says that it is."""
    given = once_each(query)
    visit = oauth.Visit(
        provider=oauth.provider_named(provider, call.app_ctx.integrations.providers),
        state=given.get("state", ""),
        browser=browser_of(call),
        redirect_uri=_callback(call, provider),
    )
    request_id = await oauth.take_visit(visit, issuer=given.get("iss"), now=call.now)
    problem: WishError | None = None
    if "error" in given:
        problem = ProviderRefused(f"You did not sign in at {visit.provider.title}")
    else:
        try:
            came = await oauth.arrive(
                request_id,
                visit,
                code=given.get("code", ""),
                client=client_of(call),
                mailer=call.app_ctx.integrations.mailer,
                now=call.now,
            )
        except _OF_PROVIDERS as refused:
            problem = refused
        else:
            if came.approval is not None:
                return await _go_back(call, came.approval)
    # The old page's secret is not known here: whoever came back gets a page of its own.
    token = await oauth.renew_page(request_id, now=call.now)
    request = await oauth.find_open(token, browser=visit.browser, now=call.now)
    return await _again(call, request, {"request": token}, problem)


async def _request_of(call: Call, form: Mapping[str, str]) -> OpenRequest:
    return await oauth.find_open(form.get("request", ""), browser=browser_of(call), now=call.now)


async def _again(
    call: Call,
    request: OpenRequest,
    form: Mapping[str, str],
    refused: WishError | None,
    *,
    is_signing_up: bool = False,
) -> Answer:
    """Show the page once more, with what was typed, but for passwords, and what is wrong."""
    faults = {
        fault.pointer.removeprefix("/"): fault.message
        for fault in (refused.faults if refused is not None else ())
    }
    return await _sign_in_page(
        call,
        request,
        token=form.get("request", ""),
        status=status_for_people(refused) if refused is not None else 200,
        problem=refused.detail if refused is not None else "",
        typed=form,
        faults=faults,
        is_signing_up=is_signing_up,
        headers=retry_after(refused) if refused is not None else {},
    )


async def _sign_in_page(
    call: Call,
    request: OpenRequest,
    *,
    token: str,
    status: int = 200,
    problem: str = "",
    typed: Mapping[str, str] = NOTHING_TYPED,
    faults: Mapping[str, str] = NOTHING_TYPED,
    is_signing_up: bool = False,
    headers: dict[str, str],
) -> Answer:
    providers = call.app_ctx.integrations.providers
    identity = await _identity_of(request)
    came_from = providers[identity.provider].title if identity is not None else ""
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
        is_signing_up=is_signing_up,
    )


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


async def _go_back(call: Call, approval: Approval) -> Answer:
    # Whoever signed in is not whom the browser's secret was made for: it gets another one.
    fresh = await oauth.rotate_browser(browser_of(call), now=call.now)
    return _back(
        call,
        approval.redirect_uri,
        {"code": approval.code},
        state=approval.state,
        headers=cookie_for(call, fresh),
    )


def _back(
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


def _callback(call: Call, provider: str) -> str:
    return f"{call.app_ctx.settings.wish_public_url}/auth/{provider}/callback"


def _birthday(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise invalid("/birthday", "This is not a date") from None
