"""Signing up on the way to a front end: with a code from a letter, or from another company."""

from collections.abc import Mapping
from datetime import date

from wishapi.browsers import FORM, browser_page, read_form
from wishapi.doors import client_of
from wishapi.http import Answer, Call, Resource
from wishapi.sign_in_page import (
    PAGES,
    again,
    code_id_of,
    code_page,
    go_back,
    request_of,
    wait_for_code,
)
from wishcore import confirmations, identities, oauth
from wishcore.errors import (
    Conflict,
    Invalid,
    TooManyRequests,
    Unavailable,
    WishError,
    invalid,
)
from wishcore.oauth import Newcomer, OpenRequest, PageOutOfDate

resource = Resource("sign_up_pages", tag="OAuth")


@resource.post("/oauth/sign-up", success=PAGES, consumes=FORM, documented=False)
@browser_page
async def sign_up_on_page(call: Call, body: bytes) -> Answer:
    """Make an account of who comes with a verified address, or send a code to the address."""
    form = read_form(call, body)
    request = await request_of(call, form)
    try:
        newcomer = Newcomer(
            first_name=form.get("first_name", ""),
            last_name=form.get("last_name", ""),
            birthday=_birthday(form.get("birthday", "")),
        )
        if not await _has_verified_address(request):
            return await _send_code(call, request, form, newcomer)
        approval = await oauth.join(request, newcomer, client=client_of(call), now=call.now)
    except PageOutOfDate:
        raise
    except (Invalid, Conflict, TooManyRequests, Unavailable) as refused:
        return await again(call, request, form, refused, opened="sign-up")
    return await go_back(call, approval)


@resource.post("/oauth/sign-up/confirm", success=PAGES, consumes=FORM, documented=False)
@browser_page
async def confirm_on_page(call: Call, body: bytes) -> Answer:
    """Make the account whose address the code confirms, and go back to the front end."""
    form = read_form(call, body)
    request = await request_of(call, form)
    try:
        profile = await confirmations.confirm_sign_up(
            code_id_of(form),
            code=form.get("code", ""),
            client=client_of(call),
            now=call.now,
        )
    except (Invalid, Conflict, TooManyRequests) as refused:
        return _code_page(request, form, confirmation=form.get("confirmation", ""), refused=refused)
    approval = await oauth.approve_account(
        request, profile.id, client=client_of(call), now=call.now
    )
    return await go_back(call, approval)


async def _has_verified_address(request: OpenRequest) -> bool:
    if request.identity_id is None:
        return False
    found = await identities.find_identity(request.identity_id)
    return found is not None and found.email_verified


async def _send_code(
    call: Call, request: OpenRequest, form: Mapping[str, str], newcomer: Newcomer
) -> Answer:
    # Who comes from another company needs no password here.
    password = form.get("new_password", "") if request.identity_id is None else None
    asked = await confirmations.ask_to_sign_up(
        email=form.get("email", ""),
        password=password,
        first_name=newcomer.first_name,
        last_name=newcomer.last_name,
        birthday=newcomer.birthday,
        mailer=call.app_ctx.integrations.mailer,
        hasher=call.app_ctx.integrations.hasher,
        client=client_of(call),
        now=call.now,
    )
    return _code_page(request, form, confirmation=await wait_for_code(call, request, asked))


def _code_page(
    request: OpenRequest,
    form: Mapping[str, str],
    *,
    confirmation: str,
    refused: WishError | None = None,
) -> Answer:
    return code_page(
        request,
        form,
        leads_on="/oauth/sign-up/confirm",
        explanation="A letter with a code is on its way to your address.",
        confirmation=confirmation,
        refused=refused,
    )


def _birthday(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise invalid("/birthday", "This is not a date") from None
