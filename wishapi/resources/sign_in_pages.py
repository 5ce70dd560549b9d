"""The pages on which people sign in for a front end. For browsers: not part of the document."""

from typing import Final

from wishapi.browsers import FORM, browser_of, browser_page, cookie_for, once_each, read_form
from wishapi.doors import client_of
from wishapi.http import Answer, Call, Resource, answer, read_pairs
from wishapi.sign_in_page import PAGES, again, back, go_back, request_of, sign_in_page
from wishcore import oauth
from wishcore.accounts import WrongCredentials
from wishcore.errors import TooManyRequests, Unavailable, WishError
from wishcore.identities import ProviderNotBelieved, ProviderRefused
from wishcore.oauth import QuestionRefused

resource = Resource("sign_in_pages", tag="OAuth")

_OF_PROVIDERS: Final = (ProviderRefused, ProviderNotBelieved, Unavailable)


@resource.get("/oauth/authorize", success=PAGES, documented=False)
@browser_page
async def showsign_in_page(call: Call, query: str) -> Answer:
    """Show the sign-in page to whom a front end sends."""
    try:
        question = await oauth.read_question(read_pairs(query))
    except QuestionRefused as refused:
        return back(
            call,
            refused.redirect_uri,
            {"error": refused.reason.value, "error_description": refused.detail},
            state=refused.state,
        )
    opened = await oauth.open_page(
        question, browser=browser_of(call), client=client_of(call), now=call.now
    )
    request = await oauth.find_open(opened.token, browser=opened.browser, now=call.now)
    return await sign_in_page(
        call, request, token=opened.token, headers=cookie_for(call, opened.browser)
    )


@resource.post("/oauth/authorize", success=PAGES, consumes=FORM, documented=False)
@browser_page
async def sign_in_on_page(call: Call, body: bytes) -> Answer:
    """Sign in with a password, and go back to the front end."""
    form = read_form(call, body)
    request = await request_of(call, form)
    try:
        approval = await oauth.sign_in(
            request,
            form.get("login", ""),
            password=form.get("password", ""),
            hasher=call.app_ctx.integrations.hasher,
            mailer=call.app_ctx.integrations.mailer,
            client=client_of(call),
            now=call.now,
        )
    except (WrongCredentials, TooManyRequests, Unavailable) as refused:
        return await again(call, request, form, refused)
    return await go_back(call, approval)


@resource.post("/auth/{provider}/start", success=PAGES, consumes=FORM, documented=False)
@browser_page
async def leave_for_provider(call: Call, provider: str, body: bytes) -> Answer:
    """Send the browser to another company's sign-in page."""
    form = read_form(call, body)
    request = await request_of(call, form)
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
        return await again(call, request, form, refused)
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
                return await go_back(call, came.approval)
    # The old page's secret is not known here: whoever came back gets a page of its own.
    token = await oauth.renew_page(request_id, now=call.now)
    request = await oauth.find_open(token, browser=visit.browser, now=call.now)
    return await again(call, request, {"request": token}, problem)


def _callback(call: Call, provider: str) -> str:
    return f"{call.app_ctx.settings.wish_public_url}/auth/{provider}/callback"
